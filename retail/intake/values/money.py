"""Numbers of a batch become whole numbers at the file's scales: amounts derived, signs agreed.

The amount is as stated; without one it is sign(quantity) x (|quantity| x |price| + |tax|), exactly.
Where quantity and amount (or price) contradict each other in sign, the record is rejected: which
of them is right can't be known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from retail.errors import InputError, Place
from retail.intake.read_report import Finding
from retail.intake.source.layout import Layout
from retail.intake.values import amounts
from retail.intake.values.typed_lines import TypedBatch, are_rounded

MOST_DECIMALS = 9
LARGEST = float(2**62)


@dataclass(frozen=True)
class Whole:
    """int64 columns by field, whether each has a value, and what looks doubtful."""

    values: dict[str, np.ndarray]
    has: dict[str, np.ndarray]
    findings: dict[str, np.ndarray]  # check: which records


def check_scale(batch: TypedBatch, money: int, name: str) -> None:
    """Refuse money with more decimals than whole numbers can hold."""
    if money > MOST_DECIMALS:
        row, header, value = batch.longest() or (None, None, None)
        raise InputError(
            f"{Place(name, row, header, value)}: {money} decimals are more than can be added up "
            "exactly. Set [money] decimals in retail.toml, such as 2, to round amounts half up."
        )


def scaled(batch: TypedBatch, money: int, quantity: int, layout: Layout, name: str) -> Whole:
    """The batch's numbers at the given scales; faults of sign and size are added to the batch."""
    values, has = {}, {}
    for field, number in batch.numbers.items():
        scale = quantity if field == "quantity" else money
        values[field], overflows = amounts.whole(number, scale)
        has[field] = pc.is_valid(number.texts).to_numpy(zero_copy_only=False)
        if overflows.any():
            at = int(np.flatnonzero(overflows)[0])
            place = Place(
                name, int(batch.rows[at]), batch.headers[field], batch.texts[field][at].as_py()
            )
            raise InputError(
                f"{place}: with {scale} decimals this does not fit 64 bits. Set [money] decimals in "
                "retail.toml to keep fewer."
            )
    if layout.table == "returns":
        return _returned(batch, values, has, money, quantity, layout)
    if "amount" in values:
        _sign_amounts(batch, values, has, layout)
    else:
        _derive_amounts(batch, values, has, money, quantity, layout)
    return Whole(values, has, _doubts(batch, values, has, money, quantity))


def first_rows(rows: np.ndarray, findings: dict[str, np.ndarray]) -> dict[str, Finding]:
    """Counts and first rows of the doubts of a batch."""
    return {
        check: Finding(int(np.count_nonzero(mask)), int(rows[np.argmax(mask)]))
        for check, mask in findings.items()
        if mask.any()
    }


def _returned(
    batch: TypedBatch,
    values: dict[str, np.ndarray],
    has: dict[str, np.ndarray],
    money: int,
    quantity: int,
    layout: Layout,
) -> Whole:
    """All of a returns table is negative, whatever its signs; that they are mixed is a doubt."""
    count = len(batch.rows)
    findings: dict[str, np.ndarray] = {}
    if "quantity" in values:
        values["quantity"] = np.abs(values["quantity"])
    if "amount" not in values and {"quantity", "unit_price"} <= set(values):
        values["unit_price"] = np.abs(values["unit_price"])
        _derive_amounts(batch, values, has, money, quantity, layout)
    elif "amount" not in values:
        values["amount"], has["amount"] = np.zeros(count, np.int64), np.zeros(count, bool)
    else:
        findings["returns_above_0"] = values["amount"] > 0
        findings["returns_below_0"] = values["amount"] < 0
    values["amount"] = -np.abs(values["amount"])
    if "quantity" in values:
        values["quantity"] = -values["quantity"]
    return Whole(values, has, findings)


def _is_return_id(batch: TypedBatch, layout: Layout) -> np.ndarray | None:
    if not layout.return_prefix or "transaction_id" not in batch.texts:
        return None
    starts = pc.starts_with(batch.texts["transaction_id"], layout.return_prefix)
    return pc.fill_null(starts, False).to_numpy(zero_copy_only=False)


