"""Which files the config means: a file, a glob or a folder for each table, in the order of their names.

And the other way round: a pattern for files, as [input] in retail.toml holds it.
"""

from __future__ import annotations

import difflib
import fnmatch
import glob
import os
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from retail.config import Config
from retail.errors import InputError

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq")
DEFAULTS = {"customers": "Customer.csv", "products": "prod_cat_info.csv", "cities": "cities.csv"}
MOST_NAMED = 10
TABLES = ("transactions", "returns", "customers", "products", "cities")


@dataclass(frozen=True)
class InputFile:
    """A file of one table; `name` is relative to the input folder and used in messages and tables."""

    table: str
    path: Path
    name: str


def input_files(config: Config) -> list[InputFile]:
    """All input files, by table and name. Raises InputError when one that is named is not there."""
    folder = config.input_folder
    if not folder.is_dir():
        raise InputError(
            f"{folder}: there is no such folder. [input] folder in retail.toml, or --input, names it."
        )
    try:
        found = {table: _named(config, table) for table in TABLES}
    except OSError as error:
        raise InputError(f"{folder}: can't be listed: {error.strerror or error}.") from None
    taken = {f.path.resolve() for table in TABLES[1:] for f in found[table]}
    lines = found["transactions"]
    if len(lines) > 1:  # a folder may hold the other tables too
        lines = [file for file in lines if file.path.resolve() not in taken]
    found["transactions"] = lines
    return [file for table in TABLES for file in found[table]]


def _named(config: Config, table: str) -> list[InputFile]:
    pattern = getattr(config.input, table)
    if pattern is None:
        default = DEFAULTS.get(table)
        if default is None or not (config.input_folder / default).is_file():
            return []
        pattern = default
    paths = _matching(config.input_folder, pattern)
    if not paths:
        raise InputError(_not_there(config.input_folder, table, pattern))
    for path in paths:
        refuse_name(path)
    return [InputFile(table, path, _name(path, config.input_folder)) for path in paths]


def refuse_name(path: Path) -> None:
    """Raise InputError for a name that is no UTF-8, which no page or table could say."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        raise InputError(
            f"{printable(str(path))}: the name of this file is not UTF-8. Rename it."
        ) from None


def printable(name: str) -> str:
    """The name of a file, with escapes for what is no UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def has_pattern(config: Config) -> bool:
    """Whether a table's files are named by a glob."""
    return any(glob.has_magic(getattr(config.input, table) or "") for table in TABLES)


def left_over(config: Config, files: Sequence[InputFile]) -> list[str]:
    """Names of files in the folders of a glob and that no table takes."""
    globs = {table for table in TABLES if glob.has_magic(getattr(config.input, table) or "")}
    taken = {file.path.resolve() for file in files}
    folders = {file.path.parent for file in files if file.table in globs}
    neighbours = [path for folder in sorted(folders) for path in folder.iterdir()]
    left = [path for path in neighbours if is_readable(path) and path.resolve() not in taken]
    return sorted(printable(_name(path, config.input_folder)) for path in left)


def _matching(folder: Path, pattern: str) -> list[Path]:
    path = Path(folder, pattern)
    if path.is_file():
        return [path]
    if path.is_dir():
        candidates = list(path.iterdir())
    elif glob.has_magic(pattern):
        start = "" if Path(pattern).is_absolute() else glob.escape(str(folder)) + "/"
        candidates = [Path(p) for p in glob.glob(start + pattern, recursive=True)]
    else:
        return []
    readable = [p for p in candidates if is_readable(p)]
    return sorted(readable, key=lambda p: _name(p, folder))


def is_readable(path: Path) -> bool:
    """Whether a file in a folder is meant as an input: its ending says so and it isn't hidden."""
    name = path.name.lower()
    is_hidden = name.startswith((".", "~"))
    return path.is_file() and not is_hidden and name.removesuffix(".gz").endswith(ENDINGS)


def _name(path: Path, folder: Path) -> str:
    try:
        return path.relative_to(folder).as_posix()
    except ValueError:
        return path.as_posix()


def _stem(name: str) -> str:
    return name.casefold().removesuffix(".gz").rpartition(".")[0]


def _not_there(folder: Path, table: str, pattern: str) -> str:
    path = Path(folder, pattern)
    if path.is_dir():
        what = f"the folder holds no file that ends in {', '.join(ENDINGS)} (or those with .gz)"
    elif glob.has_magic(pattern):
        what = "no file has such a name"
    else:
        what = "there is no such file"
    names = sorted(p.name for p in folder.iterdir() if is_readable(p))
    # Without the endings, in which all files are alike.
    stems = {_stem(name): name for name in names}
    near = difflib.get_close_matches(_stem(pattern), list(stems), n=1, cutoff=0.7)
    hint = f' Did you mean "{stems[near[0]]}"?' if near else ""
    listed = ", ".join(names[:10]) + (" ..." if len(names) > 10 else "")
    there = f" The files in {folder} are: {listed}." if names and not near else ""
    return f"{path}: {what}. [input] {table} in retail.toml names it.{hint}{there}"


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
    parts = pattern.split("/")
    if parts[0] == "**":
        return [name for name in names if fnmatch.fnmatchcase(name.split("/")[-1], parts[-1])]
    return [
        name
        for name in names
        if name.count("/") == pattern.count("/")
        and all(map(fnmatch.fnmatchcase, name.split("/"), parts))
    ]


def remarks(
    folder: Path, files: Sequence[Path], taken: Mapping[str, tuple[str, Sequence[str]]]
) -> list[str]:
    """Sentences on other files that no pattern takes, and on files that one takes too many.

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
    found, read = [], set(wanted)
    for table, (glob_text, names) in taken.items():
        fitting = set(_fitting(glob_text, there)) - wanted if len(names) > 1 else set()
        read |= fitting
        if fitting:
            found.append(
                f'[input] {table} = "{glob_text}" also takes {_listed(sorted(fitting))}, from which it was '
                "not made. Move what does not belong there, or narrow the pattern."
            )
    left = [name for name in there if name not in read]
    if left:
        found.append(f"Not read, no pattern under [input] takes them: {_listed(left)}.")
    return found


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return ", ".join(map(printable, names[:MOST_NAMED])) + more
