"""The commands as a user types them: what is printed where, exit codes, and one clear message."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from retail import history
from retail.render.run import FILES as NAME_THE_RUN

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"


def retail(*arguments: str | Path, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"RETAIL_KEY": "key of the tests"}
    return subprocess.run(
        [sys.executable, "-m", "retail.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        check=False,
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sample, built once."""
    folder = tmp_path_factory.mktemp("shop")
    made = retail("sample", "shop", folder=folder)
    assert made.returncode == 0, made.stderr
    built = retail("build", "--config", "shop/retail.toml", folder=folder)
    assert built.returncode == 0, built.stderr
    assert built.stderr == ""
    assert built.stdout == f"{folder / 'shop' / 'site' / 'index.html'}\n"
    return folder / "shop"


def test_the_sample_command_writes_the_bundled_sample(shop: Path) -> None:
    for path in SAMPLE.iterdir():
        if path.is_file():
            assert (shop / path.name).read_bytes() == path.read_bytes()


def test_no_page_of_the_sample_warns_of_what_was_planted(shop: Path) -> None:
    pages = list((shop / "site").glob("*.html"))
    assert len(pages) > 15
    for page in pages:
        assert "did not hold.</strong> The figures" not in page.read_text("utf-8"), page.name
    quality = (shop / "site" / "quality.html").read_text("utf-8")
    assert "8 are refunded beyond what was paid" in quality  # found and shown all the same


def changed_by(shop: Path, *options: str) -> set[str]:
    """The files of the site that another build changes."""
    before = {p: p.read_bytes() for p in (shop / "site").rglob("*") if p.is_file()}
    again = retail("build", "--config", shop / "retail.toml", "--quiet", *options, folder=shop)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    return {
        str(p.relative_to(shop / "site"))
        for p, content in before.items()
        if p.read_bytes() != content
    }


def test_a_full_build_again_changes_only_what_names_the_run(shop: Path) -> None:
    assert {"run.json", "run.js", "runs.html"} <= changed_by(shop, "--full") <= NAME_THE_RUN


def test_a_build_after_which_nothing_changed_makes_nothing_and_says_so(shop: Path) -> None:
    page = (shop / "site" / "index.html").stat()
    assert changed_by(shop) == {"run.json", "run.js"}
    assert (shop / "site" / "index.html").stat() == page
    with history.opened(shop / ".retail") as past:
        outcomes = [run.outcome for run in past.runs()]
    assert outcomes[0] == "published"
    assert outcomes[-1] == "unchanged"
    again = retail("build", "--config", shop / "retail.toml", folder=shop)
    assert again.stderr.startswith("Nothing has changed since run ")
    assert again.stderr.count("\n") == 1
    assert again.stdout.strip().endswith("index.html")


