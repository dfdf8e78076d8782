"""Checks that do not hold, as every page says it: a note in the header, a banner where they are material."""

from __future__ import annotations

from dataclasses import dataclass

from retail.report import Report

# check -> the figure of RETURN_FIGURES that holds the money at stake
MONEY = {"refunds_beyond_purchase": "beyond_money"}


@dataclass(frozen=True)
class DataNotes:
    """What was observed by each check that does not hold and is more than info; is_material: whether pages
    have a banner."""

    observed: tuple[str, ...] = ()
    is_material: bool = False


def notes(report: Report, percent: float) -> DataNotes:
    """The notes of a report. Material is a check with a severity of stop, and one whose money is `percent` of net
    revenue or more; a check that knows no money is not."""
    if "checks" not in report:
        return DataNotes()
    checks = report["checks"]
    failed = checks[(checks["verdict"] != "pass") & (checks["severity"] != "info")]
    is_material = (failed["severity"] == "stop").any() or any(
        _share(report, MONEY[check]) * 100 >= percent for check in failed["check"] if check in MONEY
    )
    return DataNotes(tuple(failed["observed"]), bool(is_material))


def _share(report: Report, figure: str) -> float:
    """A figure of the returns by net revenue; 0 where one of them is unknown."""
    if "return_figures" not in report or "key_figures" not in report:
        return 0.0
    money = report["return_figures"].set_index("figure")["value"]
    net = report["key_figures"].set_index("figure")["value"]
    if figure not in money or not net.get("net"):
        return 0.0
    return abs(float(money[figure]) / float(net["net"]))
