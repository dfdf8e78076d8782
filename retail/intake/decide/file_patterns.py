"""A pattern for files that are read in the same way, and what it takes beside them.

A pattern is what [input] in retail.toml holds: a name or a glob, relative to the input folder.
"""

from __future__ import annotations

import fnmatch
import glob
import string
from collections.abc import Mapping, Sequence
from pathlib import Path

from retail.intake.source.discovery import is_readable

MOST_NAMED = 10


def pattern(names: Sequence[str], others: Sequence[str] = ()) -> str:
    """The one name, or a glob that fits all of `names` and never ends inside a number.

    `others` are files that it should not take; a narrower glob is given where that leaves them out.
    """
    if len(names) == 1:
        return names[0]
    parts = [name.split("/") for name in names]
    if len({len(part) for part in parts}) > 1:
        return f"**/{_part([part[-1] for part in parts])}"
    columns = list(zip(*parts, strict=True))
    wide = "/".join(_part(column) for column in columns)
    narrow = "/".join(_part(column, is_narrow=True) for column in columns)
    is_better = len(_fitting(narrow, others)) < len(_fitting(wide, others))
    return narrow if is_better else wide


def _part(names: Sequence[str], is_narrow: bool = False) -> str:
    """A glob for names of one folder; a narrow one wants a digit where all have one."""
    if len(set(names)) == 1:
        return glob.escape(names[0])
    start = _shared_start(names).rstrip(string.digits)
    rests = [name[len(start) :] for name in names]
    ending = _shared_start([rest[::-1] for rest in rests])[::-1].lstrip(string.digits)
    has_number = all(rest[:1].isdigit() for rest in rests)
    number = "[0-9]" if is_narrow and has_number else ""
    return f"{glob.escape(start)}{number}*{glob.escape(ending)}"


def _shared_start(names: Sequence[str]) -> str:
    length = 0
    for signs in zip(*names, strict=False):
        if len(set(signs)) > 1:
            break
        length += 1
    return names[0][:length]


def _fitting(pattern: str, names: Sequence[str]) -> list[str]:
    """Those of `names` that a pattern takes, by the rules of a glob in a folder."""
    return [name for name in names if _fits(name, pattern)]


def _fits(name: str, pattern: str) -> bool:
    names, parts = name.split("/"), pattern.split("/")
    if parts[0] == "**":
        return fnmatch.fnmatchcase(names[-1], parts[-1])
    pairs = zip(names, parts, strict=False)
    return len(names) == len(parts) and all(fnmatch.fnmatchcase(n, p) for n, p in pairs)


def remarks(
    folder: Path, files: Sequence[Path], taken: Mapping[str, tuple[str, Sequence[str]]]
) -> list[str]:
    """Sentences on files beside `files` that no pattern takes, and on files that one takes too many.

    `taken`: table -> its pattern and the names for which it was made, relative to `folder`.
    """
    folders = {path.absolute().parent for path in files}
    there = sorted(
        path.relative_to(folder).as_posix()
        for parent in folders
        for path in parent.iterdir()
        if is_readable(path)
    )
    wanted = {name for _, names in taken.values() for name in names}
    found = []
    read: set[str] = set(wanted)
    for table, (glob_text, names) in taken.items():
        if len(names) < 2:
            continue
        fitting = [name for name in _fitting(glob_text, there) if name not in wanted]
        read |= set(fitting)
        if fitting:
            found.append(
                f'[input] {table} = "{glob_text}" also takes {_listed(fitting)}, from which it was '
                "not made. Move what does not belong there, or narrow the pattern."
            )
    left = [name for name in there if name not in read]
    if left:
        found.append(f"Not read, no pattern under [input] takes them: {_listed(left)}.")
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more
