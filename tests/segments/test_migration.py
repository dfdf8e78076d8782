"""Movement: month ends that know no later line, states by brute force, causes in plain stories."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from trade import day, purchases, returns

from retail.segments import migration, monthly
from retail.segments.naming_conventions import DEFAULT

CUTS = {
    "recency": tuple(map(Fraction, (31, 90, 200, 400))),
    "frequency": tuple(map(Fraction, (1, 2, 3, 4))),
    "monetary": tuple(map(Fraction, (1, 2, 3, 4))),
}
Tables = dict[str, pd.DataFrame]


def moved(bought: pd.DataFrame, back: pd.DataFrame, as_of: str = "2024-12-31", **more) -> Tables:
    first = int(min(bought["day"].min(), back["day"].min() if len(back) else 10**9))
    rules = {"first": first, "as_of": day(as_of), "lookback": 12, "most": 36} | more
    return migration.analyse([(bought, back)], CUTS, DEFAULT, **rules)


def story(tables: Tables, customer: str) -> list[str]:
    """The customer's segment at each month end."""
    states = tables["movement_customers"].set_index("customer_id").loc[customer, "states"]
    names = dict(zip(*tables["movement_states"][["letter", "segment"]].to_numpy().T, strict=True))
    return [names[letter] for letter in states]


def test_one_order_ages_from_recent_to_lapsed() -> None:
    tables = moved(purchases(("p1", "ann", "2023-12-20", 10)), returns(), "2025-01-31")
    assert story(tables, "ann") == [
        "Recent, few orders",  # 11 days ago
        *["Occasional"] * 2,  # 42 and 71
        *["About to sleep"] * 4,
        *["Hibernating"] * 5,
        *["Lapsed"] * 2,  # more than 12 months: no order left to count
    ]
    steps = tables["movement"].query("to_month == from_month + 1 and direction != 'stayed'")
    assert steps["cause"].unique().tolist() == ["time passed"]
    assert steps["direction"].tolist() == ["down", "down", "down", "lapsed"]


def test_causes_of_moves() -> None:
    bought = purchases(
        ("a1", "buys again", "2024-01-10", 10),
        ("a2", "buys again", "2024-03-05", 10),
        ("b1", "returns all", "2024-01-10", 10),
        ("c1", "returns one of two", "2024-01-10", 10),
        ("c2", "returns one of two", "2024-02-10", 10),
        ("d1", "buys and returns at once", "2024-01-10", 10),
        ("d2", "buys and returns at once", "2024-03-05", 10),
        ("e1", "new", "2024-03-05", 10),
    )
    back = returns(
        ("returns all", "b1", "2024-03-02", -10),
        ("returns one of two", "c2", "2024-03-02", -10),
        ("buys and returns at once", "d2", "2024-03-06", -10),
    )
    tables = moved(bought, back, "2024-03-31")
    moves = tables["latest_moves"].set_index("customer_id")
    assert moves.loc["buys again"].tolist() == [
        "Occasional",
        "Potential loyalists",
        "bought",
        "up",
    ]
    assert moves.loc["returns all"].tolist() == [
        "Occasional",
        "Nothing kept",
        "returned",
        "returned all",
    ]
    # Without the return two orders, the last 50 days ago: still Potential loyalists.
    assert moves.loc["returns one of two"].tolist() == [
        "Potential loyalists",
        "Occasional",
        "returned",
        "down",
    ]
    # 81 days since a1 either way: what was bought and returned at once explains nothing.
    assert "buys and returns at once" not in moves.index
    assert moves.loc["new"].tolist() == [
        "Not yet a customer",
        "Recent, few orders",
        "bought",
        "new",
    ]


def test_rows_of_a_matrix_add_up_to_the_sizes() -> None:
    bought, back = purchases(*ROWS), returns(("b", "p3", "2024-04-02", -20))
    tables = moved(bought, back)
    sizes = tables["segment_history"].set_index(["month", "segment"])
    moves = tables["movement"]
    for end in ("from", "to"):
        other = "to" if end == "from" else "from"
        known = moves[moves[f"{end}_segment"] != "Not yet a customer"]
        for pair, part in known.groupby([f"{end}_month", f"{other}_month"]):
            counts = part.groupby(f"{end}_segment")[["customers"]].sum()
            whole = sizes.loc[pair[0]]
            assert counts["customers"].to_dict() == {
                name: n for name, n in whole["customers"].items() if n
            }
    spent = moves.groupby(["from_month", "to_month"])["monetary_before"].sum()
    for (month, _), money in spent.items():
        assert money == sizes.loc[month, "monetary"].sum()


