"""Privacy: pseudonyms, groups of at least five, and lists that are not published."""

from retail.privacy.groups import People
from retail.privacy.levels import private_lists, publishable
from retail.privacy.pseudonyms import KEY_FILE, Pseudonyms, key

__all__ = ["KEY_FILE", "People", "Pseudonyms", "key", "private_lists", "publishable"]
