"""Do the clusters differ from noise, and do they come back?

The null: each customer keeps their number of purchases and the number of lines of each, and each purchase its lines,
but who made which purchase is exchanged among purchases of the same number of lines. A purchase stays whole,
since what is bought together would else look like a taste; and the number and size of purchases stay, since
heavy and light buyers would else look like clusters.

Several pairs are tested together by the largest z (Westfall and Young 1993): a pair's p-value is
the share of data sets, the observed one included, in which any pair stands out as much as it does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd

from retail.segments import kmeans, unit_matrix
from retail.segments.kmeans import Pair
from retail.segments.unit_matrix import published

METHOD = "roots of shares, whole purchases exchanged"  # part of the cache key
KEPT_BACK = 0.2  # share of the customers that a subsample leaves out


def exchanged(matrix: unit_matrix.UnitMatrix, rng: np.random.Generator) -> np.ndarray:
    """The row of each entry after whole purchases have changed hands among those of the same number of lines."""
    assert matrix.purchase is not None, "entries of no one purchase can't be exchanged"
    is_first = np.diff(matrix.purchase, prepend=-1) != 0
    at = np.cumsum(is_first) - 1
    owner, lines = matrix.row[is_first], np.bincount(at)
    exchanged = np.empty_like(owner)
    exchanged[np.argsort(lines, kind="stable")] = owner[np.lexsort((rng.random(len(lines)), lines))]
    return exchanged[at]


def null_silhouettes(
    matrix: unit_matrix.UnitMatrix,
    tested: Sequence[Pair],
    seed: int,
    permutations: int,
    least_units: float,
) -> np.ndarray:
    """Permutations x pairs: silhouettes after purchases were exchanged and everything was refitted."""
    most = max(components for components, _ in tested)

    def once(number: int) -> list[float]:
        row = exchanged(matrix, np.random.default_rng([seed, number]))
        found = unit_matrix.components(matrix.dense(row), most, least_units)
        scores = found.scores[found.is_fitted]
        if kmeans.possible_pairs(tested, scores) != list(tested):  # chance left too little to fit
            return [0.0] * len(tested)
        rows = kmeans.sample(len(scores), seed)
        return [fit.silhouette for fit in kmeans.fit_group(scores, tested, rows, seed)]

    return np.array(kmeans.each(once, range(permutations), len(matrix.customers)))


def family_p(observed: np.ndarray, null: np.ndarray) -> np.ndarray:
    """Family-wise p-value of each pair from its silhouette and permutations x pairs.

    Mean and spread include the observed data: under the null it is one data set among equals.
    """
    both = np.vstack([observed, null])
    spread = both.std(axis=0)
    z = (both - both.mean(axis=0)) / np.where(spread > 0, spread, 1)
    # Rounding must not make the observed data lose against itself.
    return (z.max(axis=1)[:, None] >= z[0] - 1e-12).mean(axis=0)


def stability(
    units: np.ndarray,
    tested: Sequence[Pair],
    labels: Sequence[np.ndarray],
    seed: int,
    subsamples: int,
) -> np.ndarray:
    """Subsamples x pairs: adjusted Rand index (Hubert and Arabie 1985) with the full fit.

    units: of the customers of the fit. Each subsample leaves out a fifth of them; everything is
    refitted on the others.
    """
    from sklearn.metrics import adjusted_rand_score

    most = max(components for components, _ in tested)
    kept = round(len(units) * (1 - KEPT_BACK))

    def once(number: int) -> list[float]:
        rng = np.random.default_rng([seed, number, 1])
        rows = np.sort(rng.choice(len(units), kept, replace=False))
        scores = unit_matrix.components(units[rows], most, least_units=0).scores
        found = []
        for at, (components, clusters) in enumerate(tested):
            points = np.ascontiguousarray(scores[:, :components])
            refit = kmeans.kmeans(points, clusters, seed)
            found.append(float(adjusted_rand_score(labels[at][rows], refit.labels)))
        return found

    return np.array(kmeans.each(once, range(subsamples), len(units)))


def all_pairs(
    kept_units: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    seed: int,
    permutations: int,
    subsamples: int,
    least_units: float = unit_matrix.LEAST_UNITS,
) -> pd.DataFrame:
    """CLUSTER_TESTS of every pair: the full family-wise test, minutes of work worth caching.

    Takes KEPT_UNITS and customers with customer_id and group.
    """
    kept = unit_matrix.of_scored(kept_units, customers)
    with kmeans.one_thread():
        found = unit_matrix.components(kept.dense(), kmeans.COMPONENTS[-1], least_units)
        tested = kmeans.possible_pairs(kmeans.EVERY_PAIR, found.scores[found.is_fitted])
        return tests(
            kept,
            tested,
            seed=seed,
            permutations=permutations,
            subsamples=subsamples,
            least_units=least_units,
        )


def tests(
    kept: unit_matrix.UnitMatrix,
    tested: Sequence[Pair],
    *,
    seed: int,
    permutations: int,
    subsamples: int,
    least_units: float,
) -> pd.DataFrame:
    """CLUSTER_TESTS of some pairs, tested together, from a matrix with an entry per line of a purchase.

    Silhouettes and stability are of the customers with `least_units` or more; purchases of all change
    hands. Beyond 20,000 customers the test is made on a sample of these.
    """
    table = pd.DataFrame(tested, columns=["components", "clusters"], dtype="int64")
    table = table.assign(permutations=permutations, observed=0.0)
    if not tested:
        return table
    kept = kept.of(kmeans.sample(len(kept.customers), seed, kmeans.EXACT_UP_TO))
    units, most = kept.dense(), max(components for components, _ in tested)
    found = unit_matrix.components(units, most, least_units)
    scores, units = found.scores[found.is_fitted], units[found.is_fitted]
    if kmeans.possible_pairs(tested, scores) != list(
        tested
    ):  # too few of the sample are of the fit
        return table.assign(permutations=0)
    fitted = kmeans.fit_group(scores, tested, kmeans.sample(len(scores), seed), seed)
    observed = np.array([one.silhouette for one in fitted])
    table = table.assign(observed=published(observed))
    if permutations:
        null = null_silhouettes(kept, tested, seed, permutations, least_units)
        table = table.assign(
            noise_mean=published(null.mean(axis=0)),
            noise_min=published(null.min(axis=0)),
            noise_max=published(null.max(axis=0)),
            p_value=family_p(observed, null),
        )
    if subsamples:
        labels = [one.fit.labels for one in fitted]
        index = stability(units, tested, labels, seed, subsamples)
        low, middle, high = np.quantile(index, [0.1, 0.5, 0.9], axis=0)
        table = table.assign(
            stability=published(middle),
            stability_low=published(low),
            stability_high=published(high),
        )
    return table


def cache_key(kept_units: pd.DataFrame, customers: pd.DataFrame, **settings: float) -> str:
    """A hash of all that `all_pairs` depends on: the cache key of its result."""
    kept = unit_matrix.of_scored(kept_units, customers)
    parts = (METHOD, kept.subcategories.to_csv(index=False), sorted(settings.items()))
    digest = hashlib.blake2b(repr(parts).encode(), digest_size=16)
    for values in (kept.row, kept.column, kept.units, kept.purchase):
        digest.update(np.ascontiguousarray(values).tobytes())
    return digest.hexdigest()
