"""A return that has a number of its own and names its order in another column belongs to that order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def adopt(texts: dict[str, Any], amount: np.ndarray, table: str) -> None:
    """Give the returns of a batch the `parent_id` that they state as their transaction id.

    texts: columns of the batch by field, changed in place. A line of the transactions is a return by its
    `amount`; all of a returns table is.
    """
    parent = texts.get("parent_id")
    if parent is None:
        return
    is_return = pa.array((amount < 0) | (table == "returns"))
    own = texts.get("transaction_id", pa.nulls(len(parent), pa.string()))
    texts["transaction_id"] = pc.if_else(pc.and_(is_return, pc.is_valid(parent)), parent, own)
