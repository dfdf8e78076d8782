"""From a config to a site in six steps: read, aggregate, analyse, protect, render, publish.

`retail build` and the Prefect flow both call `build`; they differ in `step` and `each`, which run the
steps with a spinner or as Prefect tasks. A step takes what those before it made, and imports its room
when it is called, so that a command loads only what it needs.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from retail.runner import Each, Say, Started, Step, call, call_each, silent

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.history import Record
    from retail.intake.inputs import Inputs
    from retail.logbook import Logbook
    from retail.privacy.gate import Compared, Protected
    from retail.render import RunInfo
    from retail.report import Report
    from retail.segments.slices import Wanted

Tables = dict[str, "pd.DataFrame"]
UNCHANGED = "Nothing has changed since run {}: its site stays (--full builds anew)"


def read(config: Config, say: Say) -> Inputs:
    """Input files -> checked Parquet, the decisions about them and the reconciliation."""
    from retail import intake

    return intake.read(config, say, today=datetime.now(UTC).date())


def aggregate(inputs: Inputs, config: Config, say: Say) -> Aggregates:
    """Checked lines -> small tables, with the chosen engine."""
    from retail import aggregates

    spark = aggregates.Spark(config.spark.master, config.spark.settings)
    gap_days = config.lifecycle.gap_days
    return aggregates.collect_all(
        inputs, config.engine, config.work_folder, say, gap_days=gap_days, spark=spark
    )


def analyse(inputs: Inputs, aggregates: Aggregates, config: Config) -> Tables:
    """Small tables -> every table of the run, still with the input's ids."""
    from retail import changes, figures, history, segments
    from retail.locale import Locale
    from retail.segments import unit_matrix

    units, locale = inputs.units, Locale.of(config.publish.locale)
    tables = figures.complete(inputs, aggregates)
    tables |= changes.of_months(aggregates.month_pair, units, inputs.features)
    tables |= segments.analyse(
        figures.with_age_band(aggregates.customer_sums, aggregates.period.as_of),
        unit_matrix.of_everyone(aggregates),
        kept_lines=aggregates.kept_of,
        as_of=aggregates.period.as_of,
        units=units,
        settings=config.segment_settings(),
        history=segments.History(
            aggregates.history, aggregates.period.first, aggregates.period.through
        ),
        previous_centres=history.last_centres(config.work_folder),
    )
    tables |= figures.returned(aggregates, tables["by_month"], tables["customers"])
    tables |= figures.refunds_check(tables, config.checks, locale)
    if config.clusters.full_permutations:
        tables = segments.with_tests(
            tables, _tests_of_all_pairs(tables, aggregates, config, units.quantity_scale), locale
        )
    return tables


def _tests_of_all_pairs(
    tables: Tables, aggregates: Aggregates, config: Config, quantity_scale: int
) -> pd.DataFrame:
    """CLUSTER_TESTS of every pair, minutes of work, from the cache where no kept unit has changed."""
    from retail import storage
    from retail.segments import noise, unit_matrix

    wanted = config.clusters
    how = {
        "seed": wanted.seed,
        "permutations": wanted.full_permutations,
        "subsamples": wanted.subsamples,
        "least_units": unit_matrix.LEAST_UNITS * 10**quantity_scale,
    }
    kept, customers = aggregates.kept_units, tables["customers"]
    path = config.work_folder / "noise" / f"{noise.cache_key(kept, customers, **how)}.parquet"
    return storage.cached_table(path, lambda: noise.all_pairs(kept, customers, **how))


def slices(aggregates: Aggregates, config: Config, with_defaults: bool) -> list[Wanted]:
    """The config's slices; else, `with_defaults`, one for each value of a column that slices can be of.

    None at the level public: the difference of a slice and the whole could be a single customer; and none
    without customers.
    """
    from retail.segments.slices import Wanted, defaults

    if config.privacy.level == "public" or aggregates.customer_sums.empty:
        return []
    if config.slices:
        named = [({str(k): v for k, v in one.where.items()}, one.name) for one in config.slices]
        return [Wanted(name or ", ".join(where.values()), where) for where, name in named]
    return list(defaults(aggregates)) if with_defaults and config.default_slices else []


def analyse_slices(
    each: Each, inputs: Inputs, aggregates: Aggregates, config: Config, with_defaults: bool
) -> list[tuple[Wanted, Report]]:
    """Each slice with its tables."""
    from retail import segments

    wanted = slices(aggregates, config, with_defaults)
    with segments.one_thread():  # for all of them: threads that set and reset it would collide
        reports = each("Slice", analyse_slice, wanted, inputs, aggregates, config)
    return list(zip(wanted, reports, strict=True))


def analyse_slice(wanted: Wanted, inputs: Inputs, aggregates: Aggregates, config: Config) -> Report:
    """The tables of one slice, without any that has a row about one person."""
    from retail import parallel
    from retail.report import Report
    from retail.schema.absent import without_absent
    from retail.segments.slices import LARGE, tables

    settings = config.segment_settings(is_slice=True)
    with parallel.one_at_a_time(len(aggregates.customer_sums) > LARGE):
        found = tables(wanted.where, aggregates, inputs.units, settings)
    return Report(
        title=config.title,
        units=inputs.units,
        period=aggregates.period,
        features=inputs.features,
        tables=without_absent(found, inputs.features),
        privacy=config.privacy.level,
    )


