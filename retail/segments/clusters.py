"""Clusters as tables: the pairs that were fitted, the clusters, their profiles, the components."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail.segments import kmeans, noise, taste, wording
from retail.segments.taste import published


@dataclass(frozen=True)
class Clustered:
    """`members`: customer_id, cluster, x, y. `sentence`: why there are none, else empty."""

    members: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    sentence: str


def analyse(
    kept_units: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    components: int,
    clusters: int,
    seed: int,
    permutations: int,
) -> Clustered:
    """Cluster the scored customers (customer_id, monetary) who kept something of KEPT_UNITS."""
    from threadpoolctl import threadpool_limits

    scored = customers.loc[customers["group"] == "scored", ["customer_id", "monetary"]]
    kept = taste.basket(kept_units, scored["customer_id"])
    units = kept.matrix()
    with threadpool_limits(1):
        found = taste.components(units, components)
        sentence = kmeans.too_small(len(units), found, components, clusters)
        if sentence:
            return Clustered(_members(kept, None, None), _tables(kept), sentence)
        fit = kmeans.kmeans(found.scores, clusters, seed)
        row = _fit_row(kept, found, fit, seed, permutations)
    members = _members(kept, fit.labels + 1, found.scores)
    money = members.merge(scored, on="customer_id", validate="one_to_one")["monetary"]
    profile = _profile(kept, units, fit.labels + 1)
    tables = _tables(kept) | {
        "cluster_fits": pd.DataFrame([row]),
        "clusters": _clusters(members["cluster"], units, money, profile),
        "cluster_profile": profile,
        "loadings": _loadings(kept, found),
    }
    return Clustered(members, tables, "")


def _fit_row(
    kept: taste.Basket, found: taste.Components, fit: kmeans.Fit, seed: int, permutations: int
) -> dict[str, object]:
    """A row of CLUSTER_FITS."""
    scores, labels = found.scores, fit.labels
    components, clusters = scores.shape[1], len(fit.centres)
    rows = kmeans.sample(len(scores), seed)
    sampled = kmeans.silhouette(scores[rows], labels[rows])
    is_exact = len(scores) <= kmeans.EXACT_UP_TO
    exact = kmeans.silhouette(scores, labels) if is_exact else sampled
    null = noise.test(
        kept,
        sampled,
        rows,
        components=components,
        clusters=clusters,
        seed=seed,
        permutations=permutations,
    )
    return {
        "components": components,
        "clusters": clusters,
        "customers": len(scores),
        "silhouette": published(exact)[0],
        "is_sampled": not is_exact,
        "inertia": published(fit.inertia)[0],
        "explained_variance": published(found.explained.sum())[0],
        "sample_silhouette": published(sampled)[0],
        "noise_mean": published(null.shuffled.mean())[0] if permutations else None,
        "noise_max": published(null.shuffled.max())[0] if permutations else None,
        "permutations": permutations,
        "p_value": null.p_value if permutations else None,
        "is_chosen": True,
        "is_recommended": False,
        "verdict": noise.verdict(null),
    }


def _members(
    kept: taste.Basket, cluster: np.ndarray | None, scores: np.ndarray | None
) -> pd.DataFrame:
    if cluster is None or scores is None:
        empty = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
        return empty.assign(cluster=pd.Series([], dtype="int64"), x=0.0, y=0.0)
    return pd.DataFrame(
        {
            "customer_id": kept.customers.to_numpy(),
            "cluster": cluster,
            "x": published(scores[:, 0]),
            "y": published(scores[:, 1]),
        }
    )


def _tables(kept: taste.Basket) -> dict[str, pd.DataFrame]:
    """What there is to say of the units alone."""
    lines = pd.DataFrame(
        {
            "customer_id": kept.customers.to_numpy()[kept.row],
            "category": kept.subcategories["category"].to_numpy()[kept.column],
            "subcategory": kept.subcategories["subcategory"].to_numpy()[kept.column],
            "units": kept.units.astype("int64"),
        }
    )
    key = ["customer_id", "category", "subcategory"]
    return {"units_by_customer": lines.groupby(key)["units"].sum().reset_index()}


def _profile(kept: taste.Basket, units: np.ndarray, cluster: np.ndarray) -> pd.DataFrame:
    """CLUSTER_PROFILE: what each cluster bought against what all clustered customers bought."""
    of_all = units.sum(axis=0)
    parts = []
    for number in range(1, int(cluster.max()) + 1):
        inside = units[cluster == number]
        sums = inside.sum(axis=0)
        # Ratios come last, from whole numbers.
        index = 100 * sums * of_all.sum() / (of_all * sums.sum())
        parts.append(
            kept.subcategories.assign(
                cluster=number,
                units=sums.astype("int64"),
                customers=(inside > 0).sum(axis=0),
                share=published(sums / sums.sum()),
                share_of_all=published(of_all / of_all.sum()),
                index=published(index),
            )
        )
    return pd.concat(parts, ignore_index=True)


def _clusters(
    cluster: pd.Series, units: np.ndarray, money: pd.Series, profile: pd.DataFrame
) -> pd.DataFrame:
    """CLUSTERS, one row each, with the three subcategories that stand out most."""
    rows = []
    for number, part in profile.groupby("cluster"):
        inside = (cluster == number).to_numpy()
        first = part.sort_values(["index", "units"], ascending=False, kind="stable").head(3)
        rows.append(
            {
                "cluster": number,
                "customers": int(inside.sum()),
                "share_of_customers": published(inside.mean())[0],
                "units": int(units[inside].sum()),
                "monetary": int(money[inside].sum()),
                "share_of_net": share(int(money[inside].sum()), int(money.sum())),
                "top_subcategories": wording.listed(
                    [f"{row.category}: {row.subcategory}" for row in first.itertuples()]
                ),
            }
        )
    return pd.DataFrame(rows)


def _loadings(kept: taste.Basket, found: taste.Components) -> pd.DataFrame:
    parts = [
        kept.subcategories.assign(component=number, loading=published(weights))
        for number, weights in enumerate(found.loadings, 1)
    ]
    return pd.concat(parts, ignore_index=True)


def share(part: int, whole: int) -> float | None:
    """`part` of a `whole`; None without a whole."""
    return float(published(part / whole)[0]) if whole else None
