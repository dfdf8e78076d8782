"""Customers of the sample: attributes, taste, and days on which they buy.

A customer joins with a first purchase, buys at a steady personal rate while active, then goes
quiet (the idea of the BG/NBD model), so the days since the last purchase tell who is still there.
Days are counted from `FIRST_DAY`, which is day 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from tools.sample import truth
from tools.sample.rng import Rng
from tools.sample.truth import Group

DAYS = (truth.LAST_DAY - truth.FIRST_DAY).days + 1


@dataclass(frozen=True)
class Shopper:
    """One customer; a prospect has no `purchase_days`, `gender` and `city_code` may be missing."""

    customer_id: int
    born: date
    gender: str
    city_code: int | None
    group: Group
    purchase_days: tuple[int, ...]


def everyone(rng: Rng) -> list[Shopper]:
    """Buyers and prospects in the order of their ids, which tells nothing about them."""
    season = [_season(date_of(day)) for day in range(DAYS)]
    visits = [_purchase_days(rng, joined, season) for joined in _joining_days(season)]
    visits += [()] * truth.PROSPECTS
    ids = rng.some_of(range(*truth.CUSTOMER_IDS), len(visits))
    shoppers = [_person(rng, name, days) for name, days in zip(ids, visits, strict=True)]
    return sorted(shoppers, key=lambda shopper: shopper.customer_id)


def date_of(day: int) -> date:
    """The calendar date of a day."""
    return truth.FIRST_DAY + timedelta(days=day)


def _season(when: date) -> float:
    """Purchases on this date against an average day of its year."""
    return truth.MONTH_INDEX[when.month - 1] * truth.WEEKDAY_INDEX[when.weekday()]


def _joining_days(season: list[float]) -> list[int]:
    """The day of each customer's first purchase.

    Counted out rather than drawn, so that chance leaves the planted growth alone.
    """
    joining: list[int] = []
    owed = 0.0
    for day, busy in enumerate(season):
        surge = truth.LAUNCH_SURGE * max(0.0, 1 - day / truth.LAUNCH_DAYS)
        growth = truth.YEARLY_GROWTH * day / 365
        owed += truth.NEW_CUSTOMERS_A_DAY * busy * (1 + growth + surge)
        joining += [day] * int(owed)
        owed -= int(owed)
    return joining


def _purchase_days(rng: Rng, joined: int, season: list[float]) -> tuple[int, ...]:
    """The days on which a customer buys who first bought on day `joined`."""
    keenest, laziest = truth.GAP_DAYS
    rate = 1 / (keenest + (laziest - keenest) * rng.share())
    stays = rng.chance(truth.REGULARS)
    gone = joined + rng.whole(*(truth.REGULAR_LIFE_DAYS if stays else truth.PASSING_LIFE_DAYS))
    later = [
        day
        for day in range(joined + 1, DAYS)
        if rng.chance(season[day] * (rate if day < gone else truth.COMEBACKS_A_DAY))
    ]
    return (joined, *later)


def _person(rng: Rng, customer_id: int, purchase_days: tuple[int, ...]) -> Shopper:
    """One customer. Age and gender depend on the taste, nothing depends on the purchases."""
    group = rng.weighted({group: group.share for group in truth.GROUPS})
    youngest, oldest = group.ages
    # The mean of two even draws: most are of middle age, few at either end.
    age = youngest + (oldest - youngest) * (rng.share() + rng.share()) / 2
    cities = dict(enumerate(truth.CITIES.values(), start=1))
    return Shopper(
        customer_id=customer_id,
        born=truth.LAST_DAY - timedelta(days=int(age * 365.25)),
        gender="F" if rng.chance(group.female) else "M",
        city_code=rng.weighted(cities),
        group=group,
        purchase_days=purchase_days,
    )
