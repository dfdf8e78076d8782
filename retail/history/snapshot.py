"""Snapshot of a run: its summary, its checks, and the segment of each customer."""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

BLOCK = 100_000  # customers worked on at a time, to bound memory
_ARROW = b"ARROW1"  # what a file of segments begins with; earlier versions wrote JSON


@dataclass(frozen=True)
class Snapshot:
    """summary: summary.json as it was published. checks: check -> verdict. segments: by published
    customer id (a pseudonym, unless the config says otherwise), in order, the segment; None where
    it may not be published. run_checks: check against the last run -> verdict; one that is read from the
    store has them among its checks."""

    summary: bytes
    checks: Mapping[str, str] = field(default_factory=dict)
    segments: pd.Series | None = field(default=None, compare=False)
    run_checks: Mapping[str, str] = field(default_factory=dict)

    @property
    def figures(self) -> dict[str, Any]:
        """The summary as nested dicts, its decimals exact."""
        parsed: dict[str, Any] = json.loads(self.summary, parse_float=Decimal)
        return parsed

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdicts of all checks."""
        return {**self.checks, **self.run_checks}

    @cached_property
    def content_hash(self) -> str:
        """Hash of figures, checks and segments; checks against the last run are not part of it."""
        figures = json.dumps([self.summary.decode(), dict(self.checks)], sort_keys=True)
        found = hashlib.sha256((figures[:-1] + ", {").encode())
        for part in _pairs(self.segments):
            found.update(part.encode())
        found.update(b"}]")
        return found.hexdigest()


def _pairs(segments: pd.Series | None) -> Iterator[str]:
    """The segments as parts of a JSON object without its brackets, BLOCK customers at a time."""
    for start in range(0, 0 if segments is None else len(segments), BLOCK):
        some = segments.iloc[start : start + BLOCK]  # type: ignore[union-attr]
        pairs = dict(zip(some.index.tolist(), some.tolist(), strict=True))
        yield (", " if start else "") + json.dumps(pairs, sort_keys=True)[1:-1]


def packed(values: Mapping[str, str]) -> bytes:
    """A mapping of texts as compressed JSON."""
    return zlib.compress(json.dumps(dict(values), sort_keys=True).encode())


def unpacked(content: bytes | None) -> dict[str, str]:
    """The mapping that was packed; empty for nothing."""
    values: dict[str, str] = json.loads(zlib.decompress(content)) if content else {}
    return values


def packed_segments(segments: pd.Series | None) -> bytes | None:
    """Segments as a compressed Arrow file; nothing for none."""
    if segments is None or segments.empty:
        return None
    import pyarrow as pa
    import pyarrow.feather

    names = pa.array(segments.array, pa.large_string()).dictionary_encode()
    table = pa.table({"customer": pa.array(segments.index, pa.large_string()), "segment": names})
    file = io.BytesIO()
    pyarrow.feather.write_feather(table, file, compression="zstd")
    return file.getvalue()


def unpacked_segments(content: bytes | None) -> pd.Series | None:
    """The segments that were packed, by this version or an earlier one."""
    import pandas as pd

    if not content:
        return None
    if content[: len(_ARROW)] != _ARROW:
        values = unpacked(content)
        return pd.Series(values, dtype="str").sort_index() if values else None
    import pyarrow as pa
    import pyarrow.feather

    table = pyarrow.feather.read_table(pa.BufferReader(content))
    names = table["segment"].cast(pa.large_string())
    index = pd.Index(pd.array(table["customer"].combine_chunks(), dtype="str"))
    return pd.Series(pd.array(names.combine_chunks(), dtype="str"), index=index)
