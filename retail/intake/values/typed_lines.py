"""One batch of transaction records: texts become typed columns, and what can't be read is rejected.

In: a table of texts and the fields' positions. Out: numbers still as exact texts (`Plain`), dates in
both readings, and for each record the first fault found. Nothing is coerced.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.intake.decide import column_mapping
from retail.intake.read_report import Reject
from retail.intake.source import whole_rows
from retail.intake.source.layout import Layout
from retail.intake.values import amounts, date_evidence, number_forms
from retail.intake.values.amounts import Plain
from retail.intake.values.dates import DateColumn, DateReader
from retail.schema.lines import IDS, ORDER_AMOUNTS

NUMBERS = ("amount", "quantity", "unit_price", "line_discount", "tax", *ORDER_AMOUNTS)
MOST_QUANTITY_DECIMALS = 6
USUAL_MONEY_DECIMALS = 2  # 12.50 has two decimals, 12.500000 no more
MOST_LOOKED_AT = 200  # distinct texts from which a hint is taken
# Codes of other tables, which are joined to what lines call otherwise.
_FOLDED_AS = {"code": "city", "category_code": "category", "subcategory_code": "subcategory"}
HEADER_AGAIN = "a record, not the header again (or set [input] repeated_headers = true)"
NO_SUCH_DATE = "a date between 1900 and 2099, such as 2014-02-28 or 28-02-2014"


@dataclass
class Faults:
    """For each record the first thing that is wrong with it."""

    count: int
    reasons: list[tuple[str, str]] = field(default_factory=list)  # field, expected

    def __post_init__(self) -> None:
        self._at = np.zeros(self.count, np.int64)

    def add(self, is_faulty: np.ndarray, about: str, expected: str) -> None:
        """Note a fault where none was noted before."""
        if is_faulty.any():
            self.reasons.append((about, expected))
            self._at[is_faulty & (self._at == 0)] = len(self.reasons)

    @property
    def any(self) -> np.ndarray:
        """Which records have a fault."""
        return self._at > 0

    def rejects(
        self, rows: np.ndarray, texts: Mapping[str, Any], headers: Mapping[str, str]
    ) -> list[Reject]:
        """The faulty records with their place and what stood there."""
        found = []
        for at in np.flatnonzero(self._at):
            about, expected = self.reasons[self._at[at] - 1]
            value = texts[about][int(at)].as_py() if about in texts else ""
            found.append(
                Reject(int(rows[at]), headers.get(about, ""), (value or "")[:2000], expected)
            )
        return found


@dataclass(frozen=True)
class TypedBatch:
    """Records of one batch, before they are scaled: `texts` as read, null where missing."""

    rows: np.ndarray
    texts: dict[str, Any]
    numbers: dict[str, Plain]
    dates: DateColumn
    faults: Faults
    headers: Mapping[str, str]
    is_return: np.ndarray | None = None  # by a rule of [returns] rows

    def scales(self, decimals: int | None, has_rates: bool = False) -> tuple[int, int]:
        """Decimals that money and quantities need, money no more than the config's; with rates at least two."""
        needed = {name: number.decimals for name, number in self.numbers.items()}
        quantity = needed.pop("quantity", 0)
        money = max(needed.values(), default=0)
        if "amount" not in needed and "unit_price" in needed:  # quantity x price, exactly
            money = max(money, needed["unit_price"] + quantity)
        if has_rates:
            money = max(money, USUAL_MONEY_DECIMALS if decimals is None else decimals)
        return (money if decimals is None else min(money, decimals)), quantity

    def longest(self) -> tuple[int, str, str] | None:
        """Row, header and text of the number of money with most decimals."""
        sizes = {n: number.decimals for n, number in self.numbers.items() if n != "quantity"}
        name = max(sizes, key=lambda n: sizes[n], default="")
        if not sizes.get(name):
            return None
        number = self.numbers[name]
        lengths = pc.subtract(pc.binary_length(number.texts), pc.find_substring(number.texts, "."))
        has_point = pc.greater_equal(pc.find_substring(number.texts, "."), 0)
        lengths = pc.if_else(has_point, lengths, 0)
        at = int(pc.index(lengths, pc.max(lengths)).as_py())
        return int(self.rows[at]), self.headers[name], self.texts[name][at].as_py()


