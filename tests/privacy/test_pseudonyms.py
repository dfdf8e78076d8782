"""Pseudonyms: stable under a key, different without it, never made up where they'd be forgotten."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
from pathlib import Path

import numpy as np
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
    monkeypatch.setenv("RETAIL_KEY", "a long and random key")
    assert privacy.key(tmp_path, "RETAIL_KEY") == privacy.key(tmp_path / "x", "RETAIL_KEY")
    assert not list(tmp_path.rglob(privacy.KEY_FILE))


def test_a_machine_that_forgets_gets_no_made_up_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ConfigError, match="RETAIL_KEY"):
        privacy.key(tmp_path, "RETAIL_KEY")


@pytest.mark.parametrize(
    "content, problem",
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"fifteen letters\n", "has 15 characters, and at least 16 are needed"),
        (b"\xff\xfe" * 20, "is no text"),
    ],
)
@pytest.mark.parametrize("place", ["file", "variable"])
def test_a_key_that_can_be_guessed_or_read_by_no_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, problem: str, place: str
) -> None:
    path = tmp_path / privacy.KEY_FILE
    if place == "file":
        path.write_bytes(content)
    else:  # an empty variable is one that isn't set
        monkeypatch.setenv("RETAIL_KEY", os.fsdecode(content or b"\t"))
    where = str(path) if place == "file" else "RETAIL_KEY"
    with pytest.raises(ConfigError, match=f"{re.escape(where)} {problem}.*the key of the last run"):
        privacy.key(tmp_path, "RETAIL_KEY")
    assert not (tmp_path / "pseudonym.mark").exists()


def test_blanks_around_the_key_are_no_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / privacy.KEY_FILE).write_text("sixteen letters!\n", encoding="ascii")
    of_file = privacy.key(tmp_path, "RETAIL_KEY")
    monkeypatch.setenv("RETAIL_KEY", " sixteen letters!\n")
    assert privacy.key(tmp_path, "RETAIL_KEY") == of_file


def test_a_run_that_is_killed_while_it_makes_the_key_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            privacy.key(tmp_path, "RETAIL_KEY")
    assert not (tmp_path / privacy.KEY_FILE).exists()
    assert privacy.key(tmp_path, "RETAIL_KEY") == privacy.key(tmp_path, "RETAIL_KEY")


def named(ids: list[str], key: bytes = b"k", kind: str = "customer_id") -> dict[str, str]:
    return dict(zip(ids, privacy.Pseudonyms(key).of(pd.Series(ids), kind), strict=True))


def test_a_customer_keeps_the_pseudonym_under_one_key_and_changes_it_under_another() -> None:
    one, again = named(["a", "b"]), named(["b", "c", "a"])
    assert one["a"] == again["a"] != one["b"]
    assert named(["a"], b"other")["a"] != one["a"]


@pytest.mark.parametrize("everyone", [None, ["c", "z"], ["a", "c", "ä"]])
def test_pseudonyms_are_those_that_were_always_made(everyone: list[str] | None) -> None:
    """A new version must not rename all customers: the hash in base 32, made here one by one."""
    ids = pd.Series(["c", None, "a", "ä", "c"], dtype="str", index=[9, 8, 7, 6, 5])
    known = None if everyone is None else pd.Series(everyone, dtype="str")
    found = privacy.Pseudonyms(b"k", known).of(ids)
    for stated, name in zip(ids, found, strict=True):
        if pd.isna(stated):
            assert pd.isna(name)
            continue
        digest = hashlib.blake2b(stated.encode(), key=b"k", digest_size=9).digest()
        assert name == base64.b32encode(digest).decode().lower()[:13]
    assert found.index.equals(ids.index)


def test_two_ids_of_one_pseudonym_stop_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    same = np.zeros((2, 9), "uint8")
    monkeypatch.setattr(
        "retail.privacy.pseudonyms.digests", lambda texts, start: same[: len(texts)]
    )
    assert len(named(["a"])) == 1
    with pytest.raises(ConfigError, match="another key"):
        named(["a", "b"])
    same = np.array(
        [[0] * 8 + [127], [0] * 8 + [128]], "uint8"
    )  # unlike in the last bit that counts
    assert len(set(named(["a", "b"]).values())) == 2


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
    safe = privacy.publishable(tables, "internal", privacy.Pseudonyms(b"k"))
    names = named(["7", "9"])
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
    monkeypatch.setenv("RETAIL_KEY", "another long and random key")
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert "not the last run's" in said.pop()
    privacy.key(tmp_path, "RETAIL_KEY", said.append)
    assert said == []


def test_a_purchase_and_a_customer_of_one_id_have_unlike_pseudonyms() -> None:
    assert named(["7"]) != named(["7"], kind="transaction_id")
