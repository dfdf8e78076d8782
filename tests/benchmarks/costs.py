"""What the parts of the analysis add to `retail build`, in seconds of whole processes.

    python -m tests.benchmarks.costs [RUNS]

Builds with a part left out by the config, and with slices, in turn; median of RUNS (default 3) after
a warm-up, on the case study where ../shared/data has it, else on the bundled sample. Seconds of the
clock, and of all cores in brackets:
  pairs and tests   the 77 pairs with sampled silhouettes, the noise test and stability (at most 4 s)
  history           every month end (at most 1 s)
  slices            one for each channel, gender and city, per slice (at most 0.7 s each)
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks.build import CASE_STUDY, IMPORTS, ROOT, timed

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
            "--quiet",
            "--config",
            str(config),
        ]
        made[name] += ["--slices"] * (name == "with slices")
    return made


def main(runs: int = 3) -> None:
    """Time all in turn and print what each part adds."""
    with tempfile.TemporaryDirectory() as folder:
        median = timed(commands(Path(folder)), runs)
        slices = len(list(Path(folder).glob(f"{len(CONFIGS) - 1}/site/slice-*.html")))

    def show(label: str, name: str, without: str, parts: int, most: float) -> None:
        clock = (median[name].clock - median[without].clock) / parts
        cores = (median[name].cores - median[without].cores) / parts
        print(f"{label:20} {clock:6.2f} s ({cores:.2f} s; at most {most})")

    show("pairs and tests add", "whole", "one pair, untested", 1, 4)
    show("history adds", "whole", "one month end", 1, 1)
    show(f"each of {slices:2} slices", "with slices", "whole", slices, 0.7)
    ratio = median["neither"].clock / median["imports"].clock
    print(f"neither / imports    {ratio:6.2f}   (at most 5)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
