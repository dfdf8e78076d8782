"""Maps of names: the built-in one covers every cell once, others are refused with the cells named."""

from __future__ import annotations

import pandas as pd
import pytest

from retail.errors import ConfigError
from retail.segments import naming_conventions


def test_the_default_map_names_every_cell() -> None:
    naming_conventions.check(naming_conventions.DEFAULT)
    cells = pd.DataFrame([(r, f, 1) for r in range(5, 0, -1) for f in range(1, 6)]).astype("Int64")
    cells.columns = ["r", "f", "m"]
    named = naming_conventions.DEFAULT.name(cells).to_numpy().reshape(5, 5).tolist()
    assert named == [
        ["Recent, few orders", *["Potential loyalists"] * 2, *["Champions"] * 2],
        ["Occasional", "Potential loyalists", "Potential loyalists", "Loyal", "Loyal"],
        ["About to sleep", "About to sleep", "Need attention", "Loyal", "Loyal"],
        ["Hibernating", "Hibernating", "At risk", "At risk", "Can't lose them"],
        ["Hibernating", "Hibernating", "At risk", "At risk", "Can't lose them"],
    ]


def test_the_seven_levels_cover_every_sum() -> None:
    naming_conventions.check(naming_conventions.SEVEN_LEVELS, ("r", "f", "m"))


def test_an_overlap_and_a_gap_are_refused_by_cell() -> None:
    faulty = naming_conventions.Convention(
        "mine",
        "My map",
        "me",
        3,
        (
            naming_conventions.Rule("Good", {"r": (2, 3), "f": (2, 3)}),
            naming_conventions.Rule("Great", {"r": (3, 3), "f": (3, 3)}),
            naming_conventions.Rule("Rest", {"r": (1, 1), "f": (1, 3)}),
        ),
    )
    with pytest.raises(ConfigError) as caught:
        naming_conventions.check(faulty)
    assert str(caught.value) == (
        "My map: every cell needs exactly one name, but R2 F1 is in none; R3 F1 is in none; "
        "R3 F3 is in Good and Great."
    )


def test_who_is_not_scored_has_no_name() -> None:
    scores = pd.DataFrame({"r": [5, None], "f": [5, None], "m": [1, None]}, dtype="Int64")
    assert naming_conventions.DEFAULT.name(scores).tolist() == ["Champions", ""]
