"""Files that are there whole or not at all, private files, and hashes of contents."""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

PRIVATE = 0o600  # rights of a file that only its owner may read


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A path to write to, which takes the place of `path` in one step when the block ends.

    When the block fails, `path` stays as it was and nothing is left of the new file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Two threads may write the same file at once.
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    try:
        yield part
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def write(path: Path, content: bytes, *, is_private: bool = False) -> None:
    """Write a file in one step: whoever reads it sees the old content or the new.

    A private file is readable by its owner only, and on the disk before it is in its place.
    """
    with replacing(path) as part:
        if is_private:
            write_through(part, [content], PRIVATE)
        else:
            part.write_bytes(content)


def write_through(path: Path, parts: Iterable[bytes], rights: int = 0o666) -> None:
    """Write a new file, through to the disk. Raises FileExistsError when there is one."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, rights)
    with os.fdopen(handle, "wb") as file:
        file.writelines(parts)
        file.flush()
        os.fsync(file.fileno())


def sync(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk before going on."""
    if path.is_dir() and os.name == "nt":
        return  # folders can't be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def cached_table(path: Path, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """The table in the Parquet file `path`, made and written first when there is none."""
    import pandas as pd

    if not path.exists():
        table = make()
        with replacing(path) as part:
            table.to_parquet(part, index=False)
    return pd.read_parquet(path)


def content_hash(folder: Path, files: Iterable[Path], *more: str) -> str:
    """One SHA-256 of the names and contents of files within a folder, and of `more` texts."""
    seen = hashlib.sha256("\n".join(more).encode())
    for path in sorted(f for f in files if f.is_file()):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        seen.update(f"\n{path.relative_to(folder).as_posix()} {content}".encode())
    return seen.hexdigest()
