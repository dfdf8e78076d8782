"""Small shops on disk: files and a config go in, the lines that are kept come out."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq

from retail import config, intake
from retail.intake.inputs import Inputs

Files = Mapping[str, str | bytes]


def put(folder: Path, files: Files) -> None:
    """Write files into `folder`, texts as UTF-8 and exactly as they are."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def load(folder: Path, toml: str = "") -> config.Config:
    """The config of a shop whose files are in `folder`/in."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    path = folder / "retail.toml"
    path.write_text(toml, encoding="utf-8")
    return config.load(path, input=str(folder / "in"))


def read(folder: Path, files: Files, toml: str = "", **options: object) -> Inputs:
    """Write a shop and read it."""
    put(folder / "in", files)
    return intake.read(load(folder, toml), **options)


def kept(inputs: Inputs) -> pd.DataFrame:
    """All kept lines with `file`, `row`, `date` (ISO) and money as decimal texts, in order."""
    parts = []
    for at, path in enumerate(inputs.transactions):
        lines = pq.read_table(path).to_pandas()
        lines.insert(0, "file", at)
        parts.append(lines)
    lines = pd.concat(parts, ignore_index=True)
    if inputs.dropped is not None:
        gone = set(map(tuple, pq.read_table(inputs.dropped).to_pandas().to_numpy().tolist()))
        is_gone = [key in gone for key in zip(lines["file"], lines["row"], strict=True)]
        lines = lines[[not gone for gone in is_gone]]
    first = [inputs.date_formats[form].is_day_first for form in lines["date_format"]]
    day = lines["day_first"].where(pd.Series(first, index=lines.index), lines["month_first"])
    lines = lines.assign(date=[iso(int(value)) for value in day])
    for name in ("amount", "tax", "unit_price"):
        if name in lines:
            lines[name] = [money(value, inputs.units.money_scale) for value in lines[name]]
    if "quantity" in lines:
        scale = inputs.units.quantity_scale
        lines["quantity"] = [money(value, scale) for value in lines["quantity"]]
    hidden = ["day_first", "month_first", "date_format", "hash_high", "hash_low"]
    return lines.drop(columns=hidden).reset_index(drop=True)


def iso(day: int) -> str:
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=int(day))).isoformat()


def money(value: Any, scale: int) -> str | None:
    """A whole number of the smallest unit as a decimal text."""
    if pd.isna(value):
        return None
    whole = int(value)
    digits = str(abs(whole)).rjust(scale + 1, "0")
    text = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    return ("-" if whole < 0 else "") + text


def books(inputs: Inputs) -> dict[str, tuple[int, str | None]]:
    """Lines and money by step."""
    table = inputs.tables["books"]
    scale = inputs.units.money_scale
    rows = zip(table["step"], table["lines"], table["amount"], strict=True)
    return {step: (lines, money(amount, scale)) for step, lines, amount in rows}


def check(inputs: Inputs, name: str) -> tuple[str, str]:
    """Verdict and observation of a check."""
    table = inputs.tables["checks"].set_index("check")
    return table.loc[name, "verdict"], table.loc[name, "observed"]


def rejects(inputs: Inputs) -> list[tuple[int, str, str]]:
    """Row, column and value of what was set aside."""
    table = inputs.tables["rejects"]
    return list(zip(table["row"], table["column"], table["value"], strict=True))
