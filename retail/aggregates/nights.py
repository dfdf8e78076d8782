"""What a run keeps of its sums, and how the next one corrects them by what is new.

Which purchases there are and what came back of them follow from the lines that share an id, or, where
no id explains a return, a customer and product (`ties`); most tables are sums over such groups. So
when files are added, only the groups of their lines are reduced, once without the new lines and once
with them, and the difference is added to what the last run kept. Distinct buyers don't add up: whom
the other lines of the same customers have as a buyer already is left out on both sides. A run that
finds nothing to go on from is the same with nothing kept: all lines are new.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pyarrow import feather

from retail import frames
from retail.aggregates import customer_changes
from retail.aggregates.lines import LineCounts
from retail.aggregates.scan import Engine, link, stored_bytes
from retail.intake import ahead

if TYPE_CHECKING:
    from retail.intake.inputs import Inputs

FILE = "kept.json"
# Below so many bytes of checked lines all is made anew: that takes less than keeping it would.
LEAST_BYTES = 3_000_000
MOST_PARTS = 30  # merged Parquet files, one for each night, before they are joined into one
CUSTOMERS = "customers"  # one row for each customer, see `customers.collected`
TABLES = ("customers", "products", "cities")
PATTERNS = ("*.arrow", "merged_*", "*_late.*", "*_early.*")  # of what a run goes on from


class Said(msgspec.Struct, frozen=True):
    """What the kept sums are of: a run can go on from them if all of it still holds."""

    program: str
    engine: str
    files: list[str]  # keys of the input files, in their order
    dropped: str  # a hash of the records of these files that are not used
    orders: list[str]  # by format of dates whether it is day-first; empty without a line
    tables: list[str]  # of customers, products and cities
    scales: list[int]
    counts: list[int] = []  # sales, returns, neither
    parts: int = 1  # files of merged lines


@dataclass(frozen=True)
class Kept:
    """The folder of an earlier run, and what its sums are of.

    changed_customers: ids (texts) of those of whom the table of customers does not say the same any more.
    """

    folder: Path
    said: Said
    changed_customers: pd.Series = field(default_factory=lambda: pd.Series(dtype="str"))

    @property
    def files(self) -> int:
        """How many input files they are of: the first of this run's."""
        return len(self.said.files)

    @property
    def counts(self) -> LineCounts:
        """Of the lines."""
        return LineCounts(*self.said.counts)

    def path(self, name: str) -> Path:
        """Where a table is."""
        return self.folder / f"{name}.parquet"

    @cached_property
    def customers(self) -> pd.DataFrame:
        """See `customers.collected`."""
        return self.table(CUSTOMERS)

    def lines_of(self, customers: pd.Series) -> int:
        """How many lines some customers (ids) have so far."""
        known = self.customers
        return int(
            known["lines"].to_numpy()[frames.is_among(known["customer_id"], customers)].sum()
        )

    def table(self, name: str) -> pd.DataFrame:
        """A table that `write` wrote."""
        return feather.read_table(_place(self.folder, name), memory_map=True).to_pandas()

    def parts(self, bench: Engine) -> list[Path]:
        """The merged lines, in the folder of `bench`: its own names for the same files."""
        old = [self.path(part_name(number)) for number in range(self.said.parts)]
        new = [bench.path(part_name(number)) for number in range(len(old))]
        if len(old) > MOST_PARTS:  # the first is most of it, the others a night's each
            bench.save({part_name(1): bench.open(*old[1:])}, is_long=True)
            old, new = old[:1], new[:2]
        for path, own in zip(old, new, strict=False):
            link(path, own)
        return new


def write(table: pd.DataFrame, folder: Path, name: str) -> None:
    """Write a small table for the next run, as Arrow, which is read where it is on the disk: a tenth of the
    time that packing takes, for three times the place."""
    table.reset_index(drop=True).to_feather(_place(folder, name), compression="uncompressed")


def _place(folder: Path, name: str) -> Path:
    return folder / f"{name}.arrow"


def part_name(number: int) -> str:
    """The name of a Parquet file of merged lines."""
    return f"merged_{number}"


def begin(folder: Path, inputs: Inputs, engine: str) -> tuple[Path, Kept | None]:
    """A new empty folder within `folder`, for this run, and what it can go on from.

    What earlier runs left there and none can go on from is removed.
    """
    found = _kept(folder)
    kept = None if found is None else _still_holding(found, inputs, engine)
    if kept is None:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        for other in folder.iterdir():
            if other.is_dir() and other != kept.folder:
                shutil.rmtree(other, ignore_errors=True)
    fresh = folder / ("1" if kept is None else str(int(kept.folder.name) + 1))
    fresh.mkdir(parents=True)
    return fresh, kept


