"""Numbers as tills, spreadsheets and accountants write them become plain ones: $1,250.00, (3.00), 5.00-, '-25.50.

Each form is read only where [input] number_forms or currency_signs names it. `plainly` turns texts in
a named form into plain numbers and leaves all others as they stand, for `amounts.plain` to refuse.
`keys_for` says, the other way round, which keys of [input] would make texts readable.
"""

from __future__ import annotations

import functools
import json
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from babel.numbers import list_currencies

from retail.intake.values import amounts

Keys = dict[str, Any]  # key of [input] -> value
_LAKHS = r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]*)?"
_MARKED = (  # signs, brackets and currency around a number; where they may stand is judged afterwards
    r"(?P<tick>'?)(?P<a>[-+(]?)(?P<before>{sign})\s*(?P<b>[-+(]?)\s*(?P<core>{core})"
    r"(?P<percent>\s?%)?(?P<c>[-)]?)\s*(?P<after>{sign})(?P<d>[-)]?)"
)
_ANY = re.compile(
    _MARKED.format(
        sign=r"[^\W\d_]{0,4}[^\w\s.,()'+%-]{0,2}[^\W\d_]{0,4}(?:(?<=[^\W\d_]|/)\.)?",
        core=r"[0-9.](?:[0-9.,'’\s]*[0-9.])?",
    )
)
DASHES = ("-", "–", "—")
_LONGEST = 40  # characters of a text that is worth a look
# Signs that are no code of ISO 4217 and in which there is no sign that Unicode calls one of a currency.
_OTHER_SIGNS = re.compile(
    r"kr\.?|zł|Kč|Ft|lei|Rs\.?|RM|Rp\.?|S?Fr\.|S/\.?|Lt|Br|KM|TL|din\.|дин\.|ден\.|руб\.?|лв\.?"
)


@dataclass(frozen=True)
class NumberStyle:
    """How numbers are written: marks, and the forms and currency signs that may stand around them."""

    decimal: str = "."
    thousands: str = ""
    forms: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()


def plainly(texts: Any, style: NumberStyle) -> Any:
    """A pyarrow array of texts, those in a form that `style` names as plain numbers."""
    if not (style.forms or style.signs):
        return texts
    usual = amounts.pattern(style.decimal, style.thousands)
    bare = pc.ascii_trim_whitespace(texts)
    if style.signs:  # most of a column at once; what is left is looked at one by one
        sign = "|".join(sorted(map(re.escape, style.signs), key=len, reverse=True))
        blanks = r"[\s\x{a0}\x{202f}]*"
        bare = pc.replace_substring_regex(bare, rf"^([+-]?)(?:{sign}){blanks}([0-9])", r"\1\2")
        bare = pc.replace_substring_regex(bare, rf"([0-9]){blanks}(?:{sign})$", r"\1")
    if "lakhs" in style.forms and style.decimal == ".":
        grouped = pc.match_substring_regex(bare, rf"^[+-]?{_LAKHS}$")
        bare = pc.if_else(grouped, pc.replace_substring(bare, ",", ""), bare)
    is_odd = pc.fill_null(pc.invert(pc.match_substring_regex(bare, usual)), False)
    if not pc.any(is_odd).as_py():
        return bare
    coded = pc.dictionary_encode(texts.filter(is_odd))
    found = [_plain(text, style) or text for text in coded.dictionary.to_pylist()]
    return pc.replace_with_mask(bare, is_odd, pa.array(found, pa.string()).take(coded.indices))


def _plain(text: str, style: NumberStyle) -> str:
    """A text as a plain number with the decimal mark of `style`; empty where it is none."""
    text = text.strip().replace("−", "-" if "unicode minus" in style.forms else "−")
    if text in DASHES and "dash" in style.forms:
        return "0"
    found = _pattern(style).fullmatch(text)
    if not found or _forms(found) - set(style.forms) or not _is_one(found):
        return ""
    core = found["core"]
    for mark in (*amounts.marks(style.thousands), *("," if "lakhs" in style.forms else "")):
        core = core.replace(mark, "") if mark != style.decimal else core
    if found["percent"]:
        core = format(Decimal(core.replace(",", ".")).scaleb(-2), "f").replace(".", style.decimal)
    return ("-" if {"-", "("} & set(_signs(found)) else "") + core


