"""The command line: one module for building, starting a shop, and looking at what was built.

Every failure that is the user's to mend is one message on standard error and an exit code of
`retail.errors`; a bug keeps its traceback.
"""

from __future__ import annotations

import sys

import click

import retail
from retail import errors
from retail.cli import building, measuring, starting, viewing
from retail.errors import RetailError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(retail.__version__, prog_name="retail")
def cli() -> None:
    """Turn a retailer's CSV exports into a static site of linked charts."""


for command in (
    building.build,
    building.check,
    starting.init,
    starting.sample,
    viewing.open_site,
    viewing.preview,
    viewing.explain,
    viewing.completion,
    measuring.readout,
):
    cli.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; the process ends with the exit code of the error, or 0."""
    try:
        cli.main(arguments, prog_name="retail", standalone_mode=True)
    except RetailError as error:
        click.echo(f"retail: {errors.message(error)}", err=True)
        sys.exit(error.exit_code)
