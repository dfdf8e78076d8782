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

from retail.intake.decide import status_columns
from retail.intake.decide.status_columns import StatusColumn, StatusCounts
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


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(text: str) -> str:
    """A text as it can stand in a comment of TOML: without line ends and control characters."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