def test_shuffled_rows_give_the_same_site(shop: Path, tmp_path: Path) -> None:
    import random

    shuffled = tmp_path / "shuffled"
    shuffled.mkdir()
    for path in shop.glob("*.*"):
        if path.suffix == ".csv":
            head, *rows = path.read_bytes().splitlines(keepends=True)
            random.Random(7).shuffle(rows)
            (shuffled / path.name).write_bytes(b"".join([head, *rows]))
    (shuffled / "retail.toml").write_bytes((shop / "retail.toml").read_bytes())
    built = retail("build", "--config", shuffled / "retail.toml", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    ours, theirs = (
        {
            str(p.relative_to(f / "site")): p.read_bytes()
            for p in (f / "site").rglob("*")
            if p.is_file()
        }
        for f in (shop, shuffled)
    )
    assert ours.keys() - NAME_THE_RUN == theirs.keys() - NAME_THE_RUN
    assert [
        name for name in ours if name not in NAME_THE_RUN and ours[name] != theirs.get(name)
    ] == []


def test_check_reports_without_building(shop: Path, tmp_path: Path) -> None:
    shown = retail("check", "--input", shop, folder=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert "From lines read to net revenue" in shown.stdout
    assert not (tmp_path / "site").exists()
    told = json.loads(retail("check", "--input", shop, "--json", folder=tmp_path).stdout)
    assert {"books", "date_evidence", "checks", "missing"} <= told.keys()
    assert told["books"][0]["lines"] == "19,270"


def test_init_writes_a_config_once(tmp_path: Path) -> None:
    assert retail("init", folder=tmp_path).returncode == 0
    again = retail("init", folder=tmp_path)
    assert again.returncode == 2
    assert "exists already" in again.stderr


def test_init_from_files_proposes_their_mapping(tmp_path: Path) -> None:
    orders = "Order ID,Customer ID,Order Date,Sales\nA1,7,2024-05-06,12.50\n"
    (tmp_path / "orders.csv").write_text(orders, encoding="utf-8")
    made = retail("init", "--from", "orders.csv", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    text = (tmp_path / "retail.toml").read_text(encoding="utf-8")
    for header in ("Order ID", "Customer ID", "Order Date", "Sales"):
        assert header in text
    built = retail("check", folder=tmp_path)
    assert built.returncode == 0, built.stderr


def test_init_from_a_folder_and_from_returns_in_another_language(tmp_path: Path) -> None:
    """A file a day, and returns with the columns of lines: a glob, and a table of their own."""
    (tmp_path / "belege").mkdir()
    head = "Beleg-Nr;Kunde;Belegdatum;Warengruppe;Menge;Gesamtbetrag\r\n"
    for day in (13, 14, 15):
        row = f"B{day};K{day};{day}.01.2024;Käse;1;1.234,50\r\n"
        (tmp_path / "belege" / f"tag-{day}.csv").write_text(head + row, "cp1252", newline="")
    head = "Beleg-Nr;Datum;Menge;Betrag\r\n"
    back = head + "B13;20.01.2024;1;1.234,50\r\n"
    (tmp_path / "belege" / "retouren.csv").write_text(back, "cp1252", newline="")
    made = retail("init", "--from", "belege", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "then: retail check" in made.stderr
    text = (tmp_path / "retail.toml").read_text(encoding="utf-8")
    assert 'transactions = "tag-*.csv"' in text
    assert 'returns = "retouren.csv"' in text
    found = retail("check", "--json", folder=tmp_path)
    assert found.returncode == 0, found.stderr
    assert next(row["amount"] for row in json.loads(found.stdout)["books"]) == "2,469.00"


def test_init_says_what_it_could_not_tell(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("Who,When,What\n1,2024-05-06,7.5\n", encoding="utf-8")
    made = retail("init", "--from", "x.csv", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "Still to be named under [columns.transactions]: customer_id, amount" in made.stderr
    text = (tmp_path / "retail.toml").read_text(encoding="utf-8")
    assert 'date = "When"' in text
    assert '#   "What"  such as' in text


def test_init_reads_quoted_line_breaks_and_its_proposal_builds(tmp_path: Path) -> None:
    orders = (
        'Order ID,Date,Email,Total,Note\n1,2025-01-01,a@x.com,5,"leave it\nat the door"\n'
        "2,2025-01-02,b@x.com,7,\n"
    )
    (tmp_path / "orders.csv").write_text(orders, encoding="utf-8")
    made = retail("init", "--from", "orders.csv", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "\nquoted_newlines = true\n" in (tmp_path / "retail.toml").read_text(encoding="utf-8")
    built = retail("build", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    summary = json.loads((tmp_path / "site" / "summary.json").read_text(encoding="utf-8"))
    assert summary["money"]["net"] == 12


def test_init_into_another_folder_names_the_files_from_there(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("customer_id,date,amount\n1,2024-05-06,7.5\n", "utf-8")
    made = retail("init", "--folder", "shop", "--from", "x.csv", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    checked = retail("check", "--config", "shop/retail.toml", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_init_names_the_files_that_its_pattern_leaves_out(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for year in (2018, 2019, 2020):
        (tmp_path / "in" / f"t-{year}.csv").write_text(
            f"customer_id,date,amount\n1,{year}-05-06,7.5\n", "utf-8"
        )
    (tmp_path / "in" / "budget.csv").write_text("Month,Goal\nMay,7\n", "utf-8")
    made = retail("init", "--from", "in/t-2018.csv", "in/t-2019.csv", folder=tmp_path)
    assert made.returncode == 0, made.stderr
    text = (tmp_path / "retail.toml").read_text(encoding="utf-8")
    assert 'transactions = "t-*.csv"' in text
    assert "Not read, no pattern under [input] takes them: budget.csv." in made.stderr
    assert 'transactions = "t-*.csv" also takes t-2020.csv' in made.stderr


@pytest.mark.parametrize(
    "arguments, code, parts",
    [
        (["build", "--config", "nowhere.toml"], 2, ["nowhere.toml", "retail init"]),
        (["build", "--input", "nowhere"], 3, ["nowhere"]),
        (["build", "--engine", "abacus"], 2, ["abacus"]),
        (["sample", "full"], 2, ["full", "isn't empty"]),
    ],
)
def test_a_mistake_is_one_message_and_an_exit_code(
    tmp_path: Path, arguments: list[str], code: int, parts: list[str]
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").touch()
    failed = retail(*arguments, folder=tmp_path)
    assert failed.returncode == code
    assert "Traceback" not in failed.stderr
    for part in parts:
        assert part in failed.stderr


def test_a_wrong_value_keeps_the_old_site(shop: Path, tmp_path: Path) -> None:
    before = (shop / "site" / "index.html").read_bytes()
    lines = (shop / "Transactions.csv").read_bytes()
    (shop / "Transactions.csv").write_bytes(lines.replace(b"\n", b'\n"', 1))
    try:
        failed = retail("build", "--config", shop / "retail.toml", folder=tmp_path)
    finally:
        (shop / "Transactions.csv").write_bytes(lines)
    assert failed.returncode == 3
    assert "Transactions.csv" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert (shop / "site" / "index.html").read_bytes() == before


@pytest.mark.parametrize("command", ["build", "check", "init", "sample"])
def test_help_has_examples(command: str, tmp_path: Path) -> None:
    shown = retail(command, "--help", folder=tmp_path)
    assert shown.returncode == 0
    assert f"retail {command}" in shown.stdout.split("Example")[1]
