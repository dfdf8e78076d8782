"""What the dates of one writer look like: separator, padding with zeros, with a time or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Padding = Literal["padded", "short", "either"]


@dataclass(frozen=True)
class Shape:
    """How a date is written. `writer` groups shapes that differ in padding only."""

    pattern: str  # with D before M where both orders can be
    has_order: bool  # whether day-first or month-first must be decided
    writer: str
    padding: Padding = "either"


COUNTED = ("epoch seconds", "epoch milliseconds", "spreadsheet days")


def _shapes() -> tuple[Shape, ...]:
    fixed = [f"YYYY{mark}MM{mark}DD" for mark in "-/."]
    fixed += ["YYYYMMDD", "YYYY年MM月DD日", "D Month YYYY", "D Month YY"]
    shapes = []
    for clock in ("", " hh:mm"):
        shapes += [Shape(pattern + clock, False, pattern + clock) for pattern in fixed]
        for mark in "-/.":
            writer = f"D{mark}M{mark}YYYY{clock}"
            padded = f"DD{mark}MM{mark}YYYY{clock}"
            shapes += [
                Shape(padded, True, writer, "padded"),
                Shape(writer, True, writer, "short"),
                Shape(padded, True, writer, "either"),
            ]
            brief = f"D{mark}M{mark}YY{clock}"
            shapes.append(Shape(brief, True, brief))
    return tuple(shapes + [Shape(pattern, False, pattern) for pattern in COUNTED])


SHAPES = _shapes()
NUMBER_OF = {(shape.writer, shape.padding): at for at, shape in enumerate(SHAPES)}
