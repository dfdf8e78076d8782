"""Labels of axes and legends, in the signs of the page's locale (`config.locale` of each chart)."""

from __future__ import annotations

from typing import Any

# Short and with the currency: "$1.5M"; Vega's own short form writes a billion as G, and parts below
# one with m for thousandths.
MONEY = (
    "abs(datum.value) < 1000 ? format(datum.value, '$~r') : "
    "replace(format(datum.value, '$~s'), regexp('([0-9])G'), '$1B')"
)


def short(is_money: bool) -> dict[str, Any]:
    """What makes an axis or a legend write short numbers: "$1.5M" for money, else "1.5M"."""
    return {"labelExpr": MONEY} if is_money else {"format": "~s"}


def month(index: str) -> str:
    """The short name of a month, by an expression of its number from 0."""
    return f"utcFormat(utc(2001, {index}, 1), '%b')"


def weekday(index: str) -> str:
    """The short name of a weekday, by an expression of its number from 0, Monday."""
    return f"utcFormat(utc(2001, 0, 1 + {index}), '%a')"
