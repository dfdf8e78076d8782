"""The planted truth of the bundled sample, found again in its CSVs with plain pandas.

Nothing here uses the library but the generator itself, so these are also golden answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import adjusted_rand_score, silhouette_score
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tools.sample import Sample, generate, planted_groups, rng, truth, write

FOLDER = Path(__file__).parents[1] / "data" / "sample"
PRODUCT = ["prod_cat_code", "prod_subcat_code"]


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """More threads gain nothing at this size, and wait for each other when the machine is busy."""
    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def bundled() -> Sample:
    return generate()


@pytest.fixture(scope="module")
def group(bundled: Sample) -> pd.Series:
    """The planted group of each customer id."""
    return pd.Series(bundled.groups)


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "Transactions.csv")


@pytest.fixture(scope="module")
def lines(raw: pd.DataFrame) -> pd.DataFrame:
    """The lines without repeats, with `day` read day-first and `purchased`, the purchase's day."""
    day = pd.to_datetime(raw["tran_date"].str.replace("/", "-"), format="%d-%m-%Y")
    known = raw.assign(day=day).drop_duplicates()
    purchased = known[known["Qty"] > 0].groupby("transaction_id")["day"].min()
    return known.assign(purchased=known["transaction_id"].map(purchased))


@pytest.fixture(scope="module")
def bought(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[lines["Qty"] > 0]


@pytest.fixture(scope="module")
def customers() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "Customer.csv", dtype={"Gender": str, "city_code": str})


@pytest.fixture(scope="module")
def kept(lines: pd.DataFrame) -> pd.DataFrame:
    """Units kept of each product of each purchase, above zero."""
    left = lines.groupby(["transaction_id", "cust_id", *PRODUCT])["Qty"].sum().reset_index()
    return left[left["Qty"] > 0]


# ---- the files ----


def test_the_generator_makes_the_bundled_files_byte_for_byte(tmp_path: Path) -> None:
    write(tmp_path / "new" / "folder")
    for name in ("Customer.csv", "Transactions.csv", "prod_cat_info.csv", "cities.csv"):
        assert (tmp_path / "new" / "folder" / name).read_bytes() == (FOLDER / name).read_bytes()
        assert b"\r" not in (FOLDER / name).read_bytes()


def test_another_seed_makes_another_shop(bundled: Sample) -> None:
    other = generate(seed=1)
    assert other.files["Transactions.csv"] != bundled.files["Transactions.csv"]
    assert other.files["prod_cat_info.csv"] == bundled.files["prod_cat_info.csv"]


def test_the_files_are_small_enough_to_keep_in_a_repository(raw: pd.DataFrame) -> None:
    assert 19_000 <= len(raw) <= 21_000
    assert all(path.stat().st_size < 1_000_000 for path in FOLDER.iterdir())


def test_the_readme_states_what_is_there(raw: pd.DataFrame, customers: pd.DataFrame) -> None:
    readme = (FOLDER.parent / "README.md").read_text("utf-8")
    slashed = raw["tran_date"].str.contains("/").sum()
    for count in (
        f"| {len(raw):,} |",
        f"| {len(customers):,} |",
        f"({slashed:,} lines)",
        f"{(raw['Qty'] < 0).sum():,} lines are returns",
    ):
        assert count in readme


def test_headers_are_those_of_the_case_study() -> None:
    first = {path.name: path.read_text("utf-8").split("\n", 1)[0] for path in FOLDER.glob("*.csv")}
    assert first == {
        "Customer.csv": "customer_Id,DOB,Gender,city_code",
        "Transactions.csv": "transaction_id,cust_id,tran_date,prod_subcat_code,prod_cat_code,"
        "Qty,Rate,Tax,total_amt,Store_type",
        "prod_cat_info.csv": "prod_cat_code,prod_cat,prod_sub_cat_code,prod_subcat",
        "cities.csv": "code,name,latitude,longitude",
    }


def test_every_code_is_known_and_unique_only_as_a_pair(raw: pd.DataFrame) -> None:
    products = pd.read_csv(FOLDER / "prod_cat_info.csv")
    pairs = products.set_index(["prod_cat_code", "prod_sub_cat_code"]).index
    assert pairs.is_unique
    assert len(pairs) == 23
    assert not products["prod_sub_cat_code"].is_unique
    assert (products["prod_subcat"].value_counts()[["Women", "Men", "Kids"]] == 3).all()
    assert set(raw[PRODUCT].itertuples(index=False, name=None)) == set(pairs)


