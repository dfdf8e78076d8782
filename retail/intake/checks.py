"""Checks beyond types: each is an expectation, what was observed, and a verdict by its severity.

pandera was tried for them: it takes 1.7 s to import, wants the whole table in memory, and its
checks see one column of one frame, while most of these compare lines with other tables or days. So
they are sums taken while reading, or one pass over the checked files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from retail.config import Checks
from retail.errors import CheckError, shown
from retail.intake.cache import CheckedFile
from retail.intake.decide.reference_tables import BirthDates
from retail.intake.decide.selection import Calendar, Selection
from retail.intake.read_report import Finding
from retail.intake.values.dates import EPOCH
from retail.locale import PLAIN, Locale
from retail.schema.lines import ORDER_AMOUNTS

LONGEST_GAP_DAYS = 7
MOST_BLANK = 0.05


@dataclass(frozen=True)
class Check:
    """One check. `holds` None: there is nothing to check it on.

    `observed` is published: no place in a file, no id, no date of birth. Those are in `example`,
    which is logged and shown when the check stops the run.
    """

    name: str
    expectation: str
    observed: str
    holds: bool | None
    is_failure: bool = False  # something that was asked for can't be done
    severity: str = ""  # instead of the config's
    example: str = ""


def table(
    found: Sequence[Check], config: Checks, log: Callable[[str], None] = lambda _: None
) -> pd.DataFrame:
    """The table CHECKS. Raises CheckError for checks that do not hold and stop the run."""
    rows, stops = [], []
    for check in found:
        severity = check.severity or getattr(config, check.name)
        if severity == "off" or check.holds is None:
            continue
        verdict = "pass" if check.holds else "fail" if check.is_failure else "warn"
        seen = f"{check.observed}; {check.example}" if check.example else check.observed
        if not check.holds and severity == "stop":
            stops.append(
                f"{seen} (check {check.name}; expected: {check.expectation}). [checks] "
                f'{check.name} = "warn" in retail.toml would let it pass.'
            )
        elif not check.holds:
            log(f"check {check.name}: {seen}")
        rows.append((check.name, severity, check.expectation, check.observed, verdict))
    if stops:
        raise CheckError(" ".join(stops))
    return pd.DataFrame(rows, columns=["check", "severity", "expectation", "observed", "verdict"])


def of_records(
    lines: Sequence[CheckedFile],
    returns: Sequence[CheckedFile],
    files: Sequence[CheckedFile],
    locale: Locale = PLAIN,
    rates: Mapping[str, object] | None = None,
) -> list[Check]:
    """What was counted while reading: the formula of the amount, signs, line ends, blanks."""
    fields = {name for f in lines for name in f.report.fields}
    formula = f"amount is quantity x price + tax, signs apart, to {locale.real(0.01, 2)}"
    can_multiply = {"amount", "quantity", "unit_price"} <= fields
    signs = "amount, quantity and price are negative together"
    return [
        _finding("amount_formula", formula, lines, can_multiply, locale),
        _finding("signs_agree", signs, lines, "quantity" in fields, locale),
        _finding("whole_ids", "no id was rounded by a spreadsheet", lines, True, locale),
        _return_signs(returns, locale),
        _currencies([*lines, *returns], rates or {}),
        _whole_files(files),
        _blanks(lines, locale),
    ]


def _finding(
    name: str, expectation: str, files: Sequence[CheckedFile], has: bool, locale: Locale
) -> Check:
    found: list[tuple[str, Finding]] = [
        (f.file.name, f.report.findings[name]) for f in files if name in f.report.findings
    ]
    count = sum(finding.lines for _, finding in found)
    observed = f"{lines_in_words(count, locale)} against it" if found else "all lines hold to it"
    example = f"the first in {found[0][0]}, row {found[0][1].row:,}" if found else ""
    return Check(name, expectation, observed, (count == 0) if has else None, example=example)


def _return_signs(files: Sequence[CheckedFile], locale: Locale) -> Check:
    counts = [
        sum(f.report.findings[name].lines for f in files if name in f.report.findings)
        for name in ("returns_above_0", "returns_below_0")
    ]
    observed = f"{locale.count(counts[0])} above 0 and {locale.count(counts[1])} below: all count as returns"
    holds = None if not files else not (counts[0] and counts[1])
    return Check("return_signs", "the amounts of a returns table have one sign", observed, holds)


def _currencies(files: Sequence[CheckedFile], rates: Mapping[str, object]) -> Check:
    has = any("currency" in f.report.fields for f in files)
    names = sorted({c for f in files for c in f.report.currencies})
    observed = ", ".join(shown(name) for name in names) or "none is stated"
    if len(names) > 1:
        observed += (
            ", by the rates of [money]"
            if rates
            else ". [money] only_currency in retail.toml keeps the lines of one, rates convert them all"
        )
    holds = len(names) <= 1 or bool(rates)
    return Check("one_currency", "one currency", observed, holds if has else None)


def _whole_files(files: Sequence[CheckedFile]) -> Check:
    cut = [f.file.name for f in files if not f.report.ends_with_newline]
    observed = "some do not: a last line may be cut" if cut else "all do"
    example = f"{len(cut):,} of {len(files):,}, such as {cut[0]}" if cut else ""
    return Check(
        "whole_files", "every file ends with a line end", observed, not cut, example=example
    )


def _blanks(files: Sequence[CheckedFile], locale: Locale) -> Check:
    records = sum(f.report.records for f in files)
    counts: dict[str, int] = {}
    for f in files:
        for name, count in f.report.missing.items():
            counts[name] = counts.get(name, 0) + count
    for name in (*ORDER_AMOUNTS, "parent_id"):  # blank on most rows by their nature
        counts.pop(name, None)
    many = {n: c / records for n, c in counts.items() if records and c / records > MOST_BLANK}
    observed = ", ".join(
        f"{name} {locale.percentage(share, 1)}" for name, share in sorted(many.items())
    )
    expectation = f"no column of the lines is blank in more than {locale.percentage(MOST_BLANK)}"
    return Check("few_blanks", expectation, observed or "none is", not many)


def of_births(births: BirthDates) -> Check:
    """Whether the birth dates could be read; without them there are no ages."""
    observed = births.problem or "every format is decided"
    is_read = not births.problem
    expectation = "birth dates can be read"
    return Check("birth_dates", expectation, observed, is_read, True, example=births.example)


def of_repeats(
    chosen: Selection,
    drops: bool,
    policy: str,
    money: str,
    place: str,
    locale: Locale = PLAIN,
) -> Check:
    """Check of lines equal in every column; `money` is their sum, `place` where the first one is.

    There is no warning when the config says what to do with them.
    """
    observed = "none"
    if chosen.repeats:
        what = "dropped, each line is used once" if drops else "kept"
        observed = f"{lines_in_words(chosen.repeats, locale)} {what} (money {money})"
        if policy == "default" and not drops:
            observed += '. [input] duplicates = "drop" or "keep" in retail.toml says which is meant'
    expectation = "no two lines are equal in every column"
    severity = "info" if drops or policy != "default" else ""
    example = f"the first: {place}" if chosen.repeats else ""
    return Check("repeats", expectation, observed, not chosen.repeats, False, severity, example)


def of_twice(files: Sequence[CheckedFile], drops: bool) -> Check:
    """Check that no two files have the same content; it can't stop a run that drops repeats."""
    first: dict[str, str] = {}
    twice = []
    for f in files:
        if f.report.sha256 in first and f.report.kept:
            twice.append(f"{f.file.name} is {first[f.report.sha256]}")
        first.setdefault(f.report.sha256, f.file.name)
    observed = "some do" if twice else "none does"
    return Check(
        "file_twice",
        "no file comes twice",
        observed,
        not twice,
        severity="warn" if drops and twice else "",
        example="; ".join(twice[:5]),
    )


