"""Records that rules leave out of a file: counted by rule in its read report, with their money."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from retail.frames import exact_sum
from retail.intake.decide import row_rules
from retail.intake.decide.row_rules import RowRules
from retail.intake.read_report import ExcludedRows, LeftOutOrder, ReadReport
from retail.intake.values.excluded_money import ExcludedMoney


@dataclass(frozen=True)
class LeftOut:
    """Records of a batch that rules leave out: which rule, and their money."""

    rule: np.ndarray
    money: ExcludedMoney
    by_pattern: dict[str, int]


def add(
    report: ReadReport, left_out: LeftOut | None, rules: RowRules, has_returns_table: bool
) -> None:
    """Count what rules leave out of one batch."""
    if left_out is None:
        return
    for number, name in enumerate(rules.names):
        rows = report.excluded.setdefault(name, ExcludedRows())
        is_hit = left_out.rule == number
        rows.lines += int(np.count_nonzero(is_hit))
        if name != row_rules.ANOTHER_CURRENCY:  # amounts of two currencies can't be added
            rows.amount += exact_sum(left_out.money.amount[is_hit])
        is_unknown = ~left_out.money.is_known | (name == row_rules.ANOTHER_CURRENCY)
        rows.unknown += int(np.count_nonzero(is_hit & is_unknown))
    if has_returns_table:
        ids = pc.unique(left_out.money.order).drop_null().to_pylist()
        report.excluded_ids = sorted({*report.excluded_ids, *ids})
    stated = left_out.money.of_order
    some = np.logical_or.reduce([values != 0 for values in stated.values()]) if stated else ()
    for at in np.flatnonzero(some).tolist():
        name, order = rules.names[left_out.rule[at]], left_out.money.order[at].as_py()
        if order is not None:
            amounts = {kind: int(values[at]) for kind, values in stated.items()}
            report.excluded_orders.append(LeftOutOrder(name, order, amounts))
    for label, count in left_out.by_pattern.items():
        report.excluded_by[label] = report.excluded_by.get(label, 0) + count
