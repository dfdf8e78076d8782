"""Parts that charts share: labels of axes and legends, opacity of unselected marks, sizes of numbers.

Labels follow the locale of the page (`config.locale` of each chart).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

import altair as alt

from retail.charts import theme

# Short and with the currency: "$1.5M"; Vega's own short form writes a billion as G, and parts below
# one with m for thousandths.
MONEY = (
    "abs(datum.value) < 1000 ? format(datum.value, '$~r') : "
    "replace(format(datum.value, '$~s'), regexp('([0-9])G'), '$1B')"
)
# Room on the right for the end of the last of the names that lean over a grid.
ASIDE = {"left": 2, "right": 16, "top": 2, "bottom": 2}
NARROW = 24  # pixels of a cell in which a number can't be read any more
# Black and white are equally far from a colour of this luminance (WCAG 2.2), 4.58 : 1 from each.
MIDDLE = 0.179
Axis = TypeVar("Axis", alt.X, alt.Y)
Encoding = TypeVar("Encoding", alt.OpacityValue, alt.ColorValue, alt.SizeValue)


def short(is_money: bool) -> dict[str, Any]:
    """Settings with which an axis or a legend writes short numbers: "$1.5M" for money, else "1.5M"."""
    return {"labelExpr": MONEY} if is_money else {"format": "~s"}


def lone_point(base: alt.Chart) -> alt.Chart:
    """A point where there is one row only, of which a line would draw nothing."""
    alone = base.transform_joinaggregate(rows_there="count()")
    only = alone.transform_filter("datum.rows_there == 1")
    return only.mark_point(color=theme.ACCENT, filled=True, opacity=1, size=60)


def month(index: str) -> str:
    """The short name of a month, by an expression of its number from 0."""
    return f"utcFormat(utc(2001, {index}, 1), '%b')"


def weekday(index: str) -> str:
    """The short name of a weekday, by an expression of its number from 0, Monday."""
    return f"utcFormat(utc(2001, 0, 1 + {index}), '%a')"


def names_axis(
    encoding: type[Axis], field: str, names: Sequence[Any], title: str | None = None, **axis: Any
) -> Axis:
    """An axis of names in the order given, without line and ticks; `axis` are more settings of it.

    The scale's domain has the order: a list as `sort` would become an expression, names and all.
    """
    settings = alt.Axis(ticks=False, domain=False, **axis)
    return encoding(field, title=title, sort=None, scale=alt.Scale(domain=names), axis=settings)


def text_on(field: str) -> alt.ColorValue:
    """The colour of a text on a mark that the chart's scale colours by a field: black or white, whichever is farther
    from the colour in use, light or dark; the page's ink where the mark is faint (`dim`) or has no colour."""
    fill = f"scale('color', datum['{field}'])"
    return alt.ColorValue(
        "#000000",
        condition=[
            {"test": f"datum.dim || !isValid(datum['{field}'])", "value": theme.INK},
            {"test": f"luminance({fill}) < {MIDDLE}", "value": "#ffffff"},
        ],
    )


def when(encoding: type[Encoding], test: str, then: Any, otherwise: Any) -> Encoding:
    """One of two values of an encoding, by an expression over the row.

    The same as `alt.condition`, whose dictionary Altair has to guess the class of: that takes
    longer than all the rest of a chart.
    """
    return encoding(otherwise, condition={"test": test, "value": then})


def size_within(cells: int) -> alt.ExprRef:
    """Font size of the numbers in a row of `cells` cells: 0 where the cells are too narrow, as on
    a phone. There the colour and the table show the value."""
    return alt.ExprRef(f"width < {NARROW * cells} ? 0 : 11")


def faint(unselected: float, selected: float = 1.0) -> alt.OpacityValue:
    """Opacity of rows with `dim`, and of the others."""
    return when(alt.OpacityValue, "datum.dim", unselected, selected)


def change_colour(field: str = "change_share") -> alt.Color:
    """Losses and gains as two hues, from half lost to half gained; nothing said where it is missing."""
    return alt.Color(
        f"{field}:Q",
        title="Change",
        scale=alt.Scale(
            domain=[-0.5, 0, 0.5], range=list(theme.DIVERGING), clamp=True, interpolate="lab"
        ),
        legend=None,
    )
