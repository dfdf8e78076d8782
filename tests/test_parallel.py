"""Independent items in threads: the results of a plain loop."""

from __future__ import annotations

import threading
import time

import pytest

from retail import parallel


@pytest.mark.parametrize("threads", [None, 1, 3])
def test_results_come_in_the_order_of_the_items(threads: int | None) -> None:
    def slow_first(item: int) -> int:
        time.sleep(0.02 / (item + 1))
        return item**2

    assert parallel.each(slow_first, range(6), threads) == [0, 1, 4, 9, 16, 25]
    assert parallel.each(slow_first, [], threads) == []


@pytest.mark.parametrize("threads", [1, 3])
def test_the_first_item_that_fails_raises_here(threads: int) -> None:
    def divided(item: int) -> float:
        return 1 / item

    with pytest.raises(ZeroDivisionError):
        parallel.each(divided, [2, 0, 1], threads)


@pytest.mark.parametrize("threads", [1, 2])
def test_each_thread_is_prepared_before_its_first_item(threads: int) -> None:
    prepared: set[int] = set()
    found = parallel.each(
        lambda _: threading.get_ident() in prepared,
        range(8),
        threads,
        initializer=lambda: prepared.add(threading.get_ident()),
    )
    assert found == [True] * 8


@pytest.mark.parametrize("is_large, most", [(True, 1), (False, 2)])
def test_large_work_is_done_one_at_a_time(is_large: bool, most: int) -> None:
    inside, seen = [0], []
    both = threading.Barrier(2)

    def work(_: int) -> None:
        with parallel.one_at_a_time(is_large):
            inside[0] += 1
            if not is_large:
                both.wait(timeout=30)
            seen.append(inside[0])
            time.sleep(0.01)
            if not is_large:
                both.wait(timeout=30)
            inside[0] -= 1

    parallel.each(work, range(4), 2)
    assert max(seen) == most
