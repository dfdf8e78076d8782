"""Columns that say of a row whether it is a sale at all, such as "Financial Status: paid 66, voided 2".

A column is one by its values, where they are few and some of them mean "no sale" (cancelled, pending,
viewed, a test), or by its header, where it has a value in some rows only ("Cancelled at"). Values that
mean "given back" count where the amounts of their rows are above 0. What becomes of the rows is asked,
never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow.compute as pc

MOST_VALUES = 25
LONGEST = 40
MOST_SHOWN = 6
# Words without accents, in small letters: English, German, French, Spanish and Portuguese, Italian, Dutch, Polish;
# then those that are compared with the whole value.
_NO_SALE_WORDS = (
    "void voided voiding cancel canceled cancelled cancellation cancelation declined failed failure rejected "
    "pending draft abandoned expired unpaid uncaptured aborted deleted wishlist quotation proforma "
    "storniert storno abgebrochen abgelehnt ausstehend entwurf unbezahlt geloscht fehlgeschlagen "
    "annule annulee annulation refuse refusee echoue brouillon abandonne impaye "
    "cancelado cancelada anulado anulada pendiente pendente rechazado rechazada borrador rascunho fallido recusado "
    "annullato annullata cancellato rifiutato bozza fallito sospeso "
    "geannuleerd geweigerd mislukt anulowane anulowano odrzucone"
)
_NO_SALE_WHOLE = frozenset(
    (
        "view",
        "viewed",
        "page view",
        "pageview",
        "product view",
        "view item",
        "view product",
        "click",
        "cart",
        "add to cart",
        "addtocart",
        "remove from cart",
        "wish list",
        "add to wishlist",
        "test",
        "test order",
        "quote",
        "on hold",
        "in process",
        "awaiting payment",
        "pending payment",
        "not paid",
        "checkout",
        "begin checkout",
        "ansicht",
        "warenkorb",
        "offen",
        "en attente",
        "panier",
        "devis",
        "en espera",
        "carrito",
        "in attesa",
        "carrello",
        "no show",
        "キャンセル",
        "取消",
        "已取消",
        "交易关闭",
        "已关闭",
        "待付款",
        "未付款",
        "保留中",
        "отменен",
        "отменено",
        "отменён",
        "iptal",
        "iptal edildi",
    )
)
_GIVEN_BACK_WORDS = (
    "refund refunded refunds return returned returns chargeback reversed reversal erstattet erstattung "
    "ruckerstattung gutschrift retoure retourniert rembourse remboursee remboursement retour reembolsado "
    "reembolsada reembolso devuelto devolucion devolvido rimborsato rimborso reso terugbetaald zwrot "
    "返品 返金 退款 退货 已退款 возврат iade"
)
_NO_SALE = frozenset(_NO_SALE_WORDS.split())
_SHOWN = {"": "blank", "*": "any value"}
_NO = frozenset(("", "0", "false", "no", "n", "f", "nein", "non", "nan", "none", "null", "-"))


def words_of(text: str) -> list[str]:
    """The words of a value or header: in small letters, without accents and signs."""
    bare = unicodedata.normalize("NFKD", re.sub(r"([a-z])([A-Z])", r"\1 \2", text.strip()))
    plain = "".join(sign for sign in bare.casefold() if not unicodedata.combining(sign))
    return re.findall(r"[^\W\d_]+", plain)


def is_no_sale(value: str) -> bool:
    """Whether a value says that its row is no sale."""
    words = words_of(value)
    return " ".join(words) in _WHOLE or (len(words) <= 3 and bool(_NO_SALE & set(words)))


def is_given_back(value: str) -> bool:
    """Whether a value says that what its row sold was given back."""
    words = words_of(value)
    return len(words) <= 3 and bool(_BACK & set(words)) and not is_no_sale(value)


_WHOLE = frozenset(" ".join(words_of(value)) for value in _NO_SALE_WHOLE)
_BACK = frozenset(word for value in _GIVEN_BACK_WORDS.split() for word in words_of(value))


def is_flag(header: str) -> bool:
    """Whether a header says that its rows are no sales where they have a value: "Cancelled at", "is_test"."""
    words = words_of(header)
    return len(words) <= 4 and bool((_NO_SALE | {"test"}) & set(words)) and "reason" not in words


@dataclass(frozen=True)
class StatusColumn:
    """A status-like column: rows by value, and the values that its question is about.

    Where the header says it, `asked` has "*": any value but a blank.
    """

    header: str
    values: Mapping[str, int]
    asked: tuple[str, ...]

    @property
    def counted(self) -> str:
        """The column and its values with counts, such as "Financial Status: paid 66, voided 2"."""
        common = sorted(self.values.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = [f"{_SHOWN.get(value, value)} {count:,}" for value, count in common[:MOST_SHOWN]]
        shown += [f"{v} {n:,}" for v, n in common[MOST_SHOWN:] if v in self.asked]
        return f"{self.header}: {', '.join(shown)}"

    @property
    def rows(self) -> int:
        """How many rows the question is about."""
        return sum(self.values.get(value, 0) for value in self.asked)


def found(
    columns: Mapping[str, Mapping[str, int]],
    above_0: Mapping[tuple[str, str], int] | None = None,
    has_refunds: bool = False,
) -> list[StatusColumn]:
    """The status-like ones of columns, given as rows by value (blank: "").

    above_0: rows with an amount above 0, by column and value, for values that mean "given back"; without
    it all have one. has_refunds: whether a column with the money given back is mapped.
    """
    status = []
    for header, values in columns.items():
        filled = {value: count for value, count in values.items() if value and count}
        if is_flag(header):
            yes = {v: n for v, n in filled.items() if v.casefold() not in _NO}
            no = sum(values.values()) - sum(yes.values())
            if yes and no:
                asked = tuple(sorted(yes)) if set(filled) != set(yes) else ("*",)
                counts = {"*": sum(yes.values()), "": no} if asked == ("*",) else dict(values)
                status.append(StatusColumn(header, counts, asked))
            continue
        asked = tuple(
            value
            for value in sorted(filled)
            if is_no_sale(value)
            or (
                is_given_back(value)
                and not has_refunds
                and (above_0 is None or above_0.get((header, value), 0) > 0)
            )
        )
        if (
            asked
            and len(filled) <= MOST_VALUES
            and sum(values.values()) > sum(filled[value] for value in asked)
        ):
            status.append(StatusColumn(header, dict(values), asked))
    return status


@dataclass
class StatusCounts:
    """Counts the values of the columns of one file that may be status-like, batch by batch.

    positions: header -> position, of the columns that are neither mapped nor in a rule.
    """

    positions: Mapping[str, int]
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    above_0: Counter[tuple[str, str]] = field(default_factory=Counter)
    has_begun: bool = False

    def add(self, table: Any, amount: np.ndarray) -> None:
        """Count a batch: a table of texts, and the amounts of its records."""
        if not table.num_rows:
            return
        if not self.has_begun:
            self.counts = {header: Counter() for header in self.positions}
            self.has_begun = True
        for header in list(self.counts):
            texts = pc.fill_null(table.column(self.positions[header]).combine_chunks(), "")
            values = self._values(header, texts)
            if values is None:
                del self.counts[header]
                continue
            self.counts[header].update(values)
            for value in filter(is_given_back, values):
                hits = pc.equal(pc.utf8_trim_whitespace(texts), value)
                is_above = hits.to_numpy(zero_copy_only=False) & (amount > 0)
                self.above_0[header, value] += int(np.count_nonzero(is_above))

    def _values(self, header: str, texts: Any) -> dict[str, int] | None:
        """Records by value; None for a column that can't be status-like. Of a flag: "*" for any value."""
        if is_flag(header):
            blanks = int(pc.sum(pc.equal(pc.utf8_trim_whitespace(texts), "")).as_py() or 0)
            distinct = pc.unique(texts).to_pylist()[: MOST_VALUES + 1]
            says_no = any(value.strip().casefold() in _NO - {""} for value in distinct)
            if len(distinct) > MOST_VALUES or not says_no:
                return {"*": len(texts) - blanks, "": blanks}
        elif len(pc.unique(texts.slice(0, 10_000))) > MOST_VALUES:
            return None
        counted = pc.value_counts(texts)
        found: Counter[str] = Counter()
        for value, count in zip(
            counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True
        ):
            found[value.strip()] += count
        if len(found) + len(self.counts[header]) > 4 * MOST_VALUES and not is_flag(header):
            return None
        if any(len(value) > LONGEST for value in found) and not is_flag(header):
            return None
        return found

    def columns(self, has_refunds: bool) -> list[StatusColumn]:
        """The status-like columns of the file."""
        return found(self.counts, self.above_0, has_refunds)


def positions(
    headers: Sequence[str], used: Iterable[int], has_header: bool, rules: Iterable[str]
) -> dict[str, int]:
    """Header -> position of the columns that no field and no rule uses, each header once."""
    taken, ruled = set(used), {rule.strip() for rule in rules}
    found: dict[str, int] = {}
    for at, header in enumerate(headers):
        name = header if has_header else f"{at + 1}"
        if name and at not in taken and name not in ruled and headers.count(header) == 1:
            found[name] = at
    return found