def test_cities_are_airports_of_vega_datasets(customers: pd.DataFrame) -> None:
    from vega_datasets import data

    cities = pd.read_csv(FOLDER / "cities.csv", dtype={"code": str})
    airports = data.airports().set_index("iata").loc[list(truth.CITIES)]
    assert cities["name"].tolist() == airports["city"].tolist()
    assert np.allclose(
        cities[["latitude", "longitude"]], airports[["latitude", "longitude"]], atol=1e-4
    )
    assert set(customers["city_code"].dropna()) == set(cities["code"])


# ---- the dirt ----


def test_repeats_are_those_planted(raw: pd.DataFrame) -> None:
    text = (FOLDER / "Transactions.csv").read_text("utf-8").splitlines()
    assert len(text) - len(set(text)) == 11
    again = raw[raw.duplicated()]
    assert (again["Qty"] > 0).sum() == truth.REPEATED_PURCHASE_LINES == 8
    assert (again["Qty"] < 0).sum() == truth.REPEATED_RETURN_LINES == 3


def test_dates_are_in_two_day_first_styles(raw: pd.DataFrame, customers: pd.DataFrame) -> None:
    slashed = raw["tran_date"].str.contains("/")
    parts = raw["tran_date"].str.split(r"[/-]", regex=True, expand=True).astype(int)
    assert (parts[0] <= 12).equals(slashed)
    assert raw.loc[slashed, "tran_date"].map(re.compile(r"[1-9]\d?/[1-9]\d?/\d{4}").fullmatch).all()
    assert raw.loc[~slashed, "tran_date"].map(re.compile(r"\d\d-\d\d-\d{4}").fullmatch).all()
    assert customers["DOB"].map(re.compile(r"\d\d-\d\d-\d{4}").fullmatch).all()


def test_only_day_first_puts_every_return_after_its_purchase(lines: pd.DataFrame) -> None:
    matched = lines[(lines["Qty"] < 0) & lines["purchased"].notna()]
    days = (matched["day"] - matched["purchased"]).dt.days
    assert days.min() >= 1
    assert days.max() <= truth.RETURN_DAYS[1] + 5  # refunds beyond are up to five days later still

    slashed = lines["tran_date"].str.contains("/")
    wrong = pd.to_datetime(lines["tran_date"].where(slashed), format="%m/%d/%Y")
    lines = lines.assign(day=wrong.fillna(lines["day"]))
    purchased = lines[lines["Qty"] > 0].groupby("transaction_id")["day"].min()
    back = lines[lines["Qty"] < 0]
    assert (back["day"] < back["transaction_id"].map(purchased)).sum() > 200


def test_amounts_follow_the_rule_of_the_case_study(raw: pd.DataFrame) -> None:
    value = raw["Qty"].abs() * raw["Rate"].abs()
    assert np.allclose(raw["Tax"], value * truth.TAX_PERCENT / 100, atol=0.001)
    assert np.allclose(raw["total_amt"], np.sign(raw["Qty"]) * (value + raw["Tax"]), atol=0.001)
    assert (np.sign(raw["Rate"]) == np.sign(raw["Qty"])).all()


def test_blanks_prospects_and_kinds_of_customers(
    customers: pd.DataFrame, lines: pd.DataFrame, bought: pd.DataFrame, kept: pd.DataFrame
) -> None:
    assert customers["customer_Id"].is_unique
    assert customers["customer_Id"].between(100_000, 999_999).all()
    assert lines["transaction_id"].between(10**10, 10**11 - 1).all()
    assert customers["Gender"].isna().sum() == truth.BLANK_GENDERS == 6
    assert customers["city_code"].isna().sum() == truth.BLANK_CITIES == 5
    everyone, active = set(customers["customer_Id"]), set(lines["cust_id"])
    buyers, scored = set(bought["cust_id"]), set(kept["cust_id"])
    assert active <= everyone
    counts = {
        "known": len(everyone),
        "scored": len(scored),
        "nothing kept": len(buyers - scored),
        "refund only": len(active - buyers),
        "prospects": len(everyone - active),
    }
    assert counts == {
        "known": 2626,
        "scored": 2383,
        "nothing kept": 13,
        "refund only": 1,
        "prospects": truth.PROSPECTS - 1,
    }


