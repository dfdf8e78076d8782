"""One scale for all money of a run, and one for all quantities: the most decimals that a file shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from retail.errors import InputError, shown
from retail.intake.cache import Checked, Store
from retail.locale import PLAIN, Locale

LARGEST_SUM = 2**63 - 1
MONEY = ("amount", "tax", "unit_price")


def of_run(files: Sequence[Checked]) -> tuple[int, int]:
    """Scales of money and quantities. Raises InputError when a sum could pass 64 bits."""
    money = max(f.ledger.money_scale for f in files)
    quantity = max(f.ledger.quantity_scale for f in files)
    for name in (*MONEY, "quantity"):
        total = 0
        for f in files:
            own, run = (
                (f.ledger.money_scale, money)
                if name in MONEY
                else (f.ledger.quantity_scale, quantity)
            )
            total += f.ledger.sizes.get(name, 0) * 10 ** (run - own)
        if total > LARGEST_SUM:
            raise _too_large(name, files, money)
    return money, quantity


def _too_large(name: str, files: Sequence[Checked], money: int) -> InputError:
    rules = next(f for f in files if f.ledger.money_scale == money)
    where = ""
    if rules.ledger.most_decimals is not None:
        row, header, value = rules.ledger.most_decimals
        where = (
            f" {rules.file.name}, row {row:,}, column {header} has most decimals: {shown(value)}."
        )
    return InputError(
        f"{name}: with {money} decimals the sum of all values does not fit 64 bits.{where} Set "
        "[money] decimals in retail.toml to round half up."
    )


def at(store: Store, files: Sequence[Checked], money: int, quantity: int) -> list[Path]:
    """Each file's Parquet at these scales; a file that comes twice gets two."""
    paths: list[Path] = []
    seen: Counter[Path] = Counter()
    for f in files:
        path = store.at_scales(f, money, quantity)
        paths.append(store.copy(path, seen[path]) if seen[path] else path)
        seen[path] += 1
    return paths


def written(value: int, scale: int, form: Locale = PLAIN) -> str:
    """A whole number of the smallest unit as an amount with its decimals."""
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    whole, part = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    return form.number(f"{sign}{int(whole)}{'.' + part if part else ''}")
