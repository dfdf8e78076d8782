"""From checked records to lines: what is left out, which day it is, names, and what a join may not do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
from retail_words import inputs, same

from retail.aggregates import Aggregates, collect_all, lines
from retail.aggregates.engine import Engine
from retail.errors import CheckError, InputError

Reduced = Callable[..., Aggregates]
SHOP = """
    id  customer day category subcategory channel units amount tax
    A1  ann      1   1        7           Web     2     22     2
    A1  ann      2   1        7           Web     -1    -11    1
    B1  bob      1   1        8           -       1     11     -
    C1  zoe      1   9        7           Web     1     11     1
    D1  -        1   1        7           Web     0     0      1
"""
CUSTOMERS = """
    customer_id gender birth_day city contactable
    ann         F      -3000     4    yes
    bob         -      -         5    -
"""
PRODUCTS = """
    category_code subcategory_code category subcategory
    1             7                Books    Novels
    1             8                Books    Comics
    2             7                Shoes    Men
"""
CITIES = """
    code name latitude longitude
    4    Lyon 45.7     4.8
    6    Nice 43.7     7.2
"""


def rows_of(tmp_path: Path, text: str, **more: object) -> pd.DataFrame:
    shop = inputs(tmp_path / "in", text, **more)
    engine = Engine("pandas", tmp_path)
    joined = lines.with_dimensions(lines.used(shop, engine), shop, engine)
    return lines.from_records(joined, shop, engine).collect("pandas").to_native()


def test_names_are_joined_and_what_is_unknown_is_named_so(tmp_path: Path) -> None:
    found = rows_of(tmp_path, SHOP, customers=CUSTOMERS, products=PRODUCTS, cities=CITIES)
    same(
        found.assign(customer_id=found["customer_id"].replace("", None)),
        """
        file row transaction_id customer_id category subcategory channel city    gender
        0    2   A1             ann         Books    Novels      Web     Lyon    F
        0    3   A1             ann         Books    Novels      Web     Lyon    F
        0    4   B1             bob         Books    Comics      Unknown 5       Unknown
        0    5   C1             zoe         Unknown  Unknown     Web     Unknown Unknown
        0    6   D1             -           Books    Novels      Web     Unknown Unknown
        """,
    )


def test_a_products_table_by_article_names_what_it_knows(tmp_path: Path) -> None:
    found = rows_of(
        tmp_path,
        """
        customer day product category amount
        ann      1   p1      -        5
        ann      1   p9      Toys     5
        ann      1   -       -        5
        """,
        products="""
            product_id category subcategory
            p1         Books    Novels
        """,
    )
    same(
        found.replace("", None),
        """
        product_id category subcategory
        p1         Books    Novels
        p9         Toys     Unknown
        -          Unknown  Unknown
        """,
    )


def test_a_category_without_subcategories_is_its_only_one(tmp_path: Path) -> None:
    text = "customer day category amount\nann 1 Toys 5\nann 1 - 5"
    found = rows_of(tmp_path, text)
    assert found["category"].tolist() == found["subcategory"].tolist() == ["Toys", "Unknown"]
    # Where there are some, a missing one is not known.
    text = "customer day category subcategory amount\nann 1 Toys - 5\nann 1 - Men 5"
    found = rows_of(tmp_path / "both", text)
    assert found["category"].tolist() == ["Toys", "Unknown"]
    assert found["subcategory"].tolist() == ["Unknown", "Men"]


def test_tax_takes_the_sign_of_the_amount(tmp_path: Path) -> None:
    found = rows_of(tmp_path, SHOP)
    assert found["tax"].tolist() == [2, -1, 0, 1, 0]
    signed_already = SHOP.replace("-11    1", "-11    -1")
    assert rows_of(tmp_path, signed_already)["tax"].tolist() == [2, -1, 0, 1, 0]


def test_a_lines_own_city_comes_before_the_customers(tmp_path: Path) -> None:
    found = rows_of(
        tmp_path,
        """
        customer day city amount
        ann      1   6    5
        ann      1   -    5
        """,
        customers=CUSTOMERS,
        cities=CITIES,
    )
    assert found["city"].tolist() == ["Nice", "Lyon"]


def test_a_line_without_units_has_one_with_the_sign_of_its_amount(tmp_path: Path) -> None:
    text = """
        customer day units amount
        ann      1   20    5
        ann      1   -     5
        ann      1   -     -5
        ann      1   -     0
    """
    assert rows_of(tmp_path, text, scale=1)["quantity"].tolist() == [20, 10, -10, 0]
    text = "customer day amount\nann 1 5\nann 1 -5"
    assert rows_of(tmp_path, text, scale=1)["quantity"].tolist() == [10, -10]


def test_the_day_is_read_as_was_decided_for_its_format(tmp_path: Path) -> None:
    found = rows_of(
        tmp_path,
        """
        customer day month_first format amount
        ann      1   32          0      5
        ann      2   33          1      5
        ann      -   34          1      5
        """,
        day_first=(True, False),
    )
    assert found["day"].tolist() == [1, 33, 34]


def test_a_line_without_a_day_is_an_error_of_ours(reduced: Reduced) -> None:
    with pytest.raises(CheckError, match="1 lines have no date in the order that was decided"):
        reduced("customer day month_first amount\nann - 34 5")


def test_records_that_are_not_used_are_left_out(reduced: Reduced) -> None:
    text = """
        customer day amount
        ann      1   5
        ann      1   5
        ann      2   7
        bob      3   9
    """
    shop = reduced(text, files=2, dropped=[(0, 3), (1, 3)])
    same(
        shop.sales["by_day"],
        """
        day gross lines
        1   5     1
        2   7     1
        """,
    )


@pytest.mark.parametrize(
    "table, twice, lines",
    [("customers", CUSTOMERS + "ann F 1 4 yes", 7), ("products", PRODUCTS + "1 7 Books Novels", 8)],
)
def test_a_join_that_would_add_lines_stops_the_run(
    reduced: Reduced, table: str, twice: str, lines: int
) -> None:
    with pytest.raises(CheckError, match=f"lines from 5 to {lines}, money from 33 to 44"):
        reduced(SHOP, **{table: twice})


def test_sums_that_could_overflow_stop_the_run(reduced: Reduced) -> None:
    huge = 2**62
    with pytest.raises(InputError, match=r"column amount.*more than 64-bit integers"):
        reduced(f"customer day amount\nann 1 {huge}\nann 1 -{huge}\nann 1 {huge}")


def test_nothing_to_report_on_is_said(reduced: Reduced) -> None:
    with pytest.raises(InputError, match="no line that can be used"):
        reduced("customer day amount\nann 1 5", dropped=[(0, 2)])
    with pytest.raises(InputError, match="no purchase: no line has an amount above zero"):
        reduced("customer day amount\nann 1 -5\nann 1 0")


def test_the_merged_table_has_the_originals_fifteen_columns(tmp_path: Path) -> None:
    shop = inputs(tmp_path / "in", SHOP, customers=CUSTOMERS, products=PRODUCTS)
    collect_all(shop, "pandas", tmp_path)
    merged = pd.read_parquet(tmp_path / "aggregates" / "merged.parquet")
    same(
        merged.head(2),
        """
        transaction_id customer_id day subcategory_code category_code quantity tax amount channel
        A1             ann         1   7                1             2        2   22     Web
        A1             ann         2   7                1             -1       -1  -11    Web
        """,
    )
    same(
        merged.tail(2),
        """
        birth_day gender  city    category subcategory unit_price
        -         Unknown Unknown Unknown  Unknown     -
        -         Unknown Unknown Books    Novels      -
        """,
    )


def test_ids_are_made_where_one_is_missing_whatever_the_file_says_of_itself(
    tmp_path: Path,
) -> None:
    some = """
        id customer day amount
        A1 ann      1   5
        B1 bob      1   5
        -  ann      2   5
        -  -        2   5
        """
    shop = inputs(tmp_path / "in", some, files=2)
    wanted = [("A1", True), ("B1", True), ("~ann~2", False), ("~1~3", False)]
    for has_statistics in (True, False):
        for path in shop.transactions:
            pq.write_table(pq.read_table(path), path, write_statistics=has_statistics)
        engine = Engine("pandas", tmp_path)
        found = lines.from_records(lines.used(shop, engine), shop, engine)
        table = found.collect("pandas").to_native().sort_values(["file", "row"])
        assert list(zip(table["transaction_id"], table["has_id"], strict=True)) == wanted
