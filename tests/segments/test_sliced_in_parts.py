"""Slices: read for some customers at a time, and the same as if everything were in memory."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import msgspec
import pandas as pd
import pytest

from retail import config, pipeline
from retail.aggregates import Aggregates, buckets
from retail.intake.inputs import Inputs
from retail.segments import slices

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
Shop = tuple[Inputs, Aggregates, config.Config]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    settings = config.load(None, input=str(SAMPLE))
    work = str(tmp_path_factory.mktemp("work"))
    settings = msgspec.structs.replace(settings, work=work, base="/")
    inputs = pipeline.read(settings, pipeline.silent)
    return inputs, pipeline.aggregate(inputs, settings, pipeline.silent), settings


@pytest.mark.parametrize("more", [{}, {"gender": "F"}])
def test_a_channel_read_in_many_parts_is_the_channel(
    shop: Shop, tmp_path: Path, more: dict[str, str]
) -> None:
    inputs, aggregates, settings = shop
    bought = aggregates.purchases
    channel = bought["channel"].iloc[0]
    wanted = slices.Wanted("a channel", {"channel": channel, **more})
    whole = pipeline.analyse_slice(wanted, inputs, aggregates, settings)
    ids = aggregates.customer_sums["customer_id"]
    divided = buckets.divided(
        aggregates.purchase_rows, aggregates.return_rows, ids, tmp_path / "parts", len(bought) // 9
    )
    assert len(divided) > 8
    in_parts = dataclasses.replace(aggregates, buckets=divided)
    parts = pipeline.analyse_slice(wanted, inputs, in_parts, settings)
    assert list(whole.tables) == list(parts.tables)
    for name, table in whole.tables.items():
        pd.testing.assert_frame_equal(table, parts[name])
    there = bought[(bought["channel"] == channel) & bought["customer_id"].notna()]
    people = aggregates.customer_sums
    for column, value in more.items():
        known = people.loc[people[column] == value, "customer_id"]
        there = there[there["customer_id"].isin(known.tolist())]
    scored = there.loc[there["kept"] > 0, "customer_id"].nunique()
    assert whole["segments"]["customers"].sum() == scored
    assert whole["segments"]["kept_purchases"].sum() == (there["kept"] > 0).sum()


def test_default_slices_are_those_of_most_customers(shop: Shop) -> None:
    _, aggregates, settings = shop
    wanted = pipeline.slices(aggregates, settings, with_defaults=True)
    bought = aggregates.purchases.dropna(subset=["customer_id"])
    counts = bought.drop_duplicates(["customer_id", "channel"])["channel"].value_counts()
    counts = counts[counts.index != "Unknown"]
    found = [one.where["channel"] for one in wanted if "channel" in one.where]
    assert counts[found].tolist() == sorted(counts, reverse=True)[: slices.MOST]
