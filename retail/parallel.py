"""The one place for parallel work: independent items, in threads of this process.

Threads, since what is worth it is done by libraries that let others work meanwhile (pyarrow, numpy,
scikit-learn), and nothing has to be copied to another process.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")
_ALONE = Lock()


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def each(
    function: Callable[[T], U],
    items: Iterable[T],
    threads: int | None = None,
    *,
    initializer: Callable[[], object] | None = None,
) -> list[U]:
    """`function` of each item, in the order of the items; by default a thread for each core.

    initializer: called in each thread before its first item. The first item that fails raises here, and
    MemoryError where the machine gives no thread. With one thread, this one does the work.
    """
    if threads == 1:
        if initializer is not None:
            initializer()
        return list(map(function, items))
    with ThreadPoolExecutor(threads or cores(), initializer=initializer) as executor:
        try:
            results = executor.map(function, items)
        except RuntimeError as refused:  # no memory for one more thread, or no right to it
            raise MemoryError(str(refused)) from refused
        return list(results)


def prefetched(items: Iterable[T]) -> Iterator[T]:
    """The items, in their order: one thread makes the next while the caller works on this one."""
    iterator = iter(items)
    with ThreadPoolExecutor(1) as executor:
        following: Future[T | None] = executor.submit(next, iterator, None)
        while (item := following.result()) is not None:
            following = executor.submit(next, iterator, None)
            yield item


def one_at_a_time(is_large: bool) -> AbstractContextManager[object]:
    """A block that large work enters only when no other large work is in one, so that memory suffices."""
    return _ALONE if is_large else nullcontext()
