"""The Spark session, and paths as Spark reads them."""

from __future__ import annotations

import os
import socket
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from retail.errors import EngineError

SUBMITTED = "PYSPARK_GATEWAY_PORT"  # set by spark-submit, which has a master of its own
CONNECT_SECONDS = 5


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
    with suppress(PySparkException):  # there is none
        return SparkSession.active()
    asked = wanted or Spark()
    cores = os.cpu_count() or 1
    alone = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": str(2 * cores)}
    builder = SparkSession.builder.appName("retail-report")
    settings: dict[str, str] = {"spark.ui.showConsoleProgress": "false"}
    if asked.master:
        settings["spark.master"] = asked.master
    elif SUBMITTED not in os.environ:
        settings |= {"spark.master": f"local[{cores}]", **alone}
    settings |= asked.settings
    _refuse_absent(settings.get("spark.master", ""))
    for name, value in settings.items():
        builder = builder.config(name, value)
    try:
        return builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise EngineError(
            "Spark did not start. The engine pyspark needs Java 17 or later: install it (such as "
            "apt install openjdk-17-jre-headless) and see that `java` is on the PATH or JAVA_HOME "
            f"names it, or choose another engine. Spark says: {str(error).strip()}"
        ) from None


def _refuse_absent(master: str) -> None:
    """Raise EngineError when no one listens at a master of spark://host:port[,host:port].

    Spark itself looks for its master for minutes and then ends with a traceback of Java's.
    """
    if not master.startswith("spark://"):  # such as local[4], yarn, k8s://
        return
    problems = []
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS).close()
            return
        except (OSError, ValueError) as problem:
            problems.append(f"{address}: {problem}")
    raise EngineError(
        f"Spark's master {master} does not answer ({'; '.join(problems)}). Start it, set [spark] master "
        "to where it listens, or choose another engine."
    )


def place(path: str) -> str:
    """A path on a disk that all machines see, even where Spark's own default is another store."""
    return f"file://{Path(path).absolute()}"
