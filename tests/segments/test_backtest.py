"""What was known on a day, and whether the segments of then say who has bought since."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from claims import claims, looked_back
from trade import day, purchases, returns

from retail.segments import backtest, past_states, shares
from retail.segments.naming_conventions import DEFAULT

BOUGHT = purchases(
    ("p1", "ann", "2024-01-10", 100),
    ("p2", "ann", "2024-02-10", 50),
    ("p3", "bob", "2024-02-20", 70),
    ("p4", "", "2024-01-05", 900),
    ("p5", "cyd", "2024-03-01", 10),
)
BACK = returns(
    ("ann", "p1", "2024-02-15", -100),
    ("bob", "p3", "2024-03-05", -70),
    ("dan", None, "2024-01-20", -5),
)


def test_a_day_knows_no_later_line() -> None:
    names = ["customer_id", "last_kept_day", "purchases", "kept_purchases", "net", "lines"]
    found = past_states.state_at(BOUGHT, BACK, day("2024-02-29"))[names]
    expected = pd.DataFrame(
        [
            ("ann", day("2024-02-10"), 2, 1, 50, 3),
            ("bob", day("2024-02-20"), 1, 1, 70, 1),
            ("dan", None, 0, 0, -5, 1),
        ],
        columns=names,
    )
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    later = past_states.state_at(BOUGHT, BACK, day("2024-03-05")).set_index("customer_id")
    assert later.loc["bob", ["kept_purchases", "net"]].tolist() == [0, 0]
    earlier = past_states.state_at(BOUGHT, BACK, day("2024-01-10")).set_index("customer_id")
    assert earlier.loc["ann", ["kept_purchases", "net"]].tolist() == [1, 100]


@pytest.mark.needs_data("case_study")
def test_at_as_of_a_customer_is_what_their_lines_say(case_study_history, case_study_waist) -> None:
    bought, back = case_study_history
    import case_study_truth

    found = past_states.state_at(bought, back, case_study_truth.AS_OF).set_index("customer_id")
    sums = case_study_waist[0].set_index("customer_id").loc[found.index]
    for name in ("kept_purchases", "purchases", "net", "gross", "last_kept_day"):
        pd.testing.assert_series_equal(found[name], sums[name], check_dtype=False)


def test_wilson_intervals_are_the_published_ones() -> None:
    """Newcombe (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    published = {
        (81, 263): (0.2553, 0.3662),
        (15, 148): (0.0624, 0.1605),
        (0, 20): (0.0, 0.1611),
        (1, 29): (0.0061, 0.1718),
    }
    for (bought, customers), interval in published.items():
        assert shares.wilson(bought, customers) == pytest.approx(interval, abs=5e-5)


def shop(is_predictable: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """600 customers who buy all the time through 2024-03-30, some more often or all alike."""
    rng = np.random.default_rng(8)
    rows = []
    for customer in range(600):
        a_year = customer % 6 + 0.5 if is_predictable else 2
        for order in range(int(rng.poisson(2 * a_year))):
            date = pd.Timestamp("2024-03-30") - pd.Timedelta(days=int(rng.integers(0, 730)))
            rows.append((f"{customer}-{order}", f"c{customer}", str(date.date()), 100))
    return purchases(*rows), returns()


def analysed(is_predictable: bool) -> backtest.Backtest:
    bought, back = shop(is_predictable)
    return backtest.analyse(
        [(bought, back)], through=day("2024-03-30"), days=90, cuts={}, convention=DEFAULT
    )


def test_segments_that_predict_are_said_to() -> None:
    found = analysed(is_predictable=True)
    assert found.tables["backtest_test"]["do_segments_differ"].tolist() == [True]
    assert found.sentences[0].startswith("Segments predict: of who was scored 90 days ago")
    table = found.tables["backtest"].set_index("segment")
    assert found.holds["Champions"]
    assert table.loc["Champions", "share"] > table.loc["Hibernating", "share"]
    assert "more than" in table.loc["Champions", "verdict"]
    assert (table["low"] <= table["share"]).all()
    test = found.tables["backtest_test"].iloc[0]
    assert table["customers"].sum() == test["customers"] > 500
    assert test["windows_that_differ"] == 3
    assert "The higher the F score, the more buy" in found.sentences[0]
    # What they spent: 100 an order.
    assert (table["net"] >= 100 * table["bought"]).all()
    assert table.loc["Champions", "net_per_customer"] > table.loc["Champions", "net_per_other"]


def test_segments_that_do_not_predict_are_said_not_to() -> None:
    found = analysed(is_predictable=False)
    assert found.sentences[0].startswith("Segments do not predict who buys here")
    assert not any(found.holds.values())
    table = found.tables["backtest"].set_index("segment")
    assert table.loc["Champions", "verdict"].endswith("% of all others.")


def customers(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Customers by segment: its name, how many, and how many of them bought for 10."""
    table = pd.DataFrame(
        [(name, at < bought) for name, many, bought in rows for at in range(many)],
        columns=["segment", "bought"],
    )
    return table.assign(net_since=10 * table["bought"], r=1, f=1)


def judged(*windows: pd.DataFrame) -> backtest.Backtest:
    """The verdict on windows, the latest first."""
    made = [
        backtest.window(window, DEFAULT, 270 - 90 * at, 360 - 90 * at)
        for at, window in enumerate(windows)
    ]
    return backtest.judged(made, 90)


def test_a_segment_that_buys_against_its_scores_does_not_hold() -> None:
    """Can't lose them have not bought for long: when more of them buy than of others, they are not
    being lost, and nothing should be done to win them back."""
    found = judged(
        customers(("Champions", 100, 30), ("Can't lose them", 40, 36), ("Hibernating", 200, 30))
    )
    assert found.holds["Can't lose them"] is False
    assert found.holds["Hibernating"] is True
    table = found.tables["backtest"].set_index("segment")
    assert table.loc["Can't lose them", "verdict"] == (
        "90% of the 40 customers who were in it 90 days earlier have bought since (95% interval 77% "
        "to 96%), more than 20% of all others: the opposite of what their scores promise."
    )
    # The one that differs most surely is no longer among the others.
    assert table.loc["Hibernating", "verdict"].endswith(
        "fewer than 30% of the others that do not differ more clearly."
    )
    assert table.loc["Hibernating", "net_per_customer"] == 1.5
    assert table.loc["Hibernating", "net_per_other"] == pytest.approx(660 / 140)


def test_a_segment_that_differs_does_not_make_others_differ() -> None:
    """Hibernating buy half as often as everyone else, all others alike."""
    alike = [(name, 100, 40) for name in ("Champions", "Loyal", "At risk")]
    found = judged(customers(*alike, ("Hibernating", 400, 80)))
    assert [name for name, holds in found.holds.items() if holds] == ["Hibernating"]
    assert "40% of all others have bought since and 20% of “Hibernating”" in found.sentences[0]
    verdicts = found.tables["backtest"].set_index("segment")["verdict"]
    assert verdicts["Loyal"].endswith(
        "not clearly different from 40% of the others that do not differ more clearly."
    )


def test_a_segment_between_others_claims_nothing() -> None:
    found = judged(
        customers(
            ("Hibernating", 2_000, 20),
            ("At risk", 1_000, 10),
            ("Loyal", 300, 120),
            ("Champions", 300, 180),
            ("Potential loyalists", 300, 185),
        )
    )
    verdict = found.tables["backtest"].set_index("segment")["verdict"]["Loyal"]
    assert verdict.endswith(
        ", between 61% of the others that do not differ more clearly and those that do."
    )
    assert found.holds["Loyal"] is False
    assert "61% of those that do not differ have bought since and 1% of “" in found.sentences[0]


def test_what_predicts_is_told_by_segments_that_are_set_apart() -> None:
    found = judged(customers(("Champions", 200, 120), ("At risk", 1, 0), ("Hibernating", 300, 60)))
    assert "60% of “Champions” have bought since and 20% of all others (" in found.sentences[0]
    verdicts = found.tables["backtest"].set_index("segment")["verdict"]
    assert verdicts["At risk"].startswith("0% of the 1 customer who was in it 90 days earlier has")


APART = customers(("Champions", 200, 120), ("Hibernating", 300, 60))
ALIKE = customers(("Champions", 200, 60), ("Hibernating", 300, 90))


def test_segments_must_differ_in_most_windows() -> None:
    twice = judged(APART, ALIKE, APART)
    assert twice.holds["Champions"]
    assert "They differ in 2 of the 3 windows that were tested." in twice.sentences[0]
    assert twice.tables["backtest"]["windows"].max() == 2
    once = judged(APART, ALIKE, ALIKE)
    assert once.sentences[0].startswith("Segments can't be relied on to predict")
    assert not any(once.holds.values())
    assert once.tables["backtest_test"]["do_segments_differ"].tolist() == [False]
    assert once.tables["backtest"]["verdict"][0].endswith("against 20% of all others.")
    past = judged(ALIKE, APART, APART)
    assert past.sentences[0].startswith("Segments do not predict who buys here")
    assert "They differ in 2 of the 3 windows" in past.sentences[0]
    assert not any(past.holds.values())
    assert past.tables["backtest_windows"]["do_differ"].tolist() == [False, True, True]
    assert past.tables["backtest_windows"]["apart"].tolist() == [
        "",
        *["Champions (more), Hibernating (fewer)"] * 2,
    ]


def test_a_trend_over_scores_is_told_where_most_windows_have_it() -> None:
    steps = pd.concat(
        customers((name, 100, 14 + 8 * f)).assign(f=f, r=1 + f % 2)
        for f, name in enumerate(["Hibernating", "At risk", "Loyal", "Champions"], 1)
    )
    flat = steps.assign(bought=np.arange(400) % 3 == 0)
    found = judged(steps, steps, flat)
    assert (
        "The higher the F score, the more buy (Cochran-Armitage, p below 0.001)."
        in (found.sentences[0])
    )
    assert found.tables["backtest_test"]["do_f_scores_order"].tolist() == [True]
    falling = judged(steps.assign(f=5 - steps["f"]))
    assert "The higher the F score, the fewer buy, against what it promises" in falling.sentences[0]
    assert falling.tables["backtest_test"]["do_f_scores_order"].tolist() == [False]
    assert "Neither R nor F scores show a trend in any window." in judged(flat, flat).sentences[0]
    none = judged(steps, flat, flat)
    assert "Neither R nor F scores show a trend in most windows." in none.sentences[0]


@pytest.mark.parametrize(
    "name, promise",
    [
        ("Champions", "more"),
        ("Loyal", "more"),
        ("Potential loyalists", ""),
        ("Recent, few orders", ""),
        ("About to sleep", ""),
        ("Can't lose them", "fewer"),
        ("At risk", "fewer"),
        ("Hibernating", "fewer"),
    ],
)
def test_what_scores_promise(name: str, promise: str) -> None:
    rule = next(rule for rule in DEFAULT.rules if rule.name == name)
    assert rule.promise(DEFAULT.bins) == promise


def test_nothing_is_claimed_of_shops_in_which_all_buy_at_one_rate() -> None:
    """Of 200 shops, tests.benchmarks.backtest counts."""
    assert sum(claims(looked_back(seed, do_habits_differ=False)) for seed in range(12)) == 0
    assert claims(looked_back(0, do_habits_differ=True)) >= 3


def test_too_few_customers_or_no_difference_possible() -> None:
    found = backtest.analyse(
        [(BOUGHT, BACK)], through=day("2024-06-01"), days=90, cuts={}, convention=DEFAULT
    )
    assert found.sentences == [
        "Whether segments predict can't be said: only 3 customers were scored 90 days ago, and 50 "
        "are needed."
    ]
    assert found.holds == {}
    bought, back = shop(is_predictable=True)
    none = backtest.analyse(
        [(bought, back)], through=day("2025-12-30"), days=90, cuts={}, convention=DEFAULT
    )
    assert "all or none of the customers scored 90 days ago have bought since" in none.sentences[0]


@pytest.mark.needs_data("case_study")
def test_segments_of_the_case_study_do_not_predict(case_study_history) -> None:
    import case_study_truth

    def looked_back(days: int, through: int = case_study_truth.THROUGH) -> backtest.Backtest:
        return backtest.analyse(
            [case_study_history], through=through, days=days, cuts={}, convention=DEFAULT
        )

    found = looked_back(90)
    test = found.tables["backtest_test"].iloc[0]
    assert test["share"] == pytest.approx(0.257, abs=5e-4)
    assert test["p_value"] == pytest.approx(0.398, abs=0.02)  # of the chi-squared distribution
    assert found.sentences[0].startswith("Segments do not predict who buys here")
    assert "differ in none of the 3 windows" in found.sentences[0]
    # A window that ends after the last purchase has too few of them.
    late = looked_back(90, case_study_truth.AS_OF).tables["backtest_test"].iloc[0]
    assert late["share"] == pytest.approx(0.236, abs=5e-4)
    # ../shared/data/README.md: of 170 days before as-of, 43.8 % of Champions and 42.8 % of Hibernating.
    half_year = looked_back(170, case_study_truth.AS_OF).tables["backtest"]
    by_name = half_year.set_index("segment")["share"]
    assert by_name["Champions"] == pytest.approx(0.438, abs=0.03)
    assert by_name["Hibernating"] == pytest.approx(0.428, abs=0.03)