def _sign_amounts(
    batch: TypedBatch, values: dict[str, np.ndarray], has: dict[str, np.ndarray], layout: Layout
) -> None:
    amount = values["amount"]
    is_return = _is_return_id(batch, layout)
    if is_return is not None:
        amount = np.where(is_return, -np.abs(amount), amount)
    quantity = values.get("quantity")
    if quantity is not None:
        if is_return is not None:
            quantity = values["quantity"] = np.where(is_return, -np.abs(quantity), quantity)
        if layout.unsigned_amounts:
            amount = np.where(quantity < 0, -np.abs(amount), amount)
        batch.faults.add(
            has["amount"] & (quantity < 0) & (amount > 0),
            "amount",
            "an amount below 0 like its quantity (or set [returns] unsigned_amounts = true)",
        )
    values["amount"] = amount


def _derive_amounts(
    batch: TypedBatch,
    values: dict[str, np.ndarray],
    has: dict[str, np.ndarray],
    money: int,
    quantity_scale: int,
    layout: Layout,
) -> None:
    quantity = values["quantity"]
    # The price at so many decimals that the product has at least those of the money.
    exact = max(batch.numbers["unit_price"].decimals, money - quantity_scale)
    price, overflows = amounts.whole(batch.numbers["unit_price"], exact)
    tax_scale = exact + quantity_scale
    tax = np.zeros(len(quantity), np.int64)
    if "tax" in values:
        tax, tax_overflows = amounts.whole(batch.numbers["tax"], tax_scale)
        overflows |= tax_overflows
    size = np.abs(quantity).astype(float) * np.abs(price).astype(float) + np.abs(tax)
    too_large = overflows | (size > LARGEST)
    batch.faults.add(too_large, "unit_price", "quantity x price that fits 64 bits")
    batch.faults.add(
        (price < 0) & (quantity > 0),
        "unit_price",
        "a price of 0 or more where the quantity is (map an amount if prices carry the sign)",
    )
    batch.faults.add((tax < 0) & (quantity > 0), "tax", "a tax of 0 or more where the quantity is")
    whole = np.where(too_large, 0, np.abs(quantity) * np.abs(price) + np.abs(tax))
    if tax_scale > money:
        unit = 10 ** (tax_scale - money)
        whole = whole // unit + (whole % unit * 2 >= unit)
    amount = np.sign(quantity) * whole
    is_return = _is_return_id(batch, layout)
    if is_return is not None:
        amount = np.where(is_return, -np.abs(amount), amount)
        values["quantity"] = np.where(is_return, -np.abs(quantity), quantity)
    values["amount"] = amount
    has["amount"] = has["quantity"] & has["unit_price"]


def _doubts(
    batch: TypedBatch,
    values: dict[str, np.ndarray],
    has: dict[str, np.ndarray],
    money: int,
    quantity_scale: int,
) -> dict[str, np.ndarray]:
    """Records whose amount is not quantity x price + tax to 0.01, and whose signs differ."""
    amount, is_sound = values["amount"], ~batch.faults.any
    doubts: dict[str, np.ndarray] = {}
    for name in ("transaction_id", "customer_id"):
        if name in batch.texts:
            is_rounded = are_rounded(batch.texts[name]) & is_sound
            doubts["whole_ids"] = doubts.get("whole_ids", False) | is_rounded
    signs = np.zeros(len(amount), bool)
    for field in ("quantity", "unit_price"):
        if field in values:
            signs |= (values[field] < 0) & (amount > 0)
            signs |= (field == "quantity") & (values[field] > 0) & (amount < 0)
    doubts["signs_agree"] = signs & is_sound
    if "amount" in batch.numbers and {"quantity", "unit_price"} <= set(values):
        is_whole = is_sound & has["quantity"] & has["unit_price"]
        size = {field: np.abs(values[field]).astype(float) for field in values}
        wanted = size["quantity"] * size["unit_price"] / 10**quantity_scale
        if "tax" in values:
            wanted += size["tax"]
        off = np.abs(wanted - size["amount"]) > 0.0100001 * 10**money + size["amount"] * 1e-12
        doubts["amount_formula"] = off & is_whole
    return doubts
