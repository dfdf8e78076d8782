"""The nightly flow: the steps of `retail.pipeline` as Prefect tasks.

    python -m flows.nightly --config retail.toml                      once, now
    python -m flows.nightly --config retail.toml --serve "0 2 * * *"  every night, with a Prefect server

This is the only file that imports Prefect. The order of the steps is `pipeline.build`'s; here each
becomes a named task, its inputs neither hashed nor searched (they are frames), reading is tried
again when a file is busy, and the books and key figures become artifacts of the run.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

# Prefect's telemetry: the server's now and then prints a traceback about a locked database, and
# neither it nor the client's is to call out.
os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# Its own server of one run has 20 seconds to start, which a busy machine at 2 a.m. may not keep.
os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")

import click
from prefect import Flow, State, flow, get_run_logger, task
from prefect.artifacts import create_table_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas import FlowRun
from prefect.schedules import Cron
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.annotations import quote

from retail import config as settings
from retail import delivery, errors, pipeline, progress
from retail.errors import ConfigError, RetailError, UnsettledInputError
from retail.schema import TABLES

T = TypeVar("T")
RETRY_SECONDS = 5
WAIT_SECONDS = 600  # for another run, such as one by hand at 2 a.m.
DEPLOYMENT = "nightly"
ARTIFACTS = ("books", "date_evidence", "checks", "key_figures")


def as_task(title: str, function: Callable[..., T], *arguments: Any, retries: int = 0) -> T:
    """Run one step of the pipeline as a Prefect task named `title`."""
    step: Any = task(  # type: ignore[call-overload]
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


def as_mapped_tasks(
    title: str, function: Callable[..., T], items: Sequence[Any], *arguments: Any
) -> list[T]:
    """Run one step for each item, mapped Prefect tasks named "`title`: item"."""

    def one(item: Any) -> T:
        return function(item, *arguments)

    step: Any = task(  # type: ignore[call-overload]
        one,
        name=title,
        task_run_name=f"{title}: {{item}}",
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    return step.map(items).result() if items else []


def _may_settle(_task: Any, _run: Any, state: Any) -> bool:
    """Whether a failure is worth another try: a busy disk or file is, a wrong input isn't."""
    failure = state.result(raise_on_failure=False)
    return isinstance(failure, OSError | UnsettledInputError)


def publish_artifacts(result: Any) -> None:
    """What an engineer looks at first, as artifacts in Prefect's UI: books, checks, key figures."""
    for name in ARTIFACTS:
        if name in getattr(result, "tables", {}):
            records = progress.as_records({name: result.tables[name]}, result.units)[name]
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
            record.msg, record.args = errors.message(failure), ()
        return True


def alarm(_flow: Flow[..., Any], run: FlowRun, state: State[Any]) -> None:
    """Tell the config's webhooks that a run failed or crashed; what it read is not quoted."""
    given = {name: run.parameters.get(name) for name in ("config", "input", "output", "engine")}
    path = given.pop("config")
    try:
        digest = settings.load(Path(path) if path else None, **given).digest
    except RetailError:  # a config that can't be read names no variable: the usual one is tried
        digest = settings.Digest()
    if os.environ.get(digest.webhooks_env):
        kind = type(state.result(raise_on_failure=False)).__name__
        title = f"Retail Report: run {run.name} ended as {state.name}"
        body = (
            f"{kind}. The old site stays. Details are in Prefect and in the working folder's logs."
        )
        delivery.call(title, body, digest, os.environ)


@flow(
    name="retail-report",
    persist_result=False,
    task_runner=ThreadPoolTaskRunner(max_workers=os.cpu_count()),  # type: ignore[arg-type]
    on_failure=[alarm],  # type: ignore[list-item]
    on_crashed=[alarm],  # type: ignore[list-item]
)
def nightly(
    config: Path | None = None,
    input: str | None = None,
    output: str | None = None,
    engine: str | None = None,
    privacy: str | None = None,
    site_url: str | None = None,
    full: bool = False,
) -> Path:
    """Build and publish the site; returns the folder it is in.

    config: path of retail.toml; the others take the place of its keys. full: make everything anew,
    also when nothing has changed since the last site.
    """
    chosen = settings.load(
        config, input=input, output=output, engine=engine, privacy=privacy, site_url=site_url
    )
    say = get_run_logger().info
    return pipeline.build(
        chosen,
        as_task,
        say,
        as_mapped_tasks,
        wait_seconds=WAIT_SECONDS,
        is_unattended=True,
        with_slices=True,
        is_full=full,
    )


def serve(cron: str, timezone: str, parameters: dict[str, Any]) -> None:
    """Run the flow whenever `cron` says, until ended; one run at a time."""
    given = {name: value for name, value in parameters.items() if value is not None}
    if "config" in given:
        given["config"] = str(Path(given["config"]).absolute())
    try:
        schedule = Cron(cron, timezone=timezone)
        nightly.serve(name=DEPLOYMENT, schedules=[schedule], parameters=given, limit=1)
    except ValueError as problem:
        raise ConfigError(f"--serve {cron!r} in {timezone}: {problem}") from None


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Path of retail.toml.")
@click.option("--input", help="Folder of the input files.")
@click.option("--output", help="Folder of the site.")
@click.option("--engine", help="What reduces the lines.")
@click.option("--privacy", help="Level of privacy: internal, public or raw.")
@click.option("--site-url", help="Where the site is published.")
@click.option("--full", is_flag=True, help="Make everything anew, also when nothing has changed.")
@click.option("--serve", "cron", metavar="CRON", help='Run by a schedule, such as "0 2 * * *".')
@click.option("--timezone", default="UTC", help="Zone of the schedule. Default: UTC.")
def main(cron: str | None, timezone: str, **options: Any) -> None:
    """Run the nightly flow once, now, or serve it on a schedule."""
    for name in ("prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).addFilter(OneMessage())
    try:
        if cron is not None:
            return serve(cron, timezone, options)
        click.echo(nightly(**options) / "index.html")
    except RetailError as error:
        click.echo(f"retail: {errors.message(error)}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
