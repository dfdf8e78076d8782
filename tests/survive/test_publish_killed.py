"""Killed at any line or instant of publishing, the site is the whole old one or the whole new one."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
import victims

from retail.errors import CheckError
from retail.render.publish import publish
from retail.storage.exchange import sibling
from retail.storage.folders import MARKER

pytestmark = pytest.mark.skipif(not hasattr(victims.os, "fork"), reason="needs fork")


def a_site(name: str) -> dict[str, bytes]:
    """A small site; each file says which site it is of, and some names are of one site only."""
    page = f'<!doctype html><html lang="en"><title>{name}</title><a href="{name}.html">{name}</a>'
    pages = dict.fromkeys(("index.html", f"{name}.html"), page.encode())
    return {**pages, "data/lines.csv": f"{name}\r\n".encode(), ".nojekyll": b""}


OLD, NEW = a_site("old"), a_site("new")


def found(site: Path) -> dict[str, bytes]:
    files = {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}
    assert files.pop(MARKER), "the list of files is written last"
    return files


def is_clean(site: Path) -> bool:
    return [p.name for p in site.parent.iterdir() if p.name != site.name] == []


def test_killed_before_every_line(tmp_path: Path) -> None:
    site = tmp_path / "site"
    publish(OLD, site)
    lines = int(victims.run(victims.publish, NEW, site).said)
    assert lines > 50
    seen = set()
    for line in range(1, lines + 1):
        publish(OLD, site)  # cleans up after the one that died
        assert found(site) == OLD
        assert is_clean(site)
        assert victims.run(victims.publish, NEW, site, line).code == -9
        assert found(site) in (OLD, NEW)
        seen.add(found(site) == NEW)
    assert seen == {True, False}


def test_killed_before_every_line_where_the_system_cannot_exchange(tmp_path: Path) -> None:
    """Two renames leave an instant with no site; whoever comes next puts the new one in place."""
    site = tmp_path / "site"
    publish(OLD, site)
    lines = int(victims.run(victims.publish, NEW, site, 0, False).said)
    gaps = 0
    for line in range(1, lines + 1):
        publish(OLD, site)
        assert victims.run(victims.publish, NEW, site, line, False).code == -9
        if not site.exists():
            gaps += 1
            assert sibling(site, "marker").exists()
            assert victims.run(victims.repair, site).code == 0
        assert found(site) in (OLD, NEW)
    assert 0 < gaps < 8


def test_killed_at_random_instants(tmp_path: Path) -> None:
    site, dice = tmp_path / "site", random.Random(7)
    publish(OLD, site)
    for _ in range(40):
        process, pipe = victims.child(victims.publish_for_ever, [NEW, OLD], site)
        time.sleep(0.02 + dice.random() * 0.06)
        process.kill()
        assert victims.ended(process, pipe).code == -9
        assert found(site) in (OLD, NEW)
    publish(NEW, site)
    assert found(site) == NEW
    assert is_clean(site)


def test_killed_within_the_exchange(tmp_path: Path) -> None:
    site, dice = tmp_path / "site", random.Random(8)
    publish(NEW, site)
    site.rename(sibling(site, "next"))
    publish_aside = tmp_path / "aside" / "site"
    publish(OLD, publish_aside)
    publish_aside.rename(site)
    for _ in range(60):
        process, pipe = victims.child(victims.exchange_for_ever, sibling(site, "next"), site)
        time.sleep(0.015 + dice.random() * 0.02)
        process.kill()
        assert victims.ended(process, pipe).code == -9
        pair = [found(site), found(sibling(site, "next"))]
        assert pair in ([OLD, NEW], [NEW, OLD])


def test_a_failing_look_keeps_the_old_site(tmp_path: Path) -> None:
    def look(site: Path) -> None:
        assert (site / "new.html").is_file()
        raise CheckError("smoke: nothing was drawn")

    site = tmp_path / "site"
    publish(OLD, site)
    with pytest.raises(CheckError, match="smoke"):
        publish(NEW, site, [look])
    assert found(site) == OLD
    assert is_clean(site)


def test_readers_always_find_a_site(tmp_path: Path) -> None:
    """Whoever opens a page by its address finds one; a page opened before stays readable."""
    site = tmp_path / "site"
    publish(OLD, site)
    process, pipe = victims.child(victims.publish_for_ever, [NEW, OLD], site)
    held = (site / "index.html").open("rb")
    until = time.monotonic() + 1.5
    seen = set()
    while time.monotonic() < until:
        seen.add((site / "index.html").read_bytes())
    process.kill()
    victims.ended(process, pipe)
    assert seen == {OLD["index.html"], NEW["index.html"]}
    assert held.read() in seen
    held.close()
