"""Ids of checked lines as 64-bit hashes beside their texts: what compares the ids of all lines reads
whole numbers only.

Of ten million ids, two share a hash once in 400,000 shops; what is found with them is evidence and
warnings, never a figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

# Key -> the columns of CHECKED whose texts it stands for; missing where one of them is.
KEYS = {
    "transaction_key": ("transaction_id",),
    "customer_key": ("customer_id",),
    "product_key": ("product_id",),
    "shelf_key": ("category", "subcategory"),
}
MIX = np.int64(0x9E3779B97F4A7C15 - 2**64)  # odd, so that no two ids are mapped to one


def of(texts: Mapping[str, Any]) -> dict[str, Any]:
    """Those of KEYS that can be made of columns of texts, by name."""
    return {
        key: hashes([texts[name] for name in names])
        for key, names in KEYS.items()
        if all(name in texts for name in names)
    }


def hashes(columns: Sequence[Any], *, are_distinct: bool = False) -> Any:
    """Whole numbers for texts (joined where they are several columns), null where one is.

    Each text is hashed once; where they are distinct, none has to be looked for among the others.
    """
    texts = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if are_distinct and not texts.null_count:
        return pa.array(_hashed(texts))
    texts = pc.dictionary_encode(texts)
    return pa.array(_hashed(texts.dictionary)).take(texts.indices)


def _hashed(texts: Any) -> np.ndarray:
    from pandas.util import hash_array

    objects = texts.to_numpy(zero_copy_only=False).astype(object)
    return hash_array(objects, categorize=False).view(np.int64)


class Places:
    """Where whole numbers stand among others, which are hashed once: pyarrow would do it for each batch."""

    def __init__(self, known: np.ndarray) -> None:
        import pandas as pd

        self._known = pd.Index(known)

    def of(self, numbers: Any) -> np.ndarray:
        """The place of each; -1 of one that is missing or not among them."""
        found = self._known.get_indexer(np.asarray(pc.fill_null(numbers, 0)))
        found[np.asarray(pc.is_null(numbers))] = -1
        return found


def pairs(lines: Any) -> Any:
    """One whole number for the transaction and the customer of each line; guests share one."""
    ids, customers = (
        pc.fill_null(lines[name], 0).combine_chunks().to_numpy()
        for name in ("transaction_key", "customer_key")
    )
    is_missing = pc.is_null(lines["transaction_key"]).to_numpy()
    return pa.array(mixed(ids, customers), mask=is_missing)


def mixed(ids: np.ndarray, customers: np.ndarray) -> np.ndarray:
    """One whole number for the hashes of an id and of a customer."""
    return ids * MIX + customers
