"""Clusters by what customers buy: K-means on principal components, and how well it fits.

Everything random is seeded and everything runs on one thread with customers in the order of their
ids, so that the same lines give the same clusters. Clusters are numbered by size, 1 the largest.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import TypeVar

import numpy as np

from retail import parallel
from retail.locale import PLAIN, Locale
from retail.segments.unit_matrix import LEAST_UNITS

Pair = tuple[int, int]  # number of components, number of clusters
T = TypeVar("T")
U = TypeVar("U")

STARTS = 4
EXACT_UP_TO = 20_000  # customers; beyond, fits and tests are made on so many
SAMPLE = 2_000  # customers on which silhouettes are compared: they need all distances
THREADS = 2  # fits at a time; each may hold the distances of so many customers
WORTH_THREADS = 10_000  # customers
COMPONENTS = range(2, 13)
CLUSTERS = range(2, 9)
EVERY_PAIR = tuple((components, clusters) for components in COMPONENTS for clusters in CLUSTERS)
SMALLEST_CLUSTER = 10  # customers wanted per cluster, below which there is nothing to say


@dataclass(frozen=True)
class Fit:
    """`labels`: 0 is the largest cluster. `centres`: clusters x components."""

    labels: np.ndarray
    centres: np.ndarray
    inertia: float


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold scikit-learn to one thread: the same last bits everywhere, and no waiting for others.

    The limit reaches only libraries that are loaded, so they are loaded first; without that, K-means
    takes ten times as long on a busy machine.
    """
    import sklearn.cluster
    import sklearn.exceptions
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():
        # Fewer distinct customers than clusters: some clusters stay empty, which the sizes show.
        warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
        yield


def each(function: Callable[[T], U], items: Iterable[T], customers: int) -> list[U]:
    """`function` of each item, in threads where there are many customers, each held to one core.

    K-means works outside Python's lock, and what a fit gives depends on its points and the seed alone. Of
    few customers a fit is mostly Python, and threads would wait for each other.
    """
    threads = THREADS if customers >= WORTH_THREADS else 1
    return parallel.each(function, items, threads, initializer=_limit_thread)


def _limit_thread() -> None:
    """Hold a thread to one: OpenMP counts for each thread that calls it."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)


def kmeans(
    scores: np.ndarray, clusters: int, seed: int, is_fitted: np.ndarray | None = None
) -> Fit:
    """K-means of customers x components; numbered by size, then by the first customer.

    The centres are fitted on the customers that `is_fitted` says, by default all, and beyond 20,000 customers
    on a seeded sample of these. A centre is the mean of the fitted customers of its cluster, so the inertia is
    of the labels that are shown; who is no part of the fit belongs to the nearest.
    """
    from sklearn.cluster import KMeans

    inside = np.ones(len(scores), dtype=bool) if is_fitted is None else is_fitted
    points = scores if inside.all() else scores[inside]
    rows = sample(len(points), seed, EXACT_UP_TO)
    model = KMeans(clusters, n_init=STARTS, random_state=seed).fit(points[rows])
    own = model.labels_ if len(rows) == len(points) else model.predict(points)
    centres = _means(points, own, model.cluster_centers_)
    inertia = float(((points - centres[own]) ** 2).sum())
    labels = np.empty(len(scores), dtype=own.dtype)
    labels[inside] = own
    labels[~inside] = nearest(scores[~inside], centres)
    sizes = np.bincount(labels, minlength=clusters)
    seen = np.full(clusters, len(labels))
    np.minimum.at(seen, labels, np.arange(len(labels)))
    order = np.lexsort((seen, -sizes))
    number = np.empty(clusters, dtype="int64")
    number[order] = np.arange(clusters)
    return Fit(number[labels], centres[order], inertia)


def nearest(points: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The number of the nearest centre of each point; of equally near ones the first."""
    distances = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2)
    found: np.ndarray = distances.argmin(axis=1)
    return found


