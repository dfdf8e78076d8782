"""Clusters as tables: the pairs that were fitted, the clusters, their profiles, the components."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from retail.segments import kmeans, noise, pairs, profiles, taste, verdict, wording
from retail.segments.pairs import Pair, PairFit
from retail.segments.profiles import share
from retail.segments.taste import published


@dataclass(frozen=True)
class Clustered:
    """`members`: customer_id, cluster, x, y. `sentences`: what the page says of the clusters."""

    members: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    sentences: list[str]


def analyse(
    kept_units: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    chosen: Pair,
    others: Sequence[Pair],
    seed: int,
    permutations: int,
    subsamples: int,
) -> Clustered:
    """Cluster the scored customers (customer_id, group, monetary) who kept some of KEPT_UNITS.

    The `chosen` pair of components and clusters is described and tested; the `others`, as far as
    the customers allow them, are fitted.
    """
    from threadpoolctl import threadpool_limits

    kept = taste.of_scored(kept_units, customers)
    units = kept.matrix()
    tables = {"units_by_customer": _units_by_customer(kept)}
    with threadpool_limits(1):
        most = max(components for components, _ in {chosen, *others})
        found = taste.components(units, most)
        reason = kmeans.too_small(found.scores, *chosen)
        if reason:
            return Clustered(_nobody(), tables, [reason])
        wanted = pairs.possible({chosen, *others}, found.scores)
        rows = kmeans.sample(len(units), seed)
        fitted = list(pairs.fits(found.scores, wanted, rows, seed))
        ours = next(fit for fit in fitted if fit.pair == chosen)
        tests = noise.tests(
            kept, [ours], seed=seed, permutations=permutations, subsamples=subsamples
        )
        fits = verdict.judged(_fits(fitted, ours, found), tests)
    members = _members(kept, ours.fit.labels + 1, found.scores)
    money = members.merge(customers, on="customer_id", validate="one_to_one")["monetary"]
    profile = profiles.bought(kept, units, ours.fit.labels, list(range(1, chosen[1] + 1)))
    profile = profile.rename(columns={"group": "cluster"})
    tables |= {
        "cluster_fits": fits,
        "clusters": _clusters(members["cluster"], units, money, profile),
        "cluster_profile": profile,
        "loadings": _loadings(kept, found),
        "cluster_labels": _labels(kept, fitted, found),
    }
    return Clustered(members, tables, verdict.sentences(fits))


def _fits(fitted: Sequence[PairFit], ours: PairFit, found: taste.Components) -> pd.DataFrame:
    """CLUSTER_FITS without what tests find; the exact silhouette of the chosen pair only."""
    rows = []
    for position, one in enumerate(fitted):
        components, clusters = one.pair
        is_exact = one is ours and len(found.scores) <= kmeans.EXACT_UP_TO
        exact = kmeans.silhouette(found.scores[:, :components], one.fit.labels) if is_exact else 0.0
        is_whole = len(found.scores) <= kmeans.SAMPLE
        rows.append(
            {
                "components": components,
                "clusters": clusters,
                "position": position,
                "customers": len(found.scores),
                "silhouette": published(exact if is_exact else one.silhouette)[0],
                "is_sampled": not (is_exact or is_whole),
                "sample_silhouette": published(one.silhouette)[0],
                "inertia": published(one.fit.inertia)[0],
                "explained_variance": published(found.explained[:components].sum())[0],
                "is_chosen": one is ours,
            }
        )
    return pd.DataFrame(rows)


def _nobody() -> pd.DataFrame:
    empty = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    return empty.assign(cluster=pd.Series([], dtype="int64"), x=0.0, y=0.0)


def _members(kept: taste.Basket, cluster: np.ndarray, scores: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": kept.customers.to_numpy(),
            "cluster": cluster,
            "x": published(scores[:, 0]),
            "y": published(scores[:, 1]),
        }
    )


def _labels(kept: taste.Basket, fitted: Sequence[PairFit], found: taste.Components) -> pd.DataFrame:
    """CLUSTER_LABELS: one digit per pair, and the scores on every component."""
    digits = np.stack([one.fit.labels + 1 for one in fitted], axis=1).astype("uint8") + ord("0")
    texts = np.ascontiguousarray(digits).view(f"S{len(fitted)}").ravel().astype("str")
    scores = {f"x{at}": published(column) for at, column in enumerate(found.scores.T, 1)}
    return pd.DataFrame({"customer_id": kept.customers.to_numpy(), "labels": texts, **scores})


def _units_by_customer(kept: taste.Basket) -> pd.DataFrame:
    lines = pd.DataFrame(
        {
            "customer_id": kept.customers.to_numpy()[kept.row],
            "category": kept.subcategories["category"].to_numpy()[kept.column],
            "subcategory": kept.subcategories["subcategory"].to_numpy()[kept.column],
            "units": kept.units.astype("int64"),
        }
    )
    key = ["customer_id", "category", "subcategory"]
    return lines.groupby(key)["units"].sum().reset_index()


def _clusters(
    cluster: pd.Series, units: np.ndarray, money: pd.Series, profile: pd.DataFrame
) -> pd.DataFrame:
    """CLUSTERS, one row each, with the three subcategories that stand out most."""
    rows: list[dict[str, Any]] = []
    for number, part in profile.groupby("cluster"):
        inside = (cluster == number).to_numpy()
        first = part.sort_values(["index", "units"], ascending=False, kind="stable").head(3)
        names = first["category"] + ": " + first["subcategory"]
        rows.append(
            {
                "cluster": number,
                "customers": int(inside.sum()),
                "share_of_customers": share(int(inside.sum()), len(inside)),
                "units": int(units[inside].sum()),
                "monetary": int(money[inside].sum()),
                "share_of_net": share(int(money[inside].sum()), int(money.sum())),
                "top_subcategories": wording.listed(names.tolist()),
            }
        )
    return pd.DataFrame(rows)


def _loadings(kept: taste.Basket, found: taste.Components) -> pd.DataFrame:
    parts = [
        kept.subcategories.assign(component=number, loading=published(weights))
        for number, weights in enumerate(found.loadings, 1)
    ]
    return pd.concat(parts, ignore_index=True)
