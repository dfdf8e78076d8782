"""Locale: how numbers, shares, money, days and months are written (`[publish] locale`).

Everything comes from the Unicode CLDR, as Babel ships it; nothing is kept here but the two forms of
a report without a locale: numbers as in English, days as in ISO 8601. Pages and charts in the
browser get the same record (`for_page`, `for_charts`), so no text depends on who formats it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

from retail.schema.rounding import written

if TYPE_CHECKING:
    import babel

_EPOCH = date(1970, 1, 1).toordinal()
SIGN = "¤"  # where the currency stands in a pattern
_NAME = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}")
_ENGLISH_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?( ?%)?(?!\w|[.,]\d)")
_FIELDS = {"d": 2, "M": 4, "L": 4, "y": 4}  # of a date pattern, and their longest forms
_ISO = {"day": ("yyyy", "-", "MM", "-", "dd"), "month": ("yyyy", "-", "MM")}
_ENGLISH_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_ENGLISH_SHORT = tuple(name[:3] for name in _ENGLISH_MONTHS)
# Of months within a date and (L) by themselves, by field of a date pattern.
_ENGLISH_NAMES = {
    "MMM": _ENGLISH_SHORT, "MMMM": _ENGLISH_MONTHS, "LLL": _ENGLISH_SHORT, "LLLL": _ENGLISH_MONTHS
}  # fmt: skip


@dataclass(frozen=True)
class Locale:
    """The signs and patterns of one locale; the defaults are those of a report without one.

    sizes: digits in the last group and in the others. percent and money: what stands before and
    after the digits, of a number above and below zero; `¤` is the currency. day and month: the
    parts of a date, fields as in CLDR. Weeks start on Monday, years in January.
    """

    decimal: str = "."
    group: str = ","
    sizes: tuple[int, int] = (3, 3)
    minus: str = "-"
    percent: tuple[str, str] = ("", "%")
    money_above: tuple[str, str] = (SIGN, "")
    money_below: tuple[str, str] = ("-" + SIGN, "")
    day: tuple[str, ...] = _ISO["day"]
    month: tuple[str, ...] = _ISO["month"]
    names: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _ENGLISH_NAMES)
    days: tuple[str, ...] = _ENGLISH_DAYS
    days_short: tuple[str, ...] = tuple(name[:3] for name in _ENGLISH_DAYS)

    @staticmethod
    def of(name: str) -> Locale:
        """The locale of a name, such as "de" or "en-US"; for "" that of a report without one."""
        return _of(name)

    def number(self, plain: str) -> str:
        """A plain decimal number as text ("-1234.50") with the signs of the locale.

        >>> Locale().number("-1234567.50"), Locale.of("de-CH").number("-1234567.50")
        ('-1,234,567.50', '-1’234’567.50')
        """
        digits = plain.lstrip("+-")
        sign = {"-": self.minus, "+": "+"}.get(plain[:1], "")
        whole, point, rest = digits.partition(".")
        return f"{sign}{self._grouped(whole)}{self.decimal if point else ''}{rest}"

    def _grouped(self, whole: str) -> str:
        last, others = self.sizes
        parts = [whole[-last:]]
        whole = whole[:-last]
        while whole:
            parts.append(whole[-others:])
            whole = whole[:-others]
        return self.group.join(reversed(parts))

    def share(self, plain: str) -> str:
        """Percent, as a plain number, with the sign of percent."""
        before, after = self.percent
        return f"{before}{self.number(plain)}{after}"

    def count(self, whole: int) -> str:
        """A whole number."""
        return self.number(str(int(whole)))

    def real(self, value: float, decimals: int) -> str:
        """A number with this many decimals."""
        return self.number(written(value, decimals))

    def percentage(self, share: float, decimals: int = 0) -> str:
        """A share in percent.

        >>> Locale().percentage(0.0625, 1), Locale.of("de").percentage(0.05)
        ('6.3%', '5\\xa0%')
        """
        return self.share(written(share, decimals, 2))

    def prose(self, text: str) -> str:
        """A text of the project's own, written as in English, with the numbers of the locale.

        Not for texts with names from the data, whose digits are not ours to change.

        >>> Locale.of("de").prose("beyond 2,000 lines by 0.05, so 95 % of 5")
        'beyond 2.000 lines by 0,05, so 95\\xa0% of 5'
        """
        return _ENGLISH_NUMBER.sub(self._rewritten, text)

    def _rewritten(self, found: re.Match[str]) -> str:
        whole, part, percent = found.groups(default="")
        plain = whole.replace(",", "") + part
        if percent:
            return self.share(plain)
        return self.number(plain) if part or "," in whole else whole

    def money(self, plain: str, currency: str) -> str:
        """An amount, as a plain number, with the currency where there is one.

        >>> Locale.of("de").money("-1234.50", "€"), Locale.of("en-US").money("-1234.50", "$")
        ('-1.234,50\\xa0€', '-$1,234.50')
        """
        if not currency:
            return self.number(plain)
        before, after = affixes(
            self.money_below if plain[:1] == "-" else self.money_above, currency
        )
        text = self.number(plain.lstrip("-"))
        return f"{before.replace('-', self.minus)}{text}{after.replace('-', self.minus)}"

    def written_day(self, at: date) -> str:
        """A day, such as "2014-02-28", "28.02.2014" or "Feb 28, 2014"."""
        return self._dated(self.day, at)

    def day_after_1970(self, day: int) -> str:
        """A day as days since 1970-01-01, in the same form."""
        return self.written_day(date.fromordinal(int(day) + _EPOCH))

    def month_number(self, month: int) -> str:
        """A month as year * 12 + month - 1, in the form of `written_month`."""
        year, index = divmod(int(month), 12)
        return self.written_month(year, index + 1)

    def written_month(self, year: int, month: int) -> str:
        """A month (1 to 12) of a year, such as "2014-02" or "Feb 2014"."""
        return self._dated(self.month, date(year, month, 1))

    def _dated(self, parts: tuple[str, ...], at: date) -> str:
        fields = {
            "d": str(at.day), "dd": f"{at.day:02}",
            "M": str(at.month), "MM": f"{at.month:02}",
            "L": str(at.month), "LL": f"{at.month:02}",
            "y": str(at.year), "yyyy": f"{at.year:04}", "yy": f"{at.year % 100:02}",
        }  # fmt: skip
        fields |= {field: months[at.month - 1] for field, months in self.names.items()}
        return "".join(fields.get(part, part) for part in parts)

    def for_page(self) -> dict[str, Any]:
        """For the page's own scripts (web/src/kernel/formats.js): all fields, by name."""
        return asdict(self)

    def for_charts(self, currency: str) -> dict[str, Any]:
        """For Vega (`config.locale`): the locales of d3-format and d3-time-format."""
        before, after = affixes(self.money_above, currency) if currency else ("", "")
        last, others = self.sizes
        sunday_first = (
            [self.days[-1], *self.days[:-1]],
            [self.days_short[-1], *self.days_short[:-1]],
        )
        return {
            "number": {
                "decimal": self.decimal,
                "thousands": self.group,
                "grouping": [last, *[others] * 6],
                "currency": [before, after],
                "percent": self.percent[1] or "%",
                "minus": self.minus,
            },
            "time": {
                "dateTime": "%x %X",
                "date": "%Y-%m-%d",
                "time": "%H:%M:%S",
                "periods": ["AM", "PM"],
                "days": sunday_first[0],
                "shortDays": sunday_first[1],
                "months": list(self.names["LLLL"]),
                "shortMonths": list(self.names["LLL"]),
            },
        }


