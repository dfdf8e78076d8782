"""Migration between segments: who was in which segment at each month end, who moved between any two, and why.

All month ends use the current cut points and look back the same number of months for frequency
and monetary, and none knows a line after itself. So the sizes at the last month end differ from
the segments of the run, which count everything since the first line.

The cause of a move is what it takes to explain it: time passed, if the customer would have moved
had nothing happened since; else returned, if returns alone would have done it; else bought.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail.segments import monthly
from retail.segments.migration_counts import (
    BOUGHT,
    CAUSES,
    DIRECTIONS,
    RETURNED,
    TIME,
    MigrationCounts,
    direction,
)
from retail.segments.monthly import MonthlyHistory
from retail.segments.naming_conventions import Convention
from retail.segments.profiles import shares
from retail.segments.rfm import Cuts

# Directions in the order in which a reader asks.
ORDER = ("stayed", "up", "came back", "new", "down", "lapsed", "returned all")
PAIR = ["from_month", "to_month"]
LETTERS = "".join(map(chr, range(ord("a"), ord("z") + 1)))  # a state each, in order


def analyse(
    history: Iterable[tuple[pd.DataFrame, pd.DataFrame]],
    cuts: Cuts,
    convention: Convention,
    *,
    first: int,
    as_of: int,
    lookback: int,
    most: int,
) -> dict[str, pd.DataFrame]:
    """The tables of the migration from PURCHASES, RETURN_LINES and the cut points in five bins.

    The `history` may come in parts, each of some customers, in the order of their ids.
    At the last `most` + 1 month ends since the `first` day; none when no one is scored or no month
    has ended.
    """
    last = monthly.last_full(as_of)
    start = max(int(monthly.month_of(first)), last - most)
    if not cuts["recency"] or start > last:
        return {}
    ends = list(range(start, last + 1))
    origin = start - lookback  # column 0 holds all that is too old for any lookback
    rule = rules(cuts, convention, origin, lookback)
    counts = MigrationCounts(convention.names, len(ends))
    parts = []
    books = (monthly.of(*part, origin, last) for part in history)
    for book in (chunk for whole in books for chunk in whole.chunks()):
        states, causes = _walk(book, rule, [end - origin for end in ends], counts)
        parts.append(_by_customer(book.customers, states, causes))  # texts take a tenth
    customers = pd.concat(parts, ignore_index=True)
    moves = counts.table(ends)
    return {
        "segment_history": counts.history(ends, int(monthly.month_of(first)) + lookback),
        "movement": moves,
        "movement_shares": by_direction(moves),
        "movement_customers": customers,
        "movement_states": pd.DataFrame(
            {"letter": list(LETTERS[: len(counts.states)]), "segment": counts.states}
        ),
        **({"latest_moves": _latest(customers, counts)} if len(ends) > 1 else {}),
    }


@dataclass(frozen=True)
class Rules:
    """How columns of a MonthlyHistory become states.

    recency, frequency: cut points in whole days and orders. lookup: R x F scores (from 1) -> position of the
    segment. segments: number of segments. origin: month of column 0. lookback: months counted for frequency.
    """

    recency: np.ndarray
    frequency: np.ndarray
    lookup: np.ndarray
    segments: int
    origin: int
    lookback: int

    def states(
        self,
        known: tuple[np.ndarray, np.ndarray],
        started: np.ndarray,
        bought: int,
        end: int,
        rows: np.ndarray | None = None,
    ) -> np.ndarray:
        """The state of the customers in `rows` at the end of column `end`.

        Of purchases only those up to column `bought` count, and of returns those that went into
        `known` (see MonthlyHistory.kept). `started` is the column of each customer's first purchase.
        """
        kept, last = known
        columns = [kept[bought], kept[min(end - self.lookback, bought)], last[bought], started]
        if rows is not None:
            columns = [column.take(rows) for column in columns]
        ever, before, last_day, first = columns
        frequency = ever - before
        recency = monthly.last_day(self.origin + end) - last_day
        r, f = _above(self.recency, recency), _above(self.frequency, frequency)
        lapsed, nothing_kept, not_yet = range(self.segments, self.segments + 3)
        idle = np.where(first <= bought, nothing_kept, not_yet)
        scores = (len(self.recency) + 1 - r) * self.lookup.shape[1] + 1 + f  # at most 120: int8
        named = self.lookup.take(scores)
        return np.where(frequency > 0, named, np.where(ever > 0, lapsed, idle))


def _above(cuts: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Number of cut points below each value; for few cut points a comparison each is quickest."""
    count = np.zeros(values.shape, dtype="int8")
    for cut in cuts:
        count += values > cut
    return count