def is_worth_keeping(inputs: Inputs) -> bool:
    """Whether a later run could go on from this one's sums, and would win time by it."""
    return len(inputs.keys) > 1 and stored_bytes(inputs.transactions, LEAST_BYTES) >= LEAST_BYTES


def keep(folder: Path, inputs: Inputs, engine: str, counts: LineCounts) -> None:
    """Have the next run go on from the sums in `folder`, and no longer from those before."""
    said = msgspec.structs.replace(
        _said(inputs, engine, len(inputs.keys)),
        counts=[counts.sales, counts.returns, counts.neither],
        parts=len(list(folder.glob(f"{part_name(0)[:-1]}*"))),
    )
    written = folder.parent / f".{FILE}.part"
    told = {"folder": folder.name, "said": said, "sizes": _sizes(folder)}
    written.write_bytes(msgspec.json.encode(told))
    written.replace(folder.parent / FILE)
    # The disk takes its time to forget large files; under these names no run looks for anything.
    others = [other for other in folder.parent.iterdir() if other.is_dir() and other != folder]
    beside = ThreadPoolExecutor(1, thread_name_prefix="forget")
    for other in others:
        with contextlib.suppress(OSError):  # else the next run removes it
            gone = other.rename(other.with_name(f"gone-{other.name}"))
            ahead.begin(beside, partial(shutil.rmtree, gone, ignore_errors=True))
    beside.shutdown(wait=False)


def _kept(folder: Path) -> Kept | None:
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        kept = Kept(folder / found["folder"], msgspec.convert(found["said"], Said))
        # What was cut short, as when the machine lost its power, or removed is no sum to go on from.
        return kept if _sizes(kept.folder) == found["sizes"] else None
    except (OSError, ValueError, KeyError, TypeError, msgspec.ValidationError):
        return None


def _sizes(folder: Path) -> dict[str, int]:
    """Bytes of what a run goes on from, by name; of a folder of files those of all in it."""
    found = [path for pattern in PATTERNS for path in folder.glob(pattern)]
    return {
        path.name: sum(
            file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path])
        )
        for path in found
    }


def _said(inputs: Inputs, engine: str, files: int) -> Said:
    """What sums of the first `files` files are of."""
    return Said(
        program=_program(),
        engine=engine,
        files=list(inputs.keys[:files]),
        dropped=_dropped(inputs, files),
        orders=[str(form.is_day_first) if form.lines else "" for form in inputs.date_formats],
        tables=[_table(inputs, name) for name in TABLES],
        scales=[inputs.measures.money_scale, inputs.measures.quantity_scale],
    )


def _table(inputs: Inputs, name: str) -> str:
    """The name of its file, which goes by its content; empty where there is none."""
    path: Path | None = getattr(inputs, name)
    return "" if path is None else path.name


def _still_holding(kept: Kept, inputs: Inputs, engine: str) -> Kept | None:
    """What is kept, if the sums of the first files of `inputs` would be the same, but for changed customers
    without a line."""
    before, now = kept.said, _said(inputs, engine, kept.files)
    pairs = zip(before.orders, now.orders, strict=True)
    alike = msgspec.structs.replace(
        now, orders=before.orders, tables=before.tables, counts=before.counts, parts=before.parts
    )
    is_same = (
        bool(before.files)
        and alike == before
        and all(order in ("", new) for order, new in pairs)
        and before.tables[1:] == now.tables[1:]
    )
    if not is_same or before.tables[0] == now.tables[0]:
        return kept if is_same else None
    if inputs.customers is None or not before.tables[0]:
        return None
    old = inputs.customers.with_name(before.tables[0])
    changes = customer_changes.between(old, inputs.customers)
    if changes is None or kept.lines_of(changes.on_lines):
        return None
    return replace(kept, changed_customers=changes.all)


def _dropped(inputs: Inputs, files: int) -> str:
    if inputs.dropped is None:
        return ""
    places = pq.read_table(inputs.dropped)
    file, row = (places[name].to_numpy() for name in ("file", "row"))
    own = file < files
    return (
        hashlib.sha256(np.stack([file[own], row[own]]).tobytes()).hexdigest() if own.any() else ""
    )


def _program() -> str:
    """A hash of the code that makes the sums, and of the tables that it makes."""
    here = Path(__file__).parent
    code = [*here.glob("*.py"), *(here.parent / "schema").glob("*.py"), here.parent / "frames.py"]
    found = hashlib.sha256()
    for path in sorted(code):
        found.update(path.name.encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
