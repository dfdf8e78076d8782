"""How a run looks to the person at the terminal, and its tables as text and records.

Progress goes to standard error and only to a terminal: a pipe gets the result and nothing else.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from retail.runner import call, call_each, silent

if TYPE_CHECKING:
    import pandas as pd

    from retail.schema.units import Units

T = TypeVar("T")

# What an engineer wants to know of the inputs, in this order.
SHOWN = ("books", "date_evidence", "checks", "rejects", "missing")
MOST_ROWS = 20


class Quiet:
    """Runs the steps and says nothing."""

    step = staticmethod(call)
    each = staticmethod(call_each)
    say = staticmethod(silent)


class Terminal:
    """Runs the steps under a spinner and prints each with its seconds."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(stderr=True, highlight=False)

    def step(self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
        """Run one step; `retries` is for runners that can wait (Prefect)."""
        with self._timed(title):
            return function(*arguments)

    def each(
        self, title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
    ) -> list[T]:
        """Run a step for each item, in parallel."""
        if not items:
            return []
        with self._timed(f"{title} ({len(items)})"):
            return call_each(title, function, items, *arguments)

    @contextmanager
    def _timed(self, title: str) -> Iterator[None]:
        started = time.perf_counter()
        with self.console.status(title):
            yield
        self.console.print(f"[green]✓[/] {title} [dim]{time.perf_counter() - started:.1f} s[/]")

    def say(self, message: str) -> None:
        """Print a remark of a step, as text: what comes from an input is never markup."""
        self.console.print("  " + message, style="dim", markup=False)


@contextmanager
def shown(*, quiet: bool) -> Iterator[Quiet | Terminal]:
    """The view that fits: a terminal's, or none when piped or asked to be quiet."""
    yield Quiet() if quiet or not sys.stderr.isatty() else Terminal()


def as_records(tables: Mapping[str, pd.DataFrame], units: Units) -> dict[str, list[dict[str, str]]]:
    """Tables by name as lists of rows, every cell the text that a reader of the site sees."""
    from retail.render.formats import Formats, present
    from retail.schema import TABLES

    formats = Formats(units)
    records = {}
    for name, frame in tables.items():
        columns = [c for c in TABLES[name].columns if c.name in frame.columns]
        cells = [formats.column(column, present(frame[column.name])) for column in columns]
        names = [column.name for column in columns]
        records[name] = [dict(zip(names, row, strict=True)) for row in zip(*cells, strict=True)]
    return records


def print_tables(tables: Mapping[str, pd.DataFrame], units: Units) -> None:
    """Print the tables of SHOWN to standard output, as a terminal or a file can show them."""
    from rich.console import Console
    from rich.table import Table as Drawn
    from rich.text import Text

    from retail.schema import TABLES

    console = Console(highlight=False, width=None if sys.stdout.isatty() else 160)
    for name, rows in as_records(tables, units).items():
        if name not in SHOWN or not rows:
            continue
        drawn = Drawn(title=TABLES[name].title, title_justify="left", box=None, pad_edge=False)
        for column in rows[0]:
            is_number = TABLES[name].column(column).kind in ("count", "money", "number", "share")
            drawn.add_column(column, justify="right" if is_number else "left")
        for row in rows[:MOST_ROWS]:
            drawn.add_row(*(Text(cell) for cell in row.values()))
        console.print(drawn)
        if len(rows) > MOST_ROWS:
            console.print(f"… and {len(rows) - MOST_ROWS:,} more", style="dim")
        console.print()
