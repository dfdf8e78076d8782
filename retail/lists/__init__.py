"""Lists of customers to act on, who is held out of them, and what a campaign has changed."""

from __future__ import annotations

from retail.lists.book import Book, CustomerList, book, stem, table
from retail.lists.holdout import detectable, held_out
from retail.lists.readout import Readout, read_out

__all__ = [
    "Book",
    "CustomerList",
    "Readout",
    "book",
    "detectable",
    "held_out",
    "read_out",
    "stem",
    "table",
]
