"""Cubes: their sums are those of the lines, on every engine, at every grain, and they fit."""

from __future__ import annotations

import base64
import itertools
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from retail import config, pipeline
from retail.aggregates import Aggregates
from retail.aggregates import dashboard as sums
from retail.charts import cubes as plan
from retail.cubing import internal, sample
from retail.cubing import names as naming
from retail.schema.dashboard import GRAINS, NUMBERS

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
MEASURES = list(NUMBERS)
MOST = {"product": 7, "channel": 2, "city": 4}
ROWS = arrays.arrays(np.int64, st.integers(1, 40), elements=st.integers(-(2**52), 2**52))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Aggregates:
    """The aggregates of the bundled sample."""
    settings = config.load(None, input=str(SAMPLE))
    work = str(tmp_path_factory.mktemp("work"))
    settings = msgspec.structs.replace(settings, work=work, base="/")
    inputs = pipeline.read(settings, pipeline.silent)
    return pipeline.aggregate(inputs, settings, pipeline.silent)


@pytest.fixture(scope="module")
def scored(shop: Aggregates) -> pd.DataFrame:
    """CUSTOMERS as far as cubes need them, with made-up scores, segments and clusters."""
    people = shop.customer_sums.copy()
    number = np.arange(len(people))
    is_scored = people["kept_purchases"] > 0
    score = pd.Series(number % 3 + 1, dtype="Int64")
    return people.assign(
        **dict.fromkeys(["r", "f", "m"], score.where(is_scored)),
        **dict.fromkeys(["recency_days", "frequency"], score.where(is_scored)),
        age_band="Unknown",
        seven_level="Gold",
        group=np.where(is_scored, "scored", "prospect"),
        segment=np.where(is_scored, np.where(number % 2, "Loyal", "At risk"), "prospect"),
        cluster=pd.Series(number % 4 + 1, dtype="Int64").where(is_scored),
    )


def in_words(shop: Aggregates, scored: pd.DataFrame) -> pd.DataFrame:
    """What each line adds to each sum, in plain pandas from the lines that travel."""
    lines = shop.dashboard_lines.assign(customer_id=lambda t: t["customer_id"].fillna(""))
    own = lines.assign(
        gross=lines["amount"].clip(lower=0),
        returns=lines["amount"].clip(upper=0),
        units=lines["quantity"],
        purchases=0,
        credited_returns=0,
    )
    back = lines[lines["amount"] < 0]
    credited = back.assign(
        day=back["purchase_day"].fillna(back["day"]).astype("int64"),
        channel=back["purchase_channel"].fillna(back["channel"]),
        credited_returns=back["amount"],
        **dict.fromkeys(["gross", "returns", "tax", "units", "purchases"], 0),
    )
    first = lines[lines["amount"] > 0].sort_values("day", kind="stable").drop_duplicates("purchase")
    bought = first.assign(
        purchases=1, **dict.fromkeys(["gross", "returns", "tax", "units", "credited_returns"], 0)
    )
    both = pd.concat([own, credited, bought], ignore_index=True)
    return both.merge(scored[["customer_id", "segment", "cluster"]], how="left")


def test_sums_are_those_of_the_lines(shop: Aggregates, scored: pd.DataFrame) -> None:
    found = internal({"customers": scored, **_lines(shop)}, shop, 40_000)
    cubes, names = found["dashboard_cubes"], found["dashboard_names"]
    words = in_words(shop, scored)
    assert "dashboard_lines" not in found
    assert {"days", "sales", "products", "cities"} <= set(cubes["cube"])
    totals = cubes.groupby("cube")[MEASURES].sum()
    assert (totals == words[MEASURES].sum()).all(axis=None)
    periods = sums.starts(int(words["day"].min()), int(words["day"].max())).set_index("day")
    channel = names[names["dimension"] == "channel"].set_index("code")["name"]
    grain = found["cubes"].set_index("cube")["grain"]["sales"]
    sales = cubes[cubes["cube"] == "sales"]
    wanted = words.groupby([words["day"].map(periods[grain]), "channel"])[MEASURES[:4]].sum()
    got = sales.groupby(["day", sales["channel"].map(channel)])[MEASURES[:4]].sum()
    pd.testing.assert_frame_equal(got, wanted, check_names=False)


def _lines(shop: Aggregates) -> dict[str, pd.DataFrame]:
    return {"dashboard_lines": shop.dashboard_lines}


def test_cubes_weigh_what_they_may_and_people_add_up(
    shop: Aggregates, scored: pd.DataFrame
) -> None:
    found = internal({"customers": scored, **_lines(shop)}, shop, 40_000)
    share = {spec.name: spec.share for spec in plan.SPECS} | {"sample": plan.SAMPLE}
    for row in found["cubes"].itertuples():
        assert row.bytes <= 40_000 * share[row.cube], row
    people = found["dashboard_people"]
    assert people["customers"].sum() == len(scored)
    assert people["buyers"].sum() == (scored["purchases"] > 0).sum()
    assert people["monetary"].sum() == scored["net"].sum()


def test_lines_that_fit_travel(shop: Aggregates, scored: pd.DataFrame) -> None:
    found = internal({"customers": scored, **_lines(shop)}, shop, 10_000_000)
    assert "dashboard_lines" in found
    assert "dashboard_cubes" not in found


