"""What one new day costs, beside a full run: files that were read before are not read again.

    python -m tests.benchmarks.incremental [--lines N] [--files N] [--engine NAME]

A shop of N lines (default 1 million) in N daily files (default 500) is read and reduced but for its
last file; then that file comes, and the next run reads it alone and reduces all lines; then all is read
anew. Each run is a process of its own. Printed are seconds of the clock and of all cores by step, and
the share of the full run.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.benchmarks import generator

ROOT = Path(__file__).resolve().parents[2]
Seconds = dict[str, tuple[float, float]]  # of the clock and of all cores, by step


def run(path: str) -> Seconds:
    """Read and reduce the shop of a config, within a process of its own."""
    from retail import aggregates, config, pipeline

    seconds: Seconds = {}

    def timed(name: str, step: Callable[..., Any], *arguments: Any) -> Any:
        clock, cores = time.perf_counter(), time.process_time()
        result = step(*arguments)
        seconds[name] = (time.perf_counter() - clock, time.process_time() - cores)
        return result

    chosen = config.load(Path(path))
    inputs = timed("reading", pipeline.read, chosen, pipeline.silent)
    timed("reductions", aggregates.collect_all, inputs, chosen.engine, chosen.work_folder)
    return seconds


def measured(path: Path) -> Seconds:
    """What `run` takes for a config."""
    os.sync()  # what was copied before is not written while this is measured
    command = [sys.executable, "-m", "tests.benchmarks.incremental", "--run", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Seconds = json.loads(done.stdout.splitlines()[-1])
    return found | {"both": tuple(map(sum, zip(*found.values(), strict=True)))}


def main(lines: int, files: int, engine: str) -> None:
    """Print the run of one new day, the full run, and the share of the first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator.write(folder, lines, files=files)
        path, last = folder / "retail.toml", max((folder / "transactions").iterdir())
        path.write_text(f'engine = "{engine}"\n[input]\ntransactions = "transactions"\n')
        last.rename(folder / last.name)
        measured(path)
        shutil.copy(folder / last.name, last)
        day = measured(path)
        shutil.rmtree(folder / ".retail")
        full = measured(path)
    print(f"{lines:,} lines in {files:,} files, {engine}; seconds of the clock, of all cores")
    for what, found in {"full": full, "one new day": day}.items():
        for step, (clock, cores) in found.items():
            share = f"{clock / full[step][0]:.3f}  {cores / full[step][1]:.3f}"
            print(f"{what:12} {step:10} {clock:7.2f} {cores:7.2f}   share {share}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What one new day costs.")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--engine", default="polars")
    parser.add_argument("--run", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        print(json.dumps(run(given.run)))
    else:
        main(given.lines, given.files, given.engine)
