"""Each input file becomes checked Parquet and a read report; nothing is lost, nothing guessed."""

from __future__ import annotations

from retail.intake.propose import propose
from retail.intake.read import read

__all__ = ["propose", "read"]
