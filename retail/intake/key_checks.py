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
from retail.intake.values import hashes
from retail.locale import PLAIN, Locale
from retail.schema.lines import FOLDED

SPELLED = tuple(name for name in FOLDED if name != "transaction_id")  # those may well differ so
OWNED, OWNER = ("transaction_id",), ("customer_id",)


@dataclass
class KnownKeys:
    """The keys of a reference table, to find lines whose key it does not have."""

    what: str  # "customer" or "product"
    fields: tuple[str, ...]  # of the lines, that hold the key
    known: Any  # hashes of the keys
    lines: Counter[int] = field(default_factory=Counter)  # unknown ones, by file

    def __post_init__(self) -> None:
        self._index = hashes.HashIndex(np.unique(self.known.drop_null().to_numpy()))

    def count(self, file: int, keys: Any) -> None:
        """Count the lines of a file whose key (as a hash) is not known."""
        if unknown := int(np.count_nonzero(self._is_unknown(keys))):
            self.lines[file] += unknown

    def _is_unknown(self, keys: Any) -> np.ndarray:
        return np.asarray(pc.is_valid(keys)) & (self._index.places(keys) < 0)

    def check(self, paths: Sequence[Path], dropped: Sequence[np.ndarray], locale: Locale) -> Check:
        """The check; the first of the unknown texts is its example."""
        name = f"known_{self.what}s"
        expectation = f"every {self.what} is in the {self.what}s table"
        if not self.lines:
            return Check(name, expectation, "all are", True)
        texts = []
        for at in self.lines:
            for lines in _used(paths[at], dropped[at], self.fields):
                columns = [lines[name] for name in self.fields]
                is_unknown = pa.array(self._is_unknown(hashes.of_ids(columns)))
                columns = [column.filter(is_unknown) for column in columns]
                joined = pc.binary_join_element_wise(*columns, " / ")
                texts += [pc.min(joined).as_py()] if len(joined) else []
        observed = f'{lines_in_words(self.lines.total(), locale)} with one that is not: "Unknown"'
        return Check(name, expectation, observed, False, example=f"such as {shown(min(texts))}")


def known_keys(what: str, table: Any, key: Sequence[str]) -> KnownKeys:
    """The keys in the columns `key` of a reference table."""
    fields = {"category_code": "category", "subcategory_code": "subcategory"}
    known = hashes.of_ids([table[name] for name in key])
    return KnownKeys(what, tuple(fields.get(name, name) for name in key), known)


def of_keys(
    paths: Sequence[Path],
    dropped: Sequence[np.ndarray],
    known: Sequence[KnownKeys],
    locale: Locale = PLAIN,
) -> list[Check]:
    """Compare the kept lines with other tables and with each other; `dropped` are the other rows by file."""
    owners, spellings = _Owners(), _Spellings()
    wanted = {OWNED, OWNER, *(keys.fields for keys in known)}
    names = sorted({*SPELLED, *(name for fields in wanted for name in fields)})
    for file, (path, rows) in enumerate(zip(paths, dropped, strict=True)):
        for lines in _used(path, rows, names, coded=("customer_id", "product_id")):
            has = set(lines.column_names)
            spellings.add({name: lines[name] for name in SPELLED if name in has})
            hashed = {f: hashes.of_ids([lines[n] for n in f]) for f in wanted if has.issuperset(f)}
            for keys in known:
                keys.count(file, hashed[keys.fields])
            if OWNED in hashed:
                owners.add(hashed[OWNED], hashed[OWNER])
    found = [keys.check(paths, dropped, locale) for keys in known]
    return [*found, *owners.checks(locale), spellings.check(locale)]


def _used(
    path: Path, dropped: np.ndarray, names: Sequence[str], coded: Sequence[str] = ()
) -> Iterator[Any]:
    """The kept lines of a file, in tables; `dropped` are the rows of the others."""
    for lines in checked_parquet.tables(path, ["row", *names], coded):
        is_dropped = pc.is_in(lines["row"], value_set=pa.array(dropped))
        yield lines.filter(pc.invert(is_dropped)) if len(dropped) else lines


@dataclass
class _Spellings:
    """Distinct texts of a field, as hashes, as they stand and in small letters."""

    hashes: dict[str, list[np.ndarray]] = field(default_factory=dict)

    def add(self, columns: dict[str, Any]) -> None:
        """Add the texts of some lines, by field."""
        for name, column in columns.items():
            texts = pc.unique(column).drop_null()
            if pa.types.is_dictionary(texts.type):
                texts = texts.dictionary_decode()
            pair = [hashes.of_ids([t]).to_numpy() for t in (pc.utf8_lower(texts), texts)]
            self.hashes.setdefault(name, []).append(np.stack(pair))

    def check(self, locale: Locale) -> Check:
        """How many spellings of how many there are, for the fields where these differ."""
        several = []
        for name, parts in self.hashes.items():
            lower, as_written = (len(np.unique(one)) for one in np.concatenate(parts, axis=1))
            if lower < as_written:
                counts = f"{locale.count(as_written)} spellings of {locale.count(lower)}"
                several.append(f"{name} has {counts}")
        observed = f"no {' or '.join(sorted(self.hashes))} does"
        if several:
            fields = ", ".join(f'"{text.split()[0]}"' for text in several)
            observed = f"{'; '.join(several)}. [input] fold_case = [{fields}] takes them for one"
        return Check(
            "one_spelling", "no two ids or names differ in case only", observed, not several
        )


@dataclass
class _Owners:
    """Distinct pairs of transaction id and customer id, as hashes: they take little memory and sort quickly."""

    ids: list[np.ndarray] = field(default_factory=list)
    pairs: list[np.ndarray] = field(default_factory=list)

    def add(self, ids: Any, customers: Any) -> None:
        """Add the distinct pairs of the ids and the customers of lines, but for guests."""
        is_known = pc.and_(ids.is_valid(), customers.is_valid())
        ids, customers = ids.filter(is_known), customers.filter(is_known)
        pairs, first = np.unique(hashes.of_pairs(ids, customers).to_numpy(), return_index=True)
        self.ids.append(ids.to_numpy()[first])
        self.pairs.append(pairs)

    def checks(self, locale: Locale) -> list[Check]:
        """How many ids several customers share; no check where lines have no ids."""
        if not self.pairs:
            return []
        _, first = np.unique(np.concatenate(self.pairs), return_index=True)
        _, counts = np.unique(np.concatenate(self.ids)[first], return_counts=True)
        shared = int(np.count_nonzero(counts > 1))
        observed = f"{locale.count(shared)} do not" if shared else "each does"
        return [Check("one_customer", "an id belongs to one customer", observed, not shared)]
