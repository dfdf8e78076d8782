"""Good files are damaged at random; what comes out is exact, set aside with its row, or refused.

What is right is decided by the strict reader of `strict` and by Python's decimals and dates, never
by the code under test. Lines and money add up every time.
"""

from __future__ import annotations

import csv
import difflib
import io
import re
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import shop
import strict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from retail.errors import InputError
from retail.schema.lines import TRANSACTION_FIELDS

TOML = """
[input]
transactions = "sales.csv"
duplicates = "keep"
max_rejected_share = 1.0
quoted_newlines = {newlines}
[dates]
order = "day-first"
max_first_gap_days = 100000
max_last_gap_days = 100000
"""
HEADER = ["transaction_id", "customer_id", "date", "channel", "amount", "note"]
NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
DATES = (
    (re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})"), (1, 3, 4)),
    (re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"), (1, 2, 3)),
    (re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})"), (4, 3, 1)),
)
BLANKS = " \t\n\v\f\r"

texts = st.text(alphabet='ab" ,;é\n٣', max_size=8)
lines = st.tuples(
    st.sampled_from(["A1", "A2", "", "A-3"]),
    st.sampled_from(["7", "8", "", "9"]),
    st.dates(date(2012, 1, 1), date(2014, 12, 31)).map(date.isoformat),
    texts,
    st.decimals(-999, 9999, places=2).map(str),
    texts,
)
marks = st.sampled_from(
    [b",", b'"', b"\n", b"\r", b";", b"x", b"0", b"-", b".", b" ", b'""', b",,"]
)
damage = st.one_of(
    st.tuples(st.just("insert"), st.floats(0, 1), marks),
    st.tuples(st.just("delete"), st.floats(0, 1), st.integers(1, 3)),
    st.tuples(st.just("double"), st.floats(0, 1), st.integers(1, 30)),
    st.tuples(st.just("strip"), st.floats(0, 1), st.sampled_from([b",", b'"', b"\n", b"."])),
    st.tuples(st.just("cut"), st.floats(0.3, 1), st.none()),
    st.tuples(st.just("insert"), st.floats(0, 1), st.sampled_from([b"\0", b"\xe9", b"\xff\xfe"])),
    st.tuples(st.just("header"), st.floats(0, 1), st.none()),
)


def written(rows: list[tuple[str, ...]], end: str, always_quoted: bool) -> bytes:
    out = io.StringIO()
    quoting = csv.QUOTE_ALL if always_quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(out, lineterminator=end, quoting=quoting)
    writer.writerow(HEADER)
    writer.writerows(rows)
    return out.getvalue().encode()


def damaged(data: bytes, kind: str, place: float, what: object) -> bytes:
    at = int(place * len(data))
    if kind == "insert":
        return data[:at] + what + data[at:]
    if kind == "delete":
        return data[:at] + data[at + what :]
    if kind == "double":
        return data[: at + what] + data[at : at + what] + data[at + what :]
    if kind == "strip":
        found = data.find(what, at)
        return data if found < 0 else data[:found] + data[found + 1 :]
    if kind == "cut":
        return data[:at]
    at = data.find(b"\n", at) + 1
    return data[:at] + ",".join(HEADER).encode() + b"\n" + data[at:]


def number(text: str) -> Decimal | None:
    text = text.strip(BLANKS)
    fits = NUMBER.fullmatch(text) and len(text.partition(".")[0]) <= 16
    return Decimal(text) if fits else None


def day(text: str) -> str | None:
    for pattern, order in DATES:
        found = pattern.fullmatch(text.strip(" \t\r\n"))
        if found:
            year, month, number = (int(found[part]) for part in order)
            try:
                return date(year, month, number).isoformat() if 1900 <= year <= 2099 else None
            except ValueError:
                return None
    return None


def expected(
    data: bytes, newlines: bool
) -> tuple[list[tuple[int, str | None, str | None, str, str | None, Decimal]], list[int]] | None:
    """Kept lines and rows set aside; None where the file has to be refused."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    judged = strict.judge(text, ",", newlines)
    if "\0" in text or judged.is_open or not judged.records or judged.records[0][1] is None:
        return None
    first = judged.records[0][1]
    headers = [name.strip() for name in first]
    if any(headers.count(name) != 1 for name in ("customer_id", "date", "amount")):
        return None
    if any(headers.count(name) > 1 for name in HEADER[:5]):
        return None
    absent = [name for name in TRANSACTION_FIELDS if name not in headers]
    for other in (name for name in headers if name not in TRANSACTION_FIELDS):
        if difflib.get_close_matches(other.lower(), absent, n=1, cutoff=0.75):
            return None
    kept, aside = [], []
    for row, fields in judged.records[1:]:
        if fields is None or len(fields) != len(first) or fields == first:
            aside.append(row)
            continue
        at = dict(zip(headers, fields, strict=False))
        when, amount = day(at["date"]), number(at["amount"])
        if when is None or amount is None:
            aside.append(row)
            continue
        known = {name: at.get(name, "") for name in ("transaction_id", "customer_id", "channel")}
        sound = {name: value.strip() or None for name, value in known.items()}
        kept.append(
            (row, sound["transaction_id"], sound["customer_id"], when, sound["channel"], amount)
        )
    return (kept, aside) if kept else None


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(lines, min_size=1, max_size=8),
    end=st.sampled_from(["\n", "\r\n"]),
    always_quoted=st.booleans(),
    newlines=st.booleans(),
    damages=st.lists(damage, max_size=3),
)
def test_damage_never_yields_a_wrong_value(
    rows: list[tuple[str, ...]],
    end: str,
    always_quoted: bool,
    newlines: bool,
    damages: list[tuple[str, float, object]],
) -> None:
    data = written(rows, end, always_quoted)
    for kind, place, what in damages:
        data = damaged(data, kind, place, what)
    right = expected(data, newlines)
    with tempfile.TemporaryDirectory() as folder:
        toml = TOML.format(newlines=str(newlines).lower())
        if right is None:
            with pytest.raises(InputError, match=r"sales\.csv"):
                shop.read(Path(folder), {"sales.csv": data}, toml)
            return
        inputs = shop.read(Path(folder), {"sales.csv": data}, toml)
        kept, aside = right
        lines = shop.kept(inputs).astype(object).where(lambda f: f.notna(), None)
        found = [
            (
                line["row"],
                line.get("transaction_id"),
                line["customer_id"],
                line["date"],
                line.get("channel"),
                Decimal(line["amount"]),
            )
            for line in lines.to_dict("records")
        ]
        assert found == kept
        assert sorted(row for row, _, _ in shop.rejects(inputs)) == aside
        table = inputs.tables["books"]
        assert table["lines"].iloc[:-1].sum() == table["lines"].iloc[-1] == len(kept)
        assert table["amount"].iloc[:-1].sum() == table["amount"].iloc[-1]
        scale = inputs.units.money_scale
        assert Decimal(int(table["amount"].iloc[-1])).scaleb(-scale) == sum(k[5] for k in kept)
