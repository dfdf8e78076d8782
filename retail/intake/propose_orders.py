"""Exports of order lines: which columns are of the whole order, by what adds up.

The lines of an order come to its stated total: quantity x price, less discounts, with shipping and, where prices
are without it, tax. Which columns take part is tried out on the start of the file; what fits nearly all orders
is proposed, for a person to check.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pyarrow as pa

from retail.intake.decide.header_words import KNOWN, ORDER_WORDS
from retail.intake.source.first_lines import FirstLines
from retail.intake.values import amounts, number_forms
from retail.intake.values.number_forms import NumberStyle

KINDS = {"order_shipping": 1, "order_discount": -1, "order_tax": 1}
# Parts of headers of what must add up, and of refunds.
STEMS = {
    "total": "total|gesamt|summe|grandtot",
    "order_shipping": "shipping|freight|delivery|postage|versand|porto|livraison|envio|spedizion|verzend",
    "order_discount": "discount|coupon|voucher|rabatt|nachlass|remise|reduction|descuento|sconto|korting",
    "order_tax": "tax|vat|mwst|ust|iva|tva|btw",
    "order_refunded": "(refund|erstatt|rembours|reembols|rimbors).*(amount|total|betrag|montant|importe)",
}
MOST_HEADERS = 5
LEAST_ORDERS = 5
MOST_STRAY = 0.05
CENT = Decimal("0.011")
Numbers = list[Decimal]


def proposed(look: FirstLines, mapping: Mapping[str, str]) -> dict[str, str]:
    """The mapping of a file of order lines with its order columns; as it is where nothing adds up."""
    if not look.has_header or not {"quantity", "unit_price"} <= set(mapping):
        return dict(mapping)
    file = _File(look.headers, look.samples)
    for order in _headers(file, "transaction_id", mapping.get("transaction_id")):
        groups = file.groups(order)
        if len(groups) < LEAST_ORDERS or all(len(group) == 1 for group in groups):
            continue
        if (found := _adds_up(file, mapping, groups)) is not None:
            return _fields(file, mapping, groups, order, found)
    return dict(mapping)


@dataclass
class _File:
    headers: Sequence[str]
    records: Sequence[Sequence[str]]
    read: dict[str, Numbers | None] = field(default_factory=dict)

    def texts(self, header: str) -> list[str]:
        at = self.headers.index(header)
        return [record[at].strip() if at < len(record) else "" for record in self.records]

    def numbers(self, header: str) -> Numbers | None:
        """The numbers of a column: see `numbers`."""
        if header not in self.read:
            self.read[header] = numbers(self.texts(header))
        return self.read[header]

    def groups(self, header: str) -> list[list[int]]:
        """The records of each order; a blank stands for the order above. None where the first one is blank."""
        groups: dict[str, list[int]] = {}
        name = ""
        for at, text in enumerate(self.texts(header)):
            name = text or name
            groups.setdefault(name, []).append(at)
        if "" in groups:
            return []
        return list(groups.values())


def numbers(texts: Sequence[str]) -> Numbers | None:
    """The numbers of a column, 0 for a blank, read as they seem to be written; None where a text is none."""
    keys = number_forms.keys_for([text for text in texts if text]) or {}
    style = NumberStyle(
        keys.get("decimal", "."),
        keys.get("thousands", ""),
        tuple(keys.get("number_forms", ())),
        tuple(keys.get("currency_signs", ())),
    )
    column = pa.array([text or None for text in texts], pa.string())
    plain = amounts.plain(number_forms.plainly(column, style), style.decimal, style.thousands)
    if plain.is_bad.any():
        return None
    return [Decimal(value or 0) for value in plain.texts.to_pylist()]


def _headers(file: _File, kind: str, first: str | None = None) -> Iterator[str]:
    """Headers that may be of a kind by their words, the one that is mapped first, at most MOST_HEADERS."""
    words = {_word(header): header for header in reversed(file.headers) if header}
    likely = [first] if first is not None else []
    known = (*KNOWN.get(kind, ()), *ORDER_WORDS[kind].split())
    likely += [words[word] for word in known if word in words]
    stems = STEMS.get(kind, "")
    likely += [header for word, header in words.items() if stems and re.search(stems, word)]
    yield from list(dict.fromkeys(likely))[:MOST_HEADERS]


def _word(header: str) -> str:
    bare = unicodedata.normalize("NFKD", header.casefold())
    return re.sub(r"[^a-z0-9]+", "", bare)


def _once(file: _File, header: str, groups: Sequence[list[int]]) -> Numbers | None:
    """What a column states of each order; None where it is no number, or differs within an order."""
    numbers = file.numbers(header)
    if numbers is None:
        return None
    found = []
    for group in groups:
        values = {numbers[at] for at in group} - {Decimal(0)}
        if len(values) > 1:
            return None
        found.append(values.pop() if values else Decimal(0))
    return found


def _adds_up(
    file: _File, mapping: Mapping[str, str], groups: Sequence[list[int]]
) -> dict[str, str] | None:
    """Kind of amount -> its header, with "total", where lines and amounts come to the stated totals of orders."""
    quantity, price = (file.numbers(mapping[name]) for name in ("quantity", "unit_price"))
    off = file.numbers(mapping["line_discount"]) if "line_discount" in mapping else None
    if quantity is None or price is None:
        return None
    of_line = [
        a * b - (abs(off[at]) if off else 0)
        for at, (a, b) in enumerate(zip(quantity, price, strict=True))
    ]
    sold = [sum((of_line[at] for at in group), Decimal(0)) for group in groups]
    stated: dict[str, dict[str, Numbers]] = {}
    for kind in ("total", *KINDS):
        columns = {header: _once(file, header, groups) for header in _headers(file, kind)}
        stated[kind] = {h: values for h, values in columns.items() if values and any(values)}
    choices = [[("", [Decimal(0)] * len(groups)), *stated[kind].items()] for kind in KINDS]
    tried = sorted(itertools.product(*choices), key=lambda some: sum(bool(h) for h, _ in some))
    for total, wanted in stated["total"].items():
        for some in tried:
            headers = [header for header, _ in some if header]
            if len({*headers, total}) < len(headers) + 1:
                continue
            sums = list(sold)
            for (_, values), (kind, sign) in zip(some, KINDS.items(), strict=True):
                parts = [abs(v) if kind == "order_discount" else v for v in values]
                sums = [a + sign * b for a, b in zip(sums, parts, strict=True)]
            stray = sum(abs(a - b) > CENT for a, b in zip(sums, wanted, strict=True))
            if stray <= MOST_STRAY * len(groups):
                used = {kind: h for kind, (h, _) in zip(KINDS, some, strict=True) if h}
                return {"total": total, **used}
    return None


def _fields(
    file: _File,
    mapping: Mapping[str, str],
    groups: Sequence[list[int]],
    order: str,
    found: Mapping[str, str],
) -> dict[str, str]:
    """The mapping with the columns of orders; an amount or a tax that is of the whole order is none of a line."""
    fields = {"transaction_id": order, **{f: h for f, h in mapping.items() if h != order}}
    fields["transaction_id"] = order
    used = set(found.values())
    for name in ("amount", "tax"):
        if name in fields and (
            fields[name] in used or name == "tax" or _once_of(file, fields[name], groups)
        ):
            del fields[name]
    fields.update({kind: header for kind, header in found.items() if kind != "total"})
    for header in _headers(file, "order_refunded"):
        values = _once(file, header, groups)
        if values is not None and header not in fields.values():
            fields["order_refunded"] = header
            break
    return fields


def _once_of(file: _File, header: str, groups: Sequence[list[int]]) -> bool:
    several = [group for group in groups if len(group) > 1]
    return bool(several) and _once(file, header, several) is not None
