"""What is remembered of a run's figures: its summary, its checks, and who was in which segment."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Snapshot:
    """summary: summary.json as it was published. checks: check -> verdict. segments: published
    customer id (a pseudonym, unless the config says otherwise) -> segment. run_checks: check
    against the last run -> verdict; one that is read from the store has them among its checks."""

    summary: bytes
    checks: Mapping[str, str] = field(default_factory=dict)
    segments: Mapping[str, str] = field(default_factory=dict)
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

    @property
    def mark(self) -> str:
        """The same for two runs with the same figures, checks and segments, whatever run was before."""
        told = [self.summary.decode(), dict(self.checks), dict(self.segments)]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def packed(values: Mapping[str, str]) -> bytes:
    """A mapping of texts as compressed JSON."""
    return zlib.compress(json.dumps(dict(values), sort_keys=True).encode())


def unpacked(content: bytes | None) -> dict[str, str]:
    """The mapping that was packed; empty for nothing."""
    values: dict[str, str] = json.loads(zlib.decompress(content)) if content else {}
    return values
