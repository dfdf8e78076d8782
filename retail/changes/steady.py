"""Whether this run's data are what the last run's let expect: its volume, its names.

A nightly export that is cut, doubled or has lost a shop reads without an error. So a run is
compared with the last published one that had other figures: two runs on the same input get the same
verdict.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from retail.changes.runs import found
from retail.intake.checks import Check
from retail.locale import PLAIN, Locale
from retail.schema.dimensions import PRODUCT, WATCHED
from retail.schema.units import day_of

MOST_CHANGE = 0.2  # of lines, and of lines a day
USUAL_DAYS = 28  # whole weeks: a shop may be closed on Sundays
MOST_TIMES = 3  # lines a day since then, against the days before; weekends are like that
CHANCE = 4  # standard deviations of a count (its square root) that few lines may be off by
MOST_NAMED = 5


def checks(
    now: dict[str, Any],
    before: dict[str, Any] | None,
    by_day: pd.DataFrame,
    joined: str,
    locale: Locale = PLAIN,
) -> list[Check]:
    """The checks against the last run; none without one.

    now, before: figures of summary.json. by_day: day and lines of this run, exact. joined: what
    the name of a group has in it that stands for several, whose parts are not known.
    """
    if before is None:
        return []
    return [_volume(now, before, by_day, locale), _names(now, before, joined, locale)]


def _volume(
    now: dict[str, Any], before: dict[str, Any], by_day: pd.DataFrame, locale: Locale
) -> Check:
    lines, last_lines = (int(found(side, "lines.kept")) for side in (now, before))
    last_day, day = day_of(before["as_of"]), day_of(now["as_of"])
    covered = last_day - day_of(before["first_date"]) + 1
    rate = lines / (day - day_of(now["first_date"]) + 1)
    last_rate = last_lines / covered
    holds = day >= last_day and lines >= (1 - MOST_CHANGE) * last_lines
    observed = (
        f"{locale.count(lines)} lines to {locale.day_after_1970(day)}, {locale.count(last_lines)} to "
        f"{locale.day_after_1970(last_day)} in that run"
    )
    if covered >= USUAL_DAYS:
        holds = holds and abs(rate - last_rate) <= MOST_CHANGE * last_rate
        observed += f"; {locale.real(rate, 1)} a day, {locale.real(last_rate, 1)} then"
        fresh, usual = _since(by_day, last_day)
        if day > last_day:
            holds = holds and _is_usual(fresh, usual, day - last_day)
            observed += (
                f"; {locale.real(fresh / (day - last_day), 1)} a day since, "
                f"{locale.real(usual / USUAL_DAYS, 1)} in the {USUAL_DAYS} days before"
            )
    expectation = (
        f"no earlier end than in the last run, lines and lines a day within "
        f"{locale.percentage(MOST_CHANGE)} of it, new days with 1/{MOST_TIMES} to {MOST_TIMES} times the usual lines"
    )
    return Check("steady_volume", expectation, observed, holds)


def _since(by_day: pd.DataFrame, last_day: int) -> tuple[int, int]:
    """Lines of the days after a day, and of the USUAL_DAYS up to it."""
    days, lines = by_day["day"], by_day["lines"]
    usual = lines[(days <= last_day) & (days > last_day - USUAL_DAYS)]
    return int(lines[days > last_day].sum()), int(usual.sum())


def _is_usual(fresh: int, usual: int, days: int) -> bool:
    expected = usual / USUAL_DAYS * days
    slack = CHANCE * float(np.sqrt(max(expected, 1.0)))
    low, high = expected / MOST_TIMES - slack, expected * MOST_TIMES + slack
    return low <= fresh <= high


def _names(now: dict[str, Any], before: dict[str, Any], joined: str, locale: Locale) -> Check:
    new, gone = [], []
    holds: bool | None = None
    for watched in WATCHED:
        # Categories are what names are, unless the table says otherwise.
        word = "" if watched in PRODUCT else f"{watched.title.lower()} "
        names, last = (set(found(side, f"net_by.{watched.name}") or ()) for side in (now, before))
        if any(joined in name.casefold() for name in names | last):
            continue
        if names | last:
            holds = holds is not False and names == last
        new += [word + name for name in sorted(names - last)]
        gone += [word + name for name in sorted(last - names)]
    differences = [
        f"{what}: {_listed(some, locale)}" for what, some in (("new", new), ("gone", gone)) if some
    ]
    expectation = f"the {' and '.join(d.many for d in WATCHED)} are those of the last run"
    return Check("steady_names", expectation, "; ".join(differences) or "they are", holds)


def _listed(names: list[str], locale: Locale) -> str:
    more = f" and {locale.count(len(names) - MOST_NAMED)} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
