"""One row per customer -> RFM scores, named segments, clusters, migration: who buys how, and what."""

from retail.segments.analyse import History, analyse, with_tests
from retail.segments.kmeans import one_thread

__all__ = ["History", "analyse", "one_thread", "with_tests"]
