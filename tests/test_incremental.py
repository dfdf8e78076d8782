"""Whole sites, run after run: one that reads only new or changed files makes what a full run makes."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from retail import config, pipeline
from retail.render.run import FILES as NAME_THE_RUN

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"
DAYS = 6
# Quick, but with every table of the run.
KEYS = """
[clusters]
components = 3
clusters = 3
permutations = 2
subsamples = 2
every_pair = false
[rfm]
history_months = 3
[publish]
stills = "none"
"""


def daily_files(folder: Path) -> list[list[str]]:
    """The sample of some customers in `folder`, its lines dealt to daily files that are not there yet."""
    folder.mkdir()
    for name in ("Customer.csv", "prod_cat_info.csv", "cities.csv"):
        shutil.copyfile(SAMPLE / name, folder / name)
    head, *rows = (SAMPLE / "Transactions.csv").read_text("utf-8").splitlines(keepends=True)
    customer = head.split(",").index("cust_id")
    some = [row for row in rows if row.split(",")[customer].endswith("0")]
    return [[head, *some[number::DAYS]] for number in range(DAYS)]


def made(root: Path, toml: str, work: str, **how: bool) -> dict[str, bytes]:
    """The site that a run with its own working folder makes, but for what names the run."""
    path = root / f"{work}.toml"
    own = f'work = "{work}"\noutput = "{work}-site"\n'
    paths = (
        f'[input]\nfolder = "in"\ntransactions = "day*.csv"\n[privacy]\nprivate = "{work}-lists"\n'
    )
    path.write_text(own + toml + paths + KEYS, encoding="utf-8")
    site = pipeline.build(config.load(path), **how)
    assert not (root / work / "aggregates").exists(), (
        "Parquet of a run is of no use to the next one"
    )
    files = {p.relative_to(site).as_posix(): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    stable = {name: content for name, content in files.items() if name not in NAME_THE_RUN}
    lists = root / f"{work}-lists"
    return stable | {p.relative_to(lists).as_posix(): p.read_bytes() for p in lists.rglob("*.csv")}


@pytest.mark.slow
def test_runs_after_new_changed_and_removed_days_make_the_site_of_a_full_run(
    tmp_path: Path,
) -> None:
    dice = random.Random(6)
    days = daily_files(tmp_path / "in")
    paths = [tmp_path / "in" / f"day{number}.csv" for number in range(DAYS)]
    toml = 'title = "Shop"\n'

    def write(number: int, share: float) -> None:
        paths[number].write_text("".join(days[number][: int(share * len(days[number]))]), "utf-8")

    for number in range(DAYS - 1):
        write(number, 1)
    made(tmp_path, toml, "daily")
    changes = ["a new day", "a changed day", "a new config", "a removed day"]
    for what in changes:
        if what == "a new day":
            write(DAYS - 1, 1)
        elif what == "a changed day":
            write(dice.randrange(DAYS - 1), 0.9)
        elif what == "a new config":
            toml = 'title = "Another name"\n'
        else:
            paths[dice.randrange(DAYS)].unlink()
        shutil.rmtree(tmp_path / "full", ignore_errors=True)
        shutil.copytree(tmp_path / "daily", tmp_path / "full")  # what earlier runs left
        daily = made(tmp_path, toml, "daily")
        full = made(tmp_path, toml, "full", is_full=True)
        assert {n for n in full.keys() | daily.keys() if full.get(n) != daily.get(n)} == set()
        assert daily == made(tmp_path, toml, "daily"), "and once more, when nothing changed"
