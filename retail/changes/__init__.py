"""What changed: this month against a year before, this run against the last."""

from __future__ import annotations

from retail.changes.month_bridge import tables as of_months
from retail.changes.runs import moved_customers
from retail.changes.runs import tables as of_runs
from retail.changes.steady import checks as against_the_last_run

__all__ = ["against_the_last_run", "moved_customers", "of_months", "of_runs"]
