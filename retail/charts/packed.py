"""Columns of numbers as base64, which the page decodes into typed arrays (web/src/data/packed.js)."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pandas as pd

INTEGERS = tuple(map(np.dtype, ("u1", "i1", "u2", "i2", "u4", "i4")))  # smallest first


def packed(values: Any) -> dict[str, str]:
    """Numbers as {type, data}: the smallest integer type that holds them (such as u16), else f64.

    Whole numbers up to 2**53 are exact in both. Bytes are little-endian.
    """
    numbers = np.asarray(values)
    kind = np.dtype("f8")
    if numbers.dtype.kind in "iub" or (numbers == np.floor(numbers)).all():
        low, high = int(numbers.min(initial=0)), int(numbers.max(initial=0))
        fitting = (
            one for one in INTEGERS if np.iinfo(one).min <= low and high <= np.iinfo(one).max
        )
        kind = next(fitting, kind)
    data = base64.b64encode(numbers.astype(kind.newbyteorder("<")).tobytes()).decode("ascii")
    return {"type": f"{kind.kind}{8 * kind.itemsize}", "data": data}


def codes(values: pd.Series, names: list[str]) -> np.ndarray:
    """The position of each value in `names`; -1 for one that is not among them."""
    return pd.Index(names).get_indexer(pd.Index(values)).astype(np.int32)
