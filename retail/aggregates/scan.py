"""An engine at work on Parquet: with `opening` the only place that knows which one it is.

Everything else is written once against narwhals, lazily, on whole numbers and texts.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from retail import machine
from retail.aggregates import spark
from retail.aggregates.opening import Frame, not_installed, open_parquet, sql_text
from retail.aggregates.spark import Spark
from retail.schema.lines import HASHES

if TYPE_CHECKING:
    import pandas as pd

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

    def start(self, wanted: Spark) -> None:
        """Make the engine ready: Spark's session, DuckDB's bounds. EngineError when it can't be."""
        try:
            if self.name == "pyspark":
                spark.session(wanted)
            elif self.name == "duckdb":
                _bound_duckdb(self.folder)
        except ModuleNotFoundError as error:
            raise not_installed(self.name, error) from None

    def open(self, *paths: Path, numbered: bool = False, without: Sequence[str] = ()) -> Frame:
        """The rows of `paths`; see `open_parquet`."""
        return open_parquet(paths, self.name, numbered=numbered, without=without)

    def stored(self, frame: Frame, name: str, *, is_long: bool = False) -> Frame:
        """`frame`, computed once: written and scanned again; pandas has it in memory already.

        Of a long one, which some read a few days of, parts say what values they hold.
        """
        if self.name == "pandas":
            return frame
        self._sink(frame, name, is_long)
        return self.open(self.path(name))

    def written(self, frame: Frame, name: str) -> Path:
        """Where `frame` is as Parquet, a file or a folder of files: where `stored` put it, or new."""
        if not self.path(name).exists():
            self._sink(frame, name)
        return self.path(name)

    def renamed(self, frame: Frame, name: str, other: str) -> Frame:
        """A frame that `stored` gave under a name, under another one."""
        if not self.path(name).exists():
            return frame
        self.path(name).rename(self.path(other))
        return self.open(self.path(other))

    def path(self, name: str) -> Path:
        """Where the Parquet of that name is, or will be."""
        return self.folder / f"{name}.parquet"

    def _sink(self, frame: Frame, name: str, is_long: bool = False) -> None:
        path = str(self.path(name))
        if self.name != "polars":
            frame.sink_parquet(spark.place(path) if self.name == "pyspark" else path)
            return
        # It is read a few times and thrown away: what packs quickly is better than what packs well.
        bounds = {"min": True, "max": True, "distinct_count": False, "null_count": False}
        frame.to_native().sink_parquet(
            path, compression="lz4", statistics=bounds if is_long else False, engine="streaming"
        )

    def lent(self, table: pd.DataFrame, name: str) -> Frame:
        """A small pandas table as a frame that this engine's frames can be joined with."""
        import narwhals.stable.v2 as nw

        if self.name == "pandas":
            return nw.from_native(table).lazy()
        table.to_parquet(self.path(name), index=False)
        return self.open(self.path(name))


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


def stored_bytes(paths: Sequence[Path]) -> int:
    """Bytes of what engines read of checked Parquet files."""
    import pyarrow.parquet as pq

    total = 0
    for path in paths:
        told = pq.read_metadata(path)
        at = [n for n, name in enumerate(told.schema.names) if name not in HASHES]
        for number in range(told.num_row_groups):
            group = told.row_group(number)
            total += sum(group.column(n).total_compressed_size for n in at)
    return total


def _bound_duckdb(folder: Path) -> None:
    """Beyond its memory DuckDB goes on in `folder`; the order of rows, which none needs, costs some."""
    import duckdb

    duckdb.execute(f"SET memory_limit = '{MOST_DUCKDB}'")
    duckdb.execute(f"SET temp_directory = {sql_text(str(folder / 'duckdb'))}")
    duckdb.execute("SET preserve_insertion_order = false")
