"""How the steps of a run are called: plainly, with a spinner (`progress`) or as Prefect tasks (`flows`)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from retail.config import Config
    from retail.render import RunInfo

T = TypeVar("T")
Say = Callable[[str], None]  # takes a remark for whoever watches


@dataclass(frozen=True)
class Started:
    """A run that has begun: its id, its time (UTC), and the clock that counts its seconds."""

    run_id: str
    time: str
    clock: float

    @classmethod
    def now(cls) -> Started:
        """A run that begins now."""
        started = datetime.now(UTC)
        run_id = f"{started:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        return cls(run_id, started.isoformat(timespec="seconds"), time.perf_counter())

    def info(self, engine: str, config: Config) -> RunInfo:
        """What the site says of the run."""
        from retail.render import RunInfo

        return RunInfo(
            run_id=self.run_id,
            started=self.time,
            seconds=time.perf_counter() - self.clock,
            engine=engine,
            stale_after_hours=config.publish.stale_after_hours,
            site_url=config.publish.site_url,
            may_be_listed=config.publish.robots,
            banner_percent=config.publish.banner_percent,
        )


class Step(Protocol):
    """Runs `function(*arguments)` under a title; `retries` says how often a failure may be tried again."""

    def __call__(
        self, title: str, function: Callable[..., T], *arguments: Any, retries: int = 0
    ) -> T:
        """The result of the function."""
        ...


class Each(Protocol):
    """Runs `function(item, *arguments)` for each item, in parallel where that pays."""

    def __call__(
        self, title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
    ) -> list[T]:
        """The results, in the order of the items."""
        ...


def call(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run a step and nothing else."""
    return function(*arguments)


def call_each(
    title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
) -> list[T]:
    """Run a step for each item, a thread for each core."""
    from retail import parallel

    return parallel.each(lambda item: function(item, *arguments), items)


def silent(message: str) -> None:
    """Say nothing."""
