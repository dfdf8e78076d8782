"""How long the main job takes, as ratios that hold on any machine.

    python -m tests.benchmarks.build [RUNS]

Whole processes, in turn, median of RUNS (default 5) after a warm-up:
  build / imports   `retail build` over the bare import of pandas, PCA and KMeans, Altair and Jinja2
  flow / (empty + build)   the Prefect flow over an empty flow plus `retail build` of the same
                           pages: the flow makes slices, as `retail build --slices` does
on the case study where ../shared/data has it, else on the bundled sample. Seconds of the clock, and
of all cores in brackets, which a busy machine changes less.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from retail import manifest

ROOT = Path(__file__).resolve().parents[2]
CASE_STUDY = ROOT.parent / "shared" / "data" / "case_study"
IMPORTS = (
    "import pandas, altair, jinja2; from sklearn.decomposition import PCA; "
    "from sklearn.cluster import KMeans"
)
EMPTY_FLOW = "from prefect import flow\n@flow\ndef empty(): pass\nempty()"


class Seconds(NamedTuple):
    """What a process and those that it started took, of the clock and of all cores."""

    clock: float
    cores: float


def commands(folder: Path) -> dict[str, list[str]]:
    """Name -> command line of each process that is timed."""
    data = CASE_STUDY if CASE_STUDY.is_dir() else ROOT / "data" / "sample"
    config = folder / "retail.toml"
    config.write_text(f'[input]\nfolder = "{data}"\n', encoding="utf-8")
    flow = folder / "empty_flow.py"
    flow.write_text(EMPTY_FLOW, encoding="utf-8")
    python = [sys.executable]
    build = [*python, "-m", "retail.cli", "build", "--config", str(config), "--quiet"]
    return {
        "imports": [*python, "-c", IMPORTS],
        "build": build,
        "build --slices": [*build, "--slices"],
        "empty flow": [*python, str(flow)],
        "flow": [*python, "-m", "flows.nightly", "--config", str(config)],
    }


def seconds(command: list[str]) -> Seconds:
    """One run; a build makes its site anew, from files that were read before."""
    if "--config" in command:
        work = Path(command[command.index("--config") + 1]).parent / ".retail"
        (work / manifest.FILE).unlink(missing_ok=True)
    environment = os.environ | {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    before, started = _cores(), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment)
    return Seconds(time.perf_counter() - started, _cores() - before)


def _cores() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(named: dict[str, list[str]], runs: int) -> dict[str, Seconds]:
    """Median of each process; all in turn, so that a machine that slows down slows down all of it."""
    for command in named.values():
        seconds(command)
    found: dict[str, list[Seconds]] = {name: [] for name in named}
    for _ in range(runs):
        for name, command in named.items():
            found[name].append(seconds(command))
    for name, values in found.items():
        clock, cores = zip(*values, strict=True)
        print(
            f"{name:20} {min(clock):6.2f} {statistics.median(clock):6.2f} {max(clock):6.2f} s "
            f"({statistics.median(cores):.2f} s)"
        )
    return {
        name: Seconds(*map(statistics.median, zip(*values, strict=True)))
        for name, values in found.items()
    }


def main(runs: int = 5) -> None:
    """Time everything and print the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        median = timed(commands(Path(folder)), runs)
    clock = {name: one.clock for name, one in median.items()}
    alike = clock["empty flow"] + clock["build --slices"]
    cores = median["build"].cores / median["imports"].cores
    print(f"build / imports          {clock['build'] / clock['imports']:.2f}  (at most 5.5)")
    print(f"the same of all cores    {cores:.2f}  (at most 5)")
    print(f"flow / (empty + build)   {clock['flow'] / alike:.2f}  (at most 1.3)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
