"""What identifies an input file: the SHA-256 of its content, and what the disk says of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from retail.errors import InputError, UnsettledInputError
from retail.intake.source.encoding import CHUNK

T = TypeVar("T")

DiskState = tuple[int, int, int, int, int]  # device, inode, bytes, last write, last change


def content_hash(path: Path, name: str) -> tuple[str, int]:
    """SHA-256 and size of a file, of its bytes. Raises InputError when it can't be read."""

    def read() -> tuple[str, int]:
        seen = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                seen.update(chunk)
            return seen.hexdigest(), file.tell()

    return _readable(read, name)


def disk_state(path: Path, name: str) -> DiskState:
    """What the disk says of a file. Raises InputError when it can't be asked."""
    state = _readable(path.stat, name)
    return state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def _readable(ask: Callable[[], T], name: str) -> T:
    try:
        return ask()
    except FileNotFoundError:
        raise UnsettledInputError(f"{name}: the file has vanished. Run again.") from None
    except OSError as error:
        raise InputError(f"{name}: can't be read: {error.strerror or error}.") from None
