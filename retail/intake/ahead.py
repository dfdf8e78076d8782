"""Work on the parts of something in other threads, while whoever takes the results works on its own."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")
U = TypeVar("U")


def cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def begin(workers: Executor, function: Callable[..., U], *arguments: Any) -> Future[U]:
    """The function's work, begun in another thread; done at once where the machine gives no thread."""
    try:
        return workers.submit(function, *arguments)
    except RuntimeError:  # no memory for one more thread, or no right to it
        done: Future[U] = Future()
        try:
            done.set_result(function(*arguments))
        except Exception as raised:  # noqa: BLE001  it is the result's to tell
            done.set_exception(raised)
        return done


def both(one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
    """What two functions give, the first in another thread, so that no core waits for the other."""
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as beside:
        begun = begin(beside, one)
        second = other()
        return begun.result(), second


def in_order(function: Callable[[T], U], items: Iterable[T], threads: int) -> Generator[U]:
    """`function` of each item, in their order, by so many threads; one item more than these is begun.

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
                    item = next(rest)
                except StopIteration:
                    break
                except Exception as raised:  # noqa: BLE001  it is raised below
                    problem = raised
                else:
                    begun.append(begin(workers, function, item))
                if len(begun) > threads:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
            if problem is not None:
                raise problem
        finally:
            for waiting in begun:
                waiting.cancel()
