"""Centres of clusters, so that a cluster keeps its number and its colour from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from retail.segments.kmeans import Fit, Pair, PairFit
from retail.segments.unit_matrix import UnitMatrix, published

KEY = ["category", "subcategory"]


def of(
    labels: np.ndarray, clusters: int, standard: np.ndarray, is_fitted: np.ndarray
) -> np.ndarray:
    """Clusters x subcategories: means of the standardised roots of shares of the fitted customers."""
    member = np.eye(clusters)[labels] * is_fitted[:, None]
    return (member.T @ standard) / np.maximum(member.sum(axis=0), 1)[:, None]


def table(
    kept: UnitMatrix, fitted: Sequence[PairFit], standard: np.ndarray, is_fitted: np.ndarray
) -> pd.DataFrame:
    """CLUSTER_CENTRES of every fitted pair, in the order of the matrix's columns."""
    parts = []
    for one in fitted:
        components, clusters = one.pair
        centres = of(one.fit.labels, clusters, standard, is_fitted)
        number, column = np.indices(centres.shape).reshape(2, -1)
        parts.append(
            {
                "components": np.full(len(number), components),
                "clusters": np.full(len(number), clusters),
                "cluster": number + 1,
                "column": column,
                "centre": published(centres.ravel()),
            }
        )
    stacked = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    names = kept.subcategories.iloc[stacked.pop("column")].reset_index(drop=True)
    return pd.concat([pd.DataFrame(stacked), names], axis=1)


def matched(
    fitted: Sequence[PairFit],
    kept: UnitMatrix,
    standard: np.ndarray,
    is_fitted: np.ndarray,
    previous: pd.DataFrame,
) -> list[PairFit]:
    """The fits with clusters renumbered: each gets the number of the nearest in CLUSTER_CENTRES.

    The assignment with the smallest sum of squared distances, over the subcategories that both
    know. A pair that the previous run did not have keeps its numbers by size.
    """
    columns = pd.MultiIndex.from_frame(kept.subcategories)
    named = previous.assign(at=columns.get_indexer(pd.MultiIndex.from_frame(previous[KEY])))
    known = named[named["at"] >= 0]
    earlier: dict[Pair, np.ndarray] = {}
    for pair in {one.pair for one in fitted}:
        is_pair = (known["components"] == pair[0]) & (known["clusters"] == pair[1])
        part = known[is_pair]
        if not part.empty:
            earlier[pair] = np.full((pair[1], len(columns)), np.nan)
            earlier[pair][part["cluster"] - 1, part["at"]] = part["centre"]
    return [
        one if one.pair not in earlier else _renumbered(one, earlier[one.pair], standard, is_fitted)
        for one in fitted
    ]


def _renumbered(
    one: PairFit, earlier: np.ndarray, standard: np.ndarray, is_fitted: np.ndarray
) -> PairFit:
    """The fit with the numbers of the nearest in `earlier`, clusters x subcategories."""
    from scipy.optimize import linear_sum_assignment

    shared = ~np.isnan(earlier).any(axis=0)
    then = earlier[:, shared]
    now = of(one.fit.labels, one.pair[1], standard, is_fitted)[:, shared]
    if not shared.any():
        return one
    distances = ((now[:, None, :] - then[None, :, :]) ** 2).sum(axis=2)
    _, number = linear_sum_assignment(distances)
    order = np.argsort(number)
    fit = Fit(number[one.fit.labels], one.fit.centres[order], one.fit.inertia)
    return replace(one, fit=fit)
