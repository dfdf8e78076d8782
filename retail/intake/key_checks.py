"""Checks of keys: ids that other tables do not know, ids that belong to two customers."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.errors import shown
from retail.intake import ahead, checked, key_hashes, repeats
from retail.intake.checks import Check, lines_in_words
from retail.intake.earlier import COLUMNS, NOTHING, Earlier, Unknown
from retail.writing import PLAIN, Writing

# Fields of the lines -> the hash that stands for them.
KEYS = {names: key for key, names in key_hashes.KEYS.items()}


def of_keys(
    paths: Sequence[Path],
    dropped: Sequence[np.ndarray],
    customers: Any | None,
    products: tuple[tuple[str, ...], Any] | None,
    form: Writing = PLAIN,
    earlier: Earlier | None = None,
) -> list[Check]:
    """Compare the kept lines with the other tables and with each other.

    `dropped` are the rows of each file that are not used; `customers`: `key_hashes.hashes` of the ids in
    the customers table; `products`: fields of the lines that hold the product's key, and the hashes of the
    known ones. What is known of `earlier` files is not looked for again.
    """
    lookups = []
    if customers is not None:
        lookups.append(_Lookup("customer", ("customer_id",), customers))
    if products is not None:
        lookups.append(_Lookup("product", *products))
    owners = _Owners()
    first = 0 if earlier is None else earlier.selected
    if earlier is not None and first:
        owners.go_on(earlier)
    starts = {lookup.what: lookup.go_on(earlier) if first else 0 for lookup in lookups}
    for start in sorted({first, *starts.values()}):
        asked = [lookup for lookup in lookups if starts[lookup.what] == start]
        wanted = {"transaction_key", "customer_key", *(KEYS[lookup.fields] for lookup in asked)}
        new = checked.together(_hashed(paths, dropped, sorted(wanted), start))
        # Pairs are sorted in another thread while lines are read and looked up in this one.
        paired = partial(_with_pairs, is_asked=start == first)
        for lines, pairs in ahead.in_order(paired, new, 1):
            for lookup in asked:
                lookup.add(lines)
            if pairs is not None:
                owners.add(*pairs)
    if earlier is not None:
        unknown = {lookup.what: lookup.unknown() for lookup in lookups}
        earlier.found |= {"unknown": unknown, "shared": owners.shared}
        earlier.tables |= {lookup.what: lookup.distinct for lookup in lookups}
    return [*(lookup.check(paths, dropped, form) for lookup in lookups), *owners.checks(form)]


def _hashed(
    paths: Sequence[Path], dropped: Sequence[np.ndarray], wanted: Sequence[str], first: int
) -> Iterator[Any]:
    """The hashes of the lines that are used, of the files from `first` on, and `file`, the position of
    each line's path."""
    for at, (path, rows) in enumerate(zip(paths, dropped, strict=True)):
        if at < first:
            continue
        for lines in checked.tables(path, [*(["row"] if len(rows) else []), *wanted]):
            found = _used(lines, rows)
            yield found.append_column("file", pa.array(np.full(found.num_rows, at)))


def _with_pairs(lines: Any, is_asked: bool) -> tuple[Any, tuple[np.ndarray, np.ndarray] | None]:
    """Lines, and what `_Owners` needs of them; None where that isn't asked or they have no ids."""
    if not is_asked or "transaction_key" not in lines.column_names:
        return lines, None
    own = lines.select(["transaction_key", "customer_key"]).drop_null()
    return lines, _pairs(*(own[name].to_numpy() for name in ("transaction_key", "customer_key")))


