"""How the dates of the lines are read in this run: evidence gathered, decided, or the run stopped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from retail.config import Config
from retail.errors import ConfigError, InputError, shown
from retail.intake.cache import CheckedFile
from retail.intake.decide import date_orders, return_dates
from retail.intake.decide.date_orders import Family
from retail.intake.inputs import DateFormat
from retail.intake.values.dates import EPOCH, SHAPES
from retail.locale import PLAIN, Locale


def decided(
    files: Sequence[CheckedFile],
    paths: Sequence[Path],
    order: str,
    log: Callable[[str], None],
    siblings: Sequence[Family] = (),
    form: Locale = PLAIN,
) -> list[Family]:
    """Families of formats in the date column of `files`, each with its order and evidence.

    `paths` is the Parquet of `files`; `siblings` are decided families of another table, which
    settle what is left open here. Raises InputError for what can't be known.
    """
    counts: dict[int, list[int]] = {}
    for f in files:
        for shape, values in f.report.dates.items():
            before = counts.get(shape, [0] * len(values))
            counts[shape] = [a + b for a, b in zip(before, values, strict=True)]
    families = date_orders.families(counts)
    violations = None
    is_open = order == "auto" and any(f.has_order and f.differing for f in families)
    if is_open and all({"transaction_id", "customer_id"} <= set(f.report.fields) for f in files):
        violations = return_dates.collect(paths).violations
    date_orders.decide(families, order, violations, form)
    date_orders.follow(families, siblings, "as the dates of the transactions in this format")
    header = files[0].report.headers.get("date", "")
    for family in families:
        log(f"{header}: {family.written}, {family.lines:,} lines, {family.evidence}")
    for family in families:
        if family.is_day_first is None or family.is_contradictory:
            raise InputError(_undecided(family, files, paths, header))
    return families


def _undecided(
    family: Family, files: Sequence[CheckedFile], paths: Sequence[Path], header: str
) -> str:
    file, row, day_first, month_first = return_dates.example(paths, family.shapes)
    return (
        f"{files[file].file.name}, column {header}: {family.lines:,} dates look like "
        f"{family.pattern}, and whether the day or the month comes first can't be known. Row {row:,} "
        f"is {day_first} read day-first and {month_first} read month-first. Evidence: "
        f"{family.evidence or 'none'}. Set [dates] order in retail.toml to "
        '"day-first" or "month-first".'
    )


def formats(families: Sequence[Family]) -> tuple[DateFormat, ...]:
    """One DateFormat per shape, also for those that do not occur."""
    by_shape = {shape: family for family in families for shape in family.shapes}
    found = []
    for at, shape in enumerate(SHAPES):
        family = by_shape.get(at)
        if family is None:
            found.append(DateFormat(shape.pattern, True, 0, ""))
        else:
            is_day_first = family.is_day_first is not False
            found.append(DateFormat(family.written, is_day_first, family.lines, family.evidence))
    return tuple(found)


def as_of(config: Config) -> int | None:
    """The config's last day that counts. Raises ConfigError for what is no date."""
    text = config.dates.as_of
    if text is None:
        return None
    try:
        return date.fromisoformat(text).toordinal() - EPOCH
    except ValueError:
        raise ConfigError(
            f"[dates] as_of = {shown(text)}: not a date written as YYYY-MM-DD."
        ) from None
