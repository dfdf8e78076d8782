"""The details of each run in a file of its own in the working folder; a failure's message names it.

Written for whoever is called at 8 a.m.: steps with their seconds, remarks, and the traceback of what
went wrong. Never published: a remark may quote an input.
"""

from __future__ import annotations

import platform
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import retail

T = TypeVar("T")
FOLDER = "logs"
KEPT_FILES = 60


class Logbook:
    """One run's log; a remark that can't be written (a full disk) is lost, so that the run's own error shows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, text: str) -> None:
        """Append a remark with the time of day."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with suppress(OSError), self.path.open("a", encoding="utf-8") as file:
            file.write(f"{now} {text}\n")

    def failure(self, problem: BaseException) -> None:
        """Append a traceback."""
        self.write("FAILED\n" + "".join(traceback.format_exception(problem)))

    def saying(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """`say`, noted as well."""

        def noted(message: str) -> None:
            self.write(f"  {message}")
            say(message)

        return noted

    def stepping(self, step: Callable[..., Any]) -> Callable[..., Any]:
        """`step`, with its title and seconds noted."""

        def noted(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
            self.write(title)
            clock = time.perf_counter()
            result: T = step(title, function, *arguments, retries=retries)
            self.write(f"{title}: done in {time.perf_counter() - clock:.2f} s")
            return result

        return noted

    def stepping_each(self, each: Callable[..., list[T]]) -> Callable[..., list[T]]:
        """`each`, with its title, what it was run for and its seconds noted."""

        def noted(
            title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
        ) -> list[T]:
            clock = time.perf_counter()
            results = each(title, function, items, *arguments)
            for item in items:
                self.write(f"{title}: {item} done")
            if items:
                self.write(f"{title}: all done in {time.perf_counter() - clock:.2f} s")
            return results

        return noted


@contextmanager
def opened(work: Path, run_id: str) -> Iterator[Logbook]:
    """The log of a run; an error that leaves the block is written down and names the file in a note."""
    path = work / FOLDER / f"{run_id}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    _prune(path.parent)
    log = Logbook(path)
    log.write(
        f"Retail Report {retail.__version__}, Python {platform.python_version()}, run {run_id}"
    )
    try:
        yield log
    except BaseException as problem:
        log.failure(problem)
        if path.exists() and path.stat().st_size:
            problem.add_note(f"Details: {path}")
        raise
    log.write("done")


def _prune(folder: Path) -> None:
    """Remove the oldest logs by the time they were last written; names lie when the clock moved."""
    with suppress(OSError):
        logs = sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime)
        for old in logs[: max(0, len(logs) - KEPT_FILES + 1)]:
            old.unlink(missing_ok=True)
