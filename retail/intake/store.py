"""The working folder: what was read once, by content, layout and reader, is not read again."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail import folders
from retail.errors import MachineError, UnsettledInputError
from retail.intake import checked, fingerprints
from retail.intake import ledger as ledgers
from retail.intake.ahead import cores
from retail.intake.check_file import check_file
from retail.intake.discovery import InputFile
from retail.intake.encoding import CHUNK
from retail.intake.fingerprints import Fingerprints
from retail.intake.layout import Layout
from retail.intake.ledger import Ledger
from retail.intake.tables import changed

MONEY = ("unit_price", "amount", "tax")
KEPT_DAYS = 30
SPARE_BYTES = 50_000_000
SMALL_BYTES = 8_000_000  # read within half a second
PARQUET = b"PAR1"  # how it ends
PACKED = 8  # so many times shorter a text is when it is compressed


@dataclass(frozen=True)
class Checked:
    """A file that was read: its ledger and its Parquet at the file's own scales."""

    file: InputFile
    ledger: Ledger
    parquet: Path


@dataclass(frozen=True)
class Store:
    """The folder of checked files."""

    folder: Path
    _at_work: dict[str, threading.Lock] = field(default_factory=dict)  # by key of the content
    _fresh: set[Path] = field(default_factory=set)  # what was read in this run, and not yet told

    def prepare(self, files: list[InputFile]) -> None:
        """Make the folder. Raises MachineError when it can't be, or too little disk is free."""
        try:
            folders.make_working(self.folder.parent)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            free = shutil.disk_usage(self.folder).free
            sizes = [
                f.path.stat().st_size * (PACKED if f.path.suffix == ".gz" else 1) for f in files
            ]
        except FileNotFoundError:
            return  # a file that has vanished is reported when it is read
        except OSError as error:
            raise MachineError(
                f"{self.folder}: can't be used: {error.strerror or error}."
            ) from None
        needed = sum(sizes) + SPARE_BYTES
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
    ) -> list[Checked]:
        """All files in their order, read side by side, a thread for each core.

        `log` is told, and the error of the first file that can't be read is raised, as if they were
        read one after another. Threads, as nearly all of the work is in pyarrow and numpy, which let
        others work meanwhile. Where there are fewer files of several parts than cores, the other cores
        work on the parts of these, so that in all two parts for each core are in memory at most. A few
        small files are read without.
        """
        found = self._read(files, layouts, log)
        self._prints.keep()
        return found

    def _read(
        self,
        files: Sequence[InputFile],
        layouts: Mapping[str, Layout],
        log: Callable[[str], None],
    ) -> list[Checked]:
        found: list[Checked] = []
        known = [self._known(file, layouts[file.table]) for file in files]
        sizes = {at: _unpacked(files[at]) for at, one in enumerate(known) if one is None}
        if sum(sizes.values()) < SMALL_BYTES:
            for file, one in zip(files, known, strict=True):
                found.append(one or self.checked(file, layouts[file.table]))
                self._tell(found[-1], log)
            return found
        least = max(CHUNK, max(sizes.values()) // 8)  # smaller is soon done, whatever is beside it
        large = sum(size > least for size in sizes.values())
        spare = max(cores() // min(cores(), max(large, 1)) - 1, large == 1)
        with ThreadPoolExecutor(cores(), thread_name_prefix="reader") as readers:
            try:
                waiting = {
                    at: readers.submit(
                        self.checked,
                        files[at],
                        layouts[files[at].table],
                        spare * (size > least),
                    )
                    for at, size in sizes.items()
                }
            except RuntimeError as refused:  # no memory for one more thread, or no right to it
                raise MemoryError(str(refused)) from refused
            try:
                for at, one in enumerate(known):
                    found.append(one or waiting[at].result())
                    self._tell(found[-1], log)
            except BaseException:
                readers.shutdown(wait=False, cancel_futures=True)
                raise
        return found

    def _known(self, file: InputFile, layout: Layout) -> Checked | None:
        """A file that the disk vouches for and that was read before: to find it takes no thread."""
        sha256 = self._prints.vouched(file.path)
        return None if sha256 is None else self._found(file, _key(file, layout, sha256))

    @cached_property
    def _prints(self) -> Fingerprints:
        return fingerprints.load(self.folder)

    def _tell(self, found: Checked, log: Callable[[str], None]) -> None:
        # Of two equal files the second may have been read: the first, which waited, is named.
        if found.parquet in self._fresh:
            self._fresh.discard(found.parquet)
            read, aside = found.ledger.records, found.ledger.set_aside
            log(f"{found.file.name}: {read:,} records read, {aside:,} set aside")

    def checked(self, file: InputFile, layout: Layout, threads: int = 0) -> Checked:
        """Read a file, with so many `threads` beside, or find it among those that were read before.

        Raises UnsettledInputError when it changes or vanishes meanwhile.
        """
        before = _state(file)
        found = self._checked(file, layout, threads)
        if _state(file) != before:
            raise changed(file.name)
        return found

    def _checked(self, file: InputFile, layout: Layout, threads: int) -> Checked:
        sha256, size = self._prints.of(file.path, file.name)
        key = _key(file, layout, sha256)
        with self._at_work.setdefault(
            key, threading.Lock()
        ):  # a file that comes twice is read once
            return self._found_or_read(file, layout, key, sha256, size, threads)

    def _found_or_read(
        self, file: InputFile, layout: Layout, key: str, sha256: str, size: int, threads: int
    ) -> Checked:
        found = self._found(file, key)
        if found is not None:
            return found
        partial = self.folder / f"{key}.{os.getpid()}.parquet"
        ledger = check_file(file.path, file.name, layout, sha256, size, partial, threads)
        parquet = self._parquet(key, ledger.money_scale, ledger.quantity_scale)
        ledger = msgspec.structs.replace(ledger, parquet_bytes=partial.stat().st_size)
        partial.replace(parquet)
        ledgers.save(ledger, self._book(key))
        self._fresh.add(parquet)
        return Checked(file, ledger, parquet)

    def _found(self, file: InputFile, key: str) -> Checked | None:
        book = self._book(key)
        known = ledgers.load(book)
        if known is None:
            return None
        parquet = self._parquet(key, known.money_scale, known.quantity_scale)
        if not _is_whole(parquet, known.parquet_bytes):
            return None
        _touch(book, parquet)
        return Checked(file, known, parquet)

    def at_scales(self, found: Checked, money: int, quantity: int) -> Path:
        """The file's Parquet with money and quantities at the scales of the run."""
        own = found.ledger
        if (money, quantity) == (own.money_scale, own.quantity_scale):
            return found.parquet
        key = found.parquet.name.split("-")[0]
        path = self._parquet(key, money, quantity)
        if not _holds(path, own.kept):
            factors = dict.fromkeys(MONEY, 10 ** (money - own.money_scale))
            factors["quantity"] = 10 ** (quantity - own.quantity_scale)
            _multiply(found.parquet, path, factors)
        _touch(path)
        return path

    def copy(self, path: Path, again: int) -> Path:
        """The same Parquet under another name, for a file that comes more than once."""
        other = path.with_name(f"{path.stem}-again{again}.parquet")
        if not other.exists():
            shutil.copyfile(path, other)
        return other

    def forget_old(self) -> None:
        """Delete what no run has used for a month."""
        limit = time.time() - KEPT_DAYS * 86400
        for path in self.folder.iterdir():
            try:
                if path.stat().st_mtime < limit and path.suffix in (".parquet", ".json", ".part"):
                    path.unlink()
            except FileNotFoundError:
                continue  # another run has deleted it

    def _book(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _parquet(self, key: str, money: int, quantity: int) -> Path:
        return self.folder / f"{key}-{money}-{quantity}.parquet"


def _key(file: InputFile, layout: Layout, sha256: str) -> str:
    """What stands for a file of this content, read by this layout."""
    return layout.key(sha256, file.path.suffix.lower() + layout.separator_of(file.path))


def _state(file: InputFile) -> tuple[int, int, int]:
    try:
        state = file.path.stat()
    except FileNotFoundError:
        raise UnsettledInputError(f"{file.name}: the file has vanished. Run again.") from None
    return state.st_size, state.st_mtime_ns, state.st_ino


def _unpacked(file: InputFile) -> int:
    """Bytes of a file, about, when it is not compressed."""
    packed = file.path.suffix.lower() in (".gz", ".parquet", ".pq")
    return _state(file)[0] * (PACKED if packed else 1)


def _is_whole(path: Path, size: int) -> bool:
    """Whether a Parquet file has its length and its end: to read what it says of itself takes ten times
    as long."""
    try:
        with path.open("rb", buffering=0) as file:
            at = file.seek(-len(PARQUET), os.SEEK_END)
            return at + len(PARQUET) == size and file.read() == PARQUET
    except OSError:
        return False


def _holds(path: Path, rows: int) -> bool:
    try:
        return bool(pq.read_metadata(path).num_rows == rows)
    except (OSError, pa.ArrowInvalid):
        return False


def _touch(*paths: Path) -> None:
    for path in paths:
        os.utime(path)


def _multiply(source: Path, target: Path, factors: dict[str, int]) -> None:
    """Rewrite a checked Parquet file with some columns multiplied (overflow raises: a bug)."""
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    with pq.ParquetFile(source) as file:
        schema = file.schema_arrow
        with checked.writer(partial, schema) as writer:
            for batch in file.iter_batches():
                writer.write_batch(pa.record_batch(_multiplied(batch, factors), schema=schema))
    partial.replace(target)


def _multiplied(batch: Any, factors: dict[str, int]) -> list[Any]:
    return [
        pc.multiply_checked(column, factors[name]) if factors.get(name, 1) != 1 else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
