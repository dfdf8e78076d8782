"""The rule of each table at the level `public`: a table without a rule is not published.

Nothing is left out in silence: PRIVACY_NOTES says what was done to which table, and why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from retail.errors import CheckError
from retail.figures.breakdowns import figure, with_shares
from retail.figures.returns_report import observed
from retail.locale import PLAIN, Locale
from retail.privacy import days, groups, returned
from retail.privacy.groups import MINIMUM, SMALLER, People, has_small, is_small, merged, to_merge
from retail.privacy.notes import Notes, Tables, without_examples, without_money
from retail.schema import dimensions
from retail.schema.sales import ADDITIVE, PERIODS

SUMS = (*ADDITIVE, "net")
# Nothing in them is about a group of customers.
OPEN = frozenset({
    "cluster_fits", "cluster_tests", "components", "date_evidence", "input_files", "loadings",
    "movement_states", "segment_map", "segment_notes",
})  # fmt: skip
# A row about one person, or a value that one person may have.
ONE_PERSON = frozenset({
    "cluster_centres", "cluster_labels", "cubes", "customers", "dashboard_lines", "dashboard_names",
    "dashboard_people", "dashboard_sample", "latest_moves", "lists", "movement_customers", "next_steps",
    "orphan_refunds", "refunds_beyond", "rejects", "top_returners", "units_by_customer",
    "dashboard_cubes",  # those of this level are made from the tables that may leave
})  # fmt: skip
# Left out whole where one of these numbers of customers is 1 to 4, in any row: their rows are parts
# of other tables' rows in ways that joining two of them would not keep.
WHOLE: dict[str, tuple[str, ...]] = {
    "backtest": ("customers", "bought"),
    "backtest_test": ("customers", "bought"),
    "backtest_windows": ("customers", "bought"),
    "cluster_mix": ("count",),
    "cluster_names": ("customers",),
    "cluster_profile": ("customers",),
    "clusters": ("customers",),
    "crosswalk": ("customers",),
    "crosswalk_names": ("customers", "shared"),
    "gaps": ("customers",),
    "movement": ("customers",),
    "movement_shares": ("customers",),
    "reject_counts": ("lines",),
    "rfm_cuts": ("customers",),
    "rfm_grid": ("customers",),
    "segment_clusters": ("customers",),
    "segment_gaps": ("customers", "past_50", "past_80", "past_90", "past_95"),
    "segment_history": ("customers",),
    "segment_mix": ("count",),
    "segment_profile": ("customers",),
}
# Tables with parts of two months by name; the number of customers behind a part is not known.
UNCOUNTED = frozenset(
    {"bridge_factors", "month_movers", "month_noise", "net_bridge", "price_and_mix"}
)
TIMES = ("by_day", *PERIODS)
# A buyer may be in several groups of a line's column, and is in one of a customer's.
BY_NAME = {d.table: d.name for d in dimensions.NAMED}
DISJOINT = frozenset(d.table for d in dimensions.OF_CUSTOMER)
COUNTED = {"groups": "group", "seven_levels": "level"}
RULED = frozenset(
    {
        *(OPEN | ONE_PERSON | UNCOUNTED),
        *WHOLE,
        *TIMES,
        *BY_NAME,
        *COUNTED,
        *returned.TABLES,
        *("segments", "by_category", "by_subcategory", "books", "checks", "cities"),
        *("key_figures", "missing", "return_matching"),
    }
)


def grouped(tables: Mapping[str, pd.DataFrame], people: People, locale: Locale = PLAIN) -> Tables:
    """All tables at the level `public`. Raises CheckError when there are too few buyers for a year."""
    notes = Notes({}, {}, locale)
    tables = without_few_unfitted(without_money(without_examples(tables)))
    for name in sorted(set(tables) - RULED):
        notes.leave_out(name, "no rule says how it could be published")
    for name in sorted(OPEN & set(tables)):
        notes.keep(name, tables[name])
    for name in sorted(ONE_PERSON & set(tables)):
        if len(tables[name]):
            notes.leave_out(name, "its rows, or values of them, are about one person")
    for name in sorted(UNCOUNTED & set(tables)):
        notes.leave_out(name, "it is not known how many customers are behind each row")
    _times(tables, people, notes)
    _products(tables, notes)
    _named(tables, notes)
    _whole(tables, notes)
    _books(tables, notes)
    returned.publish(tables, people, notes)
    return notes.finished()


def without_few_unfitted(tables: Tables) -> Tables:
    """Tables whose CLUSTER_FITS don't tell how many are no part of a fit where they are one to four."""
    if "cluster_fits" not in tables:
        return tables
    fits = tables["cluster_fits"]
    is_told = ~(fits["customers"] - fits["fitted"]).between(1, MINIMUM - 1)
    return {**tables, "cluster_fits": fits.assign(fitted=fits["fitted"].where(is_told))}


