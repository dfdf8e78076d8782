"""Names for scores: published conventions as data, one kind of record for all of them.

A convention names customers by ranges of scores. Its rules are tried in order. The default must
leave no cell to chance: `check` refuses a map whose rules overlap or leave a cell uncovered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from retail.errors import ConfigError
from retail.segments import wording


@dataclass(frozen=True)
class Rule:
    """One name and the scores it stands for: inclusive (low, high) by letter.

    Letters are r, f, m, fm (mean of f and m) and sum (of all three).
    """

    name: str
    ranges: Mapping[str, tuple[float, float]]

    def fits(self, scores: Mapping[str, np.ndarray]) -> np.ndarray:
        """True where the scores, by letter, lie in all ranges; False where one is missing."""
        inside = [
            (scores[letter] >= low) & (scores[letter] <= high)
            for letter, (low, high) in self.ranges.items()
        ]
        return np.logical_and.reduce(inside)

    @property
    def words(self) -> str:
        """Such as 'R 3-4, F 4-5'."""
        return ", ".join(
            f"{LETTERS[letter]} {wording.scores(int(low), int(high))}"
            for letter, (low, high) in self.ranges.items()
        )

    def promise(self, bins: int) -> str:
        """What the rule's R and F ranges let one expect: 'more', 'fewer' or ''.

        'more': R and F are high, so more of these customers should buy again than of all others. 'fewer': R is low.
        '': neither.
        """
        middle = (bins + 1) / 2
        (r_low, r_high), (f_low, _) = self.ranges["r"], self.ranges["f"]
        if r_high < middle:
            return "fewer"
        return "more" if r_low >= middle and f_low > middle else ""


MOST_NAMES = 23  # movement writes a state as a letter, and needs three more
LETTERS = {"r": "R", "f": "F", "m": "M", "fm": "mean of F and M", "sum": "score sum"}


@dataclass(frozen=True)
class Convention:
    """A way of naming: its rules on scores of so many bins, tried in order, and its source.

    `rest` names who fits no rule.
    """

    key: str
    title: str
    source: str
    bins: int
    rules: tuple[Rule, ...]
    rest: str = ""

    def name(self, scores: pd.DataFrame) -> pd.Series:
        """The first rule that fits each row of r, f, m; `rest` where none does, else empty text."""
        r, f, m = (scores[letter].to_numpy("float64", na_value=np.nan) for letter in "rfm")
        full = {"r": r, "f": f, "m": m, "sum": r + f + m, "fm": (f + m) / 2}
        at = np.select([rule.fits(full) for rule in self.rules], range(len(self.rules)), -1)
        named = np.array([*(rule.name for rule in self.rules), self.rest])[at]
        named[np.isnan(r)] = ""
        return pd.Series(pd.array(named, dtype="str"), index=scores.index)

    def grid(self) -> dict[tuple[int, int], str]:
        """Name of each cell (r, f), for a convention whose rules don't use m."""
        scores = range(1, self.bins + 1)
        cells = [(r, f) for r in scores for f in scores]
        table = pd.DataFrame(cells, columns=["r", "f"], dtype="Int64").assign(m=1)
        return dict(zip(cells, self.name(table), strict=True))

    @property
    def names(self) -> list[str]:
        """All names in order, the one for the rest last."""
        return [*(rule.name for rule in self.rules), *([self.rest] if self.rest else [])]


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


def _triple(name: str, r: int | None, f: int | None, m: int | None) -> Rule:
    given = {"r": r, "f": f, "m": m}
    return Rule(name, {letter: (n, n) for letter, n in given.items() if n is not None})


def _fm(name: str, r: tuple[int, int], fm: tuple[int, int]) -> Rule:
    return Rule(name, {"r": r, "fm": fm})


def _ranges(name: str, r: tuple[int, int], f: tuple[int, int], m: tuple[int, int]) -> Rule:
    return Rule(name, {"r": r, "f": f, "m": m})


