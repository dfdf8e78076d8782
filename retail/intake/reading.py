"""All inputs of a run: every file checked, dates decided, repeats found, the books closed.

The order of steps is written here; what each does stands in the module it is named after.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from retail.config import Config
from retail.errors import ConfigError, InputError, shown
from retail.intake import (
    books,
    checks,
    date_orders,
    dimensions,
    discovery,
    layout,
    people,
    repeats,
    return_dates,
    selection,
)
from retail.intake.date_orders import Family
from retail.intake.dates import EPOCH, SHAPES, iso
from retail.intake.inputs import DateFormat, Inputs
from retail.intake.selection import Rules, Selection
from retail.intake.store import Checked, Store
from retail.schema.measures import Measures

Log = Callable[[str], None]
TABLES = discovery.TABLES
LARGEST_SUM = 2**63 - 1


def silent(_: str) -> None:
    """Say nothing."""


def read(config: Config, log: Log = silent, today: date | None = None) -> Inputs:
    """The checked input of one run: see `Inputs`. `log` is told what was read and decided.

    `today` is only compared with the dates of the lines. Raises InputError for what can't be read
    or trusted, ConfigError for keys that can't be meant, CheckError for a check that stops the run.
    """
    layouts = {table: layout.of(config, table) for table in TABLES}
    as_of = _as_of(config)
    files = discovery.input_files(config)
    store = Store(config.work_folder / "checked")
    store.prepare(files)
    found = [store.checked(file, layouts[file.table], log) for file in files]
    by_table = {table: [f for f in found if f.file.table == table] for table in TABLES}
    run = _Run(config, store, by_table, layouts, log)
    run.keep_limits()
    paths, measures = run.at_one_scale()
    families = run.decided_dates(paths)
    products, product_fields = run.products()
    chosen = run.selected(paths, families, as_of, products)
    last_day = as_of if as_of is not None else max(chosen.calendar.lines)
    customers, births = run.customers(families, last_day)
    cities = run.cities()
    run.keep_limits(chosen)
    run.check_keys(paths, chosen, customers, products, product_fields)
    run.checks += checks.of_calendar(chosen.calendar, today)
    written = {
        name: None if table is None else dimensions.write(table, store.folder, name)
        for name, table in (("customers", customers), ("products", products), ("cities", cities))
    }
    dropped = selection.write_dropped(chosen, store.folder)
    store.forget_old()
    return Inputs(
        transactions=tuple(paths),
        date_formats=_formats(families),
        dropped=dropped,
        customers=written["customers"],
        products=written["products"],
        cities=written["cities"],
        measures=measures,
        features=run.features(customers, products, cities),
        tables=run.tables(chosen, families, births, measures),
        as_of=as_of,
    )


@dataclass
class _Run:
    """What the steps of one run share."""

    config: Config
    store: Store
    files: Mapping[str, list[Checked]]
    layouts: Mapping[str, layout.Layout]
    log: Log
    rejects: list[books.NamedReject] = field(default_factory=list)
    checks: list[checks.Check] = field(default_factory=list)
    drops_repeats: bool = False

    def __post_init__(self) -> None:
        lines = self.files["transactions"]
        for other in lines[1:]:
            if set(other.ledger.fields) != set(lines[0].ledger.fields):
                raise dimensions.different_fields(lines[0], other)
        self.rejects = [
            (f.file.name, reject)
            for table in TABLES
            for f in self.files[table]
            for reject in f.ledger.rejects
        ]
        duplicates = self.config.input.duplicates
        is_case_study = all(f.ledger.is_case_study for f in lines)
        self.drops_repeats = duplicates == "drop" or (duplicates == "default" and is_case_study)
        self.checks += checks.of_records([f for table in TABLES for f in self.files[table]])
        self.checks.append(checks.of_twice(lines, self.drops_repeats))

    def keep_limits(self, chosen: Selection | None = None) -> None:
        """Stop when more records were set aside than the config allows; rejects.csv is written first."""
        path = books.write_rejects(books.rejects(self.rejects), self.config.work_folder)
        for table in TABLES:
            read = sum(f.ledger.records for f in self.files[table])
            set_aside = sum(f.ledger.set_aside for f in self.files[table])
            names = {f.file.name for f in self.files[table]}
            if table == "transactions" and chosen is not None:
                set_aside += chosen.lines["undated"]
            found = [r for r in self.rejects if r[0] in names and not r[1].is_value]
            books.stop_if_too_many(table, read, set_aside, found, self.config, path)

    def at_one_scale(self) -> tuple[list[Path], Measures]:
        """The lines' Parquet files, all at the largest scale that one of them needs."""
        lines = self.files["transactions"]
        money = max(f.ledger.money_scale for f in lines)
        quantity = max(f.ledger.quantity_scale for f in lines)
        self._prove_sums_fit(lines, money, quantity)
        paths: list[Path] = []
        for f in lines:
            path = self.store.at_scales(f, money, quantity)
            again = paths.count(path)
            paths.append(self.store.copy(path, again) if again else path)
        return paths, Measures(money, quantity, self.config.money.currency)

    def _prove_sums_fit(self, lines: Sequence[Checked], money: int, quantity: int) -> None:
        for name in ("amount", "tax", "unit_price", "quantity"):
            total = 0
            for f in lines:
                own, run = (
                    (f.ledger.quantity_scale, quantity)
                    if name == "quantity"
                    else (f.ledger.money_scale, money)
                )
                total += f.ledger.sizes.get(name, 0) * 10 ** (run - own)
            if total > LARGEST_SUM:
                rules = next((f for f in lines if f.ledger.money_scale == money), lines[0])
                row, header, value = rules.ledger.most_decimals or (0, "", "")
                raise InputError(
                    f"{name}: with {money} decimals the sum of all values does not fit 64 bits. "
                    f"{rules.file.name}, row {row:,}, column {header} has most decimals: "
                    f"{shown(value)}. Set [money] decimals in retail.toml to round half up."
                )

    def decided_dates(self, paths: Sequence[Path]) -> list[Family]:
        """How each format of the lines' dates is read. Raises InputError when that can't be known."""
        lines = self.files["transactions"]
        counts: dict[int, list[int]] = {}
        for f in lines:
            for shape, values in f.ledger.dates.items():
                before = counts.get(shape, [0] * len(values))
                counts[shape] = [a + b for a, b in zip(before, values, strict=True)]
        families = date_orders.families(counts)
        order = self.config.dates.order
        violations = None
        if order == "auto" and any(f.has_order and f.differing for f in families):
            pairs = return_dates.collect(paths)
            violations = pairs.violations if pairs is not None else None
        date_orders.decide(families, order, violations)
        header = lines[0].ledger.headers["date"]
        for family in families:
            self.log(f"{header}: {family.written}, {family.lines:,} lines, {family.evidence}")
        for family in families:
            if family.is_day_first is None or family.is_contradictory:
                raise InputError(self._undecided(family, paths, header))
        return families

    def _undecided(self, family: Family, paths: Sequence[Path], header: str) -> str:
        file, row, day_first, month_first = return_dates.example(paths, family.shapes)
        name = self.files["transactions"][file].file.name
        return (
            f"{name}, column {header}: {family.lines:,} dates look like {family.pattern}, and "
            f"whether the day or the month comes first can't be known. Row {row:,} is {day_first} or "
            f"{month_first}. Evidence: {family.evidence or 'none'}. Set [dates] order in retail.toml "
            'to "day-first" or "month-first".'
        )

    def products(self) -> tuple[Any, tuple[str, ...]]:
        """The products table with a unique key, and the key; None when there is none to join."""
        if not self.files["products"]:
            return None, ()
        dimension = dimensions.load("products", self.files["products"])
        line_fields = set(self.files["transactions"][0].ledger.fields)
        is_named = self.config.input.products is not None
        key = dimensions.product_key(dimension, line_fields, is_named)
        if not key:
            return None, ()
        table = dimensions.with_unique_key(dimension, key)
        self._note(dimension)
        wanted = [n for n in (*key, "category", "subcategory") if n in table.column_names]
        return table.select(wanted), key

    def _note(self, dimension: dimensions.Dimension) -> None:
        self.rejects += dimension.rejects
        for note in dimension.notes:
            self.log(f"{dimension.table}: {note}")

    def selected(
        self, paths: Sequence[Path], families: Sequence[Family], as_of: int | None, products: Any
    ) -> Selection:
        """Which lines are used. Raises InputError when none is, or the last date stands apart."""
        masks = repeats.find(paths)
        rules = _rules(self.config, products)
        order = [form.is_day_first for form in _formats(families)]
        chosen = selection.select(paths, masks, order, rules, as_of, self.drops_repeats)
        lines = self.files["transactions"]
        self.rejects += [(lines[at].file.name, reject) for at, reject in chosen.undated]
        place = ""
        if chosen.first_repeat is not None:
            file, row = chosen.first_repeat
            place = f"{lines[file].file.name}, row {row:,}"
            if self.config.input.duplicates == "stop":
                raise InputError(
                    f"{place}: equal in every column to an earlier line; {chosen.repeats:,} lines "
                    'are. [input] duplicates = "stop" forbids it: remove them, or say "drop" or "keep".'
                )
        scale = max(f.ledger.money_scale for f in lines)
        money = _decimal(chosen.repeats_amount, scale)
        self.checks.append(checks.of_repeats(chosen, self.drops_repeats, money, place))
        if not chosen.kept:
            raise InputError(
                f"{lines[0].file.name}: no line can be used: "
                f"{sum(f.ledger.records for f in lines):,} were read, "
                f"{sum(f.ledger.set_aside for f in lines):,} set aside, the others are left out by "
                "rule or come after [dates] as_of."
            )
        self._stop_at_a_gap(chosen)
        for reason, count in chosen.excluded_by.items():
            self.log(f"excluded by {reason}: {count:,} lines")
        self.log(f"{chosen.kept:,} lines kept, {chosen.lines['repeats']:,} repeats dropped")
        return chosen

    def _stop_at_a_gap(self, chosen: Selection) -> None:
        days = sorted(chosen.calendar.lines)
        if len(days) < 2:
            return
        gap, limit = days[-1] - days[-2], self.config.dates.max_last_gap_days
        if gap <= limit:
            return
        file, row = chosen.calendar.place[days[-1]]
        raise InputError(
            f"{self.files['transactions'][file].file.name}, row {row:,}: dated {iso(days[-1])}, "
            f"{gap:,} days after the date before it ({iso(days[-2])}). One wrong date would move the "
            "end of all figures. Correct it, or set [dates] as_of to the last day that counts, or "
            f"max_last_gap_days above {limit}."
        )

    def customers(
        self, families: Sequence[Family], as_of: int
    ) -> tuple[Any, people.BirthDates | None]:
        """The customers table with a unique id, and what became of the birth dates."""
        if not self.files["customers"]:
            return None, None
        dimension = dimensions.load("customers", self.files["customers"])
        births = None
        if "birth_date" in dimension.names:
            births = people.born(dimension, self.config, self.layouts["customers"], families, as_of)
            for family in births.families:
                self.log(f"birth dates: {family.written}, {family.lines:,}, {family.evidence}")
            self.checks.append(
                checks.Check(
                    "birth_dates",
                    "birth dates can be read",
                    births.problem or "all formats are decided",
                    not births.problem,
                    is_failure=True,
                )
            )
        table = people.customers(dimension, births)
        self._note(dimension)
        return table, births

    def cities(self) -> Any:
        """The cities table with a unique code."""
        if not self.files["cities"]:
            return None
        dimension = dimensions.load("cities", self.files["cities"])
        table = dimensions.cities(dimension, self.config.input.decimal)
        self._note(dimension)
        return table

    def check_keys(
        self,
        paths: Sequence[Path],
        chosen: Selection,
        customers: Any,
        products: Any,
        key: tuple[str, ...],
    ) -> None:
        """Add the checks of ids that other tables do not know."""
        known = None
        if products is not None:
            own = {"category_code": "category", "subcategory_code": "subcategory"}
            fields = {name: own.get(name, name) for name in key}
            known = checks.known_keys(products, key, fields)
        ids = None if customers is None else customers["customer_id"].combine_chunks()
        self.checks += checks.of_keys(paths, chosen.rows, ids, known)

    def features(self, customers: Any, products: Any, cities: Any) -> frozenset[str]:
        """The optional fields that the inputs have."""
        has = {name for f in self.files["transactions"] for name in f.ledger.fields} - {"currency"}
        for table in (customers, products):
            has |= set() if table is None else set(table.column_names)
        if "birth_day" in has:
            has = (has - {"birth_day"}) | {"birth_date"}
        return frozenset(has | ({"cities"} if cities is not None else set()))

    def tables(
        self,
        chosen: Selection,
        families: Sequence[Family],
        births: people.BirthDates | None,
        measures: Measures,
    ) -> dict[str, pd.DataFrame]:
        """The tables of `schema.quality`. Raises CheckError for a check that stops the run."""
        lines = self.files["transactions"]
        factors = [10 ** (measures.money_scale - f.ledger.money_scale) for f in lines]
        pairs = list(zip(lines, factors, strict=True))
        kept = sum(f.ledger.amount * factor for f, factor in pairs)
        aside = sum(f.ledger.set_aside_amount * factor for f, factor in pairs)
        evidence = [(f"transactions, {lines[0].ledger.headers['date']}", families)]
        if births is not None:
            header = self.files["customers"][0].ledger.headers["birth_date"]
            evidence.append((f"customers, {header}", births.families))
        everything = [f for table in TABLES for f in self.files[table]]
        return {
            "input_files": books.input_files(everything),
            "books": books.books(
                sum(f.ledger.records for f in lines),
                kept + aside,
                sum(f.ledger.set_aside for f in lines) + chosen.lines["undated"],
                aside + chosen.amount["undated"],
                chosen,
            ),
            "date_evidence": books.date_evidence(evidence),
            "checks": checks.table(self.checks, self.config.checks),
            "missing": books.missing(everything),
            "rejects": books.rejects(self.rejects),
            "reject_counts": books.reject_counts(self.rejects),
        }


