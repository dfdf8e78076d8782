"""`retail readout`: what a campaign has changed."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from retail.cli.options import chosen, config_option, input_option
from retail.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

HELD = {"true": True, "false": False}
EPOCH = date(1970, 1, 1)


@click.command(
    epilog="\b\nExample:\n  retail readout .retail/private/lists/segment-loyal-5aa428.csv "
    "--since 2014-03-01"
)
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--since", required=True, help="First day of the campaign, YYYY-MM-DD.")
@config_option
@input_option
def readout(
    files: tuple[Path, ...], since: str, config_path: Path | None, input_folder: str | None
) -> None:
    """Compare the treated of private lists with the held out, since a day.

    By intention to treat: everyone counts in the group that the list put them in. Keep a copy of
    the list that the campaign went to, since lists change from run to run.
    """
    from retail import aggregates, intake
    from retail.lists import measure_lift
    from retail.render.formats import Formats

    first = _day(since)
    members = _members(files)
    config = chosen(config_path, input=input_folder)
    inputs = intake.read(config)
    found = aggregates.collect_all(inputs, config.engine, config.work_folder)
    known = set(found.customer_sums["customer_id"])
    if not known & set(members["customer_id"]):
        raise InputError(
            f"{files[0]}: none of its customers is in the data. Take a list of the private folder "
            "and not one of the site, which has pseudonyms."
        )
    if first > found.period.as_of:
        raise InputError(f"--since {since}: the data end on {_text(found.period.as_of)}.")
    try:
        lift = measure_lift(members, found.history(), first)
    except ValueError as problem:
        raise InputError(f"{files[0]}: {problem}; the column held_out tells them apart.") from None
    formats = Formats(inputs.units)
    money, shown = formats.money, formats.share
    click.echo(f"Since {since}, through {_text(found.period.as_of)}, by intention to treat:")
    for name, group in (("treated", lift.treated), ("held out", lift.held)):
        low, high = group.interval
        click.echo(
            f"  {name:<9} {group.customers:>9,} customers, {group.bought:,} bought "
            f"({shown(group.share)}, 95 % interval {shown(low)} to {shown(high)}), "
            f"net revenue per customer {money(group.mean)}"
        )
    click.echo(lift.verdict)
    click.echo(lift.worth.verdict(money))


def _day(text: str) -> int:
    try:
        return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        raise InputError(f"--since {text}: expected a date such as 2014-03-01.") from None


def _text(day: int) -> str:
    return date.fromordinal(EPOCH.toordinal() + day).isoformat()


def _members(files: tuple[Path, ...]) -> pd.DataFrame:
    """customer_id and held_out of all files, whose texts may have been made safe for spreadsheets."""
    import pandas as pd

    from retail.render.csv_files import restore

    rows: dict[str, bool] = {}
    for file in files:
        with file.open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines)
            lacking = {"customer_id", "held_out"} - set(table.fieldnames or ())
            if lacking:
                raise InputError(f"{file}: no column {' and '.join(sorted(lacking))}.")
            for row in table:
                stated = (row["held_out"] or "").lower()
                if stated not in HELD:
                    raise InputError(
                        f"{file}, row {table.line_num}, column held_out: {stated!r}; expected true "
                        "or false."
                    )
                rows[restore(row["customer_id"])] = HELD[stated]
    return pd.DataFrame({"customer_id": list(rows), "held_out": list(rows.values())})
