"""The glossary: one meaning each, and every word of the design is there."""

from __future__ import annotations

import pytest

from retail import glossary
from retail.render.pages import PAGES
from retail.schema import TABLES

NAMES = {page.name for page in PAGES}


def test_every_term_is_there_once():
    terms = [word.term for word in glossary.WORDS]
    assert len(terms) == len(set(terms))


@pytest.mark.parametrize(
    "term",
    """line, amount, gross revenue, returns, net revenue, units, transaction, purchase, kept purchase,
    buyer, as-of, through, recency, frequency, monetary, average order, average daily net revenue,
    return rate, comparison, new, returning, reactivated, segment, cluster, tax""".replace(
        "\n", " "
    ).split(","),
)
def test_words_of_the_design(term):
    assert any(term.strip() in word.term.lower() for word in glossary.WORDS), term


def test_entries_name_pages_and_tables_that_exist():
    for word in glossary.WORDS:
        assert set(word.shown) <= NAMES, word.term
    for convention in glossary.CONVENTIONS:
        assert set(convention.needs) <= set(TABLES), convention.title
