"""Day-first or month-first: decided per format from evidence over all lines, or the run stops."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shop

from retail.errors import InputError
from retail.intake.decide import line_dates

HEAD = "transaction_id,customer_id,date,amount\n"


def sales(*rows: tuple[str, str, str]) -> str:
    """Lines of id, date and amount."""
    return HEAD + "".join(f"{number},7,{day},{amount}\n" for number, day, amount in rows)


def read_dates(tmp_path: Path, text: str, toml: str = "") -> list[str]:
    return shop.kept(shop.read(tmp_path, {"Transactions.csv": text}, toml))["date"].tolist()


def test_a_part_above_12_decides_its_format_only(tmp_path: Path) -> None:
    text = sales(
        ("1", "13/02/2014", "1"),
        ("2", "05/02/2014", "1"),
        ("3", "02-13-2014", "1"),
        ("4", "02-05-2014", "1"),
        ("5", "2014-02-06", "1"),
    )
    assert read_dates(tmp_path, text) == [
        "2014-02-13",
        "2014-02-05",
        "2014-02-13",
        "2014-02-05",
        "2014-02-06",
    ]


def test_without_parts_above_12_no_return_comes_before_its_purchase(tmp_path: Path) -> None:
    text = sales(("1", "3/4/2014", "9"), ("1", "2/5/2014", "-9"), ("2", "4/4/2014", "1"))
    assert read_dates(tmp_path, text) == ["2014-04-03", "2014-05-02", "2014-04-04"]
    swapped = sales(("1", "4/3/2014", "9"), ("1", "5/2/2014", "-9"), ("2", "4/4/2014", "1"))
    assert read_dates(tmp_path, swapped) == ["2014-04-03", "2014-05-02", "2014-04-04"]


def test_evidence_is_logged_and_kept(tmp_path: Path) -> None:
    said: list[str] = []
    text = sales(("1", "3/4/2014", "9"), ("1", "2/5/2014", "-9"))
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, log=said.append)
    evidence = inputs.tables["date_evidence"].to_dict("records")
    assert evidence == [
        {
            "column": "transactions, date",
            "format": "D/M/YYYY",
            "order": "day-first",
            "lines": 2,
            "evidence": "read day-first every return follows its purchase, month-first 1 come before "
            "it; no part is above 12",
        }
    ]
    assert any(evidence[0]["evidence"] in line for line in said)


def test_no_evidence_stops_the_run_with_the_key_to_set(tmp_path: Path) -> None:
    text = sales(("1", "4/4/2014", "1"), ("2", "3/4/2014", "9"))
    with pytest.raises(InputError) as error:
        read_dates(tmp_path, text)
    for part in (
        "Transactions.csv, column date",
        "2 dates look like D/M/YYYY",
        "Row 3 is 2014-04-03 read day-first and 2014-03-04 read month-first",
        "[dates] order",
    ):
        assert part in str(error.value)
    assert read_dates(tmp_path, text, '[dates]\norder = "month-first"\n')[1] == "2014-03-04"


def test_contradictory_parts_stop_the_run(tmp_path: Path) -> None:
    text = sales(*[(str(n), f"{n}/1/2014", "1") for n in range(13, 29)], ("99", "1/20/2014", "1"))
    with pytest.raises(InputError, match=r"16 dates exist day-first only, 1 month-first only"):
        read_dates(tmp_path, text)


def test_an_order_in_the_config_sets_the_dates_aside_that_do_not_exist_in_it(
    tmp_path: Path,
) -> None:
    text = sales(("1", "13/1/2014", "1"), ("2", "1/20/2014", "2"), ("3", "2/1/2014", "4"))
    toml = '[input]\nmax_rejected_share = 0.5\n[dates]\norder = "day-first"\n'
    inputs = shop.read(tmp_path, {"Transactions.csv": text}, toml)
    assert shop.kept(inputs)["date"].tolist() == ["2014-01-13", "2014-01-02"]
    assert shop.rejects(inputs) == [(3, "date", "2014-01-20 if read month-first")]
    assert shop.books(inputs)["Set aside as unreadable"] == (-1, "-2")
    with pytest.raises(InputError, match=r"1 of 3 records"):
        read_dates(tmp_path, text, '[dates]\norder = "day-first"\n')


def test_returns_before_their_purchase_in_both_orders_stop_the_run(tmp_path: Path) -> None:
    text = sales(
        ("1", "3/4/2014", "9"),
        ("1", "2/5/2014", "-9"),
        ("2", "4/3/2014", "9"),
        ("2", "5/2/2014", "-9"),
    )
    with pytest.raises(InputError, match=r"in either order returns come before their purchase"):
        read_dates(tmp_path, text)


def test_days_swapped_by_a_spreadsheet_are_noticed_by_their_returns(tmp_path: Path) -> None:
    # Days above 12 stayed day-first; the others were turned month-first: one format, two readings.
    text = sales(("1", "25/01/2014", "9"), ("2", "01/05/2014", "9"), ("2", "01/06/2014", "-9"))
    apart = "[dates]\nmax_first_gap_days = 99\n"
    assert read_dates(tmp_path, text, apart)[1] == "2014-05-01"  # nothing tells
    text = sales(("1", "25/01/2014", "9"), ("2", "03/04/2014", "9"), ("2", "02/05/2014", "-9"))
    assert read_dates(tmp_path, text, apart)[1] == "2014-04-03"
    text = sales(("1", "25/01/2014", "9"), ("2", "04/03/2014", "9"), ("2", "05/02/2014", "-9"))
    with pytest.raises(InputError, match=r"read in the other order none does"):
        read_dates(tmp_path, text)


def test_forms_with_and_without_zeros_are_told_apart_where_both_occur(tmp_path: Path) -> None:
    text = sales(("1", "13/01/2014", "1"), ("2", "05/01/2014", "1"), ("3", "1/5/2014", "1"))
    with pytest.raises(InputError, match=r"1 dates look like D/M/YYYY"):
        read_dates(tmp_path, text)
    text += "4,7,1/13/2014,1\n5,7,10/11/2014,1\n"
    with pytest.raises(InputError, match=r"DD/MM/YYYY or D/M/YYYY"):
        read_dates(tmp_path, text)
    agreeing = sales(("1", "13/01/2014", "1"), ("2", "13/1/2014", "1"), ("3", "10/11/2013", "1"))
    apart = "[dates]\nmax_first_gap_days = 99\nmax_last_gap_days = 99\n"
    assert read_dates(tmp_path, agreeing, apart)[2] == "2013-11-10"


def test_equal_parts_need_no_evidence(tmp_path: Path) -> None:
    assert read_dates(tmp_path, sales(("1", "4/4/2014", "1"), ("2", "5/5/2014", "1"))) == [
        "2014-04-04",
        "2014-05-05",
    ]


def test_years_of_two_digits_need_the_configs_century(tmp_path: Path) -> None:
    text = sales(("1", "13/1/14", "1"), ("2", "2/1/14", "1"))
    with pytest.raises(InputError, match=r"set \[dates\] century = 2000 if this is one"):
        read_dates(tmp_path, text)
    assert read_dates(tmp_path, text, "[dates]\ncentury = 2000\n") == ["2014-01-13", "2014-01-02"]


def people(
    tmp_path: Path, births: list[str], toml: str = "", line: str = "2014-01-01"
) -> list[str]:
    rows = "".join(f"{at},{day}\n" for at, day in enumerate(births))
    files = {
        "Transactions.csv": sales(("1", line, "1"), ("2", "2014-01-02", "1")),
        "Customer.csv": "customer_id,birth_date\n" + rows,
    }
    inputs = shop.read(tmp_path, files, toml)
    import pyarrow.parquet as pq

    table = pq.read_table(inputs.customers).to_pandas()
    if "birth_day" not in table:
        return [shop.check(inputs, "birth_dates")[0], shop.check(inputs, "birth_dates")[1]]
    return [shop.iso(day) for day in table["birth_day"]]


def test_birth_dates_that_cannot_be_decided_leave_ages_out_and_say_so(tmp_path: Path) -> None:
    verdict, observed = people(tmp_path, ["1/2/1970", "3/4/1980"])
    assert verdict == "fail"
    assert "2 dates can be read in two ways" in observed
    assert "[dates] birth_order" in observed
    decided = people(tmp_path, ["1/2/1970"], '[dates]\nbirth_order = "month-first"\n')
    assert decided == ["1970-01-02"]


def test_birth_dates_follow_the_lines_of_the_same_format(tmp_path: Path) -> None:
    assert people(tmp_path, ["1/2/1970"], line="31/1/2014") == ["1970-02-01"]


def test_a_birth_date_after_the_last_line_is_listed_and_missing(tmp_path: Path) -> None:
    files = {
        "Transactions.csv": sales(("1", "2014-01-02", "1")),
        "Customer.csv": "customer_id,birth_date\n7,1970-01-02\n8,2019-01-01\n9,\n",
    }
    inputs = shop.read(tmp_path, files)
    assert shop.rejects(inputs) == [(3, "birth_date", "2019-01-01")]


@pytest.mark.filterwarnings("error")
def test_a_line_without_an_amount_is_no_evidence(tmp_path: Path) -> None:
    lines = {
        "day_first": [10, 12, 14],
        "month_first": [20, 22, 24],
        "date_format": [0, 0, 0],
        "amount": [5, -5, None],
        "transaction_id": ["1", "1", "1"],
        "customer_id": ["7", "7", "7"],
    }
    pq.write_table(pa.table(lines), tmp_path / "lines.parquet")
    found = line_dates.return_pairs([tmp_path / "lines.parquet"])
    assert found.is_return.tolist() == [False, True]
    assert found.day_first.tolist() == [10, 12]
