"""Cubes that were made -> the tables of the report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from retail.aggregates import dashboard as sums
from retail.aggregates.reduce import Aggregates
from retail.charts.cubes import Cube
from retail.schema.dashboard import TIME_ONLY


def periods(aggregates: Aggregates) -> pd.DataFrame:
    """One row for each day of the data: day, and the first day of its period for each grain."""
    days = aggregates.calendar["day"]
    return sums.starts(int(days.min()), int(days.max()))


def cubes(made: Sequence[Cube]) -> pd.DataFrame:
    """DASHBOARD_CUBES."""
    parts = [
        cube.rows.assign(
            **{name: 0 for name in sums.CODES if name not in cube.rows}, cube=cube.spec.name
        )
        for cube in made
    ]
    return pd.concat(parts, ignore_index=True)


def row(cube: Cube, shown: float = 1.0) -> dict[str, object]:
    """The row of a cube in CUBES; `shown`: the share of gross revenue that has its names."""
    return {
        "cube": cube.spec.name,
        "dimensions": ", ".join(cube.spec.dimensions) or TIME_ONLY,
        "grain": cube.grain,
        "rows": len(cube.rows),
        "bytes": cube.bytes,
        "is_first": cube.spec.is_first,
        "shown": shown,
    }
