"""Checks name an example of what they found; where it is an id or a birth date, it stays in."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# Checks whose example is a customer, a transaction or a birth date.
WITH_EXAMPLE = ("known_customers", "one_customer", "birth_dates")
EXAMPLE = r",? such as (?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+(?: \([^)]*\))?)"
MONEY = r" \(money [^)]*\)"


def without_examples(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables whose CHECKS have no value of a person; the terminal and the log have it."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    cut = checks["observed"].str.replace(EXAMPLE, "", regex=True)
    is_personal = checks["check"].isin(WITH_EXAMPLE)
    return {**tables, "checks": checks.assign(observed=checks["observed"].mask(is_personal, cut))}


def without_money(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables whose CHECKS don't tell the money of a few lines."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    observed = checks["observed"].str.replace(MONEY, "", regex=True)
    return {**tables, "checks": checks.assign(observed=observed)}
