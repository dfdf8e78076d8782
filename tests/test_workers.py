"""Processes beside: the same result as here, what fails there fails here, none outlives its caller."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from retail import workers
from retail.errors import ConfigError, Place


@pytest.fixture(scope="module")
def two():
    with workers.Workers(2, ["json"]) as started:
        yield started


def test_a_worker_gives_what_the_function_gives_elsewhere(two) -> None:
    asked = [two.submit(pow, number, 2) for number in range(5)]
    assert [done.result() for done in asked] == [0, 1, 4, 9, 16]
    assert two.submit(os.getpid).result() != os.getpid()
    assert two.submit(sorted, [3, 1], reverse=True).result() == [3, 1]


def test_a_function_of_a_module_that_only_the_worker_loads(two) -> None:
    name = "wave"  # of the standard library, and nothing here needs it
    sys.modules.pop(name, None)
    for _ in range(2):
        workers.prepare(two, name)
    with pytest.raises(FileNotFoundError):
        two.submit(workers.call, name, "open", "/no/such/file.wav").result()
    assert name not in sys.modules
    workers.prepare(workers.Here(), name)
    assert name not in sys.modules, "who has no worker loads it when it is needed"


def test_a_mapping_that_is_still_being_made_is_waited_for_when_it_is_looked_into(two) -> None:
    making = two.submit(dict, one=1, two=2)
    asked: list[str] = []

    def ask() -> dict[str, int]:
        asked.append("asked")
        return making.result()

    found = workers.Later(ask)
    found.keys()
    assert not asked
    assert (dict(found), len(found), found["two"], "three" in found) == (
        making.result(),
        2,
        2,
        False,
    )


def test_what_is_printed_there_is_no_answer(two) -> None:
    assert two.submit(print, "noise").result() is None
    assert two.submit(os.system, "echo noise").result() == 0


def test_what_is_raised_there_is_raised_here_and_says_where(two) -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        two.submit(divmod, 1, 0).result()
    assert "In a worker" in caught.value.__notes__[0]


def refuse() -> None:
    raise ConfigError(f"{Place('retail.toml', 3)}: no")


def test_a_mistake_of_the_user_stays_one_message(two) -> None:
    with pytest.raises(ConfigError, match=r"^retail.toml, row 3: no$") as caught:
        two.submit(refuse).result()
    assert not hasattr(caught.value, "__notes__")


def test_a_worker_that_the_system_ends_is_told_as_memory() -> None:
    with (
        workers.Workers(1, []) as one,
        pytest.raises(MemoryError, match="ended with exit code -9"),
    ):
        one.submit(signal.raise_signal, signal.SIGKILL).result()


def test_work_that_was_not_waited_for_does_not_hold_the_caller() -> None:
    started = time.monotonic()
    with workers.Workers(1, []) as one:
        one.submit(time.sleep, 60)
        one.submit(time.sleep, 60)
    assert time.monotonic() - started < 30


def test_workers_end_with_a_caller_that_is_killed() -> None:
    text = (
        "import os, time; from retail import workers\n"
        "one = workers.Workers(1, []); print(one.submit(os.getpid).result(), flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", text], stdout=subprocess.PIPE, text=True
    ) as caller:
        worker = int(caller.stdout.readline())
        caller.kill()
        caller.wait()
        for _ in range(300):
            if not alive(worker):
                return
            time.sleep(0.1)
        pytest.fail(f"worker {worker} is still there")


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{process}/stat", encoding="ascii") as status:
        return status.read().rsplit(")", 1)[1].split()[0] != "Z"


def test_a_process_that_has_the_modules_works_itself() -> None:
    with workers.started(1, ["json", "os"]) as executor:
        assert executor.submit(os.getpid).result() == os.getpid()
