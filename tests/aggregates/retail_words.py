"""Small shops written as text: columns apart by blanks, "-" for a missing value."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from retail.intake.inputs import DateFormat, Inputs
from retail.schema.units import Units

# header in a test: (column of CHECKED, kind)
LINE = {
    "id": ("transaction_id", "text"),
    "customer": ("customer_id", "text"),
    "day": ("day_first", "whole"),
    "month_first": ("month_first", "whole"),
    "format": ("date_format", "whole"),
    "product": ("product_id", "text"),
    "category": ("category", "text"),
    "subcategory": ("subcategory", "text"),
    "channel": ("channel", "text"),
    "city": ("city", "text"),
    "units": ("quantity", "whole"),
    "price": ("unit_price", "whole"),
    "amount": ("amount", "whole"),
    "tax": ("tax", "whole"),
}
WHOLE = {"birth_day", "row"}
REAL = {"latitude", "longitude"}
FEATURES = {
    "customer_id",
    "customer_city",
    "transaction_id",
    "product_id",
    "category",
    "subcategory",
    "channel",
    "city",
    "quantity",
    "unit_price",
    "tax",
    "gender",
    "contactable",
}


def table(text: str) -> pd.DataFrame:
    """The rows of `text` as texts, None where "-" stands."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame(
        [[None if cell == "-" else cell for cell in row] for row in rows],
        columns=header,
        dtype=object,
    )


def checked(lines: str | pd.DataFrame) -> pd.DataFrame:
    """CHECKED from lines in the words of LINE; only the columns that are written."""
    rows = table(lines) if isinstance(lines, str) else lines
    columns = {}
    for word, (name, kind) in LINE.items():
        if word in rows:
            columns[name] = _typed(rows[word], "Int64" if kind == "whole" else "str")
    frame = pd.DataFrame(columns).assign(row=np.arange(2, len(rows) + 2))
    if "month_first" not in frame:
        frame["month_first"] = frame["day_first"]
    if "date_format" not in frame:
        frame["date_format"] = 0
    return frame


def inputs(
    folder: Path,
    lines: str | pd.DataFrame,
    *,
    customers: str | None = None,
    products: str | None = None,
    cities: str | None = None,
    files: int = 1,
    dropped: list[tuple[int, int]] | None = None,
    day_first: tuple[bool, ...] = (True,),
    scale: int = 0,
    as_of: int | None = None,
) -> Inputs:
    """Inputs as intake would hand them on, the lines split into `files` Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    frame = checked(lines)
    parts = [
        frame.iloc[at].reset_index(drop=True) for at in np.array_split(range(len(frame)), files)
    ]
    paths = []
    for number, part in enumerate(parts):
        path = folder / f"lines-{number}.parquet"
        part.assign(row=np.arange(2, len(part) + 2)).to_parquet(path, index=False)
        paths.append(path)
    tables = {"customers": customers, "products": products, "cities": cities}
    written = {name: _written(folder / name, text) for name, text in tables.items()}
    has = set(frame.columns)
    for text in (customers,):
        has |= set(table(text).columns) if text else set()
    return Inputs(
        transactions=tuple(paths),
        date_formats=tuple(
            DateFormat(f"format {i}", order, 0, "") for i, order in enumerate(day_first)
        ),
        dropped=_places(folder / "dropped.parquet", dropped),
        units=Units(0, scale),
        features=frozenset((has & FEATURES) | ({"birth_date"} if "birth_day" in has else set())),
        tables={},
        as_of=as_of,
        **written,
    )


def _written(start: Path, text: str | None) -> Path | None:
    """A table in Parquet, under a name that follows from what it holds, as intake writes it."""
    if text is None:
        return None
    path = start.with_name(f"{start.name}-{hashlib.sha256(text.encode()).hexdigest()}.parquet")
    rows = table(text)
    kinds = {
        name: "Int64" if name in WHOLE else "float64" if name in REAL else "str" for name in rows
    }
    typed = pd.DataFrame({name: _typed(rows[name], kind) for name, kind in kinds.items()})
    typed.to_parquet(path, index=False)
    return path


def _typed(cells: pd.Series, kind: str) -> pd.Series:
    whole = [None if pd.isna(cell) else int(cell) for cell in cells] if kind == "Int64" else cells
    return pd.Series(whole, index=cells.index, dtype=kind)


def _places(path: Path, places: list[tuple[int, int]] | None) -> Path | None:
    if places is None:
        return None
    pd.DataFrame(places, columns=["file", "row"], dtype="int64").to_parquet(path, index=False)
    return path


def same(frame: pd.DataFrame, text: str) -> None:
    """Fail unless the columns that `text` names hold exactly its rows, in its order."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    found = [
        [_said(cell) for cell in row]
        for row in frame[header].astype(object).itertuples(index=False, name=None)
    ]
    shown = pd.DataFrame(found, columns=header).to_string(index=False)
    assert found == rows, f"it is\n{shown}"


def _said(cell: object) -> str:
    """A cell as a test writes it: "-" for a missing value, blanks as underscores."""
    if pd.isna(cell):
        return "-"
    return f"{cell:g}" if isinstance(cell, float) else str(cell).replace(" ", "_")
