"""Lines -> small tables, on any engine: sales by ..., one row per customer, purchase, return."""

from retail.aggregates.merging import Merged, merge
from retail.aggregates.reduce import Aggregates, aggregated, collect_all
from retail.aggregates.spark import Spark

__all__ = ["Aggregates", "Merged", "Spark", "aggregated", "collect_all", "merge"]
