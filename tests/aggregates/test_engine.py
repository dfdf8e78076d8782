"""Choosing and opening an engine, and what a user reads when it isn't there."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from retail.aggregates import engine as engines
from retail.errors import EngineError


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """Two files whose order is not that of their names."""
    paths = [tmp_path / name for name in ("it's b.parquet", "a.parquet")]
    for number, path in enumerate(paths):
        frame = pd.DataFrame({"row": [2, 3], "amount": [number, None], "name": ["ä", None]})
        frame.astype({"amount": "Int64", "name": "str"}).to_parquet(path, index=False)
    return paths


@pytest.mark.parametrize("engine", ["pandas", "polars", "duckdb"])
def test_rows_know_the_position_of_their_file(engine: str, files: list[Path]) -> None:
    pytest.importorskip(engine)
    frame = engines.open_parquet(files, engine, numbered=True)
    found = frame.collect("pandas").to_native().sort_values(["file", "row"])
    assert found["file"].tolist() == [0, 0, 1, 1]
    assert found["row"].tolist() == [2, 3, 2, 3]
    assert found["amount"].fillna(-1).tolist() == [0, -1, 1, -1]


def test_an_unknown_engine_is_named(files: list[Path]) -> None:
    with pytest.raises(EngineError, match="no engine 'dask'; choose auto or pandas, polars"):
        engines.open_parquet(files, "dask")


@pytest.mark.parametrize("engine", ["polars", "duckdb", "pyspark"])
def test_a_missing_package_says_how_to_install_it(
    engine: str, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == engine]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, engine, None)
    with pytest.raises(EngineError, match=rf'pip install "retail-report\[{engine}\]"'):
        engines.open_parquet(files, engine)


def test_a_bug_inside_an_engine_is_not_called_a_missing_engine(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        engines.open_parquet([tmp_path / "none.parquet"], "pandas")


@pytest.mark.needs("pyspark")
def test_spark_without_java_says_so(files: list[Path], tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retail.aggregates import engine as engines\n"
        "from retail.errors import EngineError\n"
        "try: engines.open_parquet([Path(sys.argv[1])], 'pyspark')\n"
        "except EngineError as error: print(error)\n"
    )
    bare = {k: v for k, v in os.environ.items() if k not in ("JAVA_HOME", "SPARK_HOME")}
    run = subprocess.run(
        [sys.executable, "-c", code, str(files[0])],
        env={**bare, "PATH": "/usr/bin/nothing:" + _path_without_java(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "needs Java 17 or later" in run.stdout, run.stderr


@pytest.mark.needs("pyspark")
def test_a_spark_master_that_is_away_is_one_message_at_once() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    master = f"spark://127.0.0.1:{port},127.0.0.1:port"
    code = (
        "import sys; from retail.aggregates import spark\n"
        "from retail.errors import EngineError\n"
        "try: spark.session(spark.Spark(sys.argv[1]))\n"
        "except EngineError as error: print(error.exit_code, error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, master], capture_output=True, text=True, timeout=60
    )
    assert run.stdout.startswith(f"5 Spark's master {master} does not answer ("), run.stderr
    assert f"127.0.0.1:{port}: [Errno" in run.stdout
    assert "127.0.0.1:port: invalid literal" in run.stdout
    assert "set [spark] master" in run.stdout


def _path_without_java(folder: Path) -> str:
    """A folder with links to the few commands that Spark's launcher needs, and no `java`."""
    for command in (
        "bash",
        "sh",
        "dirname",
        "uname",
        "env",
        "cat",
        "ls",
        "tr",
        "find",
        "sed",
        "ps",
    ):
        for place in ("/bin", "/usr/bin"):
            source, link = Path(place, command), folder / command
            if source.exists() and not link.exists():
                link.symlink_to(source)
    return str(folder)


@pytest.mark.parametrize(
    "installed, memory, picked, why",
    [
        ({"polars", "duckdb"}, 1 << 40, "polars", "quickest"),
        ({"polars", "duckdb"}, 1000, "duckdb", "disk"),
        ({"polars", "duckdb"}, 0, "polars", "quickest"),  # the system does not tell
        ({"polars"}, 1000, "polars", "DuckDB would need less"),
        ({"duckdb"}, 1 << 40, "duckdb", "disk"),
        (set(), 1000, "pandas", "neither"),
    ],
)
def test_auto_picks_by_size_and_memory_and_says_why(
    files: list[Path],
    installed: set[str],
    memory: int,
    picked: str,
    why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said: list[str] = []
    assert engines.choose("polars", files, said.append) == "polars"
    assert said == []
    assert engines.choose("auto", files, said.append) == "pandas"
    monkeypatch.setattr(engines, "SMALL_BYTES", 10)
    monkeypatch.setattr(engines.importlib.util, "find_spec", lambda name: name in installed or None)
    monkeypatch.setattr(engines.machine, "memory", lambda: memory)
    assert engines.choose("auto", files, said.append) == picked
    assert said[-1].startswith(f"engine {picked}: ")
    assert why in said[-1]


def test_the_memory_of_this_machine_is_found() -> None:
    assert 100_000_000 < engines.machine.memory() < 1 << 50
