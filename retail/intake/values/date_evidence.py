"""Which keys of [dates] make texts readable as dates, from the texts themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from retail.intake.values import dates
from retail.intake.values.date_style import DateStyle

Keys = dict[str, Any]  # key of [dates] -> value
# Languages of names of months that are tried, the most used of these first.
_LANGUAGES = (
    *("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk", "hu", "ro"),
    *("tr", "ru", "uk", "el", "hr", "sl", "et", "id", "ca", "bg", "sr"),
)
# What a number counts whose size lies within these limits: the years from about 1990 to 2060.
_SIZES = {
    "epoch seconds": (6e8, 3e9),
    "epoch milliseconds": (6e11, 3e12),
    "spreadsheet days": (32_000, 60_000),
}
_LATEST = "2050"  # no year of two digits is taken for a later one


def keys_for(texts: Collection[str], style: DateStyle | None = None) -> Keys | None:
    """The keys of [dates] with which all texts are dates, beyond what `style` says already; None without any."""
    style = style or DateStyle()
    if _days(texts, style) is not None:
        return {}
    if not style.numbers:
        for numbers, (least, most) in _SIZES.items():
            if all(least <= _size(text) < most for text in texts):
                return {"numbers": numbers}
    for keys in ({}, _language(texts, style)):
        spoken = replace(style, **keys)
        if keys and _days(texts, spoken) is not None:
            return keys
        if (
            style.century is None
            and (days := _days(texts, replace(spoken, century=2000))) is not None
        ):
            return {**keys, "century": 2000 if dates.iso(max(days)) < _LATEST else 1900}
    return None


def offsets(texts: Collection[str], keys: Keys) -> list[str]:
    """The offsets from UTC that dates state, as written, read with the keys of [dates] that they need."""
    style = replace(DateStyle(), **keys)
    found = {reading.offset for text in texts if (reading := dates.read(text, style))}
    return sorted(found - {""})


def _days(texts: Collection[str], style: DateStyle) -> list[int] | None:
    """The days of the texts, in one of the orders that they allow; None where one is no date."""
    found = []
    for text in texts:
        reading = dates.read(text, style)
        day = reading and (reading.day_first or reading.month_first)
        if reading is None:
            return None
        found.append(day or 0)
    return found


def _language(texts: Collection[str], style: DateStyle) -> Keys:
    """The language in which all texts have names of months; none where two languages give other days."""
    if style.language:
        return {}
    century = style.century or 2000
    found = {
        language: days
        for language in _LANGUAGES
        if (days := _days(texts, replace(style, language=language, century=century))) is not None
    }
    is_clear = found and all(days == next(iter(found.values())) for days in found.values())
    return {"language": next(iter(found))} if is_clear else {}


def _size(text: str) -> float:
    """The size of a number; below every limit for what is none."""
    return float(text.strip().replace(",", ".")) if dates.NUMBER.fullmatch(text.strip()) else -1.0
