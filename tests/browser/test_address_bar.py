"""Addresses that mean nothing, and pointers over what is no mark of data: the page stays whole."""

from __future__ import annotations

import pytest
from driving import chips, opened, place_of, see, settings, settled

NAMES_OF_OBJECTS = ("__proto__", "constructor", "toString", "hasOwnProperty", "valueOf")
TITLES = """() => { const { view } = window.retailReport.linked.mounted.get("scatter");
  const found = [];
  const visit = (mark) => { for (const item of mark.items ?? []) {
    if (mark.role === "axis-title-text" || mark.role === "axis-title") found.push(item.text);
    visit(item); } };
  visit(view.scenegraph().root);
  return found.filter(Boolean); }"""


@pytest.mark.parametrize("name", NAMES_OF_OBJECTS)
@pytest.mark.parametrize("value", ["", "1", "__proto__"])
def test_names_that_every_object_has_are_unknown_in_an_address(
    page, sample_site, name, value
) -> None:
    opened(page, sample_site, f"#{name}={value}&channel=Web")
    assert chips(page) == ["Web"]
    notice = page.locator("#notice").text_content()
    assert notice == (f"The link asks for what is not here, which was ignored: {name} {value}.")
    see(page, "trend")


@pytest.mark.parametrize("name", ["channel", "product", "sort", "measure", "grain", "across"])
def test_values_that_every_object_has_are_unknown_in_an_address(page, sample_site, name) -> None:
    address = "&".join(f"{name}={value}" for value in NAMES_OF_OBJECTS)
    opened(page, sample_site, f"#{address}")
    notice = page.locator("#notice").text_content()
    assert all(f"{name} {value}" in notice for value in NAMES_OF_OBJECTS)
    assert chips(page) == []


def test_the_axes_of_the_scatter_are_named_for_the_components_chosen(page, sample_site) -> None:
    opened(page, sample_site, "#components=5&across=3&up=5")
    see(page, "scatter")
    assert page.evaluate(TITLES) == ["Component 3", "Component 5"]
    across, up, components = (
        page.locator(f'.choice:has(> span:text-is("{name}")) select')
        for name in ("X axis", "Y axis", "Components")
    )
    settings(page)
    assert (across.input_value(), up.input_value()) == ("3", "5")
    across.select_option("4")
    settled(page)
    assert page.evaluate(TITLES) == ["Component 4", "Component 5"]
    components.select_option("4")
    settled(page)
    assert page.evaluate(TITLES) == ["Component 4", "Component 2"]
    page.go_back()
    page.wait_for_url("**#components=5&across=4&up=5")
    settled(page)
    assert page.evaluate(TITLES) == ["Component 4", "Component 5"]


def test_a_pointer_over_a_border_of_the_map_shows_no_tip(page, sample_site) -> None:
    opened(page, sample_site)
    place_of(page, "map", [0, 0])
    borders = page.evaluate(
        """() => { const it = window.retailReport.linked.mounted.get("map"), { view } = it;
        window.overBorder = 0;
        view.addEventListener("pointermove", (event, item) => {
          if (item?.mark.marktype === "shape") window.overBorder += 1; });
        const box = it.box.querySelector(".vega-canvas canvas").getBoundingClientRect();
        return [box.left, box.top, box.width, box.height]; }"""
    )
    left, top, width, height = borders
    tip = page.locator(".tooltip")
    for step in range(60):
        page.mouse.move(left + width * step / 60, top + height * (0.2 + 0.6 * (step % 7) / 7))
        if page.evaluate("window.overBorder"):
            assert not tip.is_visible()
            break
    assert page.evaluate("window.overBorder"), "the pointer met no border"
    page.mouse.click(left + width * step / 60, top + height * (0.2 + 0.6 * (step % 7) / 7))
    settled(page)
    assert chips(page) == []
