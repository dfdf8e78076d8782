"""The grammar of delimited text (RFC 4180) on raw bytes: which records can be trusted, and in which row.

In: chunks of UTF-8 (see `encoding`). Out: batches of records that a parser can't misread, with
the physical row of each, and the records that are set aside. A quote opens only at the start of
a field, inside quotes it is doubled, and after the closing one the field ends; a line break
outside quotes ends the record. A record that breaks this, or has another number of fields than
the first one, is set aside from its first to its last physical row, as a machine that follows
the quotes sees it. Where that can't be known (a quote that is never closed) the file is refused.

numpy finds all quotes and stops of a window at once; only a record that breaks the grammar is
walked byte by byte.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from retail.errors import InputError, Place, shown

QUOTE, FEED, RETURN, TAB, BLANK = 34, 10, 13, 9, 32
UNSEEN = 0  # NUL: `encoding` lets none through
LONGEST_RECORD = 1 << 20
SMALL_WINDOW = 1 << 15
MOST_SET_ASIDE = 100_000

Bytes = np.ndarray


@dataclass(frozen=True)
class Bad:
    """A record that can't be read: its first physical row, how many rows it takes, and why."""

    row: int
    lines: int
    text: str
    expected: str
    column: str = ""


@dataclass(frozen=True)
class Batch:
    """Whole, well-formed records of the right width, as bytes, and the physical row of each."""

    data: bytes
    rows: np.ndarray


@dataclass(frozen=True)
class _Scan:
    """What numpy sees in a window: its complete records up to the first doubtful place."""

    starts: Bytes  # of each record
    ends: Bytes  # just behind each record, its line break included
    widths: Bytes
    line_breaks: Bytes  # all of them, inside quotes too
    consumed: int
    is_doubtful: bool  # the record that follows breaks the grammar


