"""Customers as files: scripts that the customers page asks for, and the CSV files of each customer list.

All customers are in files of some thousand rows each. A page of the table reads one file. A search, or
another order, reads them one after the other and keeps the best rows only, so a million customers cost
the browser no more memory than a few thousand. Lists come in pages that a spreadsheet can open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from retail.lists import CustomerLists
from retail.render import csv_files, scripts
from retail.render.formats import Formats, present
from retail.render.site_tables import SiteTable
from retail.schema.units import Units

FILE_ROWS = 2_000
COLUMNS = (
    "customer_id", "age_band", "gender", "city", "group", "lifecycle", "cluster", "recency_days",
    "frequency", "monetary", "r", "f", "m", "segment",
)  # fmt: skip
PAGE_ROWS = 50_000


@dataclass(frozen=True)
class CustomerFiles:
    """Files by path, and what the page needs to ask for them (web/src/pages/customers.js)."""

    files: dict[str, bytes] = field(default_factory=dict)
    about: str = "{}"


def files(
    customers: SiteTable, units: Units, links: Mapping[tuple[str, str], str]
) -> CustomerFiles:
    """Customers by net revenue, most first, in files; `links` are pages by column and text."""
    shown = [customers.table.column(n) for n in COLUMNS if n in customers.frame.columns]
    net = customers.frame["net"].to_numpy("int64")
    rows = customers.frame[[c.name for c in shown]].iloc[np.argsort(-net, kind="stable")]
    parts = [
        scripts.literal([_column(part[column.name]) for column in shown])
        for part in (
            rows.iloc[start : start + FILE_ROWS] for start in range(0, len(rows), FILE_ROWS)
        )
    ]
    name = hashlib.sha256("".join(parts).encode()).hexdigest()[:12]
    folder = f"data/customers.{name}"
    about = {
        "folder": folder,
        "files": len(parts),
        "fileRows": FILE_ROWS,
        "rows": len(rows),
        "moneyScale": units.money_scale,
        "currency": units.currency,
        "columns": [{"name": c.name, "label": c.heading, "kind": c.kind} for c in shown],
        "links": {f"{column} {text}": file for (column, text), file in links.items()},
    }
    content = {
        f"{folder}/{at}.js": f"window.retailReport.people({at}, {part});\n".encode()
        for at, part in enumerate(parts)
    }
    return CustomerFiles(content, msgspec.json.encode(about).decode())


def _column(values: pd.Series) -> dict[str, Any]:
    """A column of texts as a list of distinct texts and positions in it, where that is shorter."""
    found = present(values)
    names = sorted({value for value in found if isinstance(value, str)})
    if not names or len(names) > len(found) / 2:
        return {"values": found}
    places = {name: at for at, name in enumerate(names)}
    return {"names": names, "values": [None if v is None else places[v] for v in found]}


@dataclass(frozen=True)
class ListFile:
    """One page of a list: `path` below the folder of lists, without its ending."""

    name: str
    rows: int
    content: bytes

    @property
    def path(self) -> str:
        """In the site."""
        return f"data/lists/{self.name}.csv"


def list_pages(
    customer_lists: CustomerLists, formats: Formats, page_rows: int = PAGE_ROWS
) -> dict[str, list[ListFile]]:
    """The files of each list by its name."""
    found: dict[str, list[ListFile]] = {one.name: [] for one in customer_lists.lists}
    for name, file in list_files(customer_lists, formats, page_rows):
        found[name].append(file)
    return found


def list_files(
    customer_lists: CustomerLists, formats: Formats, page_rows: int = PAGE_ROWS
) -> Iterator[tuple[str, ListFile]]:
    """The files of all lists one after the other, each with its list's name; each customer's line is
    written once and used in all."""
    head, lines = (
        csv_files.head(customer_lists.table),
        list(csv_files.blocks(customer_lists.table, customer_lists.customers, formats)),
    )
    for one in customer_lists.lists:
        starts = range(0, max(len(one.rows), 1), page_rows)
        for number, start in enumerate(starts, 1):
            rows = one.rows[start : start + page_rows]
            name = one.name if len(starts) == 1 else f"{one.name}-{number}"
            yield one.name, ListFile(name, len(rows), head + csv_files.picked(lines, rows))


def list_tables(
    customer_lists: CustomerLists, files: dict[str, list[ListFile]]
) -> dict[str, SiteTable]:
    """Each file as a table of the data package, which describes its columns."""
    titles = {one.name: f"{one.subject}: {one.title}" for one in customer_lists.lists}
    return {
        f"lists/{file.name}": SiteTable(
            replace(customer_lists.table, name=f"lists/{file.name}", title=titles[name]),
            customer_lists.customers.iloc[:0],
        )
        for name, parts in files.items()
        for file in parts
    }
