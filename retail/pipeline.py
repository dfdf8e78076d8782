"""The table of contents: from a config to a site that opens. The order of steps is written here only.

`retail build` and the Prefect flow both call `build`; they differ in `step`, which runs one of the
functions below (with a spinner, or as a Prefect task).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.intake.inputs import Inputs
    from retail.render import RunInfo
    from retail.report import Report

T = TypeVar("T")
Say = Callable[[str], None]


class Step(Protocol):
    """Runs `function(*arguments)` under a title; `retries` says how often a failure may be tried again."""

    def __call__(
        self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0
    ) -> T: ...


def call(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run a step and nothing else."""
    return function(*arguments)


def silent(message: str) -> None:
    """Say nothing."""


def build(config: Config, step: Step = call, say: Say = silent) -> Path:
    """Build and publish the site of `config`; returns its folder.

    Raises RetailError; whatever happens, the old site is complete until the new one replaces it.
    """
    started = datetime.now(UTC)
    clock = time.perf_counter()
    inputs = step("Read and check the inputs", read, config, say, retries=2)
    aggregates = step("Merge and aggregate the lines", aggregate, inputs, config, say)
    report = step("Score and cluster the customers", analyse, inputs, aggregates, config)
    run = run_info(inputs, config, started, time.perf_counter() - clock)
    pages = step("Draw the charts and render the pages", render, report, run)
    return step("Publish the site", publish, pages, config)
