"""A file of any declared encoding becomes a stream of UTF-8 bytes, or is refused with a row.

In: a path (plain or `.gz`). Out: chunks of bytes without a byte order mark. Nothing is replaced
or skipped: a byte that the encoding does not know ends the reading.
"""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from retail.errors import ConfigError, InputError, Place, UnsettledInputError, shown
from retail.intake.source.grammar import FEED, RETURN

CHUNK = 1 << 22
# Longest first: the mark of UTF-32 begins with that of UTF-16.
MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# These read what they can't know as something else.
NOT_FOR_FILES = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"}


class _Rows:
    """Counts the physical lines of chunks, so that an error can name the row where reading ended."""

    def __init__(self) -> None:
        self.feeds = 0
        self.returns = 0

    def pass_by(self, chunk: bytes) -> None:
        stored = np.frombuffer(chunk, np.uint8)  # five times as quick as bytes.count
        self.feeds += int(np.count_nonzero(stored == FEED))
        self.returns += int(np.count_nonzero(stored == RETURN))

    def row(self, rest: bytes = b"") -> int:
        self.pass_by(rest)
        return (self.feeds or self.returns) + 1


def utf8_chunks(path: Path, name: str, encoding: str) -> Iterator[bytes]:
    """The text of a file as chunks of UTF-8, the first without a byte order mark.

    `name` is the file's name in messages. Raises InputError with the row of a byte that is not text in
    the encoding, of a NUL, or of a damaged `.gz`; ConfigError for an encoding that Python does not know.
    """
    declared = _declared(encoding)
    rows = _Rows()
    chunks = _raw_chunks(path, name, rows)
    first = next(chunks, b"")
    _refuse_other_formats(first, name)
    mark, found = next(((m, e) for m, e in MARKS if first.startswith(m)), (b"", ""))
    if found and declared not in ("auto", found, found[:6]):
        raise InputError(
            f"{name} begins with the byte order mark of {found}, but [input] encoding says "
            f'"{encoding}". Set encoding = "auto" for this file.'
        )
    used = found or ("utf-8" if declared == "auto" else declared)
    decoder = codecs.getincrementaldecoder(used)(errors="strict")
    chunk: bytes | None = first[len(mark) :]
    while chunk is not None:
        following = next(chunks, None)
        if used == "utf-8":
            _refuse_nul(chunk, name, rows)
        try:
            text = decoder.decode(chunk, final=following is None)
        except UnicodeDecodeError as error:
            raise _not_text(error, name, used, declared == "auto" and not found, rows) from None
        except UnicodeError as error:  # UTF-16 or UTF-32 whose order of bytes nothing says
            raise InputError(
                f'{name}: {error}. Set [input] encoding to what the file is in, such as "utf-16-le".'
            ) from None
        passed = chunk if used == "utf-8" else text.encode()
        _refuse_nul(passed, name, rows)
        rows.pass_by(passed)
        yield passed
        chunk = following


def _refuse_nul(chunk: bytes, name: str, rows: _Rows) -> None:
    if b"\0" in chunk:
        row = rows.row(chunk[: chunk.index(b"\0")])
        raise InputError(
            f"{Place(name, row)}: a NUL character. The file is damaged, or it is UTF-16 without a "
            'byte order mark (then set [input] encoding = "utf-16-le").'
        )


def first_bytes(path: Path, name: str) -> bytes:
    """The first bytes of a file as they are stored, unpacked. Raises InputError as `utf8_chunks` does."""
    first = next(_raw_chunks(path, name, _Rows()), b"")
    _refuse_other_formats(first, name)
    return first


def _declared(encoding: str) -> str:
    if encoding == "auto":
        return encoding
    try:
        b"test".decode(encoding)
        name = codecs.lookup(encoding).name
    except UnicodeDecodeError:
        name = codecs.lookup(encoding).name
    except (LookupError, ValueError):
        name = ""
    if not name or name in NOT_FOR_FILES:
        raise ConfigError(
            f'[input] encoding = "{encoding}": no such text encoding. Common ones are "utf-8", '
            '"cp1252" (Western Windows), "cp1250", "latin-1", "utf-16", "shift_jis", "gb18030".'
        )
    return "utf-8" if name == "utf-8-sig" else name


def _raw_chunks(path: Path, name: str, rows: _Rows) -> Iterator[bytes]:
    """Chunks as decompressed."""
    try:
        with path.open("rb") as stored:
            is_packed = path.suffix.lower() == ".gz"
            stream = gzip.GzipFile(fileobj=stored, mode="rb") if is_packed else stored
            while chunk := stream.read(CHUNK):
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{Place(name, rows.row())}: the compressed file is damaged or cut: {error}"
        ) from None
    except FileNotFoundError:
        raise UnsettledInputError(f"{name}: the file has vanished. Run again.") from None
    except OSError as error:
        raise InputError(f"{name}: can't be read: {error.strerror or error}") from None


FORMATS = (
    (b"PK\x03\x04", "a ZIP archive or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"\x1f\x8b", "compressed with gzip; its name must end in .gz"),
    (b"PAR1", "a Parquet file; its name must end in .parquet"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a SQLite database"),
)


def _refuse_other_formats(first: bytes, name: str) -> None:
    """A page of HTML or a workbook that was saved with the wrong name gets its own message."""
    for magic, what in FORMATS:
        if first.startswith(magic):
            raise InputError(f"{name} is {what}, not delimited text. Export it as CSV.")
    start = first[:2000].removeprefix(codecs.BOM_UTF8).lstrip()
    if start.startswith(b"<"):
        raise InputError(
            f"{Place(name, 1)}: a page of HTML or XML, not delimited text; probably an error or "
            "login page that was saved under this name. Download the export again."
        )
    if start.startswith((b"{", b"[{")):
        raise InputError(f"{Place(name, 1)}: JSON, not delimited text. Export it as CSV.")


def _not_text(
    error: UnicodeDecodeError, name: str, used: str, is_guess: bool, rows: _Rows
) -> InputError:
    before, bad = error.object[: error.start], error.object[error.start : error.end]
    row = rows.row(before.decode(used, errors="ignore").encode())
    where = f"{Place(name, row)}: the bytes {bad.hex(' ')} are not valid {used.upper()}"
    if not is_guess:
        return InputError(
            f"{where}, the encoding that the file or retail.toml names ({error.reason})."
        )
    return InputError(
        f"{where}. Name the file's encoding in retail.toml, such as [input] "
        f'encoding = "cp1252" (there this reads {shown(bad[:1].decode("cp1252", "replace"))}).'
    )
