"""Every mark by keyboard: one stop a chart, arrow keys between marks, Enter selects; axe finds nothing."""

from __future__ import annotations

import pytest
from driving import opened, see, settled

STOP = '[data-figure="{}"] .mark-stop'
INSIDE = """() => [...document.querySelectorAll('[role=img]')].filter((picture) =>
  picture.querySelector('a, button, input, select, textarea, summary, [tabindex]')).length"""


@pytest.fixture
def dashboard(page, sample_site):
    return opened(page, sample_site)


@pytest.mark.parametrize(
    "figure, keys, said",
    [
        ("channels", ["ArrowDown"], "channel="),
        ("products", ["ArrowRight"], "product="),
        ("rfm-grid", ["Home", "ArrowRight"], "cell=R5F2"),
        ("map", ["End"], "city="),
        ("scatter", ["ArrowRight"], "cluster="),
        ("parallel", ["Home"], "cluster="),
        ("calendar", ["End"], "from="),
    ],
)
def test_arrow_keys_reach_the_marks_and_enter_selects(dashboard, figure, keys, said) -> None:
    see(dashboard, figure)
    settled(dashboard)
    stop = dashboard.locator(STOP.format(figure))
    stop.focus()
    labels = []
    for key in keys:
        dashboard.keyboard.press(key)
        labels.append(stop.get_attribute("aria-label"))
    assert all("arrow keys go" not in label for label in labels)
    assert dashboard.locator(".tooltip").is_visible()
    dashboard.keyboard.press("Enter")
    settled(dashboard)
    assert said in dashboard.evaluate("location.hash")
    dashboard.keyboard.press("Enter")
    settled(dashboard)
    assert said not in dashboard.evaluate("location.hash")


def test_arrow_keys_go_to_the_neighbour(dashboard) -> None:
    see(dashboard, "rfm-grid")
    stop = dashboard.locator(STOP.format("rfm-grid"))
    stop.focus()
    dashboard.keyboard.press("Home")
    found = []
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        dashboard.keyboard.press(key)
        found.append(stop.get_attribute("aria-label").partition(": ")[2][:8])
    assert found == ["R 5, F 2", "R 4, F 2", "R 4, F 1", "R 5, F 1"]


def test_no_picture_holds_anything_to_focus(dashboard) -> None:
    for figure in ("rfm-grid", "parallel", "trend"):
        see(dashboard, figure)
    assert dashboard.evaluate(INSIDE) == 0
    assert dashboard.locator('[data-figure="rfm-grid"] .vega-canvas[role="img"]').count() == 1


def test_the_pointer_over_the_map_finds_no_fault(dashboard) -> None:
    see(dashboard, "map")
    box = dashboard.locator('[data-figure="map"] .figure-chart').bounding_box()
    for step in range(24):  # over borders, cities and sea; the page fixture fails on an error
        x, y = (
            box["x"] + box["width"] * (step % 6 + 0.5) / 6,
            box["y"] + box["height"] * (step // 6 + 0.5) / 4,
        )
        dashboard.mouse.move(x, y)
    assert dashboard.locator(".tooltip").count() <= 1
