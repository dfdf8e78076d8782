"""A first retail.toml for files nobody has described yet: their first lines are looked at, and guessed.

A guess is good enough here, because it is written down for a person to check, and reading itself
never guesses.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retail.errors import shown
from retail.intake import propose_orders, propose_rows
from retail.intake.decide.column_mapping import CASE_STUDY, FIELDS, NEEDED
from retail.intake.decide.header_words import KNOWN
from retail.intake.source import discovery, first_lines
from retail.intake.source.first_lines import FirstLines, is_date, is_number
from retail.intake.values import date_evidence, number_forms
from retail.intake.values.date_style import AS_WRITTEN
from retail.intake.values.typed_lines import NUMBERS

TYPED = ("transactions", "customers", "products", "cities")
PROPOSED = ("transactions", "returns", "customers", "products", "cities")
# A file of returns has the columns of lines; its name says what it is.
_RETURNS = re.compile(r"return|refund|credit|retour|reklam|storno|gutschrift|devol|avoir|\bresi\b")


@dataclass(frozen=True)
class Proposal:
    """`text`: [input] and [columns], commented. `remarks`: sentences for the person who checks it. `dates`: lines
    of [dates] by key."""

    text: str
    remarks: list[str]
    dates: Mapping[str, str]


def propose(files: Sequence[Path], base: Path = Path()) -> Proposal:
    """A proposal for these files; `base` is the folder of the retail.toml.

    Raises InputError for a file that can't be opened or that is empty.
    """
    tables = _by_table([first_lines.of(path) for path in files])
    folder = Path(os.path.commonpath([path.absolute().parent for path in files]))
    names = {look.path: _relative(look.path, folder) for some in tables.values() for look in some}
    taken: dict[str, tuple[str, list[str]]] = {}
    for table in PROPOSED:
        if table in tables:
            chosen = [names[look.path] for look in _alike(table, tables[table])]
            others = [name for name in names.values() if name not in chosen]
            taken[table] = (discovery.pattern(chosen, others), chosen)
    stated = _stated(folder, base, all(path.is_absolute() for path in files))
    parts = ["\n[input]\n", f"folder = {_toml(stated)}\n"]
    parts += [f"{table} = {_toml(pattern)}\n" for table, (pattern, _) in taken.items()]
    parts += _format(tables["transactions"][0])
    if any(look.has_quoted_newlines for table in taken for look in tables[table]):
        parts.append("quoted_newlines = true\n")
    lines = tables["transactions"][0]
    parts += [_columns(table, tables[table][0]) for table in taken]
    parts.append(propose_rows.excluded(lines, _mapping("transactions", lines)))
    remarks = [_to_do(tables), *discovery.remarks(folder, files, taken)]
    return Proposal("".join(parts), remarks, _dates(tables["transactions"][0]))


def _by_table(looks: Sequence[FirstLines]) -> dict[str, list[FirstLines]]:
    """The files of each table. There are transactions, even if no file looks like them."""
    tables: dict[str, list[FirstLines]] = {}
    for look in looks:
        tables.setdefault(_table(look), []).append(look)
    if "transactions" not in tables:
        best = max(looks, key=lambda look: len(_mapping("transactions", look)))
        tables = {
            table: [look for look in some if look is not best] for table, some in tables.items()
        }
        tables = {table: some for table, some in tables.items() if some} | {"transactions": [best]}
    for look in tables.get("other", []):  # such as a header without a record
        for table, some in tables.items():
            if table != "other" and look.headers == some[0].headers:
                some.append(look)
                break
    return tables


def _alike(table: str, looks: Sequence[FirstLines]) -> list[FirstLines]:
    """Those files of a table that are read as the first one is."""
    first = looks[0]
    mapping = _mapping(table, first)

    def is_alike(look: FirstLines) -> bool:
        same = (look.separator, look.has_header, look.skip_lines, look.skip_footer) == (
            first.separator,
            first.has_header,
            first.skip_lines,
            first.skip_footer,
        )
        has_all = _is_enough(table, mapping) and set(mapping.values()) <= set(look.headers)
        return same and (has_all or look.headers == first.headers)

    return [look for look in looks if is_alike(look)]


def _relative(path: Path, folder: Path) -> str:
    return path.absolute().relative_to(folder).as_posix()


def _stated(folder: Path, base: Path, is_absolute: bool) -> str:
    """The input folder as the retail.toml in `base` names it."""
    if is_absolute:
        return folder.as_posix()
    return Path(os.path.relpath(folder, base.absolute())).as_posix()


def _to_do(tables: Mapping[str, Sequence[FirstLines]]) -> str:
    """What a person does next: name the fields of lines that no header is known for, or look it over."""
    found = [_mapping("transactions", look) for some in tables.values() for look in some]
    needed = NEEDED["transactions"]
    if any(set(fields) <= set(mapped) for fields in needed for mapped in found):
        return "Look the proposal over, then: retail check"
    lacking = [field for field in needed[0] if field not in max(found, key=len)]
    return (
        f"Still to be named under [columns.transactions]: {', '.join(lacking)}. Which header is "
        "which can't be seen from the files; the headers that are not used are listed there."
    )


def _table(look: FirstLines) -> str:
    """The table that a file looks like: the one of which it has enough fields, lines first."""
    if _RETURNS.search(look.path.name.lower()) and "date" in _mapping("returns", look):
        return "returns"
    for table in TYPED:
        found = _mapping(table, look)
        if _is_enough(table, found):
            extra = {"customers": {"birth_date", "gender", "contactable", "city"}}
            if table not in extra or extra[table] & set(found):
                return table
    return "transactions" if not look.has_header else "other"


def _mapping(table: str, look: FirstLines) -> dict[str, str]:
    """Field -> header, as far as headers are known."""
    known = {f: h for f, h in CASE_STUDY.get(table, {}).items() if h in look.headers}
    words = {_word(header): header for header in reversed(look.headers) if header}
    found = known if _is_enough(table, known) else {}
    for field in [field for field in FIELDS[table] if field not in found]:
        hit = next(
            (words[word] for word in (field.replace("_", ""), *KNOWN[field]) if word in words), ""
        )
        if hit and hit not in found.values() and _suits(field, hit, look):
            found[field] = hit
    if "unit_price" in found and "quantity" not in found and "amount" not in found:
        found["amount"] = found.pop("unit_price")  # a line for each unit
    if "date" in FIELDS[table] and "date" not in found and look.has_header:
        dated = [
            h
            for h in look.headers
            if h not in found.values() and all(map(is_date, look.values(h) or [""]))
        ]
        if len(dated) == 1:
            found["date"] = dated[0]
    return propose_orders.proposed(look, found) if table == "transactions" else found


def _is_enough(table: str, mapping: Mapping[str, str]) -> bool:
    return any(set(needed) <= set(mapping) for needed in NEEDED[table])


def _word(header: str) -> str:
    """A header in small letters, without accents, blanks and signs."""
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def _suits(field: str, header: str, look: FirstLines) -> bool:
    """Whether the first values of a column can be what the field needs."""
    values = look.values(header)
    if field in ("date", "birth_date"):
        return bool(values) and date_evidence.keys_for(values) is not None
    if field in NUMBERS:
        return all(is_number(value) for value in values)
    return True


def _format(look: FirstLines) -> Iterator[str]:
    if look.encoding != "auto":
        yield f"encoding = {_toml(look.encoding)}  # a guess: not valid UTF-8, check names with accents\n"
    if look.separator != "auto":
        yield f"separator = {_toml(look.separator)}\n"
    if not look.has_header:
        yield "header = false\n"
    for key in ("skip_lines", "skip_footer", "repeated_headers"):
        if value := getattr(look, key):
            yield f"{key} = {_toml(value)}\n"
    if continued := first_lines.continued(look, _mapping("transactions", look)):
        yield f"fill_down = {_toml(continued)}  # blank on the further rows of an order\n"
    mapped = _mapping("transactions", look)
    fields = {mapped[field] for field in NUMBERS if field in mapped}
    by_header = {h: (look.values(h), number_forms.keys_for(look.values(h))) for h in look.headers}
    columns = [
        values
        for header, (values, keys) in by_header.items()
        if header in fields or (keys and ("currency_signs" in keys or not fields))
    ]
    keys = number_forms.keys_for([value for values in columns for value in values]) or {}
    yield from (f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _dates(look: FirstLines) -> dict[str, str]:
    """Lines of [dates] by key, as far as the dates of a file of lines need them."""
    header = _mapping("transactions", look).get("date")
    values = look.values(header) if header else []
    keys = date_evidence.keys_for(values) or {}
    lines = {key: f"{key} = {_toml(value)}\n" for key, value in keys.items()}
    if offsets := date_evidence.offsets(values, keys):
        sentence = "zone of the shop, or as written, which takes each date as it stands"
        is_local = not set(offsets) <= {"Z", "UTC", "GMT", "+00:00", "+0000", "+00"}
        mark, zone = ("", AS_WRITTEN) if is_local else ("# ", "Europe/Paris")
        stated = f"; dates state the offsets {', '.join(offsets[:5])}"
        lines["timezone"] = f"{mark}timezone = {_toml(zone)}  # {sentence}{stated}\n"
    return lines


def _columns(table: str, look: FirstLines) -> str:
    found = _mapping(table, look)
    parts = [f"\n[columns.{table}]  # field = header of your file\n"]
    for field, header in found.items():
        parts.append(
            f"{field} = {_toml(look.key(header))}  # {FIELDS[table][field]}; {_example(look, header)}\n"
        )
    if not _is_enough(table, found):
        lacking = [field for field in NEEDED[table][0] if field not in found]
        parts.append(f"# Still needed: {', '.join(lacking)}\n")
        parts += [f'# {field} = ""  # {FIELDS[table][field]}\n' for field in lacking]
    others = [h for h in look.headers if h not in found.values()]
    if others:
        parts.append("# Not used:\n")
        parts += [f"#   {_toml(header)}  {_example(look, header)}\n" for header in others[:60]]
    return "".join(parts)


def _example(look: FirstLines, header: str) -> str:
    values = look.values(header)
    return f"such as {shown(values[0], 30)}" if values else "blank in the first lines"


def _toml(value: Any) -> str:
    """A text, number or list as TOML: JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
