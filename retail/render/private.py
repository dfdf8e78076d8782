"""Private lists -> CSV files that their owner alone can read, in a folder outside the site."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from retail import storage
from retail.errors import DeliveryError
from retail.history import CENTRES
from retail.lists import CustomerLists
from retail.render import csv_files, customer_files
from retail.render.formats import Formats
from retail.render.site_tables import SiteTable
from retail.schema.table import Table
from retail.schema.units import Units
from retail.storage.atomic import PRIVATE
from retail.storage.folders import close
from retail.storage.lock import one_writer

if TYPE_CHECKING:
    from retail.privacy.gate import Protected

# The parts of files by their names, made as they are asked for: a list may be long.
Files = Iterable[tuple[str, Iterable[bytes]]]


def files(lists: Mapping[str, tuple[Table, pd.DataFrame]], units: Units) -> Files:
    """Each list as a CSV by file name; texts that a spreadsheet would run are made safe."""
    formats = Formats(units)
    for name, (table, frame) in lists.items():
        yield f"{name}.csv", csv_files.table_parts(SiteTable(table, frame), formats)


def customer_list_files(customer_lists: CustomerLists | None, units: Units) -> Files:
    """The lists of customers by file name, for a folder of their own."""
    for _, file in (
        customer_files.list_files(customer_lists, Formats(units)) if customer_lists else ()
    ):
        yield f"{file.name}.csv", [file.content]


class Staging:
    """Files for private folders, written next to the files that they will replace.

    Everything that may fail for want of space or permission happens in `write`; `settle` changes
    names only.
    """

    def __init__(self) -> None:
        self._renames: list[tuple[Path, Path]] = []
        self._outdated: list[Path] = []

    def write(self, contents: Files, folder: Path, is_whole: bool = False) -> None:
        """Write files for `folder`, readable and writable by their owner only.

        is_whole: they are all its CSV files, and others there will be removed.
        """
        names = set()
        for name, parts in contents:
            names.add(name)
            fresh = folder / f".{name}.part"
            fresh.unlink(missing_ok=True)
            self._renames.append((fresh, folder / name))
            storage.write_through(fresh, parts, PRIVATE)
        if is_whole:
            self._outdated += [old for old in folder.glob("*.csv") if old.name not in names]

    def settle(self) -> None:
        """Put all in place; OSError when the system refuses a name."""
        for fresh, place in self._renames:
            fresh.replace(place)
        for old in self._outdated:
            old.unlink(missing_ok=True)

    def discard(self) -> None:
        """Remove what is not in its place."""
        for fresh, _ in self._renames:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


@contextmanager
def staging() -> Iterator[Staging]:
    """Files that are discarded at the end unless they were settled."""
    files = Staging()
    try:
        yield files
    finally:
        files.discard()


@contextmanager
def kept(protected: Protected, folder: Path, work: Path) -> Iterator[None]:
    """Keep what is not published: lists with real ids in `folder`, centres of clusters in `work`.

    Staged before the block, which publishes the site, and put in place right after it, so
    that lists and site are of one run; an error in the block leaves the lists as they were. Raises
    DeliveryError when they can't be put in place: the new site is then published already.
    """
    customers = close(close(folder) / "lists")
    units, centres = protected.units, protected.centres
    with one_writer(customers), staging() as staged:
        staged.write(files(protected.lists, units), folder)
        staged.write(customer_list_files(protected.customer_lists, units), customers, is_whole=True)
        if centres is not None:
            staged.write([(CENTRES, [centres.to_parquet(None, index=False)])], work)
        yield
        try:
            staged.settle()
        except OSError as problem:
            raise DeliveryError(
                "The new site is published, but the private lists that belong to it couldn't be put in "
                f"place: {problem.strerror or problem} ({problem.filename}). Lists in "
                f"{folder} may be of an earlier run: mend this and build again."
            ) from problem
