"""The table of contents: from a config to a site that opens; the order of steps is written here only.

`retail build` and the Prefect flow both call `build`; they differ in `step`, which runs one of the
functions below (with a spinner, or as a Prefect task).
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.guard import Analysis
    from retail.history import Past, Snapshot
    from retail.intake.inputs import Inputs
    from retail.render import RunInfo
    from retail.report import Report

T = TypeVar("T")
Say = Callable[[str], None]


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


def call(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run a step and nothing else."""
    return function(*arguments)


def silent(message: str) -> None:
    """Say nothing."""


def build(
    config: Config,
    step: Step = call,
    say: Say = silent,
    *,
    wait_seconds: float = 0,
    is_unattended: bool = False,
) -> Path:
    """Build and publish the site of `config`; returns its folder.

    When nobody watches, the new dashboard is tried in a browser before it goes live and the digest
    is sent afterwards. Raises RetailError, at once or after `wait_seconds` when another run is at
    work; whatever happens, the old site is complete until the new one replaces it.
    """
    from retail import guard, history, logbook, machine
    from retail.render.lock import one_run

    run, work = Started.now(), config.work_folder
    with (
        machine.told(work),
        one_run(work, f"run {run.run_id}", wait_seconds),
        logbook.kept(work, run.run_id) as log,
        machine.told(work),  # within the log, which is to name the refusal as the user is told it
        history.recorded(work, run.run_id, run.time, live_run(config.site_folder)) as record,
    ):
        step, say = log.stepping(step), log.saying(say)
        guard.ready(config, say)
        inputs = step("Read and check the inputs", read, config, say, retries=2)
        aggregates = step("Merge and aggregate the lines", aggregate, inputs, config, say)
        found = step("Score and cluster the customers", analyse, inputs, aggregates, config)
        report = found.report
        now = snapshot(report, config)
        info = run.info(aggregates.engine, config)
        pages = step("Draw charts and pages", render, report, info, record.past(now), now, config)
        record.publishing(now)
        site = step("Publish the site", publish, pages, config, is_unattended)
        guard.keep_private(found, config)
    if is_unattended and (config.digest.mail_to or os.environ.get(config.digest.webhooks_env)):
        step("Send the digest", send, site, config)
    return site


def read(config: Config, say: Say) -> Inputs:
    """Input files -> checked Parquet, the decisions about them and the books."""
    from retail import intake

    return intake.read(config, say)


def aggregate(inputs: Inputs, config: Config, say: Say) -> Aggregates:
    """Checked lines -> merged lines -> small tables, with the chosen engine."""
    from retail import aggregates

    return aggregates.collect_all(inputs, config.engine, config.work_folder, say)


def analyse(inputs: Inputs, aggregates: Aggregates, config: Config) -> Analysis:
    """Small tables -> key figures, scores and clusters: what may be published, what stays in."""
    from retail import guard

    return guard.protect(compute(inputs, aggregates, config), inputs, aggregates, config)


def compute(inputs: Inputs, aggregates: Aggregates, config: Config) -> dict[str, pd.DataFrame]:
    """Every table of the run, with the input's ids."""
    from retail import changes, figures, guard, segments
    from retail.config import ACTIONS

    tables = figures.complete(inputs, aggregates)
    tables |= changes.of_months(aggregates.month_pair, inputs.measures, inputs.features)
    tables |= segments.analyse(
        figures.with_age_band(aggregates.customer_sums, aggregates.period.as_of),
        aggregates.kept_units,
        as_of=aggregates.period.as_of,
        measures=inputs.measures,
        settings=segments.Settings(
            bins=config.rfm.bins,
            cuts={str(name): points for name, points in config.rfm.cuts.items()},
            new_days=config.lifecycle.new_days,
            gap_days=config.lifecycle.gap_days,
            components=config.clusters.components,
            clusters=config.clusters.clusters,
            seed=config.clusters.seed,
            permutations=config.clusters.permutations,
            subsamples=config.clusters.subsamples,
            is_every_pair=config.clusters.every_pair,
            segments={
                name: {str(score): ends for score, ends in ranges.items()}
                for name, ranges in config.rfm.segments.items()
            },
            actions=ACTIONS | config.rfm.actions,
            backtest_days=config.rfm.backtest_days,
            lookback_months=config.rfm.lookback_months,
            history_months=config.rfm.history_months,
        ),
        history=segments.History(
            aggregates.purchases, aggregates.return_lines, aggregates.period.first
        ),
        previous_centres=guard.last_centres(config.work_folder),
    )
    tables |= figures.returned(aggregates, tables["by_month"], tables.get("customers"))
    return tables | _checked_refunds(tables, config)


def _checked_refunds(tables: Mapping[str, pd.DataFrame], config: Config) -> dict[str, pd.DataFrame]:
    """CHECKS with `refunds_beyond_purchase`; CheckError when the config says stop."""
    import pandas as pd

    from retail.figures import ledger
    from retail.intake import checks

    if "refunds_beyond" not in tables:
        return {}
    beyond = tables["refunds_beyond"]
    check = checks.Check(
        "refunds_beyond_purchase", ledger.EXPECTATION, ledger.observed(beyond), beyond.empty
    )
    mine = checks.table([check], config.checks)
    return {"checks": pd.concat([tables.get("checks"), mine], ignore_index=True)}


def snapshot(report: Report, config: Config) -> Snapshot:
    """What the history keeps of a run; of single customers only where pages may show them."""
    from retail.history import Snapshot
    from retail.render.summarise import summarise
    from retail.render.summary import encode

    checks = report.tables.get("checks")
    people = report.tables.get("customers") if config.privacy.level != "public" else None
    return Snapshot(
        encode(summarise(report)),
        {} if checks is None else dict(zip(checks["check"], checks["verdict"], strict=True)),
        {} if people is None else dict(zip(people["customer_id"], people["segment"], strict=True)),
    )


def render(
    report: Report, info: RunInfo, past: Past, now: Snapshot, config: Config
) -> dict[str, bytes]:
    """All figures -> charts -> pages, downloads and summary: {relative path: bytes}."""
    from retail import changes, charts
    from retail.render import render as rendered

    # What one night added may be one customer's, so a public site does not say.
    is_compared = past.before is not None and config.privacy.level != "public"
    before = past.before.snapshot if past.before and is_compared else None
    tables = changes.of_runs(past.runs, info.run_id, now, before, report.measures)
    return rendered(
        report,
        charts.draw(report),
        info,
        run_tables=tables,
        run_figures=charts.of_runs(tables, report.measures),
        pictures=config.digest.charts,
    )


def publish(pages: dict[str, bytes], config: Config, is_unattended: bool) -> Path:
    """Pages -> the site's folder, in one step."""
    from retail.render import publish as published
    from retail.render import smoke

    wanted = config.publish.smoke
    tried = wanted == "always" or (wanted == "auto" and is_unattended and smoke.browser())
    return published(pages, config.site_folder, [smoke.check] if tried else [])


def send(site: Path, config: Config) -> None:
    """The digest of the published site -> mail and webhooks."""
    from retail import delivery

    delivery.send(site, config.digest, config.publish.site_url, os.environ)


def live_run(site: Path) -> str | None:
    """The id of the run whose site is published; None when there is none."""
    try:
        named = json.loads((site / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return str(named.get("run_id"))
