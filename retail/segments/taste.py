"""What customers buy, as numbers: a matrix of kept units, standardised, and its components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from retail import frames
from retail.schema.dimensions import OTHER

if TYPE_CHECKING:
    from retail.aggregates import Aggregates

MOST_COLUMNS = 200  # subcategories: each costs every customer a cell, and few still say something
NAMES = ["category", "subcategory"]
SMALLEST = 1e-9  # below this a published number is rounding error, and its sign means nothing


@dataclass(frozen=True)
class Basket:
    """The kept units of the customers to cluster, coded.

    customers: their ids, sorted; the rows of the matrix.
    subcategories: category, subcategory, sorted; the columns of the matrix.
    row, column, units: one entry per kept purchase line, in the order of KEPT_UNITS' key, as the
        noise test needs them; or one per customer and subcategory.
    """

    customers: pd.Index
    subcategories: pd.DataFrame
    row: np.ndarray
    column: np.ndarray
    units: np.ndarray

    def matrix(self, column: np.ndarray | None = None) -> np.ndarray:
        """Customers x subcategories, kept units; with other labels of the lines if given."""
        shape = len(self.customers), len(self.subcategories)
        place = self.row.astype("int64") * shape[1] + (self.column if column is None else column)
        sums = np.bincount(place, weights=self.units, minlength=shape[0] * shape[1])
        return sums.reshape(shape)

    def blocks(self, most: int) -> Iterator[Basket]:
        """The same of at most so many customers at a time, if the entries are in their order."""
        for start in range(0, len(self.customers), most):
            ends = np.searchsorted(self.row, [start, start + most])
            part = slice(*ends)
            yield Basket(
                self.customers[start : start + most],
                self.subcategories,
                self.row[part] - start,
                self.column[part],
                self.units[part],
            )

    def of(self, rows: np.ndarray) -> Basket:
        """The same of some customers only; `rows` ascending."""
        at = np.full(len(self.customers), -1, self.row.dtype)
        at[rows] = np.arange(len(rows))
        lines = at[self.row] >= 0
        return Basket(
            self.customers[rows],
            self.subcategories,
            at[self.row[lines]],
            self.column[lines],
            self.units[lines],
        )

    def by_customer(self) -> Basket:
        """The same with one entry per customer and subcategory."""
        width = len(self.subcategories)
        place = self.row.astype("int64") * width + self.column
        places, at = np.unique(place, return_inverse=True)
        row, column = np.divmod(places, max(width, 1))
        return replace(self, row=row, column=column, units=np.bincount(at, weights=self.units))


@dataclass(frozen=True)
class Components:
    """Principal components of standardised units; fewer components are a prefix of these.

    scores: customers x components. loadings: components x subcategories, the largest weight of
    each positive. explained: share of the variance, by component.
    """

    scores: np.ndarray
    loadings: np.ndarray
    explained: np.ndarray


def of_scored(kept_units: pd.DataFrame | Basket, customers: pd.DataFrame) -> Basket:
    """What the scored of the customers (customer_id, group) keep, from KEPT_UNITS or from everyone's
    basket; without the customers and subcategories of which nothing is left."""
    whole = kept_units if isinstance(kept_units, Basket) else coded(kept_units)
    scored = customers.loc[customers["group"] == "scored", "customer_id"]
    has_units = np.bincount(whole.row, minlength=len(whole.customers)) > 0
    part = whole.of(np.flatnonzero(has_units & frames.is_among(whole.customers, scored)))
    return _with_few_columns(part)


def of_everyone(aggregates: Aggregates) -> Basket:
    """The basket of all customers with one entry per customer and subcategory; no line is read."""
    kept = aggregates.kept_by_customer
    return Basket(
        pd.Index(aggregates.customer_sums["customer_id"]),
        aggregates.subcategories,
        *(kept[name].to_numpy() for name in ("customer", "subcategory", "units")),
    )


def coded(kept_units: pd.DataFrame) -> Basket:
    """The basket of all customers of KEPT_UNITS with units above zero."""
    key = ["customer_id", "transaction_id", *NAMES]
    lines = kept_units.loc[kept_units["units"] > 0].sort_values(key, kind="stable")
    row, ids = pd.factorize(lines["customer_id"])  # sorted already
    shelves = lines[NAMES].drop_duplicates().sort_values(NAMES).reset_index(drop=True)
    column = _positions(lines, shelves)
    return Basket(pd.Index(ids), shelves, row, column, lines["units"].to_numpy("float64"))


def joined(baskets: Sequence[Basket]) -> Basket:
    """One basket of several, each of customers that come after those of the one before."""
    shelves = pd.concat([one.subcategories for one in baskets]).drop_duplicates()
    shelves = shelves.sort_values(NAMES).reset_index(drop=True)
    starts = np.cumsum([0, *(len(one.customers) for one in baskets)])
    return Basket(
        pd.Index(np.concatenate([one.customers.to_numpy() for one in baskets])),
        shelves,
        np.concatenate([one.row + start for one, start in zip(baskets, starts, strict=False)]),
        np.concatenate([_positions(one.subcategories, shelves)[one.column] for one in baskets]),
        np.concatenate([one.units for one in baskets]),
    )


def line_by_line(kept_units: pd.DataFrame, some: Basket) -> Basket:
    """`some`, one entry per row of KEPT_UNITS (those of its customers) instead of one per customer."""
    lines = coded(kept_units)
    known = pd.MultiIndex.from_frame(some.subcategories)
    column = known.get_indexer(pd.MultiIndex.from_frame(lines.subcategories))
    column = np.where(
        column < 0, known.get_indexer(pd.MultiIndex.from_tuples([(OTHER, OTHER)]))[0], column
    )
    row = some.customers.get_indexer(lines.customers)[lines.row]
    return Basket(some.customers, some.subcategories, row, column[lines.column], lines.units)


def _with_few_columns(basket: Basket) -> Basket:
    """The same without empty subcategories, and with the smallest joined as Other where there are
    too many."""
    sizes = np.bincount(basket.column, weights=basket.units, minlength=len(basket.subcategories))
    shelves = basket.subcategories.assign(units=sizes)[sizes > 0]
    if len(shelves) > MOST_COLUMNS:
        ordered = shelves.sort_values(["units", *NAMES], ascending=[False, True, True])
        shelves.loc[ordered.index[MOST_COLUMNS - 1 :], NAMES] = OTHER
    names = shelves[NAMES].drop_duplicates().sort_values(NAMES).reset_index(drop=True)
    place = np.full(len(basket.subcategories), -1, basket.column.dtype)
    place[sizes > 0] = _positions(shelves, names)
    return replace(basket, subcategories=names, column=place[basket.column])


def _positions(rows: pd.DataFrame, names: pd.DataFrame) -> np.ndarray:
    known = pd.MultiIndex.from_frame(names)
    return known.get_indexer(pd.MultiIndex.from_frame(rows[NAMES]))


def standardised(units: np.ndarray, of: np.ndarray | None = None) -> np.ndarray:
    """Each column with mean 0 and population variance 1, `of` other rows if given.

    A constant column becomes 0.
    """
    known = units if of is None else of
    spread = known.std(axis=0)
    return (units - known.mean(axis=0)) / np.where(spread > 0, spread, 1)


def components(units: np.ndarray, most: int) -> Components:
    """The first components, at most `most`, of a matrix of units.

    They are eigenvectors of the covariance of the standardised units; those without variance are
    left out.
    """
    if not units.size:
        return Components(np.empty((len(units), 0)), np.empty((0, units.shape[1])), np.empty(0))
    standard = standardised(units)
    values, vectors = np.linalg.eigh(standard.T @ standard / len(units))
    first = np.argsort(-values, kind="stable")[:most]
    first = first[values[first] > SMALLEST]
    loadings = vectors[:, first].T
    largest = np.abs(loadings).argmax(axis=1)
    loadings = loadings * np.sign(loadings[np.arange(len(first)), largest])[:, None]
    total = float(values.sum())
    explained = values[first] / total if total > 0 else values[first]
    return Components(standard @ loadings.T, loadings, explained)


def published(values: np.ndarray | float) -> np.ndarray:
    """Numbers to 6 significant digits: the last bits depend on the machine, these don't."""
    exact = np.atleast_1d(np.asarray(values, dtype="float64"))
    exact = np.where(np.abs(exact) < SMALLEST, 0.0, exact)
    size = np.floor(np.log10(np.where(exact == 0, 1, np.abs(exact))))
    digits = 10.0 ** np.abs(5 - size)
    return np.where(size <= 5, np.rint(exact * digits) / digits, np.rint(exact / digits) * digits)
