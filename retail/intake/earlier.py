"""What the last reading found out about all its lines together, for one that adds files to them.

Whether a line repeats another, to whom an id belongs, whether returns follow their purchases: that
takes all lines. So the hashes of the lines stay in files of whole numbers, one after another, in the
order of the input files, and a run whose first files are those of the last one asks them about its
new lines only. Any other run begins with nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.intake import ahead, checked
from retail.intake.ledger import Reject

FILE = "known.json"
LEAST_LINES = 100_000  # fewer are looked through sooner than this is kept
NOTHING = np.iinfo(np.int64).min  # the hash of a missing id
KEYS = ("transaction_key", "customer_key")
COLUMNS = {
    "hash_high": np.int64,
    "transaction_key": np.int64,
    "customer_key": np.int64,
    "kept": np.int8,
}


class Unknown(msgspec.Struct, frozen=True):
    """Lines whose customer or product was not in a table: a hash of its keys, how many by file."""

    table: str
    lines: dict[int, int]


class Selected(msgspec.Struct, frozen=True):
    """`selection.Selection`, as it was."""

    by: str  # what it was decided by
    lines: dict[str, int]
    amount: dict[str, int]
    kept: int
    kept_amount: int
    rows: list[list[int]]
    undated: list[tuple[int, Reject]]
    excluded_by: dict[str, int]
    first_repeat: tuple[int, int] | None
    repeats: int
    repeats_amount: int
    days: dict[int, int]
    places: dict[int, tuple[int, int]]
    last_purchase: int | None


class Known(msgspec.Struct, frozen=True):
    """What was found out about the lines of `files`."""

    program: str
    files: list[str]
    lines: list[int]  # of each file
    repeats: dict[int, list[int]]  # by file, places of lines equal to an earlier one
    orders: dict[int, bool]  # by shape of dates, day-first
    violations: int | None  # returns before their purchase, read by these orders
    shared: int | None  # ids of more than one customer
    unknown: dict[str, Unknown]
    selected: Selected


@dataclass
class Earlier:
    """The first `count` files of a run and what is known of them; none where nothing is.

    What this run finds out is gathered in `found`, and kept by `remember`.
    """

    folder: Path
    paths: Sequence[Path]
    known: Known | None = None
    found: dict[str, Any] = field(default_factory=dict)
    tables: dict[str, np.ndarray] = field(default_factory=dict)  # hashes of their keys, by table
    selected: int = 0  # of how many files it is known which lines are used

    @property
    def count(self) -> int:
        """How many files."""
        return 0 if self.known is None else len(self.known.files)

    @cached_property
    def starts(self) -> np.ndarray:
        """Where the lines of each file start, and where those of the last end."""
        return np.cumsum([0, *(self.known.lines if self.known else ())])

    def masks(self) -> list[np.ndarray]:
        """For each file, which lines are equal to an earlier one."""
        masks = []
        for at, lines in enumerate(self.known.lines if self.known else ()):
            mask = np.zeros(lines, bool)
            mask[self.known.repeats.get(at, []) if self.known else []] = True
            masks.append(mask)
        return masks

    def values(self, name: str) -> np.ndarray:
        """A column of COLUMNS, of all lines."""
        size = int(self.starts[-1])
        if not size:
            return np.empty(0, COLUMNS[name])
        return np.memmap(self._path(name), COLUMNS[name], "r", shape=(size,))

    def lines_with(self, name: str, values: np.ndarray) -> np.ndarray:
        """The places of the lines that have one of `values` in a column, in order."""
        wanted = pa.array(np.unique(values))
        asked = partial(pc.is_in, value_set=wanted)
        cores = ahead.cores()
        parts = map(pa.array, np.array_split(self.values(name), cores))
        found = ahead.in_order(asked, parts, cores)
        return np.flatnonzero(
            np.concatenate([part.to_numpy(zero_copy_only=False) for part in found])
        )

    def used_lines_with(self, name: str, values: np.ndarray) -> dict[int, int]:
        """By file, how many of the lines that are used have one of `values` in a column."""
        if not len(values):
            return {}
        places = self.lines_with(name, values)
        used = places[self.values("kept")[places] == 1]
        return {file: len(own) for file, own in self.by_file(used)}

    def table(self, name: str) -> np.ndarray:
        """The hashes of a table's keys as the last run knew them; none where they are not kept."""
        path = self._path(f"{name}s")
        return np.fromfile(path, np.int64) if path.exists() else np.empty(0, np.int64)

    @cached_property
    def touched(self) -> np.ndarray:
        """The places of the lines that share an id with one of the other files'."""
        ids = [np.empty(0, np.int64)]
        for path in self.paths[self.count :]:
            for lines in checked.tables(path, ["transaction_key"]):
                if "transaction_key" in lines.column_names:
                    ids.append(lines["transaction_key"].drop_null().to_numpy())
        return self.lines_with("transaction_key", np.concatenate(ids))

    def by_file(self, places: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """The file and the places within it, of places among all lines in order."""
        file = np.searchsorted(self.starts, places, side="right") - 1
        for at in np.unique(file).tolist():
            yield at, places[file == at] - self.starts[at]

    def remember(self, repeats: Sequence[np.ndarray], dropped: Sequence[np.ndarray]) -> None:
        """Keep what was found, for the next run.

        For each file, `repeats` says which lines repeat an earlier one, `dropped` are the rows that are
        not used.
        """
        lines = [len(mask) for mask in repeats]
        if len(self.paths) < 2 or sum(lines) < LEAST_LINES:
            return
        (self.folder / FILE).unlink(missing_ok=True)
        first = self.selected  # none where other lines are used than before
        columns = {name: self._path(name).open("r+b" if first else "w+b") for name in COLUMNS}
        for name, file in columns.items():
            file.truncate(sum(lines[:first]) * np.dtype(COLUMNS[name]).itemsize)
            file.seek(0, 2)
        for path, rows in list(zip(self.paths, dropped, strict=True))[first:]:
            for batch in checked.tables(path, ["row", "hash_high", *KEYS]):
                for name, values in _columns(batch, rows).items():
                    columns[name].write(values.astype(COLUMNS[name]).tobytes())
        for file in columns.values():
            file.close()
        for name, keys in self.tables.items():
            keys.tofile(self._path(f"{name}s"))
        known = Known(
            program=program(),
            files=[path.name for path in self.paths],
            lines=lines,
            repeats={at: np.flatnonzero(m).tolist() for at, m in enumerate(repeats) if m.any()},
            **self.found,
        )
        partial = self.folder / f".{FILE}.part"
        partial.write_bytes(msgspec.json.encode(known))
        partial.replace(self.folder / FILE)

    def _path(self, name: str) -> Path:
        return self.folder / f"known-{name}.bin"


def load(folder: Path, paths: Sequence[Path]) -> Earlier:
    """What the last reading knew of the first files of `paths`."""
    try:
        known = msgspec.json.decode((folder / FILE).read_bytes(), type=Known)
    except (OSError, msgspec.DecodeError):
        return Earlier(folder, paths)
    names = [path.name for path in paths[: len(known.files)]]
    earlier = Earlier(folder, paths, known)
    is_whole = all(
        earlier._path(name).exists()
        and earlier._path(name).stat().st_size >= sum(known.lines) * np.dtype(kind).itemsize
        for name, kind in COLUMNS.items()
    )
    is_same = names == known.files and known.program == program() and is_whole
    return earlier if is_same else Earlier(folder, paths)


def program() -> str:
    """A hash of the code that reads."""
    found = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def _columns(lines: Any, dropped: np.ndarray) -> dict[str, np.ndarray]:
    rows = lines["row"].to_numpy()
    found = {"hash_high": lines["hash_high"].to_numpy(), "kept": ~np.isin(rows, dropped)}
    for name in KEYS:
        if name in lines.column_names:
            found[name] = pc.fill_null(lines[name], int(NOTHING)).to_numpy()
        else:
            found[name] = np.full(len(rows), NOTHING)
    return found
