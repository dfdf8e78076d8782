"""Shops written in retail words, reduced by an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import retail_words

from retail.aggregates import Aggregates, collect_all


@pytest.fixture
def reduced(tmp_path: Path) -> Callable[..., Aggregates]:
    """`reduced(lines, customers=..., engine=...)`: the aggregates of a shop written as text."""

    def run(lines: str, *, engine: str = "pandas", **more: object) -> Aggregates:
        return collect_all(retail_words.inputs(tmp_path / "in", lines, **more), engine, tmp_path)

    return run
