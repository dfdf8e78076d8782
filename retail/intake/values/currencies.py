"""Several currencies in one file: amounts become those of one currency by the rates of the config.

A rate is what one unit is worth in the currency of the site, written exactly. Amounts are multiplied as whole
numbers and rounded half away from zero, once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.errors import ConfigError, InputError, shown

LARGEST = 2**62
Rates = tuple[
    tuple[str, int, int], ...
]  # currency, numerator, decimals: numerator / 10 ** decimals
EXPECTED = "a currency that [money] rates in retail.toml has a rate for"


def rates(given: Mapping[str, float | str]) -> Rates:
    """The rates of [money] as exact numbers. Raises ConfigError for one that is no number above 0."""
    found = []
    for currency, rate in given.items():
        try:
            exact = Decimal(str(rate).strip())
        except InvalidOperation:
            exact = Decimal(0)
        if not exact.is_finite() or exact <= 0 or abs(exact.adjusted()) > 12:
            raise ConfigError(
                f"[money] rates: {shown(currency)} = {shown(str(rate))}: a rate is a number above 0, such as "
                "0.92: what one unit is worth in the currency of the site."
            )
        _, digits, exponent = exact.normalize().as_tuple()
        number = int("".join(map(str, digits)))
        places = -int(exponent)
        found.append((currency.strip(), number * 10 ** max(-places, 0), max(places, 0)))
    return tuple(found)


def check(fields: Sequence[str], table: str, name: str, only: str, given: Rates) -> None:
    """Raise InputError where the config names currencies but no column of a file with money holds them."""
    if (only or given) and "currency" not in fields and {"amount", "unit_price"} & set(fields):
        key = "only_currency" if only else "rates"
        raise InputError(
            f"{name}: [money] {key} needs the column of the currency: map it under [columns.{table}], such as "
            'currency = "Currency".'
        )


def without_rate(texts: Any, given: Rates) -> np.ndarray:
    """Which records have a currency without a rate, or none."""
    known = pa.array([currency for currency, _, _ in given], pa.string())
    hits = pc.is_in(pc.utf8_trim_whitespace(texts), value_set=known)
    return ~hits.to_numpy(zero_copy_only=False).astype(bool)


def converted(values: np.ndarray, texts: Any, given: Rates, name: str) -> np.ndarray:
    """Whole numbers of money by the rate of their currency; as they are where it has none."""
    found = values.copy()
    trimmed = pc.fill_null(pc.utf8_trim_whitespace(texts), "")
    for currency, number, places in given:
        if number == 10**places:
            continue
        at = np.flatnonzero(pc.equal(trimmed, currency).to_numpy(zero_copy_only=False))
        unit = 10**places
        parts = [_rounded(value * number, unit) for value in values[at].tolist()]
        if any(abs(part) > LARGEST for part in parts):
            raise InputError(
                f"{name}: an amount in {shown(currency)} does not fit 64 bits at its rate. Set [money] decimals in "
                "retail.toml to keep fewer."
            )
        found[at] = parts
    return found


def _rounded(value: int, unit: int) -> int:
    size = (2 * abs(value) + unit) // (2 * unit)
    return size if value >= 0 else -size
