"""The grammar of delimited text: every record exact with its row, set aside, or the file refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import strict
from hypothesis import given, settings
from hypothesis import strategies as st

from retail.errors import InputError
from retail.intake.source import records as grammar
from retail.intake.source.records import Records
from retail.intake.source.text_batches import parsed

Found = tuple[list[str], list[tuple[int, list[str]]], list[tuple[int, int]]]


def chunks(text: str, size: int) -> Iterator[bytes]:
    data = text.encode()
    return iter([data[at : at + size] for at in range(0, len(data), size)] or [b""])


def read(
    text: str, separator: str = ",", quoted_newlines: bool = False, size: int = 1 << 20
) -> Found:
    """First record, the others with their rows, and row and length of those set aside."""
    records = Records(chunks(text, size), "sales.csv", separator, quoted_newlines, True)
    code = 9 if separator == "blanks" else ord(separator)
    good: list[tuple[int, list[str]]] = []
    for batch in records.batches():
        rows = parsed(batch, records.width, code).to_pylist()
        good += [
            (int(row), list(values.values())) for row, values in zip(batch.rows, rows, strict=True)
        ]
    return records.first, good, [(bad.row, bad.lines) for bad in records.bad]


@settings(max_examples=400)
@given(
    text=st.text(alphabet='ab,""\n\n\r; é', max_size=40),
    has_good_header=st.booleans(),
    quoted_newlines=st.booleans(),
    size=st.sampled_from([1, 2, 3, 7, 1000]),
    window=st.sampled_from([3, 1 << 15]),
)
def test_any_text_is_read_as_a_strict_reader_would(
    text: str, has_good_header: bool, quoted_newlines: bool, size: int, window: int
) -> None:
    text = "h,i\n" + text if has_good_header else text
    size = size if len(text[:size].encode()) == len(text[:size]) else 1000
    judged = strict.judge(text, ",", quoted_newlines, size)
    usual, grammar.SMALL_WINDOW = grammar.SMALL_WINDOW, window
    try:
        first, good, bad = read(text, ",", quoted_newlines, size)
    except InputError:
        is_headless = not judged.records or judged.records[0][1] is None
        assert judged.is_open or is_headless
        return
    finally:
        grammar.SMALL_WINDOW = usual
    assert not judged.is_open
    assert judged.records[0][1] == first
    others = judged.records[1:]
    is_good = [fields is not None and len(fields) == len(first) for _, fields in others]
    assert good == [record for record, good_one in zip(others, is_good, strict=True) if good_one]
    assert sorted(row for row, _ in bad) == [
        row for (row, _), good_one in zip(others, is_good, strict=True) if not good_one
    ]


def test_each_csv_of_the_spectrum_reads_as_its_json(shared_data: Callable[[str], Path]) -> None:
    folder = shared_data("csv_spectrum")
    for path in sorted((folder / "csvs").glob("*.csv")):
        expected = json.loads((folder / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        first, good, bad = read(path.read_bytes().decode(), quoted_newlines=True)
        if path.stem == "location_coordinates":  # 36'37.8"N: a quote within an unquoted value
            assert (good, bad) == ([], [(2, 1)])
            continue
        assert [dict(zip(first, values, strict=True)) for _, values in good] == expected, path.name
        assert not bad


@pytest.mark.parametrize(
    "text, good, bad",
    [
        ("a,b\n1,2\n\n3,4\n", [(2, ["1", "2"]), (4, ["3", "4"])], []),
        ("a,b\r\n1,2\r\n3,4", [(2, ["1", "2"]), (3, ["3", "4"])], []),
        ("a,b\r1,2\r3,4\r", [(2, ["1", "2"]), (3, ["3", "4"])], []),
        ("a,b\n1,2,3\n4\n5,6\n", [(4, ["5", "6"])], [(2, 1), (3, 1)]),
        ('a,b\n1"x,2\n3,4\n', [(3, ["3", "4"])], [(2, 1)]),
        ('a,b\n"1"x,2\n3,4\n', [(3, ["3", "4"])], [(2, 1)]),
        # Two stray quotes that would merge two lines into one.
        ('a,b\n1,"2\n3,4"\n5,6\n', [(4, ["5", "6"])], [(2, 2)]),
        ('a,b\n1,"2 ""x"""\n,""\n', [(2, ["1", '2 "x"']), (3, ["", ""])], []),
        ('a,b\n1,2\n3,"4', [(2, ["1", "2"])], [(3, 1)]),
        ("a,b\n1,2\rx\n3,4\n", [(3, ["3", "4"])], [(2, 1)]),
    ],
)
def test_what_is_read_and_what_is_set_aside(
    text: str, good: list[tuple[int, list[str]]], bad: list[tuple[int, int]]
) -> None:
    assert read(text)[1:] == (good, bad)


def test_rows_are_physical_lines_also_behind_quoted_line_breaks() -> None:
    _, good, bad = read('a,b\n1,"x\ny\nz"\n2,3\n4\n', quoted_newlines=True)
    assert good == [(2, ["1", "x\ny\nz"]), (5, ["2", "3"])]
    assert bad == [(6, 1)]


def test_a_quote_that_is_never_closed_is_refused_with_its_row() -> None:
    with pytest.raises(InputError, match=r"sales.csv, row 3: a quote is opened .* never closed"):
        read('a,b\n1,2\n3,"4\n5,6\n7,8\n')


def test_a_quote_that_stays_open_too_long_is_refused_without_reading_on() -> None:
    endless = 'a,b\n1,"2\n' + "3,4\n" * 600_000
    with pytest.raises(InputError, match=r"row 2: this record does not end within 1,048,576 bytes"):
        read(endless, quoted_newlines=True, size=1 << 18)


def test_a_quoted_line_break_needs_the_configs_word() -> None:
    records = Records(chunks('a,b\n1,"2\n3"\n', 99), "sales.csv", ",", False, True)
    assert list(records.batches()) == []
    assert "quoted_newlines = true" in records.bad[0].expected


@pytest.mark.parametrize("text", ["", "\n\n", "\r\n  \r\n"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(InputError, match=r"sales.csv: the file is empty"):
        read(text)


def test_runs_of_blanks_separate_values_but_not_inside_quotes() -> None:
    text = '  id  name   n \r\n 1\t"A  B"  2\r\n\r\n  3 C 4\n 5 6\n'
    first, good, bad = read(text, "blanks")
    assert first == ["id", "name", "n"]
    assert good == [(2, ["1", "A  B", "2"]), (4, ["3", "C", "4"])]
    assert bad == [(5, 1)]


@settings(max_examples=100)
@given(
    rows=st.lists(
        st.lists(st.text('ab1"', min_size=1, max_size=3), min_size=2, max_size=2), max_size=6
    ),
    blanks=st.lists(st.sampled_from([" ", "  ", "\t", " \t "]), min_size=30, max_size=30),
    size=st.sampled_from([1, 5, 1000]),
)
def test_the_number_of_blanks_does_not_matter(
    rows: list[list[str]], blanks: list[str], size: int
) -> None:
    gaps = iter(blanks)
    rows = [[value.replace('"', "") or "x" for value in row] for row in rows]
    text = "".join(
        next(gaps) + next(gaps).join(row) + next(gaps) + "\n" for row in [["h", "i"], *rows]
    )
    assert read(text, "blanks", size=size)[1] == list(enumerate(rows, 2))
