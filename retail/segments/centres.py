"""Centres of clusters, so that a cluster keeps its number and its colour from night to night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from retail.segments.kmeans import Fit
from retail.segments.pairs import Pair, PairFit
from retail.segments.taste import Basket, published

KEY = ["category", "subcategory"]


def of(labels: np.ndarray, clusters: int, standard: np.ndarray) -> np.ndarray:
    """Clusters x subcategories: means of the standardised units."""
    member = np.eye(clusters)[labels]
    return (member.T @ standard) / np.maximum(member.sum(axis=0), 1)[:, None]


def table(kept: Basket, fitted: Sequence[PairFit], standard: np.ndarray) -> pd.DataFrame:
    """CLUSTER_CENTRES of every fitted pair, in the order of the basket's subcategories."""
    parts = []
    for one in fitted:
        components, clusters = one.pair
        centres = of(one.fit.labels, clusters, standard)
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
    fitted: Sequence[PairFit], kept: Basket, standard: np.ndarray, previous: pd.DataFrame
) -> list[PairFit]:
    """The same fits, clusters renumbered like those of CLUSTER_CENTRES that they are nearest to.

    The assignment with the smallest sum of squared distances, over the subcategories that both
    know. A pair that the previous run did not have keeps its numbers by size.
    """
    columns = pd.MultiIndex.from_frame(kept.subcategories)
    earlier: dict[Pair, pd.DataFrame] = {}
    for _, part in previous.groupby(["components", "clusters"]):
        pair = int(part["components"].iloc[0]), int(part["clusters"].iloc[0])
        wide = part.pivot(index="cluster", columns=KEY, values="centre")
        earlier[pair] = wide.reindex(columns=columns)
    return [
        one if one.pair not in earlier else _renumbered(one, earlier[one.pair], standard)
        for one in fitted
    ]


def _renumbered(one: PairFit, earlier: pd.DataFrame, standard: np.ndarray) -> PairFit:
    from scipy.optimize import linear_sum_assignment

    shared = earlier.notna().all().to_numpy()
    then = earlier.to_numpy()[:, shared]
    now = of(one.fit.labels, one.pair[1], standard)[:, shared]
    if not shared.any() or len(then) != len(now):
        return one
    distances = ((now[:, None, :] - then[None, :, :]) ** 2).sum(axis=2)
    _, number = linear_sum_assignment(distances)
    order = np.argsort(number)
    fit = Fit(number[one.fit.labels], one.fit.centres[order], one.fit.inertia)
    return replace(one, fit=fit)
