"""What the parts of the analysis add to `retail build`, in seconds of whole processes.

    python -m tests.benchmarks.costs [RUNS]

Builds with a part left out by the config, and with slices, in turn; median of RUNS (default 3) after
a warm-up, on the case study where ../shared/data has it, else on the bundled sample:
  pairs and tests   the 77 pairs with sampled silhouettes, the noise test and stability (at most 4 s)
  history           every month end (at most 1 s)
  slices            one for each channel, gender and city, per slice (at most 0.7 s each)
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.build import CASE_STUDY, IMPORTS, ROOT, seconds

ONE_PAIR = "[clusters]\nevery_pair = false\npermutations = 0\nsubsamples = 0\n"
NO_HISTORY = "[rfm]\nhistory_months = 1\n"
CONFIGS = {
    "whole": "",
    "one pair, untested": ONE_PAIR,
    "one month end": NO_HISTORY,
    "neither": ONE_PAIR + NO_HISTORY,
    "with slices": "",
}


def commands(folder: Path) -> dict[str, list[str]]:
    """Name -> command line; each builds into a folder of its own."""
    data = CASE_STUDY if CASE_STUDY.is_dir() else ROOT / "data" / "sample"
    made = {"imports": [sys.executable, "-c", IMPORTS]}
    for number, (name, keys) in enumerate(CONFIGS.items()):
        config = folder / str(number) / "retail.toml"
        config.parent.mkdir()
        config.write_text(f'[input]\nfolder = "{data}"\n{keys}', encoding="utf-8")
        made[name] = [
            sys.executable,
            "-m",
            "retail.cli",
            "build",
            "--full",
            "--config",
            str(config),
        ]
        made[name] += ["--slices"] * (name == "with slices")
    return made


def main(runs: int = 3) -> None:
    """Time all in turn and print what each part adds."""
    with tempfile.TemporaryDirectory() as folder:
        named = commands(Path(folder))
        for command in named.values():
            seconds(command)
        slices = len(list(Path(folder).glob(f"{len(CONFIGS) - 1}/site/slice-*.html")))
        times: dict[str, list[float]] = {name: [] for name in named}
        for _ in range(runs):
            for name, command in named.items():
                times[name].append(seconds(command))
    median = {name: statistics.median(values) for name, values in times.items()}
    for name, values in times.items():
        print(f"{name:20} {min(values):6.2f} {median[name]:6.2f} {max(values):6.2f} s")
    print(
        f"pairs and tests add  {median['whole'] - median['one pair, untested']:6.2f} s  (at most 4)"
    )
    print(f"history adds         {median['whole'] - median['one month end']:6.2f} s  (at most 1)")
    each = (median["with slices"] - median["whole"]) / slices
    print(f"each of {slices:2} slices   {each:6.2f} s  (at most 0.7)")
    print(f"neither / imports    {median['neither'] / median['imports']:6.2f}  (at most 2)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
