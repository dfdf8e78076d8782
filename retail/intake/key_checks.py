"""Checks of keys: ids that other tables do not know, ids that belong to two customers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.errors import shown
from retail.intake import checked_parquet
from retail.intake.checks import Check, lines_in_words
from retail.intake.decide import duplicates
from retail.intake.values import id_hashes
from retail.locale import PLAIN, Locale

# Fields of the lines -> the hash that stands for them.
KEYS = {names: key for key, names in id_hashes.KEYS.items()}


def of_keys(
    paths: Sequence[Path],
    dropped: Sequence[np.ndarray],
    customers: Any | None,
    products: tuple[tuple[str, ...], Any] | None,
    form: Locale = PLAIN,
) -> list[Check]:
    """Compare the kept lines with the other tables and with each other.

    `dropped` are the rows of each file that are not used; `customers`: `id_hashes.hashes` of the ids in
    the customers table; `products`: fields of the lines that hold the product's key, and the hashes of the
    known ones.
    """
    lookups = []
    if customers is not None:
        lookups.append(_Lookup("customer", ("customer_id",), customers))
    if products is not None:
        lookups.append(_Lookup("product", *products))
    owners = _Owners()
    wanted = {"transaction_key", "customer_key", *(KEYS[lookup.fields] for lookup in lookups)}
    for lines in checked_parquet.together(_hashed(paths, dropped, sorted(wanted))):
        for lookup in lookups:
            lookup.add(lines)
        owners.add(lines)
    return [*(lookup.check(paths, dropped, form) for lookup in lookups), *owners.checks(form)]


def _hashed(
    paths: Sequence[Path], dropped: Sequence[np.ndarray], wanted: Sequence[str]
) -> Iterator[Any]:
    """The hashes of the lines that are used, and `file`, the position of each line's path."""
    for at, (path, rows) in enumerate(zip(paths, dropped, strict=True)):
        for lines in checked_parquet.tables(path, [*(["row"] if len(rows) else []), *wanted]):
            found = _used(lines, rows)
            yield found.append_column("file", pa.array(np.full(found.num_rows, at)))


def _used(lines: Any, dropped: np.ndarray) -> Any:
    """Lines without those whose `row` is dropped; without `row`."""
    if not len(dropped):
        return lines
    is_gone = pc.is_in(lines["row"], value_set=pa.array(dropped))
    return lines.filter(pc.invert(is_gone)).drop_columns("row")


def known_keys(table: Any, key: Sequence[str]) -> tuple[tuple[str, ...], Any]:
    """Fields of the lines, and the hashes of known values, for `of_keys`."""
    fields = {"category_code": "category", "subcategory_code": "subcategory"}
    columns = [table[name].combine_chunks() for name in key]
    hashes = id_hashes.hashes(columns, are_distinct=True)
    return tuple(fields.get(name, name) for name in key), hashes


@dataclass
class _Lookup:
    """Lines whose customer, or product, another table does not know."""

    what: str
    fields: tuple[str, ...]  # of the lines
    hashes: Any  # of the known texts, joined by NUL where there are two fields
    lines: Counter[int] = field(default_factory=Counter)  # by file; none of a file without one

    def __post_init__(self) -> None:
        self._places = id_hashes.Places(np.unique(self.hashes.drop_null().to_numpy()))

    def add(self, lines: Any) -> None:
        """Count the unknown ones."""
        keys = lines[KEYS[self.fields]]
        is_known = np.asarray(pc.is_null(keys)) | (self._places.of(keys) >= 0)
        unknown = lines["file"].filter(pa.array(~is_known))
        files, counts = np.unique(unknown, return_counts=True)
        self.lines.update(dict(zip(files.tolist(), counts.tolist(), strict=True)))

    def check(self, paths: Sequence[Path], dropped: Sequence[np.ndarray], form: Locale) -> Check:
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
        for batch, _ in checked_parquet.batches(path, ("row", *self.fields)):
            lines = _used(batch, dropped)
            columns = [lines[name] for name in self.fields]
            texts = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
            parts += pc.unique(texts).to_pylist()
        distinct = pa.array(parts, pa.string()).drop_null()
        is_unknown = pc.invert(pc.is_in(id_hashes.hashes([distinct]), value_set=self.hashes))
        return pc.min(distinct.filter(is_unknown)).as_py() or ""


@dataclass
class _Owners:
    """Ids with their customers as hashes, so that millions fit and sort quickly."""

    ids: list[np.ndarray] = field(default_factory=list)
    pairs: list[np.ndarray] = field(default_factory=list)

    def add(self, lines: Any) -> None:
        """Add the distinct pairs of an id and a customer."""
        if "transaction_key" not in lines.column_names:
            return
        own = lines.select(["transaction_key", "customer_key"]).drop_null()
        ids, customers = (own[name].to_numpy() for name in ("transaction_key", "customer_key"))
        pairs, first = np.unique(id_hashes.mixed(ids, customers), return_index=True)
        self.ids.append(ids[first])
        self.pairs.append(pairs)

    def _shared(self) -> int:
        """How many ids several customers share."""
        _, first = np.unique(np.concatenate(self.pairs), return_index=True)
        return len(duplicates.twice(np.sort(np.concatenate(self.ids)[first])))

    def checks(self, form: Locale) -> list[Check]:
        if not self.pairs:
            return []
        shared = self._shared()
        observed = f"{form.count(shared)} do not" if shared else "each does"
        return [Check("one_customer", "an id belongs to one customer", observed, not shared)]
