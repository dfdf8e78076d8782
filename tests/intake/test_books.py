"""What becomes of lines that were read: repeats, exclusions, as-of, keys and checks; it all adds up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import shop

from retail.errors import CheckError, ConfigError, InputError, MachineError
from retail.intake import cache

HEAD = "transaction_id,customer_id,date,product_id,amount\n"
LINES = (
    HEAD
    + "1,7,2014-01-01,A,5.00\n1,7,2014-01-01,A,5.00\n1,7,2014-01-01,B,1.00\n"
    + "2,8,2014-01-02,POST,2.50\n3,,2014-01-05,A,5.00\n3,,2014-01-05,A,5.00\n"
)


def read(tmp_path: Path, toml: str = "", text: str = LINES, **more: str) -> object:
    return shop.read(tmp_path, {"Transactions.csv": text, **more}, toml)


def test_repeats_are_kept_with_a_warning_unless_the_config_says_otherwise(tmp_path: Path) -> None:
    said: list[str] = []
    inputs = shop.read(tmp_path, {"Transactions.csv": LINES}, log=said.append)
    assert shop.books(inputs)["Lines kept"] == (6, "23.50")
    verdict, observed = shop.check(inputs, "repeats")
    assert verdict == "warn"
    assert "2 lines kept (money 10.00)" in observed
    assert any("the first: Transactions.csv, row 3" in line for line in said)
    assert inputs.dropped is None


def test_repeats_dropped_are_used_once(tmp_path: Path) -> None:
    inputs = read(tmp_path, '[input]\nduplicates = "drop"\n')
    assert shop.books(inputs) == {
        "Lines read": (6, "23.50"),
        "Set aside as unreadable": (0, "0.00"),
        "Repeats dropped": (-2, "-10.00"),
        "Lines kept": (4, "13.50"),
    }
    assert shop.kept(inputs)["row"].tolist() == [2, 4, 5, 6]


def test_repeats_can_stop_the_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Transactions.csv, row 3: equal in every column"):
        read(tmp_path, '[input]\nduplicates = "stop"\n')


def test_lines_are_repeats_only_when_columns_that_are_not_used_are_equal_too(
    tmp_path: Path,
) -> None:
    text = 'customer_id,date,amount,till\n7,2014-01-01,1,a\n7,2014-01-01,1,b\n7,2014-01-01,1,"a"\n'
    inputs = read(tmp_path, '[input]\nduplicates = "drop"\n', text)
    assert shop.kept(inputs)["row"].tolist() == [2, 3]


def test_a_file_that_comes_twice_is_reported(tmp_path: Path) -> None:
    files = {"t/a.csv": LINES, "t/copy of a.csv": LINES}
    with pytest.raises(CheckError, match=r"t/copy of a.csv is t/a.csv \(check file_twice"):
        shop.read(tmp_path, files, '[input]\ntransactions = "t"\n')
    dropped = shop.read(tmp_path, files, '[input]\ntransactions = "t"\nduplicates = "drop"\n')
    assert shop.books(dropped)["Lines kept"] == (4, "13.50")
    assert shop.check(dropped, "file_twice") == ("warn", "some do")
    let_pass = '[input]\ntransactions = "t"\n[checks]\nfile_twice = "warn"\n'
    twice = shop.read(tmp_path, files, let_pass)
    assert shop.books(twice)["Lines kept"] == (12, "47.00")
    assert len(set(twice.transactions)) == 2


def test_lines_that_are_not_merchandise_are_excluded_with_counts(tmp_path: Path) -> None:
    said: list[str] = []
    toml = '[exclude]\nproduct_id = ["POST", "X*"]\n'
    inputs = shop.read(tmp_path, {"Transactions.csv": LINES}, toml, log=said.append)
    assert shop.books(inputs)["Excluded by rule: product_id"] == (-1, "-2.50")
    assert shop.books(inputs)["Lines kept"] == (5, "21.00")
    assert "excluded by product_id POST: 1 lines" in said
    assert "excluded by product_id X*: 0 lines" in said


def test_categories_are_excluded_by_their_names_too(tmp_path: Path) -> None:
    files = {
        "Transactions.csv": "customer_id,date,amount,category,subcategory\n"
        "7,2014-01-01,1,1,1\n7,2014-01-01,2,1,2\n7,2014-01-01,4,2,1\n",
        "prod_cat_info.csv": "category_code,category,subcategory_code,subcategory\n"
        "1,Clothing,1,Men\n1,Clothing,2,Fees\n2,Fees,1,Men\n",
    }
    inputs = shop.read(tmp_path, files, '[exclude]\ncategory = ["Fees"]\n')
    assert shop.kept(inputs)["row"].tolist() == [2, 3]
    inputs = shop.read(tmp_path, files, '[exclude]\nsubcategory = ["Fee*"]\n')
    assert shop.kept(inputs)["row"].tolist() == [2, 4]


def test_lines_after_as_of_are_ignored_but_counted(tmp_path: Path) -> None:
    inputs = read(tmp_path, '[dates]\nas_of = "2014-01-03"\n')
    assert shop.books(inputs)["After the as-of date"] == (-2, "-10.00")
    assert shop.iso(inputs.as_of) == "2014-01-03"
    with pytest.raises(InputError, match=r"no line can be used: 6 were read"):
        read(tmp_path, '[dates]\nas_of = "2013-01-03"\n')


def test_a_last_date_far_from_the_others_stops_the_run_and_names_the_line(tmp_path: Path) -> None:
    text = LINES + "9,8,2041-01-06,A,1.00\n"
    with pytest.raises(InputError) as error:
        read(tmp_path, "", text)
    assert "Transactions.csv, row 8: dated 2041-01-06, 9,863 days after" in str(error.value)
    assert shop.kept(read(tmp_path, '[dates]\nas_of = "2014-12-31"\n', text)).shape[0] == 6
    assert shop.kept(read(tmp_path, "[dates]\nmax_last_gap_days = 9863\n", text)).shape[0] == 7


def test_a_first_date_far_from_the_others_stops_the_run_and_names_the_line(tmp_path: Path) -> None:
    text = LINES + "9,8,1900-01-01,A,1.00\n"
    with pytest.raises(InputError) as error:
        read(tmp_path, "", text)
    assert "Transactions.csv, row 8: dated 1900-01-01, 41,638 days before" in str(error.value)
    assert "max_first_gap_days above 31" in str(error.value)
    left_out = '[exclude]\ndate = ["1900-01-01"]\n'
    assert shop.kept(read(tmp_path, left_out, text)).shape[0] == 6
    assert shop.kept(read(tmp_path, "[dates]\nmax_first_gap_days = 41638\n", text)).shape[0] == 7


def test_unknown_customers_and_products_are_kept_and_counted(tmp_path: Path) -> None:
    inputs = read(
        tmp_path,
        '[input]\nproducts = "products.csv"\n',
        **{
            "Customer.csv": "customer_id,gender\n7,F\n",
            "products.csv": "product_id,category\nA,Apples\nB,Pears\n",
        },
    )
    assert shop.books(inputs)["Lines kept"] == (6, "23.50")
    assert shop.check(inputs, "known_customers") == (
        "warn",
        '1 line with one that is not: "Unknown"',
    )
    assert shop.check(inputs, "known_products")[1].startswith("1 line with one that is not")
    products = pq.read_table(inputs.products).to_pydict()
    assert products == {"product_id": ["A", "B"], "category": ["Apples", "Pears"]}
    assert {"category", "gender"} <= inputs.features


def test_a_key_that_stands_twice(tmp_path: Path) -> None:
    equal = {"Customer.csv": "customer_id,gender\n7,F\n8,M\n7,F\n,F\n"}
    said: list[str] = []
    inputs = shop.read(
        tmp_path,
        {"Transactions.csv": LINES, **equal},
        "[input]\nmax_rejected_share = 0.5\n",
        log=said.append,
    )
    assert pq.read_table(inputs.customers).to_pydict() == {
        "customer_id": ["7", "8"],
        "gender": ["F", "M"],
    }
    assert "customers: 1 record is there more than once, all equal" in said
    assert shop.rejects(inputs) == [(5, "customer_id", "")]
    with pytest.raises(InputError) as error:
        read(tmp_path, **{"Customer.csv": "customer_id,gender\n7,F\n8,M\n7,M\n"})
    assert "Customer.csv, row 4: customer_id '7' stands in Customer.csv, row 2 too" in str(
        error.value
    )
    assert "another gender ('F' there, 'M' here)" in str(error.value)


def test_codes_that_are_unique_only_as_a_pair(tmp_path: Path) -> None:
    files = {
        "Transactions.csv": "customer_id,date,amount,category,subcategory\n7,2014-01-01,1,1,1\n",
        "prod_cat_info.csv": "category_code,category,subcategory_code,subcategory\n"
        "1,Clothing,1,Men\n2,Shoes,1,Men\n1,Clothing,1,Men\n",
    }
    inputs = shop.read(tmp_path, files)
    assert pq.read_table(inputs.products).num_rows == 2


def test_a_products_table_that_shares_no_key_is_refused_when_it_was_asked_for(
    tmp_path: Path,
) -> None:
    text = "customer_id,date,amount\n7,2014-01-01,1\n"
    products = {"prod_cat_info.csv": "product_id,category\nA,Apples\n"}
    assert shop.read(tmp_path, {"Transactions.csv": text, **products}).products is None
    with pytest.raises(ConfigError, match=r"share no key"):
        read(tmp_path, '[input]\nproducts = "prod_cat_info.csv"\n', text, **products)


def test_a_header_that_comes_again_is_set_aside_in_every_table(tmp_path: Path) -> None:
    inputs = read(
        tmp_path,
        "[input]\nmax_rejected_share = 0.5\n",
        LINES + HEAD,
        **{"Customer.csv": "customer_id,gender\n7,F\ncustomer_id,gender\n8,M\n"},
    )
    assert [row for row, _, _ in shop.rejects(inputs)] == [8, 3]
    assert pq.read_table(inputs.customers)["customer_id"].to_pylist() == ["7", "8"]
    assert shop.books(inputs)["Lines read"] == (7, "23.50")


def test_cities_and_consent(tmp_path: Path) -> None:
    inputs = read(
        tmp_path,
        **{
            "Customer.csv": "customer_id,city,contactable\n7,1,Yes\n8,2,perhaps\n9,1,0\n",
            "cities.csv": "code,name,latitude,longitude\n1,Paris,48.85,2.35\n2,Nowhere,123,0\n",
        },
    )
    assert pq.read_table(inputs.customers)["contactable"].to_pylist() == ["Yes", None, "0"]
    assert pq.read_table(inputs.cities).to_pylist() == [
        {"code": "1", "name": "Paris", "latitude": 48.85, "longitude": 2.35},
        {"code": "2", "name": "Nowhere", "latitude": None, "longitude": 0.0},
    ]
    assert shop.rejects(inputs) == [(3, "contactable", "perhaps"), (3, "latitude", "123")]
    assert "cities" in inputs.features


def test_checks_beyond_types(tmp_path: Path) -> None:
    text = (
        "transaction_id,customer_id,date,quantity,unit_price,tax,amount,currency\n"
        "1,7,2014-01-01,2,1.50,0.30,3.30,EUR\n1,8,2014-01-02,1,2.00,0.20,2.00,EUR\n"
        "2,8,2014-01-20,-1,2.00,0.20,-2.20,EUR\n3,9,2014-01-30,-1,1,0,-1,\n"
    )
    inputs = shop.read(tmp_path, {"Transactions.csv": text[:-1]}, today=date(2014, 1, 25))
    assert shop.check(inputs, "amount_formula") == (
        "warn",
        "1 line against it",
    )
    assert shop.check(inputs, "one_customer") == ("warn", "1 do not")
    assert shop.check(inputs, "no_gaps")[0] == "warn"
    assert "the longest run 17 days after 2014-01-02" in shop.check(inputs, "no_gaps")[1]
    assert shop.check(inputs, "last_purchase")[0] == "warn"
    assert shop.check(inputs, "no_future") == ("warn", "1 line after 2014-01-25")
    assert shop.check(inputs, "whole_files")[0] == "warn"
    assert shop.check(inputs, "few_blanks") == ("warn", "currency 25.0%")
    assert shop.check(inputs, "one_currency") == ("pass", "'EUR'")
    two = text.replace("-2.20,EUR", "-2.20,USD")
    with pytest.raises(CheckError, match=r"'EUR', 'USD'\..*\(check one_currency"):
        read(tmp_path, "", two)


def test_a_check_can_stop_the_run_or_be_left_out(tmp_path: Path) -> None:
    text = HEAD + "1,7,2014-01-01,A,1\n1,8,2014-01-01,A,1\n"
    with pytest.raises(CheckError, match=r"check one_customer"):
        read(tmp_path, '[checks]\none_customer = "stop"\n', text)
    checks = read(tmp_path, '[checks]\none_customer = "off"\n', text).tables["checks"]
    assert "one_customer" not in checks["check"].tolist()


def test_too_little_free_disk_is_said_before_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Usage:
        free = 1_000_000

    monkeypatch.setattr(cache.shutil, "disk_usage", lambda _: Usage)
    with pytest.raises(MachineError, match=r"1 MB are free on this disk"):
        read(tmp_path)


def test_rows_and_files_of_the_tables(tmp_path: Path) -> None:
    inputs = read(tmp_path, "", LINES, **{"Customer.csv": "customer_id,gender\n7,F\n8,\n"})
    files = inputs.tables["input_files"]
    assert files[["table", "file", "rows", "set_aside"]].to_numpy().tolist() == [
        ["transactions", "Transactions.csv", 6, 0],
        ["customers", "Customer.csv", 2, 0],
    ]
    missing = inputs.tables["missing"].set_index(["table", "column"])
    assert missing.loc[("customers", "gender")].tolist() == [2, 1, 0.5]
    assert missing.loc[("transactions", "customer_id")].tolist() == [6, 2, 2 / 6]


def test_ids_that_a_spreadsheet_has_rounded_are_noticed(tmp_path: Path) -> None:
    text = (
        HEAD
        + "8.07121E+10,7,2014-01-01,A,1\n8.07121E+10,9,2014-01-01,E+1,2\nE+7,7,2014-01-02,A,3\n"
    )
    inputs = read(tmp_path, "", text)
    assert shop.check(inputs, "whole_ids") == (
        "warn",
        "2 lines against it",
    )


def test_what_is_published_of_checks_names_no_person_and_no_place(tmp_path: Path) -> None:
    said: list[str] = []
    text = HEAD + "1,stranger,2014-01-01,A,1\n1,stranger,2014-01-01,A,1\n"
    files = {
        "Transactions.csv": text[:-1],
        "Customer.csv": "customer_id,birth_date\n7,1/2/1970\n",
    }
    inputs = shop.read(tmp_path, files, log=said.append)
    published = inputs.tables["checks"].to_csv() + inputs.tables["date_evidence"].to_csv()
    for private in ("stranger", "1/2/1970", ".csv", "row "):
        assert private not in published
        assert any(private in line for line in said)