def typed(
    table: Any,
    rows: np.ndarray,
    first: Sequence[str],
    fields: Mapping[str, int],
    layout: Layout,
    dates: DateReader,
) -> TypedBatch:
    """Check the records of a batch; see the module."""
    texts = {name: known(table.column(at), name, layout) for name, at in fields.items()}
    faults = Faults(len(rows))
    if layout.has_header:
        faults.add(whole_rows.repeats_header(table, first), "", HEADER_AGAIN)
    days = dates.column(texts.get("date", pa.nulls(len(rows), pa.string())))
    if "date" in fields:
        hint = (
            ""
            if layout.fill_down
            else " (or set [input] fill_down, if it stands for the one above)"
        )
        faults.add(_is_missing(texts["date"]), "date", "a date, not a blank" + hint)
    if days.is_bad.any():
        keys_for = functools.partial(date_evidence.keys_for, style=layout.dates)
        for is_bad, hint in _hints(texts["date"], days.is_bad, "dates", keys_for):
            faults.add(is_bad, "date", NO_SUCH_DATE + hint)
    numbers = {}
    for name in NUMBERS:
        if name in fields:
            usual = 0 if name == "quantity" else USUAL_MONEY_DECIMALS
            plainly = number_forms.plainly(texts[name], layout.numbers)
            numbers[name] = amounts.plain(plainly, layout.decimal, layout.thousands, usual)
            keys_for = functools.partial(number_forms.keys_for, style=layout.numbers)
            for is_bad, hint in _hints(texts[name], numbers[name].is_bad, "input", keys_for):
                faults.add(is_bad, name, _number_expected(layout) + hint)
    for name in _required(fields, layout):
        faults.add(_is_missing(texts[name]), name, "a number, not a blank")
    if "quantity" in numbers and numbers["quantity"].decimals > MOST_QUANTITY_DECIMALS:
        numbers["quantity"], is_long = _cut_long(numbers["quantity"])
        faults.add(is_long, "quantity", f"no more than {MOST_QUANTITY_DECIMALS} decimals")
    headers = column_mapping.headers(fields, first, layout.has_header)
    return TypedBatch(rows, texts, numbers, days, faults, headers)


def _required(fields: Mapping[str, int], layout: Layout) -> tuple[str, ...]:
    """Numbers that a record can't do without; a return may take them from its purchase."""
    if "amount" in fields:
        return ("amount",)
    is_derived = {"quantity", "unit_price"} <= set(fields)
    return ("quantity", "unit_price") if is_derived or layout.table == "transactions" else ()


def are_rounded(texts: Any) -> np.ndarray:
    """Which ids a spreadsheet has turned into a number and rounded, such as 8.07E+10."""
    if not any(pc.any(pc.match_substring(texts, sign)).as_py() for sign in ("E+", "e+")):
        return np.zeros(len(texts), bool)
    fits = pc.match_substring_regex(texts, r"^[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{1,3}$")
    return pc.fill_null(fits, False).to_numpy(zero_copy_only=False)


def known(column: Any, field: str, layout: Layout) -> Any:
    """A column of texts without blanks around them, in one case where the config says so, and null for what is
    blank or in the config's `missing`."""
    texts = column.combine_chunks()
    if field not in (*NUMBERS, "date"):  # those are read as they stand
        texts = pc.utf8_trim_whitespace(texts)
    if _FOLDED_AS.get(field, field) in layout.fold_case:
        texts = pc.utf8_lower(texts) if field in IDS else pc.utf8_title(texts)
    is_unknown = pc.or_(pc.equal(pc.binary_length(texts), 0), pc.utf8_is_space(texts))
    if layout.missing:
        is_unknown = pc.or_(is_unknown, pc.is_in(texts, value_set=pa.array(layout.missing)))
    if not pc.any(is_unknown).as_py():
        return texts
    return pc.if_else(is_unknown, pa.scalar(None, pa.string()), texts)


def _is_missing(texts: Any) -> np.ndarray:
    return pc.is_null(texts).to_numpy(zero_copy_only=False)


def _cut_long(number: Plain) -> tuple[Plain, np.ndarray]:
    too_long = pc.match_substring_regex(number.texts, rf"\.[0-9]{{{MOST_QUANTITY_DECIMALS + 1}}}")
    is_long = pc.fill_null(too_long, False).to_numpy(zero_copy_only=False)
    texts = pc.if_else(pa.array(is_long), pa.scalar(None, pa.string()), number.texts)
    return Plain(texts, number.is_bad | is_long, MOST_QUANTITY_DECIMALS), is_long


def _number_expected(layout: Layout) -> str:
    example = f"1{layout.thousands}234{layout.decimal}50"
    return f"a number such as {example} (as [input] decimal and thousands say)"


def _hints(
    texts: Any,
    is_bad: np.ndarray,
    section: str,
    keys_for: Callable[[Collection[str]], dict[str, Any] | None],
) -> Iterator[tuple[np.ndarray, str]]:
    """Masks of the bad texts, each with the keys of the config that would make them readable, if any do.

    No keys are named that would make other texts of the column unreadable.
    """
    if not is_bad.any():
        return
    several = pc.unique(texts.filter(pa.array(is_bad))).to_pylist()[:MOST_LOOKED_AT]
    likely = [text for text in several if keys_for([text])]
    sound = pc.unique(texts.filter(pa.array(~is_bad))).drop_null().to_pylist()[:MOST_LOOKED_AT]
    keys = keys_for([*likely, *sound]) if likely else None
    if keys:
        can_be = pc.is_in(texts, value_set=pa.array(likely)).to_numpy(zero_copy_only=False)
        yield can_be & is_bad, f"; set [{section}] {number_forms.written(keys)} if this is one"
    yield is_bad, ""
