"""Lines that are totals of other lines: each day's sum among the sales, a grand total at the end.

A total has no customer, and its amount is the sum of the lines before it: of those since the last total of
its kind, or of all. One such line proves nothing, as a guest may pay by chance what others paid together;
so lines are judged by kind. A kind is what its lines lack (order, product, category, date) and a word such
as "Tagessumme" that they have. Only where all lines of a kind are sums, and enough of them of two lines or
more, they are totals.

Nothing is left out here: the config says what becomes of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.schema.dimensions import OF_LINE, names

LOOKED_AT = ("transaction_id", "product_id", "category", "subcategory", *names(OF_LINE))
MOST = 2_000_000  # of lines that may be totals: a file with more has guests, not totals
WORDS = (
    r"(?i)total|summen?\b|gesamt|zwischens|saldo|somme|totaal|suma\b|summa|итог|всего|toplam|razem|celkem|"
    r"összes|yhteens|合計|小計|合计|小计|总计|總計|\bsum\b|合算|소계|합계|รวม|إجمالي|المجموع"
)
ENOUGH_LINES = 10  # a sum of so many lines is no chance
MOST_KINDS = 100
MOST_STRAY = 0.2  # of the lines with a word such as "total", that may be no sums


@dataclass
class TotalLines:
    """Looks for totals in the lines of one file, batch by batch, in the order of the file."""

    money: int = 0
    lines: int = 0
    seen: int = 0
    kinds: dict[tuple[str, ...], int] = field(default_factory=dict)
    parts: list[np.ndarray] = field(default_factory=list)  # row, amount, sum and lines before, kind

    def add(
        self, rows: np.ndarray, texts: Mapping[str, Any], amount: np.ndarray, is_known: np.ndarray
    ) -> None:
        """Look at a batch: its texts by field (null where missing), and amounts where they are known."""
        amount = np.where(is_known, amount, 0)
        before = self.money + np.cumsum(amount) - amount
        at, kind = self._candidates(texts, is_known if self.seen <= MOST else is_known & False)
        self.seen += len(at)
        if len(at) and self.seen <= MOST:
            lines = self.lines + at
            self.parts.append(np.stack([rows[at], amount[at], before[at], lines, kind]))
        elif self.seen > MOST:
            self.parts = []
        self.money += int(amount.sum())
        self.lines += len(rows)

    def found(self) -> np.ndarray:
        """Rows and amounts of the totals, in two lines."""
        if not self.parts:
            return np.zeros((2, 0), np.int64)
        table = np.concatenate(self.parts, axis=1)
        kinds, counts = np.unique(table[4], return_counts=True)
        names_of = {number: kind for kind, number in self.kinds.items()}
        by_count = sorted(zip(-counts, [names_of[n] for n in kinds.tolist()], kinds, strict=True))
        is_total = np.zeros(table.shape[1], bool)
        for _, name, number in by_count[:MOST_KINDS]:
            is_kind = table[4] == number
            hits = _sums(table, is_kind, is_total, name)
            if not hits.any():  # totals of other kinds, not proved yet, may stand between
                hits = _sums(table, is_kind, np.ones(len(is_kind), bool), name)
            is_total |= hits
        return table[:2, is_total]

    def _candidates(
        self, texts: Mapping[str, Any], is_known: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the lines that may be totals, and the number of their kind."""
        columns = {name: texts[name] for name in LOOKED_AT if name in texts}
        is_guest = is_known.copy()
        if "customer_id" in texts:
            is_guest &= _mask(pc.is_null(texts["customer_id"]))
        at = np.flatnonzero(is_guest)
        if not len(at):
            return at, at
        columns = {name: values.take(pa.array(at)) for name, values in columns.items()}
        blank = {name: _mask(pc.is_null(values)) for name, values in columns.items()}
        is_named = np.zeros(len(at), bool)
        for values in columns.values():
            coded = pc.dictionary_encode(values)  # few distinct texts, mostly
            if not len(coded.dictionary):
                continue
            hits = pc.match_substring_regex(coded.dictionary, WORDS).take(coded.indices)
            is_named |= _mask(pc.fill_null(hits, False))
        is_lacking = np.logical_or.reduce([np.zeros(len(at), bool), *blank.values()])
        has_little = not columns and "customer_id" in texts
        is_candidate = is_named | is_lacking | has_little
        some = np.flatnonzero(is_candidate)
        dates = texts["date"].take(pa.array(at[some])) if "date" in texts else None
        tokens = [_tokens(values.take(pa.array(some))) for values in columns.values()]
        if dates is not None:
            tokens.append(pc.if_else(pc.is_null(dates), "", "x"))
        if not tokens:
            return at[some], np.zeros(len(some), np.int64)
        kinds = zip(*(values.to_pylist() for values in tokens), strict=True)
        numbers = [self.kinds.setdefault(kind, len(self.kinds)) for kind in kinds]
        return at[some], np.array(numbers, np.int64)


def _sums(
    table: np.ndarray, is_kind: np.ndarray, is_total: np.ndarray, name: tuple[str, ...]
) -> np.ndarray:
    """Which lines of a kind are totals; none where the kind is not one of totals."""
    _, amount, before, lines, _ = table
    is_left_out = is_kind | is_total
    own = np.where(is_left_out, amount, 0)
    sold = before - (np.cumsum(own) - own)
    counted = lines - (np.cumsum(is_left_out) - is_left_out)
    at = np.flatnonzero(is_kind)
    since = np.diff(sold[at], prepend=0)
    since_lines = np.diff(counted[at], prepend=0)
    paid = amount[at]
    of_some, of_all = since == paid, sold[at] == paid
    summed = np.where(of_some, since_lines, np.where(of_all, counted[at], 0))
    fits = of_some | of_all
    strong = fits & (summed >= 2) & (paid != 0)
    has_word = any(len(token) > 1 for token in name)
    is_lacking = "" in name[:-1]
    needed = 1 if has_word else 2 if is_lacking else 3
    is_proved = np.count_nonzero(strong) >= needed or (
        is_lacking and bool((strong & (summed >= ENOUGH_LINES)).any())
    )
    stray = np.count_nonzero(~fits) / len(at)
    hits = np.zeros(len(is_kind), bool)
    if is_proved and stray <= (MOST_STRAY if has_word else 0):
        hits[at[fits]] = True
    return hits


def _tokens(values: Any) -> Any:
    """For each text: nothing if it is missing, its letters if it has a word for a total, else x."""
    letters = pc.utf8_lower(pc.replace_substring_regex(values, r"[^\p{L}]+", ""))
    has_word = pc.fill_null(pc.match_substring_regex(values, WORDS), False)
    return pc.if_else(pc.is_null(values), "", pc.if_else(has_word, letters, "x"))


def _mask(values: Any) -> np.ndarray:
    return np.asarray(values.to_numpy(zero_copy_only=False), bool)
