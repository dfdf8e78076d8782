"""`retail build` and `retail check`: the pipeline on a terminal."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import click

from retail.cli.options import chosen, config_option, engine_option, input_option


@click.command(
    epilog="\b\nExamples:\n  retail build\n  retail build --input data/sample --output site\n"
    "  retail build --config shop.toml --engine polars --quiet"
)
@config_option
@input_option
@click.option("--output", help="Folder of the site.")
@engine_option
@click.option(
    "--wait",
    "wait_seconds",
    type=click.FloatRange(0),
    default=0,
    help="Seconds to wait for another run to end. Default: don't, say who is at work.",
)
@click.option(
    "--slices/--no-slices",
    "with_slices",
    default=None,
    help="Score and cluster parts of the customers anew too, such as each city. Default: when unattended.",
)
@click.option(
    "--unattended",
    is_flag=True,
    help="As nightly runs do: slices, a try of the dashboard in Chromium before it goes live, the "
    "digest sent.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Read every file and make everything anew, also when nothing has changed.",
)
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def build(
    config_path: Path | None,
    input_folder: str | None,
    output: str | None,
    engine: str | None,
    wait_seconds: float,
    with_slices: bool | None,
    unattended: bool,
    full: bool,
    quiet: bool,
) -> None:
    """Build the site without Prefect, for a quick preview.

    The steps are those of the nightly flow, in the same order. Files that were read before are not
    read again, and when nothing has changed since the last site, it stays.
    """
    from retail import pipeline, progress

    config = chosen(config_path, input=input_folder, output=output, engine=engine)
    with progress.shown(quiet=quiet) as view:
        site = pipeline.build(
            config,
            view.step,
            view.say,
            view.each,
            wait_seconds=wait_seconds,
            is_unattended=unattended,
            with_slices=unattended if with_slices is None else with_slices,
            is_full=full,
            announce=None if quiet else partial(click.echo, err=True),
        )
    if not quiet:
        click.echo(site / "index.html")


@click.command(epilog="\b\nExamples:\n  retail check --input data/sample\n  retail check --json")
@config_option
@input_option
@click.option("--json", "as_json", is_flag=True, help="Print the tables as JSON, for machines.")
def check(config_path: Path | None, input_folder: str | None, as_json: bool) -> None:
    """Read the input, check it and report, without building."""
    from retail import intake, machine, progress

    config = chosen(config_path, input=input_folder)
    with machine.refusals(config.work_folder):
        inputs = intake.read(config)
    if as_json:
        records = progress.as_records(inputs.tables, inputs.units)
        click.echo(json.dumps(records, indent=1, ensure_ascii=False))
    else:
        progress.print_tables(inputs.tables, inputs.units)
