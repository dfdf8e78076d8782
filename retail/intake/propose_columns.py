"""Which header of a file is which field, for a proposal: by words, and by what stands below it.

What a header promises is checked against its first values: numbers, dates, ids. Whether a price is that of
one unit or of the whole line is decided by evidence, or left open and reported.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from retail.errors import shown
from retail.intake import propose_orders
from retail.intake.decide.column_mapping import CASE_STUDY, FIELDS, NEEDED
from retail.intake.decide.header_words import KNOWN
from retail.intake.source.first_lines import FirstLines, is_date, is_number
from retail.intake.values import date_evidence
from retail.intake.values.typed_lines import NUMBERS
from retail.schema.lines import ORDER_AMOUNTS

MOST_MISFITS = 0.2  # of a column's values; they are other rows, such as totals
LEAST_ORDERS = 3  # of several lines, from which on equal amounts are no chance
BLANK = 0.2  # share of blanks from which on a column is taken as stated once for an order
CENT = Decimal("0.0101")
# An amount that is called so has no tax in it.
_WITHOUT_TAX = re.compile(
    r"^(netsales?|netamount|netprice|nettowert|netvalue|subtotal|untaxed.*|.*extax.*)$"
)
_PRODUCT_NAMES = re.compile(
    r"^(product|item|lineitem|artikel)?(name|title|bezeichnung)$|^(description|menuitem|designation|descripcion|descrizione|libelle)$"
)
_ORDER_NAME = re.compile(r"^#?[A-Za-z]{0,4}[-_]?[0-9]+$")
_ITEM_TOTAL = ("item-price",)  # of marketplaces' reports: the price of all units of the line


@dataclass
class ColumnGuess:
    """`fields`: field -> header. `passed`: header -> why it was not taken though its name fits. `notes`: what the
    person who checks it should know."""

    fields: dict[str, str] = field(default_factory=dict)
    passed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def guess(table: str, look: FirstLines) -> ColumnGuess:
    """The fields of a table that the headers of a file are known for and whose values fit."""
    known = {f: h for f, h in CASE_STUDY.get(table, {}).items() if h in look.headers}
    found = ColumnGuess(known if is_enough(table, known) else {})
    by_word: dict[str, str] = {}
    for header in reversed(look.headers):
        by_word |= {word(header): header} if header else {}
    for name in [name for name in FIELDS[table] if name not in found.fields]:
        words = dict.fromkeys((name.replace("_", ""), *map(word, KNOWN[name])))
        hits = [by_word[one] for one in words if one in by_word]
        _take(found, name, [h for h in hits if h not in found.fields.values()], look)
    if "date" in FIELDS[table] and "date" not in found.fields and look.has_header:
        dated = [h for h in look.headers if h not in found.fields.values() and _are_dates(look, h)]
        if len(dated) == 1:
            found.fields["date"] = dated[0]
    if table in ("transactions", "returns"):
        _settle_ids(found, by_word)
        _settle_amounts(found, look)
    return found


def is_enough(table: str, mapping: Mapping[str, str]) -> bool:
    """Whether a mapping has all that a table needs."""
    return any(set(needed) <= set(mapping) for needed in NEEDED[table])


def word(header: str) -> str:
    """A header in small letters, without accents, blanks and signs."""
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[\W_]+", "", re.sub(r"[\u0300-\u036f]", "", bare))


def _take(found: ColumnGuess, name: str, hits: list[str], look: FirstLines) -> None:
    """Map a field to the first of the headers that fits, one with values before one without."""
    fitting = []
    for header in hits:
        if problem := _misfit(name, header, look):
            found.passed.setdefault(header, f"its name is that of {name}, but {problem}")
        else:
            fitting.append(header)
    with_values = [header for header in fitting if look.values(header)]
    if name in ("customer_id", "product_id"):  # what is the same on all rows tells nobody apart
        with_values = [h for h in with_values if len(set(look.values(h))) > 1] or with_values[:1]
    if name == "transaction_id":  # numbers of orders come again where lines have one of their own
        again = [h for h in with_values if len(set(look.values(h))) < len(look.values(h))]
        with_values = again or with_values
    for header in (with_values or fitting)[:1]:
        found.fields[name] = header
        found.passed.pop(header, None)
        values = look.values(header)
        others = [v for v in values if not _is_kind(name, v)] if name in NUMBERS else []
        if others:
            found.notes.append(
                f"{shown(header)} holds {shown(others[0], 30)} too, which is no number: such rows are rejected, "
                "unless a rule of [exclude] leaves them out."
            )


def _misfit(name: str, header: str, look: FirstLines) -> str:
    """Why the first values of a column can't be what the field needs; empty where they can."""
    values = look.values(header)
    if name in ("date", "birth_date"):
        wrong = next((v for v in values if not re.search(r"\d", v) or not _is_kind(name, v)), "")
        what = (
            f"it holds {shown(wrong, 30)}, which is no date"
            if wrong
            else "it is blank at its start"
        )
        return "" if _are_dates(look, header) else what
    if name in NUMBERS:
        others = [v for v in values if not is_number(v)]
        is_most = len(others) > MOST_MISFITS * len(values)
        return f"it holds {shown(others[0], 30)}, which is no number" if is_most else ""
    if name == "transaction_id" and word(header) == "name":
        other = next((v for v in values if not _ORDER_NAME.match(v.strip())), "")
        return f"it holds {shown(other, 30)}, which is no number of an order" if other else ""
    return ""


