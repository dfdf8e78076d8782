"""Clusters: customers by what they buy, for one pair of components and clusters or for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from retail.segments import (
    centres,
    cluster_tables,
    kmeans,
    noise,
    pairs,
    profiles,
    taste,
    verdict,
)
from retail.segments.pairs import Pair


@dataclass(frozen=True)
class Clustered:
    """`members`: customer_id, cluster, x, y. `sentences`: what the page says of the clusters."""

    members: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    sentences: list[str]


def analyse(
    kept: taste.Basket,
    customers: pd.DataFrame,
    *,
    chosen: Pair,
    others: Sequence[Pair],
    seed: int,
    permutations: int,
    subsamples: int,
    is_brief: bool = False,
    previous: pd.DataFrame | None = None,
) -> Clustered:
    """Cluster the customers of a basket; `customers` gives customer_id and monetary.

    The `chosen` pair of components and clusters is described and tested; the `others`, as far as
    the customers allow them, are fitted. If `is_brief`, stability is tested only where the pair beats
    noise. Clusters are numbered by size, or, where the CLUSTER_CENTRES
    of a `previous` run know the pair, as they were.
    """
    units = kept.matrix()
    with kmeans.one_thread():
        most = max(components for components, _ in {chosen, *others})
        found = taste.components(units, most)
        reason = kmeans.too_small(found.scores, *chosen)
        if reason:
            return Clustered(cluster_tables.nobody(), {}, [reason])
        wanted = pairs.possible({chosen, *others}, found.scores)
        rows = kmeans.sample(len(units), seed)
        fitted = list(pairs.fits(found.scores, wanted, rows, seed))
        standard = taste.standardised(units)
        if previous is not None:
            fitted = centres.matched(fitted, kept, standard, previous)
        ours = next(fit for fit in fitted if fit.pair == chosen)
        fits = cluster_tables.fits(fitted, ours, found)
        first = 0 if is_brief else subsamples
        tests = noise.tests(kept, [chosen], seed=seed, permutations=permutations, subsamples=first)
        judged = verdict.judged(fits, tests)
        if is_brief and judged.loc[judged["is_chosen"], "beats_noise"].any():
            tests = noise.tests(
                kept, [chosen], seed=seed, permutations=permutations, subsamples=subsamples
            )
            judged = verdict.judged(fits, tests)
        next_centres = centres.table(kept, fitted, standard)
    members = cluster_tables.members(kept, ours, found)
    inside = members.merge(customers[["customer_id", "monetary"]], validate="one_to_one")
    numbers = range(1, chosen[1] + 1)
    profile = profiles.bought(kept, units, inside["cluster"], numbers)
    profile = profile.rename(columns={"group": "cluster"})
    tables = {
        "cluster_fits": judged,
        "clusters": cluster_tables.clusters(inside, units, profile),
        "cluster_profile": profile,
        "cluster_labels": cluster_tables.labels(kept, fitted, found),
        "cluster_centres": next_centres,
        "loadings": cluster_tables.loadings(kept, found),
        "components": cluster_tables.components(kept, found),
    }
    return Clustered(members, tables, verdict.sentences(judged))
