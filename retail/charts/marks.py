"""How marks look: those that are not selected are faint, numbers are there where they fit."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt

# Room on the right for the end of the last of the names that lean over a grid.
ASIDE = {"left": 2, "right": 16, "top": 2, "bottom": 2}
NARROW = 24  # pixels of a cell in which a number can't be read any more
Encoding = TypeVar("Encoding", alt.OpacityValue, alt.ColorValue, alt.SizeValue)


def when(encoding: type[Encoding], test: str, then: Any, otherwise: Any) -> Encoding:
    """One of two values of an encoding, by an expression over the row.

    The same as `alt.condition`, whose dictionary Altair has to guess the class of: that takes
    longer than all the rest of a chart.
    """
    return encoding(otherwise, condition={"test": test, "value": then})


def size_within(cells: int) -> alt.ExprRef:
    """Size of the numbers in so many cells side by side: none where these are too narrow, as on a
    telephone. Their colour and the table still tell."""
    return alt.ExprRef(f"width < {NARROW * cells} ? 0 : 11")


def faint(unselected: float, selected: float = 1.0) -> alt.OpacityValue:
    """Opacity of rows with `dim`, and of the others."""
    return when(alt.OpacityValue, "datum.dim", unselected, selected)
