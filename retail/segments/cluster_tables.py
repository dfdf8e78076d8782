"""Fitted clusters as tables: sizes, profiles, who is in them, components, labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from retail import frames
from retail.locale import PLAIN, Locale
from retail.segments import kmeans, profiles, unit_matrix, wording
from retail.segments.kmeans import PairFit
from retail.segments.profiles import share
from retail.segments.unit_matrix import UnitMatrix, published

BLOCK = 100_000  # customers at a time


def fits(
    fitted: Sequence[PairFit],
    ours: PairFit,
    found: unit_matrix.Components,
    is_fitted: np.ndarray,
) -> pd.DataFrame:
    """CLUSTER_FITS without what tests find; the exact silhouette of the chosen pair only.

    is_fitted: of all customers, who keeps units enough; `found` may be of a sample of them.
    """
    customers, inside = len(is_fitted), int(is_fitted.sum())
    is_whole = len(found.scores) == customers
    rows = []
    for position, one in enumerate(fitted):
        components, clusters = one.pair
        is_exact = one is ours and is_whole and kmeans.SAMPLE < inside <= kmeans.EXACT_UP_TO
        value = one.silhouette
        if is_exact:
            points = found.scores[found.is_fitted, :components]
            value = kmeans.silhouette(points, one.fit.labels[found.is_fitted])
        rows.append(
            {
                "components": components,
                "clusters": clusters,
                "position": position,
                "customers": customers,
                "fitted": inside,
                "silhouette": published(value)[0],
                "is_sampled": not is_exact and (inside > kmeans.SAMPLE or not is_whole),
                "sample_silhouette": published(one.silhouette)[0],
                "inertia": published(one.fit.inertia)[0],
                "explained_variance": published(found.explained[:components].sum())[0],
                "is_chosen": one is ours,
            }
        )
    return pd.DataFrame(rows)


def members(kept: UnitMatrix, ours: PairFit, found: unit_matrix.Components) -> pd.DataFrame:
    """customer_id, cluster, x, y of the chosen pair."""
    return pd.DataFrame(
        {
            "customer_id": kept.customers.to_numpy(),
            "cluster": ours.fit.labels + 1,
            "x": published(found.scores[:, 0]),
            "y": published(found.scores[:, 1]),
        }
    )


def nearest(whole: UnitMatrix, ours: PairFit, found: unit_matrix.Components) -> pd.DataFrame:
    """`members` of the `whole`: everyone belongs to the nearest centre of the clusters of a sample."""
    parts = []
    for some in whole.blocks(BLOCK):
        scores = found.scores_of(some.dense())
        cluster = kmeans.nearest(scores[:, : ours.pair[0]], ours.fit.centres) + 1
        parts.append((cluster, published(scores[:, 0]), published(scores[:, 1])))
    names = ("cluster", "x", "y")
    columns = {
        name: np.concatenate(one) for name, one in zip(names, zip(*parts, strict=True), strict=True)
    }
    return pd.DataFrame({"customer_id": whole.customers.to_numpy(), **columns})


def nobody() -> pd.DataFrame:
    """The columns of `members` without a row."""
    empty = pd.DataFrame({"customer_id": pd.Series([], dtype="str")})
    return empty.assign(cluster=pd.Series([], dtype="int64"), x=0.0, y=0.0)


def labels(
    kept: UnitMatrix, fitted: Sequence[PairFit], found: unit_matrix.Components
) -> pd.DataFrame:
    """CLUSTER_LABELS: one digit per pair, and the scores on every component."""
    digits = np.stack([one.fit.labels + 1 for one in fitted], axis=1).astype("uint8") + ord("0")
    texts = np.ascontiguousarray(digits).view(f"S{len(fitted)}").ravel().astype("str")
    scores = {f"x{at}": published(column) for at, column in enumerate(found.scores.T, 1)}
    return pd.DataFrame({"customer_id": kept.customers.to_numpy(), "labels": texts, **scores})


def units_by_customer(kept: UnitMatrix) -> pd.DataFrame:
    """UNITS_BY_CUSTOMER."""
    units = kept.dense()
    row, column = np.nonzero(units)
    names = kept.subcategories.iloc[column].reset_index(drop=True)
    return names.assign(
        customer_id=kept.customers.to_numpy()[row], units=units[row, column].astype("int64")
    )


def names(
    kept: UnitMatrix, fitted: Sequence[PairFit], ours: PairFit, chosen: pd.DataFrame
) -> pd.DataFrame:
    """CLUSTER_NAMES of every fitted pair; `ours` as in CLUSTERS, which is of everyone where `kept` is a sample."""
    width, parts = len(kept.subcategories), []
    for one in fitted:
        components, clusters = one.pair
        place = one.fit.labels[kept.row] * width + kept.column
        units = np.bincount(place, weights=kept.units, minlength=clusters * width)
        named = pd.DataFrame(
            {
                "cluster": np.arange(1, clusters + 1),
                "customers": np.bincount(one.fit.labels, minlength=clusters),
                "name": profiles.taste_names(units.reshape(clusters, width), kept.subcategories),
            }
        )
        of_pair = chosen[named.columns] if one is ours else named
        parts.append(of_pair.assign(components=components, clusters=clusters))
    return pd.concat(parts, ignore_index=True)


def clusters(inside: pd.DataFrame, profile: pd.DataFrame, locale: Locale = PLAIN) -> pd.DataFrame:
    """CLUSTERS from its members (cluster, monetary) and CLUSTER_PROFILE."""
    first = profile[profile["cluster"] == profile["cluster"].iloc[0]]
    units = profile["units"].to_numpy("float64").reshape(-1, len(first))
    named = profiles.taste_names(units, first.reset_index(drop=True))
    net = int(inside["monetary"].sum())
    rows: list[dict[str, Any]] = []
    for number, part in profile.groupby("cluster"):
        here = (inside["cluster"] == number).to_numpy()
        money = int(inside.loc[here, "monetary"].sum())
        ordered = part.sort_values(["index", "units"], ascending=False, kind="stable")
        most = profiles.weighty(ordered, "share", len(part)).head(3)
        labels = frames.subcategory_labels(most, ": ")
        rows.append(
            {
                "cluster": number,
                "name": named[len(rows)],
                "customers": int(here.sum()),
                "share_of_customers": share(int(here.sum()), len(here)),
                "units": int(part["units"].sum()),
                "monetary": money,
                "share_of_net": share(money, net) if net > 0 else None,
                "top_subcategories": wording.listed(labels.tolist()),
                "about": profiles.in_words(part, locale),
            }
        )
    return pd.DataFrame(rows)


def loadings(kept: UnitMatrix, found: unit_matrix.Components) -> pd.DataFrame:
    """LOADINGS."""
    parts = [
        kept.subcategories.assign(component=number, loading=published(weights))
        for number, weights in enumerate(found.loadings, 1)
    ]
    return pd.concat(parts, ignore_index=True)


def components(kept: UnitMatrix, found: unit_matrix.Components) -> pd.DataFrame:
    """COMPONENTS: what lies at either end of each."""
    names = frames.subcategory_labels(kept.subcategories, ": ").tolist()
    rows = []
    for number, weights in enumerate(found.loadings):
        order = np.argsort(-weights, kind="stable")
        most = [names[at] for at in order[:3] if weights[at] > 0]
        least = [names[at] for at in order[::-1][:3] if weights[at] < 0]
        ends = [("high", most), ("low", least)]
        rows.append(
            {
                "component": number + 1,
                "explained_variance": published(found.explained[number])[0],
                "about": "; ".join(f"{end}: {', '.join(some)}" for end, some in ends if some),
            }
        )
    return pd.DataFrame(rows)


def by_segment(
    customers: pd.DataFrame, segments: Sequence[str], clusters: pd.DataFrame
) -> pd.DataFrame:
    """SEGMENT_CLUSTERS of the scored customers (segment, cluster or missing, monetary) and CLUSTERS."""
    names = ["Not clustered", *clusters.sort_values("cluster")["name"]]
    scored = customers[customers["group"] == "scored"]
    cluster = scored["cluster"].fillna(0).astype("int64")
    columns = list(range(len(names)))
    counts = profiles.counted(scored["segment"], cluster, segments, columns)
    money = scored.groupby([scored["segment"], cluster])["monetary"].sum().to_dict()
    at, place = np.indices(counts.shape).reshape(2, -1)
    here, sizes, of_all = counts[at, place], counts.sum(axis=1)[at], counts.sum(axis=0)[place]
    table = pd.DataFrame(
        {
            "segment": np.array(segments)[at],
            "cluster": place,
            "name": np.array(names, dtype=object)[place],
            "customers": here,
            "share_of_segment": profiles.shares(here, sizes),
            "index": published(100 * profiles.shares(here * counts.sum(), sizes * of_all)),
            "order": at + 1,
        }
    )
    cells = zip(table["segment"], table["cluster"], strict=True)
    table["monetary"] = [int(money.get(cell, 0)) for cell in cells]
    return table[(table["cluster"] > 0) | (of_all > 0)]


def mix(rows: profiles.Rows, most: int) -> pd.DataFrame:
    """CLUSTER_MIX; see profiles.mix."""
    table = profiles.mix(rows, list(range(1, most + 1)))
    return table.rename(columns={"group": "cluster"})