def of_left(names: Sequence[str], has_pattern: bool) -> Check:
    """Whether a pattern leaves files in its folder, which nobody may have meant; `names` are theirs."""
    observed = f"{len(names):,} beside them are not read" if names else "none is left"
    example = f"such as {', '.join(names[:5])}" if names else ""
    holds = not names if has_pattern else None
    expectation = "a pattern under [input] leaves no file beside those that it takes"
    return Check("files_left", expectation, observed, holds, example=example)


def of_calendar(calendar: Calendar, today: date | None, locale: Locale = PLAIN) -> list[Check]:
    """Days without a line, the last purchase, days after the run."""
    days = np.array(sorted(calendar.lines))
    if not len(days):
        return []
    gaps = np.diff(days) - 1
    longest = int(gaps.max(initial=0))
    after = locale.day_after_1970(days[int(gaps.argmax())]) if longest else ""
    empty = int(gaps.sum())
    several, most = (f"{locale.count(n)} day{'' if n == 1 else 's'}" for n in (empty, longest))
    seen = f"{several} without a line, the longest run {most} after {after}"
    last = int(days[-1])
    checks = [
        Check(
            "no_gaps",
            f"no more than {LONGEST_GAP_DAYS} days on end without a line",
            seen if empty else "every day has a line",
            longest <= LONGEST_GAP_DAYS,
        )
    ]
    bought = calendar.last_purchase
    if bought is not None:
        checks.append(
            Check(
                "last_purchase",
                f"the last purchase is within {LONGEST_GAP_DAYS} days of the last line",
                f"last purchase {locale.day_after_1970(bought)}, last line {locale.day_after_1970(last)}",
                last - bought <= LONGEST_GAP_DAYS,
            )
        )
    if today is not None:
        limit = today.toordinal() - EPOCH + 1  # it may be tomorrow already where the shop is
        late = sum(n for day, n in calendar.lines.items() if day > limit)
        observed = (
            f"{lines_in_words(late, locale)} after {locale.written_day(today)}"
            if late
            else f"last line {locale.day_after_1970(last)}"
        )
        checks.append(Check("no_future", "no line is dated after the run", observed, not late))
    return checks


def lines_in_words(count: int, locale: Locale = PLAIN) -> str:
    """Such as 1 line, 2 lines."""
    return f"{locale.count(count)} line{'' if count == 1 else 's'}"
