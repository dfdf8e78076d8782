"""Segment migration between any two month ends as a script, which the page loads once a reader asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from retail.render import assets, formats, scripts
from retail.render.site_tables import SiteTable
from retail.schema.movement import START
from retail.schema.units import Units


def script(published: Mapping[str, SiteTable], units: Units) -> dict[str, bytes]:
    """{path: script} with `window.retailReport.movement`; empty without segment migration.

    Rows are columns of whole numbers: places in lists of names, customers, and money in the
    smallest unit. `pairs` holds, for each pair of month ends, how many rows it has.
    """
    if "last_moves" not in published or "segment_history" not in published:
        return {}
    migrations = published["movement"].frame
    known = published["segment_history"].frame[["segment", "order"]].drop_duplicates()
    states = [*known.sort_values("order")["segment"], START]
    starts = np.flatnonzero(
        np.diff(migrations["from_month"], prepend=-1) | np.diff(migrations["to_month"], prepend=-1)
    )
    firsts = migrations.iloc[starts]
    sizes = np.diff(starts, append=len(migrations))
    months = sorted(set(migrations["from_month"]) | set(migrations["to_month"]))
    packed: dict[str, Any] = {
        "months": [formats.month(month) for month in months],
        "states": states,
        "moneyScale": units.money_scale,
        "currency": units.currency,
        "pairs": [
            [int(first) - months[0], int(second) - months[0], int(size)]
            for first, second, size in zip(
                firsts["from_month"], firsts["to_month"], sizes, strict=True
            )
        ],
        "customers": migrations["customers"].tolist(),
        "before": migrations["monetary_before"].tolist(),
        "after": migrations["monetary_after"].tolist(),
    }
    for name in ("from_segment", "to_segment"):
        packed[name] = migrations[name].map({s: at for at, s in enumerate(states)}).tolist()
    for name in ("direction", "cause"):
        words = sorted(migrations[name].unique())
        packed[f"{name}s"] = words
        packed[name] = migrations[name].map({word: at for at, word in enumerate(words)}).tolist()
    content = scripts.namespaced({"movement": packed})
    return {assets.hashed("movement.js", content): content}
