"""What travels to the page decodes to the same numbers."""

from __future__ import annotations

import base64

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.charts import packed, payload
from retail.schema.dimensions import IN_LINES, UNKNOWN

KINDS = {
    "u8": "<u1",
    "i8": "<i1",
    "u16": "<u2",
    "i16": "<i2",
    "u32": "<u4",
    "i32": "<i4",
    "f64": "<f8",
}


def unpacked(pack: dict[str, str]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(pack["data"]), dtype=KINDS[pack["type"]])


@given(st.lists(st.integers(-(2**53), 2**53)))
def test_whole_numbers_survive(values: list[int]) -> None:
    assert unpacked(packed.packed(np.array(values, dtype=np.int64))).tolist() == values


@pytest.mark.parametrize(
    "values, kind",
    [([0, 255], "u8"), ([-1, 127], "i8"), ([256], "u16"), ([-300], "i16"), ([70_000], "u32"),
     ([-70_000], "i32"), ([2**40], "f64"), ([0.5], "f64"), ([], "u8")],
)  # fmt: skip
def test_the_smallest_type_is_taken(values: list, kind: str) -> None:
    assert packed.packed(np.array(values))["type"] == kind


@given(st.lists(st.tuples(st.integers(-(10**9), 10**9), st.integers(-(10**8), 10**8))))
def test_tax_is_exact_beside_its_rate(rows: list[tuple[int, int]]) -> None:
    amount, tax = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    rate, rest = payload.tax_beside(amount, tax)
    assert (np.floor(amount * rate + 0.5).astype(np.int64) + rest).tolist() == tax.tolist()


def test_one_tax_rate_leaves_next_to_nothing() -> None:
    amount = np.arange(1, 5_000) * 1_105
    _, rest = payload.tax_beside(amount, amount * 105 // 1_105)
    assert np.abs(rest).max() <= 1


def test_lines_of_a_purchase_lie_together_and_a_guest_has_a_code_of_their_own(report) -> None:
    lines = pd.DataFrame(
        {
            **{name: UNKNOWN for d in IN_LINES for name in (d.name, f"purchase_{d.name}")},
            "transaction": [0, 1, 0], "customer_id": ["b", None, "b"],
            "day": [15_706, 15_705, 15_705], "category": "Books",
            "subcategory": ["Comics", "Fiction", "Comics"], "channel": ["Web", "Shop", "Shop"],
            "city": "Delhi", "gender": "F", "quantity": [-1, 2, 3], "amount": [-500, 900, 1500],
            "tax": [-50, 90, 150], "purchase": [0, 1, 0],
            "purchase_day": [15_705, 15_705, 15_705], "purchase_channel": ["Shop", "Shop", "Shop"],
        }
    )  # fmt: skip
    names = payload._names(lines, report["customers"])
    packs = payload._lines(lines, report["customers"], names, 15_705)
    assert unpacked(packs["purchaseStep"]).cumsum().tolist() == [1, 1, 2]
    assert unpacked(packs["amount"]).tolist() == [1500, -500, 900]
    assert unpacked(packs["lag"]).tolist() == [0, 1, 0]  # a return, a day after its purchase
    assert unpacked(packs["customer"]).tolist() == [1, 1, len(report["customers"])]
    channel = unpacked(packs["channel"]).astype(int) + unpacked(packs["channelShift"])
    assert [names["channel"][code % 2] for code in channel] == ["Shop"] * 3  # credited there
