"""The record of one run in the history: start, comparison with the last run, outcome."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from retail.errors import DeliveryError, RetailError
from retail.history.database import History, Run, opened
from retail.history.snapshot import Snapshot

if TYPE_CHECKING:
    import pandas as pd

CENTRES = "cluster_centres.parquet"  # CLUSTER_CENTRES of the published run, in the working folder


@dataclass(frozen=True)
class Past:
    """What a run is compared with; `before` is the last published run with other figures."""

    runs: Sequence[Run]
    before: Run | None


class Record:
    """This run in the history of a working folder."""

    def __init__(self, history: History, run_id: str) -> None:
        self._history, self._run_id, self._clock = history, run_id, time.monotonic()
        self.outcome = "published"  # unless it fails, or `unchanged` is called

    def last_published(self) -> str | None:
        """The id of the run whose site was published last."""
        ids = [run.run_id for run in self._history.runs() if run.outcome == "published"]
        return ids[-1] if ids else None

    def unchanged(self) -> None:
        """Record that nothing has changed and the site of the last run stays."""
        self.outcome = "unchanged"

    def past(self, now: Snapshot) -> Past:
        """The runs that are remembered, this one with its seconds so far among them, and the one to
        compare with."""
        seconds = time.monotonic() - self._clock
        runs = [
            replace(run, seconds=seconds) if run.run_id == self._run_id else run
            for run in self._history.runs()
        ]
        return Past(runs, self._history.last_other(now.content_hash))

    def publishing(self, now: Snapshot) -> None:
        """The figures are about to be published."""
        self._history.publishing(self._run_id, now)


@contextmanager
def recorded(work: Path, run_id: str, started: str, live: str | None) -> Iterator[Record]:
    """Remember a run from here on; `live` is the id of the run whose site is published now."""
    clock = time.monotonic()
    with opened(work) as history:
        history.begin(run_id, started, live)
        record = Record(history, run_id)
        try:
            yield record
        except DeliveryError:  # of what goes with a published site
            raise
        except BaseException as problem:
            record.outcome = kind_of(problem)
            raise
        finally:
            # Published is published, and failed is failed, whether or not it can be written down.
            with suppress(OSError):
                history.end(run_id, record.outcome, time.monotonic() - clock)


def kind_of(problem: BaseException) -> str:
    """Kind of a failure for the history. The history is published, so the text, which may quote
    an input, is left out."""
    if isinstance(problem, RetailError):
        return f"failed: {type(problem).__name__.removesuffix('Error').lower()}"
    if isinstance(problem, MemoryError | OSError):
        return "failed: machine"
    return "failed: stopped" if isinstance(problem, KeyboardInterrupt) else "failed: internal"


def last_centres(work: Path) -> pd.DataFrame | None:
    """CLUSTER_CENTRES of the last run whose site was published; None when there is none to read."""
    import pandas as pd

    try:
        return pd.read_parquet(work / CENTRES)
    except (OSError, ValueError):  # none yet, or not whole: clusters are then numbered by size
        return None
