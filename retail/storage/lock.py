"""One run at a time: a lock file in the working folder that names who holds it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from retail.errors import PublishError
from retail.storage import folders

FILE = "run.lock"
_LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def one_run(work: Path, who: str = "", wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a working folder; `who` is what others get to see, such as the run's id.

    The system lets go of it when the process ends, however it ends. Raises PublishError naming
    the holder when it is still held after `wait_seconds`.
    """
    folders.make_working(work)
    path = work / FILE
    with path.open("a+", encoding="utf-8") as file:
        until = time.monotonic() + wait_seconds
        while not _take(file):
            if time.monotonic() >= until:
                raise PublishError(_held(path))
            time.sleep(_LOOK_AGAIN_SECONDS)
        file.truncate(0)
        file.write(f"process {os.getpid()}{f', {who}' if who else ''}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


@contextmanager
def one_writer(folder: Path, wait_seconds: float = 60) -> Iterator[None]:
    """Hold a folder while what is in it is replaced: runs with other working folders wait.

    The folder itself is locked, so that nothing is left in it; where the file system has no such
    locks, nothing is held. Raises PublishError after `wait_seconds`.
    """
    if os.name == "nt":  # folders can't be opened there; the working folder's lock is all there is
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        until = time.monotonic() + wait_seconds
        while not _take_folder(handle):
            if time.monotonic() >= until:
                raise PublishError(
                    f"Another run is writing into {folder}. Run again when it has ended."
                )
            time.sleep(_LOOK_AGAIN_SECONDS)
        yield
    finally:
        os.close(handle)


def _take_folder(handle: int) -> bool:
    import fcntl

    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network file system without locks on folders: there is nothing to wait for
        return True
    return True


def _held(path: Path) -> str:
    holder = path.read_text(encoding="utf-8").strip() or "another process"
    return (
        f"Another run is at work: {holder} holds {path}. Wait for it to end, or end it; "
        "the lock goes with its process, so the file needn't be removed."
    )


def _take(file: IO[str]) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows: msvcrt locks bytes of the file instead
        return _take_bytes(file)
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _take_bytes(file: IO[str]) -> bool:
    import msvcrt  # only there on Windows

    file.seek(0x7FFF0000)  # beyond the text, which others must be able to read
    try:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined, unused-ignore]
    except OSError:
        return False
    finally:
        file.seek(0)
    return True
