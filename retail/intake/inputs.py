"""What intake hands on: checked Parquet files, what was decided about them, and the reconciliation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from retail.schema.units import Units


@dataclass(frozen=True)
class DateFormat:
    """One format of the transactions' date column; its index is `date_format` in CHECKED."""

    pattern: str  # such as "DD-MM-YYYY"
    is_day_first: bool  # which of the two readings in CHECKED holds (equal for ISO forms)
    lines: int
    evidence: str


@dataclass(frozen=True)
class Inputs:
    """The checked input of one run.

    transactions: one Parquet per input file, schema `lines.CHECKED`, all at the same scales; the
        position in the tuple is `file` in LINES.
    dropped: Parquet with columns file, row: records that are not used (repeats, lines after as-of,
        excluded by rule); the reconciliation says why. None when there are none.
    customers: Parquet with customer_id and, as far as the input has them, gender, birth_day, city,
        contactable (texts as read, birth_day int64 with nulls); unique by customer_id.
    products: Parquet with category_code, subcategory_code, category, subcategory, unique by the pair
        of codes; or with product_id and category, subcategory or both, unique by product_id.
    cities: Parquet with code, name, latitude, longitude; unique by code.
    features: which optional fields the input has, by name, such as "tax", "birth_date", "transaction_id",
        "quantity", "category", "contactable", "cities" and the names of `schema.dimensions`.
    tables: the quality tables of schema.quality that intake fills: input_files, books (lines read
        to lines kept, with money: the reconciliation), date_evidence, checks, missing, rejects.
    as_of: the config's, in days since 1970-01-01; None: the last day with a line.
    """

    transactions: tuple[Path, ...]
    date_formats: tuple[DateFormat, ...]
    dropped: Path | None
    customers: Path | None
    products: Path | None
    cities: Path | None
    units: Units
    features: frozenset[str]
    tables: Mapping[str, pd.DataFrame]
    as_of: int | None = None
