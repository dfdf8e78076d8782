"""Tables as published at a privacy level, and the private lists with real ids.

raw: ids as they are. internal: ids replaced by pseudonyms. public: no row about one person, no group
of fewer than five (see `rules`). At every level no other personal column leaves: a birth date
becomes an age band before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from retail.locale import PLAIN, Locale
from retail.privacy import rules
from retail.privacy.groups import People
from retail.privacy.notes import without_examples
from retail.privacy.pseudonyms import Pseudonyms
from retail.schema import TABLES
from retail.schema.table import Column, Table

IDS = ("customer_id", "transaction_id")
# What only private lists and the next run are made of: a row per customer that no page reads.
PRIVATE = frozenset({"movement_customers", "next_steps"})
CUSTOMER_COLUMNS = (
    "customer_id", "group", "segment", "cluster", "recency_days", "frequency", "monetary", "r",
    "f", "m", "lifecycle", "contactable", "held_out",
)  # fmt: skip
LISTS = ("customers", "refunds_beyond", "orphan_refunds", "rejects")
PSEUDONYMS = {"customer_id": "customer_pseudonym", "transaction_id": "transaction_pseudonym"}


def publishable(
    tables: Mapping[str, pd.DataFrame],
    level: str,
    names: Pseudonyms | None,
    people: People | None = None,
    locale: Locale = PLAIN,
) -> dict[str, pd.DataFrame]:
    """Tables by name as published at a level. names: needed at the level internal; people: at the
    level public.

    Raises CheckError when there are too few customers to publish anything.
    """
    if level == "public":
        if people is None:
            raise ValueError("groups need the people behind them")
        return rules.grouped(tables, people, locale)
    if level == "internal" and names is None:
        raise ValueError("level internal needs pseudonyms")
    cleaned = without_examples(tables)
    shown = names if level == "internal" else None
    return {n: _impersonal(frame, n, shown) for n, frame in cleaned.items() if n not in PRIVATE}


def _impersonal(frame: pd.DataFrame, table: str, names: Pseudonyms | None) -> pd.DataFrame:
    personal = {c.name for c in TABLES[table].columns if c.personal} - set(IDS)
    kept = frame.drop(columns=[c for c in frame.columns if c in personal])
    if names is None:
        return kept
    return kept.assign(**{kind: names.of(kept[kind], kind) for kind in IDS if kind in kept})


def private_lists(
    tables: Mapping[str, pd.DataFrame], names: Pseudonyms | None
) -> dict[str, tuple[Table, pd.DataFrame]]:
    """Name of LISTS -> table and rows, with the pseudonyms of the site where it has some.

    tables: CUSTOMERS, REFUNDS_BEYOND, ORPHAN_REFUNDS and REJECTS, as far as there are, with the
    input's ids. A list is there even when it is empty, so that an old one can't be taken for it.
    """
    found = {}
    for name in LISTS:
        table = TABLES[name]
        frame = tables.get(name, pd.DataFrame({column: [] for column in table.names}))
        wanted = CUSTOMER_COLUMNS if name == "customers" else table.names
        columns = [table.column(c) for c in wanted if c in frame]
        shown = frame[[c.name for c in columns]]
        for kind, pseudonym in PSEUDONYMS.items():
            if names is not None and kind in shown:
                shown = shown.assign(**{pseudonym: names.of(shown[kind], kind)})
                columns.append(Column(pseudonym, "text", f"of {kind}, as on the site"))
        found[name] = (replace(table, columns=tuple(columns)), shown)
    return found
