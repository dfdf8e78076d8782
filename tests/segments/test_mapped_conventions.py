"""The same customers in other conventions, and names that mean other people."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest

from retail.errors import ConfigError
from retail.segments import mapped_conventions, naming_conventions, rfm

Tables = dict[str, pd.DataFrame]


def test_putler_s_ranges_in_their_order() -> None:
    cells = pd.DataFrame(
        [(5, 5, 5), (1, 5, 4), (2, 3, 3), (3, 2, 1), (2, 2, 2), (1, 2, 3), (2, 1, 1), (1, 1, 1)],
        columns=["r", "f", "m"],
        dtype="Int64",
    )
    assert naming_conventions.PUTLER.name(cells).tolist() == [
        "Champions",
        "Can't lose them",
        "Loyal customers",
        "Potential loyalist",
        "Need attention",
        "At risk",
        "About to sleep",
        "Hibernating",
    ]


def test_every_score_has_a_name_in_every_convention() -> None:
    scores = [(r, f, m) for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)]
    cells = pd.DataFrame(scores, columns=["r", "f", "m"], dtype="Int64")
    for convention in mapped_conventions.OTHERS:
        within = cells[cells.le(convention.bins).all(axis=1)]
        assert (convention.name(within) != "").all()
        assert set(convention.name(within)) <= set(convention.names)


def test_quartile_codes_count_from_the_best() -> None:
    customers = pd.DataFrame(
        {
            "group": "scored",
            "recency_days": range(1, 9),
            "frequency": range(8, 0, -1),
            "monetary": range(80, 0, -10),
            "segment": "Champions",
        }
    ).astype(dict.fromkeys(("recency_days", "frequency", "monetary"), "Int64"))
    scores = rfm.score(customers, 5)
    tables = mapped_conventions.analyse(customers, scores, naming_conventions.DEFAULT, 1)
    named = tables["crosswalk_names"].query("convention == 'quartiles' and customers > 0")
    assert named[["name", "customers"]].to_numpy().tolist() == [
        ["Best customers (111)", 2],
        ["Lost cheap customers (444)", 2],
        ["No name", 4],
    ]


@pytest.mark.parametrize(
    "one, other",
    [
        ("Loyal customers", "Loyal"),
        ("Loyal customers (x1x)", "Loyal"),
        ("Needs attention", "Need attention"),
        ("Potential loyalist", "Potential loyalists"),
    ],
)
def test_namesakes(one: str, other: str) -> None:
    assert mapped_conventions.stem(one) == mapped_conventions.stem(other)


@pytest.mark.needs_data("case_study")
def test_the_case_study_in_other_conventions(case_study_tables: Tables) -> None:
    cells, named = case_study_tables["crosswalk"], case_study_tables["crosswalk_names"]
    for _, part in cells.groupby("convention"):
        assert part["customers"].sum() == 5_444  # everyone is in each of them once
        segments = part.groupby("segment")["customers"].sum()
        assert segments["Champions"] == 460
    levels = named.query("convention == 'seven_level'").set_index("name")
    assert levels.loc["Gold", ["customers", "namesake"]].tolist() == [1930, ""]
    # The original's “Loyal” are hardly ever ours.
    assert levels.loc["Loyal", ["customers", "namesake", "is_false_friend"]].tolist() == [
        636,
        "Loyal",
        True,
    ]
    assert levels.loc["Loyal", "shared"] < 20
    champions = named.query("convention == 'r_rfm' and name == 'Champions'").iloc[0]
    assert not champions["is_false_friend"]


# ---- own maps ----


def test_own_names_replace_the_built_in_ones(
    shop: Callable[..., pd.DataFrame], nothing_kept: pd.DataFrame, settings: Callable, cents
) -> None:
    from retail import segments

    own = {"Fresh": {"r": (4, 5), "f": (1, 5)}, "Stale": {"r": (1, 3), "f": (1, 5)}}
    sums = shop(*((f"c{i}", 900 + 10 * i, 1, 100) for i in range(10)))
    tables = segments.analyse(
        sums, nothing_kept, as_of=1_000, units=cents, settings=settings(segments=own)
    )
    sizes = tables["segments"].set_index("segment")["customers"]
    assert sizes.to_dict() == {"Fresh": 4, "Stale": 6}
    assert tables["next_steps"]["if_buys_today"].unique().tolist() == ["Fresh"]


@pytest.mark.parametrize(
    "own, message",
    [
        ({"A": {"r": (1, 5)}}, "key rfm.segments.A: give r and f, such as"),
        ({"A": {"r": (0, 5), "f": (1, 5)}}, "r = [0, 5] is no range of scores from 1 to 5"),
        ({"A": {"r": (4, 2), "f": (1, 5)}}, "r = [4, 2] is no range of scores"),
        ({"A": {"r": (1, 4), "f": (1, 5)}}, "R5 F1 is in none"),
        (
            {"A": {"r": (1, 5), "f": (1, 5)}, "B": {"r": (5, 5), "f": (5, 5)}},
            "but R5 F5 is in A and B",
        ),
        (
            {f"Name {n}": {"r": (1, 5), "f": (1, 5)} for n in range(24)},
            "24 names, and there can be 23 at most",
        ),
    ],
)
def test_unusable_names_are_refused(own: dict, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        naming_conventions.of_config(own)
    assert message in str(caught.value)
