"""Time and memory from CSV to site at 1, 10 and 100 million lines, per engine and step.

    python -m tests.benchmarks.scale [--lines 1000000 10000000] [--engines polars duckdb pandas pyspark]
                                     [--hand polars pandas] [--keep FOLDER]

Each run is a process of its own that reads the same CSVs (`generator`), beside the hand-written
scripts of the same reductions (`by_hand`). Memory is what the process and its children hold, pages
shared among them counted once (PSS). 100 million lines are 6 GB of CSV and take 20 GB of disk: only
on request. On a machine that others use, look at the seconds of processor time.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.benchmarks import generator

ROOT = Path(__file__).resolve().parents[2]
STEPS = {
    "Read and check the inputs": "reading",
    "Aggregate the lines": "reductions",
    "Analyse the customers": "segments",
    "Apply the privacy level": "segments",
    "Draw charts and pages": "charts and pages",
    "Publish the site": "publish",
}
ORDER = ("start", *dict.fromkeys(STEPS.values()))
COMPARED = ("reading", "reductions")  # what the hand-written scripts do too
EVERY_SECONDS = 0.5  # counting the pages of a large process takes a while
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """Seconds and bytes of one step, or of a whole process."""

    wall: float = 0.0
    processor: float = 0.0
    peak: int = 0


@dataclass
class Run:
    """One process: what each step took, what it printed last."""

    steps: dict[str, Measured] = field(default_factory=dict)
    said: str = ""

    @property
    def whole(self) -> Measured:
        """All steps together."""
        return self.of(self.steps)

    def of(self, names: object) -> Measured:
        """Some steps together."""
        chosen = [self.steps[name] for name in names if name in self.steps]  # type: ignore[attr-defined]
        return Measured(
            sum(one.wall for one in chosen),
            sum(one.processor for one in chosen),
            max((one.peak for one in chosen), default=0),
        )


def tree(pid: int) -> Iterator[int]:
    """A process and all below it."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield from tree(int(child))


def held(pid: int) -> int:
    """Bytes of a process, its share of what it shares."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    return 0


def worked(pid: int) -> float:
    """Seconds of processor time of a process and of its children that have ended."""
    with suppress(OSError):
        values = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        return sum(map(int, values[11:15])) / TICKS
    return 0.0


def measured(command: list[str], steps: Path | None = None) -> Run:
    """Run a command; `steps` is a file into which it writes the name of the step it begins."""
    run, name = Run(), "start"
    environment = os.environ | {"RETAIL_STEPS": str(steps)} if steps else None
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    before, then = 0.0, time.perf_counter()
    while process.poll() is None:
        time.sleep(EVERY_SECONDS)
        if steps and steps.exists():
            name = (["start", *steps.read_text().splitlines()])[-1]
        pids = list(tree(process.pid))
        now, total = time.perf_counter(), max(before, sum(map(worked, pids)))
        step = run.steps.setdefault(name, Measured())
        step.wall += now - then
        step.processor += total - before
        step.peak = max(step.peak, sum(map(held, pids)))
        before, then = total, now
    out, errors = process.communicate()
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}:\n{errors[-3000:]}")
    run.said = out.strip().splitlines()[-1] if out.strip() else ""
    return run


def build(config: str) -> None:
    """Within the measured process: build the site of a config, telling each step."""
    from retail.config import load
    from retail.pipeline import build as built

    steps = Path(os.environ["RETAIL_STEPS"])

    def step(title, function, *arguments, retries=0):  # type: ignore[no-untyped-def]
        with steps.open("a") as file:
            file.write(STEPS.get(title, title) + "\n")
        return function(*arguments)

    print(built(load(Path(config)), step=step))


def site(data: Path, engine: str, work: Path) -> Run:
    """CSV to site with an engine, nothing cached."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        config = Path(folder, "retail.toml")
        config.write_text(f'engine = "{engine}"\n[input]\nfolder = "{data}"\n')
        run = measured(
            [sys.executable, "-m", "tests.benchmarks.scale", "--build", str(config)],
            Path(folder, "steps"),
        )
        summary = json.loads(Path(folder, "site", "summary.json").read_text())
        run.said = json.dumps(summary.get("transactions"))
        return run


def by_hand(data: Path, engine: str, work: Path) -> Run:
    """The hand-written script with an engine."""
    with tempfile.TemporaryDirectory(dir=work) as folder:
        return measured(
            [sys.executable, "-m", "tests.benchmarks.by_hand", engine, str(data), folder]
        )


def shown(label: str, one: Measured) -> str:
    """A row of the printed table."""
    return f"  {label:<22}{one.wall:>9.1f}{one.processor:>9.1f}{one.peak / 1e9:>8.2f}"


def report(engine: str, lines: int, run: Run, hand: dict[str, Run]) -> None:
    """Print what a run took, and how it compares."""
    print(f"\n{engine}, {lines:,} lines     wall s    cpu s      GB")
    for name in (*ORDER, *(other for other in run.steps if other not in ORDER)):
        if name in run.steps:
            print(shown(name, run.steps[name]))
    print(shown("whole", run.whole))
    both, own = run.of(COMPARED), hand.get("pandas" if engine == "pandas" else "polars")
    if own is not None:
        print(
            f"  reading and reductions / by hand: {both.wall / own.whole.wall:.2f} wall, "
            f"{both.processor / own.whole.processor:.2f} cpu"
        )
    print(f"  {run.said}", flush=True)


def main() -> None:
    """Generate, run everything in turn, print."""
    parser = argparse.ArgumentParser(description="Time and memory from CSV to site.")
    parser.add_argument("--lines", type=int, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--engines", nargs="+", default=["polars", "duckdb", "pandas", "pyspark"])
    parser.add_argument("--customers", type=int)
    parser.add_argument("--hand", nargs="*", default=["polars", "pandas"])
    parser.add_argument("--keep", type=Path, help="folder for the generated CSVs")
    parser.add_argument("--build", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.build:
        build(given.build)
        return
    before: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for lines in given.lines:
            data = (given.keep or Path(temporary)) / f"lines-{lines}-{given.customers or 'usual'}"
            if not data.exists():
                generator.write(data, lines, customers=given.customers)
            hand = {engine: by_hand(data, engine, Path(temporary)) for engine in given.hand}
            for engine, run in hand.items():
                print(f"\nby hand, {engine}, {lines:,} lines     wall s    cpu s      GB")
                print(shown("whole", run.whole), f"\n  {run.said}", flush=True)
            for engine in given.engines:
                run = site(data, engine, Path(temporary))
                report(engine, lines, run, hand)
                if engine in before:
                    print(f"  time grows {run.whole.processor / before[engine]:.1f} times (cpu)")
                before[engine] = run.whole.processor


if __name__ == "__main__":
    main()
