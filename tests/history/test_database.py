"""The store of runs: who was killed, what was published, two processes, damage, pruning."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from retail.history import Snapshot, database, opened
from retail.history.snapshot import packed_segments, unpacked_segments


def snapshot(net: str = "1.00", **segments: str) -> Snapshot:
    told = pd.Series(segments, dtype="str") if segments else None
    return Snapshot(f'{{"net": {net}}}'.encode(), {"repeats": "pass"}, told)


def outcomes(work: Path) -> dict[str, str]:
    with opened(work) as history:
        return {run.run_id: run.outcome for run in history.runs()}


def test_a_run_that_did_not_end_was_killed(tmp_path: Path) -> None:
    with opened(tmp_path) as history:
        history.begin("a", "2024-01-01T02:00:00+00:00")
    with opened(tmp_path) as history:
        history.begin("b", "2024-01-02T02:00:00+00:00")
        history.publishing("b", snapshot())
        history.end("b", "published", 3.5)
    assert outcomes(tmp_path) == {"a": "killed", "b": "published"}


def test_killed_right_after_the_exchange_it_was_published(tmp_path: Path) -> None:
    with opened(tmp_path) as history:
        history.begin("a", "2024-01-01")
        history.publishing("a", snapshot())
    with opened(tmp_path) as history:
        history.begin("b", "2024-01-02", live="a")
    assert outcomes(tmp_path) == {"a": "published", "b": "running"}


def test_the_last_run_with_other_figures(tmp_path: Path) -> None:
    with opened(tmp_path) as history:
        for run_id, taken in (
            ("a", snapshot(Ann="Loyal")),
            ("b", snapshot("2.00")),
            ("c", snapshot("2.00")),
        ):
            history.begin(run_id, "2024-01-01")
            history.publishing(run_id, taken)
            history.end(run_id, "published", 1)
        found = history.last_other(snapshot("2.00").content_hash)
        assert found is not None
        assert found.run_id == "a"
        assert found.snapshot == snapshot(Ann="Loyal")
        assert found.snapshot is not None
        assert found.snapshot.segments is not None
        assert found.snapshot.segments.to_dict() == {"Ann": "Loyal"}
        assert history.last_other(snapshot("3.00").content_hash).run_id == "c"  # type: ignore[union-attr]


def test_order_is_by_number_when_the_clock_went_back(tmp_path: Path) -> None:
    with opened(tmp_path) as history:
        for run_id, started in (("a", "2031-01-01"), ("b", "2001-01-01")):
            history.begin(run_id, started)
            history.publishing(run_id, snapshot(f"{len(run_id)}.{started[3]}"))
            history.end(run_id, "published", 1)
        assert [run.run_id for run in history.runs()] == ["a", "b"]
        assert history.last_other("none of these").run_id == "b"  # type: ignore[union-attr]


def test_only_so_many_runs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "KEPT_RUNS", 5)
    with opened(tmp_path) as history:
        for number in range(12):
            history.begin(str(number), "2024-01-01")
        assert [run.run_id for run in history.runs()] == ["7", "8", "9", "10", "11"]


@pytest.mark.parametrize("damage", [b"not a database, but long enough to be one" * 10, None])
def test_a_damaged_or_later_store_is_set_aside(tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / database.FILE
    if damage is None:
        with sqlite3.connect(path) as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
    else:
        path.write_bytes(damage)
    assert outcomes(tmp_path) == {}
    assert path.with_name(f"{database.FILE}.set-aside").exists()


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retail.history import opened\n"
        "with opened(Path(sys.argv[1])) as history:\n"
        "    for n in range(40):\n"
        "        history.begin(f'{sys.argv[2]}{n}', '2024-01-01')\n"
        "        history.end(f'{sys.argv[2]}{n}', 'published', 1)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    both = [subprocess.Popen([*command, name]) for name in ("a", "b")]
    assert [process.wait(60) for process in both] == [0, 0]
    assert len(outcomes(tmp_path)) == 80


def test_what_the_system_refuses_is_an_oserror(tmp_path: Path) -> None:
    (tmp_path / database.FILE).mkdir()
    with pytest.raises(OSError, match="unable to open"), opened(tmp_path):
        pass


def test_the_mark_and_what_earlier_versions_kept_are_understood(tmp_path: Path) -> None:
    """A new version neither takes every run for another one nor forgets who was where."""
    taken = snapshot(Zoe="Loyal", Ann="At risk", **{'Ä " é': "Loyal"})
    assert taken.segments is not None
    taken = replace(taken, segments=taken.segments.sort_index())
    told = [taken.summary.decode(), dict(taken.checks), taken.segments.to_dict()]  # type: ignore[union-attr]
    as_it_was = json.dumps(told, sort_keys=True).encode()
    assert taken.content_hash == hashlib.sha256(as_it_was).hexdigest()
    empty = json.dumps([*told[:2], {}], sort_keys=True).encode()
    assert snapshot().content_hash == hashlib.sha256(empty).hexdigest()
    kept = zlib.compress(json.dumps(told[2], sort_keys=True).encode())
    for content in (kept, packed_segments(taken.segments)):
        found = unpacked_segments(content)
        assert found is not None
        pd.testing.assert_series_equal(found, taken.segments, check_names=False)  # type: ignore[arg-type]


def test_the_mark_is_the_same_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = snapshot(a="x", b="y", c="x", d="z").content_hash
    monkeypatch.setattr("retail.history.snapshot.BLOCK", 3)
    assert snapshot(a="x", b="y", c="x", d="z").content_hash == whole
