"""Which purchases and returns new lines can change: all others stay as they were."""

from __future__ import annotations

from pathlib import Path

import narwhals.stable.v2 as nw
import pandas as pd
import pytest

from retail.aggregates import ties
from retail.aggregates.scan import Engine

COLUMNS = ("file", "transaction_id", "customer_id", "product_id", "amount", "has_id")


def tied(folder: Path, *lines: tuple[object, ...]) -> list[str]:
    """The ids tied to the lines of file 1, which is new."""
    table = pd.DataFrame(lines, columns=COLUMNS).assign(category="books", subcategory="comics")
    found = ties.tied(nw.from_native(table).lazy(), 1, Engine("pandas", folder))
    return sorted(found.collect("pandas").to_native()["transaction_id"])


BOUGHT = (
    (0, "t1", "ann", "mug", 5, True),
    (0, "t2", "ann", "mug", 5, True),
    (0, "t2", "ann", "cup", 7, True),
    (0, "t3", "ann", "cup", 7, True),
    (0, "t4", "ben", "mug", 5, True),
)


def test_a_purchase_and_a_return_under_its_id_are_tied_to_that_id_alone(tmp_path: Path) -> None:
    new = ((1, "t1", "ann", "mug", -5, True), (1, "n1", "ben", "mug", 5, True))
    assert tied(tmp_path, *BOUGHT, *new) == ["n1", "t1"]


def test_a_return_that_no_id_explains_is_tied_to_all_purchases_of_its_product(
    tmp_path: Path,
) -> None:
    assert tied(tmp_path, *BOUGHT, (1, "n1", "ann", "mug", -5, False)) == ["n1", "t1", "t2"]
    assert tied(tmp_path, *BOUGHT, (1, "n1", "ann", "mug", -5, True)) == ["n1", "t1", "t2"]
    assert tied(tmp_path, *BOUGHT, (1, "n1", "", "mug", -5, False)) == ["n1"]


def test_a_new_purchase_may_be_what_an_older_return_brought_back(tmp_path: Path) -> None:
    back = (0, "b1", "ann", "cup", -7, True)
    assert tied(tmp_path, *BOUGHT, back, (1, "n1", "ann", "mug", 5, True)) == ["n1"]
    assert tied(tmp_path, *BOUGHT, back, (1, "n1", "ann", "cup", 7, True)) == [
        *("b1", "n1", "t2", "t3")
    ]
    # What comes under its own id explains it from now on.
    assert tied(tmp_path, *BOUGHT, back, (1, "b1", "ann", "cup", 7, True)) == ["b1", "t2", "t3"]


def test_ties_lead_on_through_purchases_of_several_products(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = ((0, "b1", "ann", "cup", -7, False), (0, "b2", "ben", "mug", -5, False))
    new = (1, "n1", "ann", "mug", -5, False)
    assert tied(tmp_path, *BOUGHT, *back, new) == ["b1", "n1", "t1", "t2", "t3"]
    monkeypatch.setattr(ties, "MOST_ROUNDS", 1)  # where they lead too far, all are taken for tied
    assert tied(tmp_path, *BOUGHT, *back, new) == ["b1", "b2", "n1", "t1", "t2", "t3", "t4"]