def _means(points: np.ndarray, labels: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Means of the points by label; the centre where no point is."""
    sizes = np.bincount(labels, minlength=len(centres))
    sums = np.stack([np.bincount(labels, column, len(centres)) for column in points.T], axis=1)
    return np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centres)


def silhouette(scores: np.ndarray, labels: np.ndarray, block: int = 2_000) -> float:
    """Mean silhouette (Rousseeuw 1987) over all rows, in blocks; 0 when there is one cluster."""
    from scipy.spatial.distance import cdist

    labels, member = _members(labels)
    total = 0.0
    for start in range(0, len(scores), block):
        part = slice(start, start + block)
        sums = cdist(scores[part], scores) @ member
        total += _silhouettes(sums, member, labels[part]).sum()
    return float(total / len(scores))


def mean_silhouettes(distances: np.ndarray, labelled: Sequence[np.ndarray]) -> list[float]:
    """Mean silhouette of each labelling. distances: rows x rows, summed once for all labellings."""
    coded = [_members(labels) for labels in labelled]
    sums = distances @ np.hstack([member for _, member in coded])
    ends = np.cumsum([member.shape[1] for _, member in coded])
    parts = np.split(sums, ends[:-1], axis=1)
    return [
        float(_silhouettes(part, member, labels).mean())
        for part, (labels, member) in zip(parts, coded, strict=True)
    ]


def _members(labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Labels renumbered without gaps, and a matrix rows x clusters with 1 where the row is in the cluster."""
    kinds, dense = np.unique(labels, return_inverse=True)
    return dense, np.eye(len(kinds))[dense]


def _silhouettes(sums: np.ndarray, member: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Silhouette of each row. sums: row's summed distances to each cluster, rows x clusters.

    member: all rows x clusters, 1 where a row is in the cluster.
    """
    sizes = member.sum(axis=0)
    if len(sizes) < 2:
        return np.zeros(len(labels))
    own = np.arange(len(labels)), labels
    within = sums[own] / np.maximum(sizes[labels] - 1, 1)
    means = sums / sizes
    means[own] = np.inf
    nearest = means.min(axis=1)
    larger = np.maximum(within, nearest)
    values = np.divide(nearest - within, larger, out=np.zeros_like(larger), where=larger > 0)
    return np.where(sizes[labels] > 1, values, 0.0)


def sample(customers: int, seed: int, most: int = SAMPLE) -> np.ndarray:
    """Rows, ascending: all, or a seeded sample of `most`."""
    if customers <= most:
        return np.arange(customers)
    chosen = np.random.default_rng([seed, most]).choice(customers, most, replace=False)
    return np.sort(chosen)


def too_small(scores: np.ndarray, components: int, clusters: int, locale: Locale = PLAIN) -> str:
    """Why a pair can't be fitted on customers x components, those of the fit, for the page; empty when it can."""
    customers, directions = scores.shape
    if customers < clusters * SMALLEST_CLUSTER:
        return (
            f"Too few customers for clusters: {locale.count(customers)} with at least {LEAST_UNITS} kept "
            f"units, and {clusters} clusters need at least {clusters * SMALLEST_CLUSTER}."
        )
    if directions < 2:
        return (
            "What customers buy differs in fewer than 2 directions, as with one category or none in the "
            "data, so there are no tastes to cluster."
        )
    if directions < components:
        return (
            f"What customers buy differs in {directions} directions only, fewer than {components} "
            "components."
        )
    if not _are_distinct(scores[:, :components], clusters):
        return f"Customers bought in fewer than {clusters} different ways."
    return ""


def _are_distinct(points: np.ndarray, clusters: int) -> bool:
    """True when there are at least `clusters` different points; the first hundred usually suffice."""
    return any(
        len(np.unique(points[:rows].round(9), axis=0)) >= clusters for rows in (100, len(points))
    )


@dataclass(frozen=True)
class PairFit:
    """A fit of one pair and its silhouette on the sampled rows."""

    pair: Pair
    fit: Fit
    silhouette: float


def possible_pairs(pairs: Iterable[Pair], scores: np.ndarray) -> list[Pair]:
    """The pairs that these customers x components allow, in order."""
    return sorted(
        pair for pair in pairs if not too_small(scores, components=pair[0], clusters=pair[1])
    )


def fit_pairs(
    scores: np.ndarray,
    pairs: Sequence[Pair],
    rows: np.ndarray,
    seed: int,
    is_fitted: np.ndarray | None = None,
) -> list[PairFit]:
    """`fit_group` of all pairs, the numbers of components in parallel."""
    groups = [list(group) for _, group in groupby(pairs, key=lambda pair: pair[0])]
    found = each(lambda group: fit_group(scores, group, rows, seed, is_fitted), groups, len(scores))
    return [fit for group in found for fit in group]


def fit_group(
    scores: np.ndarray,
    pairs: Sequence[Pair],
    rows: np.ndarray,
    seed: int,
    is_fitted: np.ndarray | None = None,
) -> list[PairFit]:
    """Fit each pair on its first components, see `kmeans`; silhouettes on `rows`, which share their distances."""
    from scipy.spatial.distance import cdist

    found = []
    for components, group in groupby(pairs, key=lambda pair: pair[0]):
        points = np.ascontiguousarray(scores[:, :components])
        alike = [(pair, kmeans(points, pair[1], seed, is_fitted)) for pair in group]
        sampled = [fit.labels[rows] for _, fit in alike]
        values = mean_silhouettes(cdist(points[rows], points[rows]), sampled)
        found += [PairFit(*one, value) for one, value in zip(alike, values, strict=True)]
    return found
