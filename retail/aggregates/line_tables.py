"""Lazy tables made of LINES, from which all small tables are made: purchases, matched returns, units, visits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import narwhals.stable.v2 as nw
import pandas as pd

from retail.aggregates import kept_units, purchases, returns, sales, sums
from retail.aggregates.engine import Engine, Frame
from retail.aggregates.purchases import Codes


@dataclass(frozen=True)
class LineTables:
    """LINES, MATCHED and PURCHASES (with `purchases.LINE_COLUMNS`) as frames of one engine.

    Properties are the tables made of them, each made once. A table that is scanned several times is
    materialized.
    """

    lines: Frame
    matched: Frame
    purchases: Frame
    engine: Engine
    codes: Codes  # of the names in `purchases`

    @cached_property
    def sold(self) -> Frame:
        """The positive lines."""
        return self.lines.filter(nw.col("amount") > 0)

    @cached_property
    def fact_rows(self) -> Frame:
        """See `sales.fact_rows`."""
        return sales.fact_rows(self.lines, self.matched)

    @cached_property
    def customer_fact_rows(self) -> Frame:
        """See `sales.customer_fact_rows`."""
        return sales.customer_fact_rows(self.lines, self.purchases, self.matched)

    @cached_property
    def visits(self) -> Frame:
        """See `purchases.visits`."""
        return self.engine.materialized(purchases.visits(self.purchases), "visits")

    @cached_property
    def known_visits(self) -> Frame:
        """Visits of known customers."""
        return self.visits.filter(nw.col("customer_id") != "")

    @cached_property
    def subcategory_table(self) -> pd.DataFrame:
        """See `kept_units.subcategories`."""
        return kept_units.subcategories(self.lines)

    @cached_property
    def subcategories(self) -> Frame:
        """`subcategory_table` as a frame of the engine."""
        return self.engine.from_pandas(self.subcategory_table, "subcategories")

    @cached_property
    def units(self) -> Frame:
        """See `kept_units.by_purchase`."""
        found = kept_units.by_purchase(self.sold, self.matched, self.subcategories)
        return self.engine.materialized(found, "units")

    @cached_property
    def units_by_customer(self) -> Frame:
        """See `kept_units.by_customer`."""
        return self.engine.materialized(kept_units.by_customer(self.units), "units_by_customer")

    @cached_property
    def mixed(self) -> frozenset[str]:
        """The columns of `purchases.LINE_COLUMNS` that have several values in at least one purchase."""
        several = {
            name: (nw.col(f"first_{name}") != nw.col(f"last_{name}")).cast(nw.Int64).sum()
            for name in purchases.LINE_COLUMNS
        }
        counts = self.purchases.select(**several).collect("pandas").to_native()
        return frozenset(name for name in several if int(counts[name].iloc[0] or 0))

    def transactions(self) -> int:
        """Number of distinct transaction ids, purchases and other transactions together."""
        bought = self.purchases.select("transaction_id")
        others = self.lines.filter(nw.col("amount") <= 0).select("transaction_id")
        return sums.count(nw.concat([bought, others], how="vertical").unique())


def of(lines: Frame, engine: Engine) -> LineTables:
    """Make purchases and matched returns of LINES with `engine`."""
    sold = lines.filter(nw.col("amount") > 0)
    codes = purchases.codes(lines, engine)
    bought = engine.materialized(purchases.bought(sold, codes), "bought")
    matched = returns.match(lines, sold, bought, engine)
    summarised = engine.materialized(purchases.summarise(bought, matched), "purchases")
    return LineTables(lines, matched, summarised, engine, codes)
