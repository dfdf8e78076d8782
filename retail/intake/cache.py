"""The cache of checked files: an input file that was read once is not read again.

A file is known by the SHA-256 of its content. Its checked Parquet and its read report stand in the
cache folder under a hash of that, of the layout and of the reader's version.

The stat cache says which files need not be hashed again: their place on the disk, size and times of the
last write and of the last change of any kind are the same. That last time (ctime) is the kernel's own: a
program can set the time of writing back, but not this one. A file that was changed within the seconds
before it was hashed is hashed again the next time, as it might have been written once more within the
same tick of the clock (what git calls racy). Where the system has no such time, every file is hashed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import msgspec

from retail import parallel, storage
from retail.config import Config
from retail.errors import InputError, MachineError, UnsettledInputError
from retail.intake import read_report
from retail.intake.read_file import read_file
from retail.intake.read_report import ReadReport
from retail.intake.source import discovery
from retail.intake.source.discovery import InputFile
from retail.intake.source.encoding import CHUNK
from retail.intake.source.layout import Layout
from retail.storage import folders

T = TypeVar("T")

FOLDER = "checked"  # within the working folder
KEPT_DAYS = 30
SPARE_BYTES = 50_000_000
SMALL_BYTES = 8_000_000  # read within half a second: no thread is worth it
PACKED = 8  # a text is this many times longer than when it is compressed, about
STAT_CACHE = "stat_cache.json"
HAS_CHANGE_TIME = os.name == "posix"  # on Windows st_ctime is the time of creation
SETTLED_NS = 3_000_000_000  # more than the coarsest clock of a file system
DiskState = tuple[int, int, int, int, int]  # device, inode, bytes, last write, last change
Content = tuple[str, str, str, int]  # table, name, SHA-256, bytes: the first columns of INPUT_FILES


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One entry of the stat cache: a file's state on the disk and the SHA-256 of its content."""

    state: DiskState
    sha256: str


@dataclass
class StatCache:
    """SHA-256 by path, so that a file whose state on the disk is unchanged isn't hashed again.

    known: entries of an earlier run; now: entries of this run.
    """

    folder: Path
    known: dict[str, Entry] = field(default_factory=dict)
    now: dict[str, Entry] = field(default_factory=dict)

    def of(self, path: Path, name: str) -> tuple[str, int]:
        """SHA-256 and size of a file. Raises InputError when it can't be read."""
        started = time.time_ns()
        state = disk_state(path, name)
        key = _text(path)
        known = self.known.get(key)
        if known is not None and known.state == state and HAS_CHANGE_TIME:
            self.now[key] = known
            return known.sha256, state[2]
        sha256, size = content_hash(path, name)
        is_settled = max(state[3:]) + SETTLED_NS <= started
        if is_settled and state == disk_state(path, name):
            self.now[key] = Entry(state, sha256)
        return sha256, size

    def save(self) -> None:
        """Write the hashes of this run for the next one."""
        if self.now != self.known:
            storage.write(self.folder / STAT_CACHE, msgspec.json.encode(self.now))


def stat_cache(folder: Path) -> StatCache:
    """Load the stat cache from `folder`; without a readable one it is empty."""
    try:
        known = msgspec.json.decode((folder / STAT_CACHE).read_bytes(), type=dict[str, Entry])
    except (OSError, msgspec.DecodeError):
        known = {}
    return StatCache(folder, known)


@dataclass(frozen=True)
class CheckedFile:
    """An input file that was read: its read report, and its Parquet at the file's own scales."""

    file: InputFile
    report: ReadReport
    parquet: Path


