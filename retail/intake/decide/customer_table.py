"""The customers table: birth dates, whether they may be written to, and a unique id."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.config import Config
from retail.intake.decide import reference_tables
from retail.intake.decide.date_orders import Family, decide, families, follow
from retail.intake.decide.reference_tables import Dimension
from retail.intake.values import typed_lines
from retail.intake.values.dates import SHAPES, DateColumn, DateReader, iso
from retail.locale import Locale


@dataclass
class BirthDates:
    """What became of the birth dates: `days` is None when they can't be read."""

    days: pa.Array | None
    families: list[Family]
    problem: str = ""
    example: str = ""  # private


def born(
    dimension: Dimension, zone: ZoneInfo, config: Config, siblings: Sequence[Family], as_of: int
) -> BirthDates:
    """Read the birth dates and decide each format's order.

    A format that its own dates do not decide is read as the lines' dates of the same format, where
    evidence decided those. What is left undecided makes the column unreadable: no age is better
    than a wrong one.
    """
    texts = dimension.texts["birth_date"].combine_chunks()
    read = DateReader(zone).column(texts)
    dimension.reject(read.is_bad, "birth_date", typed_lines.NO_SUCH_DATE)
    is_known = pc.is_valid(texts).to_numpy(zero_copy_only=False) & ~read.is_bad
    found = families(_counts(read, is_known))
    form = Locale.of(config.publish.locale)
    decide(found, config.dates.birth_order, form=form)
    follow(found, siblings, "as the dates of the lines in this format")
    open_ones = [f for f in found if f.is_day_first is None or f.is_contradictory]
    share = float(np.count_nonzero(read.is_bad)) / max(len(texts), 1)
    if open_ones:
        worst = open_ones[0]
        problem = (
            f"{form.count(worst.lines)} dates can be read in two ways ({worst.evidence}). Set [dates] "
            'birth_order to "day-first" or "month-first"'
        )
        return BirthDates(None, found, problem, f"such as {_example(dimension, read, worst)}")
    if share > config.input.max_rejected_share:
        return BirthDates(None, found, f"{form.percentage(share, 1)} of the dates can't be read")
    order = np.zeros(len(SHAPES), bool)
    for family in found:
        order[list(family.shapes)] = bool(family.is_day_first)
    is_day_first = order[read.shape]
    day = np.where(is_day_first, read.day_first, read.month_first)
    has_day = is_known & np.where(is_day_first, read.has_day_first, read.has_month_first)
    dimension.reject(is_known & ~has_day, "birth_date", "a date that exists in the decided order")
    is_future = has_day & (day > as_of)
    dimension.reject(is_future, "birth_date", f"a date not after the last line, {iso(as_of)}")
    return BirthDates(pa.array(day, mask=~(has_day & ~is_future)), found)


def _counts(read: DateColumn, is_known: np.ndarray) -> dict[int, list[int]]:
    both = read.has_day_first & read.has_month_first
    kinds = (
        is_known,
        is_known & ~read.has_month_first,
        is_known & ~read.has_day_first,
        is_known & both & (read.day_first != read.month_first),
    )
    shapes = np.unique(read.shape[is_known]).tolist()
    return {s: [int(np.count_nonzero(kind & (read.shape == s))) for kind in kinds] for s in shapes}


def _example(dimension: Dimension, read: DateColumn, family: Family) -> str:
    at = int(np.flatnonzero(np.isin(read.shape, family.shapes))[0])
    return f"{dimension.texts['birth_date'][at].as_py()} ({dimension.place(at)})"


def customers(dimension: Dimension, birth: BirthDates | None) -> pa.Table:
    """customer_id, birth_day, gender, city, contactable, as far as they are there; unique by id."""
    if "contactable" in dimension.names:
        at = dimension.texts.column_names.index("contactable")
        values = reference_tables.yes_or_no(dimension)
        dimension.texts = dimension.texts.set_column(at, "contactable", values)
    if birth is not None:
        dimension.texts = dimension.texts.drop(["birth_date"])
        if birth.days is not None:
            dimension.texts = dimension.texts.append_column("birth_day", birth.days)
    return reference_tables.with_unique_key(dimension, ("customer_id",)).drop(["row", "file"])
