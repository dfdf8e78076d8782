"""Last full month against the same month a year before: a bridge that adds up, and what changed most.

gross = buyers x purchases per buyer x units per purchase x revenue per unit, of known customers in
categories and channels that sold in both months; what entered or left, guests and returns are steps
of their own. The change is split over the factors by Shapley's shares, and the share of revenue per unit
over prices and the mix of products (`price_and_mix`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise
from math import factorial, floor, prod
from typing import Any

import pandas as pd

from retail import frames
from retail.aggregates.month_pair import MonthPair, lasting_names
from retail.changes.month_noise import month_noise
from retail.changes.movers import movers
from retail.changes.price_and_mix import Split, split
from retail.locale import Locale
from retail.schema.dimensions import OF_LINE, PRODUCT, WATCHED, Dimension
from retail.schema.units import Units

NAMED_STEPS = 5  # names that entered or left, on their own; the others together
FEATURES = {d.name: d.needs for d in (*PRODUCT, *OF_LINE)}


def tables(
    pair: MonthPair | None, units: Units, features: frozenset[str]
) -> dict[str, pd.DataFrame]:
    """The tables of `schema.changes.TABLES`, as far as the pair of months can tell."""
    if pair is None:
        return {}
    locale = Locale.of(units.locale)
    parts = _parts(pair, "quantity" in features)
    found = {
        "net_bridge": _bridge(pair, parts, locale),
        "month_noise": month_noise(pair, locale),
    }
    if parts:
        found["bridge_factors"] = _factors(pair.lasting, parts, units, "quantity" in features)
        found["price_and_mix"] = _price_and_mix(parts, units)
    known = [key for key, needed in FEATURES.items() if needed in features]
    if pair.cells["category"].equals(pair.cells["subcategory"]):  # there are none, see `lines`
        known = [key for key in known if key != "subcategory"]
    variances = {
        (key, name): variance
        for key in known
        for name, variance in _variances(pair.orders[key], key).items()
    }
    moved = movers({key: _net(pair.cells, key) for key in known}, variances)
    return {**found, "month_movers": moved} if len(moved) else found


@dataclass(frozen=True)
class Part:
    """One step of the change of gross revenue of known customers; per_unit: of a part of revenue per unit."""

    step: str
    amount: int
    per_unit: Fraction | None = None


def _parts(pair: MonthPair, has_units: bool) -> list[Part]:
    """The factors' shares of the change, that of revenue per unit in parts; none where a factor is 0."""
    sides = _sides(pair.lasting)
    if any(side[name] <= 0 for side in sides for name in ("buyers", "purchases", "sold_units")):
        return []
    before, now = (_ratios(side) for side in sides)
    shares = [_share(before, now, factor) for factor in range(3)]
    weight = _weight(before, now, 3)
    per_unit = _named(split(pair.products), pair)
    amounts = whole([*shares, *(weight * part for part in per_unit.values())])
    steps = [*_factor_names(has_units)[:3], *per_unit]
    return [
        Part(step, amount, per_unit.get(step)) for step, amount in zip(steps, amounts, strict=True)
    ]


def _named(parts: Split, pair: MonthPair) -> dict[str, Fraction]:
    """The parts of the change of revenue per unit by what they are called."""
    has_subcategories = not pair.products["category"].equals(pair.products["subcategory"])
    grain = "articles" if pair.articles else "subcategories" if has_subcategories else "categories"
    named = {
        f"Prices within {grain}": parts.price,
        f"Mix of {grain}": parts.mix,
        f"New and gone {grain}": parts.entered,
    }
    return {step: part for step, part in named.items() if part is not None}


def _factor_names(has_units: bool) -> tuple[str, ...]:
    pieces = "Units" if has_units else "Lines"
    last = "Revenue per unit" if has_units else "Amount per line"
    return ("Buyers", "Purchases per buyer", f"{pieces} per purchase", last)


def _sides(lasting: pd.DataFrame) -> list[dict[str, int]]:
    return [{str(n): int(v) for n, v in row.items()} for row in lasting.to_dict("records")]


def _factors(
    lasting: pd.DataFrame, parts: Sequence[Part], units: Units, has_units: bool
) -> pd.DataFrame:
    """BRIDGE_FACTORS; the amount of the last factor is the sum of its parts."""
    before, now = (_ratios(side) for side in _sides(lasting))
    unit = 10**units.quantity_scale  # shown per whole unit
    sizes = (Fraction(1), Fraction(1), Fraction(1, unit), Fraction(unit))
    amounts = [part.amount for part in parts]
    return pd.DataFrame(
        {
            "order": range(1, 5),
            "factor": _factor_names(has_units),
            "kind": ["count", "real", "real", "mean"],
            "before": [float(ratio * size) for ratio, size in zip(before, sizes, strict=True)],
            "now": [float(ratio * size) for ratio, size in zip(now, sizes, strict=True)],
            "amount": [*amounts[:3], sum(amounts[3:])],
        }
    )


def _price_and_mix(parts: Sequence[Part], units: Units) -> pd.DataFrame:
    """PRICE_AND_MIX from the parts of revenue per unit."""
    unit = 10**units.quantity_scale
    rows = [
        (order, part.step, float(part.per_unit * unit), part.amount)
        for order, part in enumerate((one for one in parts if one.per_unit is not None), 1)
        if part.per_unit is not None
    ]
    return pd.DataFrame(rows, columns=["order", "part", "per_unit", "amount"])


