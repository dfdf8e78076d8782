"""Lists of customers as CSV files, in pages that a spreadsheet can open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retail.lists import CustomerLists
from retail.render import csv_files
from retail.render.formats import Formats
from retail.render.site_tables import SiteTable

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


def pages(
    customer_lists: CustomerLists, formats: Formats, page_rows: int = PAGE_ROWS
) -> dict[str, list[ListFile]]:
    """The files of each list by its name."""
    found: dict[str, list[ListFile]] = {one.name: [] for one in customer_lists.lists}
    for name, file in files(customer_lists, formats, page_rows):
        found[name].append(file)
    return found


def files(
    customer_lists: CustomerLists, formats: Formats, page_rows: int = PAGE_ROWS
) -> Iterator[tuple[str, ListFile]]:
    """The files of all lists one after the other, each with its list's name; each customer's line is
    written once and used in all."""
    head, lines = (
        csv_files.head(customer_lists.table),
        list(csv_files.blocks(customer_lists.table, customer_lists.customers, formats)),
    )
    for one in customer_lists.lists:
        starts = range(0, max(len(one.rows), 1), page_rows)
        for number, start in enumerate(starts, 1):
            rows = one.rows[start : start + page_rows]
            name = one.name if len(starts) == 1 else f"{one.name}-{number}"
            yield one.name, ListFile(name, len(rows), head + csv_files.picked(lines, rows))


def described(
    customer_lists: CustomerLists, files: dict[str, list[ListFile]]
) -> dict[str, SiteTable]:
    """Each file as a table of the data package, which tells of its columns."""
    titles = {one.name: f"{one.subject}: {one.title}" for one in customer_lists.lists}
    return {
        f"lists/{file.name}": SiteTable(
            replace(customer_lists.table, name=f"lists/{file.name}", title=titles[name]),
            customer_lists.customers.iloc[:0],
        )
        for name, parts in files.items()
        for file in parts
    }
