"""Nothing changed means nothing made: what counts as a change, and what a run that finds none leaves."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from retail import config, intake, manifest
from retail.config import Config
from retail.render.run import checked_again

LINES = "customer_id,date,amount\n1,2014-01-31,5.00\n2,2014-02-01,{}.00\n"
TOML = '[input]\nfolder = "in"\ntransactions = "*.csv"\n'
FIRST, LATER = "2024-03-01T02:00:00+00:00", "2024-03-02T02:00:00+00:00"


def load(folder: Path, toml: str = TOML) -> Config:
    (folder / "retail.toml").write_text(toml, encoding="utf-8")
    return config.load(folder / "retail.toml")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A shop of two daily files after a run: a site, a private list, centres, and what they are of."""
    files = {
        "in/a.csv": LINES.format(7),
        "in/b.csv": LINES.format(8),
        "site/index.html": "<p>",
        "site/data/sales.csv": "day\n",
        ".retail/private/customers.csv": "customer_id\n",
        ".retail/cluster_centres.parquet": "centres",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    named = json.dumps({"run_id": "run 1", "started": FIRST}).encode()
    for name, content in checked_again(named, FIRST).items():
        (tmp_path / "site" / name).write_bytes(content)
    remember(tmp_path)
    return tmp_path


def remember(folder: Path) -> None:
    chosen = load(folder)
    inputs = intake.read(chosen, today=date(2024, 3, 1))
    manifest.write(chosen, "run 1", FIRST, manifest.build_inputs(chosen, False), inputs)


def reason(folder: Path, toml: str = TOML, published: str = "run 1", *options: object) -> str:
    """Why the shop in `folder` needs a new site."""
    chosen = load(folder, toml)
    now = manifest.build_inputs(chosen, *options or (False,))
    return manifest.why_build(chosen, now, manifest.read(chosen.work_folder), published)


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def same_size_and_time(folder: Path) -> None:
    path = folder / "in" / "a.csv"
    before = path.stat()
    path.write_text(LINES.format(9), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


NO_SITE, SITE, LISTS = "no site", "the site is not as", "the private lists are not as"


@pytest.mark.parametrize(
    "change, said",
    [
        pytest.param(lambda folder: None, "", id="nothing"),
        pytest.param(lambda folder: os.utime(folder / "in" / "a.csv", (1, 1)), "", id="a time"),
        pytest.param(write("in/notes.md", "x"), "", id="a file that is no input"),
        pytest.param(write("site/.DS_Store", "x"), "", id="litter of a file manager"),
        pytest.param(same_size_and_time, "changed: a.csv", id="content, not size and time"),
        pytest.param(write("in/a.csv", LINES.format(10)), "changed: a.csv", id="size"),
        pytest.param(write("in/c.csv", LINES.format(7)), "new: c.csv", id="a day more"),
        pytest.param(remove("in/b.csv"), "gone: b.csv", id="a day less"),
        pytest.param(
            lambda folder: (folder / "in" / "b.csv").rename(folder / "in" / "c.csv"),
            "new: c.csv, gone: b.csv",
            id="another name",
        ),
        pytest.param(lambda folder: shutil.rmtree(folder / "in"), "can't be read", id="no input"),
        pytest.param(lambda folder: shutil.rmtree(folder / "site"), NO_SITE, id="no site"),
        pytest.param(remove("site/run.js"), NO_SITE, id="half a name"),
        pytest.param(remove("site/data/sales.csv"), SITE, id="a file of the site gone"),
        pytest.param(write("site/index.html", "<b>"), SITE, id="a page edited"),
        pytest.param(write("site/mine.html", ""), SITE, id="a page added"),
        pytest.param(write(".retail/private/customers.csv", "x"), LISTS, id="a list edited"),
        pytest.param(remove(".retail/private/customers.csv"), LISTS, id="a list gone"),
        pytest.param(remove(".retail/cluster_centres.parquet"), LISTS, id="centres gone"),
        pytest.param(write(".retail/last_site.json", "{"), NO_SITE, id="memory damaged"),
        pytest.param(remove(".retail/last_site.json"), NO_SITE, id="memory gone"),
    ],
)
def test_a_new_site_is_made_when(made: Path, change: Callable[[Path], object], said: str) -> None:
    change(made)
    found = reason(made)
    assert said in found
    assert bool(said) == bool(found)


def test_config_key_program_and_options_are_build_inputs(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reason(made, TOML + "# a remark\n") == ""
    assert reason(made, TOML + "[rfm]\nbins = 4\n") == "changed: config"
    assert reason(made, TOML, "run 1", True) == "changed: options"
    assert "no site" in reason(made, TOML, "run 2")
    with monkeypatch.context() as patch:
        patch.setenv("RETAIL_KEY", "another key, of twenty signs or more")
        assert reason(made) == "changed: key"
    monkeypatch.setattr(manifest, "_program", lambda: "another version")
    assert reason(made) == "changed: program"


def test_lines_dated_after_the_run_are_looked_at_every_day(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = LINES.format(7).replace("2014", "2090")
    (made / "in" / "a.csv").write_text(text, encoding="utf-8")
    (made / "in" / "b.csv").unlink()
    remember(made)
    assert reason(made) == ""
    monkeypatch.setattr(manifest, "_today", lambda: "2024-03-03")
    assert "dated after the last run" in reason(made)


def test_a_site_that_holds_says_when_it_was_last_looked_at_and_is_otherwise_untouched(
    made: Path,
) -> None:
    before = {p: p.read_bytes() for p in (made / "site").rglob("*") if p.is_file()}
    manifest.confirm(load(made), LATER)
    after = {p: p.read_bytes() for p in (made / "site").rglob("*") if p.is_file()}
    assert {p.name for p in after if after[p] != before.get(p)} == {"run.json", "run.js"}
    told = json.loads((made / "site" / "run.json").read_text(encoding="utf-8"))
    assert told == {"run_id": "run 1", "started": FIRST, "checked": LATER}
    assert LATER in (made / "site" / "run.js").read_text(encoding="utf-8")
    assert [p.name for p in made.iterdir() if p.name.startswith(".site")] == []
    assert reason(made) == ""
