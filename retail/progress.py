"""What a person at a terminal sees of a run; nothing when the output goes elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from retail.pipeline import call

T = TypeVar("T")


class Quiet:
    """Runs the steps and says nothing."""

    step = staticmethod(call)

    def say(self, message: str) -> None:
        """Keep a remark of a step to itself."""


class Terminal:
    """Runs the steps under a spinner and prints each with its seconds."""

    def __init__(self) -> None:
        from rich.console import Console

        self.console = Console(stderr=True, highlight=False)

    def step(self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
        """Run one step; `retries` is for runners that can wait (Prefect)."""
        started = time.perf_counter()
        with self.console.status(title):
            result = function(*arguments)
        self.console.print(f"[green]✓[/] {title} [dim]{time.perf_counter() - started:.1f} s[/]")
        return result

    def say(self, message: str) -> None:
        """Print a remark of a step, as text (what comes from an input is never markup)."""
        self.console.print("  " + message, style="dim", markup=False)


@contextmanager
def shown(*, quiet: bool) -> Iterator[Quiet | Terminal]:
    """The view of a run that fits: a terminal's, or none when piped or asked to be quiet."""
    import sys

    yield Quiet() if quiet or not sys.stderr.isatty() else Terminal()
