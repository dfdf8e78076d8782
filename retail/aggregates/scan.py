"""Opening Parquet with an engine: the only place that knows which engine is at work.

Everything else is written once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from retail.errors import EngineError

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pandas as pd

Frame: TypeAlias = "nw.LazyFrame[Any]"  # lazy, of whichever engine

ENGINES = ("pandas", "polars", "duckdb", "pyspark")
FILE = "file"  # the column that says which of the scanned files a row comes from
# Below this many bytes of Parquet the other engines don't win back the time they take to start.
SMALL_BYTES = 100_000_000


@dataclass(frozen=True)
class Engine:
    """One engine at work, with a private folder for what it computes once and scans again."""

    name: str
    folder: Path

    def open(self, *paths: Path, numbered: bool = False) -> Frame:
        """The rows of `paths`; see `open_parquet`."""
        return open_parquet(paths, self.name, numbered=numbered)

    def stored(self, frame: Frame, name: str) -> Frame:
        """`frame`, computed once: written and scanned again, or kept if it is in memory already."""
        if self.name == "pandas":
            return frame
        path = self.folder / f"{name}.parquet"
        frame.sink_parquet(str(path))
        return self.open(path)

    def written(self, frame: Frame, name: str) -> Path:
        """Where `frame` is as Parquet, a file or a folder of files: where `stored` put it, or new."""
        path = self.folder / f"{name}.parquet"
        if not path.exists():
            frame.sink_parquet(str(path))
        return path

    def lent(self, table: pd.DataFrame, name: str) -> Frame:
        """A small pandas table as a frame that this engine's frames can be joined with."""
        import narwhals.stable.v2 as nw

        if self.name == "pandas":
            return nw.from_native(table).lazy()
        path = self.folder / f"{name}.parquet"
        table.to_parquet(path, index=False)
        return self.open(path)


def chosen(engine: str, paths: Sequence[Path], log: Callable[[str], None]) -> str:
    """`engine`, or for "auto" the one that suits the size of `paths`, told to `log` with the reason."""
    if engine != "auto":
        return engine
    size = sum(path.stat().st_size for path in paths)
    installed = [name for name in ("polars", "duckdb") if importlib.util.find_spec(name)]
    if size <= SMALL_BYTES:
        picked, why = "pandas", "which is quickest at this size"
    elif installed:
        picked, why = installed[0], "which streams what may not fit in memory"
    else:
        picked = "pandas"
        why = 'as neither Polars nor DuckDB is installed (pip install "retail-report[polars]")'
    log(f"engine {picked}: {size / 1e6:,.1f} MB of checked lines, {why}")
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
        raise EngineError(f"There is no engine {engine!r}; choose auto or {', '.join(ENGINES)}.")
    try:
        native = openers[engine]([str(path) for path in paths], numbered)
    except ModuleNotFoundError as error:
        raise EngineError(
            f"The engine {engine} needs the Python package {error.name}, which isn't installed. "
            f'Install it with pip install "retail-report[{engine}]", or choose another engine.'
        ) from None
    return nw.from_native(native).lazy()


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

    pl.Config.set_engine_affinity("streaming")
    if not numbered:
        return pl.scan_parquet(paths)
    numbers = pl.LazyFrame({"path": paths, FILE: list(range(len(paths)))})
    return pl.scan_parquet(paths, include_file_paths="path").join(numbers, on="path").drop("path")


def _open_duckdb(paths: list[str], numbered: bool) -> Any:
    import duckdb

    scanned = duckdb.read_parquet(paths, filename=numbered)
    if not numbered:
        return scanned
    listed = ", ".join(f"({number}, {_sql_text(path)})" for number, path in enumerate(paths))
    numbers = duckdb.sql(f"SELECT n::BIGINT AS {FILE}, path FROM (VALUES {listed}) t(n, path)")
    names = ", ".join(f'scanned."{name}"' for name in scanned.columns if name != "filename")
    both = scanned.set_alias("scanned").join(
        numbers.set_alias("numbers"), "scanned.filename = numbers.path"
    )
    return both.project(f"{names}, numbers.{FILE}")


def _sql_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _open_pyspark(paths: list[str], numbered: bool) -> Any:
    from pyspark.sql import functions

    session = _spark_session()
    if not numbered:
        return session.read.parquet(*paths)
    parts = [
        session.read.parquet(path).withColumn(FILE, functions.lit(number).cast("long"))
        for number, path in enumerate(paths)
    ]
    whole = parts[0]
    for part in parts[1:]:
        whole = whole.unionByName(part)
    return whole


def _spark_session() -> Any:
    """The session that is there (a cluster's, a notebook's), else a local one of all cores."""
    import os
    import warnings

    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # It works with pandas 3 and says at length that it is not sure.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    session = SparkSession.getActiveSession()
    if session is not None:
        return session
    cores = os.cpu_count() or 1
    builder = (
        SparkSession.builder.appName("retail-report")
        .master(f"local[{cores}]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", str(2 * cores))
    )
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise EngineError(
            "Spark did not start. The engine pyspark needs Java 17 or later: install it (such as "
            "apt install openjdk-17-jre-headless) and see that `java` is on the PATH or JAVA_HOME "
            f"names it, or choose another engine. Spark says: {str(error).strip()}"
        ) from None
