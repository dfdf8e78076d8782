"""What the levels make of tables written by hand, and the lists that stay in."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest

from retail import privacy
from retail.errors import ConfigError
from retail.history import Past, Run, Snapshot
from retail.privacy import rules
from retail.privacy.gate import Protected, with_migrated
from retail.privacy.notes import without_examples, without_money
from retail.render import private
from retail.report import Report
from retail.schema import TABLES
from retail.schema.units import Period, Units
from retail.storage import folders


def test_every_table_has_a_rule_for_the_level_public() -> None:
    made_here = {"privacy_notes"}
    assert set(TABLES) - made_here - rules.RULED == set(), "say in retail/privacy/rules.py how"


def test_tables_with_a_person_in_the_key_never_leave_at_public() -> None:
    personal = {
        name for name, table in TABLES.items() if any(column.personal for column in table.columns)
    }
    assert personal - rules.ONE_PERSON - {"customers"} == set()


def test_examples_and_places_are_cut_from_checks() -> None:
    observed = {
        "known_customers": "2 lines with one that is not, such as '268\\'408': \"Unknown\"",
        "one_customer": '3 do not, such as "it\'s 9"',
        "birth_dates": "9 dates such as 01-02-1985 (Customer.csv, row 5) can be read in two ways",
        "known_products": "1 line with one that is not, such as '7 / 9': \"Unknown\"",
        "signs_agree": "2 lines not, the first in day 1.csv, row 3,239",
        "repeats": "13 lines dropped (money -1.5); the first: a.csv, row 12. [input] says which",
        "whole_files": "1 of 2 do not, such as b.csv: its last line may be cut",
    }
    checks = pd.DataFrame({"check": list(observed), "observed": list(observed.values())})
    cut = without_examples({"checks": checks})["checks"]["observed"].tolist()
    assert cut == [
        '2 lines with one that is not: "Unknown"',
        "3 do not",
        "9 dates can be read in two ways",
        '1 line with one that is not: "Unknown"',
        "2 lines not",
        "13 lines dropped (money -1.5). [input] says which",
        observed["whole_files"],
    ]


def test_money_of_few_lines_is_cut_from_checks_at_public() -> None:
    observed = "13 lines dropped (money -31,523.440); the first: Transactions.csv, row 3,239"
    checks = pd.DataFrame({"check": ["repeats"], "observed": [observed]})
    cut = without_money({"checks": checks})["checks"]["observed"].tolist()
    assert cut == ["13 lines dropped; the first: Transactions.csv, row 3,239"]


# ---- lists ----


def lists(key: bytes | None) -> dict[str, bytes]:
    beyond = pd.DataFrame(
        {
            "transaction_id": ["=1+1", "T2"],
            "customer_id": ["7", None],
            "day": pd.array([10, None], dtype="Int64"),
            "last_return_day": [12, 13],
            "paid": [500, 0],
            "refunded": [-1_000, -50],
            "beyond": [-500, -50],
            "return_lines": [2, 1],
            "is_orphan": [False, True],
            "about": ["refunded twice", "refunded without a purchase"],
        }
    )
    names = None if key is None else privacy.Pseudonyms(key)
    made = privacy.private_lists({"refunds_beyond": beyond}, names)
    return read(private.files(made, Units(money_scale=2, quantity_scale=0)))


def read(files: private.Files) -> dict[str, bytes]:
    return {name: b"".join(parts) for name, parts in files}


def test_lists_have_real_ids_and_the_pseudonyms_of_the_site_and_no_formulas() -> None:
    rows = lists(b"k")["refunds_beyond.csv"].decode().splitlines()
    names = privacy.Pseudonyms(b"k")
    customer = names.of(pd.Series(["7"]))[0]
    purchases = names.of(pd.Series(["=1+1", "T2"]), "transaction_id")
    assert rows[0].endswith("about,customer_pseudonym,transaction_pseudonym")
    assert rows[1] == (
        "'=1+1,7,1970-01-11,1970-01-13,5.00,-10.00,-5.00,2,false,refunded twice,"
        f"{customer},{purchases[0]}"
    )
    assert rows[2].startswith("T2,,,1970-01-14,0.00,-0.50")
    assert rows[2].endswith(f",,{purchases[1]}")


def test_lists_without_rows_are_written_and_have_no_pseudonyms_without_a_key() -> None:
    made = lists(None)
    assert set(made) == {"customers.csv", "refunds_beyond.csv", "orphan_refunds.csv", "rejects.csv"}
    assert made["orphan_refunds.csv"].decode().startswith("file,row,transaction_id,customer_id")
    assert b"pseudonym" not in b"".join(made.values())


def test_who_moved_since_the_last_run_is_a_list_with_real_ids() -> None:
    names = privacy.Pseudonyms(b"k")
    table, people = privacy.private_lists(
        {"customers": pd.DataFrame({"customer_id": ["ann", "bob"], "segment": ["Loyal", "Loyal"]})},
        names,
    )["customers"]
    ann, bob = names.of(pd.Series(["ann", "bob"]))
    before = Snapshot(b"{}", {}, pd.Series({ann: "Loyal", bob: "At risk"}, dtype="str"))
    now = Snapshot(b"{}", {}, pd.Series({ann: "Loyal", bob: "Loyal"}, dtype="str"))
    report = Report("Shop", Units(0, 0), Period(0, 0, 0), frozenset(), {})
    found = Protected(report, {"customers": (table, people)}, None)

    def listed(past: Past) -> str:
        made = with_migrated(found, now, past).lists
        return read(private.files(made, report.units))["moved_since_last_run.csv"].decode()

    run = Run(1, "a", "2024-02-01T02:00:00+00:00", 1.0, "published", before)
    head = "customer_id,from_segment,to_segment,customer_pseudonym"
    assert listed(Past([run], run)).splitlines() == [head, f"bob,At risk,Loyal,{bob}"]
    assert listed(Past([], None)).splitlines() == [
        head
    ]  # an old list can't be taken for this run's


def test_only_the_owner_reads_the_lists(tmp_path: Path) -> None:
    folder = tmp_path / "private"
    folder.mkdir(mode=0o755)
    (folder / "customers.csv").write_text("old")
    (folder / "customers.csv").chmod(0o644)
    staging = private.Staging()
    staging.write([("customers.csv", [b"n", b"ew"])], folders.close(folder))
    assert (folder / "customers.csv").read_text() == "old"
    staging.settle()
    assert (folder / "customers.csv").read_bytes() == b"new"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "customers.csv").stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == ["customers.csv"]


@pytest.mark.parametrize("inside", ["site", "site/private", "site/../site/private"])
def test_lists_within_the_site_are_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(ConfigError, match="outside"):
        folders.refuse_public(tmp_path / inside, tmp_path / "site")
    folders.refuse_public(tmp_path / ".retail/private", tmp_path / "site")
