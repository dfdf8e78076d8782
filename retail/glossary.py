"""Every word that the project uses in a meaning of its own: the source of methods.html."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A term, what it means, its formula where it has one, and the pages that show it."""

    term: str
    meaning: str
    formula: str = ""
    shown: tuple[str, ...] = ()


WORDS = (Word("Line", "One row of the transactions input.", shown=("quality",)),)