PLAIN = Locale()


def affixes(pattern: tuple[str, str], currency: str) -> tuple[str, str]:
    """What stands before and after an amount; letters keep a blank's distance from digits (CLDR).

    >>> affixes(("¤", ""), "€"), affixes(("¤", ""), "CHF")
    (('€', ''), ('CHF\\xa0', ''))
    """
    before, after = (part.replace(SIGN, currency) for part in pattern)
    before += "\u00a0" if before[-1:].isalpha() else ""
    return before, ("\u00a0" if after[:1].isalpha() else "") + after


def problem(name: str) -> str | None:
    """A message about a wrong locale name, with the nearest known one; None when the name is
    right."""
    if not name:
        return None
    from babel import UnknownLocaleError
    from babel.localedata import locale_identifiers

    try:
        if _NAME.fullmatch(name) and _parsed(name):
            return None
    except (ValueError, UnknownLocaleError):
        pass
    names = sorted(found.replace("_", "-") for found in locale_identifiers())
    known = {found.lower(): found for found in names}
    asked = name[:40].replace("_", "-").lower().partition(".")[0]
    near = difflib.get_close_matches(asked, known, n=1, cutoff=0.7)
    near = near or [language for language in [asked[:2]] if language in known]
    hint = f'did you mean "{known[near[0]]}"?' if near else 'it is a name such as "de" or "en-US".'
    return f"no locale is called {name[:40]!r}; {hint}"


def _parsed(name: str) -> babel.Locale:
    from babel import Locale as Parsed

    return Parsed.parse(name.replace("-", "_"))


@cache
def _of(name: str) -> Locale:
    if not name:
        return PLAIN
    locale = _parsed(name)
    # Digits are Western everywhere; some locales write others by default, with signs of their own.
    signs = locale.number_symbols["latn"]
    money = locale.currency_formats["standard"]
    percent = locale.percent_formats[None]
    last, others = locale.decimal_formats[None].grouping
    return Locale(
        decimal=signs["decimal"],
        group=signs["group"],
        sizes=(last, others) if last < 10 else (3, 3),
        minus=_bare(signs["minusSign"]),
        percent=(_bare(percent.prefix[0]), _bare(percent.suffix[0])),
        money_above=(_bare(money.prefix[0]), _bare(money.suffix[0])),
        money_below=(_bare(money.prefix[1]), _bare(money.suffix[1])),
        day=_fields(locale.date_formats["medium"].pattern, "day"),
        month=_fields(locale.datetime_skeletons["yMMM"].pattern, "month"),
        names={
            letter * size: tuple(locale.months[context][width][month] for month in range(1, 13))
            for letter, context in (("M", "format"), ("L", "stand-alone"))
            for size, width in ((3, "abbreviated"), (4, "wide"))
        },
        days=tuple(locale.days["stand-alone"]["wide"][day] for day in range(7)),
        days_short=tuple(locale.days["stand-alone"]["abbreviated"][day] for day in range(7)),
    )


def _bare(text: str) -> str:
    """Without marks of direction: pages isolate texts themselves."""
    return text.replace("\u200e", "").replace("\u200f", "").replace("\u061c", "")


def _fields(pattern: str, kind: str) -> tuple[str, ...]:
    """The parts of a CLDR date pattern; ISO 8601 where it asks for more than day, month and year."""
    from babel.dates import tokenize_pattern

    parts = []
    for what, value in tokenize_pattern(pattern):
        if what == "chars":
            parts.append(_bare(str(value)))
            continue
        letter, size = str(value[0]), int(value[1])
        if size > _FIELDS.get(letter, 0):
            return _ISO[kind]
        parts.append(letter * size)
    return tuple(parts)
