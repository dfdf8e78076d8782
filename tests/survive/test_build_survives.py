"""A whole build that is killed, starved or refused: the old site or the new one, and one message."""

from __future__ import annotations

import csv
import os
import random
import re
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
import victims

from retail.render.run import FILES as NAME_THE_RUN
from retail.storage.exchange import sibling
from retail.storage.folders import MARKER
from retail.storage.lock import one_run

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
STEPS = (
    "Read and check the inputs",
    "Aggregate the lines",
    "Analyse the customers",
    "Apply the privacy level",
    "Draw charts and pages",
    "Publish the site",
)
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
NOBODY = 65534


def small_shop(folder: Path) -> Path:
    """The bundled sample of every 20th customer, and its config; returns the config's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("Transactions.csv", "Customer.csv", "prod_cat_info.csv", "cities.csv"):
        head, *rows = (SAMPLE / name).read_text(encoding="utf-8").splitlines(keepends=True)
        customer = head.split(",").index("cust_id") if name == "Transactions.csv" else 0
        if name in ("Transactions.csv", "Customer.csv"):
            rows = [row for row in rows if row.split(",")[customer].endswith(("20", "40"))]
        (folder / name).write_text("".join([head, *rows]), encoding="utf-8")
    return config(folder, "Old")


def config(folder: Path, title: str, **keys: str) -> Path:
    path = folder / "retail.toml"
    lines = [f'title = "{title}"', *(f'{key} = "{value}"' for key, value in keys.items())]
    path.write_text("\n".join([*lines, "[privacy]", 'level = "raw"', ""]), encoding="utf-8")
    return path


def with_private(path: Path, folder: Path) -> Path:
    """The config with another folder for its private lists."""
    path.write_text(path.read_text(encoding="utf-8") + f'private = "{folder}"\n', encoding="utf-8")
    return path


def stable(site: Path) -> dict[str, bytes]:
    """All that must be the same for the same lines and config."""
    files = {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    names = [name for name in files.pop(MARKER).decode().splitlines() if name not in NAME_THE_RUN]
    found = {name: content for name, content in files.items() if name not in NAME_THE_RUN}
    return found | {MARKER: "\n".join(names).encode()}


def leftovers(shop: Path) -> list[str]:
    return [p.name for p in shop.iterdir() if p.name.startswith(".site")]


class Shop:
    """A shop whose site has been built under both titles, so that either can be recognised."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.site = folder, folder / "site"
        self.config = small_shop(folder)
        self.new = self.built("New")
        self.old = self.built("Old")

    def built(self, title: str, is_full: bool = False) -> dict[str, bytes]:
        run = victims.build_anew if is_full else victims.build
        ended = victims.run(run, config(self.folder, title))
        assert ended.code == 0, ended.said
        return stable(self.site)

    def is_complete(self) -> bool:
        return stable(self.site) in (self.old, self.new)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def old_shop(shop: Shop) -> Shop:
    """The shop with its old site, asked for the new one."""
    if stable(shop.site) != shop.old:
        assert shop.built("Old") == shop.old
    config(shop.folder, "New")
    return shop


@pytest.mark.slow
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_around_a_step(old_shop: Shop, step: str, moment: str) -> None:
    assert victims.run(victims.build, old_shop.config, (moment, step)).code == -9
    published = (moment, step) == ("after", "Publish the site")
    assert stable(old_shop.site) == (old_shop.new if published else old_shop.old)
    assert old_shop.built("New") == old_shop.new
    assert leftovers(old_shop.folder) == []


@pytest.mark.slow
def test_killed_at_random_instants(old_shop: Shop) -> None:
    dice, titles = random.Random(11), ("Old", "New")
    started = time.monotonic()
    old_shop.built("New")
    takes = time.monotonic() - started
    for n in range(8):
        process, pipe = victims.child(victims.build, config(old_shop.folder, titles[n % 2]))
        time.sleep(dice.random() * takes)
        process.kill()
        victims.ended(process, pipe)
        assert old_shop.is_complete()
    assert old_shop.built("New") == old_shop.new
    assert leftovers(old_shop.folder) == []


