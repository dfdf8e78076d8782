"""The table of contents: from a config to a site that opens; the order of steps is written here only.

`retail build` and the Prefect flow both call `build`; they differ in `step`, which runs one of the
functions below (with a spinner, or as a Prefect task).
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.intake.inputs import Inputs
    from retail.report import Report

T = TypeVar("T")
Say = Callable[[str], None]


class Step(Protocol):
    """Runs `function(*arguments)` under a title; `retries` says how often a failure may be tried again."""

    def __call__(
        self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0
    ) -> T:
        """The result of the function."""
        ...


def call(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run a step and nothing else."""
    return function(*arguments)


def silent(message: str) -> None:
    """Say nothing."""


def build(config: Config, step: Step = call, say: Say = silent, *, wait_seconds: float = 0) -> Path:
    """Build and publish the site of `config`; returns its folder.

    Raises RetailError, at once or after `wait_seconds` when another run is at work; whatever
    happens, the old site is complete until the new one replaces it.
    """
    from retail import logbook, machine
    from retail.render.lock import one_run

    started, clock = datetime.now(UTC), time.perf_counter()
    run_id, work = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", config.work_folder
    with (
        machine.told(work),
        one_run(work, f"run {run_id}", wait_seconds),
        logbook.kept(work, run_id) as log,
        machine.told(work),  # within the log, which is to name the refusal as the user is told it
    ):
        step, say = log.stepping(step), log.saying(say)
        inputs = step("Read and check the inputs", read, config, say, retries=2)
        aggregates = step("Merge and aggregate the lines", aggregate, inputs, config, say)
        report = step("Score and cluster the customers", analyse, inputs, aggregates, config)
        seconds = time.perf_counter() - clock
        pages = step("Draw charts and pages", render, report, aggregates, run_id, started, seconds)
        return step("Publish the site", publish, pages, config)


def read(config: Config, say: Say) -> Inputs:
    """Input files -> checked Parquet, the decisions about them and the books."""
    from retail import intake

    return intake.read(config, say)


def aggregate(inputs: Inputs, config: Config, say: Say) -> Aggregates:
    """Checked lines -> merged lines -> small tables, with the chosen engine."""
    from retail import aggregates

    return aggregates.collect_all(inputs, config.engine, config.work_folder, say)


def analyse(inputs: Inputs, aggregates: Aggregates, config: Config) -> Report:
    """Small tables -> key figures, scores and clusters: every figure of the site, publishable."""
    from retail import changes, figures, privacy, segments
    from retail.report import Report

    tables = figures.complete(inputs, aggregates)
    tables |= changes.of_months(aggregates.month_pair, inputs.measures, inputs.features)
    tables |= segments.analyse(
        figures.with_age_band(aggregates.customer_sums, aggregates.period.as_of),
        aggregates.kept_units,
        as_of=aggregates.period.as_of,
        measures=inputs.measures,
        settings=segments.Settings(
            bins=config.rfm.bins,
            cuts=config.rfm.cuts,
            new_days=config.lifecycle.new_days,
            gap_days=config.lifecycle.gap_days,
            components=config.clusters.components,
            clusters=config.clusters.clusters,
            seed=config.clusters.seed,
            permutations=config.clusters.permutations,
        ),
    )
    level = config.privacy.level
    key = privacy.key(config.work_folder, config.privacy.key_env) if level == "internal" else None
    return Report(
        title=config.title,
        measures=inputs.measures,
        period=aggregates.period,
        features=inputs.features,
        tables=privacy.publishable(tables, level, key),
    )


def render(
    report: Report, aggregates: Aggregates, run_id: str, started: datetime, seconds: float
) -> dict[str, bytes]:
    """All figures -> charts -> pages, downloads and summary: {relative path: bytes}."""
    from retail import charts
    from retail.render import RunInfo
    from retail.render import render as rendered

    info = RunInfo(run_id, started.isoformat(timespec="seconds"), seconds, aggregates.engine)
    return rendered(report, charts.draw(report), info)


def publish(pages: dict[str, bytes], config: Config) -> Path:
    """Pages -> the site's folder, in one step."""
    from retail.render import publish as published

    return published(pages, config.site_folder)
