"""Dates of whole vendors: months in other languages, clocks with zones, numbers that count; each by its key."""

from __future__ import annotations

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import babel.dates
import pyarrow as pa
import pytest
import shop
from hypothesis import assume, given
from hypothesis import strategies as st

from retail import intake
from retail.errors import ConfigError, InputError
from retail.intake.values import date_evidence, dates
from retail.intake.values.date_style import DateStyle

HEAD = "customer_id,date,amount\n"
PLAIN = DateStyle()
DAYS = st.dates(datetime.date(1900, 3, 1), datetime.date(2099, 12, 31))
LANGUAGES = (
    *("de", "fr", "es", "it", "pt", "nl", "pl", "sv", "da", "nb", "fi", "cs", "sk"),
    *("hu", "ro", "tr", "ru", "uk", "el", "hr", "sl", "et", "id", "ca", "bg"),
)
UTC = datetime.UTC


def day(text: str, style: DateStyle = PLAIN) -> str | None:
    """The day that is read, as ISO, or None where the text is refused."""
    found = dates.read(text, style)
    return None if found is None or found.day_first is None else dates.iso(found.day_first)


@given(DAYS, st.sampled_from(LANGUAGES))
def test_long_dates_of_a_language_are_read_by_its_key(one: datetime.date, language: str) -> None:
    text = babel.dates.format_date(one, "long", locale=language)
    assert day(text, DateStyle(language=language)) == one.isoformat()
    keys = date_evidence.keys_for([text])
    if keys is not None:  # an English name, or the first language of those that agree
        assert day(text, DateStyle(**keys)) == one.isoformat()
    if keys != {}:
        assert day(text) is None


def test_names_of_months_that_mean_two_months_are_no_evidence_for_a_language() -> None:
    assert (
        date_evidence.keys_for(["1 listopada 2025"]) is None
    )  # October in Zagreb, November in Warsaw
    assert day("1 listopada 2025", DateStyle(language="hr")) == "2025-10-01"
    assert day("1 listopada 2025", DateStyle(language="pl")) == "2025-11-01"
    assert date_evidence.keys_for(["1 juin 2025", "2 août 2025"]) == {"language": "fr"}
    assert date_evidence.keys_for(["1 fevr. 25"]) == {"language": "fr", "century": 2000}


@pytest.mark.parametrize(
    "text, style, expected",
    [
        ("01-Apr-25", DateStyle(century=2000), "2025-04-01"),
        ("Apr 1, 99", DateStyle(century=1900), "1999-04-01"),
        ("01/Apr/25 5:03:27 PM", DateStyle(century=2000), "2025-04-01"),
        ("1er juin 2025", DateStyle(language="fr"), "2025-06-01"),
        ("1 de jun. de 2025", DateStyle(language="pt-BR"), "2025-06-01"),
        ("1. Mrz 2025", DateStyle(language="de"), "2025-03-01"),
        ("1. Juni 2025", DateStyle(language="de"), "2025-06-01"),
        ("2025. június 1.", DateStyle(language="hu"), "2025-06-01"),
    ],
)
def test_months_with_their_key_and_without(text: str, style: DateStyle, expected: str) -> None:
    assert day(text, style) == expected
    assert day(text) is None


@pytest.mark.parametrize(
    "text, zone, expected",
    [
        ("Jun 1, 2025 10:03:27 PM PDT", "America/Los_Angeles", "2025-06-01"),
        ("Jun 1, 2025 10:03:27 PM PDT", "America/New_York", "2025-06-02"),
        ("Jun 1, 2025, 10:03 p.m. PDT", "America/New_York", "2025-06-02"),
        ("1 Jun 2025 22:03:27 GMT-7", "Europe/Paris", "2025-06-02"),
        ("01.06.2025 22:03:27 UTC", "Europe/Berlin", "2025-06-02"),
        ("2025/06/01 23:30:00 JST", "Asia/Tokyo", "2025-06-01"),
        ("2025-01-01 00:30 CST", "Asia/Shanghai", "2025-01-01"),  # the zone's own name
        ("2025-01-01 00:30 CST", "America/Denver", "2024-12-31"),
        ("2025-01-01 00:30 CST", "Europe/Berlin", "2025-01-01"),
        ("2025-06-01 23:30 JST", "Europe/Berlin", None),  # not the shop's, and not in RFC 5322
        ("2025-06-01 23:30 XYZ", "Europe/Berlin", None),
        ("2025-06-01 23:30 +25:00", "Europe/Berlin", None),
        ("2025-06-01 13:30 PM", "Europe/Berlin", None),
        ("2025-06-01 0:30 AM", "Europe/Berlin", None),
        ("2025-06-01 12:30 AM", "Europe/Berlin", "2025-06-01"),
        ("2025/6/1 下午 5:03:27 +0000", "Asia/Taipei", "2025-06-02"),
        ("2025年6月1日上午5:03 +0000", "Asia/Taipei", "2025-06-01"),
        ("2025/6/1 午後5:03 +0000", "Asia/Tokyo", "2025-06-02"),
        ("2025/6/1 下午 17:03", "Asia/Taipei", None),
        ("2025/6/1 下午 5:03 PM", "Asia/Taipei", None),
    ],
)
def test_a_clock_with_a_zone_is_a_day_of_the_shop(
    text: str, zone: str, expected: str | None
) -> None:
    assert day(text, DateStyle(ZoneInfo(zone))) == expected


ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"])


