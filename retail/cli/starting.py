"""`retail init` and `retail sample`: what a new shop begins with."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

import retail
from retail.cli.options import CONFIG_NAME
from retail.errors import ConfigError

BUNDLED = Path(retail.__file__).resolve().parent.parent / "data" / "sample"


@click.command(
    epilog="\b\nExamples:\n  retail init\n  retail init --folder shop --from orders.csv people.csv"
)
@click.option("--from", "from_files", is_flag=True, help="Propose the mapping of columns of FILES.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=".",
    help="Where to write it. Default: this folder.",
)
@click.option(
    "--encoding", default="", help="Encoding of FILES. Default: UTF-8, or what makes sense."
)
@click.option("--force", is_flag=True, help="Replace a retail.toml that is there.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def init(
    from_files: bool, folder: Path, encoding: str, force: bool, files: tuple[Path, ...]
) -> None:
    """Write a commented retail.toml. FILES may be folders, of a file a day for instance."""
    if bool(files) != from_files:
        raise click.UsageError("--from goes with one or more files: retail init --from FILE...")
    path = folder / CONFIG_NAME
    if path.exists() and not force:
        raise ConfigError(f"{path} exists already; it was left as it is (--force replaces it).")
    from retail import starter

    text, remarks = starter.text(), list[str]()
    if files:
        text, remarks = starter.proposed(files, folder, encoding)
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    click.echo(path)
    for sentence in remarks:
        click.echo(sentence, err=True)


@click.command(
    epilog="\b\nExample:\n  retail sample shop && retail build --config shop/retail.toml"
)
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default="sample")
def sample(folder: Path) -> None:
    """Write the bundled sample data into FOLDER (default: sample)."""
    if folder.exists() and any(folder.iterdir()):
        raise ConfigError(
            f"{folder} isn't empty; choose a new folder, since files would be overwritten."
        )
    folder.mkdir(parents=True, exist_ok=True)
    for path in (*BUNDLED.glob("*.csv"), BUNDLED / CONFIG_NAME):
        shutil.copyfile(path, folder / path.name)
    click.echo(folder)
