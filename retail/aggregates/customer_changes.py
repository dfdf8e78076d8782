"""Of which customers a changed table does not say what the one before it said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

BESIDE_LINES = ("contactable",)  # what merged lines do not say of their customers


@dataclass(frozen=True)
class Changes:
    """Ids (texts) of the customers that came, went or are told of otherwise: `all` of them, and those
    `on_lines`, of whom merged lines would say something else."""

    all: pd.Series
    on_lines: pd.Series


def between(before: Path, now: Path) -> Changes | None:
    """The changes between two Parquet tables of customers; None where they can't be told, as one is gone
    or they have other columns."""
    if not before.exists():
        return None
    tables = pq.read_table(before), pq.read_table(now)
    if tables[0].schema != tables[1].schema:
        return None
    parts = [part.to_pandas() for part in _apart(*tables)]
    both = pd.concat(parts, ignore_index=True)
    on_lines = [name for name in both.columns if name not in BESIDE_LINES]
    ids = [
        both.loc[~both.duplicated(columns, keep=False), "customer_id"]
        .astype("str")
        .drop_duplicates(ignore_index=True)
        for columns in (list(both.columns), on_lines)
    ]
    return Changes(*ids)


def _apart(one: pa.Table, other: pa.Table) -> tuple[pa.Table, pa.Table]:
    """Two tables without the first and the last rows that they share: most exports only append."""
    size = min(len(one), len(other))
    is_alike = _alike(one.slice(0, size), other.slice(0, size))
    first = size if is_alike.all() else int(is_alike.argmin())
    left = size - first
    is_alike = _alike(one.slice(len(one) - left), other.slice(len(other) - left))[::-1]
    last = left if is_alike.all() else int(is_alike.argmin())
    return one.slice(first, len(one) - first - last), other.slice(first, len(other) - first - last)


def _alike(one: pa.Table, other: pa.Table) -> np.ndarray:
    """Whether the rows of two tables of one schema and length are equal, one by one."""
    found = np.ones(len(one), bool)
    for a, b in zip(one.columns, other.columns, strict=True):
        is_equal = pc.fill_null(pc.equal(a, b), False)
        found &= pc.or_(is_equal, pc.and_(pc.is_null(a), pc.is_null(b))).to_numpy()
    return found