@given(st.integers(31_536_000, 4_000_000_000), ZONES, ZONES)
def test_offsets_epochs_and_source_zones_agree_with_datetime(
    seconds: int, shop_zone: str, written_in: str
) -> None:
    zone, other = ZoneInfo(shop_zone), ZoneInfo(written_in)
    aware = datetime.datetime.fromtimestamp(seconds, UTC)
    right = aware.astimezone(zone).date().isoformat()
    written = aware.astimezone(other)
    assert day(written.strftime("%Y-%m-%d %H:%M:%S%z"), DateStyle(zone)) == right
    assert day(written.strftime("%d %b %Y %I:%M:%S %p GMT%z"), DateStyle(zone)) == right
    assert day(written.isoformat(), PLAIN) == written.date().isoformat()  # as written
    assert day(str(seconds), DateStyle(zone, numbers="epoch seconds")) == right
    assert day(f"{seconds * 1000 + 999}", DateStyle(zone, numbers="epoch milliseconds")) == right
    assert day(str(seconds)) is None
    assume(written.astimezone(UTC) == written.replace(fold=0).astimezone(UTC))
    bare = written.strftime("%Y-%m-%dT%H:%M:%S")
    assert day(bare, DateStyle(zone, source_zone=other)) == right
    assert day(bare, DateStyle(zone)) == written.date().isoformat()


@given(DAYS, st.integers(0, 86_399))
def test_serial_numbers_are_days_of_the_1900_system(one: datetime.date, second: int) -> None:
    serial = (one - datetime.date(1899, 12, 30)).days
    style = DateStyle(numbers="spreadsheet days")
    assert day(str(serial), style) == one.isoformat()
    assert day(repr(serial + second / 86_400), style) == one.isoformat()
    assert day(f"{serial},5", style) == one.isoformat()
    assert day(str(serial)) is None


@pytest.mark.parametrize(
    "number, expected",
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("60", None),  # the 29 February 1900 that there never was
        ("61", "1900-03-01"),
        ("45809.9999999999", "2025-06-02"),  # midnight, less what a float lacks
        ("73050", "2099-12-31"),
        ("73051", None),
        ("0", None),
        ("-1", None),
        ("1e5", None),
        ("99999999999999", None),
    ],
)
def test_the_edges_of_serial_numbers(number: str, expected: str | None) -> None:
    assert day(number, DateStyle(numbers="spreadsheet days")) == expected


@given(st.text("0123456789-/.: APMZ+年月日JunoJuin", max_size=22))
def test_without_a_key_no_new_form_is_read(text: str) -> None:
    """What is read without keys is so with them too, unless it is a number."""
    found, keys = dates.read(text, PLAIN), date_evidence.keys_for([text])
    assert (found is None) == (keys != {})
    if found is None and keys:
        assert dates.read(text, DateStyle(**keys)) is not None


def files(*written: str) -> dict[str, str]:
    rows = [f'{at},"{text}",10\n' for at, text in enumerate(written)]
    return {"Transactions.csv": HEAD + "".join(rows)}


