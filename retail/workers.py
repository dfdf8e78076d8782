"""Other Python processes that work for this one, with scikit-learn loaded while files are still read.

scikit-learn takes longer to load than a shop's files take to read, and clusters need nothing from
the months, the backtest or the charts. So they are fitted beside these, in a process that started
with the run. `multiprocessing` would load the caller's main module (Prefect, in a flow) in every
process; here a worker loads what it is asked to.

A worker ends when its caller does, however that ends: it reads its work from a pipe.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from queue import SimpleQueue
from typing import IO, Any, TypeVar, cast

from retail.errors import RetailError

T = TypeVar("T")

MOST_SENT = 2_000_000  # rows worth their way to another process

GARBAGE = (
    100_000,
    20,
    50,
)  # objects between two looks for cycles; Python's own 700 cost a tenth of a run

SERVE = "from retail.workers import serve; serve()"


class Here(Executor):
    """Does at once, in this process, what it is given."""

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """The finished work; what it raises is raised here."""
        done: Future[T] = Future()
        done.set_result(function(*args, **kwargs))
        return done


class Workers(Executor):
    """So many processes, started at once, each with `modules` loaded.

    What is submitted travels as a pickle, and so does its result or what it raised. A worker that
    the system ends, as it does when memory runs out, is a MemoryError.
    """

    def __init__(self, count: int, modules: Sequence[str]) -> None:
        self._processes = [_process(modules) for _ in range(count)]
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        for process in self._processes:
            self._idle.put(process)
        self._threads = ThreadPoolExecutor(count, thread_name_prefix="worker")

    def submit(self, function: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """The work's future; it starts when a worker is free."""
        return self._threads.submit(self._asked, partial(function, *args, **kwargs))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers, whatever they are at."""
        for process in self._processes:
            process.kill()
        self._threads.shutdown(wait, cancel_futures=True)
        for process in self._processes:
            process.communicate()

    def _asked(self, work: partial[T]) -> T:
        pickled = pickle.dumps(work, pickle.HIGHEST_PROTOCOL)
        process = self._idle.get()
        asks, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
        try:
            asks.write(pickled)
            asks.flush()
            result, failure = pickle.load(answers)
        except (BrokenPipeError, EOFError) as gone:
            raise MemoryError(f"a worker ended with exit code {process.wait()}") from gone
        finally:
            self._idle.put(process)
        if failure is not None:
            raise failure
        return cast(T, result)


def _process(modules: Sequence[str]) -> subprocess.Popen[bytes]:
    paths = os.pathsep.join(path or os.getcwd() for path in sys.path)
    return subprocess.Popen(
        [sys.executable, "-c", SERVE, *modules],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": paths},
    )


@contextmanager
def started(count: int, modules: Sequence[str]) -> Iterator[Executor]:
    """So many workers; this process itself when it has the modules loaded or there is one core."""
    if (os.cpu_count() or 1) == 1 or all(name in sys.modules for name in modules):
        yield Here()
        return
    with Workers(count, modules) as workers:
        yield workers


def where(beside: Executor | None, rows: int, most: int = MOST_SENT) -> Executor:
    """`beside`, if there is one and so many rows are worth sending; else this process."""
    return beside if beside is not None and rows <= most else Here()


def prepare(beside: Executor | None, module: str) -> None:
    """Have a worker, if there is one, load a module once it has done what it was given before."""
    if beside is not None and not isinstance(beside, Here):
        beside.submit(_load, module)


def _load(module: str) -> None:
    import_module(module)


def call(module: str, name: str, *arguments: Any) -> Any:
    """A function of a module that the caller has not loaded, and its worker has."""
    return getattr(import_module(module), name)(*arguments)


class Later(Mapping[str, T]):
    """A mapping that others are still making: whoever looks into it waits for it."""

    def __init__(self, ask: Callable[[], Mapping[str, T]]) -> None:
        self._ask = ask

    def __getitem__(self, key: str) -> T:
        return self._found()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found())

    def __len__(self) -> int:
        return len(self._found())

    def _found(self) -> Mapping[str, T]:
        try:
            return self._ask()
        except LookupError as failed:  # which would say of this mapping that it has no such key
            raise RuntimeError(f"what was to be made could not be: {failed!r}") from failed


def look_for_garbage_seldom() -> None:
    """For a process that makes tables and ends: what is large is freed without a search for cycles."""
    gc.set_threshold(*GARBAGE)


def serve() -> None:
    """Be a worker: load the modules named on the command line, then work until the pipe ends."""
    look_for_garbage_seldom()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the caller's to answer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    for name in sys.argv[1:]:
        import_module(name)
    while True:
        try:
            work = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        pickle.dump(_tried(work), answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _tried(work: Callable[[], Any]) -> tuple[Any, BaseException | None]:
    """What the work gives, or raises: the caller raises it again."""
    import traceback

    try:
        return work(), None
    except (Exception, SystemExit) as failure:  # noqa: BLE001  it is raised again over there
        if not isinstance(failure, RetailError):  # those are told to a person, notes and all
            failure.add_note("In a worker:\n" + traceback.format_exc())
        return None, failure
