"""The check `refunds_beyond_purchase`: noted, warned of, or a reason to stop, as the config says."""

from __future__ import annotations

import pandas as pd
import pytest

from retail.config import Checks
from retail.errors import CheckError
from retail.figures import returns_report

BEYOND = pd.DataFrame({"is_orphan": [False, True, True]})


def verdicts(beyond: pd.DataFrame, severity: str) -> list[list[str]]:
    before = pd.DataFrame(
        [("no_gaps", "info", "none", "none", "pass")],
        columns=["check", "severity", "expectation", "observed", "verdict"],
    )
    tables = {"refunds_beyond": beyond, "checks": before}
    checks = returns_report.refunds_check(tables, Checks(refunds_beyond_purchase=severity))[
        "checks"
    ]
    return checks[["check", "severity", "observed", "verdict"]].to_numpy().tolist()


def test_it_stands_with_the_other_checks() -> None:
    text = "3 are refunded beyond what was paid, 2 of them without a purchase"
    assert verdicts(BEYOND, "warn") == [
        ["no_gaps", "info", "none", "pass"],
        ["refunds_beyond_purchase", "warn", text, "warn"],
    ]
    assert verdicts(BEYOND.head(0), "stop")[1][2:] == ["none is", "pass"]
    assert len(verdicts(BEYOND, "off")) == 1


def test_it_can_stop_the_run() -> None:
    with pytest.raises(CheckError, match="3 are refunded beyond what was paid"):
        verdicts(BEYOND, "stop")


def test_small_numbers_are_not_told_where_groups_must_have_five() -> None:
    many = pd.DataFrame({"is_orphan": [True] * 2 + [False] * 8})
    assert returns_report.observed(many, least=5) == "10 are refunded beyond what was paid"
    assert returns_report.observed(BEYOND, least=5) == "fewer than 5 are"


def test_without_returns_there_is_nothing_to_check() -> None:
    assert returns_report.refunds_check({}, Checks(refunds_beyond_purchase="stop")) == {}