def _variances(orders: pd.DataFrame, key: str) -> dict[str, float]:
    """By name, the variance of the difference of the two months: the squares of all orders."""
    name: Any = orders[key]
    if key == "subcategory":
        name = frames.subcategory_labels(orders, " / ")
    return {str(at): float(one) for at, one in orders.groupby(name)["squares"].sum().items()}


def _ratios(side: dict[str, int]) -> list[Fraction]:
    chain = [1, side["buyers"], side["purchases"], side["sold_units"], side["gross"]]
    return [Fraction(above, below) for below, above in pairwise(chain)]


def _bridge(pair: MonthPair, parts: Sequence[Part], locale: Locale) -> pd.DataFrame:
    cells = pair.cells
    is_lasting, entering = pd.Series(True, index=cells.index), []
    for watched in WATCHED:
        lasts = cells[watched.name].isin(lasting_names(cells, watched.name))
        entering += _entering(cells[is_lasting & ~lasts], watched)
        is_lasting &= lasts
    known = pair.lasting.set_index("is_now")["gross"]
    known_change = int(known[1] - known[0])
    steps: list[tuple[str, str, int]] = []
    if parts:
        steps += [(part.step, "factor", part.amount) for part in parts]
    elif known_change:
        steps.append(("Gross revenue of known customers", "factor", known_change))
    guests = _change(cells[is_lasting], "gross") - known_change
    steps += [("Guests", "guests", guests)] if guests else []
    steps += entering
    steps.append(("Returns", "returns", _change(cells, "returns")))
    first, last = (_net_of(cells, side) for side in (0, 1))
    rows = [(f"Net revenue, {locale.month_number(pair.before)}", "month", first), *steps]
    rows.append((f"Net revenue, {locale.month_number(pair.now)}", "month", last))
    return _running(rows)


def _running(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Steps with the sums before and after each; raises ValueError unless they meet the last."""
    table, total = [], 0
    for order, (step, kind, amount) in enumerate(rows, 1):
        start = 0 if kind == "month" else total
        end = start + amount
        if order == len(rows) and end != total:
            raise ValueError(f"the bridge ends at {total}, net revenue is {end}")
        table.append((order, step, kind, amount, start, end))
        total = end
    return pd.DataFrame(table, columns=["order", "step", "kind", "amount", "start", "end"])


def _entering(cells: pd.DataFrame, watched: Dimension) -> list[tuple[str, str, int]]:
    """A step for each name that sold in one of the two months only, the largest first."""
    key, called = watched.name, watched.title.lower()
    signed = cells["gross"].where(cells["is_now"] == 1, -cells["gross"])
    changes = signed.groupby(cells[key]).sum()
    changes = changes[changes != 0]
    ordered = changes.reindex(changes.abs().sort_values(ascending=False, kind="stable").index)
    steps = [
        (f"{'New' if amount > 0 else 'Gone'} {called}: {name}", key, int(amount))
        for name, amount in ordered.iloc[:NAMED_STEPS].items()
    ]
    rest = int(ordered.iloc[NAMED_STEPS:].sum())
    return [*steps, (f"Other new or gone {watched.many}", key, rest)] if rest else steps


def _change(cells: pd.DataFrame, measure: str) -> int:
    by_side = cells.groupby("is_now")[measure].sum()
    return int(by_side.get(1, 0)) - int(by_side.get(0, 0))


def _net_of(cells: pd.DataFrame, side: int) -> int:
    return int(cells.loc[cells["is_now"] == side, ["gross", "returns"]].sum().sum())


def _net(cells: pd.DataFrame, key: str) -> dict[str, tuple[int, int]]:
    """Name -> net revenue of both months; a subcategory's name is with its category."""
    name: Any = cells[key]
    if key == "subcategory":
        name = frames.subcategory_labels(cells, " / ")
    net = (cells["gross"] + cells["returns"]).groupby([name, cells["is_now"]]).sum()
    wide = net.unstack(fill_value=0).reindex(columns=[0, 1], fill_value=0)
    return {str(row[0]): (int(row[1]), int(row[2])) for row in wide.itertuples()}


def shares(before: Sequence[Fraction], now: Sequence[Fraction]) -> list[int]:
    """Whole shares of prod(now) - prod(before), one for each factor; they add up to it exactly.

    Both products must be whole. What is lost in rounding down goes to the largest remainders.

    >>> shares([Fraction(10), Fraction(2)], [Fraction(12), Fraction(3)])
    [5, 11]
    """
    return whole([_share(before, now, factor) for factor in range(len(before))])


def _share(before: Sequence[Fraction], now: Sequence[Fraction], factor: int) -> Fraction:
    return _weight(before, now, factor) * (now[factor] - before[factor])


def _weight(before: Sequence[Fraction], now: Sequence[Fraction], factor: int) -> Fraction:
    """What a change of one factor by 1 adds to the product, averaged over the orders of all changes."""
    count = len(before)
    others = [other for other in range(count) if other != factor]
    total = Fraction(0)
    for size in range(count):
        weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
        for changed in combinations(others, size):
            rest = prod((now[o] if o in changed else before[o] for o in others), start=Fraction(1))
            total += weight * rest
    return total


def whole(parts: Sequence[Fraction]) -> list[int]:
    """Whole numbers near `parts` with the same (whole) sum, by largest remainder; ties by place.

    >>> whole([Fraction(1, 2), Fraction(1, 2), Fraction(-1)])
    [1, 0, -1]
    """
    rounded = [floor(part) for part in parts]
    missing = int(sum(parts, start=Fraction(0))) - sum(rounded)
    by_remainder = sorted(range(len(parts)), key=lambda n: (rounded[n] - parts[n], n))
    for place in by_remainder[:missing]:
        rounded[place] += 1
    return rounded
