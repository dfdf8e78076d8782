"""A run that goes on from the sums of the one before it gives what a run gives that sums up all lines."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from retail_words import inputs
from test_engines_agree import (
    BRIEFLY,
    CITIES,
    CUSTOMERS,
    HUGE,
    PRODUCTS,
    assert_same,
    random_lines,
)

from retail.aggregates import Aggregates, collect_all, corrections, nights, ties
from retail.intake.inputs import Inputs

TABLES = {"customers": CUSTOMERS, "products": PRODUCTS, "cities": CITIES}
# Tables of customers that say the same of all who have lines, but for whether they may be written to.
PEOPLE = (
    CUSTOMERS,
    CUSTOMERS + "    later F 9 1 yes\n",
    CUSTOMERS.replace("prospect    M", "a           F").replace("3    1", "3    0"),
    CUSTOMERS.replace("    prospect    M      0         1    0\n", "").replace("2    no", "2    -"),
)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sums are kept of few lines too, and corrected whatever share of them is touched."""
    monkeypatch.setattr(nights, "LEAST_BYTES", 0)
    monkeypatch.setattr(nights, "MOST_PARTS", 2)
    monkeypatch.setattr(ties, "MOST_SHARE", 2.0)
    monkeypatch.setattr(corrections, "MOST_LATE", 0.6)


def shop(folder: Path, lines: pd.DataFrame, files: int, **more: object) -> Inputs:
    """A shop whose files are known again."""
    options = {"day_first": (True, False), "is_known_again": True, **TABLES, **more}
    return inputs(folder, lines, files=files, **options)


def first(whole: Inputs, files: int) -> Inputs:
    """The same shop before the later files came."""
    return replace(whole, transactions=whole.transactions[:files], keys=whole.keys[:files])


def new_only(found: Aggregates) -> bool:
    """Whether a run went on from an earlier one's sums."""
    return int(found.reduced.bench.folder.name) > 1


def scattered(seed: int, count: int) -> pd.DataFrame:
    """Random lines of many customers, in which most ids are one line's own: new ones are tied to a few."""
    lines, dice = random_lines(seed, count), random.Random(seed)
    for at in lines.index:
        lines.loc[at, "customer"] = dice.choice([None, *(f"p{number}" for number in range(12))])
        if dice.random() < 0.7:
            lines.loc[at, "id"] = f"own{at}"
    return lines


@pytest.mark.slow
@settings(BRIEFLY, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    st.one_of(
        st.builds(random_lines, st.integers(0, 10**6), st.integers(12, 60)),
        st.builds(scattered, st.integers(0, 10**6), st.integers(60, 150)),
    ),
    st.lists(st.integers(2, 6), min_size=2, max_size=3).map(sorted),
    st.lists(st.sampled_from(PEOPLE), min_size=3, max_size=3),
    st.sampled_from(["polars", "duckdb", "pandas"]),
)
def test_nights_end_in_the_sums_of_a_full_run(
    tmp_path_factory: pytest.TempPathFactory,
    lines: pd.DataFrame,
    days: list[int],
    people: list[str],
    engine: str,
) -> None:
    pytest.importorskip(engine)
    folder = tmp_path_factory.mktemp("nights")
    lines.loc[lines.index[0], "amount"] = 7  # there is a purchase from the first day on
    for number, files in enumerate(days):
        now = first(shop(folder / "in", lines, files=6, customers=people[number]), files)
        found = collect_all(now, engine, folder / "nightly")
        assert new_only(found) == (number > 0)
        assert_same(found, collect_all(replace(now, keys=()), engine, folder / f"full{number}"))


def test_a_night_goes_on_where_it_can_and_begins_anew_where_it_must(tmp_path: Path) -> None:
    lines = random_lines(seed=11, count=40)
    lines.loc[lines.index[0], "amount"] = 7
    whole = shop(tmp_path / "in", lines, files=4)

    def night(now: Inputs, *, is_new_only: bool) -> None:
        found = collect_all(now, "pandas", tmp_path / "nightly")
        assert new_only(found) == is_new_only
        if is_new_only:
            assert_same(found, collect_all(replace(now, keys=()), "pandas", tmp_path / "full"))

    night(first(whole, 2), is_new_only=False)
    # Someone who has no line so far may come, or change.
    more = CUSTOMERS.replace("prospect    M", "prospect    F") + "    later F 9 1 yes\n"
    night(first(shop(tmp_path / "in", lines, files=4, customers=more), 3), is_new_only=True)
    # Whoever has lines changes them all.
    moved = CUSTOMERS.replace("c0          F      -9000     1", "c0          F      -9000     2")
    night(first(shop(tmp_path / "in", lines, files=4, customers=moved), 3), is_new_only=False)
    night(shop(tmp_path / "in", lines.assign(amount=9), files=4), is_new_only=False)
    night(replace(whole, keys=("other", *whole.keys[1:])), is_new_only=False)


