"""Each input file becomes checked Parquet and a ledger; nothing is lost, nothing guessed."""

from __future__ import annotations

from retail.intake.proposal import propose
from retail.intake.reading import read

__all__ = ["propose", "read"]