@dataclass
class Records:
    """The records of one file. `first` holds the fields of the first one, which rules the width."""

    chunks: Iterator[bytes]
    name: str
    separator: str  # one ASCII character, or "blanks"
    quoted_newlines: bool
    has_header: bool
    bad: list[Bad] = field(default_factory=list)
    blank_lines: int = 0
    ends_with_newline: bool = True

    def __post_init__(self) -> None:
        start = next(self.chunks, b"")
        self._line_end = _line_end(start)
        self.chunks = itertools.chain([start], self.chunks)
        self._separator = TAB if self.separator == "blanks" else ord(self.separator)
        if self.separator == "blanks":
            self.chunks = _single_tabs(self.chunks, self._line_end)
        self._buffer = np.empty(0, np.uint8)
        self._at = 0
        self._row = 1
        self._is_final = False
        self.first = self._first_record()
        self.width = len(self.first)

    def batches(self) -> Iterator[Batch]:
        """All well-formed records in order; what is set aside on the way is in `bad`."""
        while True:
            pieces, rows = self._read_buffer()
            if any(len(at) for at in rows):
                yield Batch(b"".join(pieces), np.concatenate(rows))
            if self._is_final:
                return
            self._need_more()

    def _need_more(self) -> None:
        """Put the next chunk behind what is left; the last line always gets its line end."""
        rest = self._buffer[self._at :]
        if len(rest) > LONGEST_RECORD:
            raise self._refusal(
                f"this record does not end within {LONGEST_RECORD:,} bytes: a quote that is "
                "opened and not closed, or a separator or line end that is not this file's"
            )
        chunk = next(self.chunks, None)
        if chunk is None:
            self._is_final = True
            self.ends_with_newline = not len(rest) or int(rest[-1]) == self._line_end
            chunk = b"" if self.ends_with_newline else bytes([self._line_end])
        self._buffer = np.concatenate([rest, np.frombuffer(chunk, dtype=np.uint8)])
        self._at = 0

    def _refusal(self, why: str) -> InputError:
        return InputError(f"{Place(self.name, self._row)}: {why}.")

    def _scan(self, window: Bytes) -> _Scan:
        return _scan(window, self._separator, self._line_end, self.quoted_newlines)

    def _first_record(self) -> list[str]:
        while True:
            window = self._buffer[self._at :]
            scan = self._scan(window)
            for start, end in zip(scan.starts, scan.ends, strict=True):
                text = window[start:end].tobytes()
                if text.strip():
                    if self.has_header:
                        self._at += int(end - start)
                        self._row += text.count(bytes([self._line_end]))
                    return fields_of(text, self._separator)
                self._at += int(end - start)
                self._row += 1
                self.blank_lines += 1
            if scan.is_doubtful or (self._is_final and scan.consumed < len(window)):
                raise self._refusal(
                    "the first record breaks the rules for quotes or line ends; the header can't "
                    "be read"
                )
            if self._is_final:
                raise InputError(f"{self.name}: the file is empty.")
            self._need_more()

    def _read_buffer(self) -> tuple[list[bytes], list[Bytes]]:
        pieces: list[bytes] = []
        rows: list[Bytes] = []
        step = len(self._buffer)
        while self._at < len(self._buffer):
            window = self._buffer[self._at : self._at + step]
            is_rest = self._at + step >= len(self._buffer)
            scan = self._scan(window)
            self._keep(window, scan, pieces, rows)
            self._at += scan.consumed
            self._row += int(np.searchsorted(scan.line_breaks, scan.consumed))
            is_unclosed = is_rest and self._is_final and scan.consumed < len(window)
            if scan.is_doubtful or is_unclosed:
                if not self._set_aside_record():
                    break
                step = SMALL_WINDOW
            elif is_rest:
                break
            else:
                step *= 4
        return pieces, rows

    def _keep(self, window: Bytes, scan: _Scan, pieces: list[bytes], rows: list[Bytes]) -> None:
        """Take the records of the right width; put the others among `bad`."""
        if not len(scan.starts):
            return
        at = self._row + np.searchsorted(scan.line_breaks, scan.starts)
        is_blank = _are_blank(window, scan)
        is_good = (scan.widths == self.width) & ~is_blank
        if is_good.all():
            pieces.append(window[: scan.consumed].tobytes())
            rows.append(at)
            return
        self.blank_lines += int(np.count_nonzero(is_blank))
        for index in np.flatnonzero(~is_good & ~is_blank):
            record = window[int(scan.starts[index]) : int(scan.ends[index])]
            expected = f"{self.width} values as in the first record, not {scan.widths[index]}"
            self._set_aside(int(at[index]), record, expected)
        lengths = scan.ends - scan.starts
        pieces.append(window[: scan.consumed][np.repeat(is_good, lengths)].tobytes())
        rows.append(at[is_good])

    def _set_aside(self, row: int, record: Bytes, expected: str) -> None:
        text = record[:2000].tobytes().decode("utf-8", errors="replace").rstrip("\r\n")
        lines = int(np.count_nonzero(record == self._line_end))
        self.bad.append(Bad(row, lines, text, expected))
        if len(self.bad) > MOST_SET_ASIDE:
            first = self.bad[0]
            raise too_many(self.name, first.row, first.text, first.expected)

    def _set_aside_record(self) -> bool:
        """Walk one record that breaks the grammar; False when that takes more bytes."""
        window = self._buffer[self._at : self._at + LONGEST_RECORD + 1]
        end, expected = _walk(
            window.tobytes(), self._separator, self._line_end, self.quoted_newlines
        )
        if end is None:
            if not self._is_final or len(window) > LONGEST_RECORD:
                return False
            if np.count_nonzero(window == self._line_end) > 1:
                raise self._refusal(
                    "a quote is opened in this record and never closed; what follows can't be read"
                )
            end = len(window)
        self._set_aside(self._row, window[:end], expected)
        self._row += int(np.count_nonzero(window[:end] == self._line_end))
        self._at += end
        return True


def too_many(name: str, row: int, value: str, expected: str) -> InputError:
    """The error for a file of which more can't be read than it makes sense to list."""
    return InputError(
        f"{name}: more than {MOST_SET_ASIDE:,} records can't be read. The first is row {row:,}: "
        f"{shown(value)}, expected {expected}."
    )


