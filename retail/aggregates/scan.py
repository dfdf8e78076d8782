"""Opening Parquet with an engine: the only place that knows which engine is at work.

Everything else is written once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from retail import machine
from retail.aggregates import spark
from retail.aggregates.spark import Spark
from retail.errors import EngineError
from retail.intake import ahead
from retail.schema.lines import HASHES

if TYPE_CHECKING:
    import narwhals.stable.v2 as nw
    import pandas as pd

Frame: TypeAlias = "nw.LazyFrame[Any]"  # lazy, of whichever engine
T = TypeVar("T")
U = TypeVar("U")

ENGINES = ("pandas", "polars", "duckdb", "pyspark")
FILE = "file"  # the column that says which of the scanned files a row comes from
# Below this many bytes of Parquet the other engines don't win back the time they take to start.
SMALL_BYTES = 70_000_000
MOST_DUCKDB = "3GB"
# What Polars holds of its joins and groups, as a multiple of the Parquet: 14 times at ten million lines.
POLARS_HOLDS = 15


@dataclass(frozen=True)
class Engine:
    """One engine at work, with a private folder for what it computes once and scans again."""

    name: str
    folder: Path
    is_small: bool = False  # what it computes fits into memory many times

    def start(self, wanted: Spark) -> None:
        """Make the engine ready: Spark's session, DuckDB's bounds. EngineError when it can't be."""
        try:
            if self.name == "pyspark":
                spark.session(wanted)
            elif self.name == "duckdb":
                _bound_duckdb(self.folder)
        except ModuleNotFoundError as error:
            raise _not_installed(self.name, error) from None

    def within(self, name: str, *, is_small: bool = False) -> Engine:
        """The same engine with a folder of its own in this one's."""
        (self.folder / name).mkdir()
        return replace(self, folder=self.folder / name, is_small=is_small)

    def open(self, *paths: Path, numbered: bool = False, without: Sequence[str] = ()) -> Frame:
        """The rows of `paths`; see `open_parquet`."""
        return open_parquet(paths, self.name, numbered=numbered, without=without)

    def save(self, frames: Mapping[str, Frame], *, is_long: bool = False) -> None:
        """Write frames under their names; a name may be in a folder that is there."""
        self._sink(frames, is_long)

    def stored(self, frame: Frame, name: str, *, is_long: bool = False) -> Frame:
        """`frame`, computed once: written and scanned again, or kept if it is in memory already.

        Of a long one, which some read a few days of, parts say what values they hold.
        """
        if self.name == "pandas":
            return frame
        held = self.held(frame)
        if held is not frame:
            return held
        self._sink({name: frame}, is_long)
        return self.open(self.path(name))

    def held(self, frame: Frame) -> Frame:
        """`frame` in memory, where it is small and the engine can have it there; else as it is."""
        if self.name == "polars" and self.is_small:
            return frame.collect("polars").lazy()
        return frame

    def both(self, one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
        """What two functions give: side by side where each is small, so that no core waits for the other.

        Only Polars can: DuckDB's frames share a connection, and pandas has one core.
        """
        if self.name != "polars" or not self.is_small:
            return one(), other()
        with ThreadPoolExecutor(1, thread_name_prefix="beside") as beside:
            begun = ahead.begin(beside, one)
            second = other()
            return begun.result(), second

    def written(self, frame: Frame, name: str) -> Path:
        """Where `frame` is as Parquet, a file or a folder of files: where `stored` put it, or new."""
        if not self.path(name).exists():
            self._sink({name: frame})
        return self.path(name)

    def having(self, frame: Frame, wanted: Mapping[str, Frame]) -> Frame:
        """The rows that have in one of the columns `wanted` a value of its frame (one text column)."""
        import narwhals.stable.v2 as nw

        if self.name == "polars":  # rows are chosen while they are read, which takes half the time
            found = {name: values.collect("polars") for name, values in wanted.items()}
            return frame.filter(
                nw.any_horizontal(
                    *(nw.col(name).is_in(values[name]) for name, values in found.items()),
                    ignore_nulls=True,
                )
            )
        parts = [frame.join(values, on=name, how="semi") for name, values in wanted.items()]
        others = list(wanted.items())
        for number, part in enumerate(parts):
            for name, values in others[:number]:
                part = part.join(values, on=name, how="anti")
            parts[number] = part
        return nw.concat(parts, how="vertical")

    def renamed(self, frame: Frame, name: str, other: str) -> Frame:
        """A frame that `stored` gave under a name, under another one."""
        is_there = self.path(name).exists()
        return self.linked(self.path(name), other) if is_there else frame

    def linked(self, path: Path, name: str) -> Frame:
        """The Parquet at `path` under a name of its own, without copying it where that can be."""
        link(path, self.path(name))
        return self.open(self.path(name))

    def path(self, name: str) -> Path:
        """Where the Parquet of that name is, or will be."""
        return self.folder / f"{name}.parquet"

    def _sink(self, frames: Mapping[str, Frame], is_long: bool = False) -> None:
        """Write frames by name; Polars reads and joins once what they share."""
        if self.name != "polars":
            for name, frame in frames.items():
                path = str(self.path(name))
                frame.sink_parquet(spark.place(path) if self.name == "pyspark" else path)
            return
        import polars as pl

        # They are read a few times and thrown away: what packs quickly is better than what packs well.
        bounds = {"min": True, "max": True, "distinct_count": False, "null_count": False}
        told = bounds if is_long else False
        quick: dict[str, Any] = {"compression": "lz4", "statistics": told, "lazy": True}
        sinks = [
            frame.to_native().sink_parquet(self.path(name), **quick)
            for name, frame in frames.items()
        ]
        pl.collect_all(sinks, engine="streaming")

    def lent(self, table: pd.DataFrame, name: str) -> Frame:
        """A small pandas table as a frame that this engine's frames can be joined with."""
        import narwhals.stable.v2 as nw

        if self.name == "pandas":
            return nw.from_native(table).lazy()
        if self.name == "polars" and self.is_small:
            import polars as pl

            return nw.from_native(pl.from_pandas(table)).lazy()
        table.to_parquet(self.path(name), index=False)
        return self.open(self.path(name))


def link(path: Path, other: Path) -> None:
    """The file, or the folder of files, at `path` also at `other`: one content, or a copy of it."""
    if path.is_dir():
        other.mkdir()
        for inside in path.iterdir():
            link(inside, other / inside.name)
        return
    try:
        os.link(path, other)
    except OSError:  # the disk has no links
        shutil.copyfile(path, other)


def chosen(engine: str, paths: Sequence[Path], log: Callable[[str], None]) -> str:
    """`engine`, or for "auto" the one that suits the size of `paths`, told to `log` with the reason."""
    if engine != "auto":
        return engine
    size, memory = stored_bytes(paths), machine.memory()
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


def stored_bytes(paths: Sequence[Path], enough: int | None = None) -> int:
    """Bytes of what engines read of checked Parquet files; of many, no more are looked at than `enough`."""
    import pyarrow.parquet as pq

    total = 0
    for path in paths:
        told = pq.read_metadata(path)
        at = [n for n, name in enumerate(told.schema.names) if name not in HASHES]
        for number in range(told.num_row_groups):
            group = told.row_group(number)
            total += sum(group.column(n).total_compressed_size for n in at)
        if enough is not None and total >= enough:
            break
    return total


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


def _bound_duckdb(folder: Path) -> None:
    """Beyond its memory DuckDB goes on in `folder`; the order of rows, which none needs, costs some."""
    import duckdb

    duckdb.execute(f"SET memory_limit = '{MOST_DUCKDB}'")
    duckdb.execute(f"SET temp_directory = {_sql_text(str(folder / 'duckdb'))}")
    duckdb.execute("SET preserve_insertion_order = false")


def _sql_text(text: str) -> str:
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
