"""Whole numbers in words: the sentences and rules that pages print beside scores and clusters."""

from __future__ import annotations

import math
from fractions import Fraction

from retail.schema.measures import Measures

UNIT = {"recency": ("day", "days"), "frequency": ("order", "orders"), "monetary": ("", "")}


def amount(smallest: int, measures: Measures) -> str:
    """Money in the smallest unit as printed, such as 378794 -> '3,787.94'."""
    scale = measures.money_scale
    whole, part = divmod(abs(smallest), 10**scale)
    digits = f"{whole:,}" + (f".{part:0{scale}d}" if scale else "")
    return ("-" if smallest < 0 else "") + measures.currency + digits


def thing(measure: str, value: int, measures: Measures) -> str:
    """A value of a measure with its unit: '1 day', '5 orders', '3,787.94'."""
    if measure == "monetary":
        return amount(value, measures)
    one, many = UNIT[measure]
    return f"{value:,} {one if value == 1 else many}"


def span(measure: str, above: Fraction | None, up_to: Fraction | None, measures: Measures) -> str:
    """The whole values above one cut point and up to another, in words.

    Values are whole numbers, so 'above 78 days, up to 170' is '79 to 170 days'.
    """
    low = None if above is None else math.floor(above) + 1
    high = None if up_to is None else math.floor(up_to)
    floor = {"recency": 0, "frequency": 1}.get(measure)
    if low is None and high is None:
        return "any value"
    if low is not None and high is not None and low > high:
        return "no value: equal cut points"
    if low is None and floor is not None:
        low = floor
    if high is None:
        return f"{_bare(measure, low or 0, measures)} or more{_unit(measure)}"
    if low is None:
        return f"up to {thing(measure, high, measures)}"
    if high < low:
        return "no value"
    if low == high:
        return thing(measure, high, measures)
    return f"{_bare(measure, low, measures)} to {thing(measure, high, measures)}"


def _bare(measure: str, value: int, measures: Measures) -> str:
    return amount(value, measures) if measure == "monetary" else f"{value:,}"


def _unit(measure: str) -> str:
    many = UNIT[measure][1]
    return f" {many}" if many else ""


def scores(low: int, high: int) -> str:
    """A range of scores: '5' or '4-5'."""
    return str(low) if low == high else f"{low}-{high}"


def listed(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
