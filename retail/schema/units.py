"""In which units tables hold amounts, and which days a run covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True)
class Units:
    """How whole numbers in tables become amounts: 10**scale smallest units make one.

    locale: name of the locale that pages write them in (`retail.locale`).
    """

    money_scale: int
    quantity_scale: int
    currency: str = ""
    locale: str = ""


@dataclass(frozen=True)
class Period:
    """Days since 1970-01-01. `as_of`: last valid line; `through`: last purchase; `first`: first line."""

    first: int
    through: int
    as_of: int

    @property
    def last_full_month(self) -> int | None:
        """The last calendar month wholly within first..through; None when there is none.

        Through, not as-of: after the last purchase there may still be refunds, which is not trade.
        """
        month = month_of(self.through + 1) - 1
        return month if first_day(month) >= self.first else None


def day_of(text: str) -> int:
    """An ISO date as days since 1970-01-01."""
    return (date.fromisoformat(text) - EPOCH).days


def month_of(day: int) -> int:
    """The month (year * 12 + month - 1) of a day (days since 1970-01-01)."""
    found = EPOCH + timedelta(days=day)
    return found.year * 12 + found.month - 1


def first_day(month: int) -> int:
    """First day of a month (year * 12 + month - 1), in days since 1970-01-01.

    >>> first_day(month_of(0)), first_day(month_of(31))
    (0, 31)
    """
    return (date(month // 12, month % 12 + 1, 1) - EPOCH).days
