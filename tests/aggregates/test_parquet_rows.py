"""What stays in Parquet: read in part, never collected whole by the engine."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from retail_words import inputs

from retail.aggregates import Aggregates, buckets, collect_all
from retail.segments import backtest, migration, naming_conventions, past_states, profiles

CUSTOMERS, DAYS, LINES = 40, 400, 4_000


def shop() -> pd.DataFrame:
    """Lines of 40 customers and some guests; returns under the id of their purchase, by whomever."""
    dice = np.random.default_rng(3)
    visit = dice.integers(0, 1_200, LINES)
    customer = dice.permutation(1_200) % (CUSTOMERS + 2)
    day = dice.integers(0, DAYS, 1_200)
    who = [f"c{at:02}" if at < CUSTOMERS else None for at in customer[visit]]
    lines = pd.DataFrame(
        {
            "id": [f"t{at:04}" for at in visit],
            "customer": who,
            "day": day[visit],
            "category": dice.choice(["Food", "Books"], LINES),
            "subcategory": dice.choice(["New", "Old"], LINES),
            "channel": np.where(visit % 3 == 0, "Web", "Shop"),
            "units": 1,
            "amount": dice.integers(1, 50, LINES),
        },
        dtype=object,
    )
    back = lines.sample(LINES // 8, random_state=1)
    back = back.assign(
        day=[min(at + 30, DAYS) for at in back["day"]],
        units=-1,
        amount=[-3 * amount for amount in back["amount"]],
        customer=[name if at % 9 else "c07" for at, name in enumerate(back["customer"])],
    )
    return pd.concat([lines, back], ignore_index=True)


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Aggregates:
    """The shop, reduced by pandas."""
    folder = tmp_path_factory.mktemp("shop")
    return collect_all(inputs(folder / "in", shop()), "pandas", folder, dashboard_limit=0)


def buckets_of(found: Aggregates, folder: Path) -> list[buckets.Bucket]:
    ids = found.customer_sums["customer_id"]
    return buckets.divided(
        found.purchase_rows, found.return_rows, ids, folder / "buckets", most=200
    )


def test_buckets_add_up_to_the_whole(found: Aggregates, tmp_path: Path) -> None:
    parts = [bucket.read() for bucket in buckets_of(found, tmp_path)]
    assert len(parts) == -(-found.purchase_rows.count() // 200)
    assert sum(len(bought) for bought, _ in parts) == len(found.purchases)
    assert found.return_lines["purchase_customer"].ne(found.return_lines["customer_id"]).any()
    whole = [(found.purchases, found.return_lines)]
    for day in (100, DAYS):
        states = pd.concat([past_states.state_at(*part, day) for part in parts], ignore_index=True)
        assert_frame_equal(states, past_states.state_at(*whole[0], day))
    rules: dict[str, Any] = {"first": 0, "as_of": DAYS, "lookback": 6, "most": 12}
    convention = naming_conventions.DEFAULT
    points = {"recency": (10, 30, 60, 90), "frequency": (1, 3, 5, 8), "monetary": (1, 9, 50, 99)}
    cuts = {name: tuple(map(Fraction, some)) for name, some in points.items()}
    moved = migration.analyse(parts, cuts, convention, **rules)
    for name, table in migration.analyse(whole, cuts, convention, **rules).items():
        assert_frame_equal(moved[name], table, obj=name)
    asked: dict[str, Any] = {"through": DAYS, "days": 90, "cuts": None, "convention": convention}
    assert backtest.analyse(parts, **asked).sentences == backtest.analyse(whole, **asked).sentences
    ids = found.customer_sums["customer_id"].sort_values()
    by = [
        profiles.by_purchase(some, ids)["channel"]
        .astype({"channel": "str"})
        .groupby("channel")
        .sum()
        for some in (parts, whole)
    ]
    assert_frame_equal(by[0][["purchases"]], by[1][["purchases"]])


@pytest.mark.parametrize("channel", [None, "Web"])
@pytest.mark.parametrize("rows", [7, 1_000_000])
def test_a_bucket_has_all_of_its_customers_and_no_one_else(
    found: Aggregates,
    channel: str | None,
    rows: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(buckets, "ROWS", rows)
    bought, back = found.purchases, found.return_lines
    if channel is not None:
        bought, back = bought[bought["channel"] == channel], back[back["channel"] == channel]
    for bucket in buckets_of(found, tmp_path):
        of_bucket = [
            bucket.inside(back[name]).notna() for name in ("customer_id", "purchase_customer")
        ]
        own, returned = bucket.read({} if channel is None else {"channel": channel})
        theirs = bought["customer_id"].fillna("").between(bucket.first or "", "~") & (
            (bought["customer_id"].fillna("") < bucket.after) if bucket.after else True
        )
        assert sorted(own["transaction_id"]) == sorted(bought.loc[theirs, "transaction_id"])
        assert own["gross"].sum() == bought.loc[theirs, "gross"].sum()
        wanted = back[of_bucket[0] | of_bucket[1]]
        assert len(returned) == len(wanted)
        assert returned["amount"].sum() == wanted["amount"].sum()
        own_returns = bucket.inside(wanted["customer_id"]).notna().sum()
        assert returned["customer_id"].notna().sum() == own_returns


def test_some_columns_and_rows_are_read(found: Aggregates) -> None:
    some = found.purchase_rows.of("customer_id", ["c01", "c02"], ["customer_id", "gross"])
    wanted = found.purchases[found.purchases["customer_id"].isin(["c01", "c02"])]
    assert sorted(some["gross"]) == sorted(wanted["gross"])
    assert list(some) == ["customer_id", "gross"]
    units = found.kept_units.groupby("customer_id")["units"].sum()
    by = found.kept_by_customer.groupby("customer")["units"].sum()
    assert by.tolist() == units.tolist()


@pytest.mark.parametrize("engine", ["pandas", "duckdb"])
def test_only_customers_and_sums_leave_the_engine(
    engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Spark's driver gets no line: every frame that any engine collects is as small as these."""
    pytest.importorskip(engine)
    sizes = []
    collect = nw.LazyFrame.collect

    def watched(frame: Any, *args: Any, **more: Any) -> Any:
        got = collect(frame, *args, **more)
        sizes.append(len(got))
        return got

    monkeypatch.setattr(nw.LazyFrame, "collect", watched)
    subcategories = 4
    collect_all(inputs(tmp_path / "in", shop()), engine, tmp_path, dashboard_limit=0)
    assert len(sizes) > 20
    assert max(sizes) <= max(DAYS + 1, CUSTOMERS * subcategories)


def test_guests_alone_are_one_bucket(tmp_path: Path) -> None:
    lines = "id customer day amount\n" + "\n".join(f"t{at} - {at} 5" for at in range(9))
    found = collect_all(inputs(tmp_path / "in", lines), "pandas", tmp_path)
    ids = found.customer_sums["customer_id"]
    made = buckets.divided(found.purchase_rows, found.return_rows, ids, tmp_path / "p", most=2)
    assert [len(bucket.read()[0]) for bucket in made] == [9]


def test_a_channel_has_the_returns_of_its_purchases_wherever_they_came_back(
    tmp_path: Path,
) -> None:
    lines = """
        id  customer day channel units amount
        t1  ann      1   Web     2     10
        t1  ann      5   Shop    -1    -4
        t2  bob      2   Shop    1     7
        """
    found = collect_all(inputs(tmp_path / "in", lines), "pandas", tmp_path)
    (bucket,) = found.buckets
    assert {
        name: bucket.read({"channel": name})[1]["amount"].tolist() for name in ("Web", "Shop")
    } == {
        "Web": [-4],
        "Shop": [],
    }
