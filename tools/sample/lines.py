"""The lines of the sample: purchases and returns, and the dirt that real exports have.

A careful reader must not trip over the dirt: refunds beyond what was paid, refunds without a purchase,
repeated lines, blank fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tools.sample import truth
from tools.sample.rng import Rng
from tools.sample.shoppers import DAYS, Shopper
from tools.sample.truth import Channel, Product


@dataclass(frozen=True)
class Line:
    """One line of Transactions.csv.

    `units` is negative for a return; `price` is of one unit, before tax, and always above zero.
    """

    transaction_id: int
    customer_id: int
    day: int
    product: Product
    units: int
    price: int
    channel: Channel


def fresh_ids(rng: Rng) -> Iterator[int]:
    """Transaction ids without end: eleven digits, no two alike."""
    used: set[int] = set()
    while True:
        number = rng.whole(10**10, 10**11 - 1)
        if number not in used:
            used.add(number)
            yield number


def purchases(rng: Rng, shoppers: list[Shopper], ids: Iterator[int]) -> list[list[Line]]:
    """The purchases of all customers, each as its lines."""
    return [purchase for shopper in shoppers for purchase in _purchases_of(rng, shopper, ids)]


def returns(rng: Rng, bought: list[list[Line]]) -> list[Line]:
    """Returns until the last day, under the ids of their purchases."""
    back: list[Line] = []
    for purchase in bought:
        if rng.chance(truth.WHOLE_RETURNS):
            days = rng.whole(*truth.RETURN_DAYS)
            back += [refund(line, line.units, days) for line in purchase]
        else:
            back += [
                refund(line, rng.whole(1, line.units), rng.whole(*truth.RETURN_DAYS))
                for line in purchase
                if rng.chance(line.channel.return_rate)
            ]
    return [line for line in back if line.day < DAYS]


def refund(line: Line, units: int, days: int) -> Line:
    """The return of so many units of a line, so many days later."""
    return replace(line, day=line.day + days, units=-units)


def _purchases_of(rng: Rng, shopper: Shopper, ids: Iterator[int]) -> Iterator[list[Line]]:
    """The purchases of one customer, who takes from the group's two blocks in turn."""
    lines_before = rng.whole(0, 1)
    for day in shopper.purchase_days:
        is_first = day == shopper.purchase_days[0]
        size = rng.weighted(truth.FIRST_BASKET if is_first else truth.LATER_BASKET)
        blocks = [shopper.group.blocks[(lines_before + n) % 2] for n in range(size)]
        lines_before += size
        channel = _channel(rng, day)
        transaction_id = next(ids)
        yield [
            Line(
                transaction_id=transaction_id,
                customer_id=shopper.customer_id,
                day=day,
                product=product,
                units=rng.weighted(truth.UNITS),
                price=_price(rng, product, channel),
                channel=channel,
            )
            for product in _basket(rng, blocks)
        ]


def _channel(rng: Rng, day: int) -> Channel:
    """The channel of a purchase on this day."""
    passed = day / (DAYS - 1)
    return rng.weighted(
        {c: c.first_share + (c.last_share - c.first_share) * passed for c in truth.CHANNELS}
    )


def _basket(rng: Rng, blocks: list[str]) -> list[Product]:
    """One product from each block named, or now and then from its opposite; no product twice.

    Two lines of one product in a purchase could be equal, which only the planted repeats may be.
    """
    chosen: list[Product] = []
    for block in blocks:
        chosen_block = truth.OPPOSITE[block] if rng.chance(truth.CROSS_PURCHASES) else block
        left = {p: p.weight for p in truth.PRODUCTS if p.block == chosen_block and p not in chosen}
        chosen.append(rng.weighted(left))
    return chosen


def _price(rng: Rng, product: Product, channel: Channel) -> int:
    """One of the product's prices; in the weak channel the lower of two."""
    price = rng.one_of(product.prices)
    if channel.name == truth.WEAK_CHANNEL:
        return min(price, rng.one_of(product.prices))
    return price


def refunds_beyond(rng: Rng, back: list[Line]) -> list[Line]:
    """Some returns a second time, one to five days later: more is refunded than was bought."""
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
