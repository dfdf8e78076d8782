"""Backtest: segments as of some days ago, and the share of each that bought in the days after.

Three windows of equal length, one after the other, the latest ending with the last purchase. Segments
predict when they differ in the latest window and in most windows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from retail import frames
from retail.locale import PLAIN, Locale
from retail.segments import backtest_words, gaps, past_states, rfm, scored, shares
from retail.segments.naming_conventions import Convention
from retail.segments.rfm import Cuts

LEVEL = 0.01  # p-value up to which segments are said to differ
FAMILY = 0.05  # chance that any segment is set apart besides those that differ
FEWEST = 50  # scored customers wanted
WINDOWS = 3


@dataclass(frozen=True)
class Backtest:
    """`tables`: backtest (by segment), backtest_test (one row) and backtest_windows; `sentences` for the
    page."""

    tables: dict[str, pd.DataFrame]
    sentences: list[str]

    @property
    def holds(self) -> dict[str, bool]:
        """By segment: whether its share of buyers differs from that of others; empty when untested."""
        if "backtest" not in self.tables:
            return {}
        table = self.tables["backtest"]
        return dict(zip(table["segment"], table["holds"].tolist(), strict=True))


@dataclass(frozen=True)
class Outcome:
    """One segment in one window: who was in it, who of them bought, and their net revenue since.

    promise: whether 'more' or 'fewer' are to be expected to buy than of others; '' for neither.
    """

    segment: str
    group: shares.Group
    net: int
    versus: shares.Comparison
    promise: str = ""

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % around the share."""
        return (
            shares.wilson(self.group.bought, self.group.customers) if self.group.customers else None
        )

    @property
    def words(self) -> str:
        """Whether 'more' or 'fewer' of them have bought than of the others."""
        return "more" if (self.group.share or 0.0) > (self.versus.others.share or 0.0) else "fewer"

    @property
    def is_kept(self) -> bool:
        """Whether they are set apart, and not the other way than their scores promise."""
        return self.versus.is_apart and self.promise in ("", self.words)


@dataclass(frozen=True)
class Window:
    """Scores of one day, and what came in the days after.

    trends: by score ('r', 'f'), z and its p-value; None where there is nothing to compare.
    """

    scored_on: int
    through: int
    everyone: shares.Group
    outcomes: Sequence[Outcome]
    p_value: float | None
    trends: Mapping[str, tuple[float, float] | None]

    @property
    def do_differ(self) -> bool:
        """Whether segments differ in who buys."""
        return self.p_value is not None and self.p_value <= LEVEL

    @property
    def apart(self) -> dict[str, str]:
        """Segments that are set apart: 'more' or 'fewer' by name. None are where segments don't differ."""
        return {one.segment: one.words for one in self.outcomes if one.versus.is_apart}

    def undecided(self) -> Window:
        """The same with no segment set apart."""
        against = shares.apart([one.group for one in self.outcomes], 0)
        outcomes = [replace(one, versus=v) for one, v in zip(self.outcomes, against, strict=True)]
        return replace(self, outcomes=outcomes)

    @property
    def rising(self) -> dict[str, bool]:
        """Scores with a trend: whether more buy the higher they are. Two are tested (Holm 1979)."""
        tested = {name: trend for name, trend in self.trends.items() if trend}
        surest = min((p for _, p in tested.values()), default=1.0)
        limit = {name: LEVEL if p > surest else LEVEL / 2 for name, (_, p) in tested.items()}
        if surest > LEVEL / 2:
            return {}
        return {name: z > 0 for name, (z, p) in tested.items() if p <= limit[name]}


@dataclass(frozen=True)
class Agreed:
    """What the latest window says, if most windows say it.

    do_differ: segments differ in who buys. rising: see `Window`.
    """

    do_differ: bool
    rising: Mapping[str, bool]

    @staticmethod
    def of(windows: Sequence[Window]) -> Agreed:
        """Of windows, the latest first."""
        latest, most = windows[0], len(windows) // 2 + 1
        rising = {
            name: is_rising
            for name, is_rising in latest.rising.items()
            if sum(each.rising.get(name) is is_rising for each in windows) >= most
        }
        many = sum(each.do_differ for each in windows)
        return Agreed(latest.do_differ and many >= most, rising)


def analyse(
    past: Iterable[tuple[pd.DataFrame, pd.DataFrame]],
    *,
    through: int,
    days: int,
    cuts: Cuts,
    convention: Convention,
    scheme: str = "quantiles",
    locale: Locale = PLAIN,
) -> Backtest:
    """Score the customers as of `days` before `through`, by what was known then, and look what came; and
    the same twice before.

    `past` is PURCHASES and RETURN_LINES, in parts that each have some customers whole. Bought means
    a purchase within the following `days`. through: day of the last purchase. `cuts` are cut points
    fixed by hand; `scheme` is that of the others (`scored.scheme_cuts`), from what was known then.
    """
    scored_on = [through - days * at for at in range(1, WINDOWS + 1)]
    states: list[list[pd.DataFrame]] = [[] for _ in scored_on]
    rhythms = [gaps.NONE for _ in scored_on]
    for purchases, return_lines in past:
        for at, day in enumerate(scored_on):
            states[at].append(_state(purchases, return_lines, day, days))
            if scheme == "rhythm":
                rhythms[at] += gaps.of(purchases, day)
    windows: list[Window] = []
    for some, day, rhythm in zip(states, scored_on, rhythms, strict=True):
        then = rfm.measured(pd.concat(some, ignore_index=True), day)
        then = then[then["group"] == "scored"].reset_index(drop=True)
        if len(then) < FEWEST:
            if not windows:
                return Backtest({}, [backtest_words.too_few(len(then), FEWEST, days, locale)])
            break
        known = scored.scheme_cuts(scheme, convention.bins, cuts, rhythm, then)
        scores = rfm.score(then, convention.bins, *known).table
        named = then.assign(segment=convention.name(scores), r=scores["r"], f=scores["f"])
        windows.append(window(named, convention, day, day + days))
    return judged(windows, days, locale)