def test_terminated_politely(old_shop: Shop) -> None:
    process, pipe = victims.child(victims.build, old_shop.config)
    time.sleep(0.3)
    process.terminate()
    assert victims.ended(process, pipe).code in (-15, 0)
    assert old_shop.is_complete()


@pytest.mark.parametrize("kilobytes", [1, 20, 100])
def test_files_that_may_not_grow(old_shop: Shop, kilobytes: int) -> None:
    """A limit on the size of files, which fails where a full disk would."""
    ended = victims.run(
        victims.build_within, old_shop.config, resource.RLIMIT_FSIZE, kilobytes * 1024
    )
    assert ended.code in (6, 7), ended.said
    assert "untouched" in ended.said
    assert stable(old_shop.site) == old_shop.old


def test_out_of_memory(old_shop: Shop) -> None:
    ended = victims.run(victims.build_within, old_shop.config, resource.RLIMIT_AS, 8 << 20)
    assert ended.code != 0
    assert stable(old_shop.site) == old_shop.old
    assert old_shop.built("New") == old_shop.new


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1.5 MB, where this user may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(disk)]
    if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def fill(path: Path, leave: int) -> None:
    """Write until the disk is full, then give `leave` bytes back."""
    with suppress(OSError), path.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    os.truncate(path, path.stat().st_size - leave)


@pytest.mark.parametrize("full", ["output", "work"])
def test_a_full_disk(old_shop: Shop, small_disk: Path, full: str) -> None:
    folder = small_disk / full
    keys = {full: str(folder)}
    if full == "output":
        folder.mkdir()
        (folder / "index.html").write_bytes(b"the old one")
        (folder / ".retail-site").write_text("\n\nindex.html\n", encoding="utf-8")
    else:
        fill(small_disk / "ballast", leave=60_000)
    ended = victims.run(victims.build, config(old_shop.folder, "New", **keys))
    assert ended.code == (6 if full == "output" else 7), ended.said
    assert re.search("No space left|free on this disk", ended.said)
    assert str(small_disk) in ended.said
    assert stable(old_shop.site) == old_shop.old
    if full == "output":
        assert [p.name for p in small_disk.iterdir()] == ["output"]
        assert (folder / "index.html").read_bytes() == b"the old one"


