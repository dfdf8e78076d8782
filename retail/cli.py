"""The command line: `retail build`, `check`, `init`, `sample`.

Every failure that is the user's to mend is one message on standard error and an exit code of
`retail.errors`; a bug keeps its traceback.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

import retail
from retail.errors import ConfigError, RetailError

CONFIG_NAME = "retail.toml"
ENGINES = ("auto", "pandas", "polars", "duckdb", "pyspark")

config_option = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    help=f"Configuration file. Default: {CONFIG_NAME} in this folder, if there is one.",
)
input_option = click.option("--input", "input_folder", help="Folder of the input files.")
engine_option = click.option(
    "--engine", type=click.Choice(ENGINES), help="What reduces the lines. Default: the config's."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(retail.__version__, prog_name="retail")
def cli() -> None:
    """Turn a retailer's CSV exports into a static site of linked charts."""


@cli.command(
    epilog="\b\nExamples:\n  retail build\n  retail build --input data/sample --output site\n"
    "  retail build --config shop.toml --engine polars --quiet"
)
@config_option
@input_option
@click.option("--output", help="Folder of the site.")
@engine_option
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
def build(
    config_path: Path | None,
    input_folder: str | None,
    output: str | None,
    engine: str | None,
    quiet: bool,
) -> None:
    """Build the site without Prefect, for a quick preview.

    The steps are those of the nightly flow, in the same order.
    """
    from retail import pipeline, progress

    config = _config(config_path, input=input_folder, output=output, engine=engine)
    with progress.shown(quiet=quiet) as view:
        site = pipeline.build(config, step=view.step, say=view.say)
    if not quiet:
        click.echo(site / "index.html")


@cli.command(epilog="\b\nExamples:\n  retail check --input data/sample\n  retail check --json")
@config_option
@input_option
@click.option("--json", "as_json", is_flag=True, help="Print the tables as JSON, for machines.")
def check(config_path: Path | None, input_folder: str | None, as_json: bool) -> None:
    """Read the input, check it and report, without building."""
    from retail import intake, progress

    config = _config(config_path, input=input_folder)
    inputs = intake.read(config)
    if as_json:
        records = progress.as_records(inputs.tables, inputs.measures)
        click.echo(json.dumps(records, indent=1, ensure_ascii=False))
    else:
        progress.print_tables(inputs.tables, inputs.measures)


@cli.command(
    epilog="\b\nExamples:\n  retail init\n  retail init --folder shop --from orders.csv people.csv"
)
@click.option("--from", "from_files", is_flag=True, help="Propose the mapping of columns of FILES.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    help="Where to write it. Default: this folder.",
)
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def init(from_files: bool, folder: Path, files: tuple[Path, ...]) -> None:
    """Write a commented retail.toml."""
    if bool(files) != from_files:
        raise click.UsageError("--from goes with one or more files: retail init --from FILE...")
    path = folder / CONFIG_NAME
    if path.exists():
        raise ConfigError(f"{path} exists already; it was left as it is.")
    from retail import starter

    text = starter.text(files)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(path)


@cli.command(epilog="\b\nExample:\n  retail sample shop && retail build --config shop/retail.toml")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="sample")
def sample(folder: Path) -> None:
    """Write the bundled sample data into FOLDER (default: sample)."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(
            f"{folder} isn't empty; choose a new folder, since files would be overwritten."
        )
    from retail import sample as generator

    generator.write(folder)
    click.echo(folder)


def _config(path: Path | None, **overrides: str | None) -> Any:
    from retail import config

    if path is None and Path(CONFIG_NAME).is_file():
        path = Path(CONFIG_NAME)
    return config.load(path, **overrides)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the process ends with the exit code of the error, or 0."""
    try:
        cli.main(arguments, prog_name="retail", standalone_mode=True)
    except RetailError as error:
        click.echo(f"retail: {error}", err=True)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
