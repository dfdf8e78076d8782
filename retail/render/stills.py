"""Charts as SVG files, for readers whose scripts are off: drawn beside the work on the pages.

The name of a still follows from what is drawn, so a page can refer to it before it is there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import msgspec

from retail import writing
from retail.charts import theme
from retail.charts.figure import Figure
from retail.errors import MachineError
from retail.render import assets, scripts
from retail.schema.measures import Measures

WIDTH = 720
MOST_PEOPLE = 1_000  # rows of a figure with a mark for each customer; evenly spaced ones of more
_WORKER = Path(__file__).with_name("still_worker.py")


@dataclass
class Stills:
    """Stills under way: `paths` by figure; `collect` waits for them."""

    paths: dict[str, str] = field(default_factory=dict)
    worker: subprocess.Popen[bytes] | None = None
    drawn: IO[bytes] | None = None

    def collect(self) -> dict[str, bytes]:
        """The files by path. Raises MachineError when they couldn't be drawn."""
        if self.worker is None or self.drawn is None:
            return {}
        with self.drawn as drawn:
            _, complaint = self.worker.communicate()
            if self.worker.returncode:
                said = complaint.decode(errors="replace").strip().splitlines()
                raise MachineError(
                    "The static charts couldn't be drawn: the process that draws them ended with "
                    f"{self.worker.returncode}{': ' + said[-1] if said else ''}."
                )
            drawn.seek(0)
            found = json.load(drawn)
        return {path: found[key].encode() for key, path in self.paths.items()}


def start(figures: Mapping[str, Figure], measures: Measures) -> Stills:
    """Have all figures drawn by another process."""
    specifications = {key: specification(figure, measures) for key, figure in figures.items()}
    paths = {
        key: assets.hashed(f"still-{key}.svg", msgspec.json.encode(spec))
        for key, spec in specifications.items()
    }
    with tempfile.TemporaryFile() as asked:
        asked.write(msgspec.json.encode(specifications))
        asked.seek(0)
        drawn = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `collect`
        worker = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER)], stdin=asked, stdout=drawn, stderr=subprocess.PIPE
        )
    return Stills(paths, worker, drawn)


def specification(figure: Figure, measures: Measures) -> dict[str, Any]:
    """A figure with its rows, as wide as a page of paper: all that the converter needs."""
    rows = figure.rows
    if "customer_id" in rows and len(rows) > MOST_PEOPLE:
        rows = rows.iloc[:: -(-len(rows) // MOST_PEOPLE)]
    sized = {"width": WIDTH} if figure.spec.get("width") == "container" else {}
    data = {
        "datasets": {"rows": scripts.records(rows)},
        "config": {
            **figure.spec.get("config", {}),
            "locale": writing.of(measures.locale).for_charts(measures.currency),
        },
        "background": theme.PAPER,
        # Texts are measured with another font than the reader's: room for longer labels.
        "padding": {"left": 24, "right": 12, "top": 5, "bottom": 5},
    }
    return {**figure.spec, **sized, **data}
