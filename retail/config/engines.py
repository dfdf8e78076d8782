"""Keys on the engine pyspark; the others need none."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from retail.config.section import Section


class Spark(Section, frozen=True):
    """The engine pyspark: where it runs. A session that exists is used as it is."""

    master: Annotated[
        str,
        Meta(
            description='such as "spark://host:7077" or "yarn"; the working folder must be one that all '
            "its machines see; default: the cores of this machine"
        ),
    ] = ""
    settings: Annotated[
        dict[str, str],
        Meta(description='of the session, such as { "spark.executor.memory" = "8g" }'),
    ] = {}
