"""Which checked lines are used: no repeats, nothing excluded by rule, nothing after as-of, only dates
that exist in the order that was decided.

In: checked Parquet at the scales of the run. Out: the dropped rows, with lines and money of each
reason, and a calendar of the kept lines.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import storage
from retail.errors import InputError
from retail.frames import exact_sum
from retail.intake import checked_parquet
from retail.intake.decide.row_rules import fits, label, like
from retail.intake.read_report import Reject
from retail.intake.values.dates import iso
from retail.schema.dimensions import OF_LINE, names

# In this order: a line that falls under two counts under the first.
REASONS = ("undated", "repeats", "excluded", "late")
TEXTS = (
    "product_id",
    "category",
    "subcategory",
    *names(OF_LINE),
)  # a return may have its purchase's
BY_NAME = "category or subcategory by name"


LAST_DAY = np.iinfo(np.int64).max


@dataclass
class Calendar:
    """Kept lines by day: how many, and where the first of them stands."""

    lines: dict[int, int] = field(default_factory=dict)
    place: dict[int, tuple[int, int]] = field(default_factory=dict)  # file, row
    last_purchase: int | None = None

    def add(self, file: int, day: np.ndarray, rows: np.ndarray, amount: np.ndarray) -> None:
        """Count the kept lines of one file."""
        days, first, counts = np.unique(day, return_index=True, return_counts=True)
        for value, at, count in zip(days.tolist(), first.tolist(), counts.tolist(), strict=True):
            self.lines[value] = self.lines.get(value, 0) + count
            self.place.setdefault(value, (file, int(rows[at])))
        if (amount > 0).any():
            latest = int(day[amount > 0].max())
            self.last_purchase = max(latest, self.last_purchase or latest)


@dataclass(frozen=True)
class Rules:
    """What leaves lines out, by the values of columns (already resolved to what lines hold)."""

    values: Mapping[str, tuple[str, ...]]  # field -> patterns
    fields: tuple[str, ...] = ()  # that hold the key of a product
    products: frozenset[str] = frozenset()  # keys of products, joined by NUL


@dataclass
class Selection:
    """Which lines were dropped, by reason: number of lines and money, and `rows[file]`, their rows."""

    lines: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))
    amount: dict[str, int] = field(default_factory=lambda: dict.fromkeys(REASONS, 0))
    kept: int = 0
    kept_amount: int = 0
    rows: list[np.ndarray] = field(default_factory=list)
    undated: list[tuple[int, Reject]] = field(default_factory=list)
    excluded: dict[str, tuple[int, int]] = field(default_factory=dict)  # by rule: lines, money
    excluded_by: dict[str, int] = field(default_factory=dict)  # by value of a rule: lines
    first_repeat: tuple[int, int] | None = None
    repeats: int = 0  # whether dropped or not
    repeats_amount: int = 0
    calendar: Calendar = field(default_factory=Calendar)

    def add_excluded(
        self, by_rule: Mapping[str, np.ndarray], taken: np.ndarray, amount: np.ndarray
    ) -> None:
        """Count the excluded lines under the first rule that leaves them out."""
        left = taken.copy()
        for rule, hits in by_rule.items():
            is_hit = hits & left
            lines, money = self.excluded.get(rule, (0, 0))
            count = int(np.count_nonzero(is_hit))
            self.excluded[rule] = (lines + count, money + exact_sum(amount[is_hit]))
            left &= ~is_hit


def select(
    paths: Sequence[Path],
    repeats: Sequence[np.ndarray],
    is_day_first: Sequence[bool],
    rules: Rules,
    as_of: int | None,
    drops_repeats: bool,
) -> Selection:
    """Decide for each line of each file. `is_day_first` is by shape; `repeats` are masks by file."""
    found = Selection()
    names = {"row", "amount", "day_first", "month_first", "date_format"}
    wanted = sorted(names | set(rules.values) | set(rules.fields))
    order = np.array(is_day_first)
    for file, (path, mask) in enumerate(zip(paths, repeats, strict=True)):
        dropped = [np.empty(0, np.int64)]
        for lines, is_repeat in checked_parquet.batches(path, wanted, mask):
            rows, amount = lines["row"].to_numpy(), lines["amount"].to_numpy()
            day, is_undated = _days(found, file, lines, order)
            if is_repeat.any():
                found.repeats += int(np.count_nonzero(is_repeat))
                found.repeats_amount += exact_sum(amount[is_repeat])
                found.first_repeat = found.first_repeat or (file, int(rows[np.argmax(is_repeat)]))
            is_kept = np.ones(len(rows), bool)
            by_rule = _excluded(found, lines, rules)
            is_excluded = np.logical_or.reduce([*by_rule.values(), np.zeros(len(rows), bool)])
            for reason, is_dropped in (
                ("undated", is_undated),
                ("repeats", is_repeat & drops_repeats),
                ("excluded", is_excluded),
                ("late", day > (LAST_DAY if as_of is None else as_of)),
            ):
                taken = is_dropped & is_kept
                if reason == "excluded":
                    found.add_excluded(by_rule, taken, amount)
                found.lines[reason] += int(np.count_nonzero(taken))
                found.amount[reason] += exact_sum(amount[taken])
                is_kept &= ~taken
            dropped.append(rows[~is_kept])
            found.kept += int(np.count_nonzero(is_kept))
            found.kept_amount += exact_sum(amount[is_kept])
            found.calendar.add(file, day[is_kept], rows[is_kept], amount[is_kept])
        found.rows.append(np.concatenate(dropped))
    return found


def _days(
    found: Selection, file: int, lines: Any, is_day_first: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The day of each line, and which have none: those are rejected."""
    is_first = is_day_first[lines["date_format"].to_numpy()]
    first, second = (lines[name].combine_chunks() for name in ("day_first", "month_first"))
    reading = pc.if_else(pa.array(is_first), first, second)
    is_undated = pc.is_null(reading).to_numpy(zero_copy_only=False)
    for at in np.flatnonzero(is_undated).tolist():
        row = lines["row"][at].as_py()
        found.undated.append((file, _undated(lines, at, row, bool(is_first[at]))))
    return pc.fill_null(reading, 0).to_numpy(zero_copy_only=False), is_undated


