"""The seven levels as the grid's colour and as a filter; all settings reset."""

from __future__ import annotations

import pytest
from driving import chips, opened, see, settled

from retail.segments.naming_conventions import SEVEN_LEVELS

LEGEND = "() => [...document.querySelectorAll('.legend.levels button')].map((button) => button.textContent)"
ROWS = "() => window.retailReport.linked.mounted.get('rfm-grid').table().rows"


@pytest.mark.needs_data("case_study")
def test_levels_colour_the_grid_and_filter(page, case_site) -> None:
    people = case_site.report["customers"]
    scored = people[people["group"] == "scored"]
    opened(page, case_site)
    page.locator("#rfm-grid .settings > summary").click()
    page.get_by_label("Colour").select_option("level")
    page.keyboard.press("Escape")
    settled(page)
    see(page, "rfm-grid")
    counts = scored["seven_level"].value_counts()
    assert page.evaluate(LEGEND) == [
        f"{name}: {counts[name]:,} ({counts[name] / len(scored):.1%})"
        for name in SEVEN_LEVELS.names
    ]
    for row in page.evaluate(ROWS):
        there = scored[(scored["r"] == row["r"]) & (scored["f"] == row["f"])][
            "seven_level"
        ].value_counts()
        assert there[row["level"]] == there.max(), (row, there)
    page.locator(".legend.levels button").first.click()
    settled(page)
    assert chips(page) == ["Gold"]
    assert sum(row["customers"] for row in page.evaluate(ROWS)) == counts["Gold"]
    assert "level=Gold" in page.evaluate("location.hash")
    assert page.locator("#customer-count").text_content().startswith(f"{counts['Gold']:,} of ")


@pytest.mark.needs_data("case_study")
def test_reset_all_takes_settings_back_too(page, case_site) -> None:
    opened(
        page,
        case_site,
        "#channel=e-Shop&colour=level&components=5&clusters=3&scored=selection&area=net",
    )
    page.locator(".reset").click()
    settled(page)
    assert "colour=level" in page.evaluate("location.hash")  # filters alone
    page.locator(".reset-all").click()
    settled(page)
    assert page.evaluate("location.hash").strip("#") == ""
    assert page.locator(".reset-all").is_disabled()
