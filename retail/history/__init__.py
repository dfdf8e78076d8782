"""History of runs: a small database in the working folder, and the record of this run in it."""

from __future__ import annotations

from retail.history.database import History, Run, opened
from retail.history.record import CENTRES, Past, Record, last_centres, recorded
from retail.history.snapshot import Snapshot

__all__ = [
    "CENTRES", "History", "Past", "Record", "Run", "Snapshot", "last_centres", "opened",
    "recorded",
]  # fmt: skip
