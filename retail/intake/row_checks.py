"""Checks of rows: whether some are no sales that nobody has asked about, and whether what is rejected is one-sided."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence

from retail.errors import shown
from retail.intake.cache import CheckedFile
from retail.intake.checks import Check, lines_in_words
from retail.intake.decide import one_sided
from retail.intake.decide.row_rules import label
from retail.intake.decide.selection import BY_NAME
from retail.intake.decide.status_columns import StatusColumn
from retail.intake.read_report import Reject
from retail.locale import PLAIN, Locale


def of_rejects(
    rejects: Sequence[Reject], files: Sequence[CheckedFile], locale: Locale = PLAIN
) -> Check:
    """Check that the rejected lines of the transactions are not one-sided."""
    sides = one_sided.found(rejects, [f.report for f in files])
    observed = "; ".join(side.sentence(locale) for side in sides) or "they are spread evenly"
    expectation = "rejected lines are not mostly returns, nor mostly of one month"
    return Check("even_rejects", expectation, observed, not sides if rejects else None)


def of_status(files: Sequence[CheckedFile], locale: Locale = PLAIN) -> Check:
    """Check that no column that nobody uses says that rows are no sales, and what to ask if one does.

    Of its values only those asked about are published; the others may be names.
    """
    columns: dict[str, Counter[str]] = {}
    asked: dict[str, set[str]] = {}
    for status in (one for f in files for one in f.report.status):
        columns.setdefault(status.header, Counter()).update(status.values)
        asked.setdefault(status.header, set()).update(status.asked)
    described, whole = [], []
    for header, values in columns.items():
        some = sorted(asked[header])
        counts = ", ".join(
            f"{'any value' if value == '*' else value} {locale.count(values[value])}"
            for value in some
        )
        rule = f"{json.dumps(header, ensure_ascii=False)} = {json.dumps(some, ensure_ascii=False)}"
        described.append(f"{header}: {counts}")
        whole.append(f"{StatusColumn(header, values, tuple(some)).counted}: [exclude] {rule}")
    observed = (
        f"{'; '.join(described)}, counted as sales. A rule of [exclude] leaves them out, an empty list "
        "says that they are sales"
    )
    return Check(
        "status_columns",
        "no unused column says that rows are no sales",
        observed,
        False if described else None,
        example="; ".join(whole),
    )


def of_totals(
    files: Sequence[CheckedFile], money: str, policy: str, locale: Locale = PLAIN
) -> Check:
    """Check that no line is a total of others; `money` is the sum of those that are."""
    found = [f for f in files if f.report.totals is not None]
    count = sum(f.report.totals.lines for f in found if f.report.totals)
    observed = "none is"
    if count:
        observed = (
            f"{lines_in_words(count, locale)} (money {money}) counted as sales. [input] totals = "
            '"drop" in retail.toml leaves them out, "keep" says that they are sales'
        )
    elif policy == "drop":
        observed = "such lines were left out"
    first = next((f for f in found), None)
    example = ""
    if first is not None and first.report.totals is not None:
        example = f"the first: {first.file.name}, row {first.report.totals.row:,}"
    can_be = any(f.report.may_have_totals for f in files)
    return Check(
        "total_lines",
        "no line without customer is the sum of the lines before it",
        observed,
        not count if can_be else None,
        example=example,
    )


def of_rules(
    exclude: Mapping[str, Sequence[str]], counts: Mapping[str, int], locale: Locale = PLAIN
) -> Check:
    """Check that every value of [exclude] leaves a row out; `counts` are by the label of a value.

    What is published names the column of a rule, not its values: they may name a person.
    """
    by_name = counts.get(BY_NAME, 0)  # these are found by names of the products table
    idle = [
        (name, value)
        for name, values in exclude.items()
        for value in values
        if not counts.get(label(name, value))
        and not (by_name and name in ("category", "subcategory"))
    ]
    names = list(dict.fromkeys(name for name, _ in idle))
    values = sum(map(len, exclude.values()))
    observed = (
        f"{locale.count(len(idle))} of {locale.count(values)} values of [exclude] find none: {', '.join(names)}"
        if idle
        else "every rule does"
    )
    example = ", ".join(f"{name} = {shown(value)}" for name, value in idle[:5])
    return Check(
        "rules_fit",
        "every rule of [exclude] finds a row",
        observed,
        not idle if values else None,
        example=example,
    )
