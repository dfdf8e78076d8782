"""The table of contents: from a config to a site that opens; the order of steps is written here only.

`retail build` and the Prefect flow both call `build`; they differ in `step`, which runs one of the
functions below (with a spinner, or as a Prefect task).
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from retail.guard import protect, ready, with_moves
from retail.steps import (
    Say,
    aggregate,
    analyse,
    challenge_clusters,
    compared,
    merge,
    publish,
    read,
    render,
    send,
    snapshot,
)

if TYPE_CHECKING:
    from retail.config import Config
    from retail.render import RunInfo

T = TypeVar("T")

FOR_CLUSTERS = ("sklearn.cluster", "sklearn.decomposition", "retail.segments")  # loaded ahead


@dataclass(frozen=True)
class Started:
    """A run that has begun: its id, its time (UTC), and the clock that counts its seconds."""

    run_id: str
    time: str
    clock: float

    @classmethod
    def now(cls) -> Started:
        """A run that begins now."""
        started = datetime.now(UTC)
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        return cls(run_id, started.isoformat(timespec="seconds"), time.perf_counter())

    def info(self, engine: str, config: Config) -> RunInfo:
        """What the site tells of the run."""
        from retail.render import RunInfo

        return RunInfo(
            run_id=self.run_id,
            started=self.time,
            seconds=time.perf_counter() - self.clock,
            engine=engine,
            stale_after_hours=config.publish.stale_after_hours,
            site_url=config.publish.site_url,
            may_be_listed=config.publish.robots,
        )


class Step(Protocol):
    """Runs `function(*arguments)` under a title; `retries` says how often a failure may be tried again."""

    def __call__(
        self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0
    ) -> T:
        """The result of the function."""
        ...


class Each(Protocol):
    """Runs `function(item, *arguments)` for each item, side by side."""

    def __call__(
        self, title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
    ) -> Callable[[], list[T]]:
        """What waits for the results, in the order of the items."""
        ...


def call(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run a step and nothing else."""
    return function(*arguments)


def call_each(
    title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
) -> Callable[[], list[T]]:
    """Run a step for each item, a thread for each core, once the results are waited for."""

    def wait() -> list[T]:
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            asked = [threads.submit(function, item, *arguments) for item in items]
            return [done.result() for done in asked]

    return wait


def silent(message: str) -> None:
    """Say nothing."""


def build(
    config: Config,
    step: Step = call,
    say: Say = silent,
    each: Each = call_each,
    *,
    wait_seconds: float = 0,
    is_unattended: bool = False,
    with_slices: bool = False,
    is_full: bool = False,
    announce: Say | None = None,
) -> Path:
    """Build and publish the site of `config`; returns its folder.

    When nobody watches, the new dashboard is tried in a browser before it goes live and the digest
    is sent afterwards. `with_slices` asks for a slice of each channel, gender and city. When nothing
    has changed since the last site, it stays, and `announce` (by default `say`) is told; `is_full`
    makes all of it anew.

    Raises RetailError, at once or after `wait_seconds` when another run is at
    work; whatever happens, the old site is complete until the new one replaces it.
    """
    from retail import history, logbook, machine, slicing, workers
    from retail.lock import one_run

    run, work = Started.now(), config.work_folder
    count = slicing.workers(config, with_slices)
    with (
        machine.told(work),
        workers.started(count, FOR_CLUSTERS) as beside,
        one_run(work, f"run {run.run_id}", wait_seconds),
        logbook.kept(work, run.run_id) as log,
        machine.told(work),  # within the log, which is to name the refusal as the user is told it
        history.recorded(work, run.run_id, run.time, live_run(config.site_folder)) as record,
    ):
        from retail import unchanged  # takes a second to load, which the workers need not wait for

        step, say, each = log.stepping(step), log.saying(say), log.stepping_each(each)
        ready(config, say)
        causes, last = unchanged.causes(config, is_unattended, with_slices), unchanged.last(work)
        if is_full:
            unchanged.forget(work)
            why = "--full"
        else:
            why = unchanged.reason(config, causes, last, record.last_published())
        if last is not None and not why:
            record.unchanged()
            kept = (
                f"Nothing has changed since run {last.run_id}: its site stays (--full builds anew)"
            )
            (announce or say)(kept)
            return unchanged.confirm(config, run.time)
        log.write(f"A new site: {why}")
        inputs = step("Read and check the inputs", read, config, say, retries=2)
        merged, begun = step(
            "Merge the lines and score the customers", merge, inputs, config, say, beside
        )
        aggregates = step("Aggregate the sales", aggregate, merged, inputs)
        wanted = slicing.wanted(aggregates, config, with_slices)
        slices = each("Slice", slicing.report, wanted, inputs, aggregates, config, beside)
        tables = step(
            "Cluster the customers and look back", analyse, inputs, aggregates, begun, config
        )
        if config.clusters.full_permutations:
            tables = step(
                "Test every pair of clusters", challenge_clusters, tables, aggregates, config
            )
        found = step(
            "Set apart what identifies people", protect, tables, inputs, aggregates, config
        )
        now = snapshot(found.report, config)
        info = run.info(aggregates.engine, config)
        past = record.past(now)
        now, doubts = compared(now, past, aggregates, config, say)
        found = with_moves(found, now, past)
        drawn = (found.report, info, past, now, doubts, config, slices())
        del merged, begun, aggregates, tables  # what they hold of each customer is not needed now
        pages = step("Draw charts and pages", render, *drawn, beside)
        del drawn
        record.publishing(now)
        site = step("Publish the site", publish, pages, found, config, is_unattended)
    if is_unattended and (config.digest.mail_to or os.environ.get(config.digest.webhooks_env)):
        step("Send the digest", send, site, config)
    unchanged.remember(config, run.run_id, run.time, causes, inputs)
    return site


def live_run(site: Path) -> str | None:
    """The id of the run whose site is published, after an exchange that was cut short is finished;
    None when there is none."""
    from retail.exchange import repair

    repair(site)
    try:
        named = json.loads((site / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(named.get("run_id"))
