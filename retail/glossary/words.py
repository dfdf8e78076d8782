"""Every word with a meaning of its own, by subject, and what an entry of the glossary is."""

from __future__ import annotations

from dataclasses import dataclass

from retail.schema.metrics import METRICS


def anchor(text: str) -> str:
    """A heading as an id.

    >>> anchor("New, returning, reactivated")
    'new-returning-reactivated'
    """
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


@dataclass(frozen=True)
class Word:
    """A term, what it means, its formula where it has one, and the pages that show it."""

    term: str
    meaning: str
    formula: str = ""
    shown: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(self.term)


@dataclass(frozen=True)
class Subject:
    """Words that belong together."""

    title: str
    words: tuple[Word, ...]

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(f"words {self.title}")


@dataclass(frozen=True)
class Convention:
    """How something is done, in plain words: a heading and its paragraphs.

    `needs` are tables without which it says nothing to this site's readers.
    """

    title: str
    paragraphs: tuple[str, ...]
    needs: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Its id on methods.html."""
        return anchor(self.title)


def figures(subject: str) -> list[Word]:
    """The entries of the figures that belong under a heading."""
    return [
        Word(metric.term or metric.label, metric.meaning, metric.formula, metric.pages)
        for metric in METRICS.values()
        if metric.subject == subject
    ]


MONEY = Subject(
    "Money",
    (
        Word("Line", "One row of the transactions input.", shown=("quality",)),
        Word(
            "Amount",
            "The signed money of a line as the input states it, tax included; negative for a return. "
            "Where the input has a quantity and a price instead, the amount is computed from them.",
            "amount = sign(quantity) × (|quantity| × |price| + tax)",
            ("quality",),
        ),
        *figures("Money"),
    ),
)
BUYING = Subject(
    "Buying",
    (
        *figures("Buying"),
        Word(
            "Open tail",
            "The last days of the data, whose purchases may still come back: as many days as 99 % of the "
            "returns took. Months with such days are drawn hatched.",
            "smallest lag that 99 % of the return lines do not exceed",
            ("returns",),
        ),
        Word(
            "Refunded beyond what was paid",
            "A purchase of which more was refunded than paid, such as one that was refunded twice.",
            "positive lines + refunds of them < 0",
            ("returns",),
        ),
        Word(
            "Orphan",
            "A refund whose id no purchase has. Said only where ids are shared: where at least half of the "
            "return lines carry the id of a purchase.",
            shown=("returns",),
        ),
        Word(
            "Comparison",
            "The last full month against the same month a year before, unless the reader picks the "
            "previous period of equal length or the same dates last year. Shown only when that period "
            "lies wholly inside the data, else “-”. Rates change in percentage points.",
            "value / earlier value - 1; of a rate, rate - earlier rate",
            ("index",),
        ),
    ),
)
PEOPLE = Subject(
    "Customers",
    (
        *figures("Customers"),
        Word(
            "Gap",
            "Days from a customer’s order to their next; orders of one day are one. The gap after someone’s "
            "last order is still open and counts as at least as long as it has lasted; closed gaps alone would be "
            "too short. The usual gap is the one within which half of the orders are followed by another; whoever "
            "is past the gap of 90 or 95 % has most likely lapsed.",
            "share closed within d days = 1 - product over days t up to d of (1 - closed at t / at risk at t) "
            "(E. L. Kaplan and P. Meier, 1958)",
            ("segments",),
        ),
        Word(
            "Group",
            "Everyone is in exactly one: scored (a kept purchase), nothing kept (purchases, all returned), "
            "refund only (lines, but no purchase), prospect (in the customer table, without a line).",
            "scored + nothing kept + refund only + prospects = all customers",
            ("segments",),
        ),
        Word(
            "Guest", "A line without a customer. It is revenue, never a person.", shown=("quality",)
        ),
        Word(
            "Recency",
            "Days from the last kept purchase to the as-of date.",
            "as-of - date of the last kept purchase",
            ("segments", "customers"),
        ),
        Word(
            "Frequency",
            "How often a customer bought and kept something.",
            "number of kept purchases",
            ("segments", "customers"),
        ),
        Word(
            "Monetary",
            "Net revenue of the customer, all returns included; the dashboard says customer spend, and "
            "average spend of a group.",
            "sum of the customer's amounts",
            ("segments", "customers"),
        ),
        Word(
            "New, returning, reactivated",
            "New: first purchase ever within 90 days of the as-of date. Reactivated: within these days a "
            "purchase, be it the last or not, after a gap of more than 365 days. Returning: everyone else "
            "who bought. The config can set the days.",
            shown=("customers",),
        ),
        Word(
            "Segment",
            "A group of scored customers by how they buy: their recency and frequency scores.",
            shown=("segments", "customers"),
        ),
        Word(
            "Cluster",
            "A group of customers by what they buy, not how much: K-means on the shares of what they kept.",
            shown=("clusters", "customers"),
        ),
    ),
)
DAYS = Subject(
    "Days",
    (
        Word(
            "As-of",
            "The last date with a valid line, or the date that the config sets (later lines are then "
            "ignored); never today's. A last date more than 31 days after the one before it stops the run.",
            shown=("index", "segments"),
        ),
        Word(
            "Through",
            "The date of the last purchase. After it there may be returns only.",
            shown=("index",),
        ),
        Word(
            "Week, year",
            "ISO weeks, which begin on Monday, and calendar years. Dates are local trading days.",
            shown=("index",),
        ),
    ),
)
CHANGES = Subject(
    "Changes",
    (
        Word(
            "Bridge",
            "From the net revenue of a month to that of the same month a year later, step by step; the "
            "steps add up to the last cent. Gross revenue is taken apart into the factors below, for "
            "known customers in categories and channels that sold in both months; guests, what entered "
            "or left, and returns are steps of their own.",
            "gross = buyers × purchases per buyer × units per purchase × revenue per unit",
            ("changes",),
        ),
        Word(
            "Shapley share",
            "The part of a change that is put down to one factor: its effect, averaged over every order "
            "in which the factors could have changed (L. S. Shapley, 1953). Shares are rounded to whole "
            "smallest units, the largest remainders up, so that they add up exactly.",
            shown=("changes",),
        ),
        Word(
            "Price and mix",
            "Revenue per unit changes when prices change, and when customers buy more of what is dear. Both are told "
            "apart within the finest product there is: the article, else the subcategory (whose “price” still "
            "holds a mix of its articles). Products that sold in one of the months only have no change of price "
            "and stand apart.",
            "price = sum of mean share of units × change of price; mix = sum of mean price × change of share",
            ("changes",),
        ),
        Word(
            "Chance",
            "How much a month varies though nothing changes: by how many orders arrive, and how large they happen to "
            "be. A change between two months is beyond chance when it is beyond two standard deviations of the "
            "difference, and, where many names are looked at, passes Holm’s test at 5 % (S. Holm, 1979).",
            "standard deviation = square root of the sum of the squares of the orders’ amounts (compound Poisson)",
            ("changes",),
        ),
    ),
)
SUBJECTS = (MONEY, BUYING, PEOPLE, DAYS, CHANGES)
WORDS = tuple(word for subject in SUBJECTS for word in subject.words)
