"""Files are read side by side, and nothing tells it: not the lines, the messages, nor the error."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from retail import intake, machine
from retail.errors import InputError, MachineError
from retail.intake import ahead, store
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
    real = store.check_file

    def check_file(path: Path, name: str, *rest: object) -> object:
        if threads > 1:
            time.sleep(0.02 * (8 - "abcdefg".index(name[0])))
        return real(path, name, *rest)

    monkeypatch.setattr(store, "check_file", check_file)
    monkeypatch.setattr(store, "cores", lambda: threads)
    monkeypatch.setattr(store, "SMALL_BYTES", 0 if threads > 1 else 1 << 40)
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
    monkeypatch.setattr(store, "SMALL_BYTES", 0)
    with pytest.raises(MachineError, match="memory"), machine.told(tmp_path):
        intake.read(config)


def test_parts_come_in_their_order_whatever_is_ready_first() -> None:
    def slow_at_first(item: int) -> int:
        time.sleep(0.02 if item % 3 == 0 else 0)
        return item

    assert list(ahead.in_order(slow_at_first, range(20), 3)) == list(range(20))


@pytest.mark.parametrize("threads", [0, 1, 4])
@pytest.mark.parametrize("place", ["work", "items"])
def test_what_is_raised_comes_after_the_results_before_it(threads: int, place: str) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        if place == "items":
            raise InputError("five")
        yield from range(5, 9)

    def work(item: int) -> int:
        if item == 5:
            raise InputError("five")
        return item

    results = ahead.in_order(work, items(), threads)
    seen = [next(results) for _ in range(5)]
    with pytest.raises(InputError, match="five"):
        next(results)
    assert seen == [0, 1, 2, 3, 4]


def test_whoever_stops_early_leaves_no_thread_behind() -> None:
    results = ahead.in_order(str, range(100), 2)
    assert next(results) == "0"
    results.close()
    assert not [t for t in threading.enumerate() if t.name.startswith("ahead")]


def test_without_a_thread_the_work_is_done_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    wanted = shown(shop.read(tmp_path / "free", {"a.csv": FILES["a.csv"]}, TOML))
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert list(ahead.in_order(str, range(5), 2)) == list("01234")
    assert shown(shop.read(tmp_path / "refused", {"a.csv": FILES["a.csv"]}, TOML)) == wanted


@pytest.mark.parametrize(
    "large, cores, threads",
    [(1, 1, 1), (1, 2, 1), (1, 16, 15), (4, 16, 3), (16, 16, 0), (40, 2, 0)],
)
def test_cores_that_have_no_file_of_their_own_share_the_large_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, large: int, cores: int, threads: int
) -> None:
    real, given = store.check_file, {}

    def check_file(path: Path, name: str, *rest: object) -> object:
        given[name] = rest[-1]
        return real(path, name, *rest)

    monkeypatch.setattr(store, "check_file", check_file)
    monkeypatch.setattr(store, "cores", lambda: cores)
    monkeypatch.setattr(store, "SMALL_BYTES", 0)
    monkeypatch.setattr(store, "CHUNK", 500)
    line = "1,2014-01-02,1.50,shop{}\n"
    files = {f"{at}.csv": HEAD + line.format(at) * 40 for at in range(large)}
    shop.read(tmp_path, files | {"small.csv": HEAD + line.format("")}, TOML)
    assert set(given.values()) == {threads, 0}
    assert given["0.csv"] == threads
    assert given["small.csv"] == 0
