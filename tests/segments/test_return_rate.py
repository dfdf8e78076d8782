"""One definition of the return rate: returns credited to the purchase's buyer, over gross revenue."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from trade import day

from retail import segments
from retail.config import SegmentSettings
from retail.figures import returns
from retail.schema.units import Units


def test_a_return_counts_in_the_segment_of_who_bought(
    shop: Callable[..., pd.DataFrame],
    nothing_kept: pd.DataFrame,
    settings: Callable[..., SegmentSettings],
    cents: Units,
) -> None:
    """Loyal ann brings back what late zoe bought: it is zoe's segment of which something came back."""
    sums = shop(
        *((f"ann{at}", day("2024-06-20") + at, 9, 90_00) for at in range(5)),
        *((f"zoe{at}", day("2023-01-01") + at, 1, 10_00) for at in range(5)),
    ).assign(returns=[-5_00] + [0] * 9, credited_returns=[0] * 9 + [-5_00])
    tables = segments.analyse(
        sums,
        nothing_kept,
        as_of=day("2024-06-30"),
        units=cents,
        settings=settings(permutations=0, subsamples=0),
    )
    rates = tables["segments"].set_index("segment")["return_rate"]
    names = tables["customers"].set_index("customer_id")["segment"]
    assert names["ann0"] != names["zoe4"]
    assert rates[names["ann0"]] == 0
    assert rates[names["zoe4"]] == pytest.approx(
        5_00 / sums.loc[sums["customer_id"].map(names) == names["zoe4"], "gross"].sum()
    )
    whole = sums[["gross", "credited_returns"]]
    by_segment = returns.by_segment(tables["customers"], sums, whole).set_index("segment")
    there = by_segment.index
    assert by_segment["return_rate"].tolist() == pytest.approx(rates[there].tolist())
