"""The nightly flow: the steps of `retail.pipeline` as Prefect tasks.

    python -m flows.nightly --config retail.toml

This is the only file that imports Prefect. The order of the steps is `pipeline.build`'s; here each
becomes a named task, its inputs neither hashed nor searched (they are frames), reading is tried
again when a file is busy, and the books and key figures become artifacts of the run.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

# Prefect's telemetry: the server's now and then prints a traceback about a locked database, and
# neither it nor the client's is to call out.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")

import click
from prefect import flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.utilities.annotations import quote

from retail import config as settings
from retail import logbook, pipeline, progress
from retail.errors import RetailError, UnsettledInputError
from retail.schema import TABLES

T = TypeVar("T")
RETRY_SECONDS = 5
ARTIFACTS = ("books", "date_evidence", "checks", "key_figures")


def as_task(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run one step of the pipeline as a Prefect task named `title`."""
    step = task(
        function,
        name=title,
        retries=retries,
        retry_delay_seconds=RETRY_SECONDS,
        retry_condition_fn=_may_settle,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    result = step(*(quote(argument) for argument in arguments))
    publish_artifacts(result)
    return result


def _may_settle(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a failure is worth another try: a busy disk or file is, a wrong input isn't."""
    failure = state.result(raise_on_failure=False)
    return isinstance(failure, OSError | UnsettledInputError)


def publish_artifacts(result: Any) -> None:
    """What an engineer looks at first, as artifacts in Prefect's UI: books, checks, key figures."""
    for name in ARTIFACTS:
        if name in getattr(result, "tables", {}):
            records = progress.as_records({name: result.tables[name]}, result.measures)[name]
            create_table_artifact(
                key=name.replace("_", "-"), table=records, description=TABLES[name].title
            )


class OneMessage(logging.Filter):
    """Keeps the traceback of a user's mistake out of the log; its message says all there is to say."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record through, a RetailError without its traceback."""
        failure = record.exc_info[1] if record.exc_info else None
        if isinstance(failure, RetailError):
            record.exc_info = None
            record.msg, record.args = logbook.told(failure), ()
        return True


@flow(name="retail-report", persist_result=False)
def nightly(
    config: Path | None = None,
    input: str | None = None,
    output: str | None = None,
    engine: str | None = None,
) -> Path:
    """Build and publish the site; returns the folder it is in.

    config: path of retail.toml; input, output, engine: as the options of `retail build`.
    """
    chosen = settings.load(config, input=input, output=output, engine=engine)
    say = get_run_logger().info
    return pipeline.build(chosen, step=as_task, say=say)


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Path of retail.toml.")
@click.option("--input", help="Folder of the input files.")
@click.option("--output", help="Folder of the site.")
@click.option("--engine", help="What reduces the lines.")
def main(**options: Any) -> None:
    """Run the nightly flow once, now."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(OneMessage())
    try:
        site = nightly(**options)
    except RetailError as error:
        click.echo(f"retail: {logbook.told(error)}", err=True)
        sys.exit(error.exit_code)
    click.echo(site / "index.html")


if __name__ == "__main__":
    main()
