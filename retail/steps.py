"""The steps of a run, one function each; `retail.pipeline` puts them in order.

Each takes what the steps before it made and imports its room when it is called, so that a command
loads only what it needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from retail import workers

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates, Merged
    from retail.charts.figure import Drawn
    from retail.config import Config
    from retail.guard import Analysis
    from retail.history import Past, Snapshot
    from retail.intake.inputs import Inputs
    from retail.render import RunInfo
    from retail.report import Report
    from retail.segments import Begun, Settings
    from retail.slicing import Part

DRAWS = "retail.charts.drawing"  # what loads Altair
MOST_DRAWN_BESIDE = 300_000  # rows of a report; more take longer to send than to draw

Say = Callable[[str], None]
Tables = dict[str, "pd.DataFrame"]


def read(config: Config, say: Say) -> Inputs:
    """Input files -> checked Parquet, the decisions about them and the books."""
    from retail import intake

    return intake.read(config, say, today=datetime.now(UTC).date())


def merge(
    inputs: Inputs, config: Config, say: Say, beside: Executor | None = None
) -> tuple[Merged, Begun]:
    """Checked lines -> merged lines, with the chosen engine, and customers: scored, while their
    clusters are fitted `beside`."""
    import pandas as pd

    from retail import aggregates, figures, guard, segments
    from retail.segments import taste

    merged = aggregates.merge(
        inputs,
        config.engine,
        config.work_folder,
        say,
        spark=aggregates.Spark(config.spark.master, config.spark.settings),
    )
    as_of = merged.period.as_of
    kept = merged.kept_by_customer
    begun = segments.begin(
        figures.with_age_band(merged.customer_sums, as_of),
        taste.Basket(
            pd.Index(merged.customer_sums["customer_id"]),
            merged.shelves,
            *(kept[name].to_numpy() for name in ("customer", "shelf", "units")),
        ),
        as_of=as_of,
        measures=inputs.measures,
        settings=segment_settings(config),
        kept_lines=merged.kept_of,
        previous_centres=guard.last_centres(config.work_folder),
        beside=workers.where(beside, len(merged.kept_by_customer)),
    )
    workers.prepare(beside, DRAWS)
    return merged, begun


def aggregate(merged: Merged, inputs: Inputs) -> Aggregates:
    """Merged lines -> small tables of the sales."""
    from retail import aggregates

    return aggregates.aggregated(merged, inputs)


def analyse(inputs: Inputs, aggregates: Aggregates, begun: Begun, config: Config) -> Tables:
    """Small tables -> every table of the run, still with the input's ids."""
    from retail import changes, figures, segments

    tables = figures.complete(inputs, aggregates)
    tables |= changes.of_months(aggregates.month_pair, inputs.measures, inputs.features)
    tables |= figures.returned(aggregates, tables["by_month"], begun.customers)
    tables |= segments.finish(
        begun,
        as_of=aggregates.period.as_of,
        measures=inputs.measures,
        settings=segment_settings(config),
        history=segments.History(aggregates.history, aggregates.period.first),
        meanwhile=_load_what_draws,
    )
    return tables | _checked_refunds(tables, config)


def _load_what_draws() -> None:
    """Load what the next steps need, which takes half a second."""
    for name in ("cubing", "lists", "privacy", "charts", "render"):
        import_module(f"retail.{name}")


def segment_settings(config: Config) -> Settings:
    """What the config says of RFM and clusters, as the room takes it."""
    from retail.config import ACTIONS
    from retail.segments import Settings

    return Settings(
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
    )


def challenge_clusters(tables: Tables, aggregates: Aggregates, config: Config) -> Tables:
    """The tables after the family-wise noise test of every pair, minutes of work.

    Its result is kept in the working folder under a hash of all that it depends on, so a night on
    which no one's baskets changed costs nothing.
    """
    import pandas as pd

    from retail import segments, writing
    from retail.segments import noise

    what = {
        "seed": config.clusters.seed,
        "permutations": config.clusters.full_permutations,
        "subsamples": config.clusters.subsamples,
    }
    customers = tables["customers"]
    name = noise.fingerprint(aggregates.kept_units, customers, **what)
    kept = config.work_folder / "noise" / f"{name}.parquet"
    if not kept.exists():
        tests = noise.all_pairs(aggregates.kept_units, customers, **what)
        kept.parent.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(".part")
        tests.to_parquet(fresh, index=False)
        fresh.replace(kept)
    return segments.with_tests(tables, pd.read_parquet(kept), writing.of(config.publish.locale))


