"""Purchases and returns of the sample, line by line, before any dirt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retail.sample import truth
from retail.sample.rng import Rng
from retail.sample.shoppers import DAYS, Shopper
from retail.sample.truth import Channel, Product


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
    """What came back until the last day, on the ids of its purchases."""
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
