"""Simulated retailers with and without structure; tests/benchmarks/structure.py counts over many."""

from __future__ import annotations

from typing import Any

import pytest
from retailers import do_segments_predict, judged, retailer

pytestmark = pytest.mark.slow


# As in the benchmark: volume heavy-tailed, few lines a customer, purchases with a theme.
HEAVY = {"spread": 1.0, "tail": 1.2}
FEW = {"lines_each": 3}
THEMED = {"are_purchases_themed": True}
KINDS: list[dict[str, Any]] = [{}, {"spread": 1.0}, HEAVY, FEW, THEMED, HEAVY | THEMED]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_customers_without_tastes_get_no_clusters(kind: dict[str, Any]) -> None:
    found = [judged(retailer(seed, customers=300, **kind), (2, 4)) for seed in range(8)]
    assert sum(one.is_recommended for one in found) <= 1  # 3 % of shops may look like more


@pytest.mark.parametrize("tastes, pair", [(3, (2, 3)), (4, (3, 4))])
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_planted_tastes_are_found_and_recommended(
    kind: dict[str, Any], tastes: int, pair: tuple[int, int]
) -> None:
    shops = [retailer(seed, tastes=tastes, customers=300, **kind) for seed in range(3)]
    found = [judged(shop, pair) for shop in shops]
    assert all(one.is_recommended for one in found)
    # Of who bought a handful of lines, some show no taste.
    least = 0.9 if not {"tail", "lines_each"} & set(kind) else 0.5
    assert all(one.agreement > least for one in found)


def test_segments_are_said_to_predict_only_where_habits_differ() -> None:
    alike = [do_segments_predict(retailer(seed)) for seed in range(10)]
    assert sum(alike) <= 1  # 1 % of shops
    assert all(do_segments_predict(retailer(seed, do_habits_differ=True)) for seed in range(5))
