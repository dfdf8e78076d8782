"""How long the main job takes, as ratios that hold on any machine.

    python -m tests.benchmarks.build [RUNS]

Whole processes, in turn, median of RUNS (default 5) after a warm-up:
  build / imports   `retail build` over the bare import of pandas, PCA and KMeans, Altair and Jinja2
  flow / (empty + build)   the Prefect flow over an empty flow plus `retail build`
on the case study where ../shared/data has it, else on the bundled sample.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from retail import unchanged

ROOT = Path(__file__).resolve().parents[2]
CASE_STUDY = ROOT.parent / "shared" / "data" / "case_study"
IMPORTS = (
    "import pandas, altair, jinja2; from sklearn.decomposition import PCA; "
    "from sklearn.cluster import KMeans"
)
EMPTY_FLOW = "from prefect import flow\n@flow\ndef empty(): pass\nempty()"


def commands(folder: Path) -> dict[str, list[str]]:
    """Name -> command line of each process that is timed."""
    data = CASE_STUDY if CASE_STUDY.is_dir() else ROOT / "data" / "sample"
    config = folder / "retail.toml"
    config.write_text(f'[input]\nfolder = "{data}"\n', encoding="utf-8")
    flow = folder / "empty_flow.py"
    flow.write_text(EMPTY_FLOW, encoding="utf-8")
    python = [sys.executable]
    return {
        "imports": [*python, "-c", IMPORTS],
        "build": [*python, "-m", "retail.cli", "build", "--config", str(config), "--quiet"],
        "empty flow": [*python, str(flow)],
        "flow": [*python, "-m", "flows.nightly", "--config", str(config)],
    }


def seconds(command: list[str]) -> float:
    """Wall seconds of one run; a build makes its site anew, from files that were read before."""
    if "--config" in command:
        work = Path(command[command.index("--config") + 1]).parent / ".retail"
        (work / unchanged.FILE).unlink(missing_ok=True)
    started = time.perf_counter()
    environment = os.environ | {"PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT, env=environment)
    return time.perf_counter() - started


def main(runs: int = 5) -> None:
    """Time everything in turn, so that a machine that slows down slows down all of it."""
    with tempfile.TemporaryDirectory() as folder:
        named = commands(Path(folder))
        for command in named.values():
            seconds(command)
        times: dict[str, list[float]] = {name: [] for name in named}
        for _ in range(runs):
            for name, command in named.items():
                times[name].append(seconds(command))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:12} {min(values):6.2f} {medians[name]:6.2f} {max(values):6.2f} s")
    both = medians["empty flow"] + medians["build"]
    print(f"build / imports          {medians['build'] / medians['imports']:.2f}  (at most 2)")
    print(f"flow / (empty + build)   {medians['flow'] / both:.2f}  (at most 1.3)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
