"""Checks name an example of what they found, and its place; both stay in.

An example may be an id or a birth date. A place, and which example comes first, follow from the order
of lines and files, which the site must not depend on. `retail check` and the log tell them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

# Checks that name the first value that they found.
WITH_EXAMPLE = ("known_customers", "known_products", "one_customer", "birth_dates")
PLACE = r"[,;] the first(?: in|:) .*?, row [0-9,]*[0-9]"
EXAMPLE = r",? such as (?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\S+(?: \([^)]*\))?)"
MONEY = r" \(money [^)]*\)"


def without_examples(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables whose CHECKS have no value of a person and no place in a file."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    observed = checks["observed"].str.replace(PLACE, "", regex=True)
    cut = observed.str.replace(EXAMPLE, "", regex=True)
    has_example = checks["check"].isin(WITH_EXAMPLE)
    return {**tables, "checks": checks.assign(observed=observed.mask(has_example, cut))}


def without_money(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tables whose CHECKS don't tell the money of a few lines."""
    if "checks" not in tables:
        return dict(tables)
    checks = tables["checks"]
    observed = checks["observed"].str.replace(MONEY, "", regex=True)
    return {**tables, "checks": checks.assign(observed=observed)}