@functools.cache
def _pattern(style: NumberStyle) -> re.Pattern[str]:
    signs = "|".join(sorted(map(re.escape, style.signs), key=len, reverse=True))
    return re.compile(_MARKED.format(sign=f"(?:{signs})?", core=_core(style)))


def _core(style: NumberStyle) -> str:
    """A regular expression for the digits of a number with their marks, without a sign."""
    usual = amounts.pattern(style.decimal, style.thousands).strip("^$").removeprefix("[+-]?")
    return f"{usual}|{_LAKHS}" if "lakhs" in style.forms and style.decimal == "." else usual


def _signs(found: re.Match[str]) -> str:
    """The signs around a number, in their order, such as -, () or nothing."""
    return "".join(found.group("a", "b", "c", "d"))


def _is_one(found: re.Match[str]) -> bool:
    """Whether the signs are one sign, or one pair of brackets."""
    return _signs(found) in ("", "-", "+", "()")


def _forms(found: re.Match[str]) -> set[str]:
    """The names of the forms that a text makes use of."""
    uses = {
        "apostrophe": found["tick"],
        "brackets": "(" in _signs(found),
        "trailing minus": "-" in (found["c"], found["d"]),
        "percent": found["percent"],
    }
    return {name for name, is_used in uses.items() if is_used}


def keys_for(texts: Collection[str], style: NumberStyle | None = None) -> Keys | None:
    """The keys of [input] with which all texts are numbers, beyond what `style` says already.

    None when they are not numbers in any one of the ways known, or in more than one currency.
    """
    style = style or NumberStyle()
    forms, signs, cores = set(style.forms), list(style.signs), set()
    for text in texts:
        if len(text) > _LONGEST:
            return None
        if "−" in text:
            forms.add("unicode minus")
        if text.strip() in DASHES:
            forms.add("dash")
            continue
        found = _ANY.fullmatch(text.strip().replace("−", "-"))
        if not found or not _is_one(found):
            return None
        forms |= _forms(found)
        signs += [sign for sign in found.group("before", "after") if sign and sign not in signs]
        cores.add(found["core"])
    added = [sign for sign in signs if sign not in style.signs]
    if added and (style.signs or len(added) > 1 or not _is_currency(added[0])):
        return None
    keys: Keys = {}
    for decimal, thousands, form in _ways(style):
        way = replace(style, decimal=decimal, thousands=thousands, forms=(form,))
        if all(re.fullmatch(_core(way), core) for core in cores):
            keys = {"decimal": decimal} if decimal != style.decimal else {}
            keys |= {"thousands": thousands} if thousands != style.thousands else {}
            forms |= {form} - {""}
            break
    else:
        return None
    if forms - set(style.forms):
        keys["number_forms"] = [*style.forms, *sorted(forms - set(style.forms))]
    if added:
        keys["currency_signs"] = added
    if not keys and not (style.forms or style.signs):  # "- 5": a blank that no key allows
        usual = re.compile(amounts.pattern(style.decimal, style.thousands))
        return keys if all(usual.search(text.strip()) for text in texts) else None
    return keys


def _ways(style: NumberStyle) -> list[tuple[str, str, str]]:
    """Decimal mark, thousands mark and form of grouping: what `style` says, then the usual ones."""
    own = (style.decimal, style.thousands, "lakhs" if "lakhs" in style.forms else "")
    usual = [(*marks, "") for marks in amounts.USUAL_MARKS]
    return [own, *usual, (".", style.thousands if style.decimal == "." else "", "lakhs")]


def is_money(keys: Keys, is_likely: bool) -> bool:
    """Whether a column that needs these keys is one of money; without a sign such as $ only where that is likely."""
    signs = "".join(keys.get("currency_signs", ()))
    has_sign = any(unicodedata.category(character) == "Sc" for character in signs)
    return has_sign or (is_likely and bool(keys) and not signs)


def written(keys: Keys) -> str:
    """Keys as they stand in retail.toml, such as: thousands = ",", currency_signs = ["$"]."""
    return ", ".join(
        f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()
    )


def _is_currency(sign: str) -> bool:
    has_sign = any(unicodedata.category(character) == "Sc" for character in sign)
    return bool(has_sign or _OTHER_SIGNS.fullmatch(sign) or sign in list_currencies())