def test_the_sample_is_drawn_once_and_holds_every_line_of_its_customers(
    shop: Aggregates, scored: pd.DataFrame
) -> None:
    found, again = (
        internal({"customers": scored, **_lines(shop)}, shop, 40_000)["dashboard_sample"]
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(found, again)
    lines = shop.dashboard_lines
    theirs = lines[lines["customer_id"].isin(found["customer_id"].dropna())]
    assert found["customer_id"].notna().sum() == len(theirs)
    assert found.loc[found["customer_id"].notna(), "amount"].sum() == theirs["amount"].sum()


def test_a_third_of_the_sample_are_those_who_spent_most(
    shop: Aggregates, scored: pd.DataFrame
) -> None:
    drawn = internal({"customers": scored, **_lines(shop)}, shop, 40_000)["dashboard_sample"]
    people = drawn.dropna(subset=["customer_id"]).drop_duplicates("customer_id")
    certain = people.loc[people["weight"] == 1, "customer_id"]
    assert len(certain) == len(people) // 3 > 20
    largest = scored.sort_values(["gross", "customer_id"], ascending=[False, True])
    assert set(certain) == set(largest["customer_id"].head(len(certain)))
    # Each of the others stands for as many; together they are everyone.
    others = people.loc[people["weight"] != 1, "weight"]
    assert others.nunique() == 1
    assert people["weight"].sum() == pytest.approx((scored["lines"] > 0).sum())


def test_guests_purchases_are_drawn_in_the_same_way() -> None:
    visits = pd.DataFrame({"id": [f"t{n:02}" for n in range(60)], "gross": range(60)})
    ranked = sample.Ranked.of(visits, np.random.default_rng(1))
    found = ranked.first(30)
    assert found["id"].tolist()[:10] == [f"t{n}" for n in range(59, 49, -1)]
    assert found["weight"].tolist() == [1.0] * 10 + [50 / 20] * 20
    assert not found["id"].duplicated().any()
    # A smaller sample has no one whom the larger one lacks.
    assert set(ranked.first(12)["id"]) <= set(found["id"])
    assert ranked.first(60)["weight"].eq(1).all()
    assert ranked.first(0).empty


def test_of_the_clustered_those_are_drawn_whose_clusters_are_known(
    shop: Aggregates, scored: pd.DataFrame
) -> None:
    """Among millions every pair is fitted on a sample only; the dashboard's sample is drawn from it."""
    clustered = scored.loc[scored["cluster"].notna(), "customer_id"]

    def drawn(labelled: pd.Series) -> pd.Series:
        labels = labelled.to_frame()
        tables = {"customers": scored, "cluster_labels": labels, **_lines(shop)}
        lines = internal(tables, shop, 40_000)["dashboard_sample"].dropna(subset=["customer_id"])
        return lines.loc[lines["weight"] > 1, "customer_id"]

    usual = drawn(clustered)
    some = clustered.iloc[::2]
    found = drawn(some)
    assert set(found) & set(clustered) <= set(some)
    assert not set(usual) & set(clustered) <= set(some)
    for share in (usual, found):  # and nobody else is drawn more or less often for it
        at = share.drop_duplicates().isin(clustered.tolist()).mean()
        assert abs(at - scored.loc[scored["lines"] > 0, "cluster"].notna().mean()) < 0.1


def test_long_tails_are_other(shop: Aggregates, scored: pd.DataFrame) -> None:
    names = naming.shortened(shop.sales, MOST, scored)
    for dimension, most in MOST.items():
        labels = naming.labels(names[dimension])
        assert len(labels) <= most + 1 + (dimension == "product") * 6
        assert naming.OTHER in set(labels["shown"])
    largest = shop.sales["by_city"].nlargest(4, "gross")["city"]
    assert set(largest) <= set(naming.labels(names["city"])["shown"])


@given(ROWS)
def test_planes_hold_whole_numbers(values: np.ndarray) -> None:
    packed = plan.planes(values)
    cut = np.frombuffer(base64.b64decode(packed["data"]), np.uint8)
    planes = cut.reshape(packed["width"], -1).astype(object)
    found = sum(plane * 256**place for place, plane in enumerate(planes)) + packed["least"]
    assert found.tolist() == values.tolist()


def test_periods_are_nested() -> None:
    periods = sums.starts(14_999, 16_500)
    for fine, coarse in itertools.pairwise(GRAINS):
        assert periods.groupby(fine)[coarse].nunique().eq(1).all(), (fine, coarse)
    assert (periods["week"] >= periods["month"]).all()


@pytest.mark.slow
def test_every_engine_makes_the_same_cubes(tmp_path: Path, engine: str) -> None:
    settings = config.load(None, input=str(SAMPLE))
    cells = {}
    for name in ("pandas", engine):
        mine = msgspec.structs.replace(settings, engine=name, work=str(tmp_path / name), base="/")
        inputs = pipeline.read(mine, pipeline.silent)
        found = pipeline.aggregate(inputs, mine, pipeline.silent)
        names = naming.shortened(found.sales, MOST, found.customer_sums)
        people = found.customer_sums[["customer_id"]].assign(cell=17, segment=1, cluster=2)
        facts = sums.fact_rows(found.line_tables, naming.codes(names), people, has_customers=True)
        periods = sums.by_grain(sums.starts(14_000, 17_000), "month")
        keys = ["product", "channel", "city", "gender", "cell"]
        cells[name] = sums.summed(facts, keys, periods, is_counted=True), facts.mixed
    pd.testing.assert_frame_equal(cells["pandas"][0], cells[engine][0])
    assert cells["pandas"][1] == cells[engine][1]