def _pairs(ids: np.ndarray, customers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct pairs of an id and a customer, as hashes, and the id of each."""
    pairs, first = np.unique(key_hashes.mixed(ids, customers), return_index=True)
    return ids[first], pairs


def _used(lines: Any, dropped: np.ndarray) -> Any:
    """Lines without those whose `row` is dropped; without `row`."""
    if not len(dropped):
        return lines
    is_gone = pc.is_in(lines["row"], value_set=pa.array(dropped))
    return lines.filter(pc.invert(is_gone)).drop_columns("row")


def _distinct(numbers: np.ndarray) -> np.ndarray:
    """The distinct ones in order: to sort them takes a fifth of what np.unique's hash table does."""
    ordered = np.sort(numbers)
    return ordered[np.diff(ordered, prepend=ordered[:1] - 1) != 0]


def _without(some: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Those that are not among the others, of distinct numbers in order."""
    if not len(others):
        return some
    at = np.searchsorted(others, some)
    return some[others[np.minimum(at, len(others) - 1)] != some]


def known_keys(table: Any, key: Sequence[str]) -> tuple[tuple[str, ...], Any]:
    """Fields of the lines, and the hashes of known values, for `of_keys`."""
    fields = {"category_code": "category", "subcategory_code": "subcategory"}
    columns = [table[name].combine_chunks() for name in key]
    hashes = key_hashes.hashes(columns, are_distinct=True)
    return tuple(fields.get(name, name) for name in key), hashes


@dataclass
class _Lookup:
    """Lines whose customer, or product, another table does not know."""

    what: str
    fields: tuple[str, ...]  # of the lines
    hashes: Any  # of the known texts, joined by NUL where there are two fields
    lines: Counter[int] = field(default_factory=Counter)  # by file; none of a file without one

    def __post_init__(self) -> None:
        self.distinct = _distinct(self.hashes.drop_null().to_numpy())
        self._places = key_hashes.Places(self.distinct)

    def go_on(self, earlier: Earlier | None) -> int:
        """Take over what is known of the first files; how many these are.

        Of a table that has changed since, the lines with the ids that came or went are looked for.
        """
        told = earlier.known.unknown.get(self.what) if earlier and earlier.known else None
        if earlier is None or told is None:
            return 0
        if told.table != self._named(self.distinct):
            before = earlier.table(self.what)
            key = KEYS[self.fields]
            if self._named(before) != told.table or key not in COLUMNS:
                return 0
            gone = _without(before, self.distinct)
            self.lines.update(earlier.used_lines_with(key, gone))
            if told.lines:
                new = _without(self.distinct, before)
                self.lines.subtract(earlier.used_lines_with(key, new))
        self.lines.update(told.lines)
        self.lines = +self.lines
        return earlier.count

    def unknown(self) -> Unknown:
        """What was found, for the next run."""
        return Unknown(self._named(self.distinct), dict(self.lines))

    def _named(self, distinct: np.ndarray) -> str:
        found = hashlib.sha256("\0".join(self.fields).encode())
        found.update(distinct.tobytes())
        return found.hexdigest()

    def add(self, lines: Any) -> None:
        """Count the unknown ones."""
        keys = lines[KEYS[self.fields]]
        is_known = np.asarray(pc.is_null(keys)) | (self._places.of(keys) >= 0)
        unknown = lines["file"].filter(pa.array(~is_known))
        files, counts = np.unique(unknown, return_counts=True)
        self.lines.update(dict(zip(files.tolist(), counts.tolist(), strict=True)))

    def check(self, paths: Sequence[Path], dropped: Sequence[np.ndarray], form: Writing) -> Check:
        """The check; the first of the unknown texts is its example."""
        name = f"known_{self.what}s"
        expectation = f"every {self.what} is in the {self.what}s table"
        if not self.lines:
            return Check(name, expectation, "all are", True)
        texts = [self._unknown(paths[at], dropped[at]) for at in sorted(self.lines)]
        observed = f'{lines_in_words(self.lines.total(), form)} with one that is not: "Unknown"'
        example = f"such as {shown(min(t for t in texts if t).replace(chr(0), ' / '))}"
        return Check(name, expectation, observed, False, example=example)

    def _unknown(self, path: Path, dropped: np.ndarray) -> str:
        """The first unknown text of a file."""
        parts = []
        for batch, _ in checked.batches(path, ("row", *self.fields)):
            lines = _used(batch, dropped)
            columns = [lines[name] for name in self.fields]
            texts = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
            parts += pc.unique(texts).to_pylist()
        distinct = pa.array(parts, pa.string()).drop_null()
        is_unknown = pc.invert(pc.is_in(key_hashes.hashes([distinct]), value_set=self.hashes))
        return pc.min(distinct.filter(is_unknown)).as_py() or ""


@dataclass
class _Owners:
    """Ids with their customers as hashes, so that millions fit and sort quickly."""

    ids: list[np.ndarray] = field(default_factory=list)
    pairs: list[np.ndarray] = field(default_factory=list)
    others: int | None = None  # ids that several customers share, of those that are not among `ids`

    def go_on(self, earlier: Earlier) -> None:
        """Take over what is known of the first files: of the ids that the others have too, their lines."""
        if earlier.known is None or earlier.known.shared is None:
            return
        ids, customers, is_kept = (
            earlier.values(name)[earlier.touched]
            for name in ("transaction_key", "customer_key", "kept")
        )
        own = (is_kept == 1) & (customers != NOTHING)
        self.add(*_pairs(ids[own], customers[own]))
        self.others = earlier.known.shared - self._shared()

    def add(self, ids: np.ndarray, pairs: np.ndarray) -> None:
        """Add what `_pairs` returns."""
        self.ids.append(ids)
        self.pairs.append(pairs)

    @cached_property
    def shared(self) -> int | None:
        """How many ids several customers share, when all are added; None where lines have none."""
        return self._shared() + (self.others or 0) if self.pairs else None

    def _shared(self) -> int:
        _, first = np.unique(np.concatenate(self.pairs), return_index=True)
        return len(repeats.twice(np.sort(np.concatenate(self.ids)[first])))

    def checks(self, form: Writing) -> list[Check]:
        shared = self.shared
        if shared is None:
            return []
        observed = f"{form.count(shared)} do not" if shared else "each does"
        return [Check("one_customer", "an id belongs to one customer", observed, not shared)]
