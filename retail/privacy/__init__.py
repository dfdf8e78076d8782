"""Who may be recognised in the site: pseudonyms, groups of at least five, and lists that stay in."""

from retail.privacy.levels import publishable
from retail.privacy.lists import private_lists
from retail.privacy.people import People
from retail.privacy.pseudonyms import KEY_FILE, Pseudonyms, key

__all__ = ["KEY_FILE", "People", "Pseudonyms", "key", "private_lists", "publishable"]