def test_orphans_and_refunds_beyond_are_those_planted(lines: pd.DataFrame) -> None:
    orphans = lines[lines["purchased"].isna()]
    assert len(orphans) == truth.ORPHAN_REFUNDS == 3
    assert (orphans["Qty"] < 0).all()
    left = lines.dropna(subset="purchased").groupby(["transaction_id", *PRODUCT])["Qty"].sum()
    assert (left < 0).sum() == truth.REFUNDS_BEYOND == 6


# ---- the trade ----


def test_three_whole_years_without_a_gap(bought: pd.DataFrame) -> None:
    days = (truth.LAST_DAY - truth.FIRST_DAY) // timedelta(days=1) + 1
    assert bought["day"].min().date() == truth.FIRST_DAY
    assert bought["day"].max().date() == truth.LAST_DAY
    assert bought["day"].nunique() == days == 1096


def test_figures_are_those_of_a_shop(lines: pd.DataFrame, bought: pd.DataFrame) -> None:
    gross = bought["total_amt"].sum()
    returned = -lines.loc[lines["Qty"] < 0, "total_amt"].sum()
    assert 50 < gross / bought["transaction_id"].nunique() < 300
    assert 0.06 < returned / gross < 0.10


def test_seasons(bought: pd.DataFrame) -> None:
    purchases = bought.drop_duplicates("transaction_id")["day"]
    calendar = pd.date_range(truth.FIRST_DAY, truth.LAST_DAY).to_series()

    def index(key: str) -> pd.Series:
        """Purchases a day in each month or weekday against all days."""
        a_day = (
            purchases.groupby(getattr(purchases.dt, key)).size()
            / calendar.groupby(getattr(calendar.dt, key)).size()
        )
        return a_day / (len(purchases) / len(calendar))

    month, weekday = index("month"), index("day_of_week")
    assert np.allclose(month, truth.MONTH_INDEX, atol=0.15)
    assert np.allclose(weekday, truth.WEEKDAY_INDEX, atol=0.08)
    assert month.idxmax() == 12
    assert month[[7, 8]].max() < month[[5, 6, 9, 10]].min()
    assert weekday.idxmax() == 5


def test_growth(lines: pd.DataFrame) -> None:
    net = lines.groupby(lines["day"].dt.year)["total_amt"].sum()
    growth = net.pct_change().dropna()
    assert growth.index.tolist() == [2024, 2025]
    assert growth.between(truth.YEARLY_GROWTH - 0.03, truth.YEARLY_GROWTH + 0.03).all()


def test_weak_channel(lines: pd.DataFrame, bought: pd.DataFrame) -> None:
    gross = bought.groupby("Store_type")["total_amt"].sum()
    returned = -lines[lines["Qty"] < 0].groupby("Store_type")["total_amt"].sum()
    order = gross / bought.groupby("Store_type")["transaction_id"].nunique()
    rate = returned / gross
    others = [channel.name for channel in truth.CHANNELS if channel.name != truth.WEAK_CHANNEL]
    assert gross[truth.WEAK_CHANNEL] < gross[others].min() / 2
    assert order[truth.WEAK_CHANNEL] < order[others].min() * 0.95
    assert rate[truth.WEAK_CHANNEL] > rate[others].max() * 2

    by_year = bought.pivot_table("total_amt", bought["day"].dt.year, "Store_type", "sum")
    share = by_year[truth.WEAK_CHANNEL] / by_year.sum(axis=1)
    assert share.is_monotonic_decreasing
    assert share[2025] < share[2023] * 0.6


def test_recency_predicts(bought: pd.DataFrame) -> None:
    """Champions (R5 F4-5) against Hibernating (R1-2 F1-2), 90 days before the end."""
    cut = bought["day"].max() - pd.Timedelta(days=90)
    past = bought[bought["day"] <= cut].groupby("cust_id")
    customers = pd.DataFrame(
        {
            "recency": (cut - past["day"].max()).dt.days,
            "frequency": past["transaction_id"].nunique(),
        }
    )
    quantiles = [0.2, 0.4, 0.6, 0.8]
    recency = 5 - np.searchsorted(customers["recency"].quantile(quantiles), customers["recency"])
    frequency = 1 + np.searchsorted(
        customers["frequency"].quantile(quantiles), customers["frequency"]
    )
    came = customers.index.isin(bought.loc[bought["day"] > cut, "cust_id"])
    champions = came[(recency == 5) & (frequency >= 4)]
    hibernating = came[(recency <= 2) & (frequency <= 2)]
    assert len(champions) > 100
    assert len(hibernating) > 100
    assert champions.mean() > 0.45
    assert hibernating.mean() < 0.05