def rules(cuts: Cuts, convention: Convention, origin: int, lookback: int) -> Rules:
    """The convention's rules under cut points in its bins."""
    grid = convention.grid()
    lookup = np.zeros((convention.bins + 1, convention.bins + 1), dtype="int64")
    for (r, f), name in grid.items():
        lookup[r, f] = convention.names.index(name)
    # A whole value is above a cut point exactly when it is above the whole part of it.
    whole = {name: np.array([math.floor(cut) for cut in cuts[name]]) for name in cuts}
    return Rules(
        whole["recency"], whole["frequency"], lookup, len(convention.names), origin, lookback
    )


def _walk(
    book: MonthlyHistory, rule: Rules, ends: list[int], counts: MigrationCounts
) -> tuple[np.ndarray, np.ndarray]:
    """States by month end (ends x customers) and causes of the steps; adds to `counts`."""
    known = [book.kept(end) for end in ends]
    started = book.first()
    net = book.money()
    money = [net[end] - net[end - rule.lookback] for end in ends]
    states = [rule.states(known[at], started, end, end) for at, end in enumerate(ends)]
    steps = np.zeros((len(ends), len(book.customers)), dtype="int64")
    for at in range(len(ends)):
        counts.count_state(at, states[at], money[at])
    for pair, (a, b) in enumerate(counts.pairs):
        before, after = states[a], states[b]
        moved = np.nonzero(before != after)[0]
        cause = np.zeros(len(before), dtype="int64")
        for what, since in ((TIME, a), (RETURNED, b)):
            without = rule.states(known[since], started, ends[a], ends[b], moved)
            is_explained = without == after[moved]
            cause[moved[is_explained]] = what
            moved = moved[~is_explained]
        cause[moved] = BOUGHT
        counts.count_moves(pair, (before, after, cause), (money[a], money[b]))
        if a == b - 1:
            steps[b] = cause
    return np.stack(states), steps


def _by_customer(customers: pd.Index, states: np.ndarray, causes: np.ndarray) -> pd.DataFrame:
    """MOVEMENT_CUSTOMERS: a letter per month end, a digit per step (0 for the first)."""
    letters = np.frombuffer(LETTERS.encode(), dtype="uint8")[states.T]
    digits = causes.T.astype("uint8") + ord("0")
    width = f"S{len(states)}"
    return pd.DataFrame(
        {
            "customer_id": customers.to_numpy(),
            "states": np.ascontiguousarray(letters).view(width).ravel().astype("str"),
            "causes": np.ascontiguousarray(digits).view(width).ravel().astype("str"),
        }
    )


def _latest(customers: pd.DataFrame, counts: MigrationCounts) -> pd.DataFrame:
    """LATEST_MOVES from MOVEMENT_CUSTOMERS."""
    before, after = (customers["states"].str[at].map(LETTERS.index).to_numpy() for at in (-2, -1))
    cause = customers["causes"].str[-1].astype("int64").to_numpy()
    names = np.array(counts.states)
    table = pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "from_segment": names[before],
            "to_segment": names[after],
            "cause": np.array(CAUSES)[cause],
            "direction": np.array(DIRECTIONS)[direction(before, after, counts.not_yet)],
        }
    )
    return table[before != after].reset_index(drop=True)


def by_direction(movement: pd.DataFrame) -> pd.DataFrame:
    """MOVEMENT -> MOVEMENT_SHARES: neighbouring month ends only, one row per direction and cause."""
    steps = movement[movement["to_month"] == movement["from_month"] + 1]
    sums = steps.groupby([*PAIR, "direction", "cause"], as_index=False, sort=True)[
        ["customers", "monetary_before", "monetary_after"]
    ].sum()
    everyone = sums.groupby(PAIR)["customers"].transform("sum")
    return sums.assign(
        share=shares(sums["customers"].to_numpy(), everyone.to_numpy()),
        change=sums["monetary_after"] - sums["monetary_before"],
        order=sums["direction"].map({name: at for at, name in enumerate(ORDER, 1)}),
    )