@dataclass(frozen=True)
class Cache:
    """The cache in one folder."""

    folder: Path
    _fresh: set[Path] = field(default_factory=set)  # what this run has written

    def prepare(self, files: Sequence[InputFile]) -> None:
        """Make the folder. Raises MachineError when it can't be, or too little disk is free."""
        try:
            folders.make_working(self.folder.parent)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
        except OSError as error:
            raise MachineError(
                f"{self.folder}: can't be used: {error.strerror or error}."
            ) from None
        needed = sum(map(_unpacked, files)) + SPARE_BYTES
        if free < needed:
            raise MachineError(
                f"{self.folder}: {free / 1e6:,.0f} MB are free on this disk, reading the inputs may "
                f"take {needed / 1e6:,.0f} MB. Free some, or set work in retail.toml to another disk."
            )

    def read(
        self,
        files: Sequence[InputFile],
        layouts: Mapping[str, Layout],
        log: Callable[[str], None],
    ) -> list[CheckedFile]:
        """All files in their order; several large ones are read in parallel.

        `log` gets a message for each that was read. The error of the first file that can't be read is
        raised.
        """
        is_large = sum(map(_unpacked, files)) >= SMALL_BYTES
        threads = min(parallel.cores(), len(files)) if is_large else 1
        found = parallel.each(lambda f: self.checked(f, layouts[f.table]), files, threads)
        reported: set[Path] = set()  # of equal files the first is reported
        for one in found:
            if one.parquet in self._fresh and one.parquet not in reported:
                reported.add(one.parquet)
                read, rejected = one.report.records, one.report.rejected
                log(f"{one.file.name}: {read:,} records read, {rejected:,} rejected")
        self._stats.save()
        return found

    def checked(self, file: InputFile, layout: Layout) -> CheckedFile:
        """A file as the cache has it, read into it first where it is not there.

        Raises UnsettledInputError when it changes or vanishes meanwhile.
        """
        before = disk_state(file.path, file.name)
        sha256, size = self._stats.of(file.path, file.name)
        key = _key(file, layout, sha256)
        found = self._cached(file, key) or self._read(file, layout, key, sha256, size)
        if disk_state(file.path, file.name) != before:
            raise UnsettledInputError(
                f"{file.name} changed while it was being read. Wait until it is complete, then run "
                "again."
            )
        return found

    @cached_property
    def _stats(self) -> StatCache:
        return stat_cache(self.folder)

    def _read(
        self, file: InputFile, layout: Layout, key: str, sha256: str, size: int
    ) -> CheckedFile:
        parquet = self._parquet(key)
        with storage.replacing(parquet) as part:
            report = read_file(file.path, file.name, layout, part)
            report.parquet_bytes = part.stat().st_size
        report.sha256, report.size_bytes = sha256, size
        read_report.save(report, self._report(key))
        self._fresh.add(parquet)
        return CheckedFile(file, report, parquet)

    def _cached(self, file: InputFile, key: str) -> CheckedFile | None:
        report = read_report.load(self._report(key))
        if report is None:
            return None
        parquet = self._parquet(key)
        if not _is_whole(parquet, report.parquet_bytes):
            return None
        for path in (self._report(key), parquet):
            os.utime(path)
        return CheckedFile(file, report, parquet)

    def _report(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _parquet(self, key: str) -> Path:
        return self.folder / f"{key}.parquet"

    def forget_old(self) -> None:
        """Delete what no run has used for a month."""
        limit = time.time() - KEPT_DAYS * 86400
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # another run has deleted it
                if path.stat().st_mtime < limit and path.suffix in (".parquet", ".json", ".part"):
                    path.unlink()


def changes(config: Config, before: Sequence[Content]) -> str:
    """In words, how the input files differ from those of `before`; empty when they are the same.

    Times of writing don't count: a copy or a restored backup changes them. A file that can't be listed or
    read is a difference; the error comes when it is read.
    """
    try:
        stats = stat_cache(config.work_folder / FOLDER)
        files = discovery.input_files(config)
        now = {(f.table, f.name): stats.of(f.path, f.name)[0] for f in files}
        with suppress(OSError):  # the next run hashes them again
            stats.save()
    except InputError:
        return "the input files can't be read as before"
    known = {(table, name): sha256 for table, name, sha256, _ in before}
    parts = (
        _listed("new", [key[1] for key in now if key not in known]),
        _listed("gone", [key[1] for key in known if key not in now]),
        _listed("changed", [key[1] for key in now if known.get(key, now[key]) != now[key]]),
    )
    return ", ".join(part for part in parts if part)


def _listed(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"{what}: {names[0]}{more}"


def _key(file: InputFile, layout: Layout, sha256: str) -> str:
    """The cache key of a file with this content, read by this layout."""
    return layout.key(sha256, file.path.suffix.lower() + layout.separator_of(file.path))


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


def _text(path: Path) -> str:
    """A path as JSON can hold it: names on the disk need not be UTF-8."""
    return str(path.absolute()).encode(errors="backslashreplace").decode()


def _unpacked(file: InputFile) -> int:
    """Bytes of a file, about, when it is not compressed; 0 where the disk has no answer."""
    packed = file.path.suffix.lower() in (".gz", ".parquet", ".pq")
    try:
        return file.path.stat().st_size * (PACKED if packed else 1)
    except OSError:
        return 0


def _is_whole(path: Path, size: int) -> bool:
    """Whether a Parquet file has its length and its end, which is quicker than reading its metadata."""
    try:
        with path.open("rb", buffering=0) as file:
            at = file.seek(-4, os.SEEK_END)
            return at + 4 == size and file.read() == b"PAR1"
    except OSError:
        return False
