"""Lines -> the lazy tables that every small one is made of: purchases, matched returns, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import kept, purchases, returns, sales
from retail.aggregates.purchases import Codes
from retail.aggregates.scan import Engine, Frame

T = TypeVar("T")


class unlocked(cached_property[T]):  # noqa: N801  named as what it is a kind of
    """`cached_property` as it is since Python 3.12: before, only one thread of all could compute one."""

    def __init__(self, compute: Callable[[Any], T]) -> None:
        super().__init__(compute)
        self.lock = nullcontext()


@dataclass(frozen=True)
class Reduced:
    """The lazy tables of some lines, and the engine that made them; the larger ones are computed once."""

    lines: Frame
    matched: Frame
    purchases: Frame
    bench: Engine
    codes: Codes | None = None  # of the names in `purchases`, where these are numbered
    pairs: pd.DataFrame | None = None  # see `kept.pairs`, where it is known

    @unlocked
    def sold(self) -> Frame:
        """The positive lines."""
        return self.lines.filter(nw.col("amount") > 0)

    @unlocked
    def entries(self) -> Frame:
        """See `sales.entries`."""
        return sales.entries(self.lines, self.matched)

    @unlocked
    def entries_of_customers(self) -> Frame:
        """See `sales.entries_of_customers`."""
        return sales.entries_of_customers(self.lines, self.purchases, self.matched)

    @unlocked
    def visits(self) -> Frame:
        """See `purchases.visits`."""
        return self.bench.stored(purchases.visits(self.purchases), "visits")

    @unlocked
    def known_visits(self) -> Frame:
        """Visits of known customers."""
        return self.visits.filter(nw.col("customer_id") != "")

    @unlocked
    def shelves(self) -> Frame:
        """See `kept.shelves`."""
        return kept.shelves(
            kept.pairs(self.lines) if self.pairs is None else self.pairs, self.bench
        )

    @unlocked
    def baskets(self) -> Frame:
        """See `kept.baskets`."""
        return self.bench.stored(kept.baskets(self.sold, self.matched, self.shelves), "baskets")

    def baskets_of(self, customers: Frame) -> Frame:
        """The baskets of some customers (`customer_id`)."""
        if "baskets" in self.__dict__:  # they are there already
            return self.baskets.join(customers, on="customer_id", how="semi")
        buyer = customers.select(purchase_customer=nw.col("customer_id"))
        return kept.baskets(
            self.sold.join(customers, on="customer_id", how="semi"),
            self.matched.join(buyer, on="purchase_customer", how="semi"),
            self.shelves,
        )

    @unlocked
    def tastes(self) -> Frame:
        """See `kept.tastes`."""
        return self.bench.stored(kept.tastes(self.baskets), "tastes")

    @unlocked
    def ids(self) -> Frame:
        """Distinct ids of transactions and the customers who have them."""
        others = self.lines.filter(nw.col("amount") <= 0).select(*purchases.PURCHASE).unique()
        own = self.purchases.select(*purchases.PURCHASE)
        new = others.join(own, on=list(purchases.PURCHASE), how="anti")
        return self.bench.stored(nw.concat([own, new], how="vertical"), "ids")

    @unlocked
    def mixed(self) -> frozenset[str]:
        """Which of `purchases.SPREAD` some purchase has several values of."""
        several = {
            name: (nw.col(f"first_{name}") != nw.col(f"last_{name}")).cast(nw.Int64).sum()
            for name in purchases.SPREAD
        }
        counts = self.purchases.select(**several).collect("pandas").to_native()
        return frozenset(name for name in several if int(counts[name].iloc[0] or 0))


def of(lines: Frame, bench: Engine) -> Reduced:
    """The tables of `lines`."""
    sold = lines.filter(nw.col("amount") > 0)
    codes = purchases.codes(lines, bench)
    bought = bench.stored(purchases.bought(sold, codes), "bought")
    matched = returns.match(lines, sold, bought, bench)
    summarised = bench.stored(purchases.summarise(bought, matched), "purchases")
    return Reduced(lines, matched, summarised, bench, codes)
