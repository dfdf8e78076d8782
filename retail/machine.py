"""Failures of the machine (space, memory, permission) as one message instead of a traceback."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from retail.errors import MachineError

_REMEDIES = {
    errno.ENOSPC: "The disk is full. Free some space, or set `work` and `output` to another disk.",
    errno.EDQUOT: "The disk quota is used up. Free some space, or ask for more.",
    errno.EFBIG: "The file would be larger than allowed (ulimit -f). Raise the limit.",
    errno.EACCES: "This user may not. Run as the owner of the folder, or change its permissions.",
    errno.EPERM: "This user may not. Run as the owner of the folder, or change its permissions.",
    errno.EROFS: "The disk is read-only. Set `work` and `output` to a disk that can be written.",
    errno.EMFILE: "Too many files are open (ulimit -n). Raise the limit.",
    errno.ENFILE: "Too many files are open on this machine. Run again later.",
    errno.EIO: "The disk reports an error. Check the disk before the next run.",
    errno.ENOMEM: "Not enough memory. Set `engine` to polars or duckdb, or take a larger machine.",
    errno.ESTALE: "A network folder went away. Mount it again.",
}


@contextmanager
def refusals(work: Path) -> Iterator[None]:
    """Turn what the system refuses inside into a MachineError that says what to do.

    Other failures pass through: they are the user's mistake (RetailError) or a bug.
    """
    try:
        yield
    except MemoryError as problem:
        raise MachineError(_message("memory", _REMEDIES[errno.ENOMEM])) from problem
    except OSError as problem:
        if problem.errno not in _REMEDIES:
            raise
        where = problem.filename or f"working folder {work}"
        said = f"{problem.strerror} ({where})"
        raise MachineError(_message(said, _REMEDIES[problem.errno])) from problem


def memory() -> int:
    """Bytes of memory that this process may use: the machine's, or what its container is given.

    0 where the system does not say.
    """
    found = [0]
    with suppress(OSError, ValueError, AttributeError):  # no such name, as on Windows
        found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for limit in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with suppress(OSError, ValueError):  # no container, or one without a limit
            found.append(int(Path(limit).read_text()))
    return min(found)


def _message(what: str, remedy: str) -> str:
    return f"The machine refused: {what}. {remedy} The old site is untouched."
