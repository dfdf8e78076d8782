"""Can the clusters be told from noise?

The null: each customer keeps the number and units of their lines and each subcategory keeps its
number of lines, but who bought what is shuffled. Labels are permuted over lines rather than
columns shuffled, because shuffling columns also removes the difference between heavy and light
buyers, and equal tastes with unequal volume would then look like clusters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from retail.segments import kmeans, taste

MARGIN = 0.05  # by which the silhouette must beat the noise
STABLE = 0.75  # median adjusted Rand index


@dataclass(frozen=True)
class Noise:
    """Silhouettes of shuffled data beside the observed one, all on the same sampled rows."""

    observed: float
    shuffled: np.ndarray

    @property
    def p_value(self) -> float:
        """Share of all data sets, the observed one included, at least as good."""
        return float((1 + (self.shuffled >= self.observed).sum()) / (1 + len(self.shuffled)))


def test(
    basket: taste.Basket,
    observed: float,
    rows: np.ndarray,
    *,
    components: int,
    clusters: int,
    seed: int,
    permutations: int,
) -> Noise:
    """Shuffle, standardise, refit and take the silhouette on `rows`, `permutations` times."""
    values = []
    for number in range(permutations):
        column = np.random.default_rng([seed, number]).permutation(basket.column)
        found = taste.components(basket.matrix(column), components)
        fit = kmeans.kmeans(found.scores, clusters, seed)
        values.append(kmeans.silhouette(found.scores[rows], fit.labels[rows]))
    return Noise(observed, np.array(values))


def verdict(null: Noise) -> str:
    """What the test says of one pair, in plain words."""
    if not len(null.shuffled):
        return "Not tested against noise."
    found = f"silhouette {null.observed:.3f}"
    shuffled = f"{null.shuffled.min():.3f} to {null.shuffled.max():.3f}"
    if null.p_value > 0.05 or null.observed - null.shuffled.mean() < MARGIN:
        return (
            f"These clusters can't be told from noise: {found}, while the same purchases with "
            f"shuffled subcategories give {shuffled}. Treat them as an arbitrary cut."
        )
    return (
        f"These clusters are clearer than noise: {found}, while the same purchases with shuffled "
        f"subcategories give {shuffled}."
    )
