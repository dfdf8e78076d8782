"""This run against the last, from two remembered summaries."""

from __future__ import annotations

import json

import pandas as pd

from retail import frames
from retail.changes import of_runs
from retail.history import Run, Snapshot
from retail.schema.changes import OF_RUNS
from retail.schema.units import Units

UNITS = Units(money_scale=4, quantity_scale=0)


def summary(net: str, as_of: str, buyers: int, books: str) -> bytes:
    told = {
        "as_of": as_of,
        "lines": {"read": 10, "kept": 9, "duplicates": 1, "set_aside": 0},
        "money": {"gross": "G", "returns": "R", "net": "N", "tax": None},
        "transactions": {"distinct": 5, "purchases": 4, "kept": None},
        "customers": {"buyers": buyers},
        "net_by": {
            "category": {"Books": "B", "Tea": "T"},
            "channel": None,
            "year": {},
            "city": None,
        },
    }
    text = json.dumps(told)
    for name, value in (("G", "9.00"), ("R", "-1.00"), ("N", net), ("B", books), ("T", "2.00")):
        text = text.replace(f'"{name}"', value)
    return text.encode()


BEFORE = Snapshot(
    summary("8.10", "2024-01-31", 4, "6.10"),
    {"repeats": "warn"},
    pd.Series({"ann": "Loyal", "bob": "At risk", "cyd": "At risk"}, dtype="str"),
)
NOW = Snapshot(
    summary("8.35", "2024-02-01", 5, "6.35"),
    {"repeats": "pass"},
    pd.Series({"ann": "Loyal", "bob": "Loyal", "cyd": "Loyal", "dan": "prospect"}, dtype="str"),
)
RUNS = [
    Run(7, "a", "2024-02-01T02:00:00+00:00", 3.5, "published", BEFORE),
    Run(8, "b", "2024-02-02T02:00:00+00:00", None, "killed", None),
    Run(9, "c", "2023-02-03T02:00:00+00:00", 1.5, "running", None),
]


def tables(before: Snapshot | None = BEFORE) -> dict:
    made = of_runs(RUNS, "c", NOW, before, UNITS)
    return {
        table.name: frames.conform(made[table.name], table)
        for table in OF_RUNS
        if table.name in made
    }


def test_figures_that_differ_in_the_smallest_unit_of_money() -> None:
    changed = tables()["figure_changes"]
    assert changed[["figure", "before", "now", "difference"]].values.tolist()[1:] == [
        ["Net revenue", 81_000, 83_500, 2_500],
        ["Buyers", 4, 5, 1],
    ]
    assert changed["figure"].iloc[0] == "Last date with a line"
    assert changed["difference"].isna().tolist() == [True, False, False]


def test_moves_between_segments_with_who_came_and_went() -> None:
    moves = tables()["run_segment_moves"]
    assert moves[["from_segment", "to_segment", "customers"]].values.tolist() == [
        ["At risk", "Loyal", 2],
        ["not there", "prospect", 1],
    ]


def test_who_left_a_segment_for_another_is_listed() -> None:
    moved = tables()["moved_since_last_run"]
    assert set(zip(moved["from_segment"], moved["to_segment"], strict=True)) == {
        ("At risk", "Loyal")
    }
    assert len(moved) == 2
    assert "moved_since_last_run" not in tables(before=None)


def test_movers() -> None:
    movers = tables()["run_movers"]
    assert movers[["dimension", "name", "before", "now", "change"]].values.tolist() == [
        ["category", "Books", 61_000, 63_500, 2_500]
    ]


def test_the_first_run_has_changed_nothing() -> None:
    made = tables(before=None)
    assert [len(made[n]) for n in ("figure_changes", "run_segment_moves", "run_movers")] == [
        0,
        0,
        0,
    ]


def test_runs_by_number_this_one_from_its_own_figures() -> None:
    runs = tables()["runs"]
    assert runs["number"].tolist() == [7, 8, 9]
    assert runs["outcome"].tolist() == ["published", "killed", "this one"]
    assert runs["started"].iloc[2] == "2023-02-03 02:00"
    assert runs["net"].fillna(-1).tolist() == [81_000, -1, 83_500]
    assert runs["warnings"].fillna(-1).tolist() == [1, -1, 0]
