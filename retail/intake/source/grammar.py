"""The grammar of delimited text (RFC 4180) on raw bytes: which records can be trusted, and in which row.

A quote opens only at the start of a field, inside quotes it is doubled, and after the closing one
the field ends; a line break outside quotes ends the record. A record that breaks this, or has
another number of fields than the first one, is rejected from its first to its last physical row,
as a machine that follows the quotes sees it (`records` does that). Where its end can't be known (a
quote that is never closed) the file is refused.

numpy finds all quotes and stops of a window at once; only a record that breaks the grammar is
walked byte by byte.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

STATED = re.compile(rb"sep=([\t !#-/:-@[-`{-~])[\r\n]")
QUOTE, FEED, RETURN, TAB, BLANK = 34, 10, 13, 9, 32
UNSEEN = 0  # NUL: `encoding` lets none through

Bytes = np.ndarray


@dataclass(frozen=True)
class Scan:
    """The complete records that numpy found in a window of bytes, up to the first doubtful one."""

    starts: Bytes  # of each record
    ends: Bytes  # just behind each record, its line break included
    widths: Bytes
    line_breaks: Bytes  # all of them, inside quotes too
    consumed: int
    is_doubtful: bool  # the record that follows breaks the grammar


def line_end_of(start: bytes) -> int:
    """A line feed, with or without a carriage return before it, or the return of old Macs alone."""
    feeds = start.count(b"\n")
    lone_returns = start.count(b"\r") - start.count(b"\r\n")
    return RETURN if lone_returns > feeds else FEED


def scan(window: Bytes, separator: int, line_end: int, quoted_newlines: bool) -> Scan:
    """Find the complete records of a window that begins with a record."""
    other = RETURN if line_end == FEED else FEED
    stops = np.flatnonzero((window == separator) | (window == FEED) | (window == RETURN))
    kinds = window[stops]
    quotes = np.flatnonzero(window == QUOTE)
    line_breaks = stops[kinds == line_end]
    doubtful = []
    if len(quotes):
        doubtful += _stray_quotes(window, quotes, separator, line_end)
        is_inside = (np.searchsorted(quotes, stops) & 1).astype(bool)
        if not quoted_newlines:
            doubtful.append(stops[is_inside & (kinds != separator)])
        stops, kinds = stops[~is_inside], kinds[~is_inside]
    is_other = kinds == other
    if is_other.any():
        strange = stops[is_other]
        if line_end == FEED:  # a return is part of the line end when a feed follows
            following = _byte_at(window, strange + 1)
            strange = strange[(following != FEED) & (following != UNSEEN)]
        doubtful.append(strange)
        stops, kinds = stops[~is_other], kinds[~is_other]
    at_end = np.flatnonzero(kinds == line_end)
    ends = stops[at_end] + 1
    doubts = np.concatenate([np.empty(0, np.int64), *doubtful])
    if len(doubts):
        ends = ends[: np.searchsorted(ends, doubts.min(), side="right")]
    borders = np.concatenate([[0], ends])
    return Scan(
        starts=borders[:-1],
        ends=ends,
        widths=np.diff(
            at_end[: len(ends)], prepend=-1
        ),  # an end closes a field as a separator does
        line_breaks=line_breaks,
        consumed=int(borders[-1]),
        is_doubtful=len(doubts) > 0,
    )


def _stray_quotes(window: Bytes, quotes: Bytes, separator: int, line_end: int) -> list[Bytes]:
    """Positions of quotes that neither open nor close a value and are not doubled.

    A quote at the end of the window counts as right, since its next byte is unknown.
    """
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening == 0, line_end, _byte_at(window, opening - 1))
    is_doubled = np.zeros(len(opening), bool)
    is_doubled[1:] = opening[1:] == closing[: len(opening) - 1] + 1
    opens = (before == separator) | (before == line_end) | is_doubled
    after, second = _byte_at(window, closing + 1), _byte_at(window, closing + 2)
    closes = (after == separator) | (after == line_end) | (after == QUOTE) | (after == UNSEEN)
    if line_end == FEED:
        closes |= (after == RETURN) & ((second == FEED) | (second == UNSEEN))
    return [opening[~opens], closing[~closes]]


def _byte_at(window: Bytes, positions: Bytes) -> Bytes:
    inside = window[np.clip(positions, 0, len(window) - 1)] if len(window) else positions
    return np.where(positions < len(window), inside, UNSEEN)


def are_blank(window: Bytes, scan: Scan) -> Bytes:
    """Which records hold nothing but blanks."""
    lengths = scan.ends - scan.starts
    is_blank = (lengths == 1) | ((lengths == 2) & (window[scan.starts] == RETURN))
    for index in np.flatnonzero((scan.widths == 1) & ~is_blank):
        is_blank[index] = not window[scan.starts[index] : scan.ends[index]].tobytes().strip()
    return is_blank


def walk(
    text: bytes, separator: int, line_end: int, quoted_newlines: bool
) -> tuple[int | None, str]:
    """Position after the record at the start of `text`, and what its first fault violates ("" without a fault).

    The position is None if the record doesn't end within `text`.
    """
    expected = ""
    place = "start"  # of a field; then "plain", "quoted", "closed"
    for at, byte in enumerate(text):
        fault = ""
        if place == "quoted":
            if byte == QUOTE:
                place = "closed"
            elif byte in (FEED, RETURN) and not quoted_newlines:
                fault = "no line break inside quotes (or set [input] quoted_newlines = true)"
        elif byte == separator:
            place = "start"
        elif byte == line_end:
            return at + 1, expected
        elif byte == QUOTE:
            fault = "a quote only around a whole value" if place == "plain" else ""
            place = "plain" if place == "plain" else "quoted"
        elif byte in (FEED, RETURN):
            if line_end == RETURN or text[at + 1 : at + 2] not in (b"\n", b""):
                fault = "one kind of line end in the whole file"
        else:
            fault = "nothing behind a closing quote" if place == "closed" else ""
            place = "plain"
        expected = expected or fault
    return None, expected or "a closing quote"


def stated_separator(text: bytes) -> str:
    """The separator that a first line states for spreadsheets (`sep=;`); empty for any other line."""
    found = STATED.match(text)
    return found[1].decode("ascii") if found else ""


def fields_of(record: bytes, separator: int) -> list[str]:
    """The fields of one well-formed record."""
    fields: list[bytes] = []
    at = 0
    text = record.rstrip(b"\r\n") if not record.count(b'"') else record
    while True:
        value, at = _field(text, at, bytes([separator]))
        fields.append(value)
        if at >= len(text) or text[at : at + 1] != bytes([separator]):
            return [value.decode("utf-8") for value in fields]
        at += 1


def fields_of_line(line: bytes, separator: int) -> list[str]:
    """The fields of a line by itself; none of a blank one, or of one whose quotes need another line."""
    try:
        return fields_of(line, separator) if line.strip() else []
    except ValueError:
        return []


def _field(text: bytes, at: int, separator: bytes) -> tuple[bytes, int]:
    if text[at : at + 1] != b'"':
        stops = [p for mark in (separator, b"\r", b"\n") if (p := text.find(mark, at)) >= 0]
        end = min(stops, default=len(text))
        return text[at:end], end
    end = at + 1
    while True:
        end = text.index(b'"', end) + 1
        if text[end : end + 1] != b'"':
            return text[at + 1 : end - 1].replace(b'""', b'"'), end
        end += 1
