"""The rows of Parquet files as a lazy frame of an engine, which is the package of its name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from retail.aggregates import spark
from retail.errors import EngineError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pandas as pd

Frame: TypeAlias = "nw.LazyFrame[Any]"  # lazy, of whichever engine

ENGINES = ("pandas", "polars", "duckdb", "pyspark")
FILE = "file"  # the column that says which of the scanned files a row comes from


def open_parquet(
    paths: Sequence[Path], engine: str, *, numbered: bool = False, without: Sequence[str] = ()
) -> Frame:
    """The rows of all `paths` (files of one schema) as a lazy frame of `engine`.

    `numbered` adds the column `file`: the position of the row's file in `paths`. Columns named in
    `without` are not read. Raises EngineError when the engine, or what it needs, isn't installed.
    """
    import narwhals.stable.v2 as nw

    openers: dict[str, Callable[[list[str], bool], Any]] = {
        "pandas": partial(_open_pandas, without=without),
        "polars": _open_polars,
        "duckdb": _open_duckdb,
        "pyspark": _open_pyspark,
    }
    if engine not in openers:
        raise EngineError(f"There is no engine {engine!r}; choose auto or {', '.join(ENGINES)}.")
    try:
        native = openers[engine]([str(path) for path in paths], numbered)
    except ModuleNotFoundError as error:
        raise not_installed(engine, error) from None
    frame = nw.from_native(native).lazy()
    left_out = set(without) & set(frame.collect_schema().names()) if without else set()
    return frame.drop(*left_out) if left_out else frame


def not_installed(engine: str, error: ModuleNotFoundError) -> EngineError:
    """What to say of an engine's package that could not be imported."""
    return EngineError(
        f"The engine {engine} needs the Python package {error.name}, which isn't installed. "
        f'Install it with pip install "retail-report[{engine}]", or choose another engine.'
    )


def _open_pandas(paths: list[str], numbered: bool, without: Sequence[str]) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [
        pq.read_table(path, columns=[n for n in pq.read_schema(path).names if n not in without])
        for path in paths
    ]
    if numbered:
        tables = [
            table.append_column(FILE, pa.repeat(pa.scalar(number, pa.int64()), len(table)))
            for number, table in enumerate(tables)
        ]
    # Whole numbers stay whole where some are missing: pandas' default would make them floats.
    whole = {pa.int64(): pd.Int64Dtype()}
    return pa.concat_tables(tables, promote_options="default").to_pandas(types_mapper=whole.get)


def _open_polars(paths: list[str], numbered: bool) -> Any:
    import polars as pl

    pl.Config.set_engine_affinity("streaming")
    if not numbered:
        return pl.scan_parquet(paths)
    if len(paths) == 1:  # to look its number up for each row takes a second in ten million
        return pl.scan_parquet(paths).with_columns(pl.lit(0, pl.Int64).alias(FILE))
    numbers = pl.LazyFrame({"path": paths, FILE: list(range(len(paths)))})
    return pl.scan_parquet(paths, include_file_paths="path").join(numbers, on="path").drop("path")


def _open_duckdb(paths: list[str], numbered: bool) -> Any:
    import duckdb

    scanned = duckdb.read_parquet(paths, filename=numbered)
    if not numbered:
        return scanned
    listed = ", ".join(f"({number}, {sql_text(path)})" for number, path in enumerate(paths))
    numbers = duckdb.sql(f"SELECT n::BIGINT AS {FILE}, path FROM (VALUES {listed}) t(n, path)")
    names = ", ".join(f'scanned."{name}"' for name in scanned.columns if name != "filename")
    both = scanned.set_alias("scanned").join(
        numbers.set_alias("numbers"), "scanned.filename = numbers.path"
    )
    return both.project(f"{names}, numbers.{FILE}")


def sql_text(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("'", "''") + "'"


def _open_pyspark(paths: list[str], numbered: bool) -> Any:
    from pyspark.sql import functions

    session = spark.session()
    places = [spark.place(path) for path in paths]
    if not numbered:
        return session.read.parquet(*places)
    parts = [
        session.read.parquet(path).withColumn(FILE, functions.lit(number).cast("long"))
        for number, path in enumerate(places)
    ]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionByName(part)
    return whole
