"""Slices: some customers with all they did, or what everyone did in one channel."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from trade import day, purchases, returns

from retail import segments
from retail.config import SegmentSettings
from retail.segments import past_states, slices

GAP = 365  # days without a purchase
AS_OF = day("2024-06-30")
BOUGHT = purchases(
    ("p1", "ann", "2024-01-10", 100),
    ("p2", "ann", "2024-03-10", 40),
    ("p3", "bob", "2024-02-01", 70),
    ("p4", "bob", "2024-04-01", 60),
).assign(channel=["Web", "Shop", "Web", "Web"])
BACK = returns(("bob", "p4", "2024-04-09", -60), ("ann", "p2", "2024-03-12", -5)).assign(
    channel=["Web", "Shop"], quantity=-1
)
KEPT = pd.DataFrame(
    [
        ("p1", "ann", "Toys", "Kites", 1),
        ("p2", "ann", "Toys", "Balls", 1),
        ("p3", "bob", "Toys", "Kites", 1),
    ],
    columns=["transaction_id", "customer_id", "category", "subcategory", "units"],
)


@pytest.fixture
def whole(shop: Callable[..., pd.DataFrame]) -> slices.Slice:
    sums = shop(
        ("ann", day("2024-03-10"), 2, 135), ("bob", day("2024-02-01"), 1, 70), ("cyd", None, 0, 0)
    ).assign(gender=["F", "M", "F"])
    return slices.Slice(sums, KEPT, BOUGHT, BACK)


def test_a_slice_of_customers_has_all_they_did(whole: slices.Slice) -> None:
    part = slices.of(whole, {"gender": "F"}, AS_OF, GAP)
    assert part.customer_sums["customer_id"].tolist() == ["ann", "cyd"]
    assert part.kept_units["transaction_id"].tolist() == ["p1", "p2"]
    assert part.purchases["transaction_id"].tolist() == ["p1", "p2"]
    assert part.return_lines["amount"].tolist() == [-5]


def test_a_slice_of_no_one_has_no_rows(whole: slices.Slice) -> None:
    for where in ({"channel": "Moon"}, {"gender": "X"}, {"gender": "X", "channel": "Web"}):
        part = slices.of(whole, where, AS_OF, GAP)
        assert [len(table) for table in vars(part).values()] == [0, 0, 0, 0]


def test_a_slice_of_a_channel_has_what_was_bought_there(whole: slices.Slice) -> None:
    part = slices.of(whole, {"channel": "Web"}, AS_OF, GAP)
    names = ["customer_id", "last_kept_day", "kept_purchases", "purchases", "net", "units"]
    expected = pd.DataFrame(
        [
            ("ann", day("2024-01-10"), 1, 1, 100, 1),
            ("bob", day("2024-02-01"), 1, 2, 70, 1),
        ],
        columns=names,
    )
    pd.testing.assert_frame_equal(part.customer_sums[names], expected, check_dtype=False)
    assert part.customer_sums["gender"].tolist() == ["F", "M"]
    back = slices.of(whole, {"channel": "Web"}, AS_OF, 0).customer_sums["reactivated_day"]
    assert back.isna().tolist() == [True, False]
    assert part.customer_sums["reactivated_day"].isna().all()
    assert part.kept_units["transaction_id"].tolist() == ["p1", "p3"]
    both = slices.of(whole, {"channel": "Web", "gender": "M"}, AS_OF, GAP)
    assert both.customer_sums["customer_id"].tolist() == ["bob"]


def test_a_slice_by_something_else_is_an_error(whole: slices.Slice) -> None:
    with pytest.raises(ValueError, match="no slices by \\['weekday'\\]"):
        slices.of(whole, {"weekday": "Monday"}, AS_OF, GAP)


def test_a_small_slice_says_what_it_is_too_small_for(
    whole: slices.Slice, settings: Callable[..., SegmentSettings], cents
) -> None:
    part = slices.of(whole, {"channel": "Web"}, AS_OF, GAP)
    tables = segments.analyse(
        part.customer_sums,
        part.kept_units,
        as_of=AS_OF,
        units=cents,
        settings=settings(is_slice=True),
    )
    notes = tables["segment_notes"].groupby("topic")["sentence"].first()
    assert notes["rfm"].startswith("Only 2 customers are scored.")
    assert notes["clusters"].startswith("Too few customers for clusters: 0 with at least 3 kept")
    assert "crosswalk" not in tables


@pytest.mark.needs_data("case_study")
def test_channels_of_the_case_study_add_up(case_study_waist, case_study_history) -> None:
    import case_study_truth

    sums, kept = case_study_waist
    bought, back = case_study_history
    whole = slices.Slice(sums, kept, bought.assign(units=1), back.assign(quantity=-1))
    parts = [
        slices.of(whole, {"channel": name}, case_study_truth.AS_OF, GAP)
        for name in bought["channel"].unique()
    ]
    assert sum(part.customer_sums["net"].sum() for part in parts) == sums["net"].sum()
    assert sum(part.customer_sums["kept_purchases"].sum() for part in parts) == 18_819
    assert sum(len(part.kept_units) for part in parts) == len(kept)
    everything = past_states.state_at(bought, back, case_study_truth.AS_OF)
    assert everything["net"].sum() == sums["net"].sum()


def test_a_slice_credits_a_return_to_the_buyer_whoever_brought_it_back(whole: slices.Slice) -> None:
    given_back = BACK.assign(customer_id=["ann", "ann"])  # ann brings bob's purchase p4
    part = slices.of(
        slices.Slice(whole.customer_sums, KEPT, BOUGHT, given_back), {"channel": "Web"}, AS_OF, GAP
    )
    sums = part.customer_sums.set_index("customer_id")
    assert sums["returns"].to_dict() == {"ann": -60, "bob": 0}
    assert sums["credited_returns"].to_dict() == {"ann": 0, "bob": -60}
