"""Which records of a file are no sales: the rules of [exclude], on the texts of any column.

They are applied before amounts and dates are judged: a cancelled row with a blank amount is excluded,
not rejected. A rule names a field or a header of the file and the values that are left out. A value is
compared whole; a * at its end stands for any rest, and a * alone for anything but a blank.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.errors import InputError, shown
from retail.intake.decide import column_mapping

# What a products table may hold under a name: such a rule need not name a column of the lines.
ANOTHER_CURRENCY = "another currency"
TOTALS = "totals of other lines"
OF_PRODUCTS = ("category", "subcategory", "product_id")
Patterns = tuple[tuple[str, tuple[str, ...]], ...]  # name of a field or header, values


@dataclass(frozen=True)
class RowRules:
    """Rules of one file: name, position of its column, patterns; then those of other sections of the config.

    only: position of the currency's column, and the one currency whose rows count. totals: rows of totals.
    """

    rules: tuple[tuple[str, int, tuple[str, ...]], ...] = ()
    only: tuple[int, str] | None = None
    totals: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))

    def __bool__(self) -> bool:
        return bool(self.rules) or self.only is not None or len(self.totals) > 0

    @property
    def names(self) -> list[str]:
        """The name of each rule, by its number."""
        return [*(name for name, _, _ in self.rules), ANOTHER_CURRENCY, TOTALS]

    def excluded(self, table: Any, rows: np.ndarray) -> Excluded:
        """Which records of a table of texts a rule leaves out; the first rule that fits counts."""
        found = Excluded(np.full(table.num_rows, -1, np.int64))
        for number, (name, at, patterns) in enumerate(self.rules):
            texts = pc.utf8_trim_whitespace(pc.fill_null(table.column(at).combine_chunks(), ""))
            for pattern in patterns:
                hits = _hits(texts, pattern)
                found.by_pattern[label(name, pattern)] = int(np.count_nonzero(hits))
                found.rule[hits & (found.rule < 0)] = number
        if self.only is not None:
            at, currency = self.only
            texts = pc.utf8_trim_whitespace(pc.fill_null(table.column(at).combine_chunks(), ""))
            is_other = pc.not_equal(texts, currency).to_numpy(zero_copy_only=False)
            hits = is_other & (found.rule < 0)
            found.rule[hits] = len(self.rules)
            found.by_pattern[ANOTHER_CURRENCY] = int(np.count_nonzero(hits))
        if len(self.totals):
            hits = np.isin(rows, self.totals) & (found.rule < 0)
            found.rule[hits] = len(self.rules) + 1
            found.by_pattern[TOTALS] = int(np.count_nonzero(hits))
        return found


@dataclass
class Excluded:
    """For each record the number of the rule that leaves it out, -1 for none; records by pattern."""

    rule: np.ndarray
    by_pattern: dict[str, int] = field(default_factory=dict)


def resolve(
    patterns: Patterns,
    fields: Mapping[str, int],
    first: Sequence[str],
    has_header: bool,
    name: str,
    table: str = "transactions",
    key_of: str = "[exclude]",
) -> RowRules:
    """The rules of [exclude], or of another key that is written like it (`key_of`), for the file `name` with the
    first record `first`.

    A rule names a field that is mapped, else a header (or a position, where the file has no header).
    Raises InputError for a rule of the transactions that names neither; a returns file may lack it.
    """
    headers = [column_mapping.clean(h) if has_header else f"{n}" for n, h in enumerate(first, 1)]
    rules = []
    for key, values in patterns:
        header = column_mapping.clean(key)
        if key in fields:
            rules.append((key, fields[key], values))
        elif (at := column_mapping.position(header, headers)) is not None:
            rules.append((key, at, values))
        elif header in headers:
            at_first = headers.index(header) + 1
            raise InputError(
                f"{name}: {key_of} {shown(key)}: this header stands there {headers.count(header)} "
                f'times, so which column is meant is not clear. Name it by position, such as "#{at_first}".'
            )
        elif table == "transactions" and (key not in OF_PRODUCTS or key_of != "[exclude]"):
            near = column_mapping.nearest(header, [*headers, *fields])
            hint = f"did you mean {shown(near)}?" if near else "none of them is close."
            listed = column_mapping.listed(headers)
            raise InputError(
                f"{name}: {key_of} {shown(key)} is no header of this file, and no field that is "
                f"mapped. The headers found are {listed}; {hint}"
            )
    return RowRules(tuple(rules))


def _hits(texts: Any, pattern: str) -> np.ndarray:
    if pattern == "*":
        hits = pc.not_equal(texts, "")
    elif pattern.endswith("*"):
        hits = pc.starts_with(texts, pattern[:-1])
    else:
        hits = pc.equal(texts, pa.scalar(pattern.strip()))
    return hits.to_numpy(zero_copy_only=False)


def label(name: str, pattern: str) -> str:
    """How a value of a rule is called in messages."""
    return f"{name} {pattern}" if pattern else f"{name} (blank)"


def like(pattern: str) -> str:
    """A regular expression for a pattern of [exclude]: a * at the end stands for any rest."""
    if pattern.endswith("*"):
        return f"^{re.escape(pattern[:-1])}"
    return f"^{re.escape(pattern)}$"


def fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern of [exclude]."""
    return re.match(like(pattern), name) is not None
