"""Sentences on what the backtest found, for pages: of all segments, and of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from retail.locale import Locale
from retail.segments.shares import DRAWS

if TYPE_CHECKING:
    from retail.segments.backtest import Agreed, Outcome, Window

LETTERS = {"r": "R", "f": "F"}


def too_few(customers: int, fewest: int, days: int, locale: Locale) -> str:
    """Said when fewer customers are scored than a test needs."""
    only = f"only {locale.count(customers)} customers were"
    if customers < 2:
        only = f"{'only 1' if customers else 'no'} customer was"
    return (
        f"Whether segments predict can't be said: {only} scored {days} days ago, and {fewest} are "
        "needed."
    )


def verdict(windows: Sequence[Window], agreed: Agreed, days: int, locale: Locale) -> str:
    """Whether segments predict, in which windows, and whether scores show a trend."""
    latest = windows[0]
    if latest.p_value is None:
        return (
            f"Whether segments predict can't be said: all or none of the customers scored {days} "
            "days ago have bought since, or all are in one segment."
        )
    said = [_of_segments(windows, agreed, days, locale), _of_trends(windows, agreed.rising, locale)]
    return " ".join(said)


def _of_segments(windows: Sequence[Window], agreed: Agreed, days: int, locale: Locale) -> str:
    latest = windows[0]
    chance = f"chi-squared by {locale.count(DRAWS)} draws, p {shown_p(latest.p_value, locale)}"
    if agreed.do_differ:
        return (
            f"Segments predict: of who was scored {days} days ago, {_extremes(latest, locale)} "
            f"({chance}). {_how_often(windows)}"
        )
    if latest.do_differ:
        return (
            f"Segments can't be relied on to predict who buys here: those of {days} days ago differ "
            f"in who has bought since ({chance}), but earlier ones mostly do not. "
            f"{_how_often(windows)} Take them as a description of the past."
        )
    return (
        f"Segments do not predict who buys here, as far as {locale.count(latest.everyone.customers)} "
        f"customers can tell: those of {days} days ago do not differ in who has bought since ({chance}). "
        f"{_how_often(windows)} Take them as a description of the past."
    )


def _how_often(windows: Sequence[Window]) -> str:
    """In how many windows segments differ."""
    many, differ = len(windows), sum(each.do_differ for each in windows)
    if many == 1:
        return "There are too few customers for a second test further back."
    if not differ:
        return f"They differ in none of the {many} windows that were tested."
    return f"They differ in {differ} of the {many} windows that were tested."


def _extremes(latest: Window, locale: Locale) -> str:
    """The highest and the lowest share: of the segments that are set apart, and of the others together."""
    apart = [one for one in latest.outcomes if one.versus.is_apart]
    others = [
        one.group
        for one in latest.outcomes
        if not one.versus.is_apart and not one.versus.is_between
    ]
    if not apart:
        return (
            "segments differ in who has bought since, though no single one clearly from the others"
        )
    shares = {f"“{one.segment}”": one.group.share or 0.0 for one in apart}
    if customers := sum(group.customers for group in others):
        rest = "all others" if len(apart) == 1 else "those that do not differ"
        shares[rest] = sum(group.bought for group in others) / customers
    most, least = max(shares, key=shares.__getitem__), min(shares, key=shares.__getitem__)
    return (
        f"{locale.percentage(shares[most])} of {most} have bought since and "
        f"{locale.percentage(shares[least])} of {least}"
    )


def _of_trends(windows: Sequence[Window], rising: Mapping[str, bool], locale: Locale) -> str:
    """Whether more buy the higher a score."""
    said = []
    for name, is_rising in rising.items():
        p_value = (windows[0].trends[name] or (0.0, 1.0))[1]
        said.append(
            f"The higher the {LETTERS[name]} score, the {'more' if is_rising else 'fewer'} buy"
            f"{'' if is_rising else ', against what it promises'} (Cochran-Armitage, p "
            f"{shown_p(p_value, locale)})."
        )
    without = [letter for name, letter in LETTERS.items() if name not in rising]
    is_any = any(each.rising for each in windows)
    where = "" if len(windows) == 1 else " in most windows" if is_any else " in any window"
    if len(without) == 2:
        said.append(f"Neither R nor F scores show a trend{where}.")
    elif without:
        said.append(f"{without[0]} scores show no trend{where}.")
    return " ".join(said)


def shown_p(p_value: float | None, locale: Locale) -> str:
    """'= 0.398' or 'below 0.001'."""
    if p_value is None:
        return "unknown"
    return f"below {locale.real(0.001, 3)}" if p_value < 0.001 else f"= {locale.real(p_value, 3)}"


def of_segment(one: Outcome, everyone: int, do_differ: bool, days: int, locale: Locale) -> str:
    """One sentence for the page of a segment. everyone: how many customers were scored."""
    if one.group.share is None or one.interval is None:
        return f"No one was in this segment {days} days earlier."
    who = "customer who was" if one.group.customers == 1 else "customers who were"
    found = (
        f"{locale.percentage(one.group.share)} of the {locale.count(one.group.customers)} {who} in it "
        f"{days} days earlier ha{'s' if one.group.customers == 1 else 've'} bought since "
        f"({locale.percentage(0.95)} interval {locale.percentage(one.interval[0])} to "
        f"{locale.percentage(one.interval[1])})"
    )
    if one.versus.others.share is None:
        return f"{found}; there is no one else to compare with."
    are_all = one.versus.others.customers == everyone - one.group.customers
    others = "all others" if are_all else "the others that do not differ more clearly"
    against = f"{locale.percentage(one.versus.others.share)} of {others}"
    if not do_differ:
        return f"{found}, against {against}."
    if one.versus.is_between:
        return f"{found}, between {against} and those that do."
    if not one.versus.is_apart:
        return f"{found}, not clearly different from {against}."
    if not one.is_kept:
        return f"{found}, {one.words} than {against}: the opposite of what their scores promise."
    return f"{found}, {one.words} than {against}."