def _state(
    purchases: pd.DataFrame, return_lines: pd.DataFrame, scored_on: int, days: int
) -> pd.DataFrame:
    """Customers as known on a day; whether each bought in the `days` after, and the net revenue."""
    state = past_states.state_at(purchases, return_lines, scored_on)
    ids = state["customer_id"]
    net = pd.Series(0, index=pd.Index(ids))
    bought, back = (
        lines[lines["day"].between(scored_on + 1, scored_on + days)]
        for lines in (purchases, return_lines)
    )
    for lines, money in ((bought, "gross"), (back, "amount")):
        net = net.add(lines.groupby("customer_id")[money].sum().reindex(net.index, fill_value=0))
    buyers = bought["customer_id"].drop_duplicates()
    return state.assign(bought=frames.is_among(ids, buyers), net_since=net.to_numpy("int64"))


def window(customers: pd.DataFrame, convention: Convention, scored_on: int, through: int) -> Window:
    """What came of customers: segment, r and f of the day of the scores, bought, net_since."""
    by_name = customers.groupby("segment").agg(
        customers=("bought", "size"), bought=("bought", "sum"), net=("net_since", "sum")
    )
    counts = by_name.reindex([rule.name for rule in convention.rules], fill_value=0)
    rows = [tuple(map(int, row)) for row in counts.itertuples(index=False)]
    groups = [shares.Group(many, bought) for many, bought, _ in rows]
    p_value = shares.all_alike(groups)
    do_differ = p_value is not None and p_value <= LEVEL
    outcomes = [
        Outcome(rule.name, group, net, versus, rule.promise(convention.bins))
        for rule, group, (*_, net), versus in zip(
            convention.rules,
            groups,
            rows,
            shares.apart(groups, FAMILY if do_differ else 0),
            strict=True,
        )
    ]
    trends = {name: shares.trend(by_score(customers, name, convention.bins)) for name in ("r", "f")}
    everyone = shares.Group(len(customers), int(customers["bought"].sum()))
    return Window(scored_on, through, everyone, outcomes, p_value, trends)


def by_score(customers: pd.DataFrame, name: str, bins: int) -> list[shares.Group]:
    """Customers and buyers of each score of r or f, from 1 up."""
    bought = customers.groupby(customers[name].astype("int64"))["bought"].agg(["size", "sum"])
    some = bought.reindex(range(1, bins + 1), fill_value=0)
    return [shares.Group(int(many), int(buyers)) for many, buyers in some.itertuples(index=False)]


def judged(windows: Sequence[Window], days: int, locale: Locale = PLAIN) -> Backtest:
    """The tables and sentences of windows, the latest first."""
    agreed = Agreed.of(windows)
    latest = windows[0] if agreed.do_differ else windows[0].undecided()
    said = backtest_words.verdict(windows, agreed, days, locale)
    everyone = latest.everyone.customers
    rows = [
        {
            "segment": one.segment,
            "customers": one.group.customers,
            "bought": one.group.bought,
            "share": one.group.share,
            "low": one.interval[0] if one.interval else None,
            "high": one.interval[1] if one.interval else None,
            "share_of_others": one.versus.others.share,
            "p_value": one.versus.p_value,
            "net": one.net,
            "net_per_customer": _mean(one.net, one.group.customers),
            "net_per_other": _net_per_other(latest, one),
            "windows": sum(each.apart.get(one.segment) == one.words for each in windows),
            "holds": agreed.do_differ and one.is_kept,
            "verdict": backtest_words.of_segment(one, everyone, agreed.do_differ, days, locale),
            "order": order,
        }
        for order, one in enumerate(latest.outcomes, 1)
    ]
    test = {
        **_counts(latest),
        "windows": len(windows),
        "windows_that_differ": sum(each.do_differ for each in windows),
        "do_segments_differ": agreed.do_differ,
        "do_r_scores_order": bool(agreed.rising.get("r")),
        "do_f_scores_order": bool(agreed.rising.get("f")),
        "verdict": said,
    }
    tables = {
        "backtest": pd.DataFrame(rows),
        "backtest_test": pd.DataFrame([test]),
        "backtest_windows": pd.DataFrame([_of_window(each) for each in windows]),
    }
    return Backtest(tables, [said])


def _mean(net: int, customers: int) -> float | None:
    """Net revenue per customer, in the smallest unit."""
    return net / customers if customers else None


def _net_per_other(latest: Window, one: Outcome) -> float | None:
    """Net revenue per customer of all other segments."""
    others = latest.everyone.customers - one.group.customers
    return _mean(sum(each.net for each in latest.outcomes) - one.net, others)


def _counts(each: Window) -> dict[str, object]:
    return {
        "scored_day": each.scored_on,
        "through_day": each.through,
        "customers": each.everyone.customers,
        "bought": each.everyone.bought,
        "share": each.everyone.share,
        "p_value": each.p_value,
    }


def _of_window(each: Window) -> dict[str, object]:
    """A row of BACKTEST_WINDOWS."""
    trends = {name: trend or (None, None) for name, trend in each.trends.items()}
    return {
        **_counts(each),
        "do_differ": each.do_differ,
        "apart": ", ".join(f"{name} ({words})" for name, words in each.apart.items()),
        "r_trend": trends["r"][0],
        "r_p_value": trends["r"][1],
        "f_trend": trends["f"][0],
        "f_p_value": trends["f"][1],
    }
