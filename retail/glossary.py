"""Every word that the project uses in a meaning of its own: the source of methods.html.

A word has one meaning in code, column names, pages and docs; this page is where it is written down.
"""

from __future__ import annotations

from dataclasses import dataclass


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
        Word("Gross revenue", "What was sold, tax included.", "gross = sum of positive amounts", ("index",)),
        Word(
            "Returns",
            "What was given back, tax included. Shown at the return's own date, below zero.",
            "returns = sum of negative amounts",
            ("index", "quality"),
        ),
        Word(
            "Net revenue",
            "What is left of sales after returns, tax included. There is no cost in the data, so nothing "
            "here is called profit.",
            "net = gross + returns",
            ("index", "segments", "clusters", "customers"),
        ),
        Word(
            "Tax",
            "The tax within net revenue. A return takes its tax back.",
            "tax = sum of sign(amount) × |tax of the line|",
            ("index",),
        ),
        Word("Net revenue ex tax", "Net revenue without the tax in it.", "net - tax", ("index",)),
        Word("Units", "Pieces sold less pieces returned.", "units = sum of signed quantities", ("index",)),
    ),
)
BUYING = Subject(
    "Buying",
    (
        Word(
            "Transaction",
            "All lines with one id; without an id column, all lines of one customer on one date. "
            "Transactions are distinct ids: one that spans two months counts in both, so they don't add up.",
            "number of distinct ids",
            ("index",),
        ),
        Word(
            "Purchase",
            "A transaction with at least one positive line, dated at its earliest positive line. Trends "
            "count purchases by that date, so they add up.",
            "number of transactions with an amount above 0",
            ("index",),
        ),
        Word(
            "Kept purchase",
            "A purchase of which something is left after what was returned of it.",
            "positive lines + returns matched to it > 0",
            ("segments", "customers"),
        ),
        Word("Average order", "What a purchase comes to, before returns.", "gross / purchases", ("index", "segments")),
        Word(
            "Average daily net revenue",
            "Net revenue per calendar day, days without a sale included. The range is cut to the days "
            "from the first date to the last purchase.",
            "net / calendar days of the range",
            ("index",),
        ),
        Word(
            "Return rate",
            "The share of sales that came back, by value. A return is credited to the purchase it belongs "
            "to: its date, category, channel and segment. Returns of the last days are still to come, so "
            "their rate is too low and drawn hatched.",
            "-(returns credited) / gross",
            ("index", "segments"),
        ),
        Word(
            "Comparison",
            "The last full month against the same month a year before, unless the reader picks the "
            "previous period of equal length or the same dates last year. Shown only when that period "
            "lies wholly inside the data, else “-”.",
            "value / earlier value - 1",
            ("index",),
        ),
    ),
)
PEOPLE = Subject(
    "Customers",
    (
        Word("Buyer", "A customer with a purchase. Buyers of two products are one buyer, so they don't add up.", "number of distinct customers with a purchase", ("index",)),
        Word(
            "Group",
            "Everyone is in exactly one: scored (a kept purchase), nothing kept (purchases, all returned), "
            "refund only (lines, but no purchase), prospect (in the customer table, without a line).",
            "scored + nothing kept + refund only + prospects = all customers",
            ("segments",),
        ),
        Word("Guest", "A line without a customer. It is revenue, never a person.", shown=("quality",)),
        Word("Recency", "Days from the last kept purchase to the as-of date.", "as-of - date of the last kept purchase", ("segments", "customers")),
        Word("Frequency", "How often a customer bought and kept something.", "number of kept purchases", ("segments", "customers")),
        Word("Monetary", "Net revenue of the customer, all returns included.", "sum of the customer's amounts", ("segments", "customers")),
        Word(
            "New, returning, reactivated",
            "New: first purchase ever within 90 days of the as-of date. Returning: first purchase before "
            "that. Reactivated: a purchase after a gap of more than 365 days. The config can set the days.",
            shown=("customers",),
        ),
        Word("Segment", "A group of scored customers by how they buy: their recency and frequency scores.", shown=("segments", "customers")),
        Word("Cluster", "A group of customers by what they buy: K-means on the units they kept.", shown=("clusters", "customers")),
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
        Word("Through", "The date of the last purchase. After it there may be returns only.", shown=("index",)),
        Word("Week, year", "ISO weeks, which begin on Monday, and calendar years. Dates are local trading days.", shown=("index",)),
    ),
)
SUBJECTS = (MONEY, BUYING, PEOPLE, DAYS)
WORDS = tuple(word for subject in SUBJECTS for word in subject.words)

