"""This run's volume and names against those of the last run: cut, doubled, a channel that is gone."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from retail.changes import against_the_last_run
from retail.schema.units import day_of

FIRST = day_of("2024-01-01")
JOINED = "smaller groups"


def by_day(*lines: int) -> pd.DataFrame:
    """Lines of the days from 2024-01-01 on; days without a line have no row."""
    rows = [(FIRST + n, count) for n, count in enumerate(lines) if count]
    return pd.DataFrame(rows, columns=["day", "lines"])


def figures(days: pd.DataFrame, *categories: str, channels: tuple[str, ...] = ()) -> dict[str, Any]:
    """The part of summary.json that is compared."""

    def named(names: tuple[str, ...]) -> dict[str, int] | None:
        return dict.fromkeys(names, 1) or None

    return {
        "as_of": str(pd.Timestamp(int(days["day"].max()), unit="D").date()),
        "first_date": str(pd.Timestamp(int(days["day"].min()), unit="D").date()),
        "lines": {"kept": int(days["lines"].sum())},
        "net_by": {"category": named(categories), "channel": named(channels)},
    }


def volume(now: pd.DataFrame, before: pd.DataFrame) -> tuple[bool | None, str]:
    check = against_the_last_run(figures(now), figures(before), now, JOINED)[0]
    assert check.name == "steady_volume"
    return check.holds, check.observed


WEEKS = [100, 100, 100, 100, 160, 220, 0] * 8  # closed on Sundays


@pytest.mark.parametrize(
    "now, holds",
    [
        (WEEKS, True),
        ([*WEEKS, 95], True),
        ([*WEEKS, 310], True),  # a day of sales
        ([*WEEKS, 100, 100, 100, 100, 160, 220, 0], True),
        ([0] * 7 + WEEKS[7:] + WEEKS[:7], True),  # a window that moves on
        ([*WEEKS, 8], False),  # a file that was cut
        ([*WEEKS, 900], False),
        (WEEKS * 2, True),  # a late run
        ([2 * lines for lines in WEEKS], False),  # loaded twice
        (WEEKS[:-21], False),  # the end is missing
        ([0] * 28 + WEEKS[28:], False),  # so is the beginning, at the same rate
        (WEEKS[:-2], False),  # the data end before those of the last run
    ],
)
def test_a_sudden_change_of_volume(now: list[int], holds: bool) -> None:
    assert volume(by_day(*now), by_day(*WEEKS))[0] is holds


def test_what_was_observed_is_told_in_numbers() -> None:
    holds, observed = volume(by_day(*WEEKS, 8), by_day(*WEEKS))
    assert observed == (
        "6,248 lines to 2024-02-26, 6,240 to 2024-02-24 in that run; 109.6 a day, 113.5 then; "
        "4.0 a day since, 111.4 in the 28 days before"
    )
    assert not holds


def test_few_lines_a_day_vary_by_chance() -> None:
    """One line where three are usual is no sign of anything."""
    few = [3, 2, 4, 3, 1, 5] * 6
    assert volume(by_day(*few, 1), by_day(*few))[0]
    assert volume(by_day(*few, 11), by_day(*few))[0]


def test_a_young_shop_is_asked_for_its_lines_only() -> None:
    holds, observed = volume(by_day(5, 5, 40), by_day(5, 5))
    assert holds
    assert observed == "50 lines to 2024-01-03, 10 to 2024-01-02 in that run"


def names(now: dict[str, Any], before: dict[str, Any]) -> tuple[bool | None, str]:
    check = against_the_last_run(now, before, by_day(1), JOINED)[1]
    assert check.name == "steady_names"
    return check.holds, check.observed


def test_new_and_vanished_categories_and_channels() -> None:
    day = by_day(1)
    before = figures(day, "Books", "Tea", channels=("Web", "Shop"))
    assert names(before, before) == (True, "they are")
    now = figures(day, "Books", "Toys", channels=("Web",))
    assert names(now, before) == (False, "new: Toys; gone: Tea, channel Shop")
    many = figures(day, "Books", "Tea", *"abcdefg", channels=("Web", "Shop"))
    assert names(many, before) == (False, "new: a, b, c, d, e and 2 more")


def test_a_column_that_is_gone_is_told_and_one_that_never_was_is_not_checked() -> None:
    day = by_day(1)
    assert names(figures(day), figures(day, "Tea")) == (False, "gone: Tea")
    assert names(figures(day), figures(day))[0] is None


def test_joined_groups_can_not_be_compared() -> None:
    day = by_day(1)
    before = figures(day, "Books", "Tea and smaller groups", channels=("Web",))
    now = figures(day, "Books", "Tea", "Toys", channels=("Web",))
    assert names(now, before) == (True, "they are")


def test_without_an_earlier_run_nothing_is_checked() -> None:
    assert against_the_last_run(figures(by_day(1)), None, by_day(1), JOINED) == []
