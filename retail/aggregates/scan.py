"""An engine at work on Parquet: with `opening` the only place that knows which one it is.

Everything else is written once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from retail import machine
from retail.aggregates import spark, sums
from retail.aggregates.opening import Frame, not_installed, open_parquet, sql_text
from retail.aggregates.spark import Spark
from retail.intake import ahead
from retail.schema.lines import HASHES

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
U = TypeVar("U")

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
            raise not_installed(self.name, error) from None

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
        if not self.is_small:
            return frame
        if self.name == "polars":
            return frame.collect("polars").lazy()
        return (
            self._of_arrow(frame.to_native().to_arrow_table()) if self.name == "duckdb" else frame
        )

    def both(self, one: Callable[[], T], other: Callable[[], U]) -> tuple[T, U]:
        """What two functions give: side by side where each is small, so that no core waits for the other.

        Only Polars can: DuckDB's frames share a connection, and pandas has one core.
        """
        if self.name != "polars" or not self.is_small:
            return one(), other()
        return ahead.both(one, other)

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
        parts: list[Frame] = []
        before: dict[str, Frame] = {}
        for name, values in wanted.items():
            if before:  # few rows have only this value, if any: a look at these columns tells
                rows = frame.select(name, *before).join(values, on=name, how="semi")
                values = _without(rows, before).select(name).unique()
                if not sums.count(values):
                    continue
            parts.append(_without(frame.join(values, on=name, how="semi"), before))
            before[name] = wanted[name]
        return nw.concat(parts, how="vertical") if len(parts) > 1 else parts[0]

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

    @staticmethod
    def _of_arrow(table: Any) -> Frame:
        import duckdb
        import narwhals.stable.v2 as nw

        return nw.from_native(duckdb.from_arrow(table)).lazy()

    def lent(self, table: pd.DataFrame, name: str) -> Frame:
        """A small pandas table as a frame that this engine's frames can be joined with."""
        import narwhals.stable.v2 as nw

        if self.name == "pandas":
            return nw.from_native(table).lazy()
        if self.name == "polars" and self.is_small:
            import polars as pl

            return nw.from_native(pl.from_pandas(table)).lazy()
        if self.name == "duckdb" and self.is_small:
            import pyarrow as pa

            return self._of_arrow(pa.Table.from_pandas(table, preserve_index=False))
        table.to_parquet(self.path(name), index=False)
        return self.open(self.path(name))


def _without(frame: Frame, unwanted: Mapping[str, Frame]) -> Frame:
    """The rows that have none of the values `unwanted` by column."""
    for name, values in unwanted.items():
        frame = frame.join(values, on=name, how="anti")
    return frame


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


def _bound_duckdb(folder: Path) -> None:
    """Beyond its memory DuckDB goes on in `folder`; the order of rows, which none needs, costs some."""
    import duckdb

    duckdb.execute(f"SET memory_limit = '{MOST_DUCKDB}'")
    duckdb.execute(f"SET temp_directory = {sql_text(str(folder / 'duckdb'))}")
    duckdb.execute("SET preserve_insertion_order = false")
