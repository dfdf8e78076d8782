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

    def run(
        lines: str, *, engine: str = "pandas", dashboard_limit: int = 1000, **more: object
    ) -> Aggregates:
        shop = retail_words.inputs(tmp_path / "in", lines, **more)
        return collect_all(shop, engine, tmp_path, dashboard_limit=dashboard_limit)

    return run
