"""Names for scores: published conventions as data, one kind of record for all of them.

A convention names customers by ranges of scores. Its rules are tried in order. The default must
leave no cell to chance: `check` refuses a map whose rules overlap or leave a cell uncovered.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from retail.errors import ConfigError
from retail.segments import wording


@dataclass(frozen=True)
class Rule:
    """One name and the scores it stands for: inclusive (low, high) by letter, r, f, m or sum."""

    name: str
    ranges: dict[str, tuple[float, float]]

    def fits(self, scores: pd.DataFrame) -> pd.Series:
        """True where the scores lie in all ranges; False where one is missing."""
        fit = pd.Series(True, index=scores.index)
        for letter, (low, high) in self.ranges.items():
            fit &= scores[letter].between(low, high).fillna(False).astype(bool)
        return fit

    @property
    def words(self) -> str:
        """Such as 'R 3-4, F 4-5'."""
        return ", ".join(
            f"{'score sum' if letter == 'sum' else letter.upper()} "
            f"{wording.scores(int(low), int(high))}"
            for letter, (low, high) in self.ranges.items()
        )


@dataclass(frozen=True)
class Convention:
    """A published way of naming: its rules on scores of so many bins, and who published it."""

    key: str
    title: str
    source: str
    bins: int
    rules: tuple[Rule, ...]

    def name(self, scores: pd.DataFrame) -> pd.Series:
        """The first rule that fits each row of r, f, m (and sum); empty text where none does."""
        full = scores.assign(sum=scores["r"] + scores["f"] + scores["m"])
        fits = [rule.fits(full).to_numpy() for rule in self.rules]
        named = np.select(fits, [rule.name for rule in self.rules], "")
        return pd.Series(pd.array(named, dtype="str"), index=scores.index)


def _cells(name: str, r: tuple[int, int], f: tuple[int, int]) -> Rule:
    return Rule(name, {"r": r, "f": f})


DEFAULT = Convention(
    key="segments",
    title="Segments",
    source="Retail Report's own map, after the names that RFM tools have in common",
    bins=5,
    rules=(
        _cells("Champions", (5, 5), (4, 5)),
        _cells("Loyal", (3, 4), (4, 5)),
        _cells("Potential loyalists", (4, 5), (2, 3)),
        _cells("Recent, few orders", (5, 5), (1, 1)),
        _cells("Occasional", (4, 4), (1, 1)),
        _cells("Need attention", (3, 3), (3, 3)),
        _cells("About to sleep", (3, 3), (1, 2)),
        _cells("Can't lose them", (1, 2), (5, 5)),
        _cells("At risk", (1, 2), (3, 4)),
        _cells("Hibernating", (1, 2), (1, 2)),
    ),
)

SEVEN_LEVELS = Convention(
    key="seven_level",
    title="The original's seven levels",
    source="the score sum of the original dashboard, 4 bins",
    bins=4,
    rules=(
        Rule("Gold", {"sum": (9, 12)}),
        Rule("Can't lose them", {"sum": (8, 8)}),
        Rule("Loyal", {"sum": (7, 7)}),
        Rule("Potential", {"sum": (6, 6)}),
        Rule("Promising", {"sum": (5, 5)}),
        Rule("Needs attention", {"sum": (4, 4)}),
        Rule("Require activation", {"sum": (3, 3)}),
    ),
)


def check(convention: Convention, letters: tuple[str, ...] = ("r", "f")) -> None:
    """Raise ConfigError, naming the cells, when rules overlap or leave a cell without a name."""
    faults = []
    for cell in product(range(1, convention.bins + 1), repeat=len(letters)):
        at = dict(zip(letters, cell, strict=True))
        fits = [rule.name for rule in convention.rules if _covers(rule, at | {"sum": sum(cell)})]
        if len(fits) != 1:
            place = " ".join(f"{letter.upper()}{value}" for letter, value in at.items())
            faults.append(f"{place} is {'in ' + wording.listed(fits) if fits else 'in none'}")
    if faults:
        raise ConfigError(
            f"{convention.title}: every cell needs exactly one name, but " + "; ".join(faults) + "."
        )


def _covers(rule: Rule, at: dict[str, int]) -> bool:
    return all(low <= at[letter] <= high for letter, (low, high) in rule.ranges.items())