PUTLER = Convention(
    key="putler",
    title="Putler's eleven segments",
    source="Putler, “RFM analysis for successful customer segmentation”, with the ranges as the "
    "vignette of the R package rfm lists them; they overlap, so they are tried in an order of ours, "
    "with the mean of F and M",
    bins=5,
    rules=(
        _fm("Champions", (4, 5), (4, 5)),
        _fm("Can't lose them", (0, 1), (4, 5)),
        _fm("Loyal customers", (2, 5), (3, 5)),
        _fm("Potential loyalist", (3, 5), (1, 3)),
        _fm("New customers", (4, 5), (0, 1)),
        _fm("Promising", (3, 4), (0, 1)),
        _fm("Need attention", (2, 3), (2, 3)),
        _fm("At risk", (0, 2), (2, 5)),
        _fm("About to sleep", (2, 3), (0, 2)),
        _fm("Hibernating", (1, 2), (1, 2)),
        _fm("Lost", (0, 2), (0, 2)),
    ),
)

R_RFM = Convention(
    key="r_rfm",
    title="The R package rfm",
    source="Hebbali, R package rfm 0.2.2: the ranges in the example of rfm_segment, first match wins, on its own "
    "scores (cut points plus one)",
    bins=5,
    rules=(
        _ranges("Champions", (4, 5), (4, 5), (4, 5)),
        _ranges("Loyal customers", (2, 5), (3, 5), (3, 5)),
        _ranges("Potential loyalist", (3, 5), (1, 3), (1, 3)),
        _ranges("New customers", (4, 5), (1, 1), (1, 1)),
        _ranges("Promising", (3, 4), (1, 1), (1, 1)),
        _ranges("Need attention", (2, 3), (2, 3), (2, 3)),
        _ranges("About to sleep", (2, 3), (1, 2), (1, 2)),
        _ranges("At risk", (1, 2), (2, 5), (2, 5)),
        _ranges("Can't lose them", (1, 1), (4, 5), (4, 5)),
        _ranges("Lost", (1, 2), (1, 2), (1, 2)),
    ),
    rest="Others",
)

QUARTILES = Convention(
    key="quartiles",
    title="Quartile codes",
    source="Blast Analytics, “RFM analysis boosts sales”, as commonly quoted; they overlap, so the "
    "narrowest is tried first. 1 is the best quarter and 4 the worst, the other way round than the "
    "scores here",
    bins=4,
    rules=(
        _triple("Best customers (111)", 1, 1, 1),
        _triple("Almost lost (311)", 3, 1, 1),
        _triple("Lost customers (411)", 4, 1, 1),
        _triple("Lost cheap customers (444)", 4, 4, 4),
        _triple("Loyal customers (x1x)", None, 1, None),
        _triple("Big spenders (xx1)", None, None, 1),
    ),
    rest="No name",
)


def of_config(by_name: Mapping[str, Mapping[str, tuple[int, int]]]) -> Convention:
    """The default map, or the config's own (name -> r and f ranges), checked."""
    if not by_name:
        return DEFAULT
    if len(by_name) > MOST_NAMES:
        raise ConfigError(
            f"retail.toml: key rfm.segments: {len(by_name)} names, and there can be {MOST_NAMES} "
            "at most."
        )
    for name, ranges in by_name.items():
        if set(ranges) != {"r", "f"}:
            raise ConfigError(
                f"retail.toml: key rfm.segments.{name}: give r and f, such as "
                "{ r = [4, 5], f = [1, 3] }."
            )
        for letter, (low, high) in ranges.items():
            if not 1 <= low <= high <= DEFAULT.bins:
                raise ConfigError(
                    f"retail.toml: key rfm.segments.{name}: {letter} = [{low}, {high}] is no range "
                    f"of scores from 1 to {DEFAULT.bins}."
                )
    own = Convention(
        DEFAULT.key,
        "retail.toml: key rfm.segments",
        "the config",
        DEFAULT.bins,
        tuple(Rule(name, {"r": at["r"], "f": at["f"]}) for name, at in by_name.items()),
    )
    check(own)
    return own


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
