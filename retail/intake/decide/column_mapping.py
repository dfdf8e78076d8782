"""Which column of a file holds which field.

The config's [columns] rules; without an entry for a table, the case study's headers are tried,
then the field names themselves. A header must match exactly, but for blanks around it. Without a
header the config gives positions, the first is "1".
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from retail.errors import ConfigError, InputError, shown
from retail.schema import lines

FIELDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "transactions": lines.TRANSACTION_FIELDS,
        "returns": lines.TRANSACTION_FIELDS,
        "customers": lines.CUSTOMER_FIELDS,
        "products": lines.PRODUCT_FIELDS,
        "cities": lines.CITY_FIELDS,
    }
)
CASE_STUDY: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "transactions": {
            "transaction_id": "transaction_id",
            "customer_id": "cust_id",
            "date": "tran_date",
            "subcategory": "prod_subcat_code",
            "category": "prod_cat_code",
            "quantity": "Qty",
            "unit_price": "Rate",
            "tax": "Tax",
            "amount": "total_amt",
            "channel": "Store_type",
        },
        "customers": {
            "customer_id": "customer_Id",
            "birth_date": "DOB",
            "gender": "Gender",
            "city": "city_code",
        },
        "products": {
            "category_code": "prod_cat_code",
            "category": "prod_cat",
            "subcategory_code": "prod_sub_cat_code",
            "subcategory": "prod_subcat",
        },
    }
)
CLOSE = 0.75  # of difflib's ratio: what is nearer is taken for a slip of the pen
# Any one of these sets of fields is enough.
NEEDED: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        "transactions": (
            ("date", "amount"),
            ("date", "quantity", "unit_price"),
        ),
        "returns": (
            ("transaction_id",),
            ("date", "amount"),
            ("date", "quantity", "unit_price"),
            ("date", "customer_id", "product_id"),
        ),
        "customers": (("customer_id",),),
        "products": (
            ("category_code", "subcategory_code", "category", "subcategory"),
            ("product_id", "category"),
            ("product_id", "subcategory"),
        ),
        "cities": (("code", "name"),),
    }
)
# The same where [columns] names nothing: that a shop has no customers is said, never guessed.
NEEDED_BY_HEADER: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        **NEEDED,
        "transactions": tuple(("customer_id", *fields) for fields in NEEDED["transactions"]),
    }
)


def check_names(table: str, entries: Mapping[str, str]) -> None:
    """Raise ConfigError when [columns.<table>] names a field that does not exist, or too few."""
    for name in entries:
        if name not in FIELDS[table]:
            near = nearest(name, list(FIELDS[table]))
            hint = (
                f"did you mean {shown(near)}"
                if near
                else f"the fields are {', '.join(FIELDS[table])}"
            )
            raise ConfigError(f"[columns.{table}]: there is no field {shown(name)}; {hint}.")
    if "parent_id" in entries and "transaction_id" not in entries:
        raise ConfigError(
            f"[columns.{table}] parent_id names the order of a return: map transaction_id too."
        )
    if entries and not _is_enough(table, entries):
        raise ConfigError(
            f"[columns.{table}] needs {_either(NEEDED[table])}; it has {', '.join(entries)}."
        )


def resolve(
    table: str,
    entries: Mapping[str, str],
    first: Sequence[str],
    has_header: bool,
    name: str,
    separator: str = "",
) -> dict[str, int]:
    """Field -> position of its column in the file `name`, whose first record is `first`.

    Raises InputError when a header is missing or stands there twice, ConfigError for a position
    that does not exist.
    """
    if not has_header:
        return _positions(table, entries, len(first))
    headers = [clean(header) for header in first]
    if entries:
        return {
            field: _place(table, field, clean(entries[field]), headers, name, separator)
            for field in entries
        }
    own_names = {field: field for field in FIELDS[table]}
    for known in (CASE_STUDY.get(table, {}), own_names):
        found = {field: header for field, header in known.items() if header in headers}
        if _is_enough(table, found, NEEDED_BY_HEADER):
            _refuse_misspelt(table, found, known, headers, name)
            return {f: _place(table, f, h, headers, name, separator) for f, h in found.items()}
    if hint := _other_separator(first, separator):
        raise InputError(f"{name}: the header is {listed(first)}. {hint}")
    case_study = [header for header in CASE_STUDY.get(table, {}).values() if header not in headers]
    lacking = _lacking(table, (CASE_STUDY.get(table, {}), own_names), headers)
    field = lacking[0][0]
    strange = [header for header in headers if header not in CASE_STUDY.get(table, {}).values()]
    which = "which column holds" if lacking == [(field,)] else "which columns hold"
    raise InputError(
        f"{name}: can't tell {which} {_either(lacking)}. The headers found are "
        f"{listed(first)}. {_hint(case_study, headers)}Map every column that is to be "
        f'read in retail.toml under [columns.{table}], such as {field} = "{_guess(field, strange)}"; '
        "`retail init --from FILE` proposes a mapping."
    )


def _lacking(
    table: str, mappings: Sequence[Mapping[str, str]], headers: list[str]
) -> list[tuple[str, ...]]:
    """The fields that are missing: sets of them, each of which would be enough.

    Of the mappings tried, the one with the fewest missing fields counts.
    """
    by_mapping = [
        [
            tuple(field for field in needed if known.get(field) not in headers)
            for needed in NEEDED_BY_HEADER[table]
        ]
        for known in mappings
    ]
    lacking = min(by_mapping, key=lambda sets: min(map(len, sets)))
    fewest = [one for one in lacking if not any(set(other) < set(one) for other in lacking)]
    return list(dict.fromkeys(fewest))


def _refuse_misspelt(
    table: str, found: Mapping[str, str], known: Mapping[str, str], headers: list[str], name: str
) -> None:
    """Refuse a header that is nearly one we know, since its column would be left out in silence.

    The case study's headers are a closed list, so there any other header is an error.
    """
    absent = [header for header in known.values() if header not in headers]
    for header in (h for h in headers if h not in found.values()):
        meant = nearest(header, absent, CLOSE)
        if not meant and known is CASE_STUDY.get(table) and absent:
            meant = absent[0]
        if meant:
            raise InputError(
                f"{name}: there is a header {shown(header)}, but none called {shown(meant)}. Correct "
                f"it, or say under [columns.{table}] in retail.toml which columns are meant."
            )


def headers(fields: Mapping[str, int], first: Sequence[str], has_header: bool) -> dict[str, str]:
    """What the column of each field is called in the file: its header, else its position."""
    return {name: clean(first[at]) if has_header else f"{at + 1}" for name, at in fields.items()}


def is_case_study(entries: Mapping[str, str], first: Sequence[str]) -> bool:
    """Whether a transactions file is read by the case study's headers."""
    wanted = {CASE_STUDY["transactions"][f] for f in NEEDED_BY_HEADER["transactions"][0]}
    if entries:
        return wanted <= set(entries.values())
    return wanted <= {clean(header) for header in first}


