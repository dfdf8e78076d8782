"""Clusters: planted tastes are found, noise and volume are not taken for taste, order changes nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import cdist
from sklearn.metrics import adjusted_rand_score, silhouette_score

from retail.segments import cluster_tables, clusters, kmeans, unit_matrix, verdict

SUBCATEGORIES = [("Food", f"Aisle {n}") for n in range(8)]


def analysed(kept: pd.DataFrame, customers: pd.DataFrame, **settings: object) -> clusters.Clustered:
    return clusters.analyse(unit_matrix.of_scored(kept, customers), customers, **(PAIR | settings))


PAIR = {
    "chosen": (2, 4),
    "others": (),
    "seed": 20,
    "permutations": 19,
    "subsamples": 20,
}


def bought(weights: np.ndarray, lines: np.ndarray, seed: int = 1) -> pd.DataFrame:
    """KEPT_UNITS: customer i buys lines[i] lines, each in a subcategory by weights[i]."""
    rng = np.random.default_rng(seed)
    rows = []
    for customer, (odds, count) in enumerate(zip(weights, lines, strict=True)):
        for line, choice in enumerate(rng.choice(len(odds), count, p=odds / odds.sum())):
            rows.append((f"t{customer}-{line}", f"c{customer:04}", *SUBCATEGORIES[choice], 1))
    names = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    return pd.DataFrame(rows, columns=names)


def buyers(kept: pd.DataFrame) -> pd.DataFrame:
    ids = sorted(kept["customer_id"].unique())
    return pd.DataFrame({"customer_id": ids, "group": "scored", "monetary": 100})


@pytest.fixture(scope="module")
def four_tastes() -> tuple[pd.DataFrame, np.ndarray]:
    """Two choices, each between two pairs of aisles: four groups at the corners of a square."""
    taste_of = np.repeat(np.arange(4), 100)
    weights = np.full((400, 8), 0.15)
    weights[taste_of % 2 == 0, 0:2] = 4
    weights[taste_of % 2 == 1, 2:4] = 4
    weights[taste_of // 2 == 0, 4:6] = 4
    weights[taste_of // 2 == 1, 6:8] = 4
    return bought(weights, np.full(400, 14)), taste_of


def test_four_planted_tastes_are_found(four_tastes: tuple[pd.DataFrame, np.ndarray]) -> None:
    kept, taste_of = four_tastes
    found = analysed(kept, buyers(kept))
    assert adjusted_rand_score(taste_of, found.members["cluster"]) > 0.9
    fit = found.tables["cluster_fits"].iloc[0]
    assert fit["p_value"] == 0.05
    assert fit["sample_silhouette"] - fit["noise_mean"] > 0.2
    assert fit["stability"] > 0.9
    assert fit["is_recommended"]
    assert found.sentences[0] == "Recommended: 4 clusters on 2 components."


def test_equal_tastes_and_unequal_volume_are_noise() -> None:
    volume = np.random.default_rng(5).choice([2, 4, 30, 60], 400)
    kept = bought(np.ones((400, 8)), volume)
    fit = analysed(kept, buyers(kept)).tables["cluster_fits"].iloc[0]
    # Shuffling columns instead would find "structure" here, for heavy buyers stand apart.
    assert fit["sample_silhouette"] - fit["noise_mean"] < 0.05
    assert not fit["is_recommended"]
    assert fit["verdict"].startswith("These clusters can't be told from noise")


def test_neither_order_nor_strangers_change_a_cluster(
    four_tastes: tuple[pd.DataFrame, np.ndarray],
) -> None:
    kept, _ = four_tastes
    people = buyers(kept)
    plain = analysed(kept, people)
    stranger = kept.head(50).assign(customer_id="z-unscored")
    shuffled = pd.concat([kept, stranger]).sample(frac=1, random_state=3)
    again = analysed(shuffled, people.sample(frac=1, random_state=4))
    pd.testing.assert_frame_equal(plain.members, again.members)
    for name, table in plain.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


def test_a_line_split_in_two_is_the_same_customer(
    four_tastes: tuple[pd.DataFrame, np.ndarray],
) -> None:
    kept, _ = four_tastes
    double = kept.assign(units=2)
    split = pd.concat([kept, kept.assign(transaction_id=kept["transaction_id"] + "b")])
    pair = {"permutations": 0, "subsamples": 0}
    pd.testing.assert_frame_equal(
        analysed(double, buyers(kept), **pair).members,
        analysed(split, buyers(kept), **pair).members,
    )


def test_clusters_are_numbered_by_size() -> None:
    points = np.repeat([[0.0, 0.0], [9.0, 9.0], [0.0, 9.0]], [10, 60, 30], axis=0)
    labels = kmeans.kmeans(points, 3, seed=1).labels
    assert np.bincount(labels).tolist() == [60, 30, 10]


def test_the_silhouette_is_scikit_learn_s() -> None:
    points = np.random.default_rng(2).normal(size=(300, 3))
    labels = kmeans.kmeans(points, 5, seed=1).labels
    expected = silhouette_score(points, labels)
    assert kmeans.silhouette(points, labels) == pytest.approx(expected, abs=1e-12)
    assert kmeans.silhouette(points, labels, block=70) == pytest.approx(expected, abs=1e-12)
    alone = np.array([0] * 299 + [1])
    assert kmeans.silhouette(points, alone) == pytest.approx(silhouette_score(points, alone))


def test_components_are_scikit_learn_s_of_roots_of_shares_and_prefixes_of_more(
    four_tastes: tuple[pd.DataFrame, np.ndarray],
) -> None:
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    kept, _ = four_tastes
    units = unit_matrix.of_scored(kept, buyers(kept)).dense()
    found = unit_matrix.components(units, 4)
    roots = np.sqrt(units / units.sum(axis=1, keepdims=True))
    expected = PCA(4).fit(StandardScaler().fit_transform(roots))
    np.testing.assert_allclose(found.explained, expected.explained_variance_ratio_)
    np.testing.assert_allclose(np.abs(found.loadings), np.abs(expected.components_), atol=1e-9)
    assert (found.loadings.max(axis=1) == np.abs(found.loadings).max(axis=1)).all()
    np.testing.assert_array_equal(found.scores[:, :2], unit_matrix.components(units, 2).scores)
    np.testing.assert_allclose(found.scores_of(units[5:9]), found.scores[5:9])


def test_how_much_a_customer_buys_changes_nothing(
    four_tastes: tuple[pd.DataFrame, np.ndarray],
) -> None:
    kept, _ = four_tastes
    times = kept["customer_id"].map(lambda name: 1 + 50 * (int(name[1:]) % 7 == 0))
    pair = {"permutations": 0, "subsamples": 0}
    plain, more = (analysed(one, buyers(kept), **pair) for one in (kept, kept.assign(units=times)))
    pd.testing.assert_frame_equal(plain.members, more.members)


@pytest.fixture(scope="module")
def with_small(four_tastes: tuple[pd.DataFrame, np.ndarray]) -> pd.DataFrame:
    """The same shop and twelve customers more who kept one unit or two, each of one aisle."""
    rows = [
        (f"s{n}", f"small{n:02}", *SUBCATEGORIES[n % 8], 1 + n % 2, n)  # sorted after c0000...
        for n in range(12)
    ]
    names = ["transaction_id", "customer_id", "category", "subcategory", "units", "n"]
    return pd.concat([four_tastes[0], pd.DataFrame(rows, columns=names)], ignore_index=True)


def test_who_kept_fewer_than_three_units_is_assigned_after_the_fit(
    four_tastes: tuple[pd.DataFrame, np.ndarray], with_small: pd.DataFrame
) -> None:
    kept, _ = four_tastes
    plain, more = (analysed(one, buyers(one)) for one in (kept, with_small))
    place = ["customer_id", "x", "y"]
    pd.testing.assert_frame_equal(plain.members[place], more.members.head(400)[place])
    # Numbers go by size, and the twelve count in it.
    assert adjusted_rand_score(plain.members["cluster"], more.members["cluster"].head(400)) == 1
    for name in ("loadings", "components"):
        pd.testing.assert_frame_equal(plain.tables[name], more.tables[name])
    small = more.members.iloc[400:].reset_index(drop=True)
    inside = more.members.head(400)
    centres = inside.groupby("cluster")[["x", "y"]].mean()
    distances = cdist(small[["x", "y"]], centres)
    assert small["cluster"].tolist() == centres.index[distances.argmin(axis=1)].tolist()
    fit = more.tables["cluster_fits"].iloc[0]
    assert (fit["customers"], fit["fitted"]) == (412, 400)
    assert more.tables["clusters"]["customers"].sum() == 412
    assert more.sentences[-1] == (
        "12 of the 412 customers kept fewer than 3 units, too few to show a taste. They are no part "
        "of the fit; each belongs to the nearest cluster."
    )
    assert not any("fewer than 3 units" in sentence for sentence in plain.sentences)


def test_fractions_of_a_unit_count_as_such(with_small: pd.DataFrame) -> None:
    thousandths = with_small.assign(units=with_small["units"] * 1000)
    fit = analysed(thousandths, buyers(with_small), least_units=3000).tables["cluster_fits"]
    assert fit["fitted"].tolist() == [400]


def test_inertia_is_that_of_the_labels_shown(with_small: pd.DataFrame) -> None:
    others = [(2, 3), (3, 5), (4, 8)]
    pair = {"others": others, "permutations": 0, "subsamples": 0}
    tables = analysed(with_small, buyers(with_small), **pair).tables
    labels = tables["cluster_labels"].head(400)  # the customers of the fit
    for fit in tables["cluster_fits"].itertuples():
        points = labels[[f"x{n}" for n in range(1, fit.components + 1)]]
        number = labels["labels"].str[fit.position]
        apart = points - points.groupby(number).transform("mean")
        assert fit.inertia == pytest.approx(float((apart**2).to_numpy().sum()), rel=2e-5)


def test_profiles_compare_with_all_customers() -> None:
    toys = ["Kites", "Balls", "Cars"]
    rows = [
        (f"t{i}{n}", f"c{i:02}", "Toys", toys[(i // 9 + n // 3) % 3], 1)
        for i in range(20)
        for n in range(3 + i % 3)
    ]
    names = ["transaction_id", "customer_id", "category", "subcategory", "units"]
    kept = pd.DataFrame(rows, columns=names)
    found = analysed(kept, buyers(kept), chosen=(2, 2), permutations=0)
    profile = found.tables["cluster_profile"]
    assert profile.groupby("cluster")["share"].sum().tolist() == pytest.approx([1, 1], abs=1e-5)
    assert profile["units"].sum() == len(kept)
    index = 100 * profile["share"] / profile["share_of_all"]
    np.testing.assert_allclose(profile["index"], index, rtol=1e-5)


@pytest.mark.parametrize(
    "kept, sentence",
    [
        ([], "No customer has kept anything, so there is nothing to cluster."),
        (
            [(f"t{i}", f"c{i}", "Toys", "Kites", 1) for i in range(10)],
            "Too few customers for clusters: 0 with at least 3 kept units, and 4 clusters need at least "
            "40.",
        ),
        (
            [(f"t{i}", f"c{i}", "Toys", "Kites", 3 + i) for i in range(50)],
            "What customers buy differs in fewer than 2 directions, as with one category or none in the "
            "data, so there are no tastes to cluster.",
        ),
        (
            [(f"t{i}", f"c{i}", "Toys", ["Kites", "Balls", "Cars"][i % 3], 3) for i in range(60)],
            "Customers bought in fewer than 4 different ways.",
        ),
    ],
)
def test_why_there_are_no_clusters(
    kept: list[tuple], sentence: str, nothing_kept: pd.DataFrame
) -> None:
    table = pd.DataFrame(kept, columns=nothing_kept.columns) if kept else nothing_kept
    found = analysed(table, buyers(table))
    assert found.sentences == [sentence]
    assert found.members.empty
    assert found.tables == {}


def test_published_numbers_have_six_digits() -> None:
    values = np.array([123456.7, -0.00123456789, 1e-17, 0.0, 1234567.0, 0.1 + 0.2])
    assert unit_matrix.published(values).tolist() == [123457, -0.00123457, 0, 0, 1234570, 0.3]


def test_many_customers_are_fitted_on_a_sample_and_all_belong_somewhere(
    four_tastes: tuple[pd.DataFrame, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, taste_of = four_tastes
    for module in (kmeans, verdict):
        monkeypatch.setattr(module, "EXACT_UP_TO", 250)
    monkeypatch.setattr(kmeans, "SAMPLE", 200)
    monkeypatch.setattr(cluster_tables, "BLOCK", 90)
    by_line = unit_matrix.of_scored(kept, buyers(kept))
    by_customer = kept.groupby(["customer_id", *unit_matrix.NAMES], as_index=False)["units"].sum()
    basket = unit_matrix.of_lines(by_customer.assign(transaction_id=""))
    found = clusters.analyse(
        unit_matrix.of_scored(basket, buyers(kept)),
        buyers(kept),
        **PAIR,
        lines=clusters.sampled(by_line, PAIR["seed"]),
        most_whole=300,
    )
    assert found.members["customer_id"].tolist() == by_line.customers.tolist()
    assert adjusted_rand_score(taste_of, found.members["cluster"]) > 0.9
    assert found.tables["clusters"]["customers"].sum() == 400
    assert found.tables["clusters"]["units"].sum() == kept["units"].sum()
    assert len(found.tables["cluster_labels"]) == 250
    assert found.tables["cluster_fits"]["is_sampled"].all()
    assert "on seeded samples of at most 250 of the 400 customers" in found.sentences[-1]


def test_a_basket_by_customer_is_the_basket_by_line(
    four_tastes: tuple[pd.DataFrame, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, _ = four_tastes
    monkeypatch.setattr(unit_matrix, "MOST_COLUMNS", 5)
    people = buyers(kept)
    people.loc[::3, "group"] = "nothing kept"
    by_line = unit_matrix.of_scored(kept, people)
    by_customer = kept.groupby(["customer_id", *unit_matrix.NAMES], as_index=False)["units"].sum()
    some = unit_matrix.of_scored(
        unit_matrix.of_lines(by_customer.assign(transaction_id="")), people
    )
    assert ("Other", "Other") in some.subcategories.itertuples(index=False, name=None)
    assert (some.dense() == by_line.dense()).all()
    theirs = kept[kept["customer_id"].isin(some.customers)]
    again = unit_matrix.line_by_line(theirs, some)
    assert (again.row == by_line.row).all()
    assert (again.column == by_line.column).all()
