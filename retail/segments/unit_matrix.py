"""Kept units by customer and subcategory as a sparse matrix; what customers buy as roots of shares, standardised,
and its principal components."""

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
LEAST_UNITS = (
    3  # kept units from which on a customer shows a taste; those with fewer are no part of a fit
)
SMALLEST = 1e-9  # below this a published number is rounding error, and its sign means nothing


@dataclass(frozen=True)
class UnitMatrix:
    """Kept units by customer and subcategory, sparse: entries with their row and column.

    customers: ids, sorted; the rows of the matrix.
    subcategories: category, subcategory, sorted; the columns of the matrix.
    row, column, units: one entry per kept purchase line, in the order of KEPT_UNITS' key, as the
        noise test needs them; or one per customer and subcategory.
    purchase: a number for the purchase of each entry, ascending; None where entries are of no one purchase.
    """

    customers: pd.Index
    subcategories: pd.DataFrame
    row: np.ndarray
    column: np.ndarray
    units: np.ndarray
    purchase: np.ndarray | None = None

    def dense(self, row: np.ndarray | None = None) -> np.ndarray:
        """Customers x subcategories, kept units; `row` gives the entries to other customers."""
        shape = len(self.customers), len(self.subcategories)
        place = (self.row if row is None else row).astype("int64") * shape[1] + self.column
        sums = np.bincount(place, weights=self.units, minlength=shape[0] * shape[1])
        return sums.reshape(shape)

    def totals(self) -> np.ndarray:
        """Kept units of each customer."""
        return np.bincount(self.row, weights=self.units, minlength=len(self.customers))

    def blocks(self, most: int) -> Iterator[UnitMatrix]:
        """The matrix in blocks of at most `most` customers; the entries must be in the order of the rows."""
        for start in range(0, len(self.customers), most):
            ends = np.searchsorted(self.row, [start, start + most])
            part = slice(*ends)
            yield UnitMatrix(
                self.customers[start : start + most],
                self.subcategories,
                self.row[part] - start,
                self.column[part],
                self.units[part],
            )

    def of(self, rows: np.ndarray) -> UnitMatrix:
        """The matrix of some customers only; `rows` ascending."""
        at = np.full(len(self.customers), -1, self.row.dtype)
        at[rows] = np.arange(len(rows))
        lines = at[self.row] >= 0
        return UnitMatrix(
            self.customers[rows],
            self.subcategories,
            at[self.row[lines]],
            self.column[lines],
            self.units[lines],
            None if self.purchase is None else self.purchase[lines],
        )

    def by_customer(self) -> UnitMatrix:
        """The matrix with one entry per customer and subcategory."""
        width = len(self.subcategories)
        place = self.row.astype("int64") * width + self.column
        places, at = np.unique(place, return_inverse=True)
        row, column = np.divmod(places, max(width, 1))
        units = np.bincount(at, weights=self.units)
        return replace(self, row=row, column=column, units=units, purchase=None)


@dataclass(frozen=True)
class Components:
    """Principal components of what customers buy; fewer components are a prefix of these.

    scores: customers x components. loadings: components x subcategories, the largest weight of
    each positive. explained: share of the variance, by component. is_fitted: whether the components were
    made of the customer, who kept enough units. mean, spread: of the roots of shares of these, by subcategory.
    """

    scores: np.ndarray
    loadings: np.ndarray
    explained: np.ndarray
    is_fitted: np.ndarray
    mean: np.ndarray
    spread: np.ndarray

    def standardised(self, units: np.ndarray) -> np.ndarray:
        """Roots of shares of customers x subcategories, each column with mean 0 and population variance 1 over
        the fitted customers; a constant column becomes 0."""
        return (roots_of_shares(units) - self.mean) / np.where(self.spread > 0, self.spread, 1)

    def scores_of(self, units: np.ndarray) -> np.ndarray:
        """Scores of any customers x subcategories, of the fit or not."""
        return self.standardised(units) @ self.loadings.T


def of_scored(kept_units: pd.DataFrame | UnitMatrix, customers: pd.DataFrame) -> UnitMatrix:
    """The matrix of the scored customers (customer_id, group), from KEPT_UNITS or everyone's matrix;
    without the customers and subcategories of which nothing is left."""
    whole = kept_units if isinstance(kept_units, UnitMatrix) else of_lines(kept_units)
    scored = customers.loc[customers["group"] == "scored", "customer_id"]
    has_units = np.bincount(whole.row, minlength=len(whole.customers)) > 0
    part = whole.of(np.flatnonzero(has_units & frames.is_among(whole.customers, scored)))
    return _with_few_columns(part)


def of_everyone(aggregates: Aggregates) -> UnitMatrix:
    """All customers, with one entry per customer and subcategory; no line is read."""
    kept = aggregates.kept_by_customer
    return UnitMatrix(
        pd.Index(aggregates.customer_sums["customer_id"]),
        aggregates.subcategories,
        *(kept[name].to_numpy() for name in ("customer", "subcategory", "units")),
    )


def of_lines(kept_units: pd.DataFrame) -> UnitMatrix:
    """All customers of KEPT_UNITS with units above zero, one entry per row."""
    key = ["customer_id", "transaction_id", *NAMES]
    lines = kept_units.loc[kept_units["units"] > 0].sort_values(key, kind="stable")
    row, ids = pd.factorize(lines["customer_id"])  # sorted already
    subcategories = lines[NAMES].drop_duplicates().sort_values(NAMES).reset_index(drop=True)
    column = _positions(lines, subcategories)
    units = lines["units"].to_numpy("float64")
    transactions, _ = pd.factorize(lines["transaction_id"])
    is_next = (np.diff(row, prepend=-1) != 0) | (np.diff(transactions, prepend=-1) != 0)
    return UnitMatrix(pd.Index(ids), subcategories, row, column, units, is_next.cumsum())


