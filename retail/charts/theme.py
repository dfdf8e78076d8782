"""The one theme: every colour of every chart, in light and dark, and how charts are dressed.

Specs are written in the light colours. `DARK` gives the dark twin of each; a page in dark mode
replaces them one by one (web/src/vega/colours.js), so a colour must not stand twice in it
with different twins.

Categories are pale and clusters saturated, so that the two are never taken for each other. Both
sets began as published colour-blind safe ones (Paul Tol's "light" for categories, Okabe and Ito's
for clusters) and were moved until any two differ for every kind of eye, a category from a
cluster too; each cluster stands out 3:1 from the page (tests/charts/test_colours.py simulates them).
Each kind of measure has one sequential ramp of one hue (ColorBrewer), whose lightness alone tells
the order.
"""

from __future__ import annotations

from typing import Any

INK = "#1c2330"  # text, and what is pointed at
MUTED = "#596275"  # axis labels
LINE = "#d9dee7"  # rules of the grid
PAPER = "#fffffe"  # behind the marks
REST = "#c3c9d4"  # what is not selected, the total behind a selection
ACCENT = "#1f5fae"  # a single series

CATEGORIES = (
    "#ccd8fd", "#d0a5a5", "#e3e8a0", "#fdd4e4", "#b5f2cd", "#84bcc5", "#c0cb9f", "#beb36c",
    "#b2afeb",
)  # fmt: skip
OTHER = "#dddddd"
CLUSTERS = (
    "#0276cd", "#bb5600", "#19996e", "#b55497", "#c2880c", "#009ce3", "#791f4d", "#514e19",
)  # fmt: skip
# One ramp per kind of measure, from little to much.
RAMPS = {
    "money": ("#e3eefb", "#b3d1ee", "#6fa9d9", "#2f78b7", "#0b4a86"),
    "quantity": ("#eeebf7", "#cdc5e5", "#a297cd", "#7867b0", "#4c3391"),
    "count": ("#fdeedd", "#fac896", "#f39a4c", "#d36b17", "#93430a"),
}
# Of the seven levels, the best first: their order is that of lightness.
LEVELS = (
    "#0d5750", "#1f7a6f", "#3a9a8d", "#66b5a9", "#93cec4", "#bde3dc", "#e0f3ef",
)  # fmt: skip
# Less than all, as all, more than all.
DIVERGING = ("#c9803c", "#f4f4f0", "#4f93a8")

DARK = {
    "#c9803c": "#b0692a",
    "#f4f4f0": "#2a303a",
    "#4f93a8": "#3d8299",
    INK: "#eef1f6",
    MUTED: "#a9b2c2",
    LINE: "#353d4a",
    PAPER: "#161b23",
    REST: "#4a5362",
    ACCENT: "#6fa8ec",
    OTHER: "#626b79",
    # Pale on white is dusky on black: the same hues, at the lightness that leaves text readable.
    "#ccd8fd": "#596379",
    "#d0a5a5": "#7a4442",
    "#e3e8a0": "#53450a",
    "#fdd4e4": "#532335",
    "#b5f2cd": "#276f61",
    "#84bcc5": "#344e53",
    "#c0cb9f": "#38371d",
    "#beb36c": "#74612d",
    "#b2afeb": "#44406d",
    # Of segments over time.
    "#44bb99": "#2a7a63",
    "#bbcc33": "#697319",
    "#eedd88": "#796d2f",
    "#0276cd": "#039ff8",
    "#bb5600": "#ee8a4f",
    "#19996e": "#32cfa1",
    "#b55497": "#d98cc3",
    "#c2880c": "#f4d088",
    "#009ce3": "#a0d6ff",
    "#791f4d": "#d5548f",
    "#514e19": "#cbce0f",
    "#e3eefb": "#1d2c40",
    "#b3d1ee": "#21466d",
    "#6fa9d9": "#2f6ea8",
    "#2f78b7": "#5ba3de",
    "#0b4a86": "#b4d9f8",
    "#eeebf7": "#292640",
    "#cdc5e5": "#453d6d",
    "#a297cd": "#6c5fa3",
    "#7867b0": "#9d8fd1",
    "#4c3391": "#d3c9f2",
    "#0d5750": "#bfeee4",
    "#1f7a6f": "#8fd6c9",
    "#3a9a8d": "#62b8a9",
    "#66b5a9": "#41998b",
    "#93cec4": "#2f776c",
    "#bde3dc": "#24564f",
    "#e0f3ef": "#1c3835",
    "#fdeedd": "#372a1c",
    "#fac896": "#653f19",
    "#f39a4c": "#a5601f",
    "#d36b17": "#dc8f48",
    "#93430a": "#fcd3a6",
}
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def config() -> dict[str, Any]:
    """The Vega-Lite config of every chart.

    `aria` is off: charts are drawn on a canvas, which has no ARIA, and a table says the same.
    """
    return {
        "aria": False,
        "background": "transparent",
        "font": FONT,
        "padding": 2,
        "view": {"stroke": None},
        "axis": {
            "labelColor": MUTED,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "labelFontSize": 11,
            "titleFontSize": 11,
        },
        "legend": {
            "labelColor": MUTED,
            "titleColor": MUTED,
            "titleFontWeight": "normal",
            "labelFontSize": 11,
            "titleFontSize": 11,
        },
        "header": {"labelColor": MUTED, "titleColor": MUTED},
    }


def categories(names: list[str]) -> dict[str, str]:
    """A colour for each category, in the order given; past the palette's end, one for all."""
    return {
        name: CATEGORIES[at] if at < len(CATEGORIES) else OTHER for at, name in enumerate(names)
    }


def clusters(numbers: list[int]) -> dict[int, str]:
    """The colour of each cluster: cluster 1 has the first, whichever clusters are shown."""
    return {number: CLUSTERS[(number - 1) % len(CLUSTERS)] for number in numbers}