def _line_end(start: bytes) -> int:
    """A line feed, with or without a carriage return before it, or the return of old Macs alone."""
    feeds = start.count(b"\n")
    lone_returns = start.count(b"\r") - start.count(b"\r\n")
    return RETURN if lone_returns > feeds else FEED


def _scan(window: Bytes, separator: int, line_end: int, quoted_newlines: bool) -> _Scan:
    """Find the complete records of a window that begins with a record."""
    other = RETURN if line_end == FEED else FEED
    stops = np.flatnonzero((window == separator) | (window == FEED) | (window == RETURN))
    kinds = window[stops]
    quotes = np.flatnonzero(window == QUOTE)
    is_inside = (np.searchsorted(quotes, stops) & 1).astype(bool)
    doubtful = _stray_quotes(window, quotes, separator, line_end)
    strange = stops[(kinds == other) & ~is_inside]
    if line_end == FEED:  # a return is part of the line end when a feed follows
        following = _byte_at(window, strange + 1)
        strange = strange[(following != FEED) & (following != UNSEEN)]
    doubtful.append(strange)
    if not quoted_newlines:
        doubtful.append(stops[is_inside & (kinds != separator)])
    doubts = np.concatenate(doubtful)
    ends = stops[(kinds == line_end) & ~is_inside] + 1
    if len(doubts):
        ends = ends[: np.searchsorted(ends, doubts.min(), side="right")]
    borders = np.concatenate([[0], ends])
    separators = stops[(kinds == separator) & ~is_inside]
    return _Scan(
        starts=borders[:-1],
        ends=ends,
        widths=1 + np.diff(np.searchsorted(separators, borders)),
        line_breaks=stops[kinds == line_end],
        consumed=int(borders[-1]),
        is_doubtful=len(doubts) > 0,
    )


def _stray_quotes(window: Bytes, quotes: Bytes, separator: int, line_end: int) -> list[Bytes]:
    """Positions of quotes that neither open, close nor are doubled; beyond the window all is well."""
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


def _are_blank(window: Bytes, scan: _Scan) -> Bytes:
    """Which records hold nothing but blanks."""
    lengths = scan.ends - scan.starts
    is_blank = (lengths == 1) | ((lengths == 2) & (window[scan.starts] == RETURN))
    for index in np.flatnonzero((scan.widths == 1) & ~is_blank):
        is_blank[index] = not window[scan.starts[index] : scan.ends[index]].tobytes().strip()
    return is_blank


def _walk(
    text: bytes, separator: int, line_end: int, quoted_newlines: bool
) -> tuple[int | None, str]:
    """End of the record that starts `text` (None: it goes on), and what its first fault lacks."""
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


def _single_tabs(chunks: Iterator[bytes], line_end: int) -> Iterator[bytes]:
    """Chunks of whole lines in which each run of blanks outside quotes is one tab, or nothing at the edges."""
    rest = b""
    for chunk in chunks:
        whole, found, tail = (rest + chunk).rpartition(bytes([line_end]))
        rest = tail
        if found:
            yield _tabbed(np.frombuffer(whole + found, np.uint8), line_end)
    if rest:
        yield _tabbed(np.frombuffer(rest, np.uint8), line_end)


def _tabbed(lines: Bytes, line_end: int) -> bytes:
    is_quote = lines == QUOTE
    before = np.cumsum(is_quote) - is_quote
    is_edge = (lines == line_end) | (lines == RETURN)
    positions = np.arange(len(lines))
    line_start = np.maximum.accumulate(np.where(lines == line_end, positions + 1, 0))
    line_start = np.concatenate([[0], line_start[:-1]])
    is_outside = (before - before[np.minimum(line_start, len(lines) - 1)]) % 2 == 0
    is_blank = ((lines == BLANK) | (lines == TAB)) & is_outside
    last_text = np.maximum.accumulate(np.where(is_blank, -1, positions))
    is_leading = is_blank & ((last_text < 0) | (lines[last_text] == line_end))
    following = np.append(is_blank[1:] | is_edge[1:], True)
    kept = np.where(is_blank, TAB, lines).astype(np.uint8)
    return kept[~(is_blank & (is_leading | following))].tobytes()


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
