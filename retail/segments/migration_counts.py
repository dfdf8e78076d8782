"""Customers and money by segment before, segment after and cause, for every two month ends."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

# States after the segments, which come in the order of their list, best first: moving towards the
# front is moving up.
IDLE = ("Lapsed", "Nothing kept", "Not yet a customer")
CAUSES = ("", "bought", "returned", "time passed")
BOUGHT, RETURNED, TIME = 1, 2, 3
DIRECTIONS = ("stayed", "up", "down", "lapsed", "came back", "returned all", "new")


class MigrationCounts:
    """Customers and money by pair of month ends, states and cause, summed over chunks."""

    def __init__(self, segments: Sequence[str], ends: int) -> None:
        self.states = (*segments, *IDLE)
        self.not_yet = len(self.states) - 1
        self.pairs = [(a, b) for b in range(ends) for a in range(b)]
        self.shape = (len(self.states), len(self.states), len(CAUSES))
        self.customers = np.zeros((len(self.pairs), math.prod(self.shape)), dtype="int64")
        self.before = np.zeros_like(self.customers)
        self.after = np.zeros_like(self.customers)
        self.size = np.zeros((ends, len(self.states)), dtype="int64")
        self.money = np.zeros_like(self.size)

    def count_state(self, end: int, states: np.ndarray, money: np.ndarray) -> None:
        """Add customers in their state at a month end."""
        self.size[end] += np.bincount(states, minlength=len(self.states))
        np.add.at(self.money[end], states, money)

    def count_moves(
        self, pair: int, states: tuple[np.ndarray, ...], money: tuple[np.ndarray, ...]
    ) -> None:
        """Add customers by (before, after, cause), with their money (before, after)."""
        before, after, cause = states
        cell = (before * self.shape[1] + after) * self.shape[2] + cause
        self.customers[pair] += np.bincount(cell, minlength=self.customers.shape[1])
        np.add.at(self.before[pair], cell, money[0])
        np.add.at(self.after[pair], cell, money[1])

    def history(self, ends: list[int], full: int) -> pd.DataFrame:
        """SEGMENT_HISTORY; month ends from `full` on have their whole lookback."""
        end, state = np.indices((len(ends), self.not_yet)).reshape(2, -1)
        month = np.array(ends)[end]
        return pd.DataFrame(
            {
                "month": month,
                "segment": np.array(self.states)[state],
                "customers": self.size[end, state],
                "monetary": self.money[end, state],
                "has_lookback": month >= full,
                "order": state + 1,
            }
        )

    def table(self, ends: list[int]) -> pd.DataFrame:
        """MOVEMENT, of who was a customer at one end at least."""
        pair, cell = np.nonzero(self.customers)
        before, after, cause = np.unravel_index(cell, self.shape)
        here = np.minimum(before, after) < self.not_yet
        pair, cell, before, after, cause = (
            part[here] for part in (pair, cell, before, after, cause)
        )
        first, second = np.array(self.pairs, dtype="int64").reshape(-1, 2).T
        return pd.DataFrame(
            {
                "from_month": np.array(ends)[first[pair]],
                "to_month": np.array(ends)[second[pair]],
                "from_segment": np.array(self.states)[before],
                "to_segment": np.array(self.states)[after],
                "cause": np.array(CAUSES)[cause],
                "direction": np.array(DIRECTIONS)[direction(before, after, self.not_yet)],
                "customers": self.customers[pair, cell],
                "monetary_before": self.before[pair, cell],
                "monetary_after": self.after[pair, cell],
            }
        )


def direction(before: np.ndarray, after: np.ndarray, not_yet: int) -> np.ndarray:
    """Positions in DIRECTIONS of moves between states; `not_yet` is the last of them."""
    rules = {
        "stayed": before == after,
        "new": before == not_yet,
        "lapsed": after == not_yet - 2,
        "returned all": after == not_yet - 1,
        "came back": before >= not_yet - 2,
        "up": after < before,
    }
    at = [DIRECTIONS.index(name) for name in rules]
    return np.select(list(rules.values()), at, DIRECTIONS.index("down"))
