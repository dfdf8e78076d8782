"""What may leave at the level public, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from retail.locale import PLAIN, Locale

Tables = dict[str, pd.DataFrame]


@dataclass
class Notes:
    """Tables that may leave, and what was done to which; `locale` is how numbers are written in it."""

    tables: Tables
    done: dict[str, str]
    locale: Locale = PLAIN

    def keep(self, name: str, frame: pd.DataFrame, done: str = "") -> None:
        """A table, and what was done to it."""
        self.tables[name] = frame
        if done:
            self.done[name] = done

    def leave_out(self, name: str, why: str) -> None:
        """A table that stays in."""
        self.tables.pop(name, None)
        self.done[name] = f"left out: {why}"

    def finished(self) -> Tables:
        """The tables, with PRIVACY_NOTES when there is something to tell."""
        if not self.done:
            return self.tables
        rows = sorted(self.done.items())
        return self.tables | {"privacy_notes": pd.DataFrame(rows, columns=["table", "done"])}
