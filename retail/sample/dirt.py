"""The dirt of the sample: what real exports have and a careful reader must not trip over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from retail.sample import truth
from retail.sample.lines import Line, refund
from retail.sample.rng import Rng
from retail.sample.shoppers import DAYS, Shopper
from retail.sample.truth import Product


def refunds_beyond(rng: Rng, back: list[Line]) -> list[Line]:
    """Some of the returns once more, one to five days later: more than was bought."""
    early = [line for line in back if line.day + 5 < DAYS]
    return [
        refund(line, -line.units, rng.whole(1, 5))
        for line in rng.some_of(early, truth.REFUNDS_BEYOND)
    ]


def orphan_refunds(rng: Rng, shoppers: list[Shopper], ids: Iterator[int]) -> list[Line]:
    """Refunds on the file's first days whose purchases came before it, the first to a prospect."""
    buyers = [shopper for shopper in shoppers if shopper.purchase_days]
    prospects = [shopper for shopper in shoppers if not shopper.purchase_days]
    refunded = [rng.one_of(prospects), *rng.some_of(buyers, truth.ORPHAN_REFUNDS - 1)]
    return [
        Line(
            transaction_id=next(ids),
            customer_id=shopper.customer_id,
            day=rng.whole(0, 5),
            product=(product := rng.one_of(_liked(shopper))),
            units=-1,
            price=rng.one_of(product.prices),
            channel=truth.CHANNELS[0],
        )
        for shopper in refunded
    ]


def repeats(rng: Rng, lines: list[Line]) -> list[Line]:
    """Some of the lines, to stand in the file a second time."""
    bought = [line for line in lines if line.units > 0]
    back = [line for line in lines if line.units < 0]
    return [
        *rng.some_of(bought, truth.REPEATED_PURCHASE_LINES),
        *rng.some_of(back, truth.REPEATED_RETURN_LINES),
    ]


def with_blanks(rng: Rng, shoppers: list[Shopper]) -> list[Shopper]:
    """The same customers, some of them without a gender and others without a city."""
    unlucky = rng.some_of(range(len(shoppers)), truth.BLANK_GENDERS + truth.BLANK_CITIES)
    no_gender = set(unlucky[: truth.BLANK_GENDERS])
    no_city = set(unlucky[truth.BLANK_GENDERS :])
    return [
        replace(
            shopper,
            gender="" if place in no_gender else shopper.gender,
            city_code=None if place in no_city else shopper.city_code,
        )
        for place, shopper in enumerate(shoppers)
    ]


def _liked(shopper: Shopper) -> list[Product]:
    """The subcategories of the customer's taste."""
    return [product for product in truth.PRODUCTS if product.block in shopper.group.blocks]
