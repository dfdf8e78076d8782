"""Simulated retailers with and without structure; tests/benchmarks/structure.py counts over many."""

from __future__ import annotations

import pytest
from retailers import do_segments_predict, judged, retailer

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("spread", [0.3, 1.0])
def test_customers_who_differ_in_volume_only_get_no_clusters(spread: float) -> None:
    found = [judged(retailer(seed, spread=spread, customers=300), (2, 4)) for seed in range(8)]
    assert sum(one.is_recommended for one in found) <= 1  # 5 % of shops may look like more


@pytest.mark.parametrize("tastes, pair", [(3, (2, 3)), (4, (3, 4))])
def test_planted_tastes_are_found_and_recommended(tastes: int, pair: tuple[int, int]) -> None:
    for seed in range(4):
        found = judged(retailer(seed, tastes=tastes, customers=300), pair)
        assert found.is_recommended
        assert found.agreement > 0.9


def test_segments_are_said_to_predict_only_where_habits_differ() -> None:
    alike = [do_segments_predict(retailer(seed)) for seed in range(10)]
    assert sum(alike) <= 1  # 1 % of shops
    assert all(do_segments_predict(retailer(seed, do_habits_differ=True)) for seed in range(5))
