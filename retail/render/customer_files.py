"""All customers as files of some thousand rows each, that the customers page asks for as it needs them.

A page of the table reads one file. A search, or another order, reads them one after the other and
keeps the best rows only, so a million customers cost the browser no more memory than a few thousand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from retail.render import scripts
from retail.render.formats import present
from retail.render.site_tables import SiteTable
from retail.schema.measures import Measures

FILE_ROWS = 2_000
COLUMNS = (
    "customer_id",
    "age_band",
    "gender",
    "city",
    "group",
    "lifecycle",
    "cluster",
    "recency_days",
    "frequency",
    "monetary",
    "r",
    "f",
    "m",
    "segment",
)


@dataclass(frozen=True)
class CustomerFiles:
    """Files by path, and what the page needs to ask for them (web/src/pages/customers.js)."""

    files: dict[str, bytes] = field(default_factory=dict)
    about: str = "{}"


def files(
    customers: SiteTable, measures: Measures, links: Mapping[tuple[str, str], str]
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
        "moneyScale": measures.money_scale,
        "currency": measures.currency,
        "columns": [{"name": c.name, "label": c.heading, "kind": c.kind} for c in shown],
        "links": {f"{column} {text}": file for (column, text), file in links.items()},
    }
    content = {
        f"{folder}/{at}.js": f"window.retailReport.people({at}, {part});\n".encode()
        for at, part in enumerate(parts)
    }
    return CustomerFiles(content, msgspec.json.encode(about).decode())


def _column(values: pd.Series) -> dict[str, Any]:
    """Texts as positions in the list of those that there are, where that is shorter."""
    found = present(values)
    names = sorted({value for value in found if isinstance(value, str)})
    if not names or len(names) > len(found) / 2:
        return {"values": found}
    places = {name: at for at, name in enumerate(names)}
    return {"names": names, "values": [None if v is None else places[v] for v in found]}
