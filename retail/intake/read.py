"""All inputs of a run: files checked, dates decided, repeats found, lines chosen, tables reconciled.

The order of the steps is written here; what each does stands in the module it is named after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from retail.config import Config
from retail.errors import InputError
from retail.intake import cache, checks, key_checks, reconciliation, row_checks
from retail.intake.cache import Cache, CheckedFile
from retail.intake.decide import line_dates, reference_tables, run_lines, selection
from retail.intake.decide.reference_tables import BirthDates, ReferenceTable
from retail.intake.decide.run_lines import RunLines
from retail.intake.decide.selection import Selection
from retail.intake.inputs import Inputs
from retail.intake.read_report import Reject
from retail.intake.source import discovery, layout
from retail.intake.source.discovery import TABLES
from retail.locale import Locale
from retail.schema.dimensions import STATED

LINES = ("transactions", "returns")
Log = Callable[[str], None]


def silent(_: str) -> None:
    """Say nothing."""


def read(config: Config, log: Log = silent, today: date | None = None) -> Inputs:
    """The checked input of one run: see `Inputs`. `log` gets what was read and decided.

    `today` is only compared with the dates of the lines. Raises InputError for what can't be read
    or trusted, ConfigError for keys that can't be meant, CheckError for a check that stops the run.
    """
    as_of = line_dates.as_of(config)
    layouts = {table: layout.of(config, table) for table in TABLES}
    files = discovery.input_files(config)
    checked = Cache(config.work_folder / cache.FOLDER)
    checked.prepare(files)
    run = _Run(config, log, checked.read(files, layouts, log))
    left = discovery.left_over(config, files)
    run.checks.append(checks.of_left(left, discovery.has_pattern(config)))
    run.stop_if_too_many_rejects()
    line_dates.ask_for_timezone([*run.files["transactions"], *run.files["returns"]], config.dates)

    lines = run.lines(checked.folder)
    run.stop_if_too_many_rejects()
    products, key = run.products()
    chosen = run.selected(lines, as_of, products)
    customers, births = run.customers(lines, as_of or max(chosen.calendar.lines))
    cities = run.cities()
    run.stop_if_too_many_rejects()

    run.check_keys(lines, chosen, customers, products, key)
    run.checks += checks.of_calendar(chosen.calendar, today, run.locale)
    tables = run.tables(lines, chosen, births)
    written = {
        name: None if table is None else reference_tables.write(table, checked.folder, name)
        for name, table in (("customers", customers), ("products", products), ("cities", cities))
    }
    dropped = selection.write_dropped(chosen, checked.folder)
    checked.forget_old()
    return Inputs(
        transactions=tuple(lines.paths),
        date_formats=line_dates.formats(lines.families),
        dropped=dropped,
        customers=written["customers"],
        products=written["products"],
        cities=written["cities"],
        units=lines.units,
        features=run.features(customers, products, cities),
        tables=tables,
        as_of=as_of,
    )


@dataclass
class _Run:
    """What the steps of one run share: files in, rejects and checks out."""

    config: Config
    log: Log
    all_files: Sequence[CheckedFile]
    rejects: list[reconciliation.Placed] = field(default_factory=list)
    checks: list[checks.Check] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.locale = Locale.of(self.config.publish.locale)
        self.files: Mapping[str, list[CheckedFile]] = {
            table: [f for f in self.all_files if f.file.table == table] for table in TABLES
        }
        transactions = self.files["transactions"]
        reference_tables.refuse_different_fields(transactions)
        for f in self.all_files:
            self._reject(f.file.table, [(f.file.name, reject) for reject in f.report.rejects])
        duplicates = self.config.input.duplicates
        is_case_study = all(f.report.is_case_study for f in transactions)
        self.drops_repeats = duplicates == "drop" or (duplicates == "default" and is_case_study)
        returns = self.files["returns"]
        rates = self.config.money.rates
        self.checks += checks.of_records(transactions, returns, self.all_files, self.locale, rates)
        self.checks.append(checks.of_twice(self.all_files, self.drops_repeats))

    def _reject(self, table: str, found: Sequence[tuple[str, Reject]]) -> None:
        self.rejects += [reconciliation.Placed(table, name, reject) for name, reject in found]

    def stop_if_too_many_rejects(self) -> None:
        """Stop when more records are rejected than the config allows; rejects.csv is written first."""
        rejects = reconciliation.rejects(self.rejects)
        path = reconciliation.write_rejects(rejects, self.config.work_folder)
        limit = self.config.input.max_rejected_share
        for table in TABLES:
            read = sum(f.report.records for f in self.files[table])
            found = [r for r in self.rejects if r.table == table and not r.reject.is_value]
            reports = [f.report for f in self.files[table]] if table in LINES else []
            reconciliation.stop_if_too_many(table, read, found, limit, path, reports)

    def lines(self, folder: Path) -> RunLines:
        """Transactions and returns at one scale, their dates decided, their repeats found."""
        files, returns = self.files["transactions"], self.files["returns"]
        lines = run_lines.gather(files, returns, self.config, folder, self.drops_repeats, self.log)
        self._reject("returns", lines.rejects)
        return lines

    def products(self) -> tuple[Any, tuple[str, ...]]:
        """The products table with a unique key, and the key; None when there is none to join."""
        if not self.files["products"]:
            return None, ()
        table = reference_tables.load("products", self.files["products"])
        line_fields = set(self.files["transactions"][0].report.fields)
        is_named = self.config.input.products is not None
        key = reference_tables.product_key(table, line_fields, is_named)
        if not key:
            return None, ()
        products = reference_tables.with_unique_key(table, key)
        self._note(table)
        wanted = [n for n in (*key, "category", "subcategory") if n in products.column_names]
        return products.select(wanted), key

    def _note(self, table: ReferenceTable) -> None:
        self._reject(table.name, table.rejects)
        for note in table.notes:
            self.log(f"{table.name}: {note}")

    def selected(self, lines: RunLines, as_of: int | None, products: Any) -> Selection:
        """Which lines are used. Raises InputError when none is, or the last date is far from the others."""
        rules = selection.rules(self.config.exclude, products)
        order = line_dates.orders(lines.families)
        chosen = selection.select(
            lines.paths, lines.is_repeat, order, rules, as_of, self.drops_repeats
        )
        self._reject("transactions", [(lines.names[at], reject) for at, reject in chosen.undated])
        chosen.lines["repeats"] += lines.repeated_returns[0]
        chosen.amount["repeats"] += lines.repeated_returns[1]
        self._check_repeats(lines, chosen)
        if not chosen.kept:
            raise InputError(
                f"{lines.names[0]}: no line can be used: {lines.read.lines:,} were read, "
                f"{lines.read.rejected:,} rejected, the others are left out by rule or come after "
                "[dates] as_of."
            )
        gaps = self.config.dates.max_first_gap_days, self.config.dates.max_last_gap_days
        selection.stop_at_a_gap(chosen.calendar, lines.names, *gaps)
        self._tell_excluded(lines, chosen)
        self.log(f"{chosen.kept:,} lines kept, {chosen.lines['repeats']:,} repeats dropped")
        return chosen

    def _tell_excluded(self, lines: RunLines, chosen: Selection) -> None:
        """Say how many lines each value of [exclude] left out, and check that every rule finds some."""
        counts = Counter(chosen.excluded_by)
        for f in (*self.files["transactions"], *self.files["returns"]):
            counts.update(f.report.excluded_by)
        for label, count in counts.items():
            self.log(f"excluded by {label}: {count:,} lines")
        files, scale = self.files["transactions"], lines.units.money_scale
        totals = sum(
            f.report.totals.amount * 10 ** (scale - f.report.money_scale)
            for f in files
            if f.report.totals
        )
        money = reconciliation.written(totals, scale, self.locale)
        policy = self.config.input.totals
        self.checks.append(row_checks.of_totals(files, money, policy, self.locale))
        rejected = [r.reject for r in self.rejects if r.table == "transactions"]
        self.checks.append(row_checks.of_rejects(rejected, files, self.locale))
        self.checks.append(row_checks.of_status(files, self.locale))
        self.checks.append(row_checks.of_rules(self.config.exclude, counts, self.locale))

    def _check_repeats(self, lines: RunLines, chosen: Selection) -> None:
        policy = self.config.input.duplicates
        place = ""
        if chosen.first_repeat is not None:
            file, row = chosen.first_repeat
            place = f"{lines.names[file]}, row {row:,}"
            if policy == "stop":
                raise InputError(
                    f"{place}: equal in every column to an earlier line; {chosen.repeats:,} lines "
                    'are. [input] duplicates = "stop" forbids it: remove them, or set "drop" or "keep".'
                )
        scale = lines.units.money_scale
        money = reconciliation.written(chosen.repeats_amount, scale, self.locale)
        self.checks.append(
            checks.of_repeats(chosen, self.drops_repeats, policy, money, place, self.locale)
        )

    def customers(self, lines: RunLines, as_of: int) -> tuple[Any, BirthDates | None]:
        """The customers table with a unique id, and what became of the birth dates.

        None where the lines name no customer: nobody in it has bought or not bought.
        """
        if "customer_id" not in self.files["transactions"][0].report.fields:
            self.log(
                "No column names the customers: the site has no pages, filters or tables of them"
            )
            return None, None
        if not self.files["customers"]:
            return None, None
        table = reference_tables.load("customers", self.files["customers"])
        births = None
        if "birth_date" in table.names:
            births = reference_tables.born(table, self.config, lines.families, as_of)
            for family in births.families:
                self.log(f"birth dates: {family.written}, {family.lines:,}, {family.evidence}")
            self.checks.append(checks.of_births(births))
        customers = reference_tables.customers(table, births)
        self._note(table)
        return customers, births

    def cities(self) -> Any:
        """The cities table with a unique code."""
        if not self.files["cities"]:
            return None
        table = reference_tables.load("cities", self.files["cities"])
        cities = reference_tables.cities(table, self.config.input.decimal)
        self._note(table)
        return cities

    def check_keys(
        self, lines: RunLines, chosen: Selection, customers: Any, products: Any, key: Sequence[str]
    ) -> None:
        """Add the checks of ids that other tables do not know."""
        known = []
        if customers is not None:
            known.append(key_checks.known_keys("customer", customers, ("customer_id",)))
        if products is not None:
            known.append(key_checks.known_keys("product", products, key))
        self.checks += key_checks.of_keys(lines.paths, chosen.rows, known, self.locale)

    def features(self, customers: Any, products: Any, cities: Any) -> frozenset[str]:
        """The optional fields that the inputs have; what customers state as well as lines, as in `Dimension`."""
        has = set(self.files["transactions"][0].report.fields) - {"currency"}
        if customers is not None:
            has |= {d.stated for d in STATED if d.name in customers.column_names}
        for table in (customers, products):
            has |= set() if table is None else set(table.column_names)
        if "category" in has:
            has |= {"subcategory"}  # without any, each category is its only one
        if "birth_day" in has:
            has = (has - {"birth_day"}) | {"birth_date"}
        return frozenset(has | ({"cities"} if cities is not None else set()))

    def tables(
        self, lines: RunLines, chosen: Selection, births: BirthDates | None
    ) -> dict[str, pd.DataFrame]:
        """The tables of `schema.quality`. Raises CheckError for a check that stops the run."""
        evidence = [
            ("transactions", lines.families, "date"),
            ("returns", lines.return_families, "date"),
            ("customers", births.families if births else [], "birth_date"),
        ]
        columns = [
            (f"{table}, {self.files[table][0].report.headers.get(name, '')}", families)
            for table, families, name in evidence
            if families
        ]
        read = lines.read.with_rejected(chosen.lines["undated"], chosen.amount["undated"])
        return {
            "input_files": reconciliation.input_files(self.all_files),
            "books": reconciliation.reconciliation(read, chosen),
            "date_evidence": reconciliation.date_evidence(columns),
            "checks": checks.table(self.checks, self.config.checks, self.log),
            "missing": reconciliation.missing(self.all_files),
            "rejects": reconciliation.rejects(self.rejects),
            "reject_counts": reconciliation.reject_counts(self.rejects),
        }
