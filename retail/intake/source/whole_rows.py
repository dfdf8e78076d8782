"""Records of texts as they are meant, before anything in them is judged: a header among them left out, blanks
that stand for the value above filled.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def repeats_header(table: Any, first: Sequence[str]) -> np.ndarray:
    """Which records of a table of texts are the header again."""
    same: Any = None
    for at, header in enumerate(first):
        equal = pc.fill_null(pc.equal(table.column(at).combine_chunks(), header), False)
        same = equal if same is None else pc.and_(same, equal)
        if not pc.any(same).as_py():
            return np.zeros(table.num_rows, bool)
    return same.to_numpy(zero_copy_only=False)


@dataclass
class FillDown:
    """Fills blanks of the columns `at` with the value above, batch by batch.

    Only within an order where the position of its id is given: an order's own blanks stay blank. Where the id is
    filled too, a record with an id begins an order.
    """

    at: Sequence[int]
    order: int | None = None
    missing: Sequence[str] = ()
    above: Any = None  # the last record of the batch before, filled

    def __call__(self, table: Any) -> Any:
        """A table of texts, filled."""
        has_above = self.above is not None
        whole = pa.concat_tables([self.above, table]).combine_chunks() if has_above else table
        begins = self._begins(whole)
        place = np.arange(whole.num_rows)
        for at in self.at:
            texts = whole.column(at).combine_chunks()
            source = np.maximum.accumulate(np.where(~self._are_blank(texts) | begins, place, 0))
            whole = whole.set_column(at, whole.column_names[at], texts.take(pa.array(source)))
        self.above = whole.slice(whole.num_rows - 1) if whole.num_rows else self.above
        return whole.slice(1).combine_chunks() if has_above else whole

    def _begins(self, table: Any) -> np.ndarray:
        begins = np.zeros(table.num_rows, bool)
        if self.order is not None and table.num_rows:
            ids = table.column(self.order).combine_chunks()
            if self.order in self.at:
                begins = ~self._are_blank(ids)
            else:
                same = pc.fill_null(pc.equal(ids.slice(1), ids.slice(0, len(ids) - 1)), False)
                begins[1:] = ~same.to_numpy(zero_copy_only=False)
        begins[:1] = True
        return begins

    def _are_blank(self, texts: Any) -> np.ndarray:
        is_blank = pc.or_(pc.equal(pc.binary_length(texts), 0), pc.utf8_is_space(texts))
        is_blank = pc.or_(is_blank, pc.is_in(texts, value_set=pa.array(self.missing, pa.string())))
        return pc.fill_null(is_blank, True).to_numpy(zero_copy_only=False)
