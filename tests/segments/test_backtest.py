"""What was known on a day, and whether the segments of then say who has bought since."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from trade import day, purchases, returns

from retail.segments import backtest, past_states
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
        assert backtest.wilson(bought, customers) == pytest.approx(interval, abs=5e-5)


def shop(is_predictable: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """600 customers of 1 to 6 orders within 2023; then some buy in the 90 days to 2024-03-30."""
    rng = np.random.default_rng(8)
    rows = []
    for customer in range(600):
        orders = customer % 6 + 1
        for order in range(orders):
            date = pd.Timestamp("2023-01-01") + pd.Timedelta(days=int(rng.integers(0, 360)))
            rows.append((f"{customer}-{order}", f"c{customer}", str(date.date()), 100))
        odds = orders / 8 if is_predictable else 0.4
        if rng.random() < odds:
            rows.append((f"{customer}-new", f"c{customer}", "2024-02-01", 100))
    return purchases(*rows), returns()


def analysed(is_predictable: bool) -> backtest.Backtest:
    bought, back = shop(is_predictable)
    return backtest.analyse(
        [(bought, back)], as_of=day("2024-03-30"), days=90, cuts=None, convention=DEFAULT
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
    assert table["customers"].sum() == 600


def test_segments_that_do_not_predict_are_said_not_to() -> None:
    found = analysed(is_predictable=False)
    assert found.sentences[0].startswith("Segments do not predict who buys here")
    assert not any(found.holds.values())
    table = found.tables["backtest"].set_index("segment")
    assert table.loc["Champions", "verdict"].endswith("% of all others.")


def outcomes(*rows: tuple[str, int, int]) -> pd.DataFrame:
    """Customers by segment: its name, how many, and how many of them bought."""
    return pd.DataFrame(
        [(name, at < bought) for name, many, bought in rows for at in range(many)],
        columns=["segment", "bought"],
    )


def test_a_segment_that_buys_against_its_scores_does_not_hold() -> None:
    """Can't lose them have not bought for long: when more of them buy than of others, they are not
    being lost, and nothing should be done to win them back."""
    customers = outcomes(
        ("Champions", 100, 30), ("Can't lose them", 40, 36), ("Hibernating", 200, 40)
    )
    found = backtest.compared(customers, DEFAULT, 0, 90, 90)
    assert found.holds["Can't lose them"] is False
    assert found.holds["Hibernating"] is True
    table = found.tables["backtest"].set_index("segment")
    assert table.loc["Can't lose them", "verdict"] == (
        "90% of the 40 customers who were in it 90 days earlier have bought since (95% interval 77% "
        "to 96%), more than 23% of all others: the opposite of what their scores promise."
    )


def test_what_predicts_is_told_by_segments_that_are_set_apart() -> None:
    customers = outcomes(("Champions", 200, 120), ("At risk", 1, 0), ("Hibernating", 300, 60))
    found = backtest.compared(customers, DEFAULT, 0, 90, 90)
    assert "60% of “Champions” have bought since and 20% of “Hibernating”" in found.sentences[0]
    verdicts = found.tables["backtest"].set_index("segment")["verdict"]
    assert verdicts["At risk"].startswith("0% of the 1 customer who was in it 90 days earlier has")


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


def test_the_p_value_is_scipy_s() -> None:
    from scipy.stats import chi2_contingency

    rows = [("a", 120, 40), ("b", 80, 10), ("c", 0, 0), ("d", 200, 75)]
    outcomes = [backtest.Outcome(name, n, b, 400, 125) for name, n, b in rows]
    table = [[b for _, n, b in rows if n], [n - b for _, n, b in rows if n]]
    assert backtest.chi_squared(outcomes) == pytest.approx(
        chi2_contingency(table, correction=False).pvalue
    )


@pytest.mark.parametrize("degrees", range(1, 25))
def test_the_distribution_is_scipy_s(degrees: int) -> None:
    from scipy.special import chdtrc

    for value in (0, 1e-9, 0.3, 1, 3.84, 7.7, 20, 55, 200, 1400):
        found = backtest.chi_squared_above(value, degrees)
        assert found == pytest.approx(chdtrc(degrees, value), rel=1e-12, abs=1e-300)


def test_too_few_customers_or_no_difference_possible() -> None:
    found = backtest.analyse(
        [(BOUGHT, BACK)], as_of=day("2024-06-01"), days=90, cuts=None, convention=DEFAULT
    )
    assert found.sentences == [
        "Whether segments predict can't be said: only 3 customers were scored 90 days ago, and 50 "
        "are needed."
    ]
    assert found.holds == {}
    bought, back = shop(is_predictable=True)
    none = backtest.analyse(
        [(bought, back)], as_of=day("2025-12-30"), days=90, cuts=None, convention=DEFAULT
    )
    assert "all or none of the customers scored 90 days ago have bought since" in none.sentences[0]


@pytest.mark.needs_data("case_study")
def test_segments_of_the_case_study_do_not_predict(case_study_history) -> None:
    import case_study_truth

    bought, back = case_study_history
    found = backtest.analyse(
        [(bought, back)],
        as_of=case_study_truth.AS_OF,
        days=90,
        cuts=None,
        convention=DEFAULT,
    )
    assert found.tables["backtest_test"]["p_value"].iloc[0] > 0.01
    assert found.sentences[0].startswith("Segments do not predict who buys here")
    # ../shared/data/README.md: of 170 days before, 43.8 % of Champions and 42.8 % of Hibernating.
    half_year = backtest.analyse(
        [(bought, back)],
        as_of=case_study_truth.AS_OF,
        days=170,
        cuts=None,
        convention=DEFAULT,
    ).tables["backtest"]
    shares = half_year.set_index("segment")["share"]
    assert shares["Champions"] == pytest.approx(0.438, abs=0.03)
    assert shares["Hibernating"] == pytest.approx(0.428, abs=0.03)
