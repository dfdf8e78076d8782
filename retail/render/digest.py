"""Pictures of the digest: charts as PNG, which mail programs show where they show no SVG.

The digest itself is a page, digest.html, and its twin digest.txt; both say the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from retail.charts.figure import Figure
from retail.schema.measures import Measures

KEYS = ("net-bridge", "trend")
SCALE = 1.5  # pixels of the picture for one of the page, for fine screens


def pictures(figures: Mapping[str, Figure], measures: Measures) -> dict[str, bytes]:
    """The figures of KEYS that are there, as PNG by path."""
    import vl_convert

    from retail.render.stills import specification

    return {
        f"digest-{key}.png": vl_convert.vegalite_to_png(
            specification(figures[key], measures), scale=SCALE
        )
        for key in KEYS
        if key in figures
    }


def shown(paths: Iterable[str]) -> list[str]:
    """The keys whose pictures are among `paths`."""
    there = set(paths)
    return [key for key in KEYS if f"digest-{key}.png" in there]
