"""Texts become day numbers, read day-first and month-first where a date allows both.

Which reading holds is not decided here: `date_orders` decides per shape, over all lines of a run.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow.compute as pc

from retail.intake.values.date_shapes import NUMBER_OF, Padding

EPOCH = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 1900, 2099


@dataclass(frozen=True)
class Reading:
    """A date as read: its shape (an index of SHAPES) and both readings in days since 1970-01-01."""

    shape: int
    day_first: int | None
    month_first: int | None
    offset: str = ""  # from UTC, as written


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS: Mapping[str, int] = MappingProxyType(
    {name: number for names in (_MONTHS, _FULL) for number, name in enumerate(names, 1)}
    | {"sept": 9}
)
_TEXT = re.compile(
    r"(?:(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})"
    r"|(?P<first>[0-9]{1,2})(?P<sign>[-/.])(?P<second>[0-9]{1,2})(?P=sign)(?P<last>[0-9]{4}|[0-9]{2})"
    r"|(?P<digits>[0-9]{8})"
    r"|(?P<mday>[0-9]{1,2})[- ./]?(?P<name>[A-Za-z]{3,9})\.?[- ./,]{0,2}(?P<myear>[0-9]{4})"
    r"|(?P<uname>[A-Za-z]{3,9})\.? (?P<uday>[0-9]{1,2}),? (?P<uyear>[0-9]{4}))"
    r"(?P<clock>(?:T|,? +)(?P<hour>[0-9]{1,2}):(?P<minute>[0-5][0-9])"
    r"(?::(?P<seconds>[0-5][0-9]|60)(?:[.,][0-9]{1,9})?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?: ?(?P<offset>Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)


def read(text: str, zone: ZoneInfo, century: int | None = None) -> Reading | None:
    """Read one date; None when it is none, or not between 1900 and 2099.

    With an offset from UTC, the day is that of `zone`. A year of two digits is read only when the
    config gives its `century`, such as 2000.
    """
    found = _TEXT.fullmatch(text.strip(" \t\r\n"))
    if not found:
        return None
    part = found.groupdict()
    clock = _clock(part)
    if clock is None:
        return None
    pattern, padding = _shape_of(part)
    first, second = _both(part, century)
    shape = NUMBER_OF[(pattern + (" hh:mm" if part["clock"] else ""), padding)]
    day_first = _day(first, clock, zone)
    month_first = _day(second, clock, zone)
    if day_first is None and month_first is None:
        return None
    return Reading(shape, day_first, month_first, part["offset"] or "")


_Ymd = tuple[int, int, int]
_Clock = tuple[timedelta, timezone | None]


def _shape_of(part: Mapping[str, str | None]) -> tuple[str, Padding]:
    if part["year"]:
        return f"YYYY{part['mark']}MM{part['mark']}DD", "either"
    if part["digits"]:
        return "YYYYMMDD", "either"
    if not part["first"]:
        return "D Month YYYY", "either"
    mark, first, second, last = (part[n] or "" for n in ("sign", "first", "second", "last"))
    if len(last) == 2:
        return f"D{mark}M{mark}YY", "either"
    is_padded = first.startswith("0") or second.startswith("0")
    is_short = len(first) == 1 or len(second) == 1
    return f"D{mark}M{mark}YYYY", "short" if is_short else "padded" if is_padded else "either"


def _calendar_day(year: int, month: int, day: int) -> int | None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):
        return None
    try:
        return date(year, month, day).toordinal() - EPOCH
    except ValueError:
        return None


def _both(part: Mapping[str, str | None], century: int | None) -> tuple[_Ymd | None, _Ymd | None]:
    """Year, month, day as read day-first and month-first."""
    if part["first"]:
        first, second, last = (int(part[n] or 0) for n in ("first", "second", "last"))
        if len(part["last"] or "") == 2:
            if century is None:
                return None, None
            last += century
        return (last, second, first), (last, first, second)
    if digits := part["digits"]:
        only = (int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    elif part["year"]:
        only = (int(part["year"]), int(part["month"] or 0), int(part["day"] or 0))
    else:
        name = (part["name"] or part["uname"] or "").lower()
        year, day = part["myear"] or part["uyear"], part["mday"] or part["uday"]
        only = (int(year or 0), MONTHS.get(name, 0), int(day or 0))
    return only, only


def _clock(part: Mapping[str, str | None]) -> _Clock | None:
    """Time since midnight and offset; None when there is no such time of day."""
    if not part["clock"]:
        return timedelta(), None
    hour = int(part["hour"] or 0)
    if half := part["half"]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half in "Pp" else 0)
    if hour > 23:
        return None
    since = timedelta(hours=hour, minutes=int(part["minute"] or 0))
    offset = part["offset"]
    if not offset:
        return since, None
    if offset in ("Z", "UTC", "GMT"):
        return since, UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if shift >= timedelta(hours=24):
        return None
    return since, timezone(-shift if offset[0] == "-" else shift)


def _day(ymd: _Ymd | None, clock: _Clock, zone: ZoneInfo) -> int | None:
    day = None if ymd is None else _calendar_day(*ymd)
    since, offset = clock
    if day is None or offset is None:
        return day
    moment = datetime.combine(date.fromordinal(day + EPOCH), time(), tzinfo=offset) + since
    return moment.astimezone(zone).date().toordinal() - EPOCH


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

    zone: ZoneInfo
    century: int | None = None
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
        if blank and len(day) > 5 and self._is_plain_clock(clock):
            text = day + " 00:00"
        if text not in self._known:
            self._known[text] = read(text, self.zone, self.century)
        return self._known[text]

    def _is_plain_clock(self, clock: str) -> bool:
        if clock not in self._clocks:
            if len(self._clocks) > 200_000:
                self._clocks = {}
            is_time = _TEXT.fullmatch("2000-01-01 " + clock)
            self._clocks[clock] = bool(
                is_time and not is_time["offset"] and _clock(is_time.groupdict()) is not None
            )
        return self._clocks[clock]
