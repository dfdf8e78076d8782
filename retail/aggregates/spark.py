"""The Spark session, and how it is told where files are."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retail.errors import EngineError


@dataclass(frozen=True)
class Spark:
    """Where Spark runs: its master's URL, empty for the cores of this machine, and settings."""

    master: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)


def session(wanted: Spark | None = None) -> Any:
    """The session that is there (a cluster's, a notebook's), else a new one as `wanted`.

    Raises EngineError when Spark does not start, ModuleNotFoundError when it isn't installed.
    """
    from pyspark.errors import PySparkException
    from pyspark.sql import SparkSession

    # It works with pandas 3 and says at length that it is not sure.
    warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas")
    found = SparkSession.getActiveSession()
    if found is not None:
        return found
    asked = wanted or Spark()
    cores = os.cpu_count() or 1
    alone = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": str(2 * cores)}
    builder = SparkSession.builder.appName("retail-report").master(
        asked.master or f"local[{cores}]"
    )
    settings = {**({} if asked.master else alone), "spark.ui.showConsoleProgress": "false"}
    for name, value in {**settings, **asked.settings}.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise EngineError(
            "Spark did not start. The engine pyspark needs Java 17 or later: install it (such as "
            "apt install openjdk-17-jre-headless) and see that `java` is on the PATH or JAVA_HOME "
            f"names it, or choose another engine. Spark says: {str(error).strip()}"
        ) from None


def place(path: str) -> str:
    """A path on a disk that all machines see, even where Spark's own default is another store."""
    return f"file://{Path(path).absolute()}"
