"""Day-first or month-first, decided per shape from evidence over all lines of a run.

Evidence, in this order: dates that exist in one order only (a part above 12); returns that would
come before their purchase in one order but not in the other. Contradictory evidence, or none, is
not decided here: the caller stops the run or leaves the column out.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from retail.intake.values.date_shapes import COUNTED, SHAPES
from retail.locale import PLAIN, Locale


@dataclass
class Family:
    """Date shapes of one writer that get one order, with the counts of lines that are evidence for it."""

    pattern: str
    shapes: tuple[int, ...]
    lines: int = 0
    only_day_first: int = 0
    only_month_first: int = 0
    differing: int = 0  # dates in both orders, but not the same
    is_day_first: bool | None = None
    evidence: str = ""
    is_contradictory: bool = False

    @property
    def has_order(self) -> bool:
        """Whether there was anything to decide."""
        return SHAPES[self.shapes[0]].has_order

    @property
    def order(self) -> str:
        """In words, as in the config."""
        if self.pattern in COUNTED:
            return "a number"
        if not self.has_order:
            return "year-first" if self.pattern.startswith("Y") else "day-first"
        return "day-first" if self.is_day_first else "month-first"

    @property
    def written(self) -> str:
        """The pattern in the order that was decided."""
        if not self.has_order or self.is_day_first is not False:
            return self.pattern
        return self.pattern.replace("D", "?").replace("M", "D").replace("?", "M")


# Violations under each choice of orders for some families: (day-first?, ...) -> returns before purchase
Violations = Callable[[Mapping[int, bool]], int]


def families(counts: Mapping[int, Sequence[int]]) -> list[Family]:
    """Group date shapes by writer. Padded and short dates are two families if a writer shows both.

    counts: shape -> number of lines: all, valid day-first only, valid month-first only, valid in both but
    different.
    """
    groups: dict[str, list[int]] = {}
    for shape in sorted(counts):
        groups.setdefault(SHAPES[shape].writer, []).append(shape)
    found = []
    for shapes in groups.values():
        paddings = {SHAPES[s].padding for s in shapes}
        together = not {"padded", "short"} <= paddings
        for members in [shapes] if together else [[s] for s in shapes]:
            named = next((s for s in members if SHAPES[s].padding == "short"), members[0])
            family = Family(SHAPES[named].pattern, tuple(members))
            if not together and SHAPES[named].padding == "either":
                family.pattern += " or " + SHAPES[named].writer
            for shape in members:
                values = counts[shape]
                family.lines += values[0]
                family.only_day_first += values[1]
                family.only_month_first += values[2]
                family.differing += values[3]
            found.append(family)
    return sorted(found, key=lambda f: (-f.lines, f.pattern))


def decide(
    found: list[Family],
    order: str,
    violations: Violations | None = None,
    locale: Locale = PLAIN,
) -> None:
    """Decide every family that can be; `is_day_first` stays None for the others.

    `order` is the config's. `violations` counts returns before their purchase for a choice of
    orders by shape.
    """
    for family in found:
        _by_parts(family, locale)
        if family.has_order and order != "auto":
            family.is_day_first = order == "day-first"
            family.is_contradictory = False
            seen = f"; {family.evidence}" if family.evidence else ""
            family.evidence = f'[dates] order = "{order}" in the config{seen}'
    _same_writer(found)
    if violations is None:
        return
    open_ones = [f for f in found if f.is_day_first is None and not f.is_contradictory]
    decided = {
        s: f.is_day_first is not False for f in found for s in f.shapes if f not in open_ones
    }
    if 0 < len(open_ones) <= 4:
        _by_returns(open_ones, decided, violations, locale)
    if order == "auto":
        _contradicted(found, violations, locale)


def follow(found: list[Family], siblings: Sequence[Family], why: str) -> None:
    """Give undecided families the order of another column's family of the same format, if it has one."""
    for family in found:
        if family.is_day_first is not None or family.is_contradictory:
            continue
        for sibling in siblings:
            is_same = sibling.pattern == family.pattern and sibling.has_order
            if is_same and sibling.is_day_first is not None:
                family.is_day_first = sibling.is_day_first
                family.evidence = f"{why} ({sibling.evidence})"


