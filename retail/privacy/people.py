"""Who is behind the figures: what it takes to know how many customers a group has."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class People:
    """purchases: PURCHASES; return_lines: RETURN_LINES; both with the input's ids."""

    purchases: pd.DataFrame
    return_lines: pd.DataFrame

    def behind_rules(self) -> pd.Series:
        """Distinct customers by the rule that matched their returns; a guest is none."""
        return self.return_lines.groupby("return_rule")["customer_id"].nunique()

    def who_return(self) -> int:
        """Distinct customers with a return."""
        return int(self.return_lines["customer_id"].nunique())
