"""Rights of the working folder: closed when a run makes it, never changed on one that was there."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from retail import config
from retail.intake.cache import Cache
from retail.privacy import gate
from retail.storage import lock

TOML = '[input]\nfolder = "in"\n[privacy]\nlevel = "public"\n'


def rights(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def messages(shop: Path) -> list[str]:
    """What a run in `shop` says before it reads."""
    (shop / "retail.toml").write_text(TOML, encoding="utf-8")
    said: list[str] = []
    with lock.one_run(shop / ".retail"):
        gate.check_folders(config.load(shop / "retail.toml"), said.append)
    return said


@pytest.mark.parametrize("first", ["a run", "a check of the files"])
def test_a_working_folder_that_is_made_is_closed_to_others(tmp_path: Path, first: str) -> None:
    if first == "a check of the files":
        Cache(tmp_path / ".retail/checked").prepare([])
    assert messages(tmp_path) == []
    assert rights(tmp_path / ".retail") & 0o007 == 0
    assert rights(tmp_path / ".retail") & 0o700 == 0o700


@pytest.mark.parametrize("shared", [0o775, 0o1777])
@pytest.mark.parametrize("content", ["notes.txt", ""])
def test_a_shared_folder_keeps_its_rights_and_the_run_says_so(
    tmp_path: Path, shared: int, content: str
) -> None:
    folder = tmp_path / ".retail"
    folder.mkdir()
    if content:
        (folder / content).write_text("of a colleague", encoding="utf-8")
    folder.chmod(shared)
    (said,) = messages(tmp_path)
    assert f"can enter the working folder {folder} (rights {shared:o})" in said
    assert "set `work` to a folder that isn't shared" in said
    assert rights(folder) == shared
