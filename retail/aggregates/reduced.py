"""Lines -> the lazy tables that every small one is made of: purchases, matched returns, what was kept."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import kept, purchases, returns, sales
from retail.aggregates.opening import Frame
from retail.aggregates.purchases import Codes
from retail.aggregates.scan import Engine

T = TypeVar("T")


class shared_property(cached_property[T]):  # noqa: N801  named as what it is a kind of
    """A `cached_property` that threads share: who asks for it while it is computed waits for that.

    Until Python 3.12 nobody else could compute the same property of another instance meanwhile, and
    since then two threads may compute it twice.
    """

    def __init__(self, compute: Callable[[Any], T]) -> None:
        super().__init__(compute)
        self.lock = nullcontext()  # of Python 3.11, for all instances

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None or self.attrname in instance.__dict__:
            return super().__get__(instance, owner)
        with instance.__dict__.setdefault(f"lock of {self.attrname}", Lock()):
            return super().__get__(instance, owner)


@dataclass(frozen=True)
class Reduced:
    """The lazy tables of some lines, and the engine that made them; the larger ones are computed once."""

    lines: Frame
    matched: Frame
    purchases: Frame
    bench: Engine
    codes: Codes | None = None  # of the names in `purchases`, where these are numbered
    pairs: pd.DataFrame | None = None  # see `kept.pairs`, where it is known
    others: Reduced | None = None  # of the same customers: where these bought, that is no new buyer

    @shared_property
    def sold(self) -> Frame:
        """The positive lines."""
        return self.lines.filter(nw.col("amount") > 0)

    @shared_property
    def entries(self) -> Frame:
        """See `sales.entries`."""
        return sales.entries(self.lines, self.matched)

    @shared_property
    def entries_of_customers(self) -> Frame:
        """See `sales.entries_of_customers`."""
        return sales.entries_of_customers(self.lines, self.purchases, self.matched)

    @shared_property
    def visits(self) -> Frame:
        """See `purchases.visits`."""
        return self.bench.stored(purchases.visits(self.purchases), "visits")

    @shared_property
    def known_visits(self) -> Frame:
        """Visits of known customers."""
        return self.visits.filter(nw.col("customer_id") != "")

    @shared_property
    def shelves(self) -> Frame:
        """See `kept.shelves`."""
        return kept.shelves(
            kept.pairs(self.lines) if self.pairs is None else self.pairs, self.bench
        )

    @shared_property
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

    @shared_property
    def shoppers(self) -> Frame:
        """Who bought what: the distinct `shelf` and customer_id of positive lines."""
        placed = self.sold.join(self.shelves, on=["category", "subcategory"], how="inner")
        return self.bench.stored(placed.select("shelf", "customer_id").unique(), "shoppers")

    @shared_property
    def tastes(self) -> Frame:
        """See `kept.tastes`."""
        return self.bench.stored(kept.tastes(self.baskets), "tastes")

    @shared_property
    def ids(self) -> Frame:
        """Distinct ids of transactions and the customers who have them."""
        others = self.lines.filter(nw.col("amount") <= 0).select(*purchases.PURCHASE).unique()
        own = self.purchases.select(*purchases.PURCHASE)
        new = others.join(own, on=list(purchases.PURCHASE), how="anti")
        return self.bench.stored(nw.concat([own, new], how="vertical"), "ids")

    @shared_property
    def mixed(self) -> frozenset[str]:
        """Which of `purchases.SPREAD` some purchase has several values of."""
        several = {
            name: (nw.col(f"first_{name}") != nw.col(f"last_{name}")).cast(nw.Int64).sum()
            for name in purchases.SPREAD
        }
        counts = self.purchases.select(**several).collect("pandas").to_native()
        return frozenset(name for name in several if int(counts[name].iloc[0] or 0))


def of(
    lines: Frame,
    bench: Engine,
    codes: Codes | None = None,
    pairs: pd.DataFrame | None = None,
    others: Reduced | None = None,
) -> Reduced:
    """The tables of `lines`; `codes` and `pairs` may be those of more lines. See `Reduced`."""
    sold = lines.filter(nw.col("amount") > 0)
    codes = codes or purchases.codes(purchases.names(lines), bench)
    bought = bench.stored(purchases.bought(sold, codes), "bought")
    matched = returns.match(lines, sold, bought, bench)
    summarised = bench.stored(purchases.summarise(bought, matched), "purchases")
    return Reduced(lines, matched, summarised, bench, codes, pairs, others)


def together(one: Reduced, other: Reduced, bench: Engine) -> Reduced:
    """The tables of both's lines, of which those with one id are in one of them."""
    lines, matched, bought = (
        nw.concat([getattr(one, name), getattr(other, name)], how="vertical")
        for name in ("lines", "matched", "purchases")
    )
    return Reduced(lines, matched, bought, bench, other.codes, other.pairs)
