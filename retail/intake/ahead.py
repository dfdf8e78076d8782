"""Work on the parts of something in other threads, while whoever takes the results works on its own."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
U = TypeVar("U")


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def in_order(function: Callable[[T], U], items: Iterable[T], threads: int) -> Generator[U]:
    """`function` of each item, in their order; so many threads work, as many results lie ready.

    Items are asked for in the caller's thread. What an item, or asking for it, raises comes after the
    results of the items before it, as if all were done one after another. Without threads they are.
    """
    if not threads:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="ahead") as workers:
        begun: deque[Future[U]] = deque()
        rest, problem = iter(items), None
        try:
            while problem is None:
                try:
                    begun.append(workers.submit(function, next(rest)))
                except StopIteration:
                    break
                except Exception as raised:  # noqa: BLE001  it is raised below
                    problem = raised
                if len(begun) > threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
            if problem is not None:
                raise problem
        finally:
            for waiting in begun:
                waiting.cancel()
