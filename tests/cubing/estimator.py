"""The dashboard's estimator (web/src/kernel/estimates.js) in Python, and simulated shops to try it on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

Z = 1.959963984540054  # 95 %
FEWEST = 30  # units of the sample in a selection
SIZE, CERTAIN = 3_000, 3  # customers of the sample, of whom one in three spent most
KINDS = ("pareto", "lognormal")


@dataclass(frozen=True)
class Estimate:
    """A sum over everyone and half of its interval."""

    value: float
    margin: float


def estimate(
    values: np.ndarray,
    weights: np.ndarray,
    beside: tuple[np.ndarray, float] | None = None,
) -> Estimate:
    """As the page's script has it. beside: another number of each unit, and its sum over everyone."""
    is_certain = weights == 1
    certain, others = values[is_certain].sum(), (weights * values)[~is_certain].sum()
    factor, residual = 1.0, values.astype("float64")
    if beside is not None:
        other, total = beside
        top, rest = other[is_certain].sum(), (weights * other)[~is_certain].sum()
        if rest > 0 and total > top:
            factor = (total - top) / rest
        residual = factor * (values - (others / rest if rest else 0) * other)
    variance = second = third = 0.0
    for weight in np.unique(weights[~is_certain]):
        some = residual[weights == weight]
        away = some - some.mean()
        size, squares = len(some), (away**2).sum()
        variance += weight * (weight - 1) * size * squares / max(size - 1, 1)
        second += weight**2 * squares
        third += weight**3 * (away**3).sum()
    skew = third / second**1.5 if second > 0 else 0.0
    side = max(abs(_unskewed(z, skew)) for z in (Z, -Z))
    return Estimate(float(certain + factor * others), float(side * np.sqrt(variance)))


def _unskewed(z: float, skew: float) -> float:
    if abs(skew) < 1e-9:
        return z
    return float(3 / skew * (np.cbrt(1 + skew * (z - skew / 6)) - 1))


def of_equal_draws(values: np.ndarray, everyone: int, is_count: bool) -> Estimate:
    """What a plain random sample with a normal interval says, as the page did before."""
    size, scale = len(values), everyone / len(values)
    total, squares = values.sum(), (values**2).sum()
    rest = max(squares - total**2 / size, 0)
    unit = 1 if is_count else max(squares / size, 1)
    margin = 1.96 * scale * np.sqrt((1 - size / everyone) * rest + unit)
    return Estimate(float(total * scale), float(margin))


@dataclass(frozen=True)
class Case:
    """What is asked of one drawn sample: the estimates and what is true, by figure."""

    new: dict[str, Estimate]
    old: dict[str, Estimate]
    truth: dict[str, float]
    units: int


def cases(
    kind: str, share: float, is_of_people: bool, seed: int, shops: int, draws: int
) -> Iterator[Case]:
    """Samples of shops of 20,000 customers, and a selection of a share of the customers or of the lines.

    Spend per order differs between customers as Pareto with tail 1.2 (or lognormal with spread 1.2). The
    ratio is to the gross revenue of four times as wide a selection.
    """
    lots = np.random.default_rng([seed, KINDS.index(kind), round(1000 * share), is_of_people])
    many = 20_000
    for _ in range(shops):
        orders = 1 + lots.poisson(lots.gamma(0.7, 4, many))
        spread = lots.pareto(1.2, many) + 0.3 if kind == "pareto" else lots.lognormal(0, 1.2, many)
        who = np.repeat(np.arange(many), orders)
        amount = np.rint(2_000 * spread[who] * lots.lognormal(0, 0.8, len(who)))
        wide = lots.random(many if is_of_people else len(who)) < min(4 * share, 1)
        narrow = wide & (lots.random(len(wide)) < max(share / min(4 * share, 1), share))
        is_in, is_near = (some[who] if is_of_people else some for some in (narrow, wide))
        spend = np.bincount(who, amount, many)
        values = {
            "net": np.bincount(who, amount * is_in, many),
            "purchases": np.bincount(who, is_in, many),
        }
        values["buyers"] = (values["purchases"] > 0).astype("float64")
        beside = np.bincount(who, amount * is_near, many)
        largest = np.argsort(-spend, kind="stable")[: SIZE // CERTAIN]
        others = np.setdiff1d(np.arange(many), largest)
        for _ in range(draws):
            drawn = lots.choice(others, SIZE - len(largest), replace=False)
            units = np.concatenate([largest, drawn])
            weights = np.repeat([1.0, len(others) / len(drawn)], [len(largest), len(drawn)])
            plain = lots.choice(many, SIZE, replace=False)
            ratio = beside[units], float(beside.sum())
            yield Case(
                {
                    name: estimate(each[units], weights, ratio if name == "net" else None)
                    for name, each in values.items()
                },
                {
                    name: of_equal_draws(each[plain], many, name != "net")
                    for name, each in values.items()
                },
                {name: float(each.sum()) for name, each in values.items()},
                int((values["purchases"][units] > 0).sum()),
            )


@dataclass(frozen=True)
class Coverage:
    """Of each figure, the share of the intervals that have the truth; half of an interval over the value; how many
    were shown."""

    new: dict[str, float]
    old: dict[str, float]
    width: dict[str, float]
    shown: float


def coverage(
    kind: str, share: float, is_of_people: bool, *, seed: int = 0, shops: int = 20, draws: int = 20
) -> Coverage:
    """How often the intervals have the truth, of those samples that have FEWEST units in the selection."""
    every = list(cases(kind, share, is_of_people, seed, shops, draws))
    shown = [case for case in every if case.units >= FEWEST]
    names = ("net", "purchases", "buyers")
    is_in = {
        which: {
            name: float(
                np.mean(
                    [
                        abs(getattr(case, which)[name].value - case.truth[name])
                        <= getattr(case, which)[name].margin
                        for case in shown
                    ]
                )
            )
            for name in names
        }
        for which in ("new", "old")
    }
    width = {
        name: float(np.median([case.new[name].margin / case.truth[name] for case in shown]))
        for name in names
    }
    return Coverage(is_in["new"], is_in["old"], width, len(shown) / len(every))
