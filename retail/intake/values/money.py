"""Numbers of a batch become whole numbers at the file's scales: amounts derived, signs agreed.

The amount is as stated; without one it is sign(quantity) x (|quantity| x |price| - |line_discount| + |tax|),
exactly.
Where quantity and amount (or price) contradict each other in sign, the record is rejected: which
of them is right can't be known. Its money, in the reconciliation, is what its own fields give: the amount
as stated, or quantity x price + tax with their signs.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from retail.errors import InputError, Place
from retail.intake.read_report import Finding
from retail.intake.source.layout import Layout
from retail.intake.values import amounts, currencies
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
    if layout.rates and "currency" in batch.texts:
        no_rate = currencies.without_rate(batch.texts["currency"], layout.rates)
        batch.faults.add(no_rate, "currency", currencies.EXPECTED)
    whole = _whole(batch, money, quantity, layout, values, has)
    if layout.rates and "currency" in batch.texts:
        for field in whole.values.keys() - {"quantity"}:
            money_of = whole.values[field], batch.texts["currency"]
            whole.values[field] = currencies.converted(*money_of, layout.rates, name)
        whole.has["amount"] = whole.has["amount"] & ~no_rate
    return whole


def _whole(
    batch: TypedBatch,
    money: int,
    quantity: int,
    layout: Layout,
    values: dict[str, np.ndarray],
    has: dict[str, np.ndarray],
) -> Whole:
    scaling = _Scaling(batch, layout, money, quantity, values, has)
    if layout.table == "returns":
        return Whole(values, has, scaling.make_negative())
    if "amount" in values:
        scaling.sign_amounts()
    else:
        scaling.derive_amounts()
    return Whole(values, has, scaling.doubts())


def first_rows(rows: np.ndarray, findings: dict[str, np.ndarray]) -> dict[str, Finding]:
    """Check -> number of doubtful records of a batch, and the row of the first one."""
    return {
        check: Finding(int(np.count_nonzero(mask)), int(rows[np.argmax(mask)]))
        for check, mask in findings.items()
        if mask.any()
    }


@dataclass
class _Scaling:
    """Numbers of a batch as whole numbers of the smallest unit. Methods change `values` and `has` in place."""

    batch: TypedBatch
    layout: Layout
    money: int
    quantity: int
    values: dict[str, np.ndarray]
    has: dict[str, np.ndarray]

    def make_negative(self) -> dict[str, np.ndarray]:
        """All of a returns table is negative, whatever its signs; that they are mixed is a doubt."""
        values = self.values
        doubts: dict[str, np.ndarray] = {}
        if "quantity" in values:
            values["quantity"] = np.abs(values["quantity"])
        if "amount" in values:
            doubts["returns_above_0"] = values["amount"] > 0
            doubts["returns_below_0"] = values["amount"] < 0
        elif {"quantity", "unit_price"} <= set(values):
            values["unit_price"] = np.abs(values["unit_price"])
            self.derive_amounts()
        else:
            count = len(self.batch.rows)
            values["amount"], self.has["amount"] = np.zeros(count, np.int64), np.zeros(count, bool)
        values["amount"] = -np.abs(values["amount"])
        if "quantity" in values:
            values["quantity"] = -values["quantity"]
        return doubts

    def sign_amounts(self) -> None:
        """Amounts as stated, below 0 where the config says that a line is a return."""
        self._negate_returns()
        values, quantity = self.values, self.values.get("quantity")
        if self.layout.tax_on_top and "tax" in values:
            amount = values["amount"]
            values["amount"] = amount + np.where(amount < 0, -1, 1) * np.abs(values["tax"])
        if quantity is None:
            return
        if self.layout.unsigned_amounts:
            amount = values["amount"]
            values["amount"] = np.where(quantity < 0, -np.abs(amount), amount)
        self.batch.faults.add(
            self.has["amount"] & (quantity < 0) & (values["amount"] > 0),
            "amount",
            "an amount below 0 like its quantity (or set [returns] unsigned_amounts = true)",
        )

    def derive_amounts(self) -> None:
        """Amounts from quantity, price and tax."""
        quantity, numbers, faults = self.values["quantity"], self.batch.numbers, self.batch.faults
        # Enough decimals of the price for quantity x price to have at least the decimals of money.
        exact = max(numbers["unit_price"].decimals, self.money - self.quantity)
        price, overflows = amounts.whole(numbers["unit_price"], exact)
        tax_scale = exact + self.quantity
        tax = np.zeros(len(quantity), np.int64)
        if "tax" in numbers:
            tax, tax_overflows = amounts.whole(numbers["tax"], tax_scale)
            overflows |= tax_overflows
        off = np.zeros(len(quantity), np.int64)
        if "line_discount" in numbers:
            off, off_overflows = amounts.whole(numbers["line_discount"], tax_scale)
            overflows |= off_overflows
            off = np.abs(off)
        size = np.abs(quantity).astype(float) * np.abs(price).astype(float) + np.abs(tax)
        too_large = overflows | (size > LARGEST)
        faults.add(too_large, "unit_price", "quantity x price that fits 64 bits")
        is_return = (quantity < 0) | (self._marked() & (quantity != 0))
        if self.layout.signed_prices:
            is_return |= (price < 0) & (quantity > 0)
            self.values["quantity"] = np.where(is_return, -np.abs(quantity), quantity)
        is_against = (price < 0) & (quantity > 0) & ~is_return
        faults.add(
            is_against,
            "unit_price",
            "a price of 0 or more where the quantity is (or set [returns] signed_prices = true)",
        )
        is_tax_against = (tax < 0) & (quantity > 0) & ~is_return
        faults.add(is_tax_against, "tax", "a tax of 0 or more where the quantity is")
        sizes = np.where(too_large, 0, np.abs(quantity) * np.abs(price) - off + np.abs(tax))
        is_beyond = (sizes < 0) & ~too_large
        faults.add(is_beyond, "line_discount", "a discount that is not above quantity x price")
        signs = np.where(is_return, -1, np.sign(quantity))
        as_stated = np.where(too_large, 0, quantity * price - off + tax)
        amount = np.where(is_against | is_tax_against, as_stated, signs * sizes)
        if tax_scale > self.money:
            unit = 10 ** (tax_scale - self.money)
            whole = np.abs(amount)
            amount = np.sign(amount) * (whole // unit + (whole % unit * 2 >= unit))
        self.values["amount"] = amount
        self.has["amount"] = self.has["quantity"] & self.has["unit_price"] & ~too_large
        self._negate_returns()

    def _marked(self) -> np.ndarray:
        """Which records are returns by [returns] id_prefix or rows."""
        prefix, ids = self.layout.return_prefix, self.batch.texts.get("transaction_id")
        is_return = np.zeros(len(self.batch.rows), bool)
        if prefix and ids is not None:
            begins = pc.fill_null(pc.starts_with(ids, prefix), False)
            is_return |= begins.to_numpy(zero_copy_only=False)
        return is_return if self.batch.is_return is None else is_return | self.batch.is_return

    def _negate_returns(self) -> None:
        """Amount and quantity below 0 where the config says that a record is a return."""
        is_return = self._marked()
        for name in {"amount", "quantity"} & set(self.values) if is_return.any() else ():
            values = self.values[name]
            self.values[name] = np.where(is_return, -np.abs(values), values)

    def doubts(self) -> dict[str, np.ndarray]:
        """Records whose ids are rounded, whose signs differ, or whose amount is not quantity x price + tax
        to 0.01."""
        batch, values, has = self.batch, self.values, self.has
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
            wanted = size["quantity"] * size["unit_price"] / 10**self.quantity
            if "line_discount" in values:
                wanted -= size["line_discount"]
            if "tax" in values:
                wanted += size["tax"]
            slack = 0.0100001 * 10**self.money + size["amount"] * 1e-12
            doubts["amount_formula"] = (np.abs(wanted - size["amount"]) > slack) & is_whole
        return doubts
