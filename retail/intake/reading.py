"""Case study only, for now: a thin path that the strict reader replaces."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from retail.config import Config
from retail.errors import InputError
from retail.intake.inputs import DateFormat, Inputs
from retail.schema.measures import Measures

TRANSACTIONS = {
    "transaction_id": "transaction_id", "customer_id": "cust_id", "date": "tran_date", "subcategory": "prod_subcat_code",
    "category": "prod_cat_code", "quantity": "Qty", "unit_price": "Rate", "tax": "Tax", "amount": "total_amt", "channel": "Store_type",
}  # fmt: skip
CUSTOMERS = {"customer_id": "customer_Id", "birth_date": "DOB", "gender": "Gender", "city": "city_code"}
PRODUCTS = {
    "category_code": "prod_cat_code", "category": "prod_cat", "subcategory_code": "prod_sub_cat_code", "subcategory": "prod_subcat",
}  # fmt: skip


def _texts(path: Path, mapping: dict[str, str]) -> pa.Table:
    if not path.is_file():
        raise InputError(f"{path}: there is no such file")
    header = path.read_text(encoding="utf-8").splitlines()[0].split(",")
    types = {h: pa.string() for h in header}
    table = pa_csv.read_csv(path, convert_options=pa_csv.ConvertOptions(column_types=types))
    return table.combine_chunks()


def _whole(column: pa.ChunkedArray, scale: int) -> pa.Array:
    as_decimal = pc.cast(column.combine_chunks(), pa.decimal128(38, scale))
    return pa.array(np.frombuffer(as_decimal.buffers()[1], "<i8")[::2][: len(column)].copy())


def _days(texts: pa.ChunkedArray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """day-first, month-first (missing: -1) and format index (0 dashes, 1 slashes)."""
    found = pc.dictionary_encode(texts.combine_chunks())
    first, month, kind = [], [], []
    for text in found.dictionary.to_pylist():
        sep = "-" if "-" in text else "/"
        a, b, year = (int(p) for p in text.split(sep))
        first.append((pd.Timestamp(year, b, a) - pd.Timestamp(0)).days if b <= 12 else -1)
        month.append((pd.Timestamp(year, a, b) - pd.Timestamp(0)).days if a <= 12 else -1)
        kind.append(0 if sep == "-" else 1)
    index = found.indices.to_numpy()
    return np.array(first)[index], np.array(month)[index], np.array(kind)[index]


def read(config: Config, log: Callable[[str], None] = lambda _: None) -> Inputs:
    """The checked input of one run: see `Inputs`."""
    folder, work = config.input_folder, config.work_folder / "checked"
    work.mkdir(parents=True, exist_ok=True)
    path = folder / config.input.transactions
    raw = _texts(path, TRANSACTIONS)
    lines = path.read_bytes().split(b"\n")[1 : raw.num_rows + 1]
    digest = np.frombuffer(b"".join(hashlib.blake2b(x, digest_size=16).digest() for x in lines), "<i8").reshape(-1, 2)
    first, month, kind = _days(raw["tran_date"])
    columns: dict[str, pa.Array] = {"row": pa.array(np.arange(2, raw.num_rows + 2))}
    for field, header in TRANSACTIONS.items():
        if field in ("quantity", "unit_price", "tax", "amount"):
            columns[field] = _whole(raw[header], 0 if field == "quantity" else 3)
        elif field != "date":
            columns[field] = raw[header].combine_chunks()
    columns["day_first"] = pa.array(first, mask=first < 0)
    columns["month_first"] = pa.array(month, mask=month < 0)
    columns["date_format"] = pa.array(kind.astype("int64"))
    columns["hash_high"], columns["hash_low"] = pa.array(digest[:, 0].copy()), pa.array(digest[:, 1].copy())
    checked = work / "transactions.parquet"
    pq.write_table(pa.table(columns), checked)

    repeat = pd.DataFrame(digest).duplicated().to_numpy()
    pq.write_table(
        pa.table({"file": np.zeros(int(repeat.sum()), "int64"), "row": np.arange(2, raw.num_rows + 2)[repeat]}),
        work / "dropped.parquet",
    )
    people = _texts(folder / "Customer.csv", CUSTOMERS).rename_columns(["customer_id", "birth_date", "gender", "city"])
    born = pa.array(_days(people["birth_date"])[0])
    people = people.drop(["birth_date"]).append_column("birth_day", born)
    for name in ("gender", "city"):
        blank = pc.if_else(pc.equal(people[name], ""), None, people[name])
        people = people.set_column(people.column_names.index(name), name, blank)
    pq.write_table(people, work / "customers.parquet")
    products = _texts(folder / "prod_cat_info.csv", PRODUCTS)
    products = products.rename_columns(["category_code", "category", "subcategory_code", "subcategory"])
    pq.write_table(products, work / "products.parquet")

    amount = columns["amount"].to_numpy()
    total, dropped = int(amount.sum()), int(amount[repeat].sum())
    books = [("Lines read", raw.num_rows, total), ("Repeats dropped", -int(repeat.sum()), -dropped)]
    books.append(("Lines kept", raw.num_rows - int(repeat.sum()), total - dropped))
    table = pd.DataFrame([(s, i, n, m) for i, (s, n, m) in enumerate(books, 1)], columns=["step", "order", "lines", "amount"])
    formats = (
        DateFormat("DD-MM-YYYY", True, int((kind == 0).sum()), "days 13-31"),
        DateFormat("D/M/YYYY", True, int((kind == 1).sum()), "read month-first, 552 returns precede their purchase"),
    )
    log(f"{raw.num_rows} lines read, {int(repeat.sum())} repeats dropped")
    return Inputs(
        transactions=(checked,),
        date_formats=formats,
        dropped=work / "dropped.parquet",
        customers=work / "customers.parquet",
        products=work / "products.parquet",
        cities=None,
        measures=Measures(3, 0, config.money.currency),
        features=frozenset(TRANSACTIONS) | frozenset(CUSTOMERS),
        tables={"books": table},
    )
