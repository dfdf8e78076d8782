"""Long tables come in files of so many rows, and a site tells of so many single customers and no more.

Without a bound a shop of ten million customers would publish gigabytes every night. Everyone is in
the private folder, where lists have no bound.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from retail import frames
from retail.render import columns
from retail.render.formats import Formats
from retail.render.published import Published
from retail.report import Report

MOST_PEOPLE = 1_000_000


def bounded(published: Mapping[str, Published], most: int = MOST_PEOPLE) -> dict[str, Published]:
    """The tables that a site offers, of the `most` customers with the highest net revenue at most."""
    if "customers" not in published or len(published["customers"].frame) <= most:
        return dict(published)
    everyone = published["customers"].frame
    net = everyone["net"].to_numpy("int64")
    first = np.sort(np.argsort(-net, kind="stable")[:most])
    known = everyone["customer_id"].iloc[first]
    return {name: _of(shown, known) for name, shown in published.items()}


def is_cut(report: Report) -> bool:
    """Whether a site tells of some of the customers only."""
    return "customers" in report and len(report["customers"]) > MOST_PEOPLE


def _of(shown: Published, known: pd.Series) -> Published:
    """The rows of some customers, and all rows of a table that isn't about single ones."""
    if "customer_id" not in shown.frame.columns:
        return shown
    theirs = shown.frame["customer_id"]
    inside = theirs.isna().to_numpy() | frames.is_among(theirs, known)
    return replace(shown, frame=shown.frame[inside].reset_index(drop=True))


def files(shown: Published, formats: Formats) -> dict[str, bytes]:
    """The CSV files of a table by path."""
    return {part.paths[0]: b"".join(columns.table_parts(part, formats)) for part in shown.parts()}
