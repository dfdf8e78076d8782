"""Texts become day numbers, read day-first and month-first where a date allows both.

Which reading holds is not decided here: `date_orders` decides per shape, over all lines of a run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow.compute as pc

from retail.intake.values.date_shapes import NUMBER_OF, Padding
from retail.intake.values.date_style import DateStyle, counted_day, folded, months, trading_day

EPOCH = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 1900, 2099


@dataclass(frozen=True)
class Reading:
    """A date as read: its shape (an index of SHAPES) and both readings in days since 1970-01-01."""

    shape: int
    day_first: int | None
    month_first: int | None
    offset: str = ""  # from UTC, as written


_NUMERIC = (
    r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|(?P<first>[0-9]{1,2})(?P<sign>[-/.])(?P<second>[0-9]{1,2})(?P=sign)(?P<last>[0-9]{4}|[0-9]{2})"
    r"|(?P<digits>[0-9]{8})"
    r"|(?P<cyear>[0-9]{4}) ?[年년] ?(?P<cmonth>[0-9]{1,2}) ?[月월] ?(?P<cday>[0-9]{1,2}) ?[日일]"
)
_NAMED = (
    r"(?P<mday>[0-9]{1,2})[- ./]?(?P<name>[A-Za-z]{3,9})\.?[- ./,]{0,2}(?P<myear>[0-9]{4}|[0-9]{2})"
    r"|(?P<uname>[A-Za-z]{3,9})(?:\.? |-)(?P<uday>[0-9]{1,2})(?:,? |-)(?P<uyear>[0-9]{4}|[0-9]{2})"
)
_NAME = r"[^\d\s,/-]+?"
_LOCAL = (  # such as 1. Juni 2025, 1er juin 2025, 1 de jun. de 2025, 2025. június 1.
    rf"(?P<mday>[0-9]{{1,2}})(?:er|[.º])?[-\s./]?(?:de\s|d['’])?(?P<name>{_NAME})\.?[-\s./,]{{0,2}}(?:del?\s)?"
    r"(?P<myear>[0-9]{4}|[0-9]{2})\.?(?:\s?[гр]\.)?"
    rf"|(?P<uname>{_NAME})\.?\s(?P<uday>[0-9]{{1,2}}),?\s(?P<uyear>[0-9]{{4}}|[0-9]{{2}})"
    rf"|(?P<yyear>[0-9]{{4}})\.?\s(?P<yname>{_NAME})\.?\s(?P<yday>[0-9]{{1,2}})\.?"
)
_CLOCK = (
    r"(?P<clock>(?:T|,? +|(?<=[日일]))(?:(?P<side>[上下]午|午[前後]|오[전후]) ?)?(?P<hour>[0-9]{1,2})"
    r":(?P<minute>[0-5][0-9])"
    r"(?::(?P<seconds>[0-5][0-9]|60)(?:[.,][0-9]{1,9})?)?"
    r"(?:[ \u00a0\u202f]?(?P<half>[AaPp])\.?[ \u00a0]?[Mm]\.?)?"
    r"(?: ?(?P<offset>Z|(?:UTC|GMT)[+-][0-9]{1,2}(?::?[0-9]{2})?|[+-][0-9]{2}(?::?[0-9]{2})?|[A-Z]{2,5}))?)?"
)
_TEXT = re.compile(f"(?:{_NUMERIC}|{_NAMED}){_CLOCK}")
_LOCAL_TEXT = re.compile(f"(?:{_LOCAL}){_CLOCK}")
NUMBER = re.compile(r"-?[0-9]{1,16}(?:[.,][0-9]{1,20})?")


def read(text: str, style: DateStyle) -> Reading | None:
    """Read one date; None when it is none, or not between 1900 and 2099.

    With an offset from UTC, the day is that of the style's zone. A year of two digits, a month that is not
    English and a number (but for YYYYMMDD) are read only as far as the style says so.
    """
    text = text.strip(" \t\r\n")
    if style.numbers and NUMBER.fullmatch(text):
        day = _number(counted_day(text, style))
        offset = "" if style.numbers == "spreadsheet days" else "UTC"
        return (
            None if day is None else Reading(NUMBER_OF[(style.numbers, "either")], day, day, offset)
        )
    found = _TEXT.fullmatch(text) or (_LOCAL_TEXT.fullmatch(text) if style.language else None)
    if not found:
        return None
    part = found.groupdict()
    since = _since_midnight(part)
    if since is None:
        return None
    pattern, padding = _shape_of(part)
    first, second = _both(part, style)
    shape = NUMBER_OF[(pattern + (" hh:mm" if part["clock"] else ""), padding)]
    offset = part["offset"] or ""
    if not part["clock"]:
        day_first, month_first = _calendar_day(first), _calendar_day(second)
    else:
        day_first = _day(first, since, offset, style)
        month_first = day_first if second == first else _day(second, since, offset, style)
    if day_first is None and month_first is None:
        return None
    return Reading(shape, day_first, month_first, offset)


_Ymd = tuple[int, int, int]
_Part = Mapping[str, str | None]


def _shape_of(part: _Part) -> tuple[str, Padding]:
    if part.get("year"):
        return f"YYYY{part['mark']}MM{part['mark']}DD", "either"
    if part.get("digits"):
        return "YYYYMMDD", "either"
    if part.get("cyear"):
        return "YYYY年MM月DD日", "either"
    if not part.get("first"):
        year = part["myear"] or part["uyear"] or part["yyear"] or ""
        return f"D Month {'Y' * len(year)}", "either"
    mark, first, second, last = (part[n] or "" for n in ("sign", "first", "second", "last"))
    if len(last) == 2:
        return f"D{mark}M{mark}YY", "either"
    is_padded = first.startswith("0") or second.startswith("0")
    is_short = len(first) == 1 or len(second) == 1
    return f"D{mark}M{mark}YYYY", "short" if is_short else "padded" if is_padded else "either"


def _both(part: _Part, style: DateStyle) -> tuple[_Ymd | None, _Ymd | None]:
    """Year, month, day as read day-first and month-first."""
    if part.get("first"):
        year = _year(part["last"] or "", style)
        first, second = int(part["first"] or 0), int(part["second"] or 0)
        return (None, None) if year is None else ((year, second, first), (year, first, second))
    if digits := part.get("digits"):
        only = (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    elif part.get("year"):
        only = (int(part["year"] or 0), int(part["month"] or 0), int(part["day"] or 0))
    elif part.get("cyear"):
        only = (int(part["cyear"] or 0), int(part["cmonth"] or 0), int(part["cday"] or 0))
    else:
        kind = next(kind for kind in "muy" if part.get(f"{kind}day"))
        name = part["name" if kind == "m" else f"{kind}name"] or ""
        year = _year(part[f"{kind}year"] or "", style)
        if year is None:
            return None, None
        only = (year, months(style.language).get(folded(name), 0), int(part[f"{kind}day"] or 0))
    return only, only


def _year(text: str, style: DateStyle) -> int | None:
    if len(text) == 2:
        return None if style.century is None else style.century + int(text)
    return int(text)


def _since_midnight(part: _Part) -> timedelta | None:
    """Time since midnight; None when there is no such time of day."""
    hour = int(part["hour"] or 0)
    if half := part["side"] or part["half"]:
        if not 1 <= hour <= 12 or (part["side"] and part["half"]):
            return None
        hour = hour % 12 + (12 if half in ("P", "p", "下午", "午後", "오후") else 0)
    return None if hour > 23 else timedelta(hours=hour, minutes=int(part["minute"] or 0))


def _calendar_day(ymd: _Ymd | None) -> int | None:
    try:
        return None if ymd is None else _number(date(*ymd))
    except ValueError:
        return None


def _number(day: date | None) -> int | None:
    """A day as days since 1970-01-01, if it is one that counts."""
    is_there = day is not None and FIRST_YEAR <= day.year <= LAST_YEAR
    return day.toordinal() - EPOCH if is_there and day else None


def _day(ymd: _Ymd | None, since: timedelta, offset: str, style: DateStyle) -> int | None:
    day = _calendar_day(ymd)
    if day is None or not (offset or style.source_zone):
        return day
    shifted = trading_day(
        datetime.combine(date.fromordinal(day + EPOCH), time()) + since, offset, style
    )
    return None if shifted is None else shifted.toordinal() - EPOCH


def iso(day: int) -> str:
    """A day number as YYYY-MM-DD."""
    return date.fromordinal(day + EPOCH).isoformat()


@dataclass(frozen=True)
class DateColumn:
    """The dates of a column; where `has_...` is false the number is 0."""

    shape: np.ndarray
    day_first: np.ndarray
    month_first: np.ndarray
    has_day_first: np.ndarray
    has_month_first: np.ndarray
    is_bad: np.ndarray  # there is a text, but no date in it
    offsets: frozenset[str] = frozenset()  # from UTC, as written

    def counts(self, is_wanted: np.ndarray) -> dict[int, list[int]]:
        """Per shape, of the wanted dates: all, only day-first, only month-first, in both but different."""
        both = self.has_day_first & self.has_month_first
        kinds = (
            is_wanted,
            is_wanted & ~self.has_month_first,
            is_wanted & ~self.has_day_first,
            is_wanted & both & (self.day_first != self.month_first),
        )
        shapes = np.unique(self.shape[is_wanted]).tolist()
        return {
            shape: [int(np.count_nonzero(kind & (self.shape == shape))) for kind in kinds]
            for shape in shapes
        }


@dataclass
class DateReader:
    """Reads columns of dates; each distinct text is read once."""

    style: DateStyle
    _known: dict[str, Reading | None] = field(default_factory=dict)
    _clocks: dict[str, bool] = field(default_factory=dict)

    def column(self, texts: Any) -> DateColumn:
        """Read a pyarrow array of texts (null: missing)."""
        coded = pc.dictionary_encode(texts)
        readings = [self._one(text) for text in coded.dictionary.to_pylist()]
        if len(self._known) > 1_000_000:
            self._known = {}
        at = pc.fill_null(coded.indices, len(readings)).to_numpy()

        def taken(values: list[Any], otherwise: Any) -> np.ndarray:
            return np.array([*values, otherwise])[at]

        first = [r.day_first if r else None for r in readings]
        second = [r.month_first if r else None for r in readings]
        return DateColumn(
            shape=taken([r.shape if r else 0 for r in readings], 0),
            day_first=taken([day or 0 for day in first], 0),
            month_first=taken([day or 0 for day in second], 0),
            has_day_first=taken([day is not None for day in first], False),
            has_month_first=taken([day is not None for day in second], False),
            is_bad=taken([r is None for r in readings], False),
            offsets=frozenset(r.offset for r in readings if r and r.offset),
        )

    def _one(self, text: str) -> Reading | None:
        if text in self._known:
            return self._known[text]
        # A time of day has no influence on the day unless there is an offset: so that a million
        # moments of one year are read as 365 days.
        day, blank, clock = text.partition(" ")
        is_needed = self.style.source_zone is not None
        if blank and len(day) > 5 and not is_needed and self._is_plain_clock(clock):
            text = day + " 00:00"
        if text not in self._known:
            self._known[text] = read(text, self.style)
        return self._known[text]

    def _is_plain_clock(self, clock: str) -> bool:
        if clock not in self._clocks:
            if len(self._clocks) > 200_000:
                self._clocks = {}
            is_time = _TEXT.fullmatch("2000-01-01 " + clock)
            self._clocks[clock] = bool(
                is_time
                and not is_time["offset"]
                and _since_midnight(is_time.groupdict()) is not None
            )
        return self._clocks[clock]
