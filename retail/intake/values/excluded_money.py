"""The money of records that a rule leaves out, where it can be read: they are in no figure, but in the
reconciliation. Nothing in them is judged, so nothing in them can stop a run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.intake.source.layout import Layout
from retail.intake.values import money, typed_lines
from retail.intake.values.amounts import Plain
from retail.intake.values.dates import DateReader
from retail.schema.lines import ORDER_AMOUNTS

SCALE = 4  # decimals of these sums; further ones are rounded half up
MOST_WHOLE_DIGITS = 11


@dataclass(frozen=True)
class ExcludedMoney:
    """By record: amount x 10**SCALE (0 where unknown), whether it is known, its order and what it states of it."""

    amount: np.ndarray
    is_known: np.ndarray
    order: Any
    of_order: dict[str, np.ndarray]


def of(
    table: Any,
    rows: np.ndarray,
    first: Sequence[str],
    fields: Mapping[str, int],
    layout: Layout,
    dates: DateReader,
) -> ExcludedMoney:
    """The money of each record of a table of texts."""
    undated = {name: at for name, at in fields.items() if name != "date"}
    batch = typed_lines.typed(table, rows, first, undated, layout, dates)
    for name, number in batch.numbers.items():
        batch.numbers[name] = _ordinary(number)
    quantity = batch.numbers["quantity"].decimals if "quantity" in batch.numbers else 0
    whole = money.scaled(batch, SCALE, quantity, layout, "")
    is_known = whole.has["amount"]
    amount = np.where(is_known, whole.values["amount"], 0)
    of_order = {name: whole.values[name] for name in ORDER_AMOUNTS if name in whole.values}
    ids = batch.texts.get("transaction_id", pa.nulls(len(rows), pa.string()))
    return ExcludedMoney(amount, is_known, ids, of_order)


def _ordinary(number: Plain) -> Plain:
    """A column of numbers without those of so many digits that they might not fit; decimals beyond SCALE cut."""
    texts = pc.replace_substring_regex(number.texts, rf"(\.[0-9]{{{SCALE + 2}}})[0-9]+$", r"\1")
    fits = pc.match_substring_regex(texts, rf"^[+-]?[0-9]{{0,{MOST_WHOLE_DIGITS}}}(?:\.|$)")
    texts = pc.if_else(fits, texts, pa.scalar(None, pa.string()))
    return Plain(texts, number.is_bad, min(number.decimals, SCALE + 2))
