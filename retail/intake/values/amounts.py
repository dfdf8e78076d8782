"""Texts become whole numbers of the smallest unit, exactly, or are refused; nothing is rounded
unless the config says so.

In: a pyarrow array of texts (null: missing). `plain` checks the grammar and gives digits with a
decimal point; `whole` gives int64 at a scale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.frames import exact_sum

# Of the digits behind the decimal mark so many are kept: enough for rounding half up exactly.
MOST_DECIMALS = 20
MOST_WHOLE_DIGITS = 15
# Decimal and thousands marks of the usual ways to write a number.
USUAL_MARKS = ((".", ""), (".", ","), (",", ""), (",", "."), (",", " "), (".", "'"))
BARE = pa.array([".", "-.", "+."])  # left of .00 without its zeros
_PLAIN_BYTES = np.zeros(256, bool)
_PLAIN_BYTES[list(b"0123456789.-")] = True


@dataclass(frozen=True)
class Plain:
    """Numbers as texts with a decimal point; null where missing or bad."""

    texts: Any  # pa.Array of strings
    is_bad: np.ndarray
    decimals: int  # the most that a value needs


def plain(texts: Any, decimal: str, thousands: str, usual_decimals: int = 0) -> Plain:
    """Check the grammar: a sign, digits with marks at thousands or with none, decimals.

    Blanks around a number are allowed; an exponent, brackets, a trailing minus and words are errors.
    Zeros at the end do not count as decimals, except for the first `usual_decimals` of them.
    """
    is_missing = _mask(pc.is_null(texts))
    if decimal == "." and not thousands and _is_simple(texts):
        numbers = texts
        is_bad = np.zeros(len(texts), bool)
    else:
        trimmed = pc.ascii_trim_whitespace(texts)
        matches = pc.match_substring_regex(trimmed, pattern(decimal, thousands))
        fits = _mask(pc.fill_null(matches, False))
        is_bad = ~fits & ~is_missing
        numbers = pc.if_else(pa.array(fits), trimmed, pa.scalar(None, pa.string()))
        for mark in marks(thousands):
            numbers = pc.replace_substring(numbers, mark, "")
        if decimal == ",":
            numbers = pc.replace_substring(numbers, ",", ".")
    dots = pc.find_substring(numbers, ".")
    has_dot = _mask(pc.fill_null(pc.greater_equal(dots, 0), False))
    written = 0
    if has_dot.any():
        written = int(_ints(pc.subtract(pc.binary_length(numbers), dots))[has_dot].max()) - 1
        numbers = pc.if_else(pa.array(has_dot), pc.utf8_rtrim(numbers, "0"), numbers)
        short = numbers.filter(pa.array(has_dot & (_ints(dots) < 2)))
        if pc.any(pc.is_in(short, value_set=BARE)).as_py():
            numbers = pc.if_else(pc.is_in(numbers, value_set=BARE), "0.", numbers)
            dots = pc.find_substring(numbers, ".")
    lengths = pc.binary_length(numbers)
    whole_digits = np.where(has_dot, _ints(dots), _ints(lengths))
    decimals = np.where(has_dot, _ints(lengths) - _ints(dots) - 1, 0)
    too_long = (whole_digits > MOST_WHOLE_DIGITS + 1) & ~is_missing & ~is_bad
    if too_long.any():
        is_bad = is_bad | too_long
        numbers = pc.if_else(pa.array(too_long), pa.scalar(None, pa.string()), numbers)
    if (decimals > MOST_DECIMALS).any():
        numbers = pc.replace_substring_regex(
            numbers, rf"(\.[0-9]{{{MOST_DECIMALS}}})[0-9]+$", r"\1"
        )
    most = int(decimals[~is_bad & ~is_missing].max(initial=0))
    most = max(most, min(written, usual_decimals))
    return Plain(numbers, is_bad, most)


def whole(numbers: Plain, scale: int) -> tuple[np.ndarray, np.ndarray]:
    """Values x 10**scale as int64 (0 where missing), rounded half away from zero; and which do not fit."""
    from_scale = min(max(numbers.decimals, scale), MOST_DECIMALS)
    exact = pc.cast(numbers.texts, pa.decimal128(38, from_scale))
    if from_scale > scale:
        exact = pc.round(exact, ndigits=scale, round_mode="half_towards_infinity")
        exact = pc.cast(exact, pa.decimal128(38, scale))
    halves = np.frombuffer(exact.buffers()[1], dtype="<i8").reshape(-1, 2)
    halves = halves[exact.offset : exact.offset + len(exact)]
    is_there = _mask(pc.is_valid(exact))
    overflows = is_there & (halves[:, 1] != halves[:, 0] >> 63)
    return np.where(is_there & ~overflows, halves[:, 0], 0), overflows


def exact_size(values: np.ndarray) -> int:
    """The sum of absolute values as a Python integer."""
    return exact_sum(values[values > 0]) - exact_sum(values[values < 0])


def _is_simple(texts: Any) -> bool:
    """Whether all texts hold digits, points and minus signs only and can be read as they are."""
    stored = np.frombuffer(texts.buffers()[2] or b"", dtype=np.uint8)
    if not _PLAIN_BYTES[stored].all():
        return False
    try:
        pc.cast(texts, pa.float64())  # in a third of the time that exact numbers take
    except pa.ArrowInvalid:
        return False
    return True


def pattern(decimal: str, thousands: str) -> str:
    """A regular expression for numbers with these marks."""
    point = re.escape(decimal)
    between = "".join(re.escape(mark) for mark in marks(thousands))
    grouped = rf"|[0-9]{{1,3}}(?:[{between}][0-9]{{3}})+" if between else ""
    return rf"^[+-]?(?:(?:[0-9]+{grouped})(?:{point}[0-9]*)?|{point}[0-9]+)$"


def marks(thousands: str) -> tuple[str, ...]:
    """The mark and what stands for it in print: no-break blanks, the typographic apostrophe."""
    return {"": (), " ": (" ", "\u00a0", "\u202f"), "'": ("'", "\u2019")}.get(
        thousands, (thousands,)
    )


def _mask(values: Any) -> np.ndarray:
    return values.to_numpy(zero_copy_only=False).astype(bool)


def _ints(values: Any) -> np.ndarray:
    return pc.fill_null(values, 0).to_numpy(zero_copy_only=False)