def joined(parts: Sequence[UnitMatrix]) -> UnitMatrix:
    """One matrix of several, each of customers that come after those of the one before."""
    subcategories = pd.concat([one.subcategories for one in parts]).drop_duplicates()
    subcategories = subcategories.sort_values(NAMES).reset_index(drop=True)
    starts = np.cumsum([0, *(len(one.customers) for one in parts)])
    return UnitMatrix(
        pd.Index(np.concatenate([one.customers.to_numpy() for one in parts])),
        subcategories,
        np.concatenate([one.row + start for one, start in zip(parts, starts, strict=False)]),
        np.concatenate([_positions(one.subcategories, subcategories)[one.column] for one in parts]),
        np.concatenate([one.units for one in parts]),
    )


def line_by_line(kept_units: pd.DataFrame, some: UnitMatrix) -> UnitMatrix:
    """The matrix `some` with one entry per row of KEPT_UNITS, which are those of its customers."""
    lines = of_lines(kept_units)
    known = pd.MultiIndex.from_frame(some.subcategories)
    column = known.get_indexer(pd.MultiIndex.from_frame(lines.subcategories))
    column = np.where(
        column < 0, known.get_indexer(pd.MultiIndex.from_tuples([(OTHER, OTHER)]))[0], column
    )
    row = some.customers.get_indexer(lines.customers)[lines.row]
    return replace(
        lines,
        customers=some.customers,
        subcategories=some.subcategories,
        row=row,
        column=column[lines.column],
    )


def _with_few_columns(matrix: UnitMatrix) -> UnitMatrix:
    """The matrix without empty subcategories; beyond MOST_COLUMNS the smallest are joined as Other."""
    sizes = np.bincount(matrix.column, weights=matrix.units, minlength=len(matrix.subcategories))
    named = matrix.subcategories.assign(units=sizes)[sizes > 0]
    if len(named) > MOST_COLUMNS:
        ordered = named.sort_values(["units", *NAMES], ascending=[False, True, True])
        named.loc[ordered.index[MOST_COLUMNS - 1 :], NAMES] = OTHER
    names = named[NAMES].drop_duplicates().sort_values(NAMES).reset_index(drop=True)
    place = np.full(len(matrix.subcategories), -1, matrix.column.dtype)
    place[sizes > 0] = _positions(named, names)
    return replace(matrix, subcategories=names, column=place[matrix.column])


def _positions(rows: pd.DataFrame, names: pd.DataFrame) -> np.ndarray:
    known = pd.MultiIndex.from_frame(names)
    return known.get_indexer(pd.MultiIndex.from_frame(rows[NAMES]))


def roots_of_shares(units: np.ndarray) -> np.ndarray:
    """Square root of each subcategory's share of the customer's units; 0 for who has none.

    Their Euclidean distances are Hellinger's: what customers buy, not how much, with less weight on what
    they buy most of (Legendre and Gallagher 2001).
    """
    totals = units.sum(axis=1, keepdims=True)
    shares = units / np.where(totals > 0, totals, 1)
    return np.sqrt(shares, out=shares)


def components(units: np.ndarray, most: int, least_units: float = LEAST_UNITS) -> Components:
    """The first components, at most `most`, of customers x subcategories, kept units.

    They are eigenvectors of the covariance of the standardised roots of shares, over the customers with
    `least_units` or more; those without variance are left out. Everyone has scores.
    """
    is_fitted = units.sum(axis=1) >= least_units
    roots = roots_of_shares(units)
    fitted, width = int(is_fitted.sum()), units.shape[1]
    if not fitted or not width:
        empty = np.empty((len(units), 0)), np.empty((0, width)), np.empty(0)
        return Components(*empty, is_fitted, np.zeros(width), np.zeros(width))
    mean = is_fitted @ roots / fitted
    roots -= mean  # in place: at many customers each copy is large
    spread = np.sqrt(is_fitted @ roots**2 / fitted)
    spread = np.where(spread > SMALLEST, spread, 0)
    roots /= np.where(spread > 0, spread, 1)
    standard, inside = roots, roots if is_fitted.all() else roots[is_fitted]
    values, vectors = np.linalg.eigh(inside.T @ inside / fitted)
    first = np.argsort(-values, kind="stable")[:most]
    first = first[values[first] > SMALLEST]
    loadings = vectors[:, first].T
    largest = np.abs(loadings).argmax(axis=1)
    loadings = loadings * np.sign(loadings[np.arange(len(first)), largest])[:, None]
    total = float(values.sum())
    explained = values[first] / total if total > 0 else values[first]
    return Components(standard @ loadings.T, loadings, explained, is_fitted, mean, spread)


def published(values: np.ndarray | float) -> np.ndarray:
    """Numbers to 6 significant digits: the last bits depend on the machine, these don't."""
    exact = np.atleast_1d(np.asarray(values, dtype="float64"))
    exact = np.where(np.abs(exact) < SMALLEST, 0.0, exact)
    size = np.floor(np.log10(np.where(exact == 0, 1, np.abs(exact))))
    digits = 10.0 ** np.abs(5 - size)
    return np.where(size <= 5, np.rint(exact * digits) / digits, np.rint(exact / digits) * digits)
