"""SHA-256 of input files, taken anew only of those that the disk does not vouch for.

A file is the one that was hashed if its place on the disk, its size and the times of its last write
and of its last change of any kind are the same. That last time (ctime) is the kernel's own: a
program can set the time of writing back, this one it can't. A file that was touched within the
seconds before it was hashed is hashed again the next time, as it might have been written once more
within the same tick of the clock (what git calls racy). Where the system has no such time, every
file is hashed.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from retail import storage
from retail.errors import InputError, UnsettledInputError
from retail.intake.source.encoding import CHUNK

T = TypeVar("T")

FILE = "fingerprints.json"
HAS_CHANGE_TIME = os.name == "posix"  # on Windows st_ctime is the time of creation
SETTLED_NS = 3_000_000_000  # more than the coarsest clock of a file system


class Print(msgspec.Struct, frozen=True, array_like=True):
    """What the disk said of a file, and its hash."""

    state: tuple[int, int, int, int, int]  # device, inode, bytes, last write, last change
    sha256: str


@dataclass
class Fingerprints:
    """The fingerprints of an earlier run, by path, and those of this one."""

    folder: Path
    known: dict[str, Print] = field(default_factory=dict)
    now: dict[str, Print] = field(default_factory=dict)

    def of(self, path: Path, name: str) -> tuple[str, int]:
        """SHA-256 and size of a file. Raises InputError when it can't be read."""
        started = time.time_ns()
        state = _state(path, name)
        key = _key(path)
        found = self.known.get(key)
        if found is None or found.state != state or not HAS_CHANGE_TIME:
            sha256, size = fingerprint(path, name)
            if max(state[3:]) + SETTLED_NS > started or state != _state(path, name):
                return sha256, size
            found = Print(state, sha256)
        self.now[key] = found
        return found.sha256, found.state[2]

    def vouched(self, path: Path) -> str | None:
        """SHA-256 of a file that is as it was; None of any other."""
        key = _key(path)
        found = self.known.get(key)
        try:
            if found is None or not HAS_CHANGE_TIME or found.state != _told(path):
                return None
        except OSError:
            return None
        self.now[key] = found
        return found.sha256

    def keep(self) -> None:
        """Have the next run know what this one does."""
        if self.now == self.known:
            return
        storage.write(self.folder / FILE, msgspec.json.encode(self.now))


def load(folder: Path) -> Fingerprints:
    """What an earlier run left in `folder`."""
    try:
        known = msgspec.json.decode((folder / FILE).read_bytes(), type=dict[str, Print])
    except (OSError, msgspec.DecodeError):
        known = {}
    return Fingerprints(folder, known)


def fingerprint(path: Path, name: str) -> tuple[str, int]:
    """SHA-256 and size of a file, of its bytes. Raises InputError when it can't be read."""

    def taken() -> tuple[str, int]:
        seen = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                seen.update(chunk)
            return seen.hexdigest(), file.tell()

    return _there(taken, name)


def _key(path: Path) -> str:
    """Its path as JSON can hold it: names on the disk need not be UTF-8."""
    return str(path.absolute()).encode(errors="backslashreplace").decode()


def _state(path: Path, name: str) -> tuple[int, int, int, int, int]:
    return _there(partial(_told, path), name)


def _told(path: Path) -> tuple[int, int, int, int, int]:
    told = path.stat()
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns, told.st_ctime_ns


def _there(ask: Callable[[], T], name: str) -> T:
    try:
        return ask()
    except FileNotFoundError:
        raise UnsettledInputError(f"{name}: the file has vanished. Run again.") from None
    except OSError as error:
        raise InputError(f"{name}: can't be read: {error.strerror or error}.") from None