def test_offsets_without_a_timezone_are_a_question(tmp_path: Path) -> None:
    lines = files("2025-01-31 21:00:00 -0500", "2025-02-01 11:00:00 -0400")
    with pytest.raises(InputError) as question:
        shop.read(tmp_path, lines)
    for part in ("column date", "(-0400, -0500)", "[dates] timezone", '"as written"'):
        assert part in str(question.value)
    inputs = shop.read(tmp_path, lines, '[dates]\ntimezone = "as written"\n')
    assert shop.kept(inputs)["date"].tolist() == ["2025-01-31", "2025-02-01"]
    assert inputs.tables["date_evidence"]["evidence"][0].endswith(
        "offsets -0400, -0500: days as written"
    )
    inputs = shop.read(tmp_path, lines, '[dates]\ntimezone = "Europe/Paris"\n')
    assert shop.kept(inputs)["date"].tolist() == ["2025-02-01", "2025-02-01"]


def test_moments_that_are_counted_ask_for_a_timezone_too(tmp_path: Path) -> None:
    lines = files("1748822400", "1748908800")
    keys = '[dates]\nnumbers = "epoch seconds"\n'
    with pytest.raises(InputError, match=r"numbers = \"epoch seconds\" if this is one"):
        shop.read(tmp_path, lines)
    with pytest.raises(InputError, match="timezone"):
        shop.read(tmp_path, lines, keys)
    inputs = shop.read(tmp_path, lines, keys + 'timezone = "America/New_York"\n')
    assert shop.kept(inputs)["date"].tolist() == ["2025-06-01", "2025-06-02"]


def test_times_of_another_zone_are_shifted_by_a_key(tmp_path: Path) -> None:
    lines = files("2025-05-31 23:30", "2025-06-01 11:00")
    keys = '[dates]\nsource_timezone = "UTC"\n'
    with pytest.raises(ConfigError, match="needs timezone"):
        shop.read(tmp_path, lines, keys)
    inputs = shop.read(tmp_path, lines, keys + 'timezone = "Europe/Berlin"\n')
    assert shop.kept(inputs)["date"].tolist() == ["2025-06-01", "2025-06-01"]
    assert shop.kept(shop.read(tmp_path, lines))["date"][0] == "2025-05-31"


@pytest.mark.parametrize("key", ['language = "xx"', 'language = "???"', 'source_timezone = "Mars"'])
def test_what_there_is_not_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ConfigError, match=key.split(" ")[0]):
        shop.read(tmp_path, files("2025-01-01"), f"[dates]\n{key}\n")


@pytest.mark.parametrize(
    "written, keys",
    [
        (("01-Apr-25", "15-Dec-24"), {"century": "century = 2000\n"}),
        (("13.01.97", "14.01.97"), {"century": "century = 1900\n"}),
        (("1748822400", "1748908800"), {"numbers": 'numbers = "epoch seconds"\n'}),
        (("45809", "45810.25"), {"numbers": 'numbers = "spreadsheet days"\n'}),
        (("1 juin 2025", "2 juil. 2025"), {"language": 'language = "fr"\n'}),
        (("2025-01-01", "2025-01-02"), {}),
    ],
)
def test_init_proposes_the_keys_of_dates(
    tmp_path: Path, written: tuple[str, str], keys: dict[str, str]
) -> None:
    shop.put(tmp_path, files(*written))
    proposal = intake.propose([tmp_path / "Transactions.csv"])
    found = {key: line for key, line in proposal.dates.items() if key != "timezone"}
    assert found == keys


def test_init_proposes_a_timezone_where_offsets_ask_for_one(tmp_path: Path) -> None:
    shop.put(tmp_path, files("2025-01-31 21:00:00 -0500", "2025-02-01 11:00:00 -0500"))
    line = intake.propose([tmp_path / "Transactions.csv"]).dates["timezone"]
    assert line.startswith('timezone = "as written"  # ')
    assert "-0500" in line
    shop.put(tmp_path, files("2025-01-31T21:00:00Z", "2025-02-01T11:00:00Z"))
    line = intake.propose([tmp_path / "Transactions.csv"]).dates["timezone"]
    assert line.startswith("# timezone = ")  # left as a question


def test_a_column_of_many_moments_is_read_as_one_by_one() -> None:
    texts = [f"2025-06-{at % 30 + 1:02} {at % 24:02}:15" for at in range(200)]
    style = DateStyle(ZoneInfo("Asia/Tokyo"), source_zone=ZoneInfo("UTC"))
    for one in (style, PLAIN):
        found = dates.DateReader(one).column(pa.array(texts))
        assert [dates.iso(value) for value in found.day_first] == [day(text, one) for text in texts]