def _is_kind(name: str, value: str) -> bool:
    return is_number(value) if name in NUMBERS else is_date(value)


def _are_dates(look: FirstLines, header: str) -> bool:
    return bool(dates_of(look, header))


def dates_of(look: FirstLines, header: str) -> list[str]:
    """The dates below a header; none where other texts than a few words stand there too."""
    values = look.values(header)
    numbered = [value for value in values if re.search(r"\d", value)]
    if not numbered or len(values) - len(numbered) > MOST_MISFITS * len(values):
        return []
    return numbered if date_evidence.keys_for(set(numbered)) is not None else []


def _settle_ids(found: ColumnGuess, by_word: Mapping[str, str]) -> None:
    """Headers that say what they are only together with others: a name next to products, an id of whole orders."""
    fields = found.fields
    free = {one: h for one, h in by_word.items() if h not in fields.values()}
    if "customer_id" not in fields and "product_id" in fields and "name" in free:
        fields["customer_id"] = free["name"]
        found.notes.append(f"{shown(free['name'])} is taken for the customer: see whether it is.")
    is_of_orders = "customer_id" in fields and not {"product_id", "quantity"} & set(fields)
    if "transaction_id" not in fields and is_of_orders and "id" in free:
        fields["transaction_id"] = free["id"]


def _settle_amounts(found: ColumnGuess, look: FirstLines) -> None:
    """Unit price, amount and what goes with them: which of the columns are read together."""
    fields = found.fields
    if "unit_price" in fields and "quantity" not in fields and "amount" not in fields:
        fields["amount"] = fields.pop("unit_price")  # a line for each unit
    is_derived = {"quantity", "unit_price"} <= set(fields)
    if is_derived:
        _settle_orders(found, look)
    fields = found.fields
    if is_derived and "amount" not in fields:
        _settle_price(found, look)
    elif is_derived and price_is_total(look, fields)[0]:
        _drop(found, "unit_price", "it is that of the whole line")
    if "amount" not in fields:
        return
    if not is_derived and _is_of_orders(look, fields, "amount"):
        found.notes.append(
            f"{shown(fields['amount'])} is the same on all rows of an order. If it is of the whole order, each row "
            "counts it again: map an amount of the line."
        )
    _drop(found, "line_discount", "the amount is read, not quantity x price")
    for name in ORDER_AMOUNTS[:3]:
        _drop(found, name, "the amount is read, which may hold it already")
    if _WITHOUT_TAX.match(word(fields["amount"])):
        header = shown(fields["amount"])
        _drop(found, "tax", f"by its name {header} is without tax, and tax is part of an amount")


def _drop(found: ColumnGuess, name: str, why: str) -> None:
    if name in found.fields:
        found.passed[found.fields.pop(name)] = f"its name is that of {name}, but {why}"


def _settle_orders(found: ColumnGuess, look: FirstLines) -> None:
    """Columns of whole orders next to quantities and prices of lines, where they add up: none is of a line."""
    added = propose_orders.proposed(look, found.fields)
    for name in ("amount", "tax"):
        if name in found.fields and name not in added:
            _drop(found, name, "it is that of the whole order; quantity x price is read")
    found.fields = added
    if "amount" not in added:
        return
    at = [look.headers.index(found.fields[name]) for name in ("amount", "quantity")]
    rows = [[row[one].strip() for one in at] for row in look.samples if max(at) < len(row)]
    counted = [money for money, pieces in rows if pieces]
    if counted and sum(not money for money in counted) > BLANK * len(counted):
        _drop(found, "amount", "it stands on one row of each order only; quantity x price is read")
        _drop(found, "tax", "it is that of the whole order")
    elif _is_of_orders(look, found.fields, "amount"):
        _drop(found, "amount", "it is the same on all rows of an order; quantity x price is read")
        if "tax" in found.fields and _is_of_orders(look, found.fields, "tax"):
            _drop(found, "tax", "it is the same on all rows of an order")


