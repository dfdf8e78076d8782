"""What one new day costs, beside reading and reducing everything.

    python -m tests.benchmarks.incremental [--lines N] [--files N] [--engine NAME]

A shop of so many lines (default 1 million) in so many daily files (default 500) is read and reduced
but for its last file; then that file comes and a night follows, which reads what is new; then the
same night once more, in which new customers come too: to the table of customers and with a line each
in the last file, so many as on an average day. Then all is read anew. Each is a process of its own.
Printed are seconds of the clock and of all cores by step, and the nights' shares of the full run.
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
from typing import TYPE_CHECKING, Any

from tests.benchmarks import generator

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.intake.inputs import Inputs

ROOT = Path(__file__).resolve().parents[2]
Seconds = dict[str, tuple[float, float]]  # of the clock and of all cores, by step


def night(path: str) -> Seconds:
    """Read and reduce, within a process of its own."""
    from retail import config, steps, workers

    workers.look_for_garbage_seldom()  # as every run does
    seconds: Seconds = {}

    def timed(name: str, step: Callable[..., Any], *arguments: Any) -> Any:
        clock, cores = time.perf_counter(), time.process_time()
        result = step(*arguments)
        seconds[name] = (time.perf_counter() - clock, time.process_time() - cores)
        return result

    chosen = config.load(Path(path))
    inputs = timed("reading", steps.read, chosen, lambda message: None)
    timed("reductions", reduced, inputs, chosen)
    return seconds


def reduced(inputs: Inputs, chosen: Config) -> Aggregates:
    """All small tables, without scores and clusters."""
    from retail import aggregates

    return aggregates.collect_all(inputs, chosen.engine, chosen.work_folder)


def measured(path: Path) -> Seconds:
    """What `night` takes for a config."""
    os.sync()  # what was copied before is not written while this is measured
    command = [sys.executable, "-m", "tests.benchmarks.incremental", "--night", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    found: Seconds = json.loads(done.stdout.splitlines()[-1])
    return found | {"both": tuple(map(sum, zip(*found.values(), strict=True)))}


def main(lines: int, files: int, engine: str) -> None:
    """Print the three runs and the share of the second."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        generator.write(folder, lines, files=files)
        path, last = folder / "retail.toml", max((folder / "transactions").iterdir())
        path.write_text(f'engine = "{engine}"\n[input]\ntransactions = "transactions"\n')
        last.rename(folder / last.name)
        measured(path)
        shutil.copytree(folder / ".retail", folder / "before")
        shutil.copy(folder / last.name, last)
        nights = {"one new day": measured(path)}
        shutil.rmtree(folder / ".retail")
        (folder / "before").rename(folder / ".retail")
        count = round(generator.usual_customers(lines) / 2 / files)  # half are there from the start
        newcomers(folder / "Customer.csv", folder / last.name, last, count)
        nights[f"with {count:,} new customers"] = measured(path)
        shutil.rmtree(folder / ".retail")
        full = measured(path)
    print(f"{lines:,} lines in {files:,} files, {engine}; seconds of the clock, of all cores")
    for what, found in {"full": full, **nights}.items():
        for step, (clock, cores) in found.items():
            share = f"{clock / full[step][0]:.3f}  {cores / full[step][1]:.3f}"
            print(f"{what:24} {step:10} {clock:7.2f} {cores:7.2f}   share {share}")


def newcomers(table: Path, day: Path, target: Path, count: int) -> None:
    """Have so many unknown customers come to the table of customers, each with the last of its rows and a
    line of the `day`, which is written to `target`."""
    ids = [str(generator.FIRST_ID + 10**9 + number) for number in range(count)]
    row = table.read_text().splitlines()[-1].split(",", 1)[1]
    with table.open("a") as file:
        file.writelines(f"{one},{row}\n" for one in ids)
    lines = day.read_text().splitlines()
    more = [line.split(",", 2)[2] for line in lines[1 : count + 1]]
    bought = [f"{one}{one},{one},{rest}" for one, rest in zip(ids, more, strict=True)]
    target.write_text("\n".join([*lines, *bought, ""]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What one new day costs.")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--engine", default="polars")
    parser.add_argument("--night", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.night:
        print(json.dumps(night(given.night)))
    else:
        main(given.lines, given.files, given.engine)