ROWS = (
    ("p1", "a", "2024-01-10", 10),
    ("p2", "a", "2024-05-10", 10),
    ("p3", "b", "2024-03-10", 20),
    ("p4", "c", "2024-06-30", 30),
    ("p5", "c", "2024-07-01", 30),
    ("p6", "", "2024-07-01", 30),
)


def test_prospects_guests_and_who_only_returned_are_left_out() -> None:
    tables = moved(purchases(*ROWS), returns(("z", None, "2024-02-02", -5)))
    assert tables["movement_customers"]["customer_id"].tolist() == ["a", "b", "c"]


def test_month_ends_without_their_lookback_are_marked() -> None:
    tables = moved(purchases(*ROWS), returns(), "2025-03-15")
    full = tables["segment_history"].groupby("month")["has_lookback"].all()
    # From January 2024 twelve months reach to the end of December; the next month end has them all.
    assert [f"{m // 12}-{m % 12 + 1}" for m in full.index[full]] == ["2025-1", "2025-2"]
    assert full.index.max() == 2025 * 12 + 1  # March has not ended


def test_a_later_line_changes_no_earlier_month_end() -> None:
    early = moved(purchases(*ROWS), returns(), "2024-06-30")
    late = moved(
        purchases(*ROWS, ("p9", "a", "2024-08-01", 99)),
        returns(("c", "p4", "2024-08-02", -30)),
        "2024-12-31",
    )
    for customer in ("a", "b"):
        assert story(late, customer)[:6] == story(early, customer)
    assert story(late, "c")[:6] == story(early, "c")


def test_nothing_to_show_before_a_month_has_ended_or_when_no_one_is_scored() -> None:
    assert moved(purchases(("p1", "a", "2024-01-10", 10)), returns(), "2024-01-30") == {}
    nobody = dict.fromkeys(CUTS, ())
    rules = {"first": 0, "as_of": 900, "lookback": 12, "most": 36}
    assert migration.analyse([(purchases(*ROWS), returns())], nobody, DEFAULT, **rules) == {}
    one = moved(purchases(("p1", "a", "2024-01-10", 10)), returns(), "2024-01-31")
    assert one["segment_history"]["customers"].sum() == 1
    assert one["movement"].empty
    assert "latest_moves" not in one


DATES = st.dates(date(2024, 1, 1), date(2024, 9, 30))
TRADES = st.lists(
    st.tuples(st.sampled_from("abc"), DATES, st.sampled_from([None, 0, 1, 40])),
    min_size=1,
    max_size=14,
)


def named(trades: list[tuple[str, date, int | None]], who: str, end: int, since: int) -> str:
    """By brute force: the segment of a customer by the lines known on a day, some days back."""
    mine = [(day(str(on)), wait) for customer, on, wait in trades if customer == who]
    known = [(on, wait) for on, wait in mine if on <= end]
    kept = [on for on, wait in known if wait is None or on + wait > end]
    recent = [on for on in kept if on > since]
    if not known:
        return "Not yet a customer"
    if not recent:
        return "Lapsed" if kept else "Nothing kept"
    r = 5 - sum(cut < end - max(recent) for cut in CUTS["recency"])
    f = 1 + sum(cut < len(recent) for cut in CUTS["frequency"])
    return DEFAULT.grid()[r, f]


@settings(max_examples=40)
@given(TRADES, st.sampled_from([3, 12]))
def test_states_are_what_scoring_the_lines_known_then_gives(trades, lookback: int) -> None:
    bought = purchases(*((f"p{n}", who, str(on), 10) for n, (who, on, _) in enumerate(trades)))
    back = returns(
        *(
            (who, f"p{n}", str(on + timedelta(days=wait)), -10)
            for n, (who, on, wait) in enumerate(trades)
            if wait is not None
        )
    )
    tables = moved(bought, back, lookback=lookback)
    ends = sorted(tables["segment_history"]["month"].unique().tolist())
    for who in tables["movement_customers"]["customer_id"]:
        assert story(tables, who) == [
            named(trades, who, monthly.last_day(end), monthly.last_day(end - lookback))
            for end in ends
        ]
