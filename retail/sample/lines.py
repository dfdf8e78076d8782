"""Purchases and returns of the sample, line by line, before any dirt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from retail.sample import truth
from retail.sample.dice import Dice
from retail.sample.shoppers import DAYS, Shopper
from retail.sample.truth import Channel, Group, Product


@dataclass(frozen=True)
class Line:
    """One line of Transactions.csv; `units` is negative for a return, `price` is always above 0."""

    transaction_id: int
    customer_id: int
    day: int
    product: Product
    units: int
    price: int
    channel: str


class Numbers:
    """Hands out transaction ids: eleven digits, no two alike."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._used: set[int] = set()

    def fresh(self) -> int:
        """An id that was not handed out before."""
        number = self._dice.whole(10**10, 10**11 - 1)
        if number in self._used:
            return self.fresh()
        self._used.add(number)
        return number


def purchases(dice: Dice, shoppers: list[Shopper], numbers: Numbers) -> list[list[Line]]:
    """One list of lines per purchase."""
    out = []
    for shopper in shoppers:
        turn = dice.whole(0, 1)
        for day, since in shopper.purchase_days:
            p = _purchase(dice, shopper, day, since, turn, numbers.fresh())
            turn += len(p)
            out.append(p)
    return out


def returns(dice: Dice, bought: list[list[Line]]) -> list[Line]:
    """What came back within the file, on the ids of its purchases."""
    back: list[Line] = []
    for lines in bought:
        channel = next(channel for channel in truth.CHANNELS if channel.name == lines[0].channel)
        if dice.chance(truth.WHOLE_RETURN):
            later = dice.whole(1, truth.LONGEST_RETURN_DAYS)
            back += [replace(line, day=line.day + later, units=-line.units) for line in lines]
            continue
        for line in lines:
            if dice.chance(channel.return_rate):
                later = dice.whole(1, truth.LONGEST_RETURN_DAYS)
                units = -dice.whole(1, line.units)
                back.append(replace(line, day=line.day + later, units=units))
    return [line for line in back if line.day < DAYS]


def _purchase(dice: Dice, shopper: Shopper, day: int, since: int, turn: int, transaction_id: int) -> list[Line]:
    """A basket of different subcategories, in one channel."""
    channel = channel_of(dice, day)
    count = _basket_size(dice, since)
    return [
        Line(
            transaction_id=transaction_id,
            customer_id=shopper.customer_id,
            day=day,
            product=product,
            units=dice.weighted((1, 2, 3, 4), truth.UNITS_WEIGHTS),
            price=_price(dice, product, channel),
            channel=channel.name,
        )
        for product in _basket(dice, shopper.group, turn, count)
    ]


def channel_of(dice: Dice, day: int) -> Channel:
    """The channel of a purchase on this day."""
    passed = day / (DAYS - 1)
    shares = [c.first_share + (c.last_share - c.first_share) * passed for c in truth.CHANNELS]
    return dice.weighted(truth.CHANNELS, shares)


def _basket_size(dice: Dice, since: int) -> int:
    """Lines of a purchase: those who were long away stock up."""
    if since > truth.STOCK_UP_DAYS:
        return dice.weighted(truth.BIG[0],truth.BIG[1])
    return dice.weighted(truth.SMALL[0],truth.SMALL[1])


def _basket(dice: Dice, group: Group, turn: int, count: int) -> Iterator[Product]:
    """`count` different products, from the group's two blocks in turn."""
    chosen: set[Product] = set()
    while len(chosen) < count:
        block = group.blocks[(turn + len(chosen)) % 2]
        if dice.chance(truth.CROSS_PURCHASES):
            block = truth.OPPOSITE[block]
        shelf = [p for p in truth.PRODUCTS if p.block == block and p not in chosen]
        product = dice.weighted(shelf, [p.weight for p in shelf])
        chosen.add(product)
        yield product


def _price(dice: Dice, product: Product, channel: Channel) -> int:
    """One of the product's prices; the weak channel sells the cheaper of two."""
    price = dice.one_of(product.prices)
    if channel.name == truth.WEAK_CHANNEL:
        return min(price, dice.one_of(product.prices))
    return price
