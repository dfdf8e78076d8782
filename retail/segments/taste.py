"""What customers buy, as numbers: a matrix of kept units, standardised, and its components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_COLUMNS = 200  # subcategories: each costs every customer a cell, and few still say something
OTHER = "Other"
SMALLEST = 1e-9  # below this a published number is rounding error, and its sign means nothing


@dataclass(frozen=True)
class Basket:
    """The kept purchase lines of the customers to cluster, coded.

    customers: their ids, sorted; the rows of the matrix.
    subcategories: category, subcategory, sorted; the columns of the matrix.
    row, column, units: one entry per kept purchase line, in the order of KEPT_UNITS' key.
    """

    customers: pd.Index
    subcategories: pd.DataFrame
    row: np.ndarray
    column: np.ndarray
    units: np.ndarray

    def matrix(self, column: np.ndarray | None = None) -> np.ndarray:
        """Customers x subcategories, kept units; with other labels of the lines if given."""
        shape = len(self.customers), len(self.subcategories)
        place = self.row * shape[1] + (self.column if column is None else column)
        sums = np.bincount(place, weights=self.units, minlength=shape[0] * shape[1])
        return sums.reshape(shape)

    def of(self, rows: np.ndarray) -> Basket:
        """The same of some customers only; `rows` ascending."""
        at = np.full(len(self.customers), -1)
        at[rows] = np.arange(len(rows))
        lines = at[self.row] >= 0
        return Basket(
            self.customers[rows],
            self.subcategories,
            at[self.row[lines]],
            self.column[lines],
            self.units[lines],
        )


@dataclass(frozen=True)
class Components:
    """Principal components of standardised units; fewer components are a prefix of these.

    scores: customers x components. loadings: components x subcategories, the largest weight of
    each positive. explained: share of the variance, by component.
    """

    scores: np.ndarray
    loadings: np.ndarray
    explained: np.ndarray


def of_scored(kept_units: pd.DataFrame, customers: pd.DataFrame) -> Basket:
    """The kept lines of KEPT_UNITS of the customers (customer_id, group) who are scored."""
    scored = customers.loc[customers["group"] == "scored", "customer_id"]
    of_scored = kept_units["customer_id"].isin(set(scored)) & (kept_units["units"] > 0)
    key = ["customer_id", "transaction_id", "category", "subcategory"]
    lines = _with_few_columns(kept_units.loc[of_scored]).sort_values(key, kind="stable")
    row, ids = pd.factorize(lines["customer_id"])  # sorted already
    pairs = lines[["category", "subcategory"]].drop_duplicates()
    pairs = pairs.sort_values(["category", "subcategory"]).reset_index(drop=True)
    column = pd.MultiIndex.from_frame(pairs).get_indexer(
        pd.MultiIndex.from_frame(lines[["category", "subcategory"]])
    )
    return Basket(pd.Index(ids), pairs, row, column, lines["units"].to_numpy("float64"))


def _with_few_columns(lines: pd.DataFrame) -> pd.DataFrame:
    """`lines` with the smallest subcategories joined as Other when there are too many."""
    names = ["category", "subcategory"]
    sizes = lines.groupby(names)["units"].sum().reset_index()
    if len(sizes) <= MOST_COLUMNS:
        return lines
    ordered = sizes.sort_values(["units", *names], ascending=[False, True, True])
    small = pd.MultiIndex.from_frame(ordered[names].iloc[MOST_COLUMNS - 1 :])
    is_small = pd.MultiIndex.from_frame(lines[names]).isin(small)
    return lines.assign(**{name: lines[name].where(~is_small, OTHER) for name in names})


def standardised(units: np.ndarray) -> np.ndarray:
    """Each column with mean 0 and population variance 1; a constant column becomes 0."""
    spread = units.std(axis=0)
    return (units - units.mean(axis=0)) / np.where(spread > 0, spread, 1)


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
