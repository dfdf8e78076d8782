"""The one place where values become text: numbers, money, shares, days and months.

`shown` is how a reader sees a value, `plain` how a machine reads it in a download. Both work on the
whole numbers of the tables: money is rounded half up from its exact smallest units and never
passes through a float.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from retail.schema.measures import Measures
from retail.schema.table import Column

MISSING = "-"
EPOCH = date(1970, 1, 1)
SHOWN_DECIMALS = 2  # of money


def half_up(value: int, scale: int, decimals: int) -> int:
    """`value` in units of 10**-scale as units of 10**-decimals, halves away from zero.

    >>> half_up(-12345, 3, 2), half_up(12344, 3, 2), half_up(12, 0, 2)
    (-1235, 1234, 1200)
    """
    if decimals >= scale:
        return value * 10 ** (decimals - scale)
    unit = 10 ** (scale - decimals)
    size = (2 * abs(value) + unit) // (2 * unit)
    return -size if value < 0 else size


def decimal(value: int, scale: int, mark: str = "") -> str:
    """`value` in units of 10**-scale as a decimal number, `mark` between thousands.

    >>> decimal(-1234567, 2, ","), decimal(5, 3), decimal(1200, 0, ",")
    ('-12,345.67', '0.005', '1,200')
    """
    whole, rest = divmod(abs(value), 10**scale)
    text = f"{whole:,}".replace(",", mark)
    if scale:
        text += f".{rest:0{scale}d}"
    return f"-{text}" if value < 0 else text


def day(number: int) -> str:
    """Days since 1970-01-01 as an ISO date."""
    return (EPOCH + timedelta(days=int(number))).isoformat()


def month(number: int) -> str:
    """year * 12 + month - 1 as "2014-02"."""
    year, index = divmod(int(number), 12)
    return f"{year:04d}-{index + 1:02d}"


def real(value: float) -> str:
    """A number without a unit, to about four significant digits, never in powers of ten."""
    size = abs(value)
    decimals = 4 if size < 1 else 3 if size < 10 else 2 if size < 100 else 1 if size < 1e6 else 0
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_real(value: float) -> str:
    """A float for machines: whole numbers exactly, others to 6 significant digits."""
    if value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return repr(float(f"{value:.6g}"))


def displayed(kind: str) -> Callable[[Any], str]:
    """How a value in display units (money as decimal number, days as text) is written."""
    if kind == "money":
        return lambda value: f"{_cents(value):,.2f}"
    if kind == "quantity":
        return real
    if kind in ("day", "month"):
        return str
    return _SHOWN[kind]


def _cents(value: float) -> Decimal:
    return Decimal(repr(float(value))).quantize(Decimal("0.01"), rounding="ROUND_HALF_UP")


_SHOWN: dict[str, Callable[[Any], str]] = {
    "text": str,
    "count": lambda value: f"{int(value):,}",
    "day": day,
    "month": month,
    "number": lambda value: str(int(value)),
    "share": lambda value: f"{value:.1%}",
    "real": real,
    "flag": lambda value: "yes" if value else "no",
}
_PLAIN: dict[str, Callable[[Any], str]] = {
    "text": str,
    "count": str,
    "day": day,
    "month": month,
    "number": str,
    "share": plain_real,
    "real": plain_real,
    "flag": lambda value: "true" if value else "false",
}


class Formats:
    """Values as text for one run: its money and quantity scales and its currency."""

    def __init__(self, measures: Measures) -> None:
        self.measures = measures

    def money(self, value: int) -> str:
        """Money with two decimals, rounded half up, behind the currency when there is one."""
        cents = half_up(int(value), self.measures.money_scale, SHOWN_DECIMALS)
        text = decimal(abs(cents), SHOWN_DECIMALS, ",")
        return f"{'-' if cents < 0 else ''}{self.measures.currency}{text}"

    def change(self, share: float) -> str:
        """A change as a share, with its sign: "+12.5%"."""
        return f"{share:+.1%}"

    def quantity(self, value: int) -> str:
        """Units, with the decimals that the input has."""
        return decimal(int(value), self.measures.quantity_scale, ",")

    def shown(self, kind: str) -> Callable[[Any], str]:
        """How a value of a column kind is written on a page (values that are there)."""
        return {"money": self.money, "quantity": self.quantity}.get(kind) or _SHOWN[kind]

    def plain(self, kind: str) -> Callable[[Any], str]:
        """How a value of a column kind is written in a download (values that are there)."""
        if kind == "money":
            return lambda value: decimal(int(value), self.measures.money_scale)
        if kind == "quantity":
            return lambda value: decimal(int(value), self.measures.quantity_scale)
        return _PLAIN[kind]

    def column(self, column: Column, values: pd.Series) -> list[str]:
        """A whole column for a page; what is missing is "-"."""
        return spell(values, self.shown(column.kind), MISSING)


def spell(values: pd.Series, write: Callable[[Any], str], missing: str) -> list[str]:
    """Each value by `write`, each missing one as `missing`."""
    return [missing if _is_missing(value) else write(value) for value in present(values)]


def present(values: pd.Series) -> Iterable[Any]:
    """The values as Python objects, None where one is missing."""
    return values.astype(object).where(values.notna(), None).tolist()


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
