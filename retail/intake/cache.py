"""The working folder: what was read once, by content, layout and reader, is not read again."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from retail.errors import MachineError, UnsettledInputError
from retail.intake import checked_parquet, fingerprints
from retail.intake import read_report as ledgers
from retail.intake.fingerprints import Fingerprints
from retail.intake.read_file import check_file
from retail.intake.read_report import Ledger
from retail.intake.source.discovery import InputFile
from retail.intake.source.layout import Layout
from retail.intake.source.text_batches import changed
from retail.storage import folders, replacing

MONEY = ("unit_price", "amount", "tax")
KEPT_DAYS = 30
SPARE_BYTES = 50_000_000
SMALL_BYTES = 8_000_000  # read within half a second: no thread is worth it
PARQUET = b"PAR1"  # how it ends
PACKED = 8  # so many times shorter a text is when it is compressed


T = TypeVar("T")
U = TypeVar("U")


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
    _fresh: set[Path] = field(
        default_factory=set
    )  # what was read in this run, and not yet reported

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
        """All files in their order; those that have to be read are read in parallel.

        `log` gets a message for each that was read, and the error of the first file that can't be read
        is raised, as if they were read one after another.
        """
        found: list[Checked] = []
        known = [self._known(file, layouts[file.table]) for file in files]
        new = [file for file, one in zip(files, known, strict=True) if one is None]
        with in_parallel(
            lambda file: self.checked(file, layouts[file.table]), new, sum(map(_unpacked, new))
        ) as results:
            for one in known:
                found.append(one or next(results))
                self._report(found, log)
        self._prints.keep()
        return found

    def _known(self, file: InputFile, layout: Layout) -> Checked | None:
        """A file that the disk vouches for and that was read before: to find it takes no thread."""
        sha256 = self._prints.vouched(file.path)
        return None if sha256 is None else self._found(file, _key(file, layout, sha256))

    @cached_property
    def _prints(self) -> Fingerprints:
        return fingerprints.load(self.folder)

    def _report(self, found: Sequence[Checked], log: Callable[[str], None]) -> None:
        """A message for the last one found; of equal files only the first was read."""
        *before, last = found
        if last.parquet in self._fresh and all(last.parquet != one.parquet for one in before):
            read, aside = last.ledger.records, last.ledger.set_aside
            log(f"{last.file.name}: {read:,} records read, {aside:,} set aside")

    def checked(self, file: InputFile, layout: Layout) -> Checked:
        """Read a file, or find it among those that were read before.

        Raises UnsettledInputError when it changes or vanishes meanwhile.
        """
        before = _state(file)
        sha256, size = self._prints.of(file.path, file.name)
        key = _key(file, layout, sha256)
        found = self._found(file, key) or self._read(file, layout, key, sha256, size)
        if _state(file) != before:
            raise changed(file.name)
        return found

    def _read(self, file: InputFile, layout: Layout, key: str, sha256: str, size: int) -> Checked:
        # Two files of the same content may be read at once.
        partial = self.folder / f"{key}.{uuid.uuid4().hex}.parquet"
        ledger = check_file(file.path, file.name, layout, sha256, size, partial)
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


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


@contextmanager
def in_parallel(function: Callable[[T], U], items: Sequence[T], size: int) -> Iterator[Iterator[U]]:
    """The results of `function` for each item, in order; `size` is the bytes of all items.

    Several large items are worked on by a thread for each core, since nearly all of the work is in
    pyarrow and numpy, which let other threads run.
    """
    if len(items) < 2 or size < SMALL_BYTES:
        yield map(function, items)
        return
    with ThreadPoolExecutor(min(cores(), len(items)), thread_name_prefix="reader") as executor:
        try:
            results = executor.map(function, items)
        except RuntimeError as refused:  # no memory for one more thread, or no right to it
            raise MemoryError(str(refused)) from refused
        yield results


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
    with replacing(target) as part, pq.ParquetFile(source) as file:
        schema = file.schema_arrow
        with checked_parquet.writer(part, schema) as writer:
            for batch in file.iter_batches():
                writer.write_batch(pa.record_batch(_multiplied(batch, factors), schema=schema))


def _multiplied(batch: Any, factors: dict[str, int]) -> list[Any]:
    return [
        pc.multiply_checked(column, factors[name]) if factors.get(name, 1) != 1 else column
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
