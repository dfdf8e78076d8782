"""Files are read side by side, and nothing tells it: not the lines, the messages, nor the error."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from retail import intake, machine, parallel
from retail.errors import InputError, MachineError
from retail.intake import cache
from retail.intake.inputs import Inputs
from tests.intake import shop

HEAD = "customer_id,date,amount,channel\n"
TOML = '[input]\ntransactions = "*.csv"\nmax_rejected_share = 1.0\n[checks]\nfile_twice = "warn"\n'
FILES = {
    f"{name}.csv": HEAD + f"{place % 3},2014-01-{place % 7 + 1:02},{place}.50,shop\nx,never,1.00,\n"
    for place, name in enumerate("abcdefg")
}


def read(folder: Path, files: shop.Files, threads: int, monkeypatch: pytest.MonkeyPatch) -> object:
    """What a reading of `files` gives, messages and all; with threads the last file is ready first."""
    told: list[str] = []
    real = cache.read_file

    def read_file(path: Path, name: str, *rest: object) -> object:
        if threads > 1:
            time.sleep(0.02 * (8 - "abcdefg".index(name[0])))
        return real(path, name, *rest)

    monkeypatch.setattr(cache, "read_file", read_file)
    monkeypatch.setattr(parallel, "cores", lambda: threads)
    monkeypatch.setattr(cache, "SMALL_BYTES", 0 if threads > 1 else 1 << 40)
    try:
        found = shop.read(folder, files, TOML, log=told.append)
    except InputError as error:
        return str(error), told
    finally:
        monkeypatch.undo()
    return shown(found), told


def shown(found: Inputs) -> object:
    tables = {name: table.to_csv(index=False) for name, table in found.tables.items()}
    return tables, shop.kept(found).to_csv(index=False), [path.name for path in found.transactions]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(FILES, id="all can be read"),
        pytest.param(FILES | {"b.csv": FILES["f.csv"], "d.csv": FILES["a.csv"]}, id="some twice"),
        pytest.param(FILES | {"c.csv": HEAD + '1,"', "f.csv": "nothing\n1\n"}, id="two can't be"),
        pytest.param(FILES | {"c.csv": "no\n1\n", "g.csv": "no\n1\n"}, id="one that can't, twice"),
    ],
)
def test_files_read_side_by_side_are_as_read_one_by_one(
    files: shop.Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_by_one = read(tmp_path / "one", files, 1, monkeypatch)
    side_by_side = read(tmp_path / "many", files, 4, monkeypatch)
    assert side_by_side == one_by_one
    assert read(tmp_path / "one", files, 4, monkeypatch) == read(
        tmp_path / "many", files, 1, monkeypatch
    )


def test_a_machine_that_gives_no_thread_is_told_as_one_without_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    config = shop.load(tmp_path, TOML)
    shop.put(tmp_path / "in", FILES)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(cache, "SMALL_BYTES", 0)
    with pytest.raises(MachineError, match="memory"), machine.refusals(tmp_path):
        intake.read(config)
