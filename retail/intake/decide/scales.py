"""One scale for all money of a run, and one for all quantities: the most decimals that a file shows."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.errors import InputError, shown
from retail.intake import checked_parquet
from retail.intake.cache import CheckedFile
from retail.locale import PLAIN, Locale

LARGEST_SUM = 2**63 - 1
MONEY = ("amount", "tax", "unit_price")


def of_run(files: Sequence[CheckedFile]) -> tuple[int, int]:
    """Scales of money and quantities. Raises InputError when a sum could pass 64 bits."""
    money = max(f.report.money_scale for f in files)
    quantity = max(f.report.quantity_scale for f in files)
    for name in (*MONEY, "quantity"):
        total = 0
        for f in files:
            own, run = (
                (f.report.money_scale, money)
                if name in MONEY
                else (f.report.quantity_scale, quantity)
            )
            total += f.report.sizes.get(name, 0) * 10 ** (run - own)
        if total > LARGEST_SUM:
            raise _too_large(name, files, money)
    return money, quantity


def _too_large(name: str, files: Sequence[CheckedFile], money: int) -> InputError:
    rules = next(f for f in files if f.report.money_scale == money)
    where = ""
    if rules.report.most_decimals is not None:
        row, header, value = rules.report.most_decimals
        where = (
            f" {rules.file.name}, row {row:,}, column {header} has most decimals: {shown(value)}."
        )
    return InputError(
        f"{name}: with {money} decimals the sum of all values does not fit 64 bits.{where} Set "
        "[money] decimals in retail.toml to round half up."
    )


def at(files: Sequence[CheckedFile], money: int, quantity: int) -> list[Path]:
    """Each file's Parquet at these scales; a file that comes twice gets two."""
    paths: list[Path] = []
    seen: Counter[Path] = Counter()
    for f in files:
        path = _at_scales(f, money, quantity)
        seen[path] += 1
        if seen[path] > 1:
            first, path = path, path.with_name(f"{path.stem}-again{seen[path] - 1}.parquet")
            if not path.exists():
                shutil.copyfile(first, path)
        paths.append(path)
    return paths


def _at_scales(found: CheckedFile, money: int, quantity: int) -> Path:
    own = found.report
    if (money, quantity) == (own.money_scale, own.quantity_scale):
        return found.parquet
    path = found.parquet.with_name(f"{found.parquet.stem}-{money}-{quantity}.parquet")
    if not _holds(path, own.kept):
        factors = dict.fromkeys(MONEY, 10 ** (money - own.money_scale))
        factors["quantity"] = 10 ** (quantity - own.quantity_scale)
        _multiply(found.parquet, path, factors)
    os.utime(path)
    return path


def _holds(path: Path, rows: int) -> bool:
    try:
        return bool(pq.read_metadata(path).num_rows == rows)
    except (OSError, pa.ArrowInvalid):
        return False


def _multiply(source: Path, target: Path, factors: dict[str, int]) -> None:
    """Rewrite a checked Parquet file with some columns multiplied (overflow raises: a bug)."""
    with pq.ParquetFile(source) as file, storage.replacing(target) as part:
        schema = file.schema_arrow
        with checked_parquet.writer(part, schema) as writer:
            for batch in file.iter_batches():
                columns = [
                    pc.multiply_checked(values, factors.get(name, 1))
                    if factors.get(name, 1) != 1
                    else values
                    for name, values in zip(schema.names, batch.columns, strict=True)
                ]
                writer.write_batch(pa.record_batch(columns, schema=schema))


def written(value: int, scale: int, form: Locale = PLAIN) -> str:
    """A whole number of the smallest unit as an amount with its decimals."""
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    whole, part = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    return form.number(f"{sign}{int(whole)}{'.' + part if part else ''}")
