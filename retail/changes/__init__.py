"""What changed: this month against a year before, this run against the last."""

from __future__ import annotations

from retail.changes.months import tables as of_months

__all__ = ["of_months"]
