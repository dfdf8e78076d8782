"""Files of every kind: which are read, in which encoding, and what happens when they are not text."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shop

from retail import config, intake
from retail.errors import ConfigError, InputError, UnsettledInputError
from retail.intake import cache
from retail.intake.source import text_batches

HEAD = "customer_id,date,amount,channel\n"
LINES = HEAD + "7,2014-01-01,1.50,Café\n8,2014-01-02,-2.25,Straße\n"
RIGHT = [["7", "2014-01-01", "1.50", "Café"], ["8", "2014-01-02", "-2.25", "Straße"]]


def values(inputs: object) -> list[list[str]]:
    return shop.kept(inputs)[["customer_id", "date", "amount", "channel"]].to_numpy().tolist()


@pytest.mark.parametrize(
    "name, data, toml",
    [
        ("Transactions.csv", LINES.encode(), ""),
        ("Transactions.csv", b"\xef\xbb\xbf" + LINES.encode(), ""),
        ("Transactions.csv", LINES.encode("utf-16"), ""),
        ("Transactions.csv", b"\xfe\xff" + LINES.encode("utf-16-be"), 'encoding = "utf-16"'),
        ("Transactions.csv", LINES.encode("utf-16-le"), 'encoding = "utf-16-le"'),
        ("Transactions.csv", LINES.encode("cp1252"), 'encoding = "cp1252"'),
        ("Transactions.csv", LINES.replace("\n", "\r\n").encode(), ""),
        ("Transactions.csv", LINES.replace("\n", "\r").encode(), ""),
        ("Transactions.csv", LINES.replace(",", ";").encode(), 'separator = ";"'),
        ("Transactions.csv", LINES.replace(",", "|").encode(), 'separator = "|"'),
        ("Transactions.csv", ("sep=;\r\n" + LINES.replace(",", ";")).encode("utf-16"), ""),
        ("Transactions.csv", ("sep=;\n" + LINES.replace(",", ";")).encode(), 'separator = ";"'),
        (
            "Transactions.csv",
            ("sep=\t\r" + LINES.replace(",", "\t").replace("\n", "\r")).encode(),
            "",
        ),
        ("sales.tsv", LINES.replace(",", "\t").encode(), 'transactions = "sales.tsv"'),
        ("sales.csv.gz", gzip.compress(LINES.encode(), mtime=0), 'transactions = "sales.csv.gz"'),
        (
            "sales.txt",
            LINES.replace(",", "  ").encode(),
            'transactions = "sales.txt"\nseparator = "blanks"',
        ),
        ("Transactions.csv", LINES.replace(",date,", " , date ,").encode(), ""),
        ("days/2014-01.csv", LINES.encode(), 'transactions = "days"'),
        ("days/2014-01.csv", LINES.encode(), 'transactions = "days/2014-*.csv"'),
    ],
)
def test_every_kind_of_file_gives_the_same_lines(
    tmp_path: Path, name: str, data: bytes, toml: str
) -> None:
    inputs = shop.read(tmp_path, {name: data}, f"[input]\n{toml}\n")
    assert values(inputs) == RIGHT


def test_a_first_line_that_states_the_separator_counts_as_a_row(tmp_path: Path) -> None:
    data = ("sep=;\n" + HEAD + "7,2014-01-01,x,Café\n" * 2).replace(",", ";")
    with pytest.raises(InputError, match=r"Transactions.csv, row 3, column amount, value 'x'"):
        shop.read(tmp_path, {"Transactions.csv": data.encode()}, "")
    message = r"row 1: this line says that the separator is ';'.*separator = \"auto\" or \";\""
    with pytest.raises(InputError, match=message):
        shop.read(tmp_path, {"Transactions.csv": data.encode()}, '[input]\nseparator = ","\n')


def test_parquet_is_checked_like_text(tmp_path: Path) -> None:
    table = pa.table(
        {
            "customer_id": pa.array([7, 8, 9]),
            "date": pa.array([date(2014, 1, 1), date(2014, 1, 2), None]),
            "amount": pa.array([Decimal("1.50"), Decimal("-2.25"), Decimal("3")]),
            "channel": pa.array(["Café", "Straße", "x"]).dictionary_encode(),
        }
    )
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "sales.parquet")
    toml = '[input]\ntransactions = "sales.parquet"\nmax_rejected_share = 0.5\n'
    inputs = shop.read(tmp_path, {}, toml)
    assert values(inputs) == RIGHT
    assert shop.rejects(inputs) == [(3, "date", "")]


def test_moments_and_floats_of_parquet(tmp_path: Path) -> None:
    table = pa.table(
        {
            "customer_id": pa.array([7.0, 8.0]),
            "date": pa.array(
                [datetime(2014, 7, 1, 23, 30, tzinfo=UTC)] * 2, pa.timestamp("us", "UTC")
            ),
            "amount": pa.array([0.1, 1e-7]),
        }
    )
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in" / "sales.parquet")
    toml = '[input]\ntransactions = "sales.parquet"\n[dates]\ntimezone = "Europe/Paris"\n'
    lines = shop.kept(shop.read(tmp_path, {}, toml))
    assert lines[["customer_id", "date", "amount"]].to_numpy().tolist() == [
        ["7", "2014-07-02", "0.1000000"],
        ["8", "2014-07-02", "0.0000001"],
    ]


@pytest.mark.parametrize(
    "data, parts",
    [
        (b"", ["the file is empty"]),
        (b"<!DOCTYPE html><html><body>Sign in", ["row 1", "HTML"]),
        (b"\n\n <html>\n", ["HTML"]),
        (b"PK\x03\x04rest", ["Excel workbook"]),
        (gzip.compress(LINES.encode(), mtime=0), ["compressed with gzip", ".gz"]),
        (LINES.encode("cp1252"), ["row 2", "e9", "not valid UTF-8", 'encoding = "cp1252"', "'é'"]),
        (LINES.replace("7", "\0").encode(), ["row 2", "NUL"]),
        (LINES.encode("utf-16-le"), ["NUL", "utf-16-le"]),
        (HEAD.encode(), ["no line can be used"]),
        (b'customer_id,"date\n', ["row 1", "header"]),
        (LINES.replace(",", ";").encode(), ["customer_id;date;amount;channel", "separator"]),
    ],
)
def test_what_is_not_the_text_that_was_meant_is_refused(
    tmp_path: Path, data: bytes, parts: list[str]
) -> None:
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"Transactions.csv": data})
    for part in ["Transactions.csv", *parts]:
        assert part in str(error.value)


@pytest.mark.parametrize(
    "data, parts",
    [
        (
            gzip.compress(LINES.encode() * 2000, mtime=0)[:-20],
            ["compressed file is damaged or cut"],
        ),
        (LINES.encode(), ["compressed file is damaged or cut"]),
    ],
)
def test_a_damaged_compressed_file_is_refused(
    tmp_path: Path, data: bytes, parts: list[str]
) -> None:
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"a.csv.gz": data}, '[input]\ntransactions = "a.csv.gz"\n')
    for part in parts:
        assert part in str(error.value)


def test_a_byte_order_mark_that_contradicts_the_config_is_refused(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + LINES.encode()
    with pytest.raises(InputError, match=r'byte order mark of utf-8, but .* says "cp1252"'):
        shop.read(tmp_path, {"Transactions.csv": data}, '[input]\nencoding = "cp1252"\n')


@pytest.mark.parametrize(
    "toml, part",
    [
        ('[input]\nencoding = "utf-9"\n', "no such text encoding"),
        ('[input]\nencoding = "base64"\n', "no such text encoding"),
        ('[input]\nseparator = ",,"\n', "one ASCII sign"),
        ('[input]\ndecimal = ","\nthousands = ","\n', "must differ"),
        ('[dates]\ntimezone = "Europe/Atlantis"\n', "there is no such zone"),
        ('[dates]\nas_of = "31.12.2014"\n', "YYYY-MM-DD"),
        ('[columns]\ntransactions = { customer = "7" }\n', "no field 'customer'"),
        (
            '[columns]\ntransactions = { customer_id = "customer_id" }\n',
            "needs date and amount",
        ),
        ("[input]\nheader = false\n", "position of each field"),
    ],
)
def test_keys_that_cannot_be_meant(tmp_path: Path, toml: str, part: str) -> None:
    with pytest.raises(ConfigError) as error:
        shop.read(tmp_path, {"Transactions.csv": LINES}, toml)
    assert part in str(error.value)


@pytest.mark.parametrize(
    "mapping, parts",
    [
        (
            'amount = "amuont"',
            ["no header 'amuont'", "'customer_id', 'date'", "did you mean 'amount'"],
        ),
        ('amount = "twice"', ["'twice' stands there 2 times"]),
    ],
)
def test_a_header_that_is_missing_or_ambiguous(
    tmp_path: Path, mapping: str, parts: list[str]
) -> None:
    text = "customer_id,date,amount,twice,twice\n7,2014-01-01,1,2,3\n"
    toml = f'[columns.transactions]\ncustomer_id = "customer_id"\ndate = "date"\n{mapping}\n'
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"Transactions.csv": text}, toml)
    for part in ["Transactions.csv", *parts]:
        assert part in str(error.value)


def test_unknown_headers_show_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"Transactions.csv": "cust_id,tran_date,total_amount\n1,2,3\n"})
    for part in (
        "'cust_id', 'tran_date', 'total_amount'",
        "'total_amount' is close to 'total_amt'",
    ):
        assert part in str(error.value)


@pytest.mark.parametrize(
    "header, said",
    [
        ("customer_id,datum,amount", "which column holds date. The"),
        ("cust_id,tran_dt,total_amt", "which column holds date. The"),
        ("cust_id,when,Qty,Rate,total_amt", 'such as date = "when"'),
        ("cust_id,when,Qty,Rate,Tax,total_amt", "which column holds date. The"),
        ("customer_id,date,sum", "which columns hold amount, or quantity and unit_price. The"),
        ("who,when,how_much", "hold customer_id and date and amount, or customer_id and date and"),
    ],
)
def test_only_the_headers_that_are_lacking_are_called_so(
    tmp_path: Path, header: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        shop.read(tmp_path, {"Transactions.csv": f"{header}\n1,2014-01-01,3\n"})


def test_a_file_that_is_not_there_names_the_closest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r'there is no such file.*Did you mean "Transaction.csv"'):
        shop.read(tmp_path, {"Transaction.csv": LINES})
    with pytest.raises(
        InputError, match=r"names it\. The files in .* are: cities.csv, sales.csv\.$"
    ):
        shop.read(tmp_path / "x", {"cities.csv": "code,name\n", "sales.csv": LINES})
    with pytest.raises(InputError, match=r"no file has such a name.*are: Transaction.csv"):
        shop.read(tmp_path, {}, '[input]\ntransactions = "2014-*.csv"\n')


def test_files_of_one_table_need_the_same_columns_in_any_order(tmp_path: Path) -> None:
    other = "channel,amount,date,customer_id\nweb,1.50,2014-01-03,7\nCafé,1.50,2014-01-01,7\n"
    toml = '[input]\ntransactions = "*.csv"\nduplicates = "drop"\n'
    inputs = shop.read(tmp_path, {"a.csv": LINES, "b.csv": other}, toml)
    assert values(inputs) == [*RIGHT, ["7", "2014-01-03", "1.50", "web"]]
    assert shop.books(inputs)["Repeats dropped"] == (-1, "-1.50")
    with pytest.raises(InputError, match=r"b.csv and a.csv .* only one of them has channel"):
        shop.read(tmp_path, {"b.csv": "customer_id,date,amount\n7,2014-01-03,1\n"}, toml)


def test_the_split_into_files_changes_nothing(tmp_path: Path) -> None:
    rows = [f"{n % 3},{n % 12 + 1}/{n + 1}/2014,{n}.5,x\n" for n in range(20)] * 2
    toml = '[input]\ntransactions = "*.csv"\nduplicates = "drop"\n'
    one = shop.read(tmp_path / "one", {"a.csv": HEAD + "".join(rows)}, toml)
    parts = {f"{at}.csv": HEAD + "".join(rows[at::4]) for at in range(4)}
    four = shop.read(tmp_path / "four", parts, toml)
    assert sorted(values(one)) == sorted(values(four))
    assert shop.books(one) == shop.books(four)


def test_a_file_is_read_once_until_it_or_the_config_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    real = cache.read_file
    monkeypatch.setattr(
        cache, "read_file", lambda p, n, *rest: (read.append(n), real(p, n, *rest))[1]
    )
    files = {"a.csv": LINES, "b.csv": LINES.replace("7", "9")}
    toml = '[input]\ntransactions = "*.csv"\n'
    first = shop.read(tmp_path, files, toml)
    assert sorted(read) == ["a.csv", "b.csv"]
    again = shop.read(tmp_path, files, toml + "missing = []\n[rfm]\nbins = 4\n")
    assert sorted(read) == ["a.csv", "b.csv"]
    assert values(first) == values(again)
    shop.read(tmp_path, {"b.csv": LINES.replace("7", "6")}, toml)
    assert read[2:] == ["b.csv"]
    shop.read(tmp_path, {}, toml + 'missing = ["x"]\n')
    assert sorted(read[3:]) == ["a.csv", "b.csv"]


def test_a_damaged_working_file_is_read_again(tmp_path: Path) -> None:
    inputs = shop.read(tmp_path, {"Transactions.csv": LINES})
    inputs.transactions[0].write_bytes(b"PAR1")
    for book in inputs.transactions[0].parent.glob("*.json"):
        assert book.stat().st_size
    assert values(shop.read(tmp_path, {})) == RIGHT
    for book in inputs.transactions[0].parent.glob("*.json"):
        book.write_text("{", encoding="utf-8")
    assert values(shop.read(tmp_path, {})) == RIGHT


def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = text_batches.parsed

    def grows(*arguments: object) -> object:
        with (tmp_path / "in" / "Transactions.csv").open("a") as file:
            file.write("9,2014-01-03,1,x\n")
        return real(*arguments)

    monkeypatch.setattr(text_batches, "parsed", grows)
    with pytest.raises(UnsettledInputError, match=r"Transactions.csv changed while"):
        shop.read(tmp_path, {"Transactions.csv": LINES})


def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = cache.content_hash

    def gone(path: Path, name: str) -> object:
        path.unlink()
        return real(path, name)

    monkeypatch.setattr(cache, "content_hash", gone)
    with pytest.raises(UnsettledInputError, match=r"Transactions.csv: the file has vanished"):
        shop.read(tmp_path, {"Transactions.csv": LINES})


def test_a_file_that_vanishes_between_two_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = cache.content_hash

    def gone(path: Path, name: str) -> object:
        found = real(path, name)
        os.rename(path, path.with_suffix(".old"))
        return found

    monkeypatch.setattr(cache, "content_hash", gone)
    with pytest.raises(UnsettledInputError, match=r"Transactions.csv: the file has vanished"):
        shop.read(tmp_path, {"Transactions.csv": LINES})


def test_hostile_text_is_data_and_messages_stay_printable(
    tmp_path: Path, shared_data: object
) -> None:
    naughty = (shared_data("naughty_strings") / "blns.txt").read_text(encoding="utf-8")
    texts = [t for t in naughty.split("\n") if t.strip() and "\0" not in t and "\r" not in t]
    texts += ["\u202egnp.exe", "a\u2028b", "x" * 10_000, "\ufeff7", "\x1b[31mred"]
    quoted = ['"' + text.replace('"', '""') + '"' for text in texts]
    rows = [f"{text},2014-01-01,{n}.25,{text}\n" for n, text in enumerate(quoted)]
    inputs = shop.read(tmp_path, {"Transactions.csv": HEAD + "".join(rows)})
    assert shop.kept(inputs)["channel"].tolist() == [text.strip() for text in texts]
    assert shop.kept(inputs)["customer_id"].tolist() == [text.strip() for text in texts]
    with pytest.raises(InputError) as error:
        shop.read(tmp_path, {"Transactions.csv": HEAD + f"7,{quoted[-1]},1,\n8,{quoted[-5]},1,\n"})
    assert str(error.value).isprintable()


def test_init_proposes_a_mapping_that_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "shop/ventes-2013.csv": "Order ID;Order Date;Customer;Qty;Price;Town;Memo\n1;25.12.2013;7;2;1.234,50;Nîmes;y\n",
        "shop/ventes-2014.csv": "Order ID;Order Date;Customer;Qty;Price;Town;Memo\n2;3.1.2014;8;1;0,99;Nîmes;x\n",
        "shop/clients.csv": "Customer;Date of birth;Sex\n7;1.2.1970;f\n8;13.1.1980;m\n",
    }
    shop.put(tmp_path, {name: text.encode("cp1252") for name, text in files.items()})
    monkeypatch.chdir(tmp_path)
    text = intake.propose([Path(name) for name in files]).text
    (tmp_path / "retail.toml").write_text(text, encoding="utf-8")
    assert '#   "Memo"  such as' in text
    inputs = intake.read(config.load(tmp_path / "retail.toml"))
    lines = shop.kept(inputs)
    assert lines[["transaction_id", "date", "amount", "city"]].to_numpy().tolist() == [
        ["1", "2013-12-25", "2469.00", "Nîmes"],
        ["2", "2014-01-03", "0.99", "Nîmes"],
    ]
    assert {"birth_date", "gender"} <= inputs.features
