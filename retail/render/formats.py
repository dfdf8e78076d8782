"""The one place where values become text: numbers, money, shares, days and months.

`shown` is how a reader sees a value, in the signs of the report's locale (`retail.locale`); `plain`
is how a machine reads it in a download. Both round by `retail.schema.rounding`, once, from the whole numbers
and quotients of the tables.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd

from retail.locale import Locale
from retail.schema.rounding import MEAN_DECIMALS, decimal, written
from retail.schema.table import Column
from retail.schema.units import Units

MISSING = "-"
EPOCH = date(1970, 1, 1)
SHOWN_DECIMALS = 2  # of money


def _exact(value: float, scale: int) -> str:
    """A sum with the decimals that the input has; what isn't whole, which is a mean, with two more."""
    if value == int(value):
        return decimal(int(value), scale)
    return _mean(value, scale)


def _mean(value: float, scale: int) -> str:
    return written(value, scale + MEAN_DECIMALS, -scale)


@cache
def day(number: int) -> str:
    """Days since 1970-01-01 as an ISO date."""
    return (EPOCH + timedelta(days=int(number))).isoformat()


@cache
def month(number: int) -> str:
    """A month number (year * 12 + month - 1) as "2014-02"."""
    year, index = divmod(int(number), 12)
    return f"{year:04d}-{index + 1:02d}"


def real_decimals(largest: float, are_whole: bool = False) -> int:
    """How many decimals a column shows whose largest absolute value is `largest`."""
    if are_whole:
        return 0
    return 3 if largest < 10 else 2 if largest < 100 else 1 if largest < 1e6 else 0


def plain_real(value: float) -> str:
    """A float for machines: whole numbers exactly, others to 6 significant digits."""
    if value.is_integer() and abs(value) < 2**63:
        return str(int(value))
    return repr(float(f"{value:.6g}"))


_PLAIN: dict[str, Callable[[Any], str]] = {
    "text": str,
    "count": str,
    "day": day,
    "month": month,
    "number": str,
    "share": plain_real,
    "real": plain_real,
    "exact": lambda value: str(int(value)) if float(value).is_integer() else repr(float(value)),
    "flag": lambda value: "true" if value else "false",
    "moment": str,
}


class Formats:
    """Values as text for one run: its money and quantity scales, currency and locale."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.locale = Locale.of(units.locale)
        self._shown: dict[str, Callable[[Any], str]] = {
            "text": str,
            "count": self.count,
            "money": self.money,
            "mean": self.money,
            "quantity": self.quantity,
            "day": cache(self.day),
            "month": cache(self.month),
            "number": lambda value: str(int(value)),
            "share": self.share,
            "real": self.real,
            "exact": self.real,
            "flag": lambda value: "yes" if value else "no",
            "moment": self.moment,
        }

    def money(self, value: float) -> str:
        """Money or a mean of it with two decimals, with the currency when there is one."""
        plain = written(value, SHOWN_DECIMALS, -self.units.money_scale)
        return self.locale.money(plain, self.units.currency)

    def count(self, value: int) -> str:
        """A whole number."""
        return self.locale.count(value)

    def share(self, value: float) -> str:
        """A share in percent."""
        return self.locale.percentage(value, 1)

    def change(self, share: float) -> str:
        """A change as a share, with its sign: "+12.5%"."""
        return ("+" if share > 0 else "") + self.share(share)

    def points(self, difference: float) -> str:
        """The difference of two shares in percentage points, with its sign: "+0.4 points"."""
        plain = written(difference, 1, 2)
        return f"{'+' if difference > 0 else ''}{self.locale.number(plain)} points"

    def quantity(self, value: float) -> str:
        """Units, with the decimals that the input has, a mean with two more."""
        return self.locale.number(_exact(value, self.units.quantity_scale))

    def real(self, value: float, decimals: int | None = None) -> str:
        """A number without a unit, to about four significant digits, never in powers of ten; whole where it is."""
        is_whole = value == int(value)
        places = real_decimals(abs(value), is_whole) if decimals is None else decimals
        return self.locale.number(written(value, places))

    def day(self, number: int) -> str:
        """Days since 1970-01-01 as a date."""
        return self.locale.day_after_1970(number)

    def moment(self, text: str) -> str:
        """A time in UTC as "2014-02-28 13:05", or with a T between: the day as a day, then the time."""
        return f"{self.locale.written_day(date.fromisoformat(text[:10]))}, {text[11:16]}"

    def month(self, number: int) -> str:
        """A month number (year * 12 + month - 1) as month and year."""
        return self.locale.month_number(number)

    def shown(self, kind: str) -> Callable[[Any], str]:
        """How a value of a column kind is written on a page (values that are there)."""
        return self._shown[kind]

    def displayed(self, kind: str) -> Callable[[Any], str]:
        """How a value in display units (money as decimal number, days as text) is written."""
        if kind in ("money", "mean"):
            return lambda value: self.locale.number(written(float(value), SHOWN_DECIMALS))
        if kind == "quantity":
            return self.real
        if kind == "day":
            return lambda text: self.locale.written_day(date.fromisoformat(text))
        if kind == "month":
            return lambda text: self.locale.written_month(*map(int, text.split("-")))
        return self._shown[kind]

    def plain(self, kind: str) -> Callable[[Any], str]:
        """How a value of a column kind is written in a download (values that are there)."""
        scales = {
            "money": self.units.money_scale,
            "quantity": self.units.quantity_scale,
        }
        if kind in scales:
            return lambda value: _exact(value, scales[kind])
        if kind == "mean":
            return lambda value: _mean(value, self.units.money_scale)
        return _PLAIN[kind]

    def column(self, column: Column, values: list[Any]) -> list[str]:
        """Values of a column for a page; what is missing (None) is "-", all reals have the same
        decimals."""
        if column.kind in ("real", "exact"):
            return self.reals(values)
        return spelled(values, self.shown(column.kind), MISSING)

    def reals(self, values: list[Any]) -> list[str]:
        """A whole column of numbers without a unit."""
        there = [float(value) for value in values if value is not None]
        are_whole = all(map(float.is_integer, there))
        places = real_decimals(max(map(abs, there), default=0.0), are_whole)
        return spelled(values, lambda value: self.real(value, places), MISSING)

    def plain_column(self, kind: str, values: pd.Series) -> list[str]:
        """A whole column for a download; what is missing is empty."""
        return spelled(present(values), self.plain(kind), "")


def spelled(values: list[Any], write: Callable[[Any], str], missing: str) -> list[str]:
    """Each value by `write`, each that is None as `missing`."""
    return [missing if value is None else write(value) for value in values]


def present(values: pd.Series) -> list[Any]:
    """The values as Python objects, None where one is missing."""
    gaps = values.isna().to_numpy()
    found: list[Any] = values.tolist()
    if gaps.any():
        return [None if gap else v for v, gap in zip(found, gaps.tolist(), strict=True)]
    return found