def _checked_refunds(tables: Mapping[str, pd.DataFrame], config: Config) -> dict[str, pd.DataFrame]:
    """CHECKS with `refunds_beyond_purchase`; CheckError when the config says stop."""
    import pandas as pd

    from retail import writing
    from retail.figures import ledger
    from retail.intake import checks

    if "refunds_beyond" not in tables:
        return {}
    beyond = tables["refunds_beyond"]
    check = checks.Check(
        "refunds_beyond_purchase",
        ledger.EXPECTATION,
        ledger.observed(beyond, form=writing.of(config.publish.locale)),
        beyond.empty,
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
        None if people is None else people.set_index("customer_id")["segment"],
    )


def compared(
    now: Snapshot, past: Past, aggregates: Aggregates, config: Config, say: Say
) -> tuple[Snapshot, pd.DataFrame]:
    """The snapshot with the verdicts of the checks against the last run, and RUN_CHECKS.

    A public site tells neither, only `say` does: what one night added may be one customer's.
    Raises CheckError when the config says stop.
    """
    from retail import changes, writing
    from retail.intake import checks
    from retail.privacy.groups import SMALLER

    before = past.before.snapshot if past.before else None
    form = writing.of(config.publish.locale)
    found = changes.against_the_last_run(
        now.figures, before.figures if before else None, aggregates.sales["by_day"], SMALLER, form
    )
    table = checks.table(found, config.checks, say)
    told = table.head(0) if config.privacy.level == "public" else table
    return replace(now, run_checks=dict(zip(told["check"], told["verdict"], strict=True))), told


def tellable(past: Past, level: str) -> Past:
    """What a site may tell of earlier runs: at the level public that there were some, no figures.

    What one night added may be one customer's.
    """
    if level != "public":
        return past
    return replace(past, before=None, runs=[replace(run, snapshot=None) for run in past.runs])


def render(
    report: Report,
    info: RunInfo,
    past: Past,
    now: Snapshot,
    doubts: pd.DataFrame,
    config: Config,
    parts: Sequence[Part] = (),
    beside: Executor | None = None,
) -> dict[str, bytes]:
    """All figures -> charts, drawn `beside` -> pages, downloads and summary: {relative path: bytes}."""
    from retail import changes
    from retail.render import Slice, stills
    from retail.render import render as rendered

    past = tellable(past, config.privacy.level)
    before = past.before.snapshot if past.before else None
    tables = changes.of_runs(past.runs, info.run_id, now, before, report.measures)
    tables["run_checks"] = doubts
    made = drawing(report, tables, [part.report for part in parts], beside)

    def later(ask: Callable[[Drawn], Mapping[str, Any]]) -> Mapping[str, Any]:
        return workers.Later(lambda: ask(made()))

    drawn = later(lambda found: found.figures)
    still = {"dashboard": stills.DASHBOARD, "all": drawn.keys(), "none": ()}[config.publish.stills]
    return rendered(
        report,
        drawn,
        info,
        run_tables=tables,
        run_figures=later(lambda found: found.of_runs),
        views=later(lambda found: found.views),
        stills=still,
        kept_stills=config.work_folder / "stills",
        pictures=config.digest.charts,
        slices=[
            Slice(
                part.name,
                part.about,
                part.report,
                later(lambda found, at=at: found.slices[at]),  # type: ignore[misc]
            )
            for at, part in enumerate(parts)
        ],
    )


def drawing(
    report: Report, tables: Tables, parts: Sequence[Report], beside: Executor | None
) -> Callable[[], Drawn]:
    """What gives all that is drawn of a report, the tables of earlier runs and slices, once `beside`
    has drawn it; should the system have ended that process, it is drawn here."""
    work = partial(workers.call, DRAWS, "everything", report, tables, parts)
    size = sum(len(table) for one in (report, *parts) for table in one.tables.values())
    begun = workers.where(beside, size, MOST_DRAWN_BESIDE).submit(work)

    @cache
    def drawn() -> Drawn:
        try:
            found: Drawn = begun.result()
        except MemoryError:
            found = work()
        return found

    return drawn


def publish(pages: dict[str, bytes], found: Analysis, config: Config, is_unattended: bool) -> Path:
    """Pages -> the site's folder, in one step; private lists -> their folders right after it."""
    from retail import guard
    from retail.render import publish as published
    from retail.render import smoke

    wanted = config.publish.smoke
    tried = wanted == "always" or (wanted == "auto" and is_unattended and smoke.browser())
    with guard.private_kept(found, config):
        return published(
            pages, config.site_folder, [smoke.check] if tried else [], config.publish.site_url
        )


def send(site: Path, config: Config) -> None:
    """The digest of the published site -> mail and webhooks."""
    from retail import delivery

    delivery.send(site, config.digest, config.publish.site_url, os.environ)
