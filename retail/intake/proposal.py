"""A first retail.toml for files nobody has described yet: their first lines are looked at, and guessed.

A guess is good enough here, because it is written down for a person to check, and reading itself
never guesses.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from retail.errors import InputError, shown
from retail.intake import amounts, dates, encoding
from retail.intake.columns import CASE_STUDY, FIELDS, NEEDED, clean
from retail.intake.grammar import fields_of
from retail.intake.header_words import KNOWN
from retail.intake.records import Records
from retail.intake.tables import is_parquet

SAMPLE_BYTES = 1 << 18
SAMPLE_RECORDS = 50
TYPED = ("transactions", "customers", "products", "cities")
PROPOSED = ("transactions", "returns", "customers", "products", "cities")
# A file of returns has the columns of lines; its name tells what it is.
_RETURNS = re.compile(r"return|refund|credit|retour|reklam|storno|gutschrift|devol|avoir|\bresi\b")


@dataclass(frozen=True)
class _Look:
    """What the start of one file looks like."""

    path: Path
    encoding: str
    separator: str
    has_header: bool
    headers: list[str]
    samples: list[list[str]]


def propose(files: list[Path]) -> str:
    """The text of [input] and [columns] for these files, commented.

    Raises InputError for a file that can't be opened or that is empty.
    """
    looks = [_look(path) for path in files]
    tables: dict[str, list[_Look]] = {}
    for look in looks:
        tables.setdefault(_table(look), []).append(look)
    if "transactions" not in tables:
        best = max(looks, key=lambda look: len(_mapping("transactions", look)))
        tables = {
            table: [look for look in some if look is not best] for table, some in tables.items()
        }
        tables = {table: some for table, some in tables.items() if some} | {"transactions": [best]}
    folder = Path(os.path.commonpath([path.parent for path in files])) if files else Path()
    parts = ["\n[input]\n", f"folder = {_toml(folder.as_posix())}\n"]
    for table in PROPOSED:
        if table in tables:
            parts.append(f"{table} = {_toml(_pattern(tables[table], folder))}\n")
    parts += _format(tables["transactions"][0])
    for table in PROPOSED:
        if table in tables:
            parts.append(_columns(table, tables[table][0]))
    return "".join(parts)


def lacking(files: list[Path]) -> list[str]:
    """Fields of lines that the headers of no file are known to be, and that must be named."""
    found = [_mapping("transactions", look) for look in map(_look, files)]
    if any(set(needed) <= set(mapped) for needed in NEEDED["transactions"] for mapped in found):
        return []
    best = max(found, key=len)
    return [field for field in NEEDED["transactions"][0] if field not in best]


def _look(path: Path) -> _Look:
    if is_parquet(path):
        import pyarrow.parquet as pq

        with pq.ParquetFile(path) as file:
            first = next(file.iter_batches(batch_size=SAMPLE_RECORDS), None)
        names = list(pq.read_schema(path).names)
        rows = [[str(v) for v in row.values()] for row in first.to_pylist()] if first else []
        return _Look(path, "auto", "auto", True, names, rows)
    named, data = _start(path)
    separator = _separator(data)
    code = 9 if separator == "blanks" else ord(separator)
    records = Records(iter([data]), str(path), separator, True, False)
    rows = []
    for batch in records.batches():
        lines = batch.data.splitlines(keepends=True)[: SAMPLE_RECORDS + 1]
        rows += [fields_of(line, code) for line in lines]
    if not rows:
        raise InputError(f"{path}: no record can be read at its start. Is it delimited text?")
    has_header = not any(_is_number(value) or _is_date(value) for value in rows[0])
    headers = rows[0] if has_header else [f"{at + 1}" for at in range(len(rows[0]))]
    own = "," if path.name.lower().removesuffix(".gz").endswith((".csv", ".txt")) else "\t"
    return _Look(
        path,
        named,
        "auto" if separator == own else separator,
        has_header,
        [clean(header) for header in headers],
        rows[1:] if has_header else rows,
    )


def _start(path: Path) -> tuple[str, bytes]:
    """The encoding to name, and the first lines as UTF-8."""
    last: InputError | None = None
    for named in ("auto", "cp1252", "latin-1"):
        try:
            chunk = next(encoding.utf8_chunks(path, str(path), named, lambda _: None), b"")
        except InputError as error:
            last = error
            continue
        whole = chunk[:SAMPLE_BYTES]
        return named, whole[: whole.rfind(b"\n") + 1] or whole
    raise last or InputError(f"{path}: can't be read.")


def _separator(data: bytes) -> str:
    """The separator that cuts the first lines into most fields, the same number each."""
    lines = [line for line in data.splitlines()[:SAMPLE_RECORDS] if line.strip()]

    def widths(sign: str) -> list[int]:
        bare = [re.sub(rb'"[^"]*"', b"q", line) for line in lines]
        if sign == "blanks":
            return [len(line.split()) for line in bare]
        return [line.count(sign.encode()) + 1 for line in bare]

    best, most = ",", 1
    for sign in (",", ";", "\t", "|", "blanks"):
        counts = widths(sign)
        usual = max(set(counts), key=counts.count, default=1)
        agree = counts.count(usual) / max(len(counts), 1)
        if agree > 0.8 and usual > most and not (sign == "blanks" and most > 1):
            best, most = sign, usual
    return best


def _table(look: _Look) -> str:
    """The table that a file looks like: the one of which it has enough fields, lines first."""
    if _RETURNS.search(look.path.name.lower()) and "date" in _mapping("returns", look):
        return "returns"
    for table in TYPED:
        found = _mapping(table, look)
        if any(set(needed) <= set(found) for needed in NEEDED[table]):
            extra = {"customers": {"birth_date", "gender", "contactable", "city"}}
            if table not in extra or extra[table] & set(found):
                return table
    return "transactions" if not look.has_header else "other"


def _mapping(table: str, look: _Look) -> dict[str, str]:
    """Field -> header, as far as headers are known."""
    known = {f: h for f, h in CASE_STUDY.get(table, {}).items() if h in look.headers}
    if any(set(needed) <= set(known) for needed in NEEDED[table]):
        return known
    words = {_word(header): header for header in reversed(look.headers) if header}
    found: dict[str, str] = {}
    for field in FIELDS[table]:
        hit = next(
            (words[word] for word in (field.replace("_", ""), *KNOWN[field]) if word in words), ""
        )
        if hit and hit not in found.values() and _suits(field, hit, look):
            found[field] = hit
    if "unit_price" in found and "quantity" not in found and "amount" not in found:
        found["amount"] = found.pop("unit_price")  # a line for each unit
    if "date" in FIELDS[table] and "date" not in found and look.has_header:
        dated = [h for h in look.headers if h not in found.values() and _suits("date", h, look)]
        if len(dated) == 1:
            found["date"] = dated[0]
    return found


def _word(header: str) -> str:
    """A header in small letters, without accents, blanks and signs."""
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def _suits(field: str, header: str, look: _Look) -> bool:
    """Whether the first values of a column can be what the field needs."""
    at = look.headers.index(header)
    values = [row[at] for row in look.samples if at < len(row) and row[at].strip()]
    if field in ("date", "birth_date"):
        return bool(values) and all(_is_date(value) for value in values)
    if field in ("quantity", "unit_price", "amount", "tax"):
        return all(_is_number(value) for value in values)
    return True


def _is_number(text: str) -> bool:
    return any(
        re.search(amounts.pattern(decimal, thousands), text.strip())
        for decimal, thousands in ((".", ""), (".", ","), (",", "."), (",", " "), (".", "'"))
    )


def _is_date(text: str) -> bool:
    is_digits = text.strip().isdigit()
    return dates.read(text, ZoneInfo("UTC"), 2000) is not None and not (
        is_digits and not text.strip().startswith(("19", "20"))
    )


def _format(look: _Look) -> Iterator[str]:
    if look.encoding != "auto":
        yield f"encoding = {_toml(look.encoding)}  # a guess: not valid UTF-8, check names with accents\n"
    if look.separator != "auto":
        yield f"separator = {_toml(look.separator)}\n"
    if not look.has_header:
        yield "header = false\n"
    numbers = [value.strip() for row in look.samples for value in row if _is_number(value)]
    for decimal, thousands in (
        (".", ""),
        (".", ","),
        (",", ""),
        (",", "."),
        (",", " "),
        (".", "'"),
    ):
        if all(re.search(amounts.pattern(decimal, thousands), value) for value in numbers):
            if decimal != ".":
                yield f"decimal = {_toml(decimal)}\n"
            if thousands:
                yield f"thousands = {_toml(thousands)}\n"
            return


def _columns(table: str, look: _Look) -> str:
    found = _mapping(table, look)
    parts = [f"\n[columns.{table}]  # field = header of your file\n"]
    for field, header in found.items():
        parts.append(
            f"{field} = {_toml(header)}  # {FIELDS[table][field]}; {_example(look, header)}\n"
        )
    if not any(set(needed) <= set(found) for needed in NEEDED[table]):
        lacking = [field for field in NEEDED[table][0] if field not in found]
        parts.append(f"# Still needed: {', '.join(lacking)}\n")
        parts += [f'# {field} = ""  # {FIELDS[table][field]}\n' for field in lacking]
    others = [h for h in look.headers if h not in found.values()]
    if others:
        parts.append("# Not used:\n")
        parts += [f"#   {_toml(header)}  {_example(look, header)}\n" for header in others[:60]]
    return "".join(parts)


def _example(look: _Look, header: str) -> str:
    at = look.headers.index(header)
    values = [row[at] for row in look.samples if at < len(row) and row[at].strip()]
    return f"such as {shown(values[0], 30)}" if values else "blank in the first lines"


def _pattern(looks: Sequence[_Look], folder: Path) -> str:
    """The file, or a glob that fits all of them."""
    names = [look.path.relative_to(folder).as_posix() for look in looks]
    if len(names) == 1:
        return names[0]
    ending = _shared_start([name[::-1] for name in names])[::-1]
    return f"{_shared_start(names)}*{ending}"


def _shared_start(names: Sequence[str]) -> str:
    length = 0
    for signs in zip(*names, strict=False):
        if len(set(signs)) > 1:
            break
        length += 1
    return names[0][:length]


def _toml(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
