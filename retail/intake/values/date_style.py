"""How a shop's dates are written beyond their shape: zone, century, language, what numbers count.

Also the trading day of a local time with an offset from UTC, and the names of months.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import ROUND_HALF_EVEN, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

AS_WRITTEN = "as written"
_EPOCH = datetime.combine(date(1970, 1, 1), time())
_SERIAL_0 = datetime.combine(date(1899, 12, 30), time())
_MILLISECONDS: Mapping[str, Decimal] = MappingProxyType(
    {
        "epoch seconds": Decimal(1000),
        "epoch milliseconds": Decimal(1),
        "spreadsheet days": Decimal(86_400_000),
    }
)
_LARGEST = 300 * 366 * 86_400_000  # milliseconds: years that no line is of
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTHS: Mapping[str, int] = MappingProxyType(
    {name: number for names in (_MONTHS, _FULL) for number, name in enumerate(names, 1)}
    | {"sept": 9}
)
_OTHER_SPELLINGS = MappingProxyType({"de": {"mrz": 3}})
# RFC 5322, 4.3; other names mean different offsets in different countries.
_NAMED = MappingProxyType(
    {f"{zone}ST": -hours for zone, hours in zip("ECMP", (5, 6, 7, 8), strict=True)}
    | {f"{zone}DT": 1 - hours for zone, hours in zip("ECMP", (5, 6, 7, 8), strict=True)}
)
_IN_USE = re.compile(
    r"CES?T|EES?T|WES?T|BST|IST|MSK|[JK]ST|SGT|HKT|PKT|WIT|WIB|WITA|A[EC][SD]T|AWST|NZ[SD]T|SAST|[ECW]AT|AK[SD]T|"
    r"HST|[AN][SD]T"
)


@dataclass(frozen=True)
class DateStyle:
    """What the config says of dates; `zone` None: each date counts as it is written."""

    zone: ZoneInfo | None = None
    century: int | None = None
    numbers: str = ""  # what a date that is a number counts: "epoch seconds" and so on
    language: str = ""  # of the names of months, besides English
    source_zone: ZoneInfo | None = None  # of times that state no offset


def trading_day(moment: datetime, offset: str, style: DateStyle) -> date | None:
    """The day of a local time in the zone of `style`; None for an offset that there isn't.

    `offset` is as written: "", Z, -0500, GMT+2, PDT. A name that the zone itself uses at that time stands for
    it; else those of RFC 5322 are known.
    """
    if not offset:
        if style.source_zone is None or style.zone is None:
            return moment.date()
        return moment.replace(tzinfo=style.source_zone).astimezone(style.zone).date()
    if offset in _NAMED or _IN_USE.fullmatch(offset):
        local = moment.replace(tzinfo=style.zone)
        if style.zone is None or offset in (local.tzname(), local.replace(fold=1).tzname()):
            return moment.date()
        if offset not in _NAMED:
            return None
        shift = timedelta(hours=_NAMED[offset])
    else:
        stated = _shift(offset)
        if stated is None or style.zone is None:
            return None if stated is None else moment.date()
        shift = stated
    return moment.replace(tzinfo=timezone(shift)).astimezone(style.zone).date()


def _shift(offset: str) -> timedelta | None:
    """Hours and minutes of an offset such as Z, -05:00, GMT+2; None for more than a day, or a strange name."""
    digits = offset.removeprefix("UTC").removeprefix("GMT").replace(":", "")
    if offset in ("Z", "UTC", "GMT"):
        return timedelta()
    if digits[:1] not in ("+", "-"):
        return None
    hours, minutes = (digits[1:-2], digits[-2:]) if len(digits) > 3 else (digits[1:], "0")
    shift = timedelta(hours=int(hours), minutes=int(minutes))
    if shift >= timedelta(hours=24) or int(minutes) > 59:
        return None
    return -shift if digits[0] == "-" else shift


@functools.cache
def months(language: str) -> Mapping[str, int]:
    """Name -> number of the months in English and in a language, as babel has them, with accents and without.

    Raises ValueError for a language that babel does not know.
    """
    if not language:
        return MONTHS
    from babel import Locale, UnknownLocaleError

    try:
        by_width = Locale.parse(language.replace("-", "_")).months
    except UnknownLocaleError as error:
        raise ValueError(str(error)) from None
    found: dict[str, int] = {}
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in by_width[context][width].items():
                for spelling in (folded(name), _without_accents(name)):
                    found.setdefault(spelling, int(number))
    return MappingProxyType({**MONTHS, **_OTHER_SPELLINGS.get(language[:2], {}), **found})


def folded(name: str) -> str:
    """A name of a month as it is looked up: small letters, no point behind it."""
    return unicodedata.normalize("NFC", name).casefold().rstrip(".")


def _without_accents(name: str) -> str:
    parts = unicodedata.normalize("NFKD", folded(name))
    return "".join(sign for sign in parts if not unicodedata.combining(sign))


def counted_day(text: str, style: DateStyle) -> date | None:
    """The trading day that a number stands for, by `style.numbers`; None for one of no year from 1900 to 2099.

    Spreadsheets count days from 1900 on, with a 29 February 1900 that there never was; parts of a day are
    rounded to the millisecond, as spreadsheets do.
    """
    value = Decimal(text.replace(",", "."))
    unit = _MILLISECONDS[style.numbers]
    since = _EPOCH
    if style.numbers == "spreadsheet days":
        if value < 1 or 60 <= value < 61:
            return None
        since = _SERIAL_0 if value >= 61 else _SERIAL_0 + timedelta(days=1)
    count = int((value * unit).to_integral_value(ROUND_HALF_EVEN))
    if abs(count) > _LARGEST:
        return None
    moment = since + timedelta(milliseconds=count)
    if style.numbers == "spreadsheet days":
        return trading_day(moment, "", style) if value % 1 else moment.date()
    return trading_day(moment, "UTC", style)
