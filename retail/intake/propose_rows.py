"""What `retail init` asks about rows: whether some are no sales, by a column that says so. As comments, for a
person to decide.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from retail.intake import propose_orders
from retail.intake.decide import status_columns
from retail.intake.decide.status_columns import StatusColumn, StatusCounts
from retail.intake.decide.total_lines import TotalLines
from retail.intake.source.first_lines import FirstLines

NEGATIVE = r"^\s*['\x{2019}]?[^0-9]{0,3}[-\x{2212}(]|-\s*$"


def excluded(look: FirstLines, mapping: Mapping[str, str]) -> str:
    """Commented lines of [exclude] for a file of transactions whose fields are mapped to these headers."""
    columns = status_like(look, mapping)
    if not columns:
        return ""
    parts = [
        "\n# Are all rows sales? What is no sale is left out by a rule; remove its #, and that of [exclude].\n"
    ]
    parts.append("# [exclude]\n")
    for column in columns:
        values = json.dumps(list(column.asked), ensure_ascii=False)
        parts.append(f"# {_toml(column.header)} = {values}  # {_comment(column.counted)}\n")
    return "".join(parts)


def status_like(look: FirstLines, mapping: Mapping[str, str]) -> list[StatusColumn]:
    """The status-like columns of the first records of a file."""
    columns = itertools.zip_longest(*look.samples, fillvalue="")
    table = pa.table({f"{at}": pa.array(values, pa.string()) for at, values in enumerate(columns)})
    if table.num_columns != len(look.headers):
        return []
    at = {header: position for position, header in enumerate(look.headers)}
    used = {header: at[header] for header in mapping.values() if header in at}
    counts = StatusCounts(
        status_columns.positions(look.headers, used.values(), look.has_header, ())
    )
    signed = mapping.get("amount") or mapping.get("quantity") or ""
    amount = np.ones(table.num_rows, np.int64)
    if signed in used:
        texts = pc.fill_null(table.column(used[signed]).combine_chunks(), "")
        is_below = pc.match_substring_regex(texts, NEGATIVE)
        amount[is_below.to_numpy(zero_copy_only=False)] = -1
    counts.add(table, amount)
    return counts.columns("order_refunded" in mapping)


def totals(look: FirstLines, mapping: Mapping[str, str]) -> list[str]:
    """A sentence on lines that look like totals of those before them; none where there are none."""
    if "amount" not in mapping or not look.samples:
        return []
    columns = list(itertools.zip_longest(*look.samples, fillvalue=""))
    at = {header: position for position, header in enumerate(look.headers)}
    numbers = propose_orders.numbers([text.strip() for text in columns[at[mapping["amount"]]]])
    if numbers is None:
        return []
    texts = {
        field: pa.array([text.strip() or None for text in columns[at[header]]], pa.string())
        for field, header in mapping.items()
        if header in at
    }
    amount = np.array([int(number.scaleb(4)) for number in numbers], np.int64)
    lines = TotalLines()
    is_known = texts["amount"].is_valid().to_numpy(zero_copy_only=False)
    lines.add(np.arange(len(amount)), texts, amount, is_known)
    rows, _ = lines.found()
    if not len(rows):
        return []
    return [
        f"{len(rows):,} of the first {len(amount):,} lines seem to be totals of the lines before them. [input] "
        'totals = "drop" leaves such lines out, "keep" says that they are sales.'
    ]


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A text as it can stand in a comment of TOML: without line ends and control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
