"""What leaves and what stays: the privacy level, the key, lists with real ids, state for the next run.

Between the figures of a run, which have the input's ids, and the report that may be published.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from retail.errors import DeliveryError
from retail.schema.changes import MOVED_CUSTOMERS
from retail.schema.table import Column

if TYPE_CHECKING:
    import pandas as pd

    from retail.aggregates import Aggregates
    from retail.config import Config
    from retail.history import Past, Snapshot
    from retail.intake.inputs import Inputs
    from retail.lists import Book
    from retail.privacy import People
    from retail.report import Report
    from retail.schema import Table
    from retail.schema.measures import Measures

Say = Callable[[str], None]
CENTRES = "cluster_centres.parquet"


@dataclass(frozen=True)
class Analysis:
    """Every figure of a run: a report that may be published, and lists with real ids by name."""

    report: Report
    lists: Mapping[str, tuple[Table, pd.DataFrame]]
    centres: pd.DataFrame | None  # CLUSTER_CENTRES, for the next run
    book: Book | None = None  # lists of customers with the input's ids

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Those that may be published."""
        return self.report.tables

    @property
    def measures(self) -> Measures:
        """How whole numbers become amounts."""
        return self.report.measures


def ready(config: Config, say: Say) -> None:
    """Refuse at once what would be refused at the end: lists in the site, a key that isn't there, a
    folder of someone else's where the site is to be."""
    from retail import folders, privacy

    folders.refuse_public(config.private_folder, config.site_folder)
    folders.refuse_public(config.work_folder, config.site_folder, "work")
    if message := folders.open_to_others(config.work_folder):
        say(message)
    folders.refuse_foreign(config.site_folder)
    if config.privacy.level == "internal":
        privacy.key(config.work_folder, config.privacy.key_env, say)


def protect(
    tables: dict[str, pd.DataFrame], inputs: Inputs, aggregates: Aggregates, config: Config
) -> Analysis:
    """Tables with the input's ids -> a report that may be published, and the private lists."""
    from retail import cubing, lists, privacy, writing
    from retail.figures import ledger
    from retail.report import Report

    tables, form = tables | listed(tables, config), writing.of(inputs.measures.locale)
    level = config.privacy.level
    budget = config.publish.dashboard_kilobytes * 1000
    names = None
    if level == "internal":
        key = privacy.key(config.work_folder, config.privacy.key_env)
        names = privacy.Pseudonyms(key, tables["customers"]["customer_id"])
    people = _people(aggregates) if level == "public" else None
    files = inputs.tables.get("input_files")
    read = [] if files is None else files.loc[files["table"] == "transactions", "file"].tolist()
    orphans = ledger.orphan_refunds(ledger.orphans(aggregates), read)
    if level == "public":
        shown_tables = privacy.publishable(tables, level, names, people, form)
        shown_tables = cubing.public(shown_tables, tables, aggregates, budget)
    else:
        tables = cubing.internal(tables, aggregates, budget, form)
        shown_tables = privacy.publishable(tables, level, names, people)
    report = Report(
        title=config.title,
        measures=inputs.measures,
        period=aggregates.period,
        features=inputs.features,
        tables=shown_tables,
        privacy=level,
    )
    private = privacy.private_lists({**tables, "orphan_refunds": orphans}, names)
    known = None if names is None else names.of(tables["customers"]["customer_id"])
    book = lists.book(tables, is_private=True, pseudonyms=known)
    return Analysis(report, private, tables.get("cluster_centres"), book)


def with_moves(found: Analysis, now: Snapshot, past: Past) -> Analysis:
    """The same with the private list of who changed segment since the last run that differed.

    The history knows customers as the site does, and none at the level public: no list then.
    """
    from retail import changes, frames

    if now.segments is None:
        return found
    before = past.before.snapshot if past.before else None
    moved = changes.moved_customers(before or now, now)
    table, ids = MOVED_CUSTOMERS, found.lists["customers"][1]
    if "customer_pseudonym" in ids:
        at = frames.position_among(moved["customer_id"], ids["customer_pseudonym"])
        real = ids["customer_id"].array.take(at, allow_fill=True)
        moved = moved.assign(customer_pseudonym=moved["customer_id"], customer_id=real)
        pseudonym = Column("customer_pseudonym", "text", "of customer_id, as on the site")
        table = replace(table, columns=(*table.columns, pseudonym))
    return replace(found, lists={**found.lists, table.name: (table, moved)})


def _people(aggregates: Aggregates) -> People:
    from retail.privacy import People

    return People(
        aggregates.purchase_rows.read(["customer_id", "day", "returned", "kept"]),
        aggregates.return_rows.read(["customer_id", "return_rule", "has_id"]),
    )


def listed(tables: Mapping[str, pd.DataFrame], config: Config) -> dict[str, pd.DataFrame]:
    """CUSTOMERS with who is held out of campaigns, and LISTS."""
    from retail import lists, writing

    people = tables["customers"]
    out = lists.held_out(people["customer_id"], config.lists.campaign, config.lists.holdout)
    told = {**tables, "customers": people.assign(held_out=out)}
    book = lists.book(told)
    found = (
        {}
        if book is None
        else {"lists": lists.table(book, told, writing.of(config.publish.locale))}
    )
    return {"customers": told["customers"], **found}


@contextmanager
def private_kept(found: Analysis, config: Config) -> Iterator[None]:
    """Keep what stays in: lists with real ids for their owner, centres of clusters for the next run.

    Written aside before the block, which publishes the site, and put in place right after it, so
    that lists and site are of one run; an error in the block leaves the lists as they were. Raises
    DeliveryError when they can't be put in place: the new site is then published already.
    """
    from retail import lock
    from retail.render import private

    folder = private.close(config.private_folder)
    listed = private.close(folder / "lists")
    with lock.one_writer(listed), private.aside() as aside:
        aside.write(private.files(found.lists, found.measures), folder)
        aside.write(private.book_files(found.book, found.measures), listed, is_whole=True)
        if found.centres is not None:
            aside.write([(CENTRES, [_as_parquet(found.centres)])], config.work_folder)
        yield
        try:
            aside.settle()
        except OSError as problem:
            raise DeliveryError(
                "The new site is published, but the private lists that belong to it couldn't be put in "
                f"place: {problem.strerror or problem} ({problem.filename}). Lists in "
                f"{config.private_folder} may be of an earlier run: mend this and build again."
            ) from problem


def _as_parquet(table: pd.DataFrame) -> bytes:
    content: bytes = table.to_parquet(None, index=False)
    return content


def last_centres(work: Path) -> pd.DataFrame | None:
    """CLUSTER_CENTRES of the last run whose site was published; None when there is none to read."""
    import pandas as pd

    try:
        return pd.read_parquet(work / CENTRES)
    except (OSError, ValueError):  # none yet, or not whole: clusters are then numbered by size
        return None
