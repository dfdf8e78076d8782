"""What the page needs to score a selection of customers as `retail.segments` scores all of them."""

from __future__ import annotations

from typing import Any

from retail.charts.rows import records
from retail.report import Report
from retail.segments.naming_conventions import SEVEN_LEVELS


def packed_scoring(report: Report) -> dict[str, Any] | None:
    """What the page needs to score a selection as `retail.segments` does; None where no one is scored.

    bins and map: of the scores that name segments, and the name of each cell (r, f, segment). levels: the seven,
    from scores in so many bins; each from its least score sum on. fixed: cut points that stay whoever is
    scored, by measure, in days, orders and smallest units of money.
    """
    if "segment_map" not in report or not len(report.tables.get("rfm_cuts", ())):
        return None
    cells, cuts = report["segment_map"], report["rfm_cuts"]
    fixed: dict[str, list[float]] = {}
    for cut in records(cuts[cuts["is_fixed"]]):
        unit = 10**report.units.money_scale if cut["measure"] == "monetary" else 1
        if cut["up_to"] is not None:
            fixed.setdefault(cut["measure"], []).append(round(cut["up_to"] * unit, 2))
    return {
        "bins": int(cells["r"].max()),
        "map": cells[["r", "f", "segment"]].to_numpy().tolist(),
        "levels": {
            "bins": SEVEN_LEVELS.bins,
            "names": SEVEN_LEVELS.names,
            "least": [int(rule.ranges["sum"][0]) for rule in SEVEN_LEVELS.rules],
        },
        "fixed": {measure: sorted(values) for measure, values in fixed.items()},
    }
