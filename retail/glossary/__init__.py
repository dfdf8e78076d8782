"""The glossary: words of the project and their meaning, the source of methods.html.

A word has one meaning in code, column names, pages and docs; here it is written down.
"""

from retail.glossary.conventions import CONVENTIONS
from retail.glossary.words import SUBJECTS, WORDS, Convention, Subject, Word

__all__ = ["CONVENTIONS", "SUBJECTS", "WORDS", "Convention", "Subject", "Word"]
