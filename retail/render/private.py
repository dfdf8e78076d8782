"""Private lists -> CSV files that their owner alone can read, in a folder outside the site."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pandas as pd

from retail.errors import ConfigError
from retail.lists import Book
from retail.render import downloads, listing
from retail.render.formats import Formats
from retail.render.tables import Published
from retail.schema.measures import Measures
from retail.schema.table import Table


def files(lists: Mapping[str, tuple[Table, pd.DataFrame]], measures: Measures) -> dict[str, bytes]:
    """Each list as a CSV by file name; texts that a spreadsheet would run are made safe."""
    formats = Formats(measures)
    return {
        f"{name}.csv": downloads.table_csv(Published(table, frame), formats)
        for name, (table, frame) in lists.items()
    }


def write_book(book: Book | None, measures: Measures, folder: Path) -> None:
    """The lists of customers in a folder of their own; what an earlier run left there is removed."""
    made = listing.pages(book, Formats(measures)) if book else {}
    contents = {f"{file.name}.csv": file.content for parts in made.values() for file in parts}
    write(contents, folder)
    for old in folder.glob("*.csv"):
        if old.name not in contents:
            old.unlink()


def refuse_public(folder: Path, site: Path, key: str = "[privacy] private") -> None:
    """Raise ConfigError when a private folder, set by `key`, is the site or within it."""
    inner, outer = folder.resolve(), site.resolve()
    if inner == outer or outer in inner.parents:
        raise ConfigError(
            f"{key}: {folder} is within the site {site}, which may be published. "
            "Choose a folder outside it."
        )


def close_to_others(folder: Path) -> None:
    """Take the working folder, which holds lines as read, from users who are not of its group."""
    with suppress(PermissionError):  # another owner's folder: its rights are theirs to set
        folder.chmod(folder.stat().st_mode & 0o770)


def write(contents: Mapping[str, bytes], folder: Path) -> None:
    """Write the files, each in one step, readable and writable by their owner only (0600 in 0700)."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    for name, content in contents.items():
        fresh = folder / f".{name}.part"
        fresh.unlink(missing_ok=True)
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / name)