def protect(tables: Tables, inputs: Inputs, aggregates: Aggregates, config: Config) -> Protected:
    """Tables with the input's ids -> the report that may be published, and the private lists."""
    from retail.privacy import gate

    return gate.protect(tables, inputs, aggregates, config)


def compare(
    protected: Protected, record: Record, aggregates: Aggregates, config: Config, say: Say
) -> tuple[Protected, Compared]:
    """The run against the one before it, and its lists with who has changed segment since."""
    from retail.privacy import gate
    from retail.render import snapshot

    now = snapshot(protected.report)
    compared = gate.compare(now, record.past(now), aggregates, config, say)
    return gate.with_migrated(protected, compared.now, compared.past), compared


def render(
    protected: Protected,
    slices: Sequence[tuple[Wanted, Report]],
    compared: Compared,
    info: RunInfo,
    config: Config,
) -> dict[str, bytes]:
    """All figures -> charts -> pages, downloads and summary: {relative path: bytes}."""
    from retail import changes
    from retail.charts import drawing
    from retail.render import Slice, static_images
    from retail.render import render as rendered
    from retail.schema.absent import without_absent

    report, past = protected.report, compared.past
    before = past.before.snapshot if past.before else None
    tables = changes.of_runs(past.runs, info.run_id, compared.now, before, report.units)
    tables = without_absent(tables, report.features)
    tables["run_checks"] = compared.checks
    figures = drawing.draw(report)
    shown = {"dashboard": static_images.DASHBOARD, "all": figures.keys(), "none": ()}
    return rendered(
        report,
        figures,
        info,
        run_tables=tables,
        run_figures=drawing.of_runs(tables, report.units),
        static=shown[config.publish.stills],
        kept_images=config.work_folder / "stills",
        pictures=config.digest.charts,
        slices=[
            Slice(one.name, one.about, part, drawing.draw(part, drawing.OF_A_SLICE))
            for one, part in slices
        ],
    )


def publish(
    pages: dict[str, bytes], protected: Protected, config: Config, is_unattended: bool
) -> Path:
    """Pages -> the site's folder, in one step; private lists -> their folders right after it."""
    from retail.render import private, site_checks
    from retail.render import publish as published

    wanted = config.publish.smoke
    is_tried = wanted == "always" or (wanted == "auto" and is_unattended and site_checks.browser())
    with private.kept(protected, config.private_folder, config.work_folder):
        return published(
            pages,
            config.site_folder,
            [site_checks.try_in_browser] if is_tried else [],
            config.publish.site_url,
        )


def send(site: Path, config: Config) -> None:
    """The digest of the published site -> mail and webhooks."""
    from retail import delivery

    delivery.send(site, config.digest, config.publish.site_url, os.environ)


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
    is sent afterwards. `with_slices` asks for the slices that the flow makes. When nothing
    has changed since the last site, it stays, and `announce` (by default `say`) says so; `is_full`
    makes all of it anew.

    Raises RetailError, at once or after `wait_seconds` when another run is at
    work; whatever happens, the old site is complete until the new one replaces it.
    """
    from retail import manifest
    from retail.privacy import gate

    run = Started.now()
    with _recorded(config, run, wait_seconds) as (log, record):
        step, say, each = log.stepping(step), log.saying(say), log.stepping_each(each)
        gate.check_folders(config, say)
        if is_full:
            manifest.clear_caches(config.work_folder)
        built_from = manifest.build_inputs(config, is_unattended, with_slices)
        last = None if is_full else manifest.read(config.work_folder)
        why = manifest.why_build(config, built_from, last, record.last_published())
        if last is not None and not why:
            record.unchanged()
            (announce or say)(UNCHANGED.format(last.run_id))
            return manifest.confirm(config, run.time)
        log.write(f"A new site: {'--full' if is_full else why}")
        inputs = step("Read and check the inputs", read, config, say, retries=2)
        aggregates = step("Aggregate the lines", aggregate, inputs, config, say)
        tables = step("Analyse the customers", analyse, inputs, aggregates, config)
        parts = analyse_slices(each, inputs, aggregates, config, with_slices)
        protected = step("Apply the privacy level", protect, tables, inputs, aggregates, config)
        protected, compared = compare(protected, record, aggregates, config, say)
        info = run.info(aggregates.engine, config)
        del tables, aggregates  # nothing of single customers is needed any more, nor their Parquet
        shutil.rmtree(config.work_folder / "aggregates", ignore_errors=True)
        pages = step("Draw charts and pages", render, protected, parts, compared, info, config)
        record.publishing(compared.now)
        site = step("Publish the site", publish, pages, protected, config, is_unattended)
    if is_unattended and (config.digest.mail_to or os.environ.get(config.digest.webhooks_env)):
        step("Send the digest", send, site, config)
    manifest.write(config, run.run_id, run.time, built_from, inputs)
    return site


@contextmanager
def _recorded(
    config: Config, run: Started, wait_seconds: float
) -> Iterator[tuple[Logbook, Record]]:
    """A run that alone is at work in its folder, with its log and its place in the history."""
    from retail import history, logbook, machine, manifest
    from retail.storage.lock import one_run

    work, site = config.work_folder, config.site_folder
    with (
        machine.refusals(work),
        one_run(work, f"run {run.run_id}", wait_seconds),
        logbook.opened(work, run.run_id) as log,
        machine.refusals(work),  # within the log, which names the refusal as the user sees it
        history.recorded(work, run.run_id, run.time, manifest.published_run(site)) as record,
    ):
        yield log, record
