"""Who is on which list, in whose name, and what a test of it could tell."""

from __future__ import annotations

import pandas as pd
import pytest

from retail import lists
from retail.lists.customer_lists import stem

PEOPLE = pd.DataFrame(
    {
        "customer_id": ["ann", "bob", "cleo", "dee", "eve"],
        "group": ["scored", "scored", "scored", "scored", "prospect"],
        "segment": ["Loyal", "Loyal", "At risk", "Loyal", "prospect"],
        "cluster": pd.array([1, 2, 1, None, None], dtype="Int64"),
        "lifecycle": ["returning", "new", "returning", "new", ""],
        "recency_days": pd.array([1, 2, 300, 4, None], dtype="Int64"),
        "frequency": pd.array([4, 3, 2, 1, None], dtype="Int64"),
        "monetary": pd.array([500, 900, 100, 900, None], dtype="Int64"),
        "r": pd.array([5, 5, 1, 5, None], dtype="Int64"),
        "f": pd.array([5, 4, 2, 1, None], dtype="Int64"),
        "m": pd.array([3, 5, 1, 5, None], dtype="Int64"),
        "held_out": pd.array([True, False, False, False, False], dtype="boolean"),
    }
)
TABLES = {
    "customers": PEOPLE,
    "segments": pd.DataFrame({"segment": ["At risk", "Loyal"], "order": [2, 1]}),
    "clusters": pd.DataFrame({"cluster": [1, 2], "name": ["Tools and Toys", "Tea"]}),
    "latest_moves": pd.DataFrame(
        {"customer_id": ["ann", "cleo"], "from_segment": ["At risk", "Loyal"]}
    ).assign(to_segment=["Loyal", "At risk"]),
    "next_steps": pd.DataFrame(
        {
            "customer_id": ["ann", "bob", "cleo", "dee", "eve"],
            "segment": ["Loyal", "Loyal", "At risk", "Loyal", "prospect"],
            "if_buys_today": ["Champions"] * 4 + [""],
            "drops_on": pd.array([15_000] * 4 + [None], dtype="Int64"),
            "drops_to": ["At risk"] * 4 + [""],
        }
    ),
}


def who(customer_lists: lists.CustomerLists) -> dict[str, list[str]]:
    ids = customer_lists.customers["customer_id"].tolist()
    return {
        f"{one.subject}: {one.title}": [ids[at] for at in one.rows] for one in customer_lists.lists
    }


def made(tables: dict[str, pd.DataFrame], **how: object) -> lists.CustomerLists:
    customer_lists = lists.build(tables, **how)  # type: ignore[arg-type]
    assert customer_lists is not None
    return customer_lists


def test_customers_are_listed_by_segment_cluster_both_and_move_most_revenue_first() -> None:
    found = who(made(TABLES))
    assert found == {
        "Loyal: In it now": ["bob", "dee", "ann"],
        "Loyal: Joined it between the last two month ends": ["ann"],
        "Loyal: Left it between the last two month ends": ["cleo"],
        "At risk: In it now": ["cleo"],
        "At risk: Joined it between the last two month ends": ["cleo"],
        "At risk: Left it between the last two month ends": ["ann"],
        "1: In cluster 1 (Tools and Toys) now": ["ann", "cleo"],
        "2: In cluster 2 (Tea) now": ["bob"],
        "Loyal: In it and in cluster 1 (Tools and Toys) now": ["ann"],
        "Loyal: In it and in cluster 2 (Tea) now": ["bob"],
        "At risk: In it and in cluster 1 (Tools and Toys) now": ["cleo"],
        "At risk: In it and in cluster 2 (Tea) now": [],
    }


def test_only_who_may_be_written_to_is_listed_and_both_counts_are_given() -> None:
    may = pd.array([True, False, None, True, True], dtype="boolean")
    tables = {**TABLES, "customers": PEOPLE.assign(contactable=may)}
    customer_lists = made(tables)
    told = lists.table(customer_lists, tables).set_index("list").loc[stem("segment", "Loyal")]
    assert who(customer_lists)["Loyal: In it now"] == ["dee", "ann"]
    assert who(customer_lists)["At risk: In it now"] == []  # not known is not a yes
    assert (told["customers"], told["contactable"], told["listed"], told["held_out"]) == (
        3,
        2,
        2,
        1,
    )
    assert told["sentence"].startswith("3 customers, of whom 2 may be written to and are listed.")


def test_what_comes_next_is_told_in_the_private_lists_only() -> None:
    private = made(TABLES, is_private=True, pseudonyms=pd.Series(["p1", "p2", "p3", "p4", "p5"]))
    assert {"if_buys_today", "drops_on", "drops_to", "customer_pseudonym"} <= set(
        private.table.names
    )
    assert not {"if_buys_today", "drops_on", "drops_to"} & set(made(TABLES).table.names)


def test_nothing_is_listed_when_no_one_is_scored() -> None:
    assert lists.build({**TABLES, "customers": PEOPLE.iloc[4:]}) is None


@pytest.mark.parametrize("names", [("Men", "men"), ("A/B", "A B"), ("!", "?"), ("=1", "1")])
def test_files_of_like_names_differ(names: tuple[str, str]) -> None:
    assert stem("segment", names[0]) != stem("segment", names[1])


def test_a_list_of_which_no_one_is_held_out_says_so() -> None:
    told = lists.table(made({**TABLES, "customers": PEOPLE.assign(held_out=False)}), TABLES)
    assert told["sentence"].iloc[0] == (
        "3 customers, all listed. No one is held out, so a test would have nothing to compare with."
    )


def test_a_handful_does_not_say_how_many_of_a_segment_buy_anyway() -> None:
    test = pd.DataFrame(
        {"scored_day": [0], "through_day": [90], "share": [0.25], "do_segments_differ": [True]}
    )
    of_segments = pd.DataFrame(
        {
            "segment": ["Loyal", "At risk"],
            "customers": [300, 5],
            "share": [0.5, 0.0],
            "holds": [True, False],
        }
    )
    tables = {**TABLES, "backtest_test": test, "backtest": of_segments}
    told = lists.table(made(tables), tables).set_index(["subject", "title"])["usual_share"]
    assert told["Loyal", "In it now"] == 0.5
    assert told["At risk", "In it now"] == 0.25


def test_a_list_says_what_a_test_could_tell() -> None:
    test = pd.DataFrame(
        {"scored_day": [0], "through_day": [90], "share": [0.25], "do_segments_differ": [False]}
    )
    told = lists.table(made(TABLES), {**TABLES, "backtest_test": test})
    assert told["sentence"].str.contains("too few for a test").any()
    assert told["usual_share"].eq(0.25).all()
    assert "No one." in told["sentence"].tolist()
