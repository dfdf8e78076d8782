"""Four engines, one answer to the last digit; and any order of lines, in any files."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from retail_words import inputs

from retail.aggregates import Aggregates, collect_all
from retail.aggregates.parquet_rows import ParquetRows

HUGE = 3 * 10**15  # beyond what floats hold exactly, once a few are added up
CUSTOMERS = """
    customer_id gender birth_day city contactable
    c0          F      -9000     1    yes
    c1          M      4000      2    no
    c2          -      -         -    -
    c3          F      -1        3    1
    prospect    M      0         1    0
    Zoë         X      12        9    yes
"""
PRODUCTS = """
    category_code subcategory_code category subcategory
    1             1                Livres   Polars
    1             2                Livres   Été
    2             1                Schuhe   Polars
"""
CITIES = """
    code name latitude longitude
    1    Łódź 51.8     19.5
    2    東京 35.7     139.7
    9    Łódź 51.7     19.4
"""


def random_lines(seed: int, count: int) -> pd.DataFrame:
    """Lines with every kind of dirt: guests, shared and missing ids, returns of all rules, extremes."""
    dice = random.Random(seed)
    rows = []
    for _ in range(count):
        units = dice.choice([-2, -1, 1, 1, 1, 2, 3])
        price = dice.choice([2, 5, 5, 7])
        rows.append(
            {
                "id": dice.choice([None, f"t{dice.randrange(count // 2)}"]),
                "customer": dice.choice([None, "c0", "c1", "c2", "c3", "c4", "Zoë", "東"]),
                "day": dice.choice([-400, 0, 58, 59, 60, dice.randrange(800)]),
                "month_first": dice.randrange(800),
                "format": dice.randrange(2),
                "product": dice.choice([None, "mug", "cup"]),
                "category": dice.choice([None, "1", "2", "3"]),
                "subcategory": dice.choice([None, "1", "2"]),
                "channel": dice.choice([None, "Web", "web", "Ünder"]),
                "city": dice.choice([None, None, "1", "2", "7"]),
                "units": dice.choice([None, 0, units, units, units]),
                "price": dice.choice([None, price]),
                "amount": dice.choice([units * price] * 20 + [0, HUGE, HUGE + 1, -HUGE]),
                "tax": dice.choice([None, 0, 1, HUGE // 10]),
            }
        )
    return pd.DataFrame(rows, dtype=object)


def tables_of(record: object, prefix: str = "") -> dict[str, object]:
    """Every field by name, those of records and mappings within one by one."""
    if isinstance(record, ParquetRows):
        return {prefix: record.read()}
    if dataclasses.is_dataclass(record):
        inside = {f.name: getattr(record, f.name) for f in dataclasses.fields(record)}
    elif isinstance(record, Mapping):
        inside = dict(record)
    else:
        return {prefix: record}
    found: dict[str, object] = {}
    for name, value in inside.items():
        if name not in ("engine", "line_tables", "buckets"):
            found |= tables_of(value, f"{prefix}.{name}")
    return found


def assert_same(found: Aggregates, wanted: Aggregates) -> None:
    """Equal types, rows and digits in every table."""
    assert_tables(tables_of(found), tables_of(wanted))


def assert_tables(found: Mapping[str, object], expected: Mapping[str, object]) -> None:
    """The same of tables by name."""
    for name, value in found.items():
        if isinstance(value, pd.DataFrame):
            assert_frame_equal(value, expected[name], obj=name)
        else:
            assert value == expected[name], name


def test_all_engines_give_the_same_tables(engine: str, tmp_path: Path) -> None:
    shop = inputs(
        tmp_path / "in",
        random_lines(seed=6, count=600),
        customers=CUSTOMERS,
        products=PRODUCTS,
        cities=CITIES,
        files=3,
        dropped=[(0, 5), (2, 2), (2, 200)],
        day_first=(True, False),
        scale=2,
    )
    wanted = collect_all(shop, "pandas", tmp_path / "wanted")
    assert set(wanted.return_matching["rule"]) == {
        "same id",
        "same price",
        "same product",
        "unmatched",
    }
    assert wanted.sales["by_day"]["gross"].sum() > 2**53
    assert_same(collect_all(shop, engine, tmp_path / "found"), wanted)


def test_all_engines_do_with_the_least_input(engine: str, tmp_path: Path) -> None:
    if engine == "pyspark":
        pytest.skip("one run of Spark is enough; it takes half a minute")
    shop = inputs(tmp_path / "in", "customer day amount\nann 1 5")
    wanted = collect_all(shop, "pandas", tmp_path / "wanted")
    assert wanted.return_lines.empty
    assert_same(collect_all(shop, engine, tmp_path / "found"), wanted)


SHOPS = st.builds(random_lines, st.integers(0, 10**6), st.integers(2, 40)).filter(
    lambda lines: (lines["amount"] > 0).any()
)
BRIEFLY = settings(max_examples=6, suppress_health_check=list(HealthCheck))


@BRIEFLY
@given(lines=SHOPS, other=st.sampled_from(["polars", "duckdb"]))
def test_random_shops_on_streaming_engines(tmp_path: Path, lines: pd.DataFrame, other: str) -> None:
    pytest.importorskip(other)
    shop = inputs(tmp_path / "in", lines, customers=CUSTOMERS, day_first=(True, False))
    wanted = collect_all(shop, "pandas", tmp_path / "wanted")
    assert_same(collect_all(shop, other, tmp_path / "found"), wanted)


@BRIEFLY
@given(lines=SHOPS, seed=st.integers(), files=st.integers(1, 4))
def test_order_and_files_change_nothing(
    tmp_path: Path, lines: pd.DataFrame, seed: int, files: int
) -> None:
    # Ids made from a place in a file, and that place itself, are private and change with it.
    lines = lines.assign(id=[name or f"own{i}" for i, name in enumerate(lines["id"])])
    options = {"customers": CUSTOMERS, "products": PRODUCTS, "day_first": (True, False)}
    wanted = collect_all(inputs(tmp_path / "a", lines, **options), "pandas", tmp_path)
    shuffled = lines.sample(frac=1, random_state=seed % 2**32).reset_index(drop=True)
    found = collect_all(
        inputs(tmp_path / "b", shuffled, files=files, **options), "pandas", tmp_path
    )
    tables, others = tables_of(found), tables_of(wanted)
    returns = tables.pop(".return_rows"), others.pop(".return_rows")
    by_value = [c for c in returns[0] if c not in ("file", "row")]
    tables[".return_rows"], others[".return_rows"] = (
        one[by_value].sort_values(by_value, ignore_index=True) for one in returns
    )
    assert_tables(tables, others)


@BRIEFLY
@given(lines=SHOPS)
def test_parts_add_up_to_the_whole(tmp_path: Path, lines: pd.DataFrame) -> None:
    shop = inputs(tmp_path / "in", lines, customers=CUSTOMERS, products=PRODUCTS)
    found = collect_all(shop, "pandas", tmp_path)
    by_day = found.sales["by_day"]
    amounts = [int(amount) for amount in lines["amount"]]
    assert by_day["gross"].sum() + by_day["returns"].sum() == sum(amounts)
    assert by_day["lines"].sum() == found.lines.all == len(amounts)
    assert by_day["purchases"].sum() == len(found.purchases)
    assert by_day["kept_purchases"].sum() == (found.purchases["kept"] > 0).sum()
    assert by_day["credited_returns"].sum() == by_day["returns"].sum()
    assert found.return_matching["amount"].sum() == by_day["returns"].sum()
    for table in found.sales.values():
        for name in ("gross", "returns", "tax", "units", "lines", "credited_returns"):
            assert table[name].sum() == by_day[name].sum()
    customers = found.customer_sums
    of_guests = lines[lines["customer"].isna()]["amount"].sum()
    assert customers["net"].sum() + of_guests == sum(amounts)
    known = found.purchases["customer_id"].notna()
    assert customers["purchases"].sum() == known.sum()
    assert (customers["kept_purchases"] <= customers["purchases"]).all()
    # They are summed from purchases; here once more, from lines.
    own = found.line_tables.lines.collect("pandas").to_native()
    own = own[own["customer_id"] != ""].groupby("customer_id")[["amount", "quantity", "tax"]].sum()
    sums = customers.set_index("customer_id")
    own = own.reindex(sums.index, fill_value=0)  # who has no line
    for name, total in (("net", "amount"), ("units", "quantity"), ("tax", "tax")):
        assert sums[name].tolist() == own[total].tolist()
    assert len(found.dashboard_lines) == len(amounts)