def _by_parts(family: Family, locale: Locale) -> None:
    day, month = family.only_day_first, family.only_month_first
    if not family.has_order:
        family.is_day_first = True
        is_counted = family.pattern in COUNTED
        family.evidence = (
            "[dates] numbers in the config" if is_counted else "the form has one order only"
        )
    elif day and month:
        family.is_contradictory = True
        family.evidence = (
            f"contradictory: {locale.count(day)} dates exist day-first only, {locale.count(month)} "
            "month-first only"
        )
    elif day or month:
        family.is_day_first = day > 0
        place = "first" if day else "second"
        family.evidence = (
            f"in {locale.count(day or month)} of {locale.count(family.lines)} lines the {place} part is "
            "above 12"
        )
    elif not family.differing:
        family.is_day_first = True
        family.evidence = "both parts are equal in every line, so both orders give the same day"


def _same_writer(found: list[Family]) -> None:
    """Decide families whose dates have no padding to tell (such as 10-11-2014).

    They get the order of the writer's padded and short families, if those agree.
    """
    for family in found:
        if family.is_day_first is not None or " or " not in family.pattern:
            continue
        writer = SHAPES[family.shapes[0]].writer
        others = [f for f in found if SHAPES[f.shapes[0]].writer == writer and f is not family]
        orders = {f.is_day_first for f in others}
        if len(orders) == 1 and None not in orders and not family.is_contradictory:
            family.is_day_first = orders.pop()
            family.evidence = "as its forms with and without leading zeros, which agree"


def _by_returns(
    open_ones: list[Family],
    decided: Mapping[int, bool],
    violations: Violations,
    locale: Locale,
) -> None:
    counts: dict[tuple[bool, ...], int] = {}
    for choice in itertools.product((True, False), repeat=len(open_ones)):
        orders = dict(decided)
        for family, is_day_first in zip(open_ones, choice, strict=True):
            orders |= dict.fromkeys(family.shapes, is_day_first)
        counts[choice] = violations(orders)
    best = [choice for choice, count in counts.items() if count == 0]
    for at, family in enumerate(open_ones):
        orders_left = {choice[at] for choice in best}
        other = [count for choice, count in counts.items() if best and choice[at] != best[0][at]]
        if len(orders_left) == 1 and min(other, default=0) > 0:
            family.is_day_first = orders_left.pop()
            wrong = "month-first" if family.is_day_first else "day-first"
            right = "day-first" if family.is_day_first else "month-first"
            family.evidence = (
                f"read {right} every return follows its purchase, "
                f"{wrong} {locale.count(min(other))} come before it; no part is above 12"
            )
        elif not best:
            family.is_contradictory = True
            family.evidence = (
                "contradictory: no part is above 12, and in either order returns come before their "
                f"purchase ({locale.count(min(counts.values()))} at least)"
            )
        else:
            family.evidence = "none: no part is above 12, and returns do not tell the orders apart"


def _contradicted(found: list[Family], violations: Violations, locale: Locale) -> None:
    """Mark families as contradictory when returns come before their purchase, but not in the other order.

    This happens when a spreadsheet has swapped day and month up to 12 in a column and left the others.
    """
    orders = {shape: f.is_day_first is not False for f in found for shape in f.shapes}
    if not any(f.differing and f.has_order for f in found):
        return
    count = violations(orders)
    if not count:
        return
    for family in found:
        if not (family.has_order and family.differing and family.is_day_first is not None):
            continue
        others = violations(orders | dict.fromkeys(family.shapes, not family.is_day_first))
        if others == 0:
            family.is_contradictory = True
            family.evidence = (
                f"contradictory: {family.evidence}, but then {locale.count(count)} returns come before "
                "their purchase, and with the days up to 12 read in the other order none does"
            )
