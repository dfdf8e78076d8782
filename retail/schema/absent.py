"""What a report leaves out, since the input has no column for it: tables, columns and rows of values.

In: tables by name, and the optional fields that the input has. Nothing is left out where a field is there,
be it blank in every row.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from retail.schema import changes, dashboard, lists, returns, segments
from retail.schema.dimensions import SUMMED

if TYPE_CHECKING:
    import pandas as pd

CUSTOMERS = "customer_id"  # the field without which there are no customers
OF_CUSTOMERS = frozenset(
    table.name
    for table in (
        *segments.TABLES,
        *lists.TABLES,
        changes.SEGMENT_MOVES,
        dashboard.DASHBOARD_PEOPLE,
        dashboard.DASHBOARD_SAMPLE,
        returns.RETURNS_BY_SEGMENT,
        *(table for table in returns.TABLES if CUSTOMERS in table.key),
    )
)
MIXES = frozenset({"segment_mix", "cluster_mix"})  # a row by dimension and value
# The page's scripts read codes of every dimension.
CODED = frozenset({"dashboard_lines", "dashboard_sample"})


def columns(features: frozenset[str], table: str = "") -> frozenset[str]:
    """Columns of a table that would say the same in every row: Unknown, or no buyers."""
    of_customers = () if CUSTOMERS in features else (CUSTOMERS, "buyers", "customers")
    return frozenset((*_absent(features, table), *of_customers))


def _absent(features: frozenset[str], table: str) -> set[str]:
    """The dimensions of which a table could say nothing; tables of customers have what customers state."""
    is_theirs = table == segments.CUSTOMERS.name or table in MIXES
    return {d.name for d in SUMMED if (d.stated if is_theirs else d.needs) not in features}


def without_absent(
    tables: Mapping[str, pd.DataFrame], features: frozenset[str]
) -> dict[str, pd.DataFrame]:
    """The tables without those, and without rows, about what the input has no column for.

    Columns stay, since charts and scripts read them: `columns` are left out where tables are published.
    """
    absent = _absent(features, "")
    found = {}
    for name, frame in tables.items():
        if name in OF_CUSTOMERS and CUSTOMERS not in features:
            continue
        if name not in CODED and absent & _key(name):
            continue
        if name in MIXES:
            frame = frame[~frame["dimension"].isin(_absent(features, name))]
        elif name == "cubes" and CUSTOMERS not in features:
            frame = frame[frame["cube"] != "sample"]
        elif name == changes.RUNS.name:
            frame = frame.drop(columns=[c for c in columns(features) if c in frame])
        found[name] = frame
    return found


def _key(name: str) -> frozenset[str]:
    from retail.schema import TABLES

    return frozenset(TABLES[name].key if name in TABLES else ())
