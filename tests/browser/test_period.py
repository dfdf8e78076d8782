"""One period rules the page: value, change, small line and trend, in the address, against pandas."""

from __future__ import annotations

import pandas as pd
import pytest
from driving import chips, opened, see, settled, tile
from expected import EPOCH, Filters, read

FIGURES = "window.retailReport.linked.keyFigures().values"
TREND = "window.retailReport.linked.mounted.get('trend').table().rows"


def day(text: str) -> int:
    return (pd.Timestamp(text) - EPOCH).days


@pytest.mark.parametrize("period", ["month", "3months", "12months", "year", "all"])
@pytest.mark.parametrize("compare", ["year", "previous", "none"])
def test_value_change_and_trend_are_of_the_same_days(page, sample_site, period, compare) -> None:
    expected = sample_site.expected
    opened(page, sample_site, f"#period={period}&compare={compare}&channel=Web")
    filters = read(page.url)
    figures = page.evaluate(FIGURES)
    wanted = expected.key_figures(filters)
    assert {name: it["value"] for name, it in figures.items()} == pytest.approx(wanted)
    spans = expected.compared(filters)
    if spans is None:
        assert {it["comparison"] for it in figures.values()} == {None}
    else:
        before = expected.key_figures(filters, spans[1])
        assert {name: it["before"] for name, it in figures.items()} == pytest.approx(before)
    rows = page.evaluate(TREND)
    assert sum(row["net"] for row in rows) == wanted["net"]
    if spans and period != "year":
        assert sum(row["before_net"] for row in rows) == before["net"]


def test_it_opens_on_the_last_full_month_and_counts_everyone(page, sample_site) -> None:
    opened(page, sample_site, "")
    expected = sample_site.expected.key_figures(Filters(period="month"))
    assert tile(page, "purchases") == f"{expected['purchases']:,}"
    assert chips(page) == []
    everyone = len(sample_site.expected.people)
    assert page.locator(".selected-size").text_content() == f"{everyone:,} customers"
    page.get_by_role("combobox", name="Days", exact=True).select_option("12months")
    settled(page)
    assert page.url.endswith("#period=12months")
    page.go_back()
    settled(page)
    assert page.get_by_role("combobox", name="Days", exact=True).input_value() == "month"


def test_a_link_without_a_period_is_of_all_days(page, sample_site) -> None:
    opened(page, sample_site, "#channel=Web")
    expected = sample_site.expected.key_figures(read(page.url))
    assert tile(page, "purchases") == f"{expected['purchases']:,}"
    assert page.get_by_role("combobox", name="Days", exact=True).input_value() == "all"


def test_the_trend_zooms_into_the_days_chosen_and_out_again(page, sample_site) -> None:
    opened(page, sample_site, "#from=2024-03-05&to=2024-03-20")
    everything = len(page.evaluate(TREND))
    zoom = page.locator("#trend .zoom")
    assert zoom.text_content() == "Zoom in"
    zoom.click()
    settled(page)
    assert page.url.endswith("#from=2024-03-05&to=2024-03-20&zoom=2024-03-05~2024-03-20")
    assert [row["day"] for row in page.evaluate(TREND)] == list(
        range(day("2024-03-05"), day("2024-03-20") + 1)
    )
    domain = page.evaluate(
        "window.retailReport.linked.mounted.get('trend').view.scale('x').domain().map(Number)"
    )
    assert domain == [day(text) * 86_400_000 for text in ("2024-03-05", "2024-03-21")]
    page.locator("#trend .zoom").click()
    settled(page)
    assert len(page.evaluate(TREND)) == everything


def test_a_period_of_which_days_are_missing_says_so_and_is_hatched(page, sample_site) -> None:
    opened(
        page, sample_site, "#from=2024-03-05&to=2024-03-20&zoom=2024-03-05~2024-03-20&grain=week"
    )
    see(page, "trend")
    rows = page.evaluate("window.retailReport.linked.mounted.get('trend').rows()")
    assert [row["partial"] for row in rows] == ["6 of 7 days", None, "3 of 7 days"]
    assert page.locator("#trend .partial:visible").count() == 2


def test_few_marks_are_bars_and_years_have_a_tick_each(page, sample_site) -> None:
    opened(page, sample_site, "#grain=year")
    see(page, "trend")
    ticks = page.evaluate(
        """() => { const { view } = window.retailReport.linked.mounted.get("trend"), found = [];
        const visit = (mark) => { for (const item of mark.items ?? []) {
          if (mark.role === "axis-label") found.push(item.text); visit(item); } };
        visit(view.scenegraph().root); return found; }"""
    )
    years = [text for text in ticks if text.isdigit() and len(text) == 4]
    assert years
    assert len(years) == len(set(years))