def _as_of(config: Config) -> int | None:
    text = config.dates.as_of
    if text is None:
        return None
    try:
        return date.fromisoformat(text).toordinal() - EPOCH
    except ValueError:
        raise ConfigError(
            f"[dates] as_of = {shown(text)}: not a date written as YYYY-MM-DD."
        ) from None


def _formats(families: Sequence[Family]) -> tuple[DateFormat, ...]:
    """One DateFormat per shape, also for those that do not occur."""
    by_shape = {shape: family for family in families for shape in family.shapes}
    formats = []
    for at, shape in enumerate(SHAPES):
        family = by_shape.get(at)
        if family is None:
            formats.append(DateFormat(shape.pattern, True, 0, ""))
        else:
            is_day_first = family.is_day_first is not False
            formats.append(DateFormat(family.written, is_day_first, family.lines, family.evidence))
    return tuple(formats)


def _rules(config: Config, products: Any) -> Rules:
    """The rules of [exclude]; names of categories are looked up in the products table."""
    given = config.exclude
    values = {n: getattr(given, n) for n in ("product_id", "category", "subcategory", "channel")}
    pairs: set[tuple[str, str]] = set()
    if products is not None and (given.category or given.subcategory):
        for row in products.to_pylist():
            names = {"category": row.get("category"), "subcategory": row.get("subcategory")}
            is_hit = any(
                name and selection.fits(pattern, name)
                for field_name, name in names.items()
                for pattern in values[field_name]
            )
            if is_hit and "category_code" in row:
                pairs.add((row["category_code"], row["subcategory_code"]))
            elif is_hit:
                values["product_id"] = (*values["product_id"], row["product_id"])
    return Rules(
        {name: patterns for name, patterns in values.items() if patterns}, frozenset(pairs)
    )


def _decimal(value: int, scale: int) -> str:
    sign, digits = "-" if value < 0 else "", str(abs(value)).rjust(scale + 1, "0")
    whole, part = (digits[:-scale], digits[-scale:]) if scale else (digits, "")
    return f"{sign}{int(whole):,}{'.' + part if part else ''}"
