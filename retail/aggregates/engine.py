"""The engine that computes: pandas, Polars, DuckDB or Spark, at work on Parquet.

The only place that knows which one it is (Spark's session is in `spark`). Everything else is written
once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from retail import machine
from retail.aggregates import spark
from retail.aggregates.spark import Spark
from retail.errors import EngineError
from retail.schema.lines import HASHES

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pandas as pd

Frame: TypeAlias = "nw.LazyFrame[Any]"  # lazy, of whichever engine

ENGINES = ("pandas", "polars", "duckdb", "pyspark")
FILE = "file"  # the column that says which of the scanned files a row comes from
# Below this many bytes of Parquet the other engines don't win back the time they take to start.
SMALL_BYTES = 70_000_000
DUCKDB_MEMORY = "3GB"
# What Polars holds of its joins and groups, as a multiple of the Parquet: 14 times at ten million lines.
POLARS_HOLDS = 15


@dataclass(frozen=True)
class Engine:
    """One engine at work, with a private folder for what it computes once and scans again."""

    name: str
    folder: Path

    def start(self, wanted: Spark) -> None:
        """Make the engine ready: Spark's session, DuckDB's bounds. EngineError when it can't be."""
        try:
            if self.name == "pyspark":
                spark.session(wanted)
            elif self.name == "duckdb":
                _bound_duckdb(self.folder)
        except ModuleNotFoundError as error:
            raise _not_installed(self.name, error) from None

    def open(self, *paths: Path, numbered: bool = False, without: Sequence[str] = ()) -> Frame:
        """The rows of `paths`; see `open_parquet`."""
        return open_parquet(paths, self.name, numbered=numbered, without=without)

    def materialized(self, frame: Frame, name: str) -> Frame:
        """`frame`, computed once: written and scanned again; pandas has it in memory already."""
        if self.name == "pandas":
            return frame
        self._write(frame, name)
        return self.open(self.path(name))

    def written(self, frame: Frame, name: str) -> Path:
        """Where `frame` is as Parquet, a file or a folder of files: as it was materialized, or new."""
        if not self.path(name).exists():
            self._write(frame, name)
        return self.path(name)

    def _write(self, frame: Frame, name: str) -> None:
        path = self.path(name)
        if self.name != "polars":
            frame.sink_parquet(spark.place(str(path)) if self.name == "pyspark" else str(path))
            return
        # Read a few times, then thrown away: fast compression matters, not small files. Lowest and
        # highest values let a scan skip what a filter excludes.
        statistics = {"min": True, "max": True, "distinct_count": False, "null_count": False}
        native = frame.to_native()
        native.sink_parquet(path, compression="lz4", statistics=statistics, engine="streaming")

    def from_pandas(self, table: pd.DataFrame, name: str) -> Frame:
        """A small pandas table as a frame that this engine's frames can be joined with."""
        import narwhals.stable.v2 as nw

        if self.name == "pandas":
            return nw.from_native(table).lazy()
        table.to_parquet(self.path(name), index=False)
        return self.open(self.path(name))

    def path(self, name: str) -> Path:
        """Where the Parquet of that name is, or will be."""
        return self.folder / f"{name}.parquet"


def choose(engine: str, paths: Sequence[Path], log: Callable[[str], None]) -> str:
    """`engine`, or for "auto" the one that suits the size of `paths`; then `log` gets name and reason."""
    if engine != "auto":
        return engine
    size, memory = _bytes_of_lines(paths), machine.memory()
    has_polars, has_duckdb = (importlib.util.find_spec(name) for name in ("polars", "duckdb"))
    is_much = memory and size * POLARS_HOLDS > memory / 2
    if size <= SMALL_BYTES:
        picked, why = "pandas", "which is quickest at this size"
    elif has_duckdb and (is_much or not has_polars):
        picked, why = "duckdb", "which goes on on the disk when memory runs short"
    elif has_polars:
        picked, why = "polars", "which is quickest where memory is no question"
        if is_much:
            why = 'though DuckDB would need less memory (pip install "retail-report[duckdb]")'
    else:
        picked = "pandas"
        why = 'as neither Polars nor DuckDB is installed (pip install "retail-report[duckdb]")'
    log(f"engine {picked}: {size / 1e6:,.1f} MB of checked lines, {why}")
    return picked


def _bytes_of_lines(paths: Sequence[Path]) -> int:
    """Bytes of the columns that engines read of checked Parquet files."""
    import pyarrow.parquet as pq

    total = 0
    for path in paths:
        metadata = pq.read_metadata(path)
        read = [n for n, name in enumerate(metadata.schema.names) if name not in HASHES]
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            total += sum(group.column(n).total_compressed_size for n in read)
    return total


def _bound_duckdb(folder: Path) -> None:
    """Beyond its memory DuckDB spills to `folder`; the order of rows, which none needs, costs some."""
    import duckdb

    duckdb.execute(f"SET memory_limit = '{DUCKDB_MEMORY}'")
    duckdb.execute(f"SET temp_directory = {_sql_text(str(folder / 'duckdb'))}")
    duckdb.execute("SET preserve_insertion_order = false")


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
        raise _not_installed(engine, error) from None
    frame = nw.from_native(native).lazy()
    left_out = set(without) & set(frame.collect_schema().names()) if without else set()
    return frame.drop(*left_out) if left_out else frame


def _not_installed(engine: str, error: ModuleNotFoundError) -> EngineError:
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
    listed = ", ".join(f"({number}, {_sql_text(path)})" for number, path in enumerate(paths))
    numbers = duckdb.sql(f"SELECT n::BIGINT AS {FILE}, path FROM (VALUES {listed}) t(n, path)")
    names = ", ".join(f'scanned."{name}"' for name in scanned.columns if name != "filename")
    both = scanned.set_alias("scanned").join(
        numbers.set_alias("numbers"), "scanned.filename = numbers.path"
    )
    return both.project(f"{names}, numbers.{FILE}")


def _sql_text(text: str) -> str:
    """A text as a literal of SQL."""
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
