"""No sum of a few customers is solved from what the level public publishes, by whoever can add and take off."""

from __future__ import annotations

from pathlib import Path

import attack
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retail import config, pipeline
from retail.privacy import suppression
from retail.privacy.groups import MINIMUM
from retail.privacy.suppression import CannotHideError, Cells

LINE = st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 13))


def cube(lines: pd.DataFrame, keys: tuple[str, ...]) -> Cells:
    """A cube by month whose cells of a few customers are hidden."""
    by = lines.groupby(["month", *keys])["customer"].agg(frozenset).reset_index(name="people")
    size = by["people"].map(len)
    rows = by[["month", *keys]].assign(customers=size)
    people = [one if len(one) < MINIMUM else None for one in by["people"]]
    return Cells(rows, keys, "month", (size < MINIMUM).to_numpy(), people)


def rank(rows: list[np.ndarray], prime: int = 2_147_483_647) -> int:
    """Of whole numbers, exactly enough: modulo a large prime."""
    table = [[int(value) % prime for value in row] for row in rows]
    found = 0
    for at in range(len(table[0]) if table else 0):
        pivot = next((n for n in range(found, len(table)) if table[n][at]), None)
        if pivot is None:
            continue
        table[found], table[pivot] = table[pivot], table[found]
        scale = pow(table[found][at], -1, prime)
        table[found] = [value * scale % prime for value in table[found]]
        for n in range(found + 1, len(table)):
            if factor := table[n][at]:
                table[n] = [
                    (a - factor * b) % prime for a, b in zip(table[n], table[found], strict=True)
                ]
        found += 1
    return found


@settings(max_examples=60)
@given(st.lists(LINE, min_size=20, max_size=110))
def test_no_small_cell_of_two_cubes_is_solved(drawn) -> None:
    lines = pd.DataFrame(drawn, columns=["month", "a", "b", "customer"])
    cubes = [cube(lines, ("a", "b")), cube(lines, ("a",))]
    try:
        hidden = suppression.hide(cubes)
    except CannotHideError:
        return  # then the cube is made by longer periods or left out
    # A reader who counts the cells of the larger cube as unknowns, the smaller one's as sums of them.
    fine = cubes[0].rows
    rows = [
        np.array(fine[name] == value) for name in ("month", "a", "b") for value in set(fine[name])
    ]
    rows += [np.arange(len(fine)) == at for at in np.flatnonzero(~hidden[0])]
    for shown in cubes[1].rows[~hidden[1]].itertuples():
        rows.append(((fine["month"] == shown.month) & (fine["a"] == shown.a)).to_numpy())
    known = rank(rows)
    for at in np.flatnonzero(fine["customers"] < MINIMUM):
        assert rank([*rows, np.arange(len(fine)) == at]) == known + 1, fine.iloc[at]
    for small in cubes[1].rows[cubes[1].rows["customers"] < MINIMUM].itertuples():
        target = ((fine["month"] == small.month) & (fine["a"] == small.a)).to_numpy()
        assert rank([*rows, target]) == known + 1, small


def test_a_cell_outside_of_every_cycle_gets_company() -> None:
    """Each month hides two cells, yet one chain of differences solves them all."""
    counts = {("a", 1): 2, ("b", 1): 7, ("c", 1): 9, ("b", 2): 6, ("c", 2): 6, ("a", 2): 8}
    table = [(month, name, size) for (name, month), size in counts.items()]
    rows = pd.DataFrame(table, columns=["month", "a", "customers"])
    first = np.array([True, True, False, False, False, False])
    people = [frozenset({"x", "y"}), *[None] * 5]
    (hidden,) = suppression.hide([Cells(rows, ("a",), "month", first, people)])
    assert hidden.sum() == 4
    assert hidden[[0, 1]].all()


def random_shop(folder: Path, seed: int) -> None:
    """Half a year of a shop whose customers keep to some products and places."""
    lots = np.random.default_rng(seed)
    size, people = 1_600, 150
    who = (lots.pareto(1.0, size) * 4).astype(int) % people
    taste = lots.integers(0, 4, people)
    product = np.where(lots.random(size) < 0.6, taste[who], lots.integers(0, 9, size))
    days = pd.Timestamp("2021-01-01") + pd.to_timedelta(lots.integers(0, 180, size), unit="D")
    amount = lots.integers(500, 90_000, size) / 100 * np.where(lots.random(size) < 0.15, -1, 1)
    lines = pd.DataFrame(
        {
            "transaction_id": np.arange(size) + 100_000,
            "customer_id": who + 5_000,
            "date": days.strftime("%Y-%m-%d"),
            "category": [f"C{one // 3}" for one in product],
            "subcategory": [f"S{one % 3}" for one in product],
            "channel": lots.choice(["web", "shop", "phone"], size, p=[0.5, 0.4, 0.1]),
            "city": [f"T{one % 3}" for one in who],
            "quantity": np.where(amount < 0, -1, 1),
            "amount": amount,
        }
    )
    lines.to_csv(folder / "Transactions.csv", index=False)
    customers = pd.DataFrame({"customer_id": np.arange(people) + 5_000})
    customers["gender"] = np.where(customers["customer_id"] % 3 == 0, "M", "F")
    customers.to_csv(folder / "Customer.csv", index=False)


def protected(folder: Path, work: Path) -> attack.Shop:
    """A shop at the level public, and what an attacker has to work with."""
    work.mkdir(parents=True)
    path = work / "retail.toml"
    path.write_text(
        f'[input]\nfolder = "{folder}"\n[clusters]\nevery_pair = false\npermutations = 0\n'
        'subsamples = 0\n[privacy]\nlevel = "public"\n',
        encoding="utf-8",
    )
    loaded = config.load(path)
    inputs = pipeline.read(loaded, pipeline.silent)
    aggregates = pipeline.aggregate(inputs, loaded, pipeline.silent)
    tables = pipeline.analyse(inputs, aggregates, loaded)
    report = pipeline.protect(dict(tables), inputs, aggregates, loaded).report
    return attack.shop(tables, report.tables)


@pytest.mark.parametrize("seed", [0, 3, 6])
def test_an_attacker_solves_nothing_of_a_random_shop(tmp_path: Path, seed: int) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    random_shop(folder, seed)
    shop = protected(folder, tmp_path / "work")
    assert len(shop.published["cubes"]) > 1
    assert attack.solved(shop, attack.NAMES) == []


def test_the_attacker_finds_what_is_not_protected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    random_shop(folder, 0)
    monkeypatch.setattr(suppression, "hide", lambda cubes: [one.hidden for one in cubes])
    assert attack.solved(protected(folder, tmp_path / "work"), attack.NAMES)


@pytest.mark.needs_data("case_study")
def test_an_attacker_solves_nothing_of_the_case_study(case_study: Path, tmp_path: Path) -> None:
    shop = protected(case_study, tmp_path / "work")
    assert attack.solved(shop, ("category", "product", "channel", "gender")) == []
