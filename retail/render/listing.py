"""Lists of customers as CSV files, in pages that a spreadsheet can open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retail.lists import Book, CustomerList
from retail.render import downloads
from retail.render.formats import Formats
from retail.render.tables import Published

PAGE_ROWS = 50_000


@dataclass(frozen=True)
class ListFile:
    """One page of a list: `path` below the folder of lists, without its ending."""

    name: str
    rows: int
    content: bytes

    @property
    def path(self) -> str:
        """In the site."""
        return f"data/lists/{self.name}.csv"


def pages(book: Book, formats: Formats, page_rows: int = PAGE_ROWS) -> dict[str, list[ListFile]]:
    """The files of each list by its name; each customer's line is written once and used in all."""
    columns = [
        downloads.cells(column, book.customers[column.name], formats)
        for column in book.table.columns
    ]
    head = ",".join(map(downloads.quoted, book.table.names))
    lines = list(map(",".join, zip(*columns, strict=True)))
    return {one.name: list(_pages(one, head, lines, page_rows)) for one in book.lists}


def _pages(one: CustomerList, head: str, lines: list[str], page_rows: int) -> Iterator[ListFile]:
    picked = [lines[at] for at in one.rows.tolist()]
    starts = range(0, max(len(picked), 1), page_rows)
    for number, start in enumerate(starts, 1):
        part = picked[start : start + page_rows]
        name = one.name if len(starts) == 1 else f"{one.name}-{number}"
        yield ListFile(name, len(part), ("\r\n".join([head, *part]) + "\r\n").encode())


def described(book: Book, files: dict[str, list[ListFile]]) -> dict[str, Published]:
    """Each file as a table of the data package."""
    titles = {one.name: f"{one.subject}: {one.title}" for one in book.lists}
    return {
        f"lists/{file.name}": Published(
            replace(book.table, name=f"lists/{file.name}", title=titles[name]), book.customers
        )
        for name, parts in files.items()
        for file in parts
    }
