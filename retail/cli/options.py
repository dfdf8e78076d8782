"""Options that several commands share: config, input and engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

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


def chosen(path: Path | None, **overrides: str | None) -> Any:
    """The config of `path`, else of retail.toml in this folder, else the defaults; with overrides."""
    from retail import config

    if path is None and Path(CONFIG_NAME).is_file():
        path = Path(CONFIG_NAME)
    return config.load(path, **overrides)
