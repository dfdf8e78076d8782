"""The privacy gate: figures with the input's ids -> a report that may be published, and private lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from retail.schema.absent import without_absent
from retail.schema.changes import MOVED_CUSTOMERS
from retail.schema.table import Column

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.history import Past, Snapshot
    from retail.intake.inputs import Inputs
    from retail.lists import CustomerLists
    from retail.privacy import People
    from retail.report import Report
    from retail.schema import Table
    from retail.schema.units import Units

Say = Callable[[str], None]


@dataclass(frozen=True)
class Protected:
    """Every figure of a run: a report that may be published, and lists with real ids by name."""

    report: Report
    lists: Mapping[str, tuple[Table, pd.DataFrame]]
    centres: pd.DataFrame | None  # CLUSTER_CENTRES, for the next run
    customer_lists: CustomerLists | None = None  # lists of customers with the input's ids

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Those that may be published."""
        return self.report.tables

    @property
    def units(self) -> Units:
        """How whole numbers become amounts."""
        return self.report.units


def check_folders(config: Config, say: Say) -> None:
    """Check folders and key before the run, not at its end. Raises ConfigError for private lists
    within the site and for a missing key, PublishError where the site's folder has foreign files."""
    from retail import privacy
    from retail.storage import folders

    folders.refuse_public(config.private_folder, config.site_folder)
    folders.refuse_public(config.work_folder, config.site_folder, "work")
    if message := folders.open_to_others(config.work_folder):
        say(message)
    folders.refuse_foreign(config.site_folder)
    if config.privacy.level == "internal":
        privacy.key(config.work_folder, config.privacy.key_env, say)


def protect(
    tables: dict[str, pd.DataFrame], inputs: Inputs, aggregates: Aggregates, config: Config
) -> Protected:
    """Tables with the input's ids -> a report that may be published, and the private lists."""
    from retail import cubing, lists, privacy
    from retail.figures import returns_report
    from retail.locale import Locale
    from retail.report import Report

    tables, locale = tables | with_customer_lists(tables, config), Locale.of(inputs.units.locale)
    level = config.privacy.level
    budget = config.publish.dashboard_kilobytes * 1000
    names = None
    if level == "internal":
        key = privacy.key(config.work_folder, config.privacy.key_env)
        names = privacy.Pseudonyms(key, tables["customers"]["customer_id"])
    people = _people(aggregates) if level == "public" else None
    files = inputs.tables.get("input_files")
    read = [] if files is None else files.loc[files["table"] == "transactions", "file"].tolist()
    orphans = returns_report.orphan_refunds(returns_report.orphans(aggregates), read)
    if level == "public":
        shown_tables = privacy.publishable(tables, level, names, people, locale)
        shown_tables = cubing.public(shown_tables, tables, aggregates, budget)
    else:
        tables = cubing.internal(tables, aggregates, budget, locale)
        shown_tables = privacy.publishable(tables, level, names, people)
    report = Report(
        title=config.title,
        units=inputs.units,
        period=aggregates.period,
        features=inputs.features,
        tables=without_absent(shown_tables, inputs.features),
        privacy=level,
    )
    private = privacy.private_lists({**tables, "orphan_refunds": orphans}, names)
    known = None if names is None else names.of(tables["customers"]["customer_id"])
    customer_lists = lists.build(tables, is_private=True, pseudonyms=known)
    return Protected(report, private, tables.get("cluster_centres"), customer_lists)


@dataclass(frozen=True)
class Compared:
    """A run and earlier runs, with what the privacy level allows to publish.

    now: this run, with the verdicts of the checks against the last one; past: the earlier runs; checks:
    RUN_CHECKS.
    """

    now: Snapshot
    past: Past
    checks: pd.DataFrame


def compare(
    now: Snapshot, past: Past, aggregates: Aggregates, config: Config, say: Say
) -> Compared:
    """The run against the last one whose figures differ. Raises CheckError when the config says stop.

    At the level public nothing of it is published, since what one day added may be one customer's
    purchase; only `say` gets it.
    """
    from retail import changes
    from retail.intake import checks
    from retail.locale import Locale
    from retail.privacy.groups import SMALLER

    before = past.before.snapshot if past.before else None
    found = changes.against_the_last_run(
        now.figures,
        before.figures if before else None,
        aggregates.sales["by_day"],
        SMALLER,
        Locale.of(config.publish.locale),
    )
    table = checks.table(found, config.checks, say)
    if config.privacy.level == "public":
        table = table.head(0)
    verdicts = dict(zip(table["check"], table["verdict"], strict=True))
    return Compared(
        replace(now, run_checks=verdicts), publishable_past(past, config.privacy.level), table
    )


def publishable_past(past: Past, level: str) -> Past:
    """The earlier runs; at the level public without figures."""
    if level != "public":
        return past
    return replace(past, before=None, runs=[replace(run, snapshot=None) for run in past.runs])


def with_migrated(protected: Protected, now: Snapshot, past: Past) -> Protected:
    """`protected` with the private list of customers who changed segment since the last run that
    differed.

    The history knows customers as the site does, and none at the level public: no list then.
    """
    from retail import changes, frames

    if now.segments is None:
        return protected
    before = past.before.snapshot if past.before else None
    moved = changes.moved_customers(before or now, now)
    table, ids = MOVED_CUSTOMERS, protected.lists["customers"][1]
    if "customer_pseudonym" in ids:
        at = frames.position_among(moved["customer_id"], ids["customer_pseudonym"])
        real = ids["customer_id"].array.take(at, allow_fill=True)
        moved = moved.assign(customer_pseudonym=moved["customer_id"], customer_id=real)
        pseudonym = Column("customer_pseudonym", "text", "of customer_id, as on the site")
        table = replace(table, columns=(*table.columns, pseudonym))
    return replace(protected, lists={**protected.lists, table.name: (table, moved)})


def _people(aggregates: Aggregates) -> People:
    from retail.privacy import People

    return People(
        aggregates.purchase_rows.read(["customer_id", "day", "returned", "kept"]),
        aggregates.return_rows.read(["customer_id", "return_rule", "has_id"]),
    )


def with_customer_lists(
    tables: Mapping[str, pd.DataFrame], config: Config
) -> dict[str, pd.DataFrame]:
    """CUSTOMERS with who is held out of campaigns, and LISTS."""
    from retail import lists
    from retail.locale import Locale

    people = tables["customers"]
    out = lists.held_out(people["customer_id"], config.lists.campaign, config.lists.holdout)
    with_holdout = {**tables, "customers": people.assign(held_out=out)}
    customer_lists = lists.build(with_holdout)
    found = (
        {}
        if customer_lists is None
        else {"lists": lists.table(customer_lists, with_holdout, Locale.of(config.publish.locale))}
    )
    return {"customers": with_holdout["customers"], **found}
