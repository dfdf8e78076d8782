"""Ids and names: without blanks around them; that they differ in case only is said, and mended by a key."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import shop

from retail.errors import ConfigError

LINES = (
    "transaction_id,customer_id,date,category,channel,city,amount\n"
    "1, ann@x.org,2024-05-06,Books,Web,Oslo,7\n"
    "2,ANN@x.org ,2024-05-07,BOOKS,web\u00a0,oslo,1\n"
    "3,bob@x.org,2024-05-08,Toys,Web,Oslo,2\n"
)
PEOPLE = "customer_id,gender,city\nAnn@X.org,F,N1\nbob@x.org ,M,n2\n"
CITIES = "code,name\nn1,North\nN2,South\n"
FOLD = (
    '[input]\nfold_case = ["customer_id", "category", "channel", "city"]\ntransactions = "t.csv"\n'
)


def test_blanks_around_ids_and_names_are_no_part_of_them(tmp_path: Path) -> None:
    inputs = shop.read(tmp_path, {"t.csv": LINES}, '[input]\ntransactions = "t.csv"\n')
    lines = shop.kept(inputs)
    assert lines["customer_id"].tolist() == ["ann@x.org", "ANN@x.org", "bob@x.org"]
    assert lines["channel"].tolist() == ["Web", "web", "Web"]
    assert shop.check(inputs, "one_spelling") == (
        "warn",
        "customer_id has 3 spellings of 2; category has 3 spellings of 2; channel has 2 spellings of 1; "
        'city has 2 spellings of 1. [input] fold_case = ["customer_id", "category", "channel", "city"] '
        "takes them for one",
    )


def test_a_key_takes_spellings_for_one_in_every_table(tmp_path: Path) -> None:
    files = {"t.csv": LINES, "Customer.csv": PEOPLE, "cities.csv": CITIES}
    columns = (
        '[columns]\ncustomers = { customer_id = "customer_id", gender = "gender", city = "city" }\n'
    )
    inputs = shop.read(tmp_path, files, FOLD + columns)
    lines = shop.kept(inputs)
    assert lines["customer_id"].tolist() == ["ann@x.org", "ann@x.org", "bob@x.org"]
    assert lines["category"].tolist() == ["Books", "Books", "Toys"]
    assert shop.check(inputs, "one_spelling")[0] == "pass"
    assert shop.check(inputs, "known_customers")[0] == "pass"
    people = pq.read_table(inputs.customers).to_pandas()
    assert people["customer_id"].tolist() == ["ann@x.org", "bob@x.org"]
    assert people["city"].tolist() == ["N1", "N2"]
    assert pq.read_table(inputs.cities).to_pandas()["code"].tolist() == ["N1", "N2"]


def test_the_beginning_of_an_id_of_a_return_is_folded_with_the_ids(tmp_path: Path) -> None:
    lines = "transaction_id,customer_id,date,amount\nC1,a,2024-05-06,7\n2,a,2024-05-06,9\n"
    toml = '[input]\ntransactions = "t.csv"\nfold_case = ["transaction_id"]\n[returns]\nid_prefix = "C"\n'
    assert shop.kept(shop.read(tmp_path, {"t.csv": lines}, toml))["amount"].tolist() == ["-7", "9"]


def test_only_ids_and_names_can_be_folded(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fold_case"):
        shop.read(tmp_path, {"t.csv": LINES}, '[input]\nfold_case = ["date"]\n')


@pytest.mark.parametrize("toml, people", [("", 28), ('fold_case = ["customer_id"]\n', 10)])
def test_email_ids_of_the_field(
    shared_data: Callable[[str], Path], tmp_path: Path, toml: str, people: int
) -> None:
    text = (shared_data("field") / "email_ids.csv").read_bytes()
    fields = {
        "transaction_id": "Order ID",
        "customer_id": "Email",
        "date": "Date",
        "amount": "Total",
    }
    columns = "".join(f'{field} = "{header}"\n' for field, header in fields.items())
    config = f'[input]\ntransactions = "t.csv"\n{toml}[columns.transactions]\n{columns}'
    lines = shop.kept(shop.read(tmp_path, {"t.csv": text}, config))
    assert lines["customer_id"].nunique() == people
    assert sum(map(Decimal, lines["amount"])) == 1600
