"""Charts as SVG files, for readers whose scripts are off: drawn beside the work on the pages.

The name of a still follows from what is drawn, so a page can refer to it before it is there, and
what the last run drew is taken from the working folder.
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
from retail.charts import linked, theme
from retail.charts.figure import Figure
from retail.errors import MachineError
from retail.render import assets, scripts
from retail.schema.measures import Measures

WIDTH = 720
# Of those that stand in a narrower column, so that their letters are not scaled away.
WIDTHS = {
    **dict.fromkeys(("products", "channels", "cities", "rfm-grid"), 480),
    **dict.fromkeys(("gender", "age-bands", "weekdays"), 360),
}
# What the dashboard shows; the figures of other pages have their table only, unless all are asked for.
DASHBOARD = frozenset({*linked.KEYS, "gender", "age-bands", "weekdays", "market-own", "market-us"})
MOST_PEOPLE = 1_000  # rows of a figure with a mark for each customer; evenly spaced ones of more
_WORKER = Path(__file__).with_name("still_worker.py")


@dataclass
class Stills:
    """Stills under way: `paths` by figure; `collect` waits for them.

    kept: a folder with those of the last run, which need not be drawn again.
    """

    paths: dict[str, str] = field(default_factory=dict)
    kept: Path | None = None
    worker: subprocess.Popen[bytes] | None = None
    drawn: IO[bytes] | None = None

    def collect(self) -> dict[str, bytes]:
        """The files by path. Raises MachineError when they couldn't be drawn."""
        found = self._fresh()
        if self.kept is not None:
            keep(self.kept, {Path(self.paths[key]).name: still for key, still in found.items()})
            for key in self.paths.keys() - found.keys():
                found[key] = (self.kept / Path(self.paths[key]).name).read_bytes()
            tidy(self.kept, {Path(path).name for path in self.paths.values()})
        return {path: found[key] for key, path in self.paths.items()}

    def __enter__(self) -> Stills:
        return self

    def __exit__(self, *_: object) -> None:
        """End what was not collected, as when a page couldn't be rendered."""
        if self.worker is not None and self.worker.poll() is None:
            self.worker.kill()
            self.worker.communicate()
        if self.drawn is not None:
            self.drawn.close()

    def _fresh(self) -> dict[str, bytes]:
        if self.worker is None or self.drawn is None:
            return {}
        with self.drawn as drawn:
            _, complaint = self.worker.communicate()
            if self.worker.returncode:
                said = complaint.decode(errors="replace").strip().splitlines()
                raise MachineError(
                    "The static charts couldn't be drawn: the process that draws them ended with "
                    f"{self.worker.returncode}{': ' + said[-1] if said else ''}. The site can be "
                    'built without them: stills = "none" under [publish] in retail.toml.'
                )
            drawn.seek(0)
            return {key: text.encode() for key, text in json.load(drawn).items()}


def start(figures: Mapping[str, Figure], measures: Measures, kept: Path | None = None) -> Stills:
    """Have figures drawn by another process, but for those that lie in `kept` from an earlier run."""
    specifications = {
        key: msgspec.json.encode(specification(figure, measures)) for key, figure in figures.items()
    }
    paths = {key: assets.hashed(f"still-{key}.svg", spec) for key, spec in specifications.items()}
    wanted = {
        key: msgspec.Raw(spec)
        for key, spec in specifications.items()
        if kept is None or not (kept / Path(paths[key]).name).is_file()
    }
    if not wanted:
        return Stills(paths, kept)
    with tempfile.TemporaryFile() as asked:
        asked.write(msgspec.json.encode(wanted))
        asked.seek(0)
        drawn = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `collect`
        worker = subprocess.Popen(
            [sys.executable, "-I", str(_WORKER)], stdin=asked, stdout=drawn, stderr=subprocess.PIPE
        )
    return Stills(paths, kept, worker, drawn)


def keep(folder: Path, stills: Mapping[str, bytes]) -> None:
    """Put files into the folder, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in stills.items():
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.replace(folder / name)


def tidy(folder: Path, names: set[str]) -> None:
    """Remove what no figure of this run is called."""
    for file in folder.iterdir() if folder.is_dir() else ():
        if file.name not in names:
            file.unlink()


def specification(figure: Figure, measures: Measures) -> dict[str, Any]:
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
            "locale": writing.of(measures.locale).for_charts(measures.currency),
        },
        "background": theme.PAPER,
        # Texts are measured with another font than the reader's: room for longer labels.
        "padding": {"left": 24, "right": 12, "top": 5, "bottom": 5},
    }
    return {**figure.spec, **sized, **data}
