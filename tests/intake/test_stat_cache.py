"""A file is hashed again whenever it may have changed, and only then."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from retail.intake import cache

posix_only = pytest.mark.skipif(os.name != "posix", reason="the disk tells no time of change")


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are hashed."""
    names: list[str] = []
    real = cache.content_hash

    def noted(path: Path, name: str) -> tuple[str, int]:
        names.append(name)
        return real(path, name)

    monkeypatch.setattr(cache, "content_hash", noted)
    return names


@pytest.fixture
def settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks are so fine that nothing is written twice within a tick; tests wait as long."""
    monkeypatch.setattr(cache, "SETTLED_NS", 0)


def looked(folder: Path, name: str = "day.csv") -> tuple[str, int]:
    """What one run is told of a file."""
    stats = cache.stat_cache(folder)
    found = stats.of(folder / name, name)
    stats.save()
    return found


def write(path: Path, text: str) -> None:
    time.sleep(0.05)  # more than a tick of the file system's clock
    path.write_text(text)
    time.sleep(0.05)


@posix_only
@pytest.mark.usefixtures("settled")
def test_a_file_that_stays_as_it_is_is_hashed_once(tmp_path: Path, hashed: list[str]) -> None:
    write(tmp_path / "day.csv", "one")
    write(tmp_path / "other.csv", "two")
    before = [looked(tmp_path, "day.csv") for _ in range(3)]
    assert before == [cache.content_hash(tmp_path / "day.csv", "again")] * 3
    assert hashed == ["day.csv", "again"]
    looked(tmp_path, "other.csv")  # a run knows the files of the one before it, no others
    looked(tmp_path, "day.csv")
    assert hashed[2:] == ["other.csv", "day.csv"]


@pytest.mark.usefixtures("settled")
def test_a_change_that_hides_its_size_and_time_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    write(path, "one")
    before, told = looked(tmp_path), path.stat()
    write(path, "two")
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    after = looked(tmp_path)
    assert path.stat().st_mtime_ns == told.st_mtime_ns
    assert after == cache.content_hash(path, "day.csv") != before
    write(tmp_path / "other.csv", "six")
    os.utime(tmp_path / "other.csv", ns=(told.st_atime_ns, told.st_mtime_ns))
    os.replace(tmp_path / "other.csv", path)
    assert looked(tmp_path) == cache.content_hash(path, "day.csv") != after


def test_a_file_that_was_written_a_moment_ago_is_hashed_again(
    tmp_path: Path, hashed: list[str]
) -> None:
    (tmp_path / "day.csv").write_text("one")
    assert looked(tmp_path) == looked(tmp_path)
    assert hashed == ["day.csv", "day.csv"]


@posix_only
@pytest.mark.usefixtures("settled")
def test_what_cannot_be_read_is_no_reason_to_stop(tmp_path: Path, hashed: list[str]) -> None:
    write(tmp_path / "day.csv", "one")
    looked(tmp_path)
    (tmp_path / cache.STAT_CACHE).write_text('{"day.csv": 1}')
    looked(tmp_path)
    assert hashed == ["day.csv", "day.csv"]


@posix_only
@pytest.mark.usefixtures("settled")
def test_a_folder_whose_name_is_no_text(tmp_path: Path, hashed: list[str]) -> None:
    folder = tmp_path / os.fsdecode(b"in\xe9")
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this disk takes names of text only")
    write(folder / "day.csv", "one")
    assert looked(folder) == looked(folder)
    assert hashed == ["day.csv"]
