"""Purchases and returns by customer and month, arranged so that any month end is a subtraction.

A purchase counts from its own month until the month, if any, in which returns have eaten it up
(returns only reduce, so it never comes back). Months before the first one needed share column 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail import frames
from retail.schema.lines import PURCHASE

NEVER = np.iinfo("int64").max
NO_DAY = -(10**9)  # long before any purchase
CHUNK = 20_000  # customers worked on at a time, to bound memory
EPOCH = 1970 * 12  # January 1970; a month is year x 12 + month - 1


def month_of(days: np.ndarray | int) -> np.ndarray:
    """The month of each day (days since 1970-01-01)."""
    dates = np.asarray(days, dtype="int64").astype("datetime64[D]")
    return dates.astype("datetime64[M]").astype("int64") + EPOCH


def last_day(month: int) -> int:
    """The last day of a month, in days since 1970-01-01."""
    following = np.datetime64(month + 1 - EPOCH, "M").astype("datetime64[D]")
    return int(following.astype("int64")) - 1


def last_full(as_of: int) -> int:
    """The last month that has ended by `as_of`."""
    month = int(month_of(as_of))
    return month if last_day(month) <= as_of else month - 1


@dataclass(frozen=True)
class MonthlyHistory:
    """Purchases and money of some customers, by month.

    customers: ids, sorted. columns: number of months.
    For each purchase: buyer (position of the customer), month (column), day, and lost (column of the month in
    which returns have taken all of it; NEVER if something is left).
    For each entry of money, which is a purchase's positive lines or one return line: payer (position of the
    customer), paid (column) and amount (signed).
    """

    customers: pd.Index
    columns: int
    buyer: np.ndarray
    month: np.ndarray
    day: np.ndarray
    lost: np.ndarray
    payer: np.ndarray
    paid: np.ndarray
    amount: np.ndarray

    def chunks(self) -> Iterator[MonthlyHistory]:
        """The history in chunks of CHUNK customers."""
        for start in range(0, len(self.customers), CHUNK):
            stop = start + CHUNK
            bought = (self.buyer >= start) & (self.buyer < stop)
            paid = (self.payer >= start) & (self.payer < stop)
            yield MonthlyHistory(
                self.customers[start:stop],
                self.columns,
                self.buyer[bought] - start,
                self.month[bought],
                self.day[bought],
                self.lost[bought],
                self.payer[paid] - start,
                self.paid[paid],
                self.amount[paid],
            )

    def kept(self, known: int) -> tuple[np.ndarray, np.ndarray]:
        """Two arrays, months x customers: number of kept purchases up to each month, and day of the last one.

        known: last column whose returns count; later returns take nothing.
        """
        left = self.lost > known
        shape = self.columns, len(self.customers)
        place = self.month[left] * shape[1] + self.buyer[left]
        counts = np.bincount(place, minlength=shape[0] * shape[1]).astype("int32").reshape(shape)
        last = np.full(shape[0] * shape[1], NO_DAY, dtype="int32")
        np.maximum.at(last, place, self.day[left].astype("int32"))
        return _running(np.add, counts), _running(np.maximum, last.reshape(shape))

    def money(self) -> np.ndarray:
        """Months x customers: net revenue up to each."""
        sums = np.zeros((self.columns, len(self.customers)), dtype="int64")
        np.add.at(sums, (self.paid, self.payer), self.amount)
        return _running(np.add, sums)

    def first(self) -> np.ndarray:
        """The column of each customer's first purchase."""
        column = np.full(len(self.customers), NEVER)
        np.minimum.at(column, self.buyer, self.month)
        return column


def _running(join: np.ufunc, months_by_customer: np.ndarray) -> np.ndarray:
    """Accumulate the rows of an array from top to bottom by `join`, in place; faster than numpy's own on axis 0."""
    for row in range(1, len(months_by_customer)):
        join(months_by_customer[row - 1], months_by_customer[row], out=months_by_customer[row])
    return months_by_customer


def of(
    purchases: pd.DataFrame, return_lines: pd.DataFrame, first_month: int, last_month: int
) -> MonthlyHistory:
    """The history of all customers with a purchase; column 0 is all up to `first_month`.

    Takes PURCHASES and RETURN_LINES; entries after `last_month` are left out.
    """
    known = purchases[purchases["customer_id"].notna()].reset_index(drop=True)
    known = known[month_of(known["day"].to_numpy()) <= last_month].reset_index(drop=True)
    buyer, customers = pd.factorize(known["customer_id"], sort=True)
    month = np.maximum(month_of(known["day"].to_numpy()) - first_month, 0)
    own = return_lines[frames.is_among(return_lines["customer_id"], customers)]
    own = own[month_of(own["day"].to_numpy()) <= last_month]
    paid = np.maximum(month_of(own["day"].to_numpy()) - first_month, 0)
    return MonthlyHistory(
        customers=pd.Index(customers),
        columns=last_month - first_month + 1,
        buyer=buyer,
        month=month,
        day=known["day"].to_numpy("int64"),
        lost=_lost(known, return_lines, first_month, last_month),
        payer=np.concatenate([buyer, pd.Index(customers).get_indexer(own["customer_id"])]),
        paid=np.concatenate([month, paid]),
        amount=np.concatenate([known["gross"].to_numpy("int64"), own["amount"].to_numpy("int64")]),
    )


def _lost(
    purchases: pd.DataFrame, return_lines: pd.DataFrame, first_month: int, last_month: int
) -> np.ndarray:
    """Per purchase, the month column in which returns have taken all of it, else NEVER."""
    matched = return_lines[return_lines["purchase_id"].notna()]
    keys = {"purchase_id": PURCHASE[0], "purchase_customer": PURCHASE[1]}
    back = matched[[*keys, "day", "amount"]].rename(columns=keys)
    back = back.assign(month=month_of(back.pop("day").to_numpy()))
    sums = back[back["month"] <= last_month].groupby([*PURCHASE, "month"])["amount"].sum()
    steps = sums.reset_index().sort_values([*PURCHASE, "month"])
    steps["returned"] = steps.groupby(PURCHASE)["amount"].cumsum()
    numbered = purchases[[*PURCHASE, "gross"]].assign(at=range(len(purchases)))
    both = steps.merge(numbered, on=PURCHASE, validate="many_to_one")
    gone = both[both["gross"] + both["returned"] <= 0].drop_duplicates("at")
    lost = np.full(len(purchases), NEVER)
    lost[gone["at"]] = np.maximum(gone["month"] - first_month, 0)
    # A purchase whose positive lines come to nothing was never kept.
    lost[(purchases["gross"] <= 0).to_numpy()] = 0
    return lost
