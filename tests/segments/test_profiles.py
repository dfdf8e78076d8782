"""What groups buy and who they are, cluster numbers from night to night, and the whole analysis."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from trade import day, purchases, returns

from retail import segments
from retail.config import SegmentSettings
from retail.segments import centres, clusters, kmeans, profiles, unit_matrix

Tables = dict[str, pd.DataFrame]


def test_a_profile_by_hand() -> None:
    kept = pd.DataFrame(
        [
            ("t1", "a", "Toys", "Kites", 3),
            ("t2", "a", "Toys", "Balls", 1),
            ("t3", "b", "Toys", "Kites", 1),
            ("t4", "b", "Toys", "Balls", 5),
        ],
        columns=["transaction_id", "customer_id", "category", "subcategory", "units"],
    )
    people = pd.DataFrame({"customer_id": ["a", "b"], "group": "scored"})
    basket = unit_matrix.of_scored(kept, people)
    found = profiles.bought(basket, pd.Series(["x", "y"]), ["x", "y", "empty"])
    expected = pd.DataFrame(
        [
            ("Balls", "x", 1, 1, 0.25, 0.6, 41.6667),
            ("Kites", "x", 3, 1, 0.75, 0.4, 187.5),
            ("Balls", "y", 5, 1, 0.833333, 0.6, 138.889),
            ("Kites", "y", 1, 1, 0.166667, 0.4, 41.6667),
            ("Balls", "empty", 0, 0, None, 0.6, None),
            ("Kites", "empty", 0, 0, None, 0.4, None),
        ],
        columns=["subcategory", "group", "units", "customers", "share", "share_of_all", "index"],
    )
    pd.testing.assert_frame_equal(found[expected.columns.tolist()], expected, check_dtype=False)
    assert profiles.in_words(found[found["group"] == "x"]) == (
        "more Toys: Kites (index 188); less Toys: Balls (index 42)"
    )
    assert profiles.in_words(found[found["group"] == "empty"]) == "nothing in particular"


def test_trifles_are_not_what_sets_a_group_apart() -> None:
    """One pen among a thousand units has any index; it is not what these customers are about."""
    profile = pd.DataFrame(
        {
            "category": "Shop",
            "subcategory": ["Pens", "Tea", "Rice", "Clips"],
            "share": [0.001, 0.6, 0.399, 0.0],
            "share_of_all": [0.0001, 0.4, 0.5998, 0.0001],
            "index": [1000.0, 150.0, 66.5, 0.0],
        }
    )
    said = "more Shop: Tea (index 150); less Shop: Rice (index 67)"
    assert profiles.in_words(profile) == said


def test_a_mix_joins_the_smallest_of_many_values() -> None:
    cities = pd.Series([f"City {n:02}" for n in range(20) for _ in range(n + 1)])
    group = pd.Series(np.where(np.arange(len(cities)) % 2, "odd", "even"))
    found = profiles.mix({"city": (group, cities, None)}, ["even", "odd"])
    assert found["value"].nunique() == 12
    assert found.loc[found["order"] == 12, "value"].unique().tolist() == ["Other"]
    assert found["count"].sum() == len(cities)
    np.testing.assert_allclose(found.groupby("group")["share"].sum(), 1, atol=1e-5)


def test_a_mix_counts_cities_with_numbers_for_names_in_order() -> None:
    cities = pd.Series(["10", "2", "1", "Unknown"])
    found = profiles.mix({"city": (pd.Series(["a"] * 4), cities, None)}, ["a"])
    assert found["value"].tolist() == ["1", "2", "10", "Unknown"]


# ---- numbers from night to night ----


def night(kept: pd.DataFrame, previous: pd.DataFrame | None = None) -> clusters.Clustered:
    ids = sorted(kept["customer_id"].unique())
    people = pd.DataFrame({"customer_id": ids, "group": "scored", "monetary": 1})
    return clusters.analyse(
        unit_matrix.of_scored(kept, people),
        people,
        chosen=(2, 3),
        others=[(2, 2)],
        seed=1,
        permutations=0,
        subsamples=0,
        previous=previous,
    )


def kept_by(sizes: tuple[int, int, int]) -> pd.DataFrame:
    """Three groups of buyers, each of its own aisle, and a little of everything."""
    rng = np.random.default_rng(7)
    rows = []
    for aisle, size in enumerate(sizes):
        for one in range(size):
            units = rng.integers(0, 2, 3)
            units[aisle] += 9
            for at, count in enumerate(units):
                name = f"{aisle}-{one:03}"
                rows.append((f"t{name}-{at}", f"c{name}", "Food", f"Aisle {at}", int(count)))
    names = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    return pd.DataFrame(rows, columns=names)


def number_of_aisle(found: clusters.Clustered) -> list[int]:
    """The cluster of the buyers of each aisle."""
    group = found.members["customer_id"].str[1]
    numbers = found.members.groupby(group)["cluster"].agg(lambda c: c.mode().iloc[0])
    assert adjusted_rand_score(group, found.members["cluster"]) > 0.95
    return numbers.tolist()


def test_a_cluster_keeps_its_number_when_sizes_change() -> None:
    first = night(kept_by((60, 40, 20)))
    assert number_of_aisle(first) == [1, 2, 3]
    assert number_of_aisle(night(kept_by((20, 40, 60)))) == [3, 2, 1]
    again = night(kept_by((20, 40, 60)), previous=first.tables["cluster_centres"])
    assert number_of_aisle(again) == [1, 2, 3]
    # The other pair is matched too, and the labels of all pairs agree with the members.
    labels = again.tables["cluster_labels"]["labels"]
    assert labels.str[1].astype(int).tolist() == again.members["cluster"].tolist()


def test_a_new_subcategory_does_not_disturb_the_numbers() -> None:
    first = night(kept_by((60, 40, 20)))
    more = kept_by((20, 40, 60))
    new = more.assign(subcategory="New", transaction_id=more["transaction_id"] + "n", units=1)
    again = night(pd.concat([more, new[new.index % 7 == 0]]), first.tables["cluster_centres"])
    assert number_of_aisle(again) == [1, 2, 3]


def test_a_pair_that_is_new_keeps_its_numbers_by_size() -> None:
    first = night(kept_by((60, 40, 20))).tables["cluster_centres"].query("clusters == 2")
    assert number_of_aisle(night(kept_by((20, 40, 60)), first)) == [3, 2, 1]


def test_renumbering_moves_labels_and_centres_together() -> None:
    points = np.array([[0.0, 0.0]] * 30 + [[5.0, 5.0]] * 20)
    fit = kmeans.PairFit((2, 2), kmeans.kmeans(points, 2, seed=1), 0.0)
    names = pd.DataFrame({"category": ["F", "F"], "subcategory": ["a", "b"]})
    kept = unit_matrix.UnitMatrix(pd.Index([]), names, *[np.array([])] * 3)
    before = pd.DataFrame(
        [(2, 2, c, "F", s, v) for c, v in ((1, 5.0), (2, 0.0)) for s in "ab"],
        columns=["components", "clusters", "cluster", "category", "subcategory", "centre"],
    )
    (again,) = centres.matched([fit], kept, points, np.full(50, True), before)
    assert np.bincount(again.fit.labels).tolist() == [20, 30]
    np.testing.assert_allclose(again.fit.centres, [[5, 5], [0, 0]], atol=1e-9)


# ---- the whole ----


@pytest.mark.needs_data("case_study")
def test_every_table_of_the_case_study(
    case_study_waist, case_study_history, settings: Callable[..., SegmentSettings]
) -> None:
    import case_study_truth

    bought, back = case_study_history
    actions = {"Champions": "Thank them."}
    inputs = [frame.copy(deep=True) for frame in (*case_study_waist, bought, back)]
    tables = segments.analyse(
        *case_study_waist,
        as_of=case_study_truth.AS_OF,
        units=case_study_truth.UNITS,
        settings=settings(actions=actions, is_every_pair=False, permutations=0, subsamples=0),
        history=segments.History(
            lambda: [(bought, back)], day("2011-01-25"), case_study_truth.THROUGH
        ),
    )
    for before, after in zip(inputs, (*case_study_waist, bought, back), strict=True):
        pd.testing.assert_frame_equal(before, after)
    # Segments do not predict here, so no action is suggested.
    assert not tables["segments"]["holds"].any()
    assert (tables["segments"]["action"] == "").all()
    mix = tables["segment_mix"]
    assert mix.query("dimension == 'gender'")["count"].sum() == 5_444
    channels = mix.query("dimension == 'channel'")
    assert channels["value"].unique().tolist() == ["Flagship store", "MBR", "TeleShop", "e-Shop"]
    known = tables["customers"].query("group == 'scored'")
    assert channels["count"].sum() == known["purchases"].sum()
    grid = tables["segment_clusters"]
    assert grid["customers"].sum() == 5_444
    assert grid["monetary"].sum() == known["monetary"].sum()
    profile = tables["segment_profile"]
    assert profile["units"].sum() == tables["units_by_customer"]["units"].sum()
    topics = tables["segment_notes"].groupby("topic")["sentence"].first()
    assert topics["backtest"].startswith("Segments do not predict who buys here")
    assert topics["movement"].startswith("All month ends use today's cut points")


def test_an_action_is_suggested_where_the_segment_holds(
    shop: Callable[..., pd.DataFrame], nothing_kept: pd.DataFrame, settings: Callable, cents
) -> None:
    """Frequent buyers go on buying and the others do not."""
    rows, sums = [], []
    for n in range(200):
        is_fan = n % 2 == 0
        dates = [f"2024-{m:02}-10" for m in range(1, 13)] if is_fan else ["2024-03-05"]
        rows += [(f"{n}-{at}", f"c{n:03}", date, 100) for at, date in enumerate(dates)]
        sums.append((f"c{n:03}", day(dates[-1]), len(dates), 100 * len(dates)))
    tables = segments.analyse(
        shop(*sums),
        nothing_kept,
        as_of=day("2024-12-31"),
        units=cents,
        settings=settings(actions={"Loyal": "Ask.", "Champions": "Thank.", "Hibernating": "Wait."}),
        history=segments.History(
            lambda: [(purchases(*rows), returns())], day("2024-01-10"), day("2024-12-10")
        ),
    )
    by_name = tables["segments"].set_index("segment")
    holding = by_name[by_name["holds"].astype(bool)]
    assert len(holding) == 2
    assert set(by_name.loc[by_name["action"] != "", "action"]) <= {"Ask.", "Thank.", "Wait."}
    assert (by_name.loc[~by_name["holds"].astype(bool), "action"] == "").all()
    assert (
        tables["segment_notes"]
        .query("topic == 'backtest'")["sentence"]
        .iloc[0]
        .startswith("Segments predict")
    )


@pytest.mark.parametrize("parts", [1, 3])
def test_channels_of_groups_are_counted_by_purchase_whoever_is_scored(parts: int) -> None:
    """Guests, and customers of whom nothing is kept, buy too, be they the first or the last by id."""
    ids = pd.Series(["ann", "bob", "cyd", "dan", "eve"], dtype="str")
    bought = purchases(
        ("p1", "ann", "2024-01-01", 10),
        ("p2", "bob", "2024-01-02", 10),
        ("p3", "bob", "2024-01-03", 10),
        ("p4", "dan", "2024-01-04", 10),
        ("p5", "eve", "2024-01-05", 10),
        ("p6", None, "2024-01-06", 10),
    ).assign(channel=["Web", "Web", "Shop", "Web", "Shop", "Web"])
    cuts = [bought] if parts == 1 else [bought.iloc[[0, 5]], bought.iloc[1:3], bought.iloc[3:5]]
    bought_by = profiles.by_purchase([(part, returns()) for part in cuts], ids)
    scored = pd.DataFrame({"segment": ["Loyal", "At risk"]}, index=[1, 3], dtype="str")
    group, channel, times = profiles.of_purchases(bought_by, scored, "segment")["channel"]
    found = {
        (None if pd.isna(name) else name, where): many
        for name, where, many in zip(group, channel, times.tolist(), strict=True)
    }
    assert found == {
        ("Loyal", "Web"): 1,
        ("Loyal", "Shop"): 1,
        ("At risk", "Web"): 1,
        (None, "Web"): 2,
        (None, "Shop"): 1,
    }


# ---- names ----


def test_a_name_is_what_a_group_buys_more_of_and_no_trifle() -> None:
    pairs = [
        ("Home", "Tools"),
        ("Shoes", "Men"),
        ("Bags", "Men"),
        ("Tea", "Tea"),
        ("Pens", "Clips"),
    ]
    subcategories = pd.DataFrame(pairs, columns=["category", "subcategory"])
    units = np.array(
        [
            [90, 60, 0, 10, 0],  # one clip among hundreds of units would have any index
            [10, 10, 10, 10, 0],
            [0, 0, 50, 0, 1],
            [0, 0, 0, 0, 0],
        ]
    )
    assert profiles.taste_names(units, subcategories) == [
        "Tools and Shoes: Men",
        "Tea",
        "Bags: Men",
        profiles.NO_TASTE,
    ]


def test_three_of_a_name_at_most_and_alike_groups_have_no_taste() -> None:
    subcategories = pd.DataFrame({"category": "All", "subcategory": list("abcdefgh")})
    first = np.array([[9, 8, 7, 6, 0, 0, 0, 0], [0, 0, 0, 0, 5, 5, 5, 5]])
    assert profiles.taste_names(first, subcategories)[1] == "e, f and g"
    even = np.full((2, 8), 4)
    assert profiles.taste_names(even, subcategories) == [profiles.NO_TASTE] * 2


def test_every_pair_has_names_and_the_chosen_those_of_its_clusters() -> None:
    rng = np.random.default_rng(3)
    rows = [
        (f"t{i}-{n}", f"c{i:03}", "Shop", f"Aisle {(2 * (i % 3) + rng.integers(0, 3)) % 6}", 1)
        for i in range(90)
        for n in range(8)
    ]
    names = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    kept = pd.DataFrame(rows, columns=names)
    people = pd.DataFrame(
        {"customer_id": sorted(set(kept["customer_id"])), "group": "scored", "monetary": 1}
    )
    tables = clusters.analyse(
        unit_matrix.of_scored(kept, people),
        people,
        chosen=(2, 3),
        others=[(2, 2), (3, 5)],
        seed=1,
        permutations=0,
        subsamples=0,
    ).tables
    named = tables["cluster_names"].groupby(["components", "clusters"])
    assert named.size().to_dict() == {(2, 2): 2, (2, 3): 3, (3, 5): 5}
    assert named["customers"].sum().tolist() == [90, 90, 90]
    chosen = named.get_group((2, 3)).sort_values("cluster")
    assert chosen["name"].tolist() == tables["clusters"]["name"].tolist()
    profile = tables["cluster_profile"]
    most = profile.sort_values("index", ascending=False).groupby("cluster")["subcategory"].first()
    assert all(name.startswith(first) for name, first in zip(chosen["name"], most, strict=True))
