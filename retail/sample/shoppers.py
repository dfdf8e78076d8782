"""The people of the sample: who they are, what they like, and on which days they buy.

A customer joins with a first purchase, buys at a steady personal rate while active, then goes
quiet (the idea of the BG/NBD model), so the days since the last purchase tell who is still there.
Days are counted from `FIRST_DAY`, which is day 0; days below 0 are before the file begins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from retail.sample import truth
from retail.sample.dice import Dice
from retail.sample.truth import Group

DAYS = (truth.LAST_DAY - truth.FIRST_DAY).days + 1
Season = Mapping[int, float]
"""Day -> how many purchases are made on it against an average day."""


@dataclass(frozen=True)
class Shopper:
    """One customer. `gap_days` is the mean time between purchases while active; one who bought
    nothing within the file has no `purchase_days`."""

    customer_id: int
    born: date
    gender: str
    city_code: str
    group: Group
    purchase_days: tuple[int, ...]


def everyone(dice: Dice) -> list[Shopper]:
    """All customers in the order of their ids: buyers, those who bought only earlier, prospects."""
    season = {day: season_of(day_to_date(day)) for day in range(-truth.WARM_UP_DAYS, DAYS)}
    known = [_visits(dice, joined, season) for joined in _joining_days(season)]
    known = [v for v in known if v is not None]
    known += [()] * truth.PROSPECTS
    ids = dice.some_of(range(*truth.CUSTOMER_IDS), len(known))
    people = [_person(dice, name, visits) for name, visits in zip(ids, known, strict=True)]
    return sorted(people, key=lambda shopper: shopper.customer_id)


def day_to_date(day: int) -> date:
    """The calendar date of a day."""
    return truth.FIRST_DAY + timedelta(days=day)


def season_of(when: date) -> float:
    """Purchases on this date against an average day of its year."""
    return truth.MONTH_INDEX[when.month - 1] * truth.WEEKDAY_INDEX[when.weekday()]


def _visits(dice, joined, season):
    gap = truth.SHORTEST_GAP_DAYS + (truth.LONGEST_GAP_DAYS - truth.SHORTEST_GAP_DAYS) * dice.share()
    gone = joined + truth.LIFE(dice)
    if gone < 0:
        return None
    days = [(joined, 999)]
    last = joined
    for day in range(joined + 1, DAYS):
        rate = 1 / gap if day < gone else truth.DORMANT_RATE
        if dice.chance(rate * season[day]):
            days.append((day, day - last))
            last = day
    days=tuple((d,g) for d,g in days if d>=0)
    return days if joined>=0 or len(days)>=truth.MINOLD else ()


def _joining_days(season):
    owed = 0.0
    out=[]
    for day, busy in season.items():
        owed += truth.NEW_A_DAY * busy * _growth(day)
        while owed >= 1:
            owed -= 1
            out.append(day)
    return out


def _growth(day: int) -> float:
    """New customers on this day against day 0, the season aside: a straight line."""
    return 1 + truth.YEARLY_GROWTH * day / 365


def _person(
    dice: Dice, customer_id: int, purchase_days
) -> Shopper:
    """Who this customer is; only age and gender lean on the taste group."""
    group = dice.weighted(truth.GROUPS, [group.share for group in truth.GROUPS])
    youngest, oldest = group.ages
    # The mean of two even draws: most are of middle age, few at either end.
    age_days = 365.25 * (youngest + (oldest - youngest) * (dice.share() + dice.share()) / 2)
    return Shopper(
        customer_id=customer_id,
        born=truth.LAST_DAY - timedelta(days=int(age_days)),
        gender="F" if dice.chance(group.female) else "M",
        city_code=str(1 + dice.weighted(range(len(truth.CITIES)), [c[1] for c in truth.CITIES])),
        group=group,
        purchase_days=purchase_days,
    )
