"""All figures of a run in one frozen record of tables, before any page is rendered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from retail import frames
from retail.schema import TABLES
from retail.schema.units import Period, Units


@dataclass(frozen=True)
class Report:
    """Tables by name, each as its schema says; a table whose input is absent is not there."""

    title: str
    units: Units
    period: Period
    # Optional fields that the input has, such as "tax", "quantity", "city", "birth_date".
    features: frozenset[str]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    privacy: str = "internal"  # the level at which the tables may be published

    def __post_init__(self) -> None:
        unknown = set(self.tables) - set(TABLES)
        if unknown:
            raise ValueError(f"tables without a schema: {sorted(unknown)}")
        conformed = {
            name: frames.conform(frame, TABLES[name]) for name, frame in self.tables.items()
        }
        object.__setattr__(self, "tables", conformed)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.tables[name]

    def __contains__(self, name: object) -> bool:
        return name in self.tables
