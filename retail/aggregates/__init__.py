"""Lines -> small tables, on any engine: sales by ..., one row per customer, purchase, return."""

from retail.aggregates.reduce import Aggregates, collect_all
from retail.aggregates.spark import Spark

__all__ = ["Aggregates", "Spark", "collect_all"]