@pytest.mark.parametrize(
    "engine, most_in_memory", [("pandas", 0), ("polars", 0), ("polars", 10**6), ("duckdb", 0)]
)
def test_many_nights_in_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, most_in_memory: int
) -> None:
    """So many that files of merged lines are joined, and joined again."""
    pytest.importorskip(engine)
    monkeypatch.setattr(ties, "MOST_IN_MEMORY", most_in_memory)
    lines = random_lines(seed=3, count=60)
    lines.loc[lines.index[0], "amount"] = 7
    whole = shop(tmp_path / "in", lines, files=8)
    for files in range(2, 9):
        found = collect_all(first(whole, files), engine, tmp_path / "nightly")
        assert new_only(found) == (files > 2)
    assert_same(found, collect_all(replace(whole, keys=()), engine, tmp_path / "full"))


@pytest.mark.parametrize("damage", ["cut short", "removed"])
def test_a_night_begins_anew_where_what_was_kept_is_damaged(tmp_path: Path, damage: str) -> None:
    lines = random_lines(seed=13, count=40)
    lines.loc[lines.index[0], "amount"] = 7
    whole = shop(tmp_path / "in", lines, files=3)
    collect_all(first(whole, 2), "pandas", tmp_path / "first")
    folder = next(path for path in (tmp_path / "first" / "aggregates").iterdir() if path.is_dir())
    kept = [path.name for pattern in nights.PATTERNS for path in folder.glob(pattern)]
    assert {"customers.arrow", "merged_0.parquet", "matched_late.parquet"} < set(kept)
    wanted = collect_all(replace(whole, keys=()), "pandas", tmp_path / "full")
    for name in kept:
        shutil.rmtree(tmp_path / "night", ignore_errors=True)
        shutil.copytree(tmp_path / "first", tmp_path / "night")
        damaged = tmp_path / "night" / "aggregates" / folder.name / name
        if damage == "removed":
            damaged.unlink()
        else:
            damaged.write_bytes(damaged.read_bytes()[:-1])
        found = collect_all(whole, "pandas", tmp_path / "night")
        assert not new_only(found)
    assert_same(found, wanted)


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_customers_who_come_with_their_first_line_or_go_without_one(
    tmp_path: Path, engine: str
) -> None:
    pytest.importorskip(engine)
    lines = random_lines(seed=7, count=60)
    lines.loc[lines.index[0], "amount"] = 7
    lines.loc[lines.index[37], ["id", "customer", "amount"]] = ["u1", "b0", 5]
    lines.loc[lines.index[49], ["id", "customer", "amount"]] = ["u2", "x9", 8]
    one = CUSTOMERS.replace("contactable\n", "contactable\n    b0 F 9 1 yes\n")
    two = one + "    x9 M 8 2 no\n"
    nights_ = [
        (2, CUSTOMERS),
        (3, CUSTOMERS.replace("prospect", "someone ")),
        (4, one),
        (5, two),
        (5, two.replace("prospect    M", "prospect    F").replace("no", "yes")),
    ]
    for number, (files, people) in enumerate(nights_):
        now = first(shop(tmp_path / "in", lines, files=5, customers=people), files)
        found = collect_all(now, engine, tmp_path / "nightly")
        assert new_only(found) == (number > 0)
        assert_same(found, collect_all(replace(now, keys=()), engine, tmp_path / f"full{number}"))


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_a_night_with_another_table_of_customers_and_no_new_line_keeps_every_digit(
    tmp_path: Path, engine: str
) -> None:
    pytest.importorskip(engine)
    lines = random_lines(seed=5, count=40).assign(customer="c1", amount=5)
    lines.loc[lines.index[:4], ["customer", "amount"]] = ["c0", HUGE]
    lines.loc[lines.index[4], ["customer", "amount"]] = ["c0", 1]
    lines["id"] = [f"u{number}" for number in range(len(lines))]
    whole = shop(tmp_path / "in", lines, files=3)
    before = collect_all(whole, engine, tmp_path / "nightly")
    assert 4 * HUGE + 1 in before.customer_sums["gross"].tolist()
    other = CUSTOMERS.replace("1    yes", "1    no")
    assert other != CUSTOMERS
    now = shop(tmp_path / "in", lines, files=3, customers=other)
    found = collect_all(now, engine, tmp_path / "nightly")
    assert new_only(found)
    assert_same(found, collect_all(replace(now, keys=()), engine, tmp_path / "full"))
