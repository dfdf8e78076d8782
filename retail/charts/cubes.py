"""Cubes: what the dashboard filters when the lines are too many to travel, within a budget of bytes.

A cube is sums by period and some dimensions. The page picks for a state of its filters the finest
cube that carries all of them (web/src/state/sources.js). Each has a share of the budget and is made
coarser until it fits: days become weeks, months, quarters, years.
"""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from retail.schema.dashboard import GRAINS, NUMBERS
from retail.schema.dimensions import IN_LINES, SCORES, names

DIMENSIONS = ("category", "product", *names(IN_LINES), *names(SCORES))
MOST_ROWS = 1_500_000  # of a cube before it is made coarser


@dataclass(frozen=True)
class Spec:
    """A cube to be made: its dimensions besides time, and its share of the page's bytes."""

    name: str
    dimensions: tuple[str, ...]
    share: float
    is_first: bool = False


COMMON = tuple(d.name for d in IN_LINES if d.own_cubes is None)
OWN = {d.name: d.own_cubes for d in IN_LINES if d.own_cubes}
SPECS = (
    Spec("days", (), 0.08, is_first=True),
    Spec("sales", ("category", *COMMON), 0.5, is_first=True),
    Spec("products", ("product",), 0.17, is_first=True),
    *(Spec(alone, (name,), 0.13 / len(OWN), is_first=True) for name, (alone, _) in OWN.items()),
    Spec("sales-days", ("category", *COMMON), 0.9),
    Spec("segments", ("product", *COMMON, "segment"), 1.0),
    Spec("cells", ("category", *COMMON, "segment", "cell", "cluster"), 1.0),
    *(Spec(crossed, ("category", *COMMON, name), 0.5) for name, (_, crossed) in OWN.items()),
)
SAMPLE = 0.7  # share of the bytes for the sample of customers


@dataclass(frozen=True)
class Cube:
    """A cube that fits."""

    spec: Spec
    grain: str
    rows: pd.DataFrame  # day, the dimensions, NUMBERS
    bytes: int


def fitted(
    spec: Spec,
    rows: pd.DataFrame,
    periods: pd.DataFrame,
    budget: int,
    grain: str = "day",
) -> Cube | None:
    """The finest cube within `budget` bytes, None when not even years fit.

    rows: its sums at `grain`. periods: by day the first day of its period of each of GRAINS.
    """
    for now in GRAINS[GRAINS.index(grain) :]:
        rows = coarsened(rows, spec.dimensions, periods, now)
        if len(rows) <= MOST_ROWS:
            size = weight(packed_rows(rows, spec.dimensions))
            if size <= budget:
                return Cube(spec, now, rows, size)
    return None


def coarsened(
    rows: pd.DataFrame, dimensions: Sequence[str], periods: pd.DataFrame, grain: str
) -> pd.DataFrame:
    """Sums of the rows by the periods of a coarser grain. Grains are nested, so a row is in one period."""
    first = rows["day"].map(dict(zip(periods["day"], periods[grain], strict=True)))
    by = rows.assign(day=first).groupby(["day", *dimensions], as_index=False, sort=True)
    return by[list(NUMBERS)].sum()


def weight(values: Any) -> int:
    """Bytes that plain values weigh as compressed JSON."""
    return len(gzip.compress(msgspec.json.encode(values), 6))


def packed_rows(rows: pd.DataFrame, dimensions: Sequence[str]) -> dict[str, Any]:
    """The columns of a cube for the page; rows are sorted by dimension, then by day.

    Two columns travel as differences, which are nearly all 0 and compress well: tax less the tax at one rate,
    and credited returns less returns.
    """
    rows = rows.sort_values([*dimensions, "day"], kind="stable")
    net = (rows["gross"] + rows["returns"]).to_numpy()
    rate, rest = tax_beside(net, rows["tax"].to_numpy())
    days, at = np.unique(rows["day"].to_numpy(), return_inverse=True)
    return {
        "count": len(rows),
        "days": days.tolist(),
        "day": planes(at),
        **{name: planes(rows[name].to_numpy()) for name in dimensions},
        **{name: planes(rows[name].to_numpy()) for name in NUMBERS[:2]},
        "taxRate": rate,
        "taxRest": planes(rest),
        **{name: planes(rows[name].to_numpy()) for name in ("units", "purchases")},
        "creditedRest": planes((rows["credited_returns"] - rows["returns"]).to_numpy()),
    }


def planes(values: np.ndarray) -> dict[str, Any]:
    """Whole numbers as {least, width, data}, for compression.

    least: the smallest number. width: bytes for each number. data: base64 of the numbers less `least`: first the
    lowest byte of every number, then the next one, and so on. High bytes of neighbours are alike, so they
    compress.
    """
    numbers = np.asarray(values, dtype=np.int64)
    least = int(numbers.min(initial=0))
    above = (numbers - least).astype("<u8")
    width = max(1, -(-int(above.max(initial=0)).bit_length() // 8))
    cut = above.view(np.uint8).reshape(-1, 8)[:, :width].T
    data = base64.b64encode(np.ascontiguousarray(cut).tobytes()).decode("ascii")
    return {"least": least, "width": width, "data": data}


def tax_beside(amount: np.ndarray, tax: np.ndarray) -> tuple[float, np.ndarray]:
    """One tax rate for all rows, and the tax that it doesn't explain.

    tax = floor(amount x rate + 0.5) + rest, exactly, in Python and in the page. In a shop with one tax rate the
    rest is a few smallest units, which compress to little.
    """
    total = int(np.abs(amount).sum())
    rate = int(np.abs(tax).sum()) / total if total else 0.0
    return rate, tax - np.floor(amount * rate + 0.5).astype(np.int64)
