"""A shop of any size, in the three CSVs of the case study.

    python -m tests.benchmarks.generator LINES FOLDER [--customers N] [--files N] [--seed N]

Customers grow with the lines (5,647 at 23 thousand, about 0.5 million at 10 million) and differ in how
much and how long they buy; days have a season, a week and growth; 8 % of the lines are returns under
the id of their purchase, up to 40 days later; a few lines come twice; dates are day-first in two
spellings. The same arguments give the same bytes. Lines are written period by period, in the order
of time, so memory does not grow with them.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

FIRST_DAY = np.datetime64("2022-01-01")
DAYS = 1_096  # three calendar years
FIRST_ID = 266_783  # of customers
CHUNK_LINES = 500_000
RETURNED, REPEATED = 0.08, 0.0005
RETURN_DAYS = 40
BASKET = np.array([0.38, 0.24, 0.16, 0.1, 0.07, 0.05])  # shares of purchases of 1, 2, ... lines
MONTHS = np.array([0.85, 0.8, 0.9, 0.95, 1.0, 0.95, 0.9, 0.85, 1.0, 1.05, 1.3, 1.5])
WEEKDAYS = np.array([0.85, 0.85, 0.9, 1.0, 1.2, 1.3, 0.9])
CHANNELS = (("e-Shop", 0.4), ("MBR", 0.2), ("Flagship store", 0.2), ("TeleShop", 0.2))
CATEGORIES = {
    "Clothing": {4: "Men", 1: "Women", 3: "Kids"},
    "Footwear": {1: "Men", 3: "Women", 4: "Kids"},
    "Electronics": {
        4: "Mobiles",
        5: "Computers",
        8: "Personal Appliances",
        9: "Cameras",
        10: "Audio and video",
    },
    "Bags": {1: "Men", 4: "Women"},
    "Books": {
        7: "Fiction",
        12: "Academic",
        10: "Non-Fiction",
        11: "Children",
        3: "Comics",
        6: "DIY",
    },
    "Home and kitchen": {2: "Furnishing", 10: "Kitchen", 11: "Bath", 12: "Tools"},
}
PRODUCTS = [
    (category, code, name, subcategory)
    for category, (name, subcategories) in enumerate(CATEGORIES.items(), 1)
    for code, subcategory in subcategories.items()
]
Columns = dict[str, np.ndarray]


@dataclass(frozen=True)
class Customers:
    """Ids, the days between which each buys, and a table to draw them from by how much they buy."""

    ids: np.ndarray
    joined: np.ndarray
    gone: np.ndarray
    urn: np.ndarray


def usual_customers(lines: int) -> int:
    """How many customers a shop of so many lines has."""
    return max(20, round(3.02 * lines**0.75))


def write(
    folder: Path, lines: int, *, customers: int | None = None, files: int = 1, seed: int = 1
) -> Path:
    """Write Customer.csv, prod_cat_info.csv and Transactions.csv (or `files` files in transactions/).

    Returns the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    dice = np.random.default_rng(seed)
    people = _people(dice, customers or usual_customers(lines))
    _write_people(dice, people, folder / "Customer.csv")
    names = ["prod_cat_code", "prod_sub_cat_code", "prod_cat", "prod_subcat"]
    products = [pa.array(column) for column in zip(*PRODUCTS, strict=True)]
    pa.csv.write_csv(pa.table(products, names=names), folder / "prod_cat_info.csv")
    periods = _periods(lines, max(files, -(-lines // CHUNK_LINES)))
    paths = _paths(folder, min(files, len(periods)))
    written = _lines(dice, people, periods)
    for share, path in zip(np.array_split(np.arange(len(periods)), len(paths)), paths, strict=True):
        _write_lines(written, len(share), path)
    return folder


def _paths(folder: Path, files: int) -> list[Path]:
    if files == 1:
        return [folder / "Transactions.csv"]
    (folder / "transactions").mkdir(exist_ok=True)
    return [folder / "transactions" / f"part-{number:04}.csv" for number in range(files)]


def _people(dice: np.random.Generator, count: int) -> Customers:
    """Half join in the first month, the others later; most leave again; weights have a long tail."""
    joined = np.maximum(dice.integers(-DAYS, DAYS - 30, count), 0)
    stay = (dice.exponential(500, count) + 30).astype("int64")
    weight = np.exp(dice.normal(0, 1, count))
    copies = np.maximum(np.rint(2 * weight), 1).astype("int64")
    copies[dice.random(count) < 0.02] = 0  # prospects
    urn = np.repeat(np.arange(count, dtype="int32"), copies)
    ids = FIRST_ID + dice.permutation(count)  # which tell nothing about who it is
    return Customers(ids, joined, joined + stay, urn)


def _write_people(dice: np.random.Generator, people: Customers, path: Path) -> None:
    count = len(people.ids)
    born = np.datetime64("1950-01-01") + dice.integers(0, 18_000, count)
    gender = np.array(["F", "M", ""])[dice.choice(3, count, p=[0.51, 0.488, 0.002])]
    table = pa.table(
        {
            "customer_Id": people.ids,
            "DOB": _spelled(pa.array(born), "%d-%m-%Y"),
            "Gender": pa.array(gender),
            "city_code": dice.integers(1, 11, count),
        }
    )
    pa.csv.write_csv(table, path, pa.csv.WriteOptions(quoting_style="none"))


def _spelled(days: pa.Array, form: str) -> pa.Array:
    return pc.strftime(days.cast(pa.timestamp("s")), form)


def _periods(lines: int, count: int) -> list[tuple[np.ndarray, int]]:
    """Days of each period, each as often as it is busy, and its lines, which add up to `lines`."""
    dates = FIRST_DAY + np.arange(DAYS)
    month = dates.astype("datetime64[M]").astype("int64") % 12
    weekday = (dates.astype("int64") + 3) % 7
    busy = MONTHS[month] * WEEKDAYS[weekday] * (1 + 0.1 * np.arange(DAYS) / 365)
    parts = np.array_split(np.arange(DAYS), min(count, DAYS))
    totals = np.cumsum([busy[part].sum() for part in parts])
    sizes = np.diff(np.rint(lines * totals / totals[-1]).astype("int64"), prepend=0)
    copies = np.rint(20 * busy).astype("int64")
    return [
        (np.repeat(part, copies[part]), int(size)) for part, size in zip(parts, sizes, strict=True)
    ]


def _lines(
    dice: np.random.Generator, people: Customers, periods: list[tuple[np.ndarray, int]]
) -> Iterator[Columns]:
    """The lines of each period by day: purchases, what comes back by its end, and repeats."""
    waiting = _returns_of(_purchases(dice, people, periods[0][0], 0, 0), np.empty(0, bool), dice)
    visits = 0
    for days, size in periods:
        due = np.flatnonzero(waiting["day"] <= days[-1])[:size]
        bought = _purchases(dice, people, days, size - len(due), visits)
        visits += size
        back = _returns_of(
            bought, dice.random(len(bought["day"])) < RETURNED / (1 - RETURNED), dice
        )
        is_soon = back["day"] <= days[-1]
        added = np.ones(len(bought["day"]), "int64")
        added[back["of"][is_soon]] += 1
        room = size - len(due) - round(size * REPEATED)
        fits = int(np.searchsorted(np.cumsum(added), room, side="right"))
        is_told = back["of"] < fits
        parts = [
            _taken(bought, slice(fits)),
            _taken(back, is_soon & is_told),
            _taken(waiting, due),
        ]
        rest = np.delete(np.arange(len(waiting["day"])), due)
        waiting = _joined([_taken(waiting, rest), _taken(back, ~is_soon & is_told)])
        waiting = _taken(waiting, waiting["day"] < DAYS)
        whole = _joined(parts)
        count = len(whole["day"])
        again = dice.integers(0, count, size - count) if count else np.empty(0, "int64")
        whole = _joined([whole, _taken(whole, again)])
        yield _taken(whole, np.argsort(whole["day"], kind="stable"))


def _purchases(
    dice: np.random.Generator, people: Customers, days: np.ndarray, count: int, visits: int
) -> Columns:
    """So many lines of purchases on some of `days`; ids run on from number `visits`."""
    sizes = dice.choice(len(BASKET), count, p=BASKET) + 1
    bought = len(sizes[: int(np.searchsorted(np.cumsum(sizes), count)) + 1])
    sizes = sizes[:bought]
    day = days[dice.integers(0, len(days), bought)]
    customer = people.urn[dice.integers(0, len(people.urn), bought)]
    for _ in range(3):  # whoever has not joined yet or has left lets someone else buy
        absent = np.flatnonzero((day < people.joined[customer]) | (day > people.gone[customer]))
        customer[absent] = people.urn[dice.integers(0, len(people.urn), len(absent))]
    visit = np.repeat(np.arange(bought), sizes)[:count]
    product = dice.integers(0, len(PRODUCTS), count)
    is_taste = dice.random(count) < 0.5
    product = np.where(is_taste, (customer[visit] * 7 + product % 5) % len(PRODUCTS), product)
    store = dice.choice(len(CHANNELS), bought, p=[share for _, share in CHANNELS])
    return {
        # A step without common divisor with 9 x 10^10 visits every id of eleven digits once.
        "id": 10**10 + (np.arange(visits, visits + bought) * 7_654_321 % (9 * 10**10))[visit],
        "customer": people.ids[customer][visit],
        "day": day[visit],
        "product": product,
        "units": dice.choice(5, count, p=[0.5, 0.22, 0.13, 0.1, 0.05]) + 1,
        "price": dice.integers(7, 150, count) * 10,
        "store": store[visit],
        "of": np.arange(count),
    }


def _returns_of(bought: Columns, is_back: np.ndarray, dice: np.random.Generator) -> Columns:
    """The lines that come back, `of` the position of each in `bought`, some in part."""
    back = _taken(bought, np.flatnonzero(is_back))
    count = len(back["day"])
    back["day"] = back["day"] + np.minimum(dice.exponential(9, count), RETURN_DAYS).astype("int64")
    whole = dice.random(count) < 0.8
    back["units"] = -np.where(whole, back["units"], dice.integers(1, back["units"] + 1))
    return back


def _taken(columns: Columns, rows: np.ndarray | slice) -> Columns:
    return {name: values[rows] for name, values in columns.items()}


def _joined(parts: list[Columns]) -> Columns:
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _table(lines: Columns) -> pa.Table:
    """The case study's columns: prices of returns are below zero, their tax is not."""
    categories, codes = (np.array([row[at] for row in PRODUCTS]) for at in (0, 1))
    worth = lines["units"] * lines["price"]
    sign = np.sign(worth)
    dates = FIRST_DAY + np.arange(DAYS)
    spelled = [_spelled(pa.array(dates), form) for form in ("%d-%m-%Y", "%d/%m/%Y")]
    texts = pa.concat_arrays(spelled)
    late = lines["day"] >= DAYS // 2  # the second spelling
    return pa.table(
        {
            "transaction_id": lines["id"],
            "cust_id": lines["customer"],
            "tran_date": texts.take(pa.array(lines["day"] + DAYS * late)),
            "prod_subcat_code": codes[lines["product"]],
            "prod_cat_code": categories[lines["product"]],
            "Qty": lines["units"],
            "Rate": sign * lines["price"],
            "Tax": np.abs(worth) * 105 / 1000,
            "total_amt": worth * 1105 / 1000,
            "Store_type": pa.array([name for name, _ in CHANNELS]).take(pa.array(lines["store"])),
        }
    )


def _write_lines(parts: Iterator[Columns], count: int, path: Path) -> None:
    """The next `count` parts in one file."""
    plain = pa.csv.WriteOptions(quoting_style="none")
    writer = None
    for part in itertools.islice(parts, count):
        table = _table(part)
        writer = writer or pa.csv.CSVWriter(path, table.schema, write_options=plain)
        writer.write_table(table)
    if writer:
        writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lines", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--customers", type=int)
    parser.add_argument("--files", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(
        write(
            given.folder, given.lines, customers=given.customers, files=given.files, seed=given.seed
        )
    )
