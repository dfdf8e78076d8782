"""Stylesheet, scripts and icon: read from templates/assets, named by their content.

A name with a hash changes with its content, so a browser may keep the file for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import retail
from retail.charts import theme
from retail.locale import Locale
from retail.render import scripts
from retail.schema.units import Units

# Next to the package `retail`, in a checkout and in an installed wheel alike. Not looked up as a
# package: `templates` is a common name, and a folder of the user's would be found first.
TEMPLATES = Path(retail.__file__).resolve().parent.parent / "templates"
FOLDER = TEMPLATES / "assets"
# Stylesheets in the order in which later ones may overrule earlier ones; others stand before print.
STYLES = ("base.css", "layout.css", "tables.css", "figures.css")
LAST_STYLE = "print.css"
TOKENS = {
    "ink": theme.INK,
    "muted": theme.MUTED,
    "line": theme.LINE,
    "paper": theme.PAPER,
    "rest": theme.REST,
    "accent": theme.ACCENT,
    "loss": theme.DIVERGING[0],
    "no-change": theme.DIVERGING[1],
    "gain": theme.DIVERGING[2],
    **{f"cluster-{n}": colour for n, colour in enumerate(theme.CLUSTERS, 1)},
    **{f"category-{n}": colour for n, colour in enumerate(theme.CATEGORIES, 1)},
    **{
        f"{kind}-{n}": colour
        for kind, ramp in theme.RAMPS.items()
        for n, colour in enumerate(ramp, 1)
    },
}


def hashed(name: str, content: bytes) -> str:
    """The path of an asset: "retail.css" is "assets/retail.<hash of content>.css"."""
    stem, _, suffix = name.rpartition(".")
    return f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{suffix}"


@cache
def vega() -> bytes:
    """The vendored bundle of Vega, Vega-Lite and the interpreter."""
    return (FOLDER / "vendor" / "vega.js").read_bytes()


def script(name: str, units: Units) -> bytes:
    """A bundle of the project's scripts, "dashboard" or "pages", made of web/src by web/build.js.

    Before it stands how the report's locale writes numbers and dates, for the page and for its charts.
    """
    locale = Locale.of(units.locale)
    known = {"locale": locale.for_page(), "charts": locale.for_charts(units.currency)}
    return scripts.namespaced({"locale": known}) + (FOLDER / f"{name}.js").read_bytes()


def icon() -> bytes:
    """The icon of the tab."""
    return (FOLDER / "icon.svg").read_bytes()


def stylesheet(heights: Iterable[int] = ()) -> bytes:
    """Colours of the charts' theme as variables, the stylesheets, and the heights of chart boxes.

    Heights are classes here because a style attribute would break the pages' security policy.
    """
    boxes = [f".height-{h}{{min-height:{h}px}}" for h in sorted({int(h) for h in heights})]
    boxes += [
        f".swatch.cluster-{n}{{fill:var(--cluster-{n})}}" for n in range(1, len(theme.CLUSTERS) + 1)
    ]
    named = [*STYLES, *sorted(p.name for p in FOLDER.glob("*.css") if p.name not in STYLES)]
    ordered = [name for name in named if name != LAST_STYLE] + [LAST_STYLE]
    own = [(FOLDER / name).read_text(encoding="utf-8") for name in ordered]
    return "\n".join([tokens(), *own, *boxes, ""]).encode()


def tokens() -> str:
    """The theme's colours as CSS variables, light, and dark where the reader prefers it."""
    light = "".join(f"--{name}:{colour};" for name, colour in TOKENS.items())
    dark = "".join(f"--{name}:{theme.DARK.get(colour, colour)};" for name, colour in TOKENS.items())
    return (
        f":root{{color-scheme:light dark;{light}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    )
