"""Vega-Lite specifications on standard input -> SVG on standard output, one JSON object each.

Run as a script by `stills`, in a process of its own: the converter is a whole JavaScript engine,
holds Python's lock while it works, and takes about as long as all pages together.
"""

from __future__ import annotations

import json
import sys

import vl_convert


def main() -> None:
    """Read {name: specification}, write {name: SVG}."""
    specifications = json.load(sys.stdin)
    drawn = {name: vl_convert.vegalite_to_svg(spec) for name, spec in specifications.items()}
    json.dump(drawn, sys.stdout)


if __name__ == "__main__":
    main()
