"""The lines of a run before any is dropped: all files at one scale, returns completed, dates decided.

One scale for all money of a run, and one for all quantities: the most decimals that a file shows.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.config import Config
from retail.errors import InputError, shown
from retail.intake import checked_parquet, reconciliation
from retail.intake.cache import CheckedFile
from retail.intake.decide import completed_returns, line_dates, order_amounts
from retail.intake.decide.date_orders import Family
from retail.intake.read_report import Reject
from retail.intake.values import excluded_money, hashes
from retail.locale import Locale
from retail.schema.lines import ORDER_AMOUNTS
from retail.schema.units import Units

OF_EXCLUDED = "returns of orders that are left out"
LARGEST_SUM = 2**63 - 1
MONEY = ("amount", "tax", "unit_price", *ORDER_AMOUNTS)


@dataclass(frozen=True)
class RunLines:
    """Parquet files in order, those of returns after those of transactions, and what is known of them."""

    paths: list[Path]
    names: list[str]  # of the input file that each path comes from
    is_repeat: list[np.ndarray]  # for each path: which lines are equal to an earlier one
    families: list[Family]
    return_families: list[Family]
    units: Units
    read: reconciliation.ReadTotals
    repeated_returns: tuple[int, int] = (0, 0)  # lines, money
    rejects: list[tuple[str, Reject]] = field(default_factory=list)  # returns without a purchase


def gather(
    files: Sequence[CheckedFile],
    returned: Sequence[CheckedFile],
    config: Config,
    folder: Path,
    drops_repeats: bool,
    log: Callable[[str], None],
) -> RunLines:
    """The lines of the transactions `files` and of the `returned` ones, which are written to `folder`.

    Raises InputError when sums don't fit 64 bits or dates can't be decided.
    """
    everything = [*files, *returned]
    money, quantity = common_scales(everything)
    paths = at_scales(files, money, quantity)
    locale = Locale.of(config.publish.locale)
    families = line_dates.decided(files, paths, config.dates, log, locale=locale)
    found = RunLines(
        paths=paths,
        names=[f.file.name for f in files],
        is_repeat=hashes.repeats(paths),
        families=families,
        return_families=[],
        units=Units(money, quantity, config.money.currency, config.publish.locale),
        read=_read(everything, money),
    )
    if order_amounts.has_any(found.paths[0]):
        found = _with_order_amounts(found, files, config, drops_repeats)
    if returned:
        excluded_ids = frozenset(name for f in files for name in f.report.excluded_ids)
        found = _with_returns(found, returned, excluded_ids, config, folder, drops_repeats, log)
    return found


def _with_order_amounts(
    found: RunLines, files: Sequence[CheckedFile], config: Config, drops_repeats: bool
) -> RunLines:
    """The lines with the shipping, discounts, tax and refunds that are stated for whole orders."""
    scale = found.units.money_scale
    left_out = [
        order_amounts.LeftOut(
            file,
            one.rule,
            one.order,
            {k: rescaled(v, excluded_money.SCALE, scale) for k, v in one.amounts.items()},
        )
        for file, f in enumerate(files)
        for one in f.report.excluded_orders
    ]
    counted = [kind for kind in order_amounts.STEPS if kind not in config.money.not_counted]
    dropped = [mask & drops_repeats for mask in found.is_repeat]
    added = order_amounts.add(found.paths, found.names, dropped, counted, left_out)
    excluded = {
        rule: (lines, amount + added.left_out.get(rule, 0), unknown)
        for rule, (lines, amount, unknown) in found.read.excluded.items()
    }
    return replace(
        found,
        paths=[*added.paths, *(path for _, path, _ in added.parts)],
        names=[*found.names, *(found.names[file] for file, _, _ in added.parts)],
        is_repeat=[*found.is_repeat, *(np.zeros(count, bool) for _, _, count in added.parts)],
        read=replace(found.read, excluded=excluded, of_orders=added.steps),
    )


def _read(files: Sequence[CheckedFile], money: int) -> reconciliation.ReadTotals:
    kept = sum(f.report.amount * 10 ** (money - f.report.money_scale) for f in files)
    rejected = sum(f.report.rejected_amount * 10 ** (money - f.report.money_scale) for f in files)
    excluded = excluded_by_rule(files, money)
    return reconciliation.ReadTotals(
        lines=sum(f.report.records for f in files),
        amount=kept + rejected + sum(amount for _, amount, _ in excluded.values()),
        excluded=excluded,
        rejected=sum(f.report.rejected for f in files),
        rejected_amount=rejected,
        rejected_unknown=sum(f.report.rejected_unknown for f in files),
    )


def excluded_by_rule(files: Sequence[CheckedFile], money: int) -> dict[str, tuple[int, int, int]]:
    """Lines, money at the scale `money` and lines of unknown money that each rule left out when reading."""
    sums: dict[str, tuple[int, int, int]] = {}
    for f in files:
        for rule, rows in f.report.excluded.items():
            lines, amount, unknown = sums.get(rule, (0, 0, 0))
            sums[rule] = (lines + rows.lines, amount + rows.amount, unknown + rows.unknown)
    return {
        rule: (lines, rescaled(amount, excluded_money.SCALE, money), unknown)
        for rule, (lines, amount, unknown) in sums.items()
    }


def rescaled(amount: int, scale: int, wanted: int) -> int:
    """A whole number of 10**-scale as one of 10**-wanted, rounded half away from zero."""
    if wanted >= scale:
        return amount * int(10 ** (wanted - scale))
    unit = int(10 ** (scale - wanted))
    size = (2 * abs(amount) + unit) // (2 * unit)
    return size if amount >= 0 else -size


def _with_returns(
    found: RunLines,
    returned: Sequence[CheckedFile],
    excluded_ids: frozenset[str],
    config: Config,
    folder: Path,
    drops_repeats: bool,
    log: Callable[[str], None],
) -> RunLines:
    scale = found.units
    paths = at_scales(returned, scale.money_scale, scale.quantity_scale)
    families = line_dates.decided(
        returned, paths, config.dates, log, found.families, Locale.of(scale.locale)
    )
    added = completed_returns.complete(
        completed_returns.Table(paths, line_dates.orders(families)),
        completed_returns.Table(found.paths, line_dates.orders(found.families)),
        [mask & drops_repeats for mask in found.is_repeat],
        drops_repeats,
        folder,
        excluded_ids,
    )
    excluded = dict(found.read.excluded)
    if added.excluded[0]:
        excluded[OF_EXCLUDED] = added.excluded
    log(f"{sum(added.lines):,} lines from {added.records:,} returns")
    if added.undated:
        log(f"{added.undated:,} returns have no date: they count on the day of the purchase")
    return replace(
        found,
        paths=[*found.paths, *(path for _, path in added.parts)],
        names=[*found.names, *(returned[at].file.name for at, _ in added.parts)],
        is_repeat=[*found.is_repeat, *(np.zeros(count, bool) for count in added.lines)],
        return_families=families,
        repeated_returns=(added.repeats, added.repeats_amount),
        rejects=[(returned[at].file.name, reject) for at, reject in added.rejects],
        read=replace(
            found.read,
            rejected=found.read.rejected + len(added.rejects),
            rejected_amount=found.read.rejected_amount + added.rejected_amount,
            rejected_unknown=found.read.rejected_unknown + added.rejected_unknown,
            excluded=excluded,
            more_lines=added.more_lines,
            from_purchases=added.from_purchases,
        ),
    )


def common_scales(files: Sequence[CheckedFile]) -> tuple[int, int]:
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


def at_scales(files: Sequence[CheckedFile], money: int, quantity: int) -> list[Path]:
    """The Parquet of each file with money and quantities at the run's scales.

    A file that is given twice gets two Parquet files with the same content.
    """
    paths: list[Path] = []
    seen: Counter[Path] = Counter()
    for f in files:
        path = _one_at_scales(f, money, quantity)
        seen[path] += 1
        if seen[path] > 1:
            first, path = path, path.with_name(f"{path.stem}-again{seen[path] - 1}.parquet")
            if not path.exists():
                with storage.replacing(path) as part:
                    shutil.copyfile(first, part)
        paths.append(path)
    return paths


def _one_at_scales(found: CheckedFile, money: int, quantity: int) -> Path:
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