def clean(header: str) -> str:
    """A header without the blanks and byte order marks around it."""
    return header.strip().strip("\ufeff").strip()


def _positions(table: str, entries: Mapping[str, str], width: int) -> dict[str, int]:
    if not entries:
        raise ConfigError(
            f"[input] header = false needs [columns.{table}] with the position of each field, "
            'such as customer_id = "1".'
        )
    for field, position in entries.items():
        is_number = position.isascii() and position.isdigit()
        if not is_number or not 1 <= int(position) <= width:
            raise ConfigError(
                f"[columns.{table}] {field} = {shown(position)}: without a header this is a position "
                f'from "1" to "{width}", the number of values in the first record.'
            )
    return {field: int(position) - 1 for field, position in entries.items()}


def position(header: str, headers: Sequence[str]) -> int | None:
    """Where a header stands, or the column that "#4" names, the fourth; None for none, or several."""
    if header in headers:
        return headers.index(header) if headers.count(header) == 1 else None
    is_number = header[:1] == "#" and header[1:].isascii() and header[1:].isdigit()
    is_there = is_number and 1 <= int(header[1:5]) <= len(headers)
    return int(header[1:]) - 1 if is_there and len(header) < 6 else None


def _place(
    table: str, field: str, header: str, headers: list[str], name: str, separator: str
) -> int:
    if (at := position(header, headers)) is not None:
        return at
    if header in headers:
        places = " or ".join(f'"#{n}"' for n, other in enumerate(headers, 1) if other == header)
        raise InputError(
            f"{name}: the header {shown(header)} stands there {headers.count(header)} times, so which column "
            f"holds {field} is not clear. Map it by position under [columns.{table}]: {field} = {places}."
        )
    if hint := _other_separator(headers, separator):
        raise InputError(f"{name}: the header is {listed(headers)}. {hint}")
    near = nearest(header, headers)
    hint = f"did you mean {shown(near)}" if near else "none of them is close"
    raise InputError(
        f"{name}: no header {shown(header)}, which [columns.{table}] names for {field}. The headers "
        f"found are {listed(headers)}; {hint}."
    )


def _is_enough(
    table: str,
    fields: Mapping[str, str],
    enough: Mapping[str, tuple[tuple[str, ...], ...]] = NEEDED,
) -> bool:
    return any(set(needed) <= set(fields) for needed in enough[table])


def _either(sets: Sequence[Sequence[str]]) -> str:
    return ", or ".join(" and ".join(fields) for fields in sets)


def listed(headers: Sequence[str], limit: int = 40) -> str:
    """Headers in quotes, the first `limit` of them."""
    more = f" and {len(headers) - limit} more" if len(headers) > limit else ""
    return ", ".join(shown(header) for header in headers[:limit]) + more


def nearest(word: str, words: Sequence[str], cutoff: float = 0.6) -> str:
    """The word that is spelled most like another, whatever the case; empty when none is close."""
    lowered = {w.lower(): w for w in words}
    near = difflib.get_close_matches(word.lower(), list(lowered), n=1, cutoff=cutoff)
    return lowered[near[0]] if near else ""


def _hint(lacking: list[str], headers: list[str]) -> str:
    """For a file that is nearly the case study's: which of its headers is misspelt."""
    for header in lacking:
        if near := nearest(header, headers, 0.8):
            return f"{shown(near)} is close to {shown(header)}. "
    return ""


def _other_separator(first: Sequence[str], separator: str) -> str:
    """For a header that another separator would cut into more fields: a hint at it."""
    joined = first[0] if len(first) == 1 else ""
    for sign, shown_sign in ((";", ";"), ("\t", "\\t"), ("|", "|"), (",", ",")):
        if joined.count(sign) and sign != separator:
            return f'It looks separated by another sign: set [input] separator = "{shown_sign}".'
    return ""


def _guess(field: str, headers: list[str]) -> str:
    there = [header for header in headers if header]
    near = there[0] if len(there) == 1 else nearest(field, there, 0.5)
    return near if near and near.isprintable() and '"' not in near else "Your header"
