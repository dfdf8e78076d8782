"""Which tables are published at the level public and how they were changed; checks without
examples.

Checks name an example of what they found, and its place. An example may be an id or a birth date. A
place, and which example comes first, follow from the order of lines and files, which the site must not
depend on. `retail check` and the log report them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from retail.locale import PLAIN, Locale

Tables = dict[str, pd.DataFrame]
# Checks that name the first value that they found.
WITH_EXAMPLE = ("known_customers", "known_products", "one_customer", "birth_dates")
PLACE = r"[,;] the first(?: in|:) .*?, row [0-9,]*[0-9]"
EXAMPLE = r",? such as (?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+(?: \([^)]*\))?)"
MONEY = r" \(money [^)]*\)"


@dataclass
class Notes:
    """Published tables by name, and how each was changed, with numbers in the `locale`."""

    tables: Tables
    done: dict[str, str]
    locale: Locale = PLAIN

    def keep(self, name: str, frame: pd.DataFrame, done: str = "") -> None:
        """Publish the table `name`; `done` says how it was changed."""
        self.tables[name] = frame
        if done:
            self.done[name] = done

    def leave_out(self, name: str, why: str) -> None:
        """Don't publish the table `name`; `why` is the reason."""
        self.tables.pop(name, None)
        self.done[name] = f"left out: {why}"

    def finished(self) -> Tables:
        """The tables, with PRIVACY_NOTES when any table was changed."""
        if not self.done:
            return self.tables
        rows = sorted(self.done.items())
        return self.tables | {"privacy_notes": pd.DataFrame(rows, columns=["table", "done"])}


def without_examples(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The tables; CHECKS without ids, birth dates and places in files."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    observed = checks["observed"].str.replace(PLACE, "", regex=True)
    cut = observed.str.replace(EXAMPLE, "", regex=True)
    has_example = checks["check"].isin(WITH_EXAMPLE)
    return {**tables, "checks": checks.assign(observed=observed.mask(has_example, cut))}


def without_money(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables whose CHECKS don't tell the money of a few lines."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    observed = checks["observed"].str.replace(MONEY, "", regex=True)
    return {**tables, "checks": checks.assign(observed=observed)}
