"""Clusters: customers by what they buy, for one pair of components and clusters or for all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retail.locale import PLAIN, Locale
from retail.segments import (
    centres,
    cluster_tables,
    kmeans,
    noise,
    profiles,
    unit_matrix,
    verdict,
)
from retail.segments.kmeans import Pair

# Customers up to which every pair labels everyone; beyond, all is fitted on the sample of `kmeans`, and
# everyone belongs to the nearest cluster of the chosen pair.
MOST_WHOLE = 200_000
NOTHING_KEPT = "No customer has kept anything, so there is nothing to cluster."


@dataclass(frozen=True)
class Clustered:
    """`members`: customer_id, cluster, x, y. `sentences`: what the page says of the clusters."""

    members: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    sentences: list[str]


def analyse(
    kept: unit_matrix.UnitMatrix,
    customers: pd.DataFrame,
    *,
    chosen: Pair,
    others: Sequence[Pair],
    seed: int,
    permutations: int,
    subsamples: int,
    is_brief: bool = False,
    previous: pd.DataFrame | None = None,
    lines: unit_matrix.UnitMatrix | None = None,
    most_whole: int = MOST_WHOLE,
    least_units: float = unit_matrix.LEAST_UNITS,
    locale: Locale = PLAIN,
) -> Clustered:
    """Cluster the customers of a matrix of units; `customers` gives customer_id and monetary.

    The `chosen` pair of components and clusters is described and tested; the `others`, as far as
    the customers allow them, are fitted. If `is_brief`, stability is tested only where the pair beats
    noise. Clusters are numbered by size, or, where the CLUSTER_CENTRES
    of a `previous` run know the pair, as they were. `lines` are those of the customers of
    `sampled`, for the tests, where `kept` has one entry per customer and subcategory. Beyond
    `most_whole` customers all is fitted on these, and all customers are labelled for the chosen
    pair. Who has fewer than `least_units` is no part of the fit and belongs to the nearest cluster.
    """
    everyone, lines = kept, lines or sampled(kept, seed)
    is_large = len(kept.customers) > most_whole
    if is_large:
        kept = lines
    if not len(kept.customers):
        return Clustered(cluster_tables.nobody(), {}, [NOTHING_KEPT])
    units = kept.dense()
    with kmeans.one_thread():
        most = max(components for components, _ in {chosen, *others})
        found = unit_matrix.components(units, most, least_units)
        reason = kmeans.too_small(found.scores[found.is_fitted], *chosen, locale)
        if reason:
            return Clustered(cluster_tables.nobody(), {}, [reason])
        fitted = _fitted(kept, units, found, {chosen, *others}, seed, previous)
        ours = next(fit for fit in fitted if fit.pair == chosen)
        fits = cluster_tables.fits(fitted, ours, found, everyone.totals() >= least_units)
        how: dict[str, Any] = {
            "seed": seed,
            "permutations": permutations,
            "least_units": least_units,
        }
        first = 0 if is_brief else subsamples
        judged = verdict.judged(fits, noise.tests(lines, [chosen], subsamples=first, **how), locale)
        if is_brief and judged.loc[judged["is_chosen"], "beats_noise"].any():
            tests = noise.tests(lines, [chosen], subsamples=subsamples, **how)
            judged = verdict.judged(fits, tests, locale)
        next_centres = centres.table(kept, fitted, found.standardised(units), found.is_fitted)
    members = cluster_tables.members(kept, ours, found)
    if is_large:
        members = cluster_tables.nearest(everyone, ours, found)
    inside = members.merge(customers[["customer_id", "monetary"]], validate="one_to_one")
    numbers = range(1, chosen[1] + 1)
    profile = profiles.bought(everyone, inside["cluster"], numbers)
    profile = profile.rename(columns={"group": "cluster"})
    described = cluster_tables.clusters(inside, profile, locale)
    tables = {
        "cluster_fits": judged,
        "clusters": described,
        "cluster_names": cluster_tables.names(kept, fitted, ours, described),
        "cluster_profile": profile,
        "cluster_labels": cluster_tables.labels(kept, fitted, found),
        "cluster_centres": next_centres,
        "loadings": cluster_tables.loadings(kept, found),
        "components": cluster_tables.components(kept, found),
    }
    return Clustered(members, tables, verdict.sentences(judged, locale))


def _fitted(
    kept: unit_matrix.UnitMatrix,
    units: np.ndarray,
    found: unit_matrix.Components,
    pairs: Collection[Pair],
    seed: int,
    previous: pd.DataFrame | None,
) -> list[kmeans.PairFit]:
    """The fits of the pairs that these customers allow, numbered as in the `previous` run's CLUSTER_CENTRES."""
    wanted = kmeans.possible_pairs(pairs, found.scores[found.is_fitted])
    inside = np.flatnonzero(found.is_fitted)
    rows = inside[kmeans.sample(len(inside), seed)]
    fitted = kmeans.fit_pairs(found.scores, wanted, rows, seed, found.is_fitted)
    if previous is None:
        return fitted
    return centres.matched(fitted, kept, found.standardised(units), found.is_fitted, previous)


def listed(kept: unit_matrix.UnitMatrix, seed: int) -> unit_matrix.UnitMatrix:
    """Those whose units are published one by one: all, or the sample where only that is fitted."""
    return kept if len(kept.customers) <= MOST_WHOLE else sampled(kept, seed)


def sampled(kept: unit_matrix.UnitMatrix, seed: int) -> unit_matrix.UnitMatrix:
    """The customers that fits and tests are made on: all, or a seeded sample of 20,000."""
    return kept.of(kmeans.sample(len(kept.customers), seed, kmeans.EXACT_UP_TO))
