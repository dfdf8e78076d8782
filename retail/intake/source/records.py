"""The records of one file, in batches that a parser can't misread; see `grammar` for the rules.

In: chunks of UTF-8. A record may lie across chunks; one that does not end within a megabyte is
taken for a quote that was never closed, so that memory stays bounded.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from retail.errors import InputError, Place, shown
from retail.intake.source import grammar
from retail.intake.source.grammar import TAB, Bytes, Scan, fields_of

LONGEST_RECORD = 1 << 20
SMALL_WINDOW = 1 << 15
MOST_REJECTED = 100_000
# A quoted value, or a run of blanks: at the start or end of a line, or between values.
_BLANKS = re.compile(rb'"[^"\r\n]*"?|(?<![^\r\n])[ \t]+|[ \t]+(?=[\r\n]|\Z)|(?P<between>[ \t]+)')


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


@dataclass
class Records:
    """The records of one file. `first` holds the fields of the first one, which rules the width."""

    chunks: Iterator[bytes]
    name: str
    separator: str  # one ASCII character, or "blanks"
    quoted_newlines: bool
    has_header: bool
    first_row: int = 1
    bad: list[Bad] = field(default_factory=list)
    blank_lines: int = 0
    ends_with_newline: bool = True

    def __post_init__(self) -> None:
        start = next(self.chunks, b"")
        self._line_end = grammar.line_end_of(start)
        self.chunks = itertools.chain([start], self.chunks)
        self._separator = TAB if self.separator == "blanks" else ord(self.separator)
        if self.separator == "blanks":
            self.chunks = _single_tabs(self.chunks, self._line_end)
        self._buffer = np.empty(0, np.uint8)
        self._at = 0
        self._row = self.first_row
        self._is_final = False
        self.first = self._first_record()
        self.width = len(self.first)

    def batches(self) -> Iterator[Batch]:
        """All well-formed records in order; what can't be read is in `bad`."""
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

    def _scan(self, window: Bytes) -> Scan:
        return grammar.scan(window, self._separator, self._line_end, self.quoted_newlines)

    def _first_record(self) -> list[str]:
        while True:
            window = self._buffer[self._at :]
            scan = self._scan(window)
            for start, end in zip(scan.starts, scan.ends, strict=True):
                text = window[start:end].tobytes()
                if self._row == self.first_row and (sign := grammar.stated_separator(text)):
                    self._agree_on(sign)
                    self._at += int(end - start)
                    self._row += 1
                    continue
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

    def _agree_on(self, sign: str) -> None:
        if ord(sign) != self._separator:
            raise self._refusal(
                f"this line says that the separator is {shown(sign)}. Set [input] separator = "
                f'"auto" or {json.dumps(sign)} in retail.toml'
            )

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
                if not self._reject_record():
                    break
                step = SMALL_WINDOW
            elif is_rest:
                break
            else:
                step *= 4
        return pieces, rows

    def _keep(self, window: Bytes, scan: Scan, pieces: list[bytes], rows: list[Bytes]) -> None:
        """Take the records of the right width; put the others among `bad`."""
        if not len(scan.starts):
            return
        if np.array_equal(scan.line_breaks[: len(scan.ends)] + 1, scan.ends):  # none is quoted
            at = np.arange(self._row, self._row + len(scan.starts))
        else:
            at = self._row + np.searchsorted(scan.line_breaks, scan.starts)
        is_blank = grammar.are_blank(window, scan)
        is_good = (scan.widths == self.width) & ~is_blank
        if is_good.all():
            pieces.append(window[: scan.consumed].tobytes())
            rows.append(at)
            return
        self.blank_lines += int(np.count_nonzero(is_blank))
        for index in np.flatnonzero(~is_good & ~is_blank):
            record = window[int(scan.starts[index]) : int(scan.ends[index])]
            expected = f"{self.width} values as in the first record, not {scan.widths[index]}"
            self._reject(int(at[index]), record, expected)
        lengths = scan.ends - scan.starts
        pieces.append(window[: scan.consumed][np.repeat(is_good, lengths)].tobytes())
        rows.append(at[is_good])

    def _reject(self, row: int, record: Bytes, expected: str) -> None:
        text = record[:2000].tobytes().decode("utf-8", errors="replace").rstrip("\r\n")
        lines = int(np.count_nonzero(record == self._line_end))
        self.bad.append(Bad(row, lines, text, expected))
        if len(self.bad) > MOST_REJECTED:
            first = self.bad[0]
            raise too_many(self.name, first.row, first.text, first.expected)

    def _reject_record(self) -> bool:
        """Reject the record that breaks the grammar; False when its end needs more bytes."""
        window = self._buffer[self._at : self._at + LONGEST_RECORD + 1]
        end, expected = grammar.walk(
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
        self._reject(self._row, window[:end], expected)
        self._row += int(np.count_nonzero(window[:end] == self._line_end))
        self._at += end
        return True


def too_many(name: str, row: int, value: str, expected: str) -> InputError:
    """The error for a file with more unreadable records than are listed."""
    return InputError(
        f"{name}: more than {MOST_REJECTED:,} records can't be read. The first is row {row:,}: "
        f"{shown(value)}, expected {expected}."
    )


def _single_tabs(chunks: Iterator[bytes], line_end: int) -> Iterator[bytes]:
    """Replace each run of blanks outside quotes by one tab, and remove blanks at both ends of a line.

    Yields chunks of whole lines.
    """
    rest = b""
    for chunk in chunks:
        whole, end, rest = (rest + chunk).rpartition(bytes([line_end]))
        yield _BLANKS.sub(_tab, whole + end)
    yield _BLANKS.sub(_tab, rest)


def _tab(found: re.Match[bytes]) -> bytes:
    if found[0].startswith(b'"'):
        return found[0]
    return b"\t" if found["between"] else b""
