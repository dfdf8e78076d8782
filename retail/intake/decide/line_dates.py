"""How the dates of the lines are read in this run: evidence gathered, decided, or the run stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.config import Config
from retail.config.reading import Dates
from retail.errors import ConfigError, InputError, shown
from retail.intake import checked_parquet
from retail.intake.cache import CheckedFile
from retail.intake.decide import date_orders
from retail.intake.decide.date_orders import Family
from retail.intake.inputs import DateFormat
from retail.intake.values import hashes
from retail.intake.values.date_shapes import COUNTED, SHAPES
from retail.intake.values.date_style import AS_WRITTEN
from retail.intake.values.dates import EPOCH, iso
from retail.locale import PLAIN, Locale

MOST_OFFSETS = 5
NEEDED = ("day_first", "month_first", "date_format", "amount")


def ask_for_timezone(files: Sequence[CheckedFile], given: Dates) -> None:
    """Raise InputError when dates have an offset and the config does not say in which zone a day begins."""
    with_offset = [f for f in files if f.report.offsets]
    if given.timezone is not None or not with_offset:
        return
    one = with_offset[0]
    raise InputError(
        f"{one.file.name}, column {one.report.headers['date']}: dates state an offset from UTC ({_offsets(files)}), "
        "so an evening sale may be of one day where it was written and of the next in the shop. Set [dates] "
        'timezone in retail.toml to the zone of the shop, such as "America/New_York", or to "as written" '
        "to take each date as it stands."
    )


def decided(
    files: Sequence[CheckedFile],
    paths: Sequence[Path],
    given: Dates,
    log: Callable[[str], None],
    siblings: Sequence[Family] = (),
    locale: Locale = PLAIN,
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
    order = given.order
    is_open = order == "auto" and any(f.has_order and f.differing for f in families)
    if is_open and all({"transaction_id", "customer_id"} <= set(f.report.fields) for f in files):
        violations = return_pairs(paths).violations
    date_orders.decide(families, order, violations, locale)
    date_orders.follow(families, siblings, "as the dates of the transactions in this format")
    header = files[0].report.headers.get("date", "")
    zone = _zone(files, given)
    for family in families:
        if family.pattern.endswith("hh:mm") or family.pattern in COUNTED:
            family.evidence += zone
        log(f"{header}: {family.written}, {family.lines:,} lines, {family.evidence}")
    for family in families:
        if family.is_day_first is None or family.is_contradictory:
            raise InputError(_undecided(family, files, paths, header))
    return families


def _zone(files: Sequence[CheckedFile], given: Dates) -> str:
    """In words, how times became days, where that depends on a zone."""
    parts = []
    if offsets := _offsets(files):
        days = "as written" if given.timezone == AS_WRITTEN else f"of {given.timezone}"
        parts.append(f"; offsets {offsets}: days {days}")
    if given.source_timezone is not None:
        parts.append(f"; times of {given.source_timezone}: days of {given.timezone}")
    return "".join(parts)


def _offsets(files: Sequence[CheckedFile]) -> str:
    offsets = sorted({offset for f in files for offset in f.report.offsets})
    return ", ".join(offsets[:MOST_OFFSETS]) + (" ..." if len(offsets) > MOST_OFFSETS else "")


def _undecided(
    family: Family, files: Sequence[CheckedFile], paths: Sequence[Path], header: str
) -> str:
    file, row, day_first, month_first = _example(paths, family.shapes)
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


def orders(families: Sequence[Family]) -> list[bool]:
    """Whether the dates of each shape are day-first."""
    return [form.is_day_first for form in formats(families)]


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


@dataclass(frozen=True)
class ReturnPairs:
    """All lines of the transaction ids that have a return, as arrays of one length.

    code: number of the pair of transaction id and customer id. shape: position of the date's shape. day_first,
    month_first: the day read in either order.
    """

    code: np.ndarray
    is_return: np.ndarray
    shape: np.ndarray
    day_first: np.ndarray
    month_first: np.ndarray

    def violations(self, orders: Mapping[int, bool]) -> int:
        """Number of returns dated before the first purchase line of their id.

        orders: shape -> whether dates of this shape are read day-first.
        """
        if not len(self.code):
            return 0
        day_first_shapes = [shape for shape, is_day_first in orders.items() if is_day_first]
        is_day_first = np.isin(self.shape, day_first_shapes)
        day = np.where(is_day_first, self.day_first, self.month_first)
        never = np.iinfo(np.int64).max
        purchase = np.full(int(self.code.max()) + 1, never)
        sales = ~self.is_return
        np.minimum.at(purchase, self.code[sales], day[sales])
        bought = purchase[self.code[self.is_return]]
        return int(np.count_nonzero((bought != never) & (day[self.is_return] < bought)))


def return_pairs(paths: Sequence[Path]) -> ReturnPairs:
    """Collect the lines of all transaction ids that have a return, from checked Parquet."""
    returned = [pa.array([], pa.int64())]
    for lines in _lines(paths, ("amount",)):
        negative = lines.filter(pc.less(lines["amount"], 0))
        returned.append(pc.unique(_ids(negative)).drop_null())
    keys = pc.unique(pa.chunked_array(returned)).to_numpy()
    parts = [np.empty((5, 0), np.int64)]
    if len(keys):
        index = hashes.HashIndex(keys)
        parts += [_of_keys(lines, index) for lines in _lines(paths, NEEDED)]
    code, is_return, shape, first, second = np.concatenate(parts, axis=1)
    return ReturnPairs(code, is_return.astype(bool), shape, first, second)


def _lines(paths: Sequence[Path], names: Sequence[str]) -> Iterator[Any]:
    for path in paths:
        yield from checked_parquet.tables(path, [*names, "transaction_id", "customer_id"])


def _ids(lines: Any) -> Any:
    """One hash for each line, of its transaction id and its customer id."""
    names = "transaction_id", "customer_id"
    return hashes.of_pairs(*(hashes.of_ids([lines[name]]) for name in names))


def _of_keys(lines: Any, index: hashes.HashIndex) -> np.ndarray:
    """Array with a row for each field of ReturnPairs, from lines whose id is in `index` and whose amount isn't 0."""
    lines = lines.append_column("code", pa.array(index.places(_ids(lines))))
    is_wanted = pc.and_(pc.greater_equal(lines["code"], 0), pc.not_equal(lines["amount"], 0))
    lines = lines.filter(is_wanted)
    first, second = lines["day_first"], lines["month_first"]
    columns = (
        lines["code"],
        pc.less(lines["amount"], 0),
        lines["date_format"],
        pc.coalesce(first, second),  # a date that exists in one order only is read in that one
        pc.coalesce(second, first),
    )
    return np.stack([column.to_numpy().astype(np.int64) for column in columns])


def _example(paths: Sequence[Path], shapes: Sequence[int]) -> tuple[int, int, str, str]:
    """File, row and both readings (YYYY-MM-DD) of the first line that tells the orders apart."""
    for file, path in enumerate(paths):
        lines = pq.read_table(path, columns=["row", "day_first", "month_first", "date_format"])
        is_one = pc.is_in(lines["date_format"], value_set=pa.array(list(shapes)))
        differs = pc.not_equal(
            pc.fill_null(lines["day_first"], -1), pc.fill_null(lines["month_first"], -1)
        )
        found = lines.filter(pc.and_(is_one, differs))
        if found.num_rows:
            days = [found[name][0].as_py() for name in ("day_first", "month_first")]
            first, second = ("no date" if day is None else iso(day) for day in days)
            return file, found["row"][0].as_py(), first, second
    return 0, 0, "", ""
