"""What dies in these tests: functions that run in a process of their own, started by a fork server.

The server has imported the library but never run it, so that a child starts in milliseconds and no
thread of another test is lost in the fork.
"""

from __future__ import annotations

import codecs
import errno
import faulthandler
import importlib
import multiprocessing
import os
import pkgutil
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import retail

PRELOADED = [
    "retail.pipeline",
    "retail.aggregates",
    "retail.charts.drawing",
    "retail.figures",
    "retail.intake",
    "retail.render",
    "retail.segments",
    "sklearn.cluster",
    "altair",
]
context = multiprocessing.get_context("forkserver")
context.set_forkserver_preload(PRELOADED)


@dataclass
class Ended:
    """How a child ended: its exit code (negative: the signal) and what it said."""

    code: int
    said: str


def child(function: Callable[..., Any], *arguments: Any) -> tuple[Any, Connection]:
    """A started process that runs `function(*arguments)`, and the pipe it reports to."""
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(theirs, function, arguments), daemon=True)
    process.start()
    theirs.close()
    return process, ours


def ended(process: Any, pipe: Connection, seconds: float = 120) -> Ended:
    """Wait for a child."""
    said = ""
    try:
        if pipe.poll(seconds):
            said = pipe.recv()
    except EOFError:
        pass
    process.join(seconds)
    if process.exitcode is None:
        process.kill()
        process.join()
        raise AssertionError("the child did not end")
    return Ended(process.exitcode, said)


def run(function: Callable[..., Any], *arguments: Any) -> Ended:
    """Run in a child to its end."""
    return ended(*child(function, *arguments))


def _run(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    from retail import errors
    from retail.errors import RetailError

    faulthandler.enable()  # a crash of a library tells where
    try:
        said = function(*arguments)
    except RetailError as error:
        pipe.send(errors.message(error))
        sys.exit(error.exit_code)
    pipe.send(str(said))


# ---- what the children do ----


def die() -> None:
    """As if the power went: no handler runs, nothing is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def build(config: Path, die_at: tuple[str, str] | None = None, **how: Any) -> Path:
    """`pipeline.build`, dying before or after a step: die_at=("before", its title)."""
    from retail import config as settings
    from retail import pipeline

    def step(title: str, function: Callable[..., Any], *arguments: Any, retries: int = 0) -> Any:
        if die_at == ("before", title):
            die()
        result = function(*arguments)
        if die_at == ("after", title):
            die()
        return result

    return pipeline.build(settings.load(config), step=step, **how)


def build_anew(config: Path) -> Path:
    """`pipeline.build`, also when nothing has changed."""
    return build(config, is_full=True)


def build_waiting(config: Path, seconds: float) -> Path:
    """`pipeline.build`, waiting for another run."""
    return build(config, wait_seconds=seconds)


def build_as(config: Path, user: int) -> Path:
    """`pipeline.build` as another user, who may not be able to read or run the interpreter's files."""
    for module in pkgutil.walk_packages(retail.__path__, "retail."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    codecs.lookup("utf-8-sig")
    os.setgid(user)
    os.setuid(user)
    return build(config)


def build_within(config: Path, limit: int, size: int) -> Path:
    """`pipeline.build` under a limit of the system (RLIMIT_FSIZE or RLIMIT_AS beyond what is used)."""
    if limit == resource.RLIMIT_AS:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
        size += pages * resource.getpagesize()
    resource.setrlimit(limit, (size, size))
    return build(config)


def build_with_stuck_lists(config: Path) -> Path:
    """`pipeline.build` where no private list can be put in its place once it is written."""
    from retail.render import private

    def settle(self: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "private/customers.csv")

    private.Staging.settle = settle  # type: ignore[method-assign]
    return build(config)


def build_at(config: Path, when: str) -> Path:
    """`pipeline.build` of a run that begins, by its clock, at another time (ISO)."""
    from retail import pipeline

    run_id = f"{when.replace('-', '').replace(':', '')}Z-000000"
    run = pipeline.Started(run_id, f"{when}+00:00", time.perf_counter())
    pipeline.Started.now = classmethod(lambda cls: run)  # type: ignore[assignment, method-assign]
    return build(config, is_full=True)


def publish(
    files: dict[str, bytes], site: Path, die_at_line: int = 0, can_swap: bool = True
) -> int:
    """Publish, dying before the n-th line that is run in the modules that write; returns how many."""
    from retail.render.publish import publish as published
    from retail.storage import atomic, exchange

    if not can_swap:
        exchange._swap = lambda first, second: False
    modules = {
        exchange.__file__,
        atomic.__file__,
        sys.modules[published.__module__].__file__,
    }
    lines = 0

    def trace(frame: Any, event: str, _argument: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename not in modules:
            return None
        if event == "line":
            lines += 1
            if lines == die_at_line:
                die()
        return trace

    sys.settrace(trace)
    try:
        published(files, site)
    finally:
        sys.settrace(None)
    return lines


def repair(site: Path) -> None:
    """What a run does first."""
    from retail.storage.exchange import repair as repaired

    repaired(site)


def publish_for_ever(sites: list[dict[str, bytes]], site: Path) -> None:
    """Publish one after the other until killed."""
    from retail.render.publish import publish as published

    while True:
        for files in sites:
            published(files, site)


def exchange_for_ever(fresh: Path, site: Path) -> None:
    """Exchange two folders until killed."""
    from retail.storage import exchange

    exchange.sync = lambda path: None  # the exchange itself, as often as can be
    while True:
        exchange.exchange(fresh, site)
