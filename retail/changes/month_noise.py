"""The change between the two months and what chance does: MONTH_NOISE, with its sentence."""

from __future__ import annotations

import math

import pandas as pd

from retail.aggregates.month_pair import MonthPair
from retail.changes import noise
from retail.locale import Locale


def month_noise(pair: MonthPair, locale: Locale) -> pd.DataFrame:
    """MONTH_NOISE of a pair of months."""
    both = pair.orders[""].set_index("is_now").reindex([0, 1], fill_value=0)
    orders = [int(count) for count in both["orders"]]
    net = [_net(pair.cells, side) for side in (0, 1)]
    deviation = [math.sqrt(float(squares)) for squares in both["squares"]]
    change, of_change = net[1] - net[0], math.hypot(*deviation)
    is_beyond = noise.are_beyond([(float(change), of_change**2)])[0]
    row = {
        "month": pair.now,
        "orders_before": orders[0],
        "orders_now": orders[1],
        "change": _over(change, net[0]),
        "noise_before": _over(deviation[0], net[0]),
        "noise_now": _over(deviation[1], net[1]),
        "noise_of_change": _over(of_change, net[0]),
        "is_beyond_noise": is_beyond,
    }
    return pd.DataFrame([row | {"verdict": _verdict(row, pair, locale)}])


def _net(cells: pd.DataFrame, side: int) -> int:
    return int(cells.loc[cells["is_now"] == side, ["gross", "returns"]].sum().sum())


def _over(above: float, below: int) -> float | None:
    return above / below if below > 0 else None


def _verdict(row: dict[str, float | None], pair: MonthPair, locale: Locale) -> str:
    change, of_change, now = row["change"], row["noise_of_change"], row["noise_now"]
    if change is None or of_change is None or now is None:
        return "There is no net revenue to compare the change with."
    orders = int(row["orders_now"] or 0)
    way = "rose" if change > 0 else "fell" if change < 0 else "did not change"
    by = f" by {locale.percentage(abs(change), 1)}" if change else ""
    is_beyond = row["is_beyond_noise"]
    said = "so this change is beyond chance" if is_beyond else "so chance alone may have made it"
    months = f"from {locale.month_number(pair.before)} to {locale.month_number(pair.now)}"
    return (
        f"Net revenue {way}{by} {months}. By arrivals and order sizes alone, a month of {locale.count(orders)} orders "
        f"varies by about {locale.percentage(now, 1)}, and the difference of two such months by "
        f"{locale.percentage(of_change, 1)} (one standard deviation; two are asked for), {said}."
    )
