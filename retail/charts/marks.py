"""How marks that are not selected look: faint, but there."""

from __future__ import annotations

from typing import Any, TypeVar

import altair as alt

Channel = TypeVar("Channel", alt.OpacityValue, alt.ColorValue, alt.SizeValue)


def when(channel: type[Channel], test: str, then: Any, otherwise: Any) -> Channel:
    """One of two values of a channel, by an expression over the row.

    The same as `alt.condition`, whose dictionary Altair has to guess the class of: that takes
    longer than all the rest of a chart.
    """
    return channel(otherwise, condition={"test": test, "value": then})


def faint(unselected: float, selected: float = 1.0) -> alt.OpacityValue:
    """Opacity of rows with `dim`, and of the others."""
    return when(alt.OpacityValue, "datum.dim", unselected, selected)
