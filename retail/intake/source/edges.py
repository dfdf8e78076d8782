"""Lines above the header and below the last record, such as a title or totals: they are passed over by number.

In and out: chunks of UTF-8. What is passed over below is kept, so that no sale is passed over in silence.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from retail.errors import InputError
from retail.intake.source import grammar

MOST_BELOW = 1 << 16  # bytes
LOOKED_AT = 50  # lines, for a header


def within(
    chunks: Iterator[bytes], above: int, below: int, name: str, passed: list[bytes]
) -> Iterator[bytes]:
    """The chunks without `above` lines at the start and `below` ones, blank ones apart, at the end.

    The latter are put into `passed`. Raises InputError when there are fewer lines.
    """
    start = next(chunks, b"")
    line_end = bytes([grammar.line_end_of(start)])
    for _ in range(above):
        _, is_ended, start = start.partition(line_end)
        if not is_ended:
            raise InputError(f"{name}: has no more than the {above} lines of [input] skip_lines.")
    if not below:
        yield start
        yield from chunks
        return
    held = b""
    for chunk in itertools.chain([start], chunks):
        held += chunk
        if len(held) > MOST_BELOW:
            yield held[:-MOST_BELOW]
            held = held[-MOST_BELOW:]
    lines = held.split(line_end)
    while lines and len(passed) < below:
        line = lines.pop()
        if line.strip():
            passed.insert(0, line)
    if not lines:
        raise InputError(f"{name}: has no more than the {below} lines of [input] skip_footer.")
    yield line_end.join(lines) + line_end


def lines_above(start: bytes, separator: int, is_header: Callable[[list[str]], bool]) -> int | None:
    """How many lines stand above the header in the first bytes of a file; None where none looks like one."""
    line_end = bytes([grammar.line_end_of(start)])
    for above, line in enumerate(start.split(line_end)[:LOOKED_AT]):
        fields = grammar.fields_of_line(line, separator)
        if fields and is_header(fields):
            return above
    return None
