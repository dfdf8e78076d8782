"""Lines -> the lazy tables that every small one is made of: purchases, matched returns, what was units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import narwhals.stable.v2 as nw

from retail.aggregates import purchases, returns, sales, sums, units
from retail.aggregates.engine import Engine, Frame
from retail.aggregates.purchases import Codes


@dataclass(frozen=True)
class LineTables:
    """The lazy tables of some lines, and the engine that made them; the larger ones are computed once."""

    lines: Frame
    matched: Frame
    purchases: Frame
    bench: Engine
    codes: Codes  # of the names in `purchases`

    @cached_property
    def sold(self) -> Frame:
        """The positive lines."""
        return self.lines.filter(nw.col("amount") > 0)

    @cached_property
    def entries(self) -> Frame:
        """See `sales.entries`."""
        return sales.entries(self.lines, self.matched)

    @cached_property
    def entries_of_customers(self) -> Frame:
        """See `sales.entries_of_customers`."""
        return sales.entries_of_customers(self.lines, self.purchases, self.matched)

    @cached_property
    def visits(self) -> Frame:
        """See `purchases.visits`."""
        return self.bench.stored(purchases.visits(self.purchases), "visits")

    @cached_property
    def known_visits(self) -> Frame:
        """Visits of known customers."""
        return self.visits.filter(nw.col("customer_id") != "")

    @cached_property
    def shelves(self) -> Frame:
        """See `units.shelves`."""
        return units.shelves(units.pairs(self.lines), self.bench)

    @cached_property
    def baskets(self) -> Frame:
        """See `units.baskets`."""
        return self.bench.stored(units.baskets(self.sold, self.matched, self.shelves), "baskets")

    def baskets_of(self, customers: Frame) -> Frame:
        """The baskets of some customers (`customer_id`)."""
        if "baskets" in self.__dict__:  # they are there already
            return self.baskets.join(customers, on="customer_id", how="semi")
        buyer = customers.select(purchase_customer=nw.col("customer_id"))
        return units.baskets(
            self.sold.join(customers, on="customer_id", how="semi"),
            self.matched.join(buyer, on="purchase_customer", how="semi"),
            self.shelves,
        )

    @cached_property
    def tastes(self) -> Frame:
        """See `units.tastes`."""
        return self.bench.stored(units.tastes(self.baskets), "tastes")

    @cached_property
    def transactions(self) -> int:
        """How many distinct ids of transactions there are."""
        others = self.lines.filter(nw.col("amount") <= 0).select("transaction_id")
        own = self.purchases.select("transaction_id")
        return sums.count(nw.concat([own, others], how="vertical").unique())

    @cached_property
    def mixed(self) -> frozenset[str]:
        """Which of `purchases.SPREAD` some purchase has several values of."""
        several = {
            name: (nw.col(f"first_{name}") != nw.col(f"last_{name}")).cast(nw.Int64).sum()
            for name in purchases.SPREAD
        }
        counts = self.purchases.select(**several).collect("pandas").to_native()
        return frozenset(name for name in several if int(counts[name].iloc[0] or 0))


def of(lines: Frame, bench: Engine) -> LineTables:
    """The tables of `lines`; see `LineTables`."""
    sold = lines.filter(nw.col("amount") > 0)
    codes = purchases.codes(purchases.names(lines), bench)
    bought = bench.stored(purchases.bought(sold, codes), "bought")
    matched = returns.match(lines, sold, bought, bench)
    summarised = bench.stored(purchases.summarise(bought, matched), "purchases")
    return LineTables(lines, matched, summarised, bench, codes)
