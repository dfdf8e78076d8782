"""The runs that a working folder remembers, in SQLite: which, when, how they ended, their figures.

Runs are ordered by their running number, never by the clock. A run is written down when it starts
and again when it ends; one that is found unfinished by the next run was killed. Several processes may
have the store open: each write is a short transaction, and waits for the others'.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from retail.history.snapshot import (
    Snapshot,
    packed,
    packed_segments,
    unpacked,
    unpacked_segments,
)

FILE = "history.sqlite3"
VERSION = 1
WAIT_SECONDS = 30
KEPT_RUNS = 400
KEPT_SEGMENTS = 30  # runs of which it is remembered who was in which segment
MOST_BYTES = 300_000_000  # of these; fewer runs where there are millions of customers
_TABLE = """
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    run_id TEXT NOT NULL UNIQUE,
    started TEXT NOT NULL,
    seconds REAL,
    outcome TEXT NOT NULL,
    message TEXT,
    mark TEXT,
    summary BLOB,
    checks BLOB,
    segments BLOB
)"""
_ERRNO = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_PERM: errno.EACCES,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_NOMEM: errno.ENOMEM,
}
_BROKEN = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


@dataclass(frozen=True)
class Run:
    """One run as remembered; `outcome` is running | publishing | published | unchanged | killed
    | failed: kind."""

    number: int
    run_id: str
    started: str
    seconds: float | None
    outcome: str
    snapshot: Snapshot | None


class History:
    """The store of one working folder."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path

    def begin(self, run_id: str, started: str, live: str | None = None) -> None:
        """Record that a run started. Unfinished earlier runs are recorded as killed, the `live`
        one as published."""
        with self._changed() as change:
            change(
                "UPDATE runs SET outcome = CASE WHEN run_id = ? AND summary IS NOT NULL "
                "THEN 'published' ELSE 'killed' END WHERE outcome IN ('running', 'publishing')",
                (live,),
            )
            change(
                "INSERT INTO runs (run_id, started, outcome) VALUES (?, ?, 'running')",
                (run_id, started),
            )
            change(
                "DELETE FROM runs WHERE number <= (SELECT max(number) FROM runs) - ?", (KEPT_RUNS,)
            )
            largest = change("SELECT max(length(segments)) FROM runs").fetchone()[0] or 1
            change(
                "UPDATE runs SET segments = NULL WHERE segments IS NOT NULL AND number NOT IN (SELECT "
                "number FROM runs WHERE segments IS NOT NULL ORDER BY number DESC LIMIT ?)",
                (max(2, min(KEPT_SEGMENTS, MOST_BYTES // largest)),),
            )

    def publishing(self, run_id: str, snapshot: Snapshot) -> None:
        """Write down the figures that are about to be published."""
        with self._changed() as change:
            change(
                "UPDATE runs SET outcome = 'publishing', mark = ?, summary = ?, checks = ?, "
                "segments = ? WHERE run_id = ?",
                (
                    snapshot.content_hash,
                    snapshot.summary,
                    packed(snapshot.verdicts),
                    packed_segments(snapshot.segments),
                    run_id,
                ),
            )

    def end(self, run_id: str, outcome: str, seconds: float, message: str = "") -> None:
        """Write down how a run ended."""
        with self._changed() as change:
            change(
                "UPDATE runs SET outcome = ?, seconds = ?, message = ? WHERE run_id = ?",
                (outcome, seconds, message, run_id),
            )

    def runs(self) -> list[Run]:
        """All that is remembered, the earliest first, segments left out."""
        rows = self._read(
            "SELECT number, run_id, started, seconds, outcome, summary, checks FROM runs "
            "ORDER BY number"
        )
        return [_run(*row) for row in rows]

    def last_other(self, content_hash: str) -> Run | None:
        """The latest published run whose figures have another hash."""
        rows = self._read(
            "SELECT number, run_id, started, seconds, outcome, summary, checks, segments FROM runs "
            "WHERE outcome = 'published' AND mark != ? ORDER BY number DESC LIMIT 1",
            content_hash,
        )
        return _run(*rows[0]) if rows else None

    def _read(self, query: str, *values: object) -> list[tuple]:
        with _as_os_error(self._path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _changed(self) -> Iterator:
        with _as_os_error(self._path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            yield self._connection.execute


def _run(
    number: int,
    run_id: str,
    started: str,
    seconds: float | None,
    outcome: str,
    summary: bytes | None,
    checks: bytes | None,
    segments: bytes | None = None,
) -> Run:
    taken = Snapshot(summary, unpacked(checks), unpacked_segments(segments)) if summary else None
    return Run(number, run_id, started, seconds, outcome, taken)


@contextmanager
def opened(work: Path) -> Iterator[History]:
    """The history in a working folder, made when there is none.

    A file that is damaged, or of a later version, is renamed: a site without history is better
    than none. Raises OSError when the system refuses.
    """
    work.mkdir(parents=True, exist_ok=True)
    path = work / FILE
    try:
        connection = _connected(path)
    except sqlite3.DatabaseError as problem:
        if _code(problem) not in _BROKEN and not isinstance(problem, _LaterVersionError):
            raise OSError(_number(problem), str(problem), str(path)) from problem
        os.replace(path, path.with_name(f"{FILE}.set-aside"))
        connection = _connected(path)
    try:
        yield History(connection, path)
    finally:
        connection.close()


class _LaterVersionError(sqlite3.DatabaseError):
    """The store was written by a later version of Retail Report."""


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise _LaterVersionError(f"version {version}")
        connection.execute(_TABLE)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


@contextmanager
def _as_os_error(path: Path) -> Iterator[None]:
    """An error of SQLite is raised as the OSError that it stands for."""
    try:
        yield
    except sqlite3.DatabaseError as problem:
        raise OSError(_number(problem), str(problem), str(path)) from problem


def _code(problem: sqlite3.Error) -> int:
    return int(getattr(problem, "sqlite_errorcode", 0)) & 0xFF  # without the extended part


def _number(problem: sqlite3.Error) -> int:
    return _ERRNO.get(_code(problem), errno.EIO)
