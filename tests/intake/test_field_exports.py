"""Small files as shops really export them: `retail init`, at most five lines by hand, `check`, `build`, and the
figures are exact."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import pytest
import shop
from click.testing import CliRunner

from retail import config, intake
from retail.cli import cli
from retail.errors import InputError

MOST_EDITS = 5


@dataclass(frozen=True)
class Export:
    """One file: lines that take the place of lines of the proposal (by their beginning), and what must come out.

    An empty beginning puts a line at the end.
    """

    edits: tuple[tuple[str, str], ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)  # of key_figures.csv
    months: Mapping[str, str] = field(default_factory=dict)  # net revenue
    customers: int | None = None
    lines: int | None = None
    remark: str = ""  # that init must make
    warning: str = ""  # that check must give


EXPORTS = {
    "note_with_line_break": Export(figures={"net": "12"}, customers=2),
    "web_shop_orders": Export(
        edits=(
            ("# [exclude]", "[exclude]"),
            ('# "Financial Status"', '"Financial Status" = ["voided"]'),
        ),
        figures={"net": "2495.75", "returns": "-97.90"},
        customers=14,
    ),
    "till_items": Export(
        figures={"net": "16666.00", "returns": "-126.00", "transactions": "60"}, customers=12
    ),
    "mall_price_is_total": Export(
        figures={"net": "175583.53"}, lines=200, remark="'price' is taken as the total of the line"
    ),
    "defused_minus": Export(
        figures={"gross": "5218.00", "returns": "-502.50", "net": "4715.50"}, lines=120
    ),
    "day_totals": Export(
        edits=(("[input]", '[input]\ntotals = "drop"'),),
        figures={"net": "2812.50"},
        lines=151,
        warning="total_lines",
    ),
    "email_ids": Export(
        edits=(("[input]", '[input]\nfold_case = ["customer_id"]'),),
        figures={"net": "1600"},
        customers=10,
        warning="customer_id has 28 spellings of 10",
    ),
    "offsets": Export(figures={"net": "620"}, months={"2025-01": "620"}),
    "no_customers": Export(
        figures={"net": "47567.835", "tax": "2265.135", "transactions": "180"}, lines=180
    ),
    "merged_header": Export(figures={"net": "300"}, lines=60),
    "lakhs": Export(figures={"net": "52717670.00"}, customers=18, lines=130),
}


def retail(*arguments: str) -> str:
    """The output of a command of `retail`; fails with what it said."""
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(params=sorted(EXPORTS))
def export(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_a_field_export_is_right_at_first_contact(
    export: str, shared_data: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = EXPORTS[export]
    shutil.copy(shared_data("field") / f"{export}.csv", tmp_path)
    monkeypatch.chdir(tmp_path)
    said = retail("init", "--from", f"{export}.csv")
    assert wanted.remark in said
    assert "Still to be named" not in said
    if wanted.warning:
        assert wanted.warning in retail("check").replace("\n", " ")
    edited(tmp_path / "retail.toml", wanted.edits)
    retail("check")
    retail("build")
    assert_figures(tmp_path / "site", wanted)


def edited(path: Path, edits: tuple[tuple[str, str], ...]) -> None:
    """Change the lines that begin so; no more than five lines by hand."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for beginning, line in edits:
        at = next(n for n, text in enumerate(lines) if text.startswith(beginning))
        lines[at] = line
    assert sum(line.count("\n") + 1 for _, line in edits) <= MOST_EDITS
    path.write_text("\n".join(lines), encoding="utf-8")


def assert_figures(site: Path, wanted: Export) -> None:
    figures = {row["figure"]: row["value"] for row in rows(site / "data" / "key_figures.csv")}
    assert {name: Decimal(figures[name]) for name in wanted.figures} == {
        name: Decimal(value) for name, value in wanted.figures.items()
    }
    months = {row["month"]: Decimal(row["net"]) for row in rows(site / "data" / "by_month.csv")}
    assert {m: months[m] for m in wanted.months} == {
        m: Decimal(v) for m, v in wanted.months.items()
    }
    summary = json.loads((site / "summary.json").read_text(encoding="utf-8"))
    if wanted.customers is not None:
        assert summary["customers"]["known"] == wanted.customers
    if wanted.lines is not None:
        assert summary["lines"]["kept"] == wanted.lines


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    "name, file, question, answer, money, lines",
    [
        ("superstore", "Sample - Superstore.csv", "", "", "2297200.8603", 9994),
        ("cdnow", "CDNOW_master.txt", "", "", "2500315.63", 69659),
        ("r_rfm", "rfm_data_orders.csv", "max_first_gap_days", " = 1000", "464158", 4906),
    ],
)
def test_a_public_set_is_read_at_first_try_or_after_one_question(
    name: str,
    file: str,
    question: str,
    answer: str,
    money: str,
    lines: int,
    shared_data: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    said = retail("init", "--from", str(shared_data(name) / file))
    assert "Still to be named" not in said
    path = tmp_path / "retail.toml"
    if question:
        with pytest.raises(InputError, match=question):
            intake.read(config.load(path))
        edited(path, ((f"# {question}", f"{question}{answer}"),))
    inputs = intake.read(config.load(path))
    kept = shop.books(inputs)["Lines kept"]
    assert (kept[0], Decimal(kept[1] or 0)) == (lines, Decimal(money))
