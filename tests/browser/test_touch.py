"""A phone: marks are tapped, days and axes dragged with a finger, what drops down stays in sight."""

from __future__ import annotations

import pytest
from driving import opened, place_of, see, settled

WIDTH = 360
PICKERS = """() => [...document.querySelectorAll(".picker")].map((picker) => {
  document.querySelector(".sheet").open = true;
  picker.open = true;
  const list = picker.querySelector("fieldset").getBoundingClientRect();
  const labels = [...picker.querySelectorAll("label")].map((it) => it.getBoundingClientRect().height);
  picker.open = false;
  return [list.left, list.right, Math.min(...labels)];
})"""


@pytest.fixture
def phone(new_page, sample_site):
    page = new_page(
        viewport={"width": WIDTH, "height": 780},
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
    )
    return opened(page, sample_site)


def filters(page) -> str:
    settled(page)
    return page.evaluate("location.hash")


def drag(page, box, across: float) -> None:
    """A finger from 10 pixels within a box, so far to the right."""
    session = page.context.new_cdp_session(page)
    x, y = box["x"] + 10, box["y"] + 40

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 7):
        touch("touchMove", {"x": x + across * step / 6, "y": y + 1})
    touch("touchEnd")


@pytest.mark.parametrize(
    "figure, datum, said",
    [
        ("channels", "Web", "channel=Web"),
        ("rfm-grid", {"r": 5, "f": 5}, "cell=R5F5"),
        ("scatter", 0, "cluster="),
    ],
)
def test_a_tap_shows_a_mark_the_second_selects_it(phone, figure, datum, said) -> None:
    place_of(phone, figure, datum)  # brings it into sight
    settled(phone)
    place = place_of(phone, figure, datum)
    phone.touchscreen.tap(*place)
    assert said not in filters(phone)
    assert phone.locator(".tooltip").is_visible()
    phone.touchscreen.tap(*place)
    assert said in filters(phone)
    phone.touchscreen.tap(*place_of(phone, figure, datum))  # it is shown still
    assert said not in filters(phone)


def test_a_finger_brushes_days_and_moves_an_axis(phone) -> None:
    trend = phone.locator('[data-figure="trend"] .figure-chart')
    trend.scroll_into_view_if_needed()
    box = trend.bounding_box()
    drag(phone, {**box, "x": box["x"] + 60}, 120)
    assert "from=" in filters(phone)
    phone.locator(".reset").tap()
    settled(phone)
    see(phone, "parallel")
    names = phone.locator(".axes .axis")
    names.first.scroll_into_view_if_needed()
    usual = names.all_text_contents()
    drag(phone, names.first.bounding_box(), 70)
    settled(phone)
    assert names.all_text_contents() != usual
    assert sorted(names.all_text_contents()) == sorted(usual)


def test_what_drops_down_is_in_sight_and_large_enough(phone) -> None:
    for left, right, height in phone.evaluate(PICKERS):
        assert left >= 0
        assert right <= WIDTH
        assert height >= 24
    assert phone.evaluate("document.documentElement.scrollWidth") <= WIDTH