CONVENTIONS = (
    Convention(
        "How the numbers are made",
        (
            "Money is added up in whole smallest units, exactly. Ratios are taken at the end, from those "
            "whole numbers; amounts are then shown with two decimals, rounded half up.",
            "Unknown is a value like any other: a blank gender, city or category is counted as Unknown, so "
            "that the parts add up to the whole.",
            "The same lines give the same figures to the last digit, whatever their order, the number of "
            "files or the engine.",
        ),
    ),
    Convention(
        "How dates are read",
        (
            "Whether 03/04 is in March or April is decided for each format of a column, from evidence over "
            "all its lines: parts above 12, ISO dates, and that no return comes before its purchase. The "
            "evidence is on the quality page; without any, the run stops and asks.",
        ),
        ("date_evidence",),
    ),
    Convention(
        "How returns find their purchase",
        (
            "By the first rule that applies: the same transaction id; the same customer, product and unit "
            "price, the latest earlier purchase with units left; the same at any price; else it stays "
            "unmatched.",
            "A matched return reduces that purchase. An unmatched one reduces its customer's monetary only, "
            "and one without a customer net revenue only.",
        ),
        ("return_matching",),
    ),
    Convention(
        "How customers are scored",
        (
            "Each scored customer gets three scores, for recency, frequency and monetary; the highest is "
            "best, for recency too. A score is 1 plus the number of cut points below the value (for recency "
            "it is counted from the other end), so equal values always share a score.",
            "Cut points are the quantiles that divide the scored customers into equal parts, by linear "
            "interpolation, computed exactly. Where many customers share a value, two cut points can be "
            "equal; then a score is left empty and drawn hatched. The config can fix the cut points.",
            "Names come from the scores in 5 bins, by recency and frequency; monetary colours the grid. The "
            "original's seven levels come from the sum of three scores in 4 bins. A name in one "
            "convention doesn't mean the same in another: compare rules, not names.",
        ),
        ("segments",),
    ),
    Convention(
        "How clusters are found",
        (
            "Of each scored customer who kept at least one unit: the units kept of each subcategory, never "
            "below zero, standardised; then principal components (PCA); then K-means with fixed seed and "
            "several starts. Clusters are numbered by size.",
            "The silhouette tells how much closer customers are to their own cluster than to the next: 1 is "
            "perfect, 0 is none. It is not compared across numbers of components. Past 20,000 customers it is "
            "taken on a sample of 2,000, and marked.",
            "The noise test asks whether chance alone would look as good. Subcategory labels are shuffled "
            "over the lines, so that each customer keeps the number and units of their lines and each "
            "subcategory its number, and everything is fitted again. Only a silhouette above what such "
            "shuffled data reach, by at least 0.05, means that tastes differ.",
            "Stability is the agreement (adjusted Rand index) of the clusters with those found on "
            "subsamples of 80 % of the customers. A pair is recommended only when it beats noise and its "
            "median stability is at least 0.75.",
            "The index of a profile is the share of a subcategory in the cluster's units over its share in "
            "all units, times 100: 100 is like everyone, 200 is twice as much.",
        ),
        ("cluster_fits",),
    ),
    Convention(
        "What is left out, and why",
        (
            "A view whose column the input doesn't have is left out, not drawn empty: no channel column, no "
            "channel chart. A chart of many names shows the largest and puts the others together as Other.",
            "Birth dates never appear, only age bands. Customers have pseudonyms unless the config asks for "
            "the ids as they are. Values that couldn't be read may be personal, so the site counts them by "
            "column and reason; the list itself stays in the private working folder.",
            "Downloads are CSV files in UTF-8. A text that a spreadsheet would run as a formula has an "
            "apostrophe before it.",
        ),
    ),
)
