"""The lines of a run before any is dropped: all files at one scale, returns completed, dates decided."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from retail.config import Config
from retail.intake import reconciliation
from retail.intake.cache import Cache, CheckedFile
from retail.intake.decide import duplicates, line_dates, return_lines, scales
from retail.intake.decide.date_orders import Family
from retail.intake.read_report import Reject
from retail.locale import Locale
from retail.schema.measures import Measures


@dataclass(frozen=True)
class RunLines:
    """Parquet files in order, the returns behind the transactions, and what is known about them."""

    paths: list[Path]
    names: list[str]  # of the input file that each path comes from
    is_repeat: list[np.ndarray]  # for each path: which lines are equal to an earlier one
    families: list[Family]
    return_families: list[Family]
    measures: Measures
    read: reconciliation.Read
    told_twice: tuple[int, int] = (0, 0)  # returns that were told before: lines, money
    rejects: list[tuple[str, Reject]] = field(default_factory=list)  # returns without a purchase


def gather(
    files: Sequence[CheckedFile],
    returned: Sequence[CheckedFile],
    config: Config,
    store: Cache,
    drops_repeats: bool,
    log: Callable[[str], None],
) -> RunLines:
    """The lines of the transactions `files` and of the `returned` ones, if there are any.

    Raises InputError when sums don't fit 64 bits or dates can't be decided.
    """
    everything = [*files, *returned]
    money, quantity = scales.of_run(everything)
    paths = scales.at(files, money, quantity)
    form = Locale.of(config.publish.locale)
    families = line_dates.decided(files, paths, config.dates.order, log, form=form)
    found = RunLines(
        paths=paths,
        names=[f.file.name for f in files],
        is_repeat=duplicates.find(paths),
        families=families,
        return_families=[],
        measures=Measures(money, quantity, config.money.currency, config.publish.locale),
        read=_read(everything, money),
    )
    return _with_returns(found, returned, config, store, drops_repeats, log) if returned else found


def _read(files: Sequence[CheckedFile], money: int) -> reconciliation.Read:
    kept = sum(f.report.amount * 10 ** (money - f.report.money_scale) for f in files)
    aside = sum(f.report.rejected_amount * 10 ** (money - f.report.money_scale) for f in files)
    return reconciliation.Read(
        lines=sum(f.report.records for f in files),
        amount=kept + aside,
        set_aside=sum(f.report.rejected for f in files),
        rejected_amount=aside,
    )


def _with_returns(
    found: RunLines,
    returned: Sequence[CheckedFile],
    config: Config,
    store: Cache,
    drops_repeats: bool,
    log: Callable[[str], None],
) -> RunLines:
    scale = found.measures
    paths = scales.at(returned, scale.money_scale, scale.quantity_scale)
    families = line_dates.decided(
        returned, paths, config.dates.order, log, found.families, Locale.of(scale.locale)
    )
    nothing = [np.zeros(len(mask), bool) for mask in found.is_repeat]
    added = return_lines.add(
        return_lines.Table(paths, families),
        return_lines.Table(found.paths, found.families),
        found.is_repeat if drops_repeats else nothing,
        drops_repeats,
        store.folder,
    )
    log(f"{sum(added.lines):,} lines from {added.records:,} returns")
    if added.undated:
        log(f"{added.undated:,} returns have no date: they count on the day of the purchase")
    return replace(
        found,
        paths=[*found.paths, *(path for _, path in added.parts)],
        names=[*found.names, *(returned[at].file.name for at, _ in added.parts)],
        is_repeat=[*found.is_repeat, *(np.zeros(count, bool) for count in added.lines)],
        return_families=families,
        told_twice=(added.repeats, added.repeats_amount),
        rejects=[(returned[at].file.name, reject) for at, reject in added.rejects],
        read=replace(
            found.read,
            set_aside=found.read.set_aside + len(added.rejects),
            rejected_amount=found.read.rejected_amount + added.rejected_amount,
            spelled_out=added.spelled_out,
            from_purchases=added.from_purchases,
        ),
    )