def listed(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_disk_too_full_for_the_private_lists_keeps_the_old_site(
    old_shop: Shop, small_disk: Path
) -> None:
    folder = small_disk / "private"
    folder.mkdir()
    (folder / "customers.csv").write_bytes(b"the old list")
    fill(small_disk / "ballast", leave=20_000)
    ended = victims.run(victims.build, with_private(config(old_shop.folder, "New"), folder))
    assert ended.code == 7, ended.said
    assert "No space left" in ended.said
    assert "old site is untouched" in ended.said
    assert stable(old_shop.site) == old_shop.old
    assert listed(folder) == {"customers.csv": b"the old list"}


def test_lists_that_get_stuck_after_the_exchange_are_told_as_that(old_shop: Shop) -> None:
    before = listed(old_shop.folder / ".retail" / "private")
    ended = victims.run(victims.build_with_stuck_lists, old_shop.config)
    assert ended.code == 8
    assert ended.said.startswith("The new site is published, but the private lists")
    assert "old site" not in ended.said
    assert stable(old_shop.site) == old_shop.new
    assert listed(old_shop.folder / ".retail" / "private") == before
    assert old_shop.built("New") == old_shop.new
    assert [run["outcome"] for run in told(old_shop, "runs")][-2:] == ["published", "this one"]


def test_a_run_that_fails_early_still_finishes_the_exchange_of_a_dead_one(old_shop: Shop) -> None:
    """Where names can't be exchanged at once a run may die with no site; the next one, whatever
    becomes of it, has it back."""
    complete = old_shop.site.rename(sibling(old_shop.site, "next"))
    sibling(old_shop.site, "marker").write_text("being exchanged", encoding="utf-8")
    lines, away = (old_shop.folder / name for name in ("Transactions.csv", "away.txt"))
    lines.rename(away)
    try:
        assert victims.run(victims.build, old_shop.config).code == 3
    finally:
        away.rename(lines)
    assert not complete.exists()
    assert stable(old_shop.site) == old_shop.old
    assert leftovers(old_shop.folder) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become someone else")
@pytest.mark.parametrize("closed", ["output", "work"])
def test_permission_denied(old_shop: Shop, closed: str, tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.stat().st_mode & 0o005 != 0o005:
            parent.chmod(parent.stat().st_mode | 0o005)
        if parent == Path("/tmp"):
            break
    yes, no = tmp_path / "open", tmp_path / "closed"
    yes.mkdir()
    os.chown(yes, NOBODY, NOBODY)
    no.mkdir()
    keys = {"work": str(yes / "work"), "output": str(yes / "site"), closed: str(no / closed)}
    for path in (old_shop.folder, old_shop.folder.parent):
        path.chmod(0o755)
    own = with_private(config(old_shop.folder, "New", **keys), yes / "private")
    own.write_text(own.read_text("utf-8") + '[publish]\nstills = "none"\n', encoding="utf-8")
    ended = victims.run(victims.build_as, own, NOBODY)
    assert ended.code == (6 if closed == "output" else 7), ended.said
    assert "Permission denied" in ended.said
    assert str(no) in ended.said
    assert list(no.iterdir()) == []


def test_a_second_run_says_who_is_at_work_or_waits(old_shop: Shop) -> None:
    work = old_shop.folder / ".retail"
    with one_run(work, "run of last night"):
        ended = victims.run(victims.build, old_shop.config)
        assert ended.code == 6
        assert f"process {os.getpid()}, run of last night" in ended.said
        waiting = victims.child(victims.build_waiting, old_shop.config, 60.0)
        time.sleep(0.5)
        assert stable(old_shop.site) == old_shop.old
    assert victims.ended(*waiting).code == 0
    assert stable(old_shop.site) == old_shop.new


def test_two_runs_with_other_working_folders_and_one_site(old_shop: Shop, tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        own = tmp_path / f"{name}.toml"
        text = old_shop.config.read_text(encoding="utf-8")
        head = f'work = "{tmp_path / name}"\noutput = "{old_shop.site}"\n'
        own.write_text(head + text + f'[input]\nfolder = "{old_shop.folder}"\n', encoding="utf-8")
        runs.append(victims.child(victims.build, own))
    assert [victims.ended(*run).code for run in runs] == [0, 0]
    assert stable(old_shop.site) == old_shop.new
    assert leftovers(old_shop.folder) == []


def test_the_clock_moved_back(old_shop: Shop) -> None:
    for when in ("2031-01-01T02:00:00", "2001-01-01T02:00:00"):
        ended = victims.run(victims.build_at, old_shop.config, when)
        assert ended.code == 0, ended.said
        assert f'"started": "{when}' in (old_shop.site / "run.json").read_text(encoding="utf-8")
    assert stable(old_shop.site) == old_shop.new


def test_the_message_names_the_log_of_the_run(old_shop: Shop) -> None:
    lines, away = (old_shop.folder / name for name in ("Transactions.csv", "away.txt"))
    lines.rename(away)
    try:
        ended = victims.run(victims.build, old_shop.config)
    finally:
        away.rename(lines)
    assert ended.code == 3
    assert ended.said.count("\n") < 24
    log = Path(ended.said.rsplit("Details: ", 1)[1])
    text = log.read_text(encoding="utf-8")
    assert "Read and check the inputs" in text
    assert "Traceback" in text
    assert stable(old_shop.site) == old_shop.old


def told(shop: Shop, table: str) -> list[dict[str, str]]:
    with (shop.site / "data" / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_runs_tell_who_was_killed_and_what_failed(old_shop: Shop) -> None:
    assert victims.run(victims.build, old_shop.config, ("before", STEPS[1])).code == -9
    lines, away = (old_shop.folder / name for name in ("Transactions.csv", "away.txt"))
    lines.rename(away)
    try:
        assert victims.run(victims.build, old_shop.config).code == 3
    finally:
        away.rename(lines)
    assert old_shop.built("New") == old_shop.new
    outcomes = [run["outcome"] for run in told(old_shop, "runs")]
    assert outcomes[-3:] == ["killed", "failed: input", "this one"]


def test_killed_after_the_exchange_counts_as_published(old_shop: Shop) -> None:
    assert victims.run(victims.build, old_shop.config, ("after", STEPS[-1])).code == -9
    assert stable(old_shop.site) == old_shop.new
    assert old_shop.built("New") == old_shop.new
    assert [run["outcome"] for run in told(old_shop, "runs")][-2:] == ["published", "this one"]


def test_a_damaged_history_costs_the_history_only(old_shop: Shop) -> None:
    (old_shop.folder / ".retail" / "history.sqlite3").write_bytes(b"rubbish " * 5000)
    assert old_shop.built("New") == old_shop.new
    assert [run["outcome"] for run in told(old_shop, "runs")] == ["this one"]


def warnings(shop: Shop) -> int:
    """Checks that warned in the run whose site is there."""
    return next(int(run["warnings"]) for run in told(shop, "runs") if run["outcome"] == "this one")


def test_a_channel_that_is_gone_stops_the_run_or_is_told(old_shop: Shop) -> None:
    """Checks against the last run: stop keeps the old site, warn tells the new one, again and again."""
    before = warnings(old_shop)
    lines = old_shop.folder / "Transactions.csv"
    good = lines.read_text(encoding="utf-8")
    stop = config(old_shop.folder, "Old")
    text = stop.read_text(encoding="utf-8")
    kept = [line for line in good.splitlines(keepends=True) if not line.endswith(",Store\n")]
    lines.write_text("".join(kept), encoding="utf-8")
    try:
        stop.write_text(f'{text}[checks]\nsteady_names = "stop"\n', encoding="utf-8")
        ended = victims.run(victims.build, stop)
        assert ended.code == 4
        assert "gone: channel Store (check steady_names" in ended.said
        assert stable(old_shop.site) == old_shop.old
        first = old_shop.built("Old")
        for _ in range(2):
            doubts = {row["check"]: row["observed"] for row in told(old_shop, "run_checks")}
            assert doubts.keys() == {"steady_names", "steady_volume"}
            assert doubts["steady_names"] == "gone: channel Store"
            assert "gone: channel Store" in (old_shop.site / "digest.txt").read_text("utf-8")
            assert old_shop.built("Old", is_full=True) == first
        assert warnings(old_shop) == before + 2
    finally:
        lines.write_text(good, encoding="utf-8")


def test_changes_since_the_last_run(old_shop: Shop) -> None:
    """A line of one more purchase: the figures that it moves, exactly."""
    lines = old_shop.folder / "Transactions.csv"
    good = lines.read_text(encoding="utf-8")
    last = good.splitlines()[-1].split(",")
    row = ",".join(["99999999999", *last[1:5], "1", "20", "2", "22", *last[9:]])
    lines.write_text(f"{good}{row}\n", encoding="utf-8")
    try:
        old_shop.built("New")
        changed = {row["figure"]: row["difference"] for row in told(old_shop, "figure_changes")}
    finally:
        lines.write_text(good, encoding="utf-8")
    assert Decimal(changed["Net revenue"]) == 22
    assert Decimal(changed["Tax"]) == 2
    assert Decimal(changed["Purchases"]) == 1