def _is_of_orders(look: FirstLines, fields: Mapping[str, str], name: str) -> bool:
    """Whether a number is the same on all rows of each order, of which several have rows that differ otherwise."""
    if "transaction_id" not in fields:
        return False
    at = [look.headers.index(fields[one]) for one in ("transaction_id", name)]
    lines = [at for at in map(fields.get, ("product_id", "quantity", "unit_price")) if at]
    others = [look.headers.index(header) for header in lines]
    orders: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for row in look.samples:
        if max(*at, *others, 0) < len(row) and row[at[0]].strip():
            orders[row[at[0]].strip()].append((row[at[1]].strip(), tuple(row[o] for o in others)))
    several = [rows for rows in orders.values() if len({rest for _, rest in rows}) > 1]
    return len(several) >= LEAST_ORDERS and all(
        len({money for money, _ in rows}) == 1 for rows in several
    )


def _settle_price(found: ColumnGuess, look: FirstLines) -> None:
    """Decide whether the price next to a quantity is that of one unit or of the whole line."""
    header = found.fields["unit_price"]
    verdict, evidence = price_is_total(look, found.fields)
    if verdict is None and header in _ITEM_TOTAL:
        verdict, evidence = True, "as marketplaces report it"
    if verdict:
        found.fields["amount"] = found.fields.pop("unit_price")
        found.notes.append(f"{shown(header)} is taken as the total of the line: {evidence}.")
    elif verdict is None and "unit" not in word(header):
        found.notes.append(
            f"Whether {shown(header)} is the price of one unit or of the whole line can't be seen; it is "
            "proposed as unit_price. If it is of the whole line, call it amount."
        )


def price_is_total(look: FirstLines, fields: Mapping[str, str]) -> tuple[bool | None, str]:
    """Whether a price next to a quantity is the line's total: within a product, price / quantity is one value where
    price is not. None without evidence. The second is the evidence in words."""
    names = [
        *dict.fromkeys(fields[n] for n in ("product_id", "subcategory", "category") if n in fields)
    ]
    names += [h for h in look.headers if _PRODUCT_NAMES.match(word(h)) and h not in names]
    for key in names:
        at = [look.headers.index(h) for h in (key, fields["quantity"], fields["unit_price"])]
        groups: dict[str, set[tuple[Decimal, Decimal]]] = defaultdict(set)
        for row in look.samples:
            numbers = [_number(row[one]) for one in at[1:]] if max(at) < len(row) else [None]
            if None not in numbers and numbers[0]:
                groups[row[at[0]].strip()].add((abs(numbers[0]), abs(numbers[1] or Decimal())))
        votes = [_votes(pairs) for pairs in groups.values() if len({q for q, _ in pairs}) > 1]
        total, unit = sum(v == "total" for v in votes), sum(v == "unit" for v in votes)
        if total + unit and total >= 4 * unit:
            return True, f"price / quantity is one value for each of {total} in {shown(key)}"
        if total + unit and unit >= 4 * total:
            return False, ""
    return None, ""


def _votes(pairs: set[tuple[Decimal, Decimal]]) -> str:
    """What lines of one product say: prices or prices by quantity are equal to a cent."""
    prices = [price for _, price in pairs]
    of_one = [price / quantity for quantity, price in pairs]
    is_unit = max(prices) - min(prices) < CENT
    is_total = max(of_one) - min(of_one) < CENT
    return "" if is_unit == is_total else "unit" if is_unit else "total"


def _number(text: str) -> Decimal | None:
    """A number with the usual marks, without its signs of currency; None for another text."""
    bare = re.sub(r"[^0-9.,-]", "", text)
    if re.search(r",\d{1,2}$", bare) and bare.count(",") == 1:
        bare = bare.replace(".", "").replace(",", ".")
    try:
        return Decimal(bare.replace(",", ""))
    except InvalidOperation:
        return None
