"""A first retail.toml for files nobody has described yet: their first lines are looked at, and guessed.

A guess is good enough here, because it is written down for a person to check, and reading itself
never guesses.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retail.errors import InputError, shown
from retail.intake import propose_columns, propose_rows
from retail.intake.decide.column_mapping import FIELDS, NEEDED
from retail.intake.propose_columns import ColumnGuess
from retail.intake.source import discovery, first_lines
from retail.intake.source.first_lines import FirstLines, is_number
from retail.intake.values import date_evidence, number_forms
from retail.intake.values.date_style import AS_WRITTEN
from retail.intake.values.typed_lines import NUMBERS

NO_CUSTOMERS = "No header is known for customer_id, so the site will have no customers: map it, if there is one. "
# Decimals of a floating-point number that nobody wrote: a run of 0 or 9 behind those that are meant.
_NOISE = re.compile(r"(?<=\.)(?:0{6,}|9{6,})[0-9]{0,3}$|(?<=[0-9])(?:0{6,}|9{6,})[0-9]{0,3}$")
MONEY = tuple(name for name in NUMBERS if name != "quantity")
TYPED = ("transactions", "customers", "products", "cities")
PROPOSED = ("transactions", "returns", "customers", "products", "cities")
# A file of returns has the columns of lines; its name says what it is.
_RETURNS = re.compile(r"return|refund|credit|retour|reklam|storno|gutschrift|devol|avoir|\bresi\b")


@dataclass(frozen=True)
class Proposal:
    """`text`: [input] and [columns], commented. `remarks`: sentences for the person who checks it. `dates` and `money`:
    lines of [dates] and [money] by key."""

    text: str
    remarks: list[str]
    dates: Mapping[str, str]
    money: Mapping[str, str]


def propose(
    files: Sequence[Path],
    base: Path = Path(),
    encoding: str = "",
    may_be_none: Collection[Path] = (),
) -> Proposal:
    """A proposal for these files; `base` is the folder of the retail.toml, `encoding` that of the files where
    it is known.

    Raises InputError for a file that can't be opened or that is empty, but for one of `may_be_none`: what is
    no table there is passed over.
    """
    looks, passed_over = [], []
    for path in files:
        try:
            discovery.refuse_name(path)
            looks.append(first_lines.of(path, encoding))
        except InputError as error:
            if path not in may_be_none:
                raise
            passed_over.append(f"Passed over: {error}")
    if not looks:
        raise InputError(" ".join(passed_over))
    files = [look.path for look in looks]
    tables = _by_table(looks)
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
    remarks = [
        *passed_over,
        _to_do(tables),
        *propose_rows.totals(lines, _mapping("transactions", lines)),
        *_guess("transactions", lines).notes,
        *discovery.remarks(folder, files, taken),
    ]
    return Proposal("".join(parts), remarks, _dates(lines), _money(lines))


def _by_table(looks: Sequence[FirstLines]) -> dict[str, list[FirstLines]]:
    """The files of each table. There are transactions, even if no file looks like them."""
    tables: dict[str, list[FirstLines]] = {}
    for look in looks:
        tables.setdefault(_table(look), []).append(look)
    lines = tables.get("transactions", [])
    lines.sort(
        key=lambda look: -len(_mapping("transactions", look))
    )  # what has most fields is meant
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
        is_enough = propose_columns.is_enough(table, mapping)
        has_all = is_enough and set(mapping.values()) <= set(look.headers)
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
    lines = tables["transactions"][0]
    needed = NEEDED["transactions"]
    if any(set(fields) <= set(mapped) for fields in needed for mapped in found):
        of_customers = "" if "customer_id" in _mapping("transactions", lines) else NO_CUSTOMERS
        return f"{of_customers}Look the proposal over, then: retail check"
    wanted = ("customer_id", *needed[0])
    lacking = [field for field in wanted if field not in max(found, key=len)]
    passed = _guess("transactions", lines).passed
    reasons = [
        f" {shown(h)} was not taken: {why}." for h, why in passed.items() if _is_of(lacking, why)
    ]
    return (
        f"Still to be named under [columns.transactions]: {', '.join(lacking)}. Which header is "
        "which can't be seen from the files; the headers that are not used are listed there."
        + "".join(reasons)
    )


def _is_of(fields: Sequence[str], why: str) -> bool:
    return any(f"of {field}," in why for field in fields)


def _table(look: FirstLines) -> str:
    """The table that a file looks like: the one of which it has enough fields, lines first."""
    if _RETURNS.search(look.path.name.lower()) and "date" in _mapping("returns", look):
        return "returns"
    for table in TYPED:
        found = _mapping(table, look)
        if propose_columns.is_enough(table, found):
            extra = {"customers": {"birth_date", "gender", "contactable", "city"}}
            if table not in extra or extra[table] & set(found):
                return table
    return "transactions" if not look.has_header else "other"


def _mapping(table: str, look: FirstLines) -> dict[str, str]:
    """Field -> header, as far as headers are known."""
    return _guess(table, look).fields


def _guess(table: str, look: FirstLines) -> ColumnGuess:
    return look.remembered(table, lambda: propose_columns.guess(table, look))


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
    numbers = {
        h: [v for v in look.values(h) if h not in fields or is_number(v)] for h in look.headers
    }
    by_header = {h: (values, number_forms.keys_for(values)) for h, values in numbers.items()}
    columns = [
        values
        for header, (values, keys) in by_header.items()
        if header in fields or number_forms.is_money(keys or {}, is_likely=not fields)
    ]
    keys = number_forms.keys_for([value for values in columns for value in values]) or {}
    yield from (f"{key} = {_toml(value)}\n" for key, value in keys.items())


def _dates(look: FirstLines) -> dict[str, str]:
    """Lines of [dates] by key, as far as the dates of a file of lines need them."""
    header = _mapping("transactions", look).get("date")
    values = propose_columns.dates_of(look, header) if header else []
    keys = date_evidence.keys_for(values) or {}
    lines = {key: f"{key} = {_toml(value)}\n" for key, value in keys.items()}
    if offsets := date_evidence.offsets(values, keys):
        sentence = "zone of the shop, or as written, which takes each date as it stands"
        is_local = not set(offsets) <= {"Z", "UTC", "GMT", "+00:00", "+0000", "+00"}
        mark, zone = ("", AS_WRITTEN) if is_local else ("# ", "Europe/Paris")
        stated = f"; dates state the offsets {', '.join(offsets[:5])}"
        lines["timezone"] = f"{mark}timezone = {_toml(zone)}  # {sentence}{stated}\n"
    return lines


def _money(look: FirstLines) -> dict[str, str]:
    """Lines of [money] by key: how many decimals are meant, where numbers are stored as floating-point ones."""
    fields = [_mapping("transactions", look).get(name, "") for name in MONEY]
    texts = [v.strip() for header in fields if header for v in look.values(header) if is_number(v)]
    is_double = any(header in look.doubles for header in fields)
    if not is_double and not any(_NOISE.search(text) for text in texts):
        return {}
    meant = [_NOISE.sub("", text) for text in texts]
    decimals = max((len(text.partition(".")[2]) for text in meant), default=0)
    return {
        "decimals": f"decimals = {min(max(decimals, 2), 6)}  # stored as floating-point numbers\n"
    }


def _columns(table: str, look: FirstLines) -> str:
    found = _mapping(table, look)
    parts = [f"\n[columns.{table}]  # field = header of your file\n"]
    for field, header in found.items():
        parts.append(
            f"{field} = {_toml(look.key(header))}  # {FIELDS[table][field]}; {_example(look, header)}\n"
        )
    if not propose_columns.is_enough(table, found):
        lacking = [field for field in NEEDED[table][0] if field not in found]
        parts.append(f"# Still needed: {', '.join(lacking)}\n")
        parts += [f'# {field} = ""  # {FIELDS[table][field]}\n' for field in lacking]
    others = [h for h in look.headers if h not in found.values()]
    if others:
        passed = _guess(table, look).passed
        parts.append("# Not used:\n")
        parts += [
            f"#   {_toml(header)}  {_example(look, header)}{'; ' * (header in passed)}{passed.get(header, '')}\n"
            for header in others[:60]
        ]
    return "".join(parts)


def _example(look: FirstLines, header: str) -> str:
    values = look.values(header)
    return f"such as {shown(values[0], 30)}" if values else "blank in the first lines"


def _toml(value: Any) -> str:
    """A text, number or list as TOML: JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
