"""The change of revenue per unit, taken apart: prices, the mix of products, and products that are new or gone.

Revenue per unit is the mean of the products' prices, weighted by their shares of the units. Its change is the
sum over products of mean share x change of price (price) and mean price x change of share (mix): the midpoint
split (Marshall and Edgeworth's weights), which has no rest. A product that sold in one of the two months only
has no change of price; it counts by how its price differs from the mean of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from retail.schema.rounding import half_up

FINE = (
    10**12
)  # a product's part is rounded to this part of the smallest unit; the sum of all stays exact


@dataclass(frozen=True)
class Split:
    """Parts of the change of gross / units, in smallest units; they add up to it exactly.

    entered: of products that sold in one of the months only; None where there is none. mix: None where there is one
    product.
    """

    price: Fraction
    mix: Fraction | None
    entered: Fraction | None


def split(products: pd.DataFrame) -> Split:
    """The parts, from gross and sold units of each product in both months.

    Takes gross_before, units_before, gross_now and units_now, whole numbers, 0 where it did not sell; both months
    have units.
    """
    sums = [
        int(products[name].sum())
        for name in ("gross_before", "units_before", "gross_now", "units_now")
    ]
    gross_before, units_before, gross_now, units_now = sums
    price, lasting, rest = 0, 0, [0, 0, 0, 0]
    for row in products[["gross_before", "units_before", "gross_now", "units_now"]].itertuples(
        index=False
    ):
        g0, q0, g1, q1 = map(int, row)
        if q0 <= 0 or q1 <= 0:
            rest = [total + one for total, one in zip(rest, (g0, q0, g1, q1), strict=True)]
            continue
        lasting += 1
        # (q0 / Q0 + q1 / Q1) / 2 x (g1 / q1 - g0 / q0)
        above = (q0 * units_now + q1 * units_before) * (g1 * q0 - g0 * q1)
        price += half_up(above * FINE, 2 * units_before * units_now * q0 * q1)
    before, now = Fraction(gross_before, units_before), Fraction(gross_now, units_now)
    g0, q0, g1, q1 = rest
    usual = (before + now) / 2
    entered = (g1 - usual * q1) / units_now - (g0 - usual * q0) / units_before
    has_entered = lasting < len(products)
    priced = Fraction(price, FINE)
    if lasting == len(products) == 1:
        return Split(now - before, None, None)
    mix = now - before - priced - (entered if has_entered else 0)
    return Split(priced, mix, entered if has_entered else None)
