"""An independent reader of delimited text, one character at a time: the judge of what is right."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Judged:
    """Records with their physical row; fields None where the record breaks the grammar.

    `is_open`: a quote swallows everything from `open_row` to the end, over more than one line.
    """

    records: list[tuple[int, list[str] | None]]
    is_open: bool = False
    open_row: int = 0


def judge(
    text: str, separator: str = ",", quoted_newlines: bool = False, seen: int = 1 << 22
) -> Judged:
    """RFC 4180 as the config says. `seen`: how much is looked at to tell the line ends."""
    start = text[:seen]
    lone = start.count("\r") - start.count("\r\n")
    end = "\r" if lone > start.count("\n") else "\n"
    if text and not text.endswith(end):
        text += end
    found: list[tuple[int, list[str] | None]] = []
    at, row = 0, 1
    while at < len(text):
        begin, first_row = at, row
        fields, value, place, is_sound = [], "", "start", True
        while True:
            if at == len(text):
                if text[begin:].count(end) > 1:
                    return Judged(found, True, first_row)
                is_sound = False
                break
            sign, following = text[at], text[at + 1 : at + 2]
            at += 1
            row += sign == end
            if place == "quoted":
                place = "closed" if sign == '"' else "quoted"
                value += sign if sign != '"' else ""
                is_sound &= quoted_newlines or sign not in "\r\n"
            elif sign == separator:
                fields.append(value)
                value, place = "", "start"
            elif sign == end:
                fields.append(value)
                break
            elif sign == '"':
                value += sign if place == "closed" else ""
                is_sound &= place in ("start", "closed")
                place = "plain" if place == "plain" else "quoted"
            elif sign in "\r\n":
                is_sound &= sign == "\r" and end == "\n" and following == "\n"
            else:
                is_sound &= place != "closed"
                value, place = value + sign, "plain"
        if text[begin:at].strip(" \t\r\n\v\f") or not is_sound:
            found.append((first_row, fields if is_sound else None))
    return Judged(found)
