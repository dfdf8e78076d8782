"""This run against the last one with other figures, and all runs that are remembered."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from retail import frames
from retail.changes.movers import movers
from retail.history import Run, Snapshot
from retail.schema.changes import OF_RUNS
from retail.schema.dimensions import SUMMARISED, names
from retail.schema.metrics import METRICS
from retail.schema.units import Units, day_of


def _metric(place: str, name: str) -> tuple[str, str, str]:
    return place, METRICS[name].label, METRICS[name].kind


# Where it is in summary.json, what it is called, its kind.
FIGURES = (
    ("as_of", "Last date with a line", "day"),
    ("through", "Last purchase", "day"),
    ("lines.read", "Lines read", "count"),
    ("lines.kept", "Lines kept", "count"),
    ("lines.duplicates", "Repeats dropped", "count"),
    ("lines.set_aside", "Lines set aside", "count"),
    _metric("money.gross", "gross"),
    _metric("money.returns", "returns"),
    _metric("money.net", "net"),
    _metric("money.tax", "tax"),
    _metric("units", "units"),
    _metric("transactions.distinct", "transactions"),
    _metric("transactions.purchases", "purchases"),
    _metric("transactions.kept", "kept_purchases"),
    ("customers.known", "Customers", "count"),
    _metric("customers.buyers", "buyers"),
    ("customers.scored", "Scored customers", "count"),
    ("customers.nothing_kept", "Customers with nothing kept", "count"),
    ("customers.prospects", "Prospects", "count"),
)
NOT_THERE = "not there"
NOBODY = pd.Series([], index=pd.Index([], dtype="str"), dtype="str")
COLUMNS = {table.name: table.names for table in OF_RUNS}


def tables(
    runs: Sequence[Run], current: str, now: Snapshot, before: Snapshot | None, units: Units
) -> dict[str, pd.DataFrame]:
    """The tables of OF_RUNS; those of changes are empty when there is no run to compare with.

    runs: all that are remembered; current: the id of this one, whose snapshot is `now`.
    """
    earlier = before or now
    moved = moved_customers(earlier, now)
    return {
        # Only when there is someone: a public site, which compares nothing, has no such file.
        **({"moved_since_last_run": moved} if len(moved) else {}),
        "runs": _runs(runs, current, now, units),
        "figure_changes": _figures(earlier.figures, now.figures, units),
        "run_segment_moves": _segment_migration(earlier, now),
        "run_movers": _movers(earlier.figures, now.figures, units),
    }


def found(figures: dict[str, Any], place: str) -> Any:
    """The value at a dotted place of a summary; None where it is absent."""
    value: Any = figures
    for key in place.split("."):
        value = (value or {}).get(key)
    return value


def whole(value: Any, kind: str, units: Units) -> int | None:
    """A value of a summary as tables hold it: money and quantities in smallest units, days as days."""
    if value is None:
        return None
    if kind == "day":
        return day_of(value)
    scale = {"money": units.money_scale, "quantity": units.quantity_scale}.get(kind, 0)
    return int(Decimal(value).scaleb(scale))


def _figures(before: dict[str, Any], now: dict[str, Any], units: Units) -> pd.DataFrame:
    rows = []
    for order, (place, name, kind) in enumerate(FIGURES, 1):
        old, new = (whole(found(side, place), kind, units) for side in (before, now))
        if old != new:
            differ = None if old is None or new is None or kind == "day" else new - old
            rows.append((order, name, kind, old, new, differ))
    table = pd.DataFrame(rows, columns=COLUMNS["figure_changes"])
    return table.astype(dict.fromkeys(("before", "now", "difference"), "float64"))


def _segment_migration(before: Snapshot, now: Snapshot) -> pd.DataFrame:
    pairs = _sides(before, now).groupby(["old", "new"], as_index=False).size()
    moved = sorted(
        (-customers, old, new)
        for old, new, customers in pairs.itertuples(index=False, name=None)
        if old != new
    )
    rows = [(order, old, new, -count) for order, (count, old, new) in enumerate(moved, 1)]
    return pd.DataFrame(rows, columns=COLUMNS["run_segment_moves"])


def _sides(before: Snapshot, now: Snapshot) -> pd.DataFrame:
    """customer, old, new: the segment of everyone who is in one snapshot at least, or NOT_THERE."""
    was, now_in = (NOBODY if one.segments is None else one.segments for one in (before, now))
    at = frames.position_among(now_in.index, was.index)
    old = pd.Series(was.array.take(at, allow_fill=True)).fillna(NOT_THERE)
    gone = was[~frames.is_among(was.index, now_in.index)]
    return pd.DataFrame(
        {
            "customer": now_in.index.append(gone.index),
            "old": pd.concat([old, gone], ignore_index=True),
            "new": pd.concat(
                [now_in.reset_index(drop=True), gone.mask(gone.notna(), NOT_THERE)],
                ignore_index=True,
            ),
        }
    )


def moved_customers(before: Snapshot, now: Snapshot) -> pd.DataFrame:
    """MOVED_CUSTOMERS: customers who changed segment. Those who are new or gone from the data are left
    out."""
    sides = _sides(before, now)
    segments = sides[["old", "new"]]
    moved = sides[(sides["old"] != sides["new"]) & (segments != NOT_THERE).all(axis=1)]
    ordered = moved.sort_values(["customer", "old", "new"])
    return ordered.set_axis(COLUMNS["moved_since_last_run"], axis=1).reset_index(drop=True)


def _movers(before: dict[str, Any], now: dict[str, Any], units: Units) -> pd.DataFrame:
    nets: dict[str, dict[str, tuple[int, int]]] = {}
    for dimension in (*names(SUMMARISED), "year"):
        old, new = (found(side, f"net_by.{dimension}") or {} for side in (before, now))
        nets[dimension] = {
            name: (_money(old.get(name), units), _money(new.get(name), units))
            for name in sorted(old.keys() | new.keys())
        }
    return movers(nets)


def _money(value: Any, units: Units) -> int:
    return whole(value, "money", units) or 0


def _runs(runs: Sequence[Run], current: str, now: Snapshot, units: Units) -> pd.DataFrame:
    rows = [_run(run, current, now, units) for run in reversed(runs)]
    table = pd.DataFrame(rows, columns=COLUMNS["runs"])
    counts = ("as_of", "lines", "set_aside", "net", "purchases", "buyers", "warnings")
    return table.astype({"seconds": "float64", **dict.fromkeys(counts, "Int64")})


def _run(run: Run, current: str, now: Snapshot, units: Units) -> tuple[Any, ...]:
    is_current = run.run_id == current
    taken = now if is_current else run.snapshot
    figures = taken.figures if taken else {}
    return (
        run.number,
        run.started[:16].replace("T", " "),
        "this one" if is_current else run.outcome,
        run.seconds,
        whole(found(figures, "as_of"), "day", units),
        found(figures, "lines.kept"),
        found(figures, "lines.set_aside"),
        whole(found(figures, "money.net"), "money", units),
        found(figures, "transactions.purchases"),
        found(figures, "customers.buyers"),
        sum(verdict == "warn" for verdict in taken.verdicts.values()) if taken else None,
        run.run_id,
    )