def _times(tables: Mapping[str, pd.DataFrame], people: People, notes: Notes) -> None:
    if people.purchases["customer_id"].nunique() < MINIMUM:
        raise CheckError(
            f"[privacy] level public: fewer than {MINIMUM} known customers have bought, so no figure "
            "may be published. Set the level to internal, and don't publish the site."
        )
    day_of = days.joined(tables["by_day"], people.purchases)
    moved = sum(day != label for day, label in day_of.items())
    done = f"{notes.locale.count(moved)} days with fewer than {MINIMUM} buyers are joined to a day near them"
    for name, frame in days.tables(tables["by_day"], people.purchases, day_of).items():
        notes.keep(name, frame, done if moved and name == "by_day" else "")
    figures = tables["key_figures"]
    if not days.keep_months(day_of):
        figures = figures.assign(
            comparison=None, month_value=None, year_before_value=None, compared="-"
        )
        notes.done["key_figures"] = "not compared: days of two months are joined"
    notes.keep("key_figures", figures)


def _products(tables: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    """Categories and subcategories. Subcategories of joined categories are one row."""
    by, below = tables.get("by_category"), tables.get("by_subcategory")
    names: dict[str, str] = {}
    if by is not None:
        small = is_small(by, "buyers", SUMS)
        gone = by.loc[to_merge(by["buyers"], small, are_disjoint=False), "category"].tolist()
        shown = merged(by, "category", "buyers", SUMS, are_disjoint=False)
        joined = [name for name in shown["category"] if name not in set(by["category"])]
        names = dict.fromkeys(gone, joined[0]) if joined else {}
        _sums(notes, "by_category", shown, len(by))
    if below is None:
        return
    whole = below["category"].isin(names)
    parts = [
        merged(part, "subcategory", "buyers", SUMS, are_disjoint=False)
        for _, part in below[~whole].groupby("category", sort=True)
    ]
    if whole.any():
        joined_rows = below[whole]
        one = joined_rows.loc[[joined_rows["buyers"].idxmax()]]
        label = names[one["category"].iloc[0]]
        sums = {name: joined_rows[name].sum() for name in SUMS}
        parts.append(one.assign(category=label, subcategory=SMALLER.capitalize(), **sums))
    _sums(notes, "by_subcategory", pd.concat(parts, ignore_index=True), len(below))


def _sums(notes: Notes, name: str, frame: pd.DataFrame, before: int) -> None:
    """A table of sums with its ratios recomputed; left out where it is one small group."""
    if is_small(frame, "buyers", SUMS).any():
        notes.leave_out(name, f"it has no group of {MINIMUM} buyers")
        return
    rated = frame.assign(return_rate=figure("return_rate", frame))
    done = (
        f"{before - len(frame) + 1} groups are one, of which some have fewer than {MINIMUM} buyers"
    )
    notes.keep(name, with_shares(rated), done if len(frame) < before else "")


def _named(tables: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    for name, by in BY_NAME.items():
        if name in tables:
            are_disjoint = name in DISJOINT
            shown = merged(tables[name], by, "buyers", SUMS, are_disjoint=are_disjoint)
            _sums(notes, name, shown, len(tables[name]))
    for name, by in COUNTED.items():
        if name in tables:
            before = tables[name]
            shown = merged(before, by, "customers", (), are_disjoint=True)
            done = f"groups with fewer than {MINIMUM} customers are joined"
            notes.keep(name, shown, done if len(shown) < len(before) else "")
    if "cities" in tables and "by_city" in notes.tables:
        places = tables["cities"]
        notes.keep("cities", places[places["city"].isin(notes.tables["by_city"]["city"])])


def _whole(tables: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    why = f"one of its groups has fewer than {MINIMUM} customers"
    for name, counts in WHOLE.items():
        if name not in tables:
            continue
        frame = tables[name]
        if any(has_small(frame[count]) for count in counts if count in frame):
            notes.leave_out(name, why)
        else:
            notes.keep(name, frame)
    _backtest(tables, notes, why)
    for name in ("gaps", "segment_gaps"):
        if name in notes.tables and any(map(has_small, _between_gaps(tables[name]))):
            notes.leave_out(name, why)
    if "segments" in tables:
        done = f"segments with fewer than {MINIMUM} customers are joined"
        shown = groups.joined_segments(tables["segments"])
        notes.keep("segments", shown, done if len(shown) < len(tables["segments"]) else "")
    if "customers" in tables:
        _rest(tables["customers"], notes)


def _backtest(tables: Mapping[str, pd.DataFrame], notes: Notes, why: str) -> None:
    """BACKTEST without money: that of the few who bought and were not scored would be the rest of it."""
    if "backtest" not in notes.tables:
        return
    backtest = tables["backtest"]
    if has_small(backtest["customers"] - backtest["bought"]):
        notes.leave_out("backtest", why)
        return
    money = [name for name in backtest.columns if name.startswith("net")]
    shown = backtest.assign(**{name: _missing(backtest[name]) for name in money})
    notes.keep("backtest", shown, "net revenue is left out")


def _missing(values: pd.Series) -> pd.Series:
    """As many missing values of the same type."""
    return values.where(pd.Series(False, values.index))


def _between_gaps(table: pd.DataFrame) -> Iterator[pd.Series]:
    """Numbers of customers who are past one gap and not past the next: anybody can subtract."""
    if "share" in table:
        yield table["customers"].dropna().diff().abs().dropna()
        return
    known = table[[str(name) for name in table if str(name).startswith("past_")]].dropna(axis=1)
    before = table["customers"]
    for name in known:
        yield before - known[name]
        before = known[name]


def _rest(customers: pd.DataFrame, notes: Notes) -> None:
    """Leave out tables from which the money of one to four customers could be computed.

    The total less the table's sum is the money of the customers in no segment (or in no cluster). If they are
    one to four, the table isn't published.
    """
    is_there, is_scored = customers["lines"] > 0, customers["group"] == "scored"
    rests = {"segments": is_there & ~is_scored, "rfm_grid": is_there & ~is_scored}
    if "cluster" in customers:
        rests["clusters"] = is_scored & customers["cluster"].isna()
    for name, rest in rests.items():
        if name in notes.tables and 0 < int(rest.sum()) < MINIMUM:
            why = f"its money less the total would be that of fewer than {MINIMUM} customers"
            notes.leave_out(name, why)


def _books(tables: Mapping[str, pd.DataFrame], notes: Notes) -> None:
    if "books" in tables:
        books = tables["books"]
        first = books.loc[books["step"] == "Lines kept", "order"]
        is_before = books["order"] < (int(first.iloc[0]) if len(first) else 0)
        amounts = books["amount"].astype("Int64").mask(is_before)
        done = "money from the lines kept on: what was left out may be one person's"
        notes.keep("books", books.assign(amount=amounts), done if is_before.sum() > 1 else "")
    if "checks" in tables:
        checks = tables["checks"]
        beyond = tables.get("refunds_beyond")
        if beyond is not None:
            mine = checks["check"] == "refunds_beyond_purchase"
            text = observed(beyond, MINIMUM, notes.locale)
            checks = checks.assign(observed=checks["observed"].mask(mine, text))
        notes.keep("checks", checks)
    if "missing" in tables:
        missing = tables["missing"]
        few = missing["missing"].between(1, MINIMUM - 1)
        done = f"{int(few.sum())} columns are left out: fewer than {MINIMUM} values are missing"
        notes.keep("missing", missing[~few], done if few.any() else "")
