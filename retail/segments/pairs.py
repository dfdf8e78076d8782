"""Every pair of components and clusters, sharing one PCA and one distance matrix per number."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from retail.segments import kmeans
from retail.segments.kmeans import Fit

COMPONENTS = range(2, 13)
CLUSTERS = range(2, 9)
EVERY = tuple((components, clusters) for components in COMPONENTS for clusters in CLUSTERS)

Pair = tuple[int, int]


@dataclass(frozen=True)
class PairFit:
    """A fit of one pair and its silhouette on the sampled rows."""

    pair: Pair
    fit: Fit
    silhouette: float


def possible(pairs: Iterable[Pair], scores: np.ndarray) -> list[Pair]:
    """The pairs that these customers x components allow, in order."""
    return sorted(
        pair for pair in pairs if not kmeans.too_small(scores, components=pair[0], clusters=pair[1])
    )


def every(scores: np.ndarray, pairs: Sequence[Pair], rows: np.ndarray, seed: int) -> list[PairFit]:
    """The same as `fits`, numbers of components side by side."""
    groups = [list(group) for _, group in groupby(pairs, key=lambda pair: pair[0])]
    found = kmeans.side_by_side(lambda group: fits(scores, group, rows, seed), groups)
    return [fit for group in found for fit in group]


def fits(scores: np.ndarray, pairs: Sequence[Pair], rows: np.ndarray, seed: int) -> list[PairFit]:
    """Fit each pair on its first components; silhouettes on `rows`, which share their distances."""
    from scipy.spatial.distance import cdist

    found = []
    for components, group in groupby(pairs, key=lambda pair: pair[0]):
        points = np.ascontiguousarray(scores[:, :components])
        alike = [(pair, kmeans.kmeans(points, pair[1], seed)) for pair in group]
        sampled = [fit.labels[rows] for _, fit in alike]
        values = kmeans.mean_silhouettes(cdist(points[rows], points[rows]), sampled)
        found += [PairFit(*one, value) for one, value in zip(alike, values, strict=True)]
    return found
