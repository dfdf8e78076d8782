"""Checks of keys: ids that other tables do not know, ids that belong to two customers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.errors import shown
from retail.intake import checked, repeats
from retail.intake.checks import Check, lines_in_words

MIX = 0x9E3779B97F4A7C15  # odd, so that no two ids are mapped to one


def of_keys(
    paths: Sequence[Path],
    dropped: Sequence[np.ndarray],
    customers: Any | None,
    products: tuple[tuple[str, ...], Any] | None,
) -> list[Check]:
    """Compare the kept lines with the other tables and with each other.

    `dropped` are the rows of each file that are not used; `customers`: ids of the customers table;
    `products`: fields of the lines that hold the product's key, and the known keys joined by NUL.
    """
    wanted = ("row", "transaction_id", "customer_id", *(products[0] if products else ()))
    people, articles, owners = _Unknown(), _Unknown(), _Owners()
    for lines in checked.together(_kept(paths, dropped, wanted)):
        if customers is not None:
            people.add(lines["customer_id"], customers)
        if products is not None:
            keys = [lines[name] for name in products[0]]
            joined = pc.binary_join_element_wise(*keys, "\0") if len(keys) > 1 else keys[0]
            articles.add(joined, products[1])
        if "transaction_id" in lines.column_names:
            owners.add(lines)
    found = []
    if customers is not None:
        found.append(people.check("known_customers", "every customer is in the customers table"))
    if products is not None:
        found.append(articles.check("known_products", "every product is in the products table"))
    return [*found, *owners.checks()]


def _kept(
    paths: Sequence[Path], dropped: Sequence[np.ndarray], wanted: Sequence[str]
) -> Iterator[Any]:
    """The lines of each file that are used, batch by batch."""
    for path, rows in zip(paths, dropped, strict=True):
        for lines, _ in checked.batches(path, wanted):
            is_gone = pc.is_in(lines["row"], value_set=pa.array(rows)) if len(rows) else None
            yield lines if is_gone is None else lines.filter(pc.invert(is_gone))


def known_keys(table: Any, key: Sequence[str]) -> tuple[tuple[str, ...], Any]:
    """Fields of the lines, and known values, for `of_keys`."""
    fields = {"category_code": "category", "subcategory_code": "subcategory"}
    columns = [table[name].combine_chunks() for name in key]
    joined = pc.binary_join_element_wise(*columns, "\0") if len(columns) > 1 else columns[0]
    return tuple(fields.get(name, name) for name in key), joined


@dataclass
class _Unknown:
    lines: int = 0
    example: str = ""

    def add(self, values: Any, known: Any) -> None:
        is_known = pc.or_(pc.is_null(values), pc.is_in(values, value_set=known))
        unknown = values.filter(pc.invert(is_known))
        self.lines += len(unknown)
        if len(unknown):
            first = pc.min(unknown).as_py()
            self.example = min(self.example or first, first)

    def check(self, name: str, expectation: str) -> Check:
        if not self.lines:
            return Check(name, expectation, "all are", True)
        observed = f'{lines_in_words(self.lines)} with one that is not: "Unknown"'
        example = f"such as {shown(self.example.replace(chr(0), ' / '))}"
        return Check(name, expectation, observed, False, example=example)


@dataclass
class _Owners:
    """Ids with their customers as hashes of 64 bits, so that millions fit and sort quickly."""

    ids: list[np.ndarray] = field(default_factory=list)
    pairs: list[np.ndarray] = field(default_factory=list)

    def add(self, lines: Any) -> None:
        from pandas.util import hash_array

        own = lines.select(["transaction_id", "customer_id"]).drop_null()
        ids, customers = (
            hash_array(column.to_numpy().astype(object), categorize=False) for column in own.columns
        )
        pairs, first = np.unique(ids * np.uint64(MIX) + customers, return_index=True)
        self.ids.append(ids[first])
        self.pairs.append(pairs)

    def checks(self) -> list[Check]:
        if not self.pairs:
            return []
        _, first = np.unique(np.concatenate(self.pairs), return_index=True)
        ids = np.sort(np.concatenate(self.ids)[first])
        shared = len(repeats.twice(ids))
        observed = f"{shared:,} do not" if shared else "each does"
        return [Check("one_customer", "an id belongs to one customer", observed, not shared)]
