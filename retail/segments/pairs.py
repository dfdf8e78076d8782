"""Every pair of components and clusters, sharing one PCA and one distance matrix per number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from retail.segments import kmeans
from retail.segments.kmeans import Fit

COMPONENTS = range(2, 13)
CLUSTERS = range(2, 9)
EVERY = tuple((components, clusters) for components in COMPONENTS for clusters in CLUSTERS)

SIDE_BY_SIDE = 2  # each holds the distances of 2,000 customers

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


def fits(
    scores: np.ndarray, pairs: Sequence[Pair], rows: np.ndarray, seed: int
) -> Iterator[PairFit]:
    """Fit each pair on its first components; silhouettes on `rows`, which share their distances.

    Numbers of components are fitted side by side, each on one thread: K-means works outside
    Python's lock, and what a fit gives depends on its pair and the seed alone.
    """
    groups = [(c, list(group)) for c, group in groupby(pairs, key=lambda pair: pair[0])]

    def fitted(group: tuple[int, list[Pair]]) -> list[PairFit]:
        return list(_of_components(scores, *group, rows, seed))

    if len(groups) < 2:
        yield from (fit for group in groups for fit in fitted(group))
        return
    with ThreadPoolExecutor(SIDE_BY_SIDE, initializer=kmeans.limit_thread) as workers:
        for found in workers.map(fitted, groups):
            yield from found


def _of_components(
    scores: np.ndarray, components: int, pairs: Sequence[Pair], rows: np.ndarray, seed: int
) -> Iterator[PairFit]:
    from scipy.spatial.distance import cdist

    points = np.ascontiguousarray(scores[:, :components])
    distances = cdist(points[rows], points[rows])
    for pair in pairs:
        fit = kmeans.kmeans(points, pair[1], seed)
        yield PairFit(pair, fit, kmeans.mean_silhouette(distances, fit.labels[rows]))
