"""Static images: charts as SVG files for readers whose scripts are off, as PNG for the digest in mail.

They are drawn in this process, one after the other: the engine that draws them takes half a second to
start, which another process would take again. What the last run drew is taken from its folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from retail import storage
from retail.charts import linked, theme
from retail.charts.figure import Figure
from retail.errors import MachineError
from retail.locale import Locale
from retail.render import assets, scripts
from retail.schema.dimensions import OF_CUSTOMER, OF_LINE
from retail.schema.units import Units

WIDTH = 720
_SMALL = (*(d.figure for d in OF_CUSTOMER), "weekdays")
# Widths of figures in a narrower column: drawn at WIDTH, their text would be scaled too small.
WIDTHS = {
    **dict.fromkeys(("products", *(d.figure for d in OF_LINE), "rfm-grid"), 480),
    **dict.fromkeys(_SMALL, 360),
}
# What the dashboard shows; the figures of other pages have their table only, unless all are asked for.
DASHBOARD = frozenset({*linked.KEYS, *_SMALL, "market-own", "market-us"})
MOST_PEOPLE = 1_000  # rows of a figure with a mark for each customer; evenly spaced ones of more
DIGEST_KEYS = ("net-bridge", "trend")
DIGEST_SCALE = 1.5  # pixels of the picture for one of the page, for fine screens


@dataclass(frozen=True)
class StaticImages:
    """Static images: `paths` by figure, `files` by path."""

    paths: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)


def draw(figures: Mapping[str, Figure], units: Units, kept: Path | None = None) -> StaticImages:
    """Figures as SVG. An image that the last run drew from the same specification is read from
    the folder `kept`.

    The name of an image is a hash of all that is drawn. Raises MachineError when one can't be drawn.
    """
    paths, files, fresh = {}, {}, {}
    for key, figure in figures.items():
        spec = msgspec.json.encode(specification(figure, units))
        paths[key] = path = assets.hashed(f"still-{key}.svg", spec)
        known = None if kept is None else kept / Path(path).name
        if known is not None and known.is_file():
            files[path] = known.read_bytes()
        else:
            files[path] = fresh[Path(path).name] = _drawn(key, spec)
    if kept is not None:
        keep(kept, fresh)
        tidy(kept, {Path(path).name for path in paths.values()})
    return StaticImages(paths, files)


def _drawn(key: str, spec: bytes) -> bytes:
    import vl_convert  # a whole JavaScript engine, which is loaded when there is something to draw

    try:
        return vl_convert.vegalite_to_svg(spec.decode()).encode()  # type: ignore[no-any-return]
    except ValueError as problem:
        reason = (str(problem).strip().splitlines() or [""])[0]
        raise MachineError(
            f"The static chart {key} couldn't be drawn: {reason}. The site can be built without "
            'static charts: stills = "none" under [publish] in retail.toml.'
        ) from problem


def keep(folder: Path, images: Mapping[str, bytes]) -> None:
    """Put files into the folder, each whole or not at all."""
    for name, content in images.items():
        storage.write(folder / name, content)


def tidy(folder: Path, names: set[str]) -> None:
    """Remove what no figure of this run is called."""
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name not in names:
            file.unlink()


def specification(figure: Figure, units: Units) -> dict[str, Any]:
    """A figure with its rows, as wide as a page of paper: all that the converter needs."""
    rows = figure.rows
    if "customer_id" in rows and len(rows) > MOST_PEOPLE:
        rows = rows.iloc[:: -(-len(rows) // MOST_PEOPLE)]
    sized = (
        {"width": WIDTHS.get(figure.key, WIDTH)} if figure.spec.get("width") == "container" else {}
    )
    data = {
        "datasets": {"rows": scripts.records(rows)},
        "config": {
            **figure.spec.get("config", {}),
            "locale": Locale.of(units.locale).for_charts(units.currency),
        },
        "background": theme.PAPER,
        # Texts are measured with another font than the reader's: room for longer labels.
        "padding": {"left": 24, "right": 12, "top": 5, "bottom": 5},
    }
    return {**figure.spec, **sized, **data}


def pictures(figures: Mapping[str, Figure], units: Units) -> dict[str, bytes]:
    """The figures of DIGEST_KEYS that are there, as PNG by path."""
    import vl_convert

    return {
        f"digest-{key}.png": vl_convert.vegalite_to_png(
            specification(figures[key], units), scale=DIGEST_SCALE
        )
        for key in DIGEST_KEYS
        if key in figures
    }


def picture_keys(paths: Iterable[str]) -> list[str]:
    """The keys whose pictures are among `paths`."""
    there = set(paths)
    return [key for key in DIGEST_KEYS if f"digest-{key}.png" in there]
