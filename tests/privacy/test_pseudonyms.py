"""Pseudonyms: stable under a key, different without it, never made up where they'd be forgotten."""

from __future__ import annotations

import stat
from pathlib import Path

import pandas as pd
import pytest

from retail import privacy
from retail.errors import ConfigError


@pytest.fixture(autouse=True)
def no_key_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RETAIL_KEY", raising=False)
    monkeypatch.delenv("CI", raising=False)


def test_the_key_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    first = privacy.key(tmp_path / "work", "RETAIL_KEY")
    assert privacy.key(tmp_path / "work", "RETAIL_KEY") == first
    assert privacy.key(tmp_path / "other", "RETAIL_KEY") != first
    mode = (tmp_path / "work" / privacy.KEY_FILE).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_the_environment_wins_and_needs_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RETAIL_KEY", "long and random")
    assert privacy.key(tmp_path, "RETAIL_KEY") == privacy.key(tmp_path / "x", "RETAIL_KEY")
    assert not list(tmp_path.rglob(privacy.KEY_FILE))


def test_a_machine_that_forgets_gets_no_made_up_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ConfigError, match="RETAIL_KEY"):
        privacy.key(tmp_path, "RETAIL_KEY")


def test_a_customer_keeps_the_pseudonym_under_one_key_and_changes_it_under_another() -> None:
    one, again = privacy.pseudonyms(["a", "b"], b"k"), privacy.pseudonyms(["b", "c", "a"], b"k")
    assert one["a"] == again["a"] != one["b"]
    assert privacy.pseudonyms(["a"], b"other")["a"] != one["a"]


def test_ids_are_replaced_in_every_table_and_birth_days_never_leave() -> None:
    units = pd.DataFrame(
        {
            "customer_id": ["7", "9"],
            "category": ["A", "A"],
            "subcategory": ["x", "x"],
            "units": [1, 2],
        }
    )
    people = pd.DataFrame({"customer_id": ["7"], "birth_day": [100]})
    tables = {"units_by_customer": units, "customers": people}
    safe = privacy.publishable(tables, "internal", b"k")
    names = privacy.pseudonyms(["7", "9"], b"k")
    assert safe["units_by_customer"]["customer_id"].tolist() == [names["7"], names["9"]]
    assert safe["customers"]["customer_id"].tolist() == [names["7"]]
    assert "birth_day" not in safe["customers"]
    raw = privacy.publishable(tables, "raw", None)
    assert raw["customers"]["customer_id"].tolist() == ["7"]
    assert "birth_day" not in raw["customers"]
    assert units["customer_id"].tolist() == ["7", "9"]


def test_a_key_that_is_made_and_a_key_that_changed_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert len(said) == 1
    assert str(tmp_path / privacy.KEY_FILE) in said.pop()
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert said == []
    monkeypatch.setenv("RETAIL_KEY", "another")
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert "not the last run's" in said.pop()
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert said == []


def test_a_purchase_and_a_customer_of_one_id_have_unlike_pseudonyms() -> None:
    customers = privacy.pseudonyms(["7"], b"k")
    assert privacy.pseudonyms(["7"], b"k", "transaction_id") != customers
