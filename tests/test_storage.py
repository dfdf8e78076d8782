"""Files that are there whole or not at all."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest

from retail import storage


def test_a_file_is_replaced_when_its_successor_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "made" / "table.csv"
    storage.write(path, b"old")
    with storage.replacing(path) as part:
        part.write_bytes(b"new")
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(path.parent.iterdir()) == [path]


def test_what_fails_leaves_the_file_as_it_was_and_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    storage.write(path, b"old")

    def fail() -> None:
        with storage.replacing(path) as part:
            part.write_bytes(b"half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("table.csv", b"old")]


def test_a_private_file_is_its_owners_from_the_start(tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_bytes(b"old")
    path.chmod(0o644)
    storage.write(path, b"new", is_private=True)
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_file_that_is_there_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        storage.write_through(tmp_path / "index.html", [b"new"])
    assert (tmp_path / "index.html").read_bytes() == b"old"


def test_a_cached_table_is_made_once(tmp_path: Path) -> None:
    made: list[int] = []

    def make() -> pd.DataFrame:
        made.append(1)
        return pd.DataFrame({"customers": [5]})

    path = tmp_path / "cache" / "key.parquet"
    tables = [storage.cached_table(path, make) for _ in range(2)]
    assert made == [1]
    assert [table["customers"].tolist() for table in tables] == [[5], [5]]


def test_the_hash_of_a_folder_changes_with_names_contents_and_texts(tmp_path: Path) -> None:
    def hashed(*more: str) -> str:
        return storage.content_hash(tmp_path, tmp_path.rglob("*"), *more)

    (tmp_path / "a").write_bytes(b"1")
    first = hashed()
    assert hashed("3.11") != first
    (tmp_path / "a").rename(tmp_path / "b")
    renamed = hashed()
    (tmp_path / "b").write_bytes(b"2")
    assert len({first, renamed, hashed()}) == 3
    (tmp_path / "b").rename(tmp_path / "a")
    (tmp_path / "a").write_bytes(b"1")
    assert hashed() == first