# ---- the taste groups ----


def units_of(kept: pd.DataFrame) -> pd.DataFrame:
    """Customers by subcategories: units kept."""
    return kept.pivot_table("Qty", "cust_id", PRODUCT, "sum", fill_value=0)


def clusters_of(units: pd.DataFrame, components: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Component scores and the cluster of each customer, as docs/architecture.md has it."""
    scores = PCA(components, random_state=0).fit_transform(StandardScaler().fit_transform(units))
    return scores, KMeans(4, n_init=10, random_state=0).fit_predict(scores)


@pytest.fixture(scope="module")
def units(kept: pd.DataFrame) -> pd.DataFrame:
    return units_of(kept)


@pytest.mark.parametrize("components", [2, 3, 4])
def test_four_clusters_are_the_planted_groups(
    units: pd.DataFrame, group: pd.Series, components: int
) -> None:
    _, clusters = clusters_of(units, components)
    assert adjusted_rand_score(group[units.index], clusters) > 0.94


def test_the_clusters_are_far_from_noise(kept: pd.DataFrame, units: pd.DataFrame) -> None:
    """Subcategories shuffled over the lines, everything refitted: the null of docs/architecture.md."""
    observed = silhouette_score(*clusters_of(units))
    shuffle = np.random.default_rng(0)
    labels = kept[PRODUCT].to_numpy()
    noise = []
    for _ in range(5):
        shuffled = kept.assign(
            **dict(zip(PRODUCT, shuffle.permutation(labels).T, strict=True)),
        )
        noise.append(silhouette_score(*clusters_of(units_of(shuffled))))
    assert observed > max(noise) + 0.2


def test_the_clusters_are_stable(units: pd.DataFrame) -> None:
    _, full = clusters_of(units)
    draw = np.random.default_rng(0)
    agreement = []
    for _ in range(5):
        rows = np.sort(draw.choice(len(units), int(0.8 * len(units)), replace=False))
        _, part = clusters_of(units.iloc[rows])
        agreement.append(adjusted_rand_score(full[rows], part))
    assert np.median(agreement) > 0.95


def test_groups_have_the_planted_sizes_and_no_say_in_volume(
    units: pd.DataFrame, group: pd.Series
) -> None:
    assert planted_groups() == group.to_dict()
    planted = {g.name: g.share for g in truth.GROUPS}
    assert group.value_counts(normalize=True).to_dict() == pytest.approx(planted, abs=0.03)
    volume = units.sum(axis=1)
    means = volume.groupby(group.reindex(units.index)).mean()
    assert means.min() > 0.95 * means.max()


def test_groups_buy_almost_only_their_own(bought: pd.DataFrame, group: pd.Series) -> None:
    block = {(p.category_code, p.code): p.block for p in truth.PRODUCTS}
    own = {g.name: set(g.blocks) for g in truth.GROUPS}
    names = bought["cust_id"].map(group)
    pairs = zip(bought["prod_cat_code"], bought["prod_subcat_code"], names, strict=True)
    crossed = [block[(category, code)] not in own[name] for category, code, name in pairs]
    assert np.mean(crossed) == pytest.approx(truth.CROSS_PURCHASES, abs=0.005)


# ---- chance ----


def test_dice_are_built_on_the_promised_stream_alone() -> None:
    """`random.Random(0).random()` of every Python there was gives these."""
    cup = rng.Rng(0)
    assert [cup.share() for _ in range(2)] == [0.8444218515250481, 0.7579544029403025]
    assert [cup.whole(1, 6) for _ in range(5)] == [3, 2, 4, 3, 5]
    assert cup.weighted({"never": 0, "always": 1}) == "always"
    assert sorted(cup.some_of("abc", 3)) == ["a", "b", "c"]
