"""Opening Parquet with an engine: the only place that knows which engine is at work.

Everything else is written once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from retail.errors import EngineError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pandas as pd

Frame: TypeAlias = "nw.LazyFrame[Any]"  # lazy, of whichever engine
Opener: TypeAlias = "Callable[[Sequence[Path]], Frame]"

ENGINES = ("pandas", "polars", "duckdb", "pyspark")
FILE = "file"  # the column that says which of the scanned files a row comes from
# Below this many bytes of Parquet the other engines don't win back the time they take to start.
SMALL_BYTES = 100_000_000


def chosen(engine: str, paths: Sequence[Path], log: Callable[[str], None]) -> str:
    """`engine`, or for "auto" the one that suits the size of `paths`, told to `log` with the reason."""
    if engine != "auto":
        return engine
    size = sum(path.stat().st_size for path in paths)
    installed = [name for name in ("polars", "duckdb") if importlib.util.find_spec(name)]
    if size <= SMALL_BYTES:
        picked, why = "pandas", "which suits inputs of this size"
    elif installed:
        picked, why = installed[0], "which streams what may not fit in memory"
    else:
        picked = "pandas"
        why = 'because neither Polars nor DuckDB is installed (pip install "retail-report[polars]")'
    log(f"engine {picked}: {size / 1e6:,.0f} MB of checked lines, {why}")
    return picked


def open_parquet(paths: Sequence[Path], engine: str, *, numbered: bool = False) -> Frame:
    """The rows of all `paths` (files of one schema) as a lazy frame of `engine`.

    `numbered` adds the column `file`: the position of the row's file in `paths`. Raises EngineError
    when the engine, or what it needs, isn't installed.
    """
    import narwhals.stable.v2 as nw

    openers = {
        "pandas": _open_pandas,
        "polars": _open_polars,
        "duckdb": _open_duckdb,
        "pyspark": _open_pyspark,
    }
    if engine not in openers:
        raise EngineError(f"engine {engine!r} is unknown; known are auto, {', '.join(ENGINES)}")
    try:
        native = openers[engine]([str(path) for path in paths], numbered)
    except ModuleNotFoundError as error:
        raise EngineError(
            f"engine {engine} needs the Python package {error.name}, which isn't installed. "
            f'Install it (pip install "retail-report[{engine}]") or choose another engine.'
        ) from None
    return nw.from_native(native).lazy()


def stored(frame: Frame, path: Path, opener: Opener) -> Frame:
    """`frame`, computed once: written to `path` and scanned again, or kept when it is in memory."""
    if frame.implementation.is_pandas():
        return frame
    frame.sink_parquet(str(path))
    return opener([path])


def _open_pandas(paths: list[str], numbered: bool) -> pd.DataFrame:
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = [pq.read_table(path) for path in paths]
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

    if not numbered:
        return pl.scan_parquet(paths)
    numbers = pl.LazyFrame({"path": paths, FILE: list(range(len(paths)))})
    scanned = pl.scan_parquet(paths, include_file_paths="path")
    return scanned.join(numbers, on="path").drop("path")


def _open_duckdb(paths: list[str], numbered: bool) -> Any:
    import duckdb

    scanned = duckdb.read_parquet(paths, filename=numbered)
    if not numbered:
        return scanned
    listed = ", ".join(f"({number}, {_sql_text(path)})" for number, path in enumerate(paths))
    numbers = duckdb.sql(
        f"SELECT number::BIGINT AS {FILE}, path FROM (VALUES {listed}) t(number, path)"
    )
    names = ", ".join(f'scanned."{name}"' for name in scanned.columns if name != "filename")
    return (
        scanned.set_alias("scanned")
        .join(numbers.set_alias("numbers"), "scanned.filename = numbers.path")
        .project(f"{names}, numbers.{FILE}")
    )


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _open_pyspark(paths: list[str], numbered: bool) -> Any:
    from pyspark.errors import PySparkException, PySparkRuntimeError
    from pyspark.sql import SparkSession, functions

    try:
        session = SparkSession.builder.appName("retail-report").getOrCreate()
    except (PySparkException, PySparkRuntimeError, OSError) as error:
        raise EngineError(
            f"Spark did not start: {error}. It needs Java 17 or later (JAVA_HOME or `java` on PATH)."
        ) from None
    if not numbered:
        return session.read.parquet(*paths)
    parts = [
        session.read.parquet(path).withColumn(FILE, functions.lit(number).cast("long"))
        for number, path in enumerate(paths)
    ]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionByName(part, allowMissingColumns=True)
    return whole
