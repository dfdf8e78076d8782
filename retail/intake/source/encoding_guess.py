"""Which encoding a file that is no UTF-8 is probably in, for a proposal: the one in which its text is plausible.

A few rules on signs suffice for the encodings of spreadsheets: double bytes should be common signs of their
language, letters beyond ASCII should be those of a language and stand as words have them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

# Letters beyond ASCII that languages written in an encoding use; small ones, capitals follow.
_WESTERN = "äöüßéèêëàâáãåæçñóòôõøíìîïúùûœ"
_LETTERS = {
    "cp1252": _WESTERN,
    "cp1254": _WESTERN + "ğışİ",
    "cp1250": "ąćęłńóśźżáčďéěíňřšťúůýžäöüßőűţşăîâľĺŕđ",
    "cp1257": "āčēģīķļņšūžąęėįųõäöü",
    "cp1251": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђјљњћџ",
    "cp1253": "αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋ",
}
_LATIN = ("cp1252", "cp1254", "cp1250", "cp1257")
# First bytes of the common signs of encodings with two bytes.
_COMMON = {
    "cp932": (*range(0x82, 0x84), *range(0x88, 0x98)),
    "gb18030": tuple(range(0xB0, 0xD8)),
    "cp949": tuple(range(0xB0, 0xC9)),
    "big5": tuple(range(0xA4, 0xC7)),
}
MOST = 20_000  # signs beyond ASCII that are looked at
LEAST = 0.3  # score from which on a guess is better than Western Windows


def guess(data: bytes) -> str:
    """The encoding of bytes that are no UTF-8, as `[input] encoding` names it."""
    if data.count(b"\0") > len(data) / 10:
        return "utf-16-le" if data[1::2].count(b"\0") > data[::2].count(b"\0") else "utf-16-be"
    scores: dict[str, float] = {}
    for named in (*_LETTERS, *_COMMON):
        text = _decoded(data, named)
        if text is not None:
            scores[named] = (
                _score_of_letters(text, named) if named in _LETTERS else _score(text, named)
            )
    best = max(scores, key=lambda named: scores[named], default="")
    if best and scores[best] >= LEAST:
        return best
    return "cp1252" if "cp1252" in scores else "latin-1"


def _decoded(data: bytes, named: str) -> str | None:
    """The text; None where it is none. A sign that is cut at the end is no fault."""
    for cut in range(4):
        try:
            return data[: len(data) - cut].decode(named)
        except UnicodeDecodeError as error:
            if error.start < len(data) - 4:
                return None
    return None


def _score_of_letters(text: str, named: str) -> float:
    """1 where all signs beyond ASCII are letters of the encoding's languages, in places that words have."""
    known = set(_LETTERS[named] + _LETTERS[named].upper())
    is_latin = named in _LATIN

    def points(at: int, sign: str) -> float:
        around = text[at - 1 : at] + text[at + 1 : at + 2]
        if not sign.isalpha():
            return -1.0 if len(around) == 2 and around.isalpha() else 0.0
        alone = any(other.isalpha() and other.isascii() for other in around)
        crowded = len(around) == 2 and all(other.isalpha() and other > "\x7f" for other in around)
        if sign not in known or (crowded if is_latin else alone):
            return -1.0
        # A capital within a word of small letters is rarely meant.
        return -0.5 if sign.isupper() and text[at - 1 : at].islower() else 1.0

    return _mean(text, points)


def _score(text: str, named: str) -> float:
    """The share of signs of two bytes that are common in the language of the encoding."""

    def points(at: int, sign: str) -> float:
        stored = sign.encode(named, "ignore")
        around = text[at - 1 : at] + text[at + 1 : at + 2]
        if len(stored) == 1:  # half-width katakana
            return 0.2
        if len(stored) != 2 or unicodedata.category(sign) == "Co":
            return -1.0
        if around.isascii() and around.isalpha():
            return -1.0  # one sign within a Latin word
        is_kana, is_hangul = "\u3041" <= sign <= "\u30ff", "\uac00" <= sign <= "\ud7a3"
        is_own = (is_kana and named == "cp932") or (is_hangul and named == "cp949")
        common = 1.1 if is_own else 1.0
        return common if stored[0] in _COMMON[named] else 0.0

    return _mean(text, points)


def _mean(text: str, points: Callable[[int, str], float]) -> float:
    there = [at for at, sign in enumerate(text) if sign > "\x7f"][:MOST]
    return sum(points(at, text[at]) for at in there) / len(there) if there else 0.0
