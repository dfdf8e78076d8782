"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` in one step when the block ends.

    When the block fails, `path` stays as it was and nothing is left of the new file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new."""
    with replacing(path) as part:
        part.write_bytes(content)


def cached_table(path: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The table in the Parquet file `path`, made and written first when there is none."""
    import pandas as pd

    if not path.exists():
        table = make()
        with replacing(path) as part:
            table.to_parquet(part, index=False)
    return pd.read_parquet(path)
