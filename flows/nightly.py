"""The nightly flow: the steps of `retail.pipeline` as Prefect tasks.

    python -m flows.nightly --config retail.toml

This is the only file that imports Prefect. The order of the steps is `pipeline.build`'s; here each
becomes a named task with retries, its inputs unhashed (they are frames), and the books and key
figures become artifacts of the run.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

# The embedded server's telemetry now and then prints a traceback about a locked database.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")

import click
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

T = TypeVar("T")


def as_task(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run one step of the pipeline as a Prefect task named `title`."""
    step = task(
        _unquoted(function),
        name=title,
        retries=retries,
        retry_delay_seconds=5,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    # Quoted, so that Prefect doesn't search every frame for futures.
    return step(*(quote(argument) for argument in arguments))