def _undated(lines: Any, at: int, row: int, is_day_first: bool) -> Reject:
    other = lines["month_first" if is_day_first else "day_first"][at].as_py()
    order, opposite = ("day-first", "month-first") if is_day_first else ("month-first", "day-first")
    value = f"{iso(other)} if read {opposite}" if other is not None else ""
    return Reject(row, "date", value, f"a date that exists {order}, as decided for its format")


def _excluded(found: Selection, lines: Any, rules: Rules) -> dict[str, np.ndarray]:
    """Which lines each rule leaves out; counted by value of the rules."""
    by_rule: dict[str, np.ndarray] = {}
    for rule, value, hits in _hits(lines, rules):
        is_hit = pc.fill_null(hits, False).to_numpy(zero_copy_only=False)
        count = int(np.count_nonzero(is_hit))
        found.excluded_by[value] = found.excluded_by.get(value, 0) + count
        by_rule[rule] = by_rule[rule] | is_hit if rule in by_rule else is_hit
    return by_rule


def _hits(lines: Any, rules: Rules) -> Iterator[tuple[str, str, Any]]:
    for name, patterns in rules.values.items():
        for pattern in patterns if name in lines.column_names else ():
            hits = pc.match_substring_regex(lines[name].combine_chunks(), like(pattern))
            yield name, label(name, pattern), hits
    if rules.products and set(rules.fields) <= set(lines.column_names):
        keys = pc.binary_join_element_wise(*(lines[name] for name in rules.fields), "\0")
        named = pc.is_in(keys.combine_chunks(), value_set=pa.array(sorted(rules.products)))
        yield BY_NAME, BY_NAME, named


def rules(values: Mapping[str, tuple[str, ...]], products: Any) -> Rules:
    """The rules of [exclude]; names of categories are looked up in the products table, if any."""
    found = {name: values[name] for name in values if values[name] and name in TEXTS}
    codes = ("category_code", "subcategory_code")
    has_ids = products is not None and "product_id" in products.column_names
    key = ("product_id",) if has_ids else codes
    hits = {
        "\0".join(row[name] for name in key)
        for row in (products.to_pylist() if products is not None else ())
        for name in ("category", "subcategory")
        if any(row.get(name) and fits(pattern, row[name]) for pattern in found.get(name, ()))
    }
    fields = ("product_id",) if has_ids else ("category", "subcategory")
    return Rules(found, fields if hits else (), frozenset(hits))


def stop_at_a_gap(
    calendar: Calendar, names: Sequence[str], most_first: int, most_last: int
) -> None:
    """Raise InputError when the first or the last day is more than so many days from the one next to it.

    `names` are the files' names: one wrong date would move the start or the end of all figures.
    """
    days = sorted(calendar.lines)
    if len(days) < 2:
        return
    first, second, *_ = days
    before_last, last = days[-2:]
    before, after = "before the date after it", "after the date before it"
    as_of = "or set [dates] as_of to the last day that counts, or max_last_gap_days"
    leave = "leave the line out by [exclude], or set [dates] max_first_gap_days"
    for day, other, limit, side, border, keys in (
        (last, before_last, most_last, after, "end", as_of),
        (first, second, most_first, before, "start", leave),
    ):
        if abs(day - other) > limit:
            file, row = calendar.place[day]
            raise InputError(
                f"{names[file]}, row {row:,}: dated {iso(day)}, {abs(day - other):,} days {side} "
                f"({iso(other)}). One wrong date would move the {border} of all figures. Correct it, {keys} "
                f"above {limit}."
            )


def write_dropped(selection: Selection, folder: Path) -> Path | None:
    """Parquet with file and row of all dropped lines; None when there are none."""
    if not any(len(rows) for rows in selection.rows):
        return None
    files = np.concatenate([np.full(len(rows), at) for at, rows in enumerate(selection.rows)])
    rows = np.concatenate(selection.rows)
    name = hashlib.sha256(files.tobytes() + rows.tobytes()).hexdigest()[:32]
    path = folder / f"dropped-{name}.parquet"
    table = pa.table({"file": files.astype(np.int64), "row": rows.astype(np.int64)})
    with storage.replacing(path) as part:
        pq.write_table(table, part)
    return path
