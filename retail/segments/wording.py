"""Whole numbers in words: the sentences and rules that pages print with scores and clusters."""

from __future__ import annotations

import math
from fractions import Fraction

from retail.locale import Locale
from retail.schema.rounding import written
from retail.schema.units import Units

UNIT = {"recency": ("day", "days"), "frequency": ("order", "orders")}
SMALLEST = {"recency": 0, "frequency": 1}  # of a scored customer


def amount(smallest: Fraction | int, units: Units) -> str:
    """Money in the smallest unit as pages show it, with two decimals: '3,787.94'."""
    return Locale.of(units.locale).money(written(smallest, 2, -units.money_scale), units.currency)


def thing(measure: str, value: int, units: Units) -> str:
    """A value of a measure with its unit: '1 day', '5 orders', '3,787.94'."""
    if measure == "monetary":
        return amount(value, units)
    one, many = UNIT[measure]
    return f"{_whole(value, units)} {one if value == 1 else many}"


def _whole(value: int, units: Units) -> str:
    return Locale.of(units.locale).count(value)


def span(measure: str, above: Fraction | None, up_to: Fraction | None, units: Units) -> str:
    """The values above one cut point and up to another, in words.

    Days and orders are whole, so 'above 78, up to 170' is '79 to 170 days'.
    """
    if above is not None and up_to is not None and math.floor(above) >= math.floor(up_to):
        return "no value: equal cut points"
    if measure == "monetary":
        parts = ["above " + amount(above, units)] if above is not None else []
        parts += ["up to " + amount(up_to, units)] if up_to is not None else []
        return ", ".join(parts) or "any amount"
    many = UNIT[measure][1]
    low = SMALLEST[measure] if above is None else math.floor(above) + 1
    if up_to is None:
        return f"{_whole(low, units)} or more {many}"
    high = math.floor(up_to)
    if low >= high:
        return thing(measure, high, units)
    return f"{_whole(low, units)} to {thing(measure, high, units)}"


def scores(low: int, high: int) -> str:
    """A range of scores: '5' or '4-5'."""
    return str(low) if low == high else f"{low}-{high}"


def listed(words: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
