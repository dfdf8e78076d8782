"""Lines -> small tables, on any engine: sales by ..., one row per customer, purchase, return."""

from retail.aggregates.collect import Aggregates, collect_all

__all__ = ["Aggregates", "collect_all"]
