"""Who is held out, and how small an effect can be seen."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail.lists import detectable, held_out

IDS = pd.Series([f"customer {n}" for n in range(20_000)])


def test_the_share_is_held_out_the_same_whoever_else_is_asked() -> None:
    out = held_out(IDS, "spring", 0.1)
    assert 0.09 < sum(out) / len(IDS) < 0.11
    assert held_out(IDS[5_000:], "spring", 0.1).tolist() == out[5_000:].tolist()


def test_another_campaign_holds_others_out() -> None:
    one, other = held_out(IDS, "spring", 0.1), held_out(IDS, "autumn", 0.1)
    both = sum(a and b for a, b in zip(one, other, strict=True)) / len(IDS)
    assert 0.007 < both < 0.013  # a tenth of a tenth: by chance


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_a_larger_share_holds_the_same_customers_out_and_more(one: float, other: float) -> None:
    small, large = sorted((one, other))
    fewer, more = held_out(IDS[:300], "x", small), held_out(IDS[:300], "x", large)
    assert all(b for a, b in zip(fewer, more, strict=True) if a)


def test_no_one_is_held_out_by_a_share_of_nothing_and_everyone_by_a_whole() -> None:
    assert not any(held_out(IDS, "", 0))
    assert all(held_out(IDS, "", 1))


def test_who_is_held_out_is_the_lowest_of_the_hashes_that_anyone_can_make() -> None:
    import hashlib

    key = hashlib.blake2b(b"spring").digest()
    hashes = [hashlib.blake2b(i.encode(), key=key, digest_size=8).hexdigest() for i in IDS]
    lowest = [int(one, 16) < 2**64 // 10 for one in hashes]
    assert held_out(IDS, "spring", 0.1).tolist() == lowest


def test_the_smallest_uplift_is_found_in_four_of_five_simulated_campaigns() -> None:
    treated, held, usual = 900, 100, 0.2
    rise = detectable(treated, held, usual)
    assert rise is not None
    dice = np.random.default_rng(20)
    found = 0
    for _ in range(1_500):
        a = dice.binomial(treated, usual + rise) / treated
        b = dice.binomial(held, usual) / held
        mean = (a * treated + b * held) / (treated + held)
        found += abs(a - b) > 1.96 * math.sqrt(mean * (1 - mean) * (1 / treated + 1 / held))
    assert found / 1_500 == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize(
    "treated, held, usual", [(0, 5, 0.5), (9, 0, 0.5), (90, 10, 0.2), (9, 99, 0)]
)
def test_where_nothing_can_be_told_it_says_so(treated: int, held: int, usual: float) -> None:
    assert detectable(treated, held, usual) is None
