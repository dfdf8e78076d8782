"""Lists with real ids, for those who act on them; they never enter the site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from retail.privacy.pseudonyms import Pseudonyms
from retail.schema import TABLES
from retail.schema.table import Column, Table

CUSTOMER_COLUMNS = (
    "customer_id",
    "group",
    "segment",
    "cluster",
    "recency_days",
    "frequency",
    "monetary",
    "r",
    "f",
    "m",
    "lifecycle",
    "contactable",
    "held_out",
)
LISTS = ("customers", "refunds_beyond", "orphan_refunds", "rejects")
PSEUDONYMS = {"customer_id": "customer_pseudonym", "transaction_id": "transaction_pseudonym"}


def private_lists(
    tables: Mapping[str, pd.DataFrame], names: Pseudonyms | None
) -> dict[str, tuple[Table, pd.DataFrame]]:
    """By name of LISTS: the table and its rows, with the pseudonym that the site shows, if it does.

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
