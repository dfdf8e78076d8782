"""Cut points that a reader moves: by dragging, by keys, in fields; and as text for retail.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from driving import opened, see, settled
from expected import Expected

from retail import config
from retail.schema.units import Units
from retail.segments import scored

SEEN = """() => {
  const { store, mounted } = window.retailReport.linked, { customers, members, names } = store.data;
  const at = [...members.id.keys()].filter((place) => customers.r[place]);
  return {
    segments: Object.fromEntries(at.map((place) => [members.id[place], names.segment[customers.segment[place]]])),
    grid: mounted.get("rfm-grid").table().rows.map(({ r, f, customers: size }) => [r, f, size]),
    cuts: window.retailReport.linked.scoring.cuts(),
  };
}"""
HANDLE = '.cut-handle[aria-label="{} cut point between scores {} and {}"]'


def handle(page, title: str, low: int, high: int):
    return page.locator(HANDLE.format(title, low, high))


def counts(people, cut: int) -> list[int]:
    """Customers with at most so many orders, and with more."""
    frequency = people["frequency"].dropna()
    return [int((frequency <= cut).sum()), int((frequency > cut).sum())]


@pytest.mark.needs_data("case_study")
def test_a_line_of_the_grid_is_dragged_and_counts_follow_at_once(page, case_site) -> None:
    opened(page, case_site)
    see(page, "rfm-grid")
    before = page.evaluate(SEEN)
    line = handle(page, "Recency", 5, 4)
    box = line.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 10)
    page.mouse.move(x, y + 20)
    during = page.evaluate(SEEN)  # the button is still held
    page.mouse.up()
    settled(page)
    after = page.evaluate(SEEN)
    assert (
        before["cuts"]["recency"][0] < during["cuts"]["recency"][0] < before["cuts"]["recency"][1]
    )
    assert after == during
    latest = sum(size for r, _, size in after["grid"] if r == 5)
    recency = case_site.expected.people["recency_days"].dropna()
    assert latest == int((recency <= after["cuts"]["recency"][0]).sum())
    assert page.locator('.chip[data-filter="cuts"]').is_visible()
    page.locator('.chip[data-filter="cuts"] button').click()  # one click takes it back
    settled(page)
    assert page.evaluate(SEEN) == before
    page.go_back()
    settled(page)
    assert page.evaluate(SEEN) == after


@pytest.mark.needs_data("case_study")
def test_keys_and_fields_move_a_cut_point(page, case_site) -> None:
    opened(page, case_site, "#frequency_cuts=1~2~3~5")
    see(page, "rfm-grid")
    people = case_site.expected.people
    line = handle(page, "Frequency", 1, 2)
    line.focus()
    page.keyboard.press("ArrowRight")
    settled(page)
    assert (
        line.get_attribute("aria-valuetext")
        == "score 1: 1 to 2 orders; score 2: no value: equal cut points"
    )
    page.locator("#rfm-grid .settings > summary").click()
    field = page.get_by_label("Frequency, orders up to: between scores 1 and 2")
    assert field.input_value() == "2"
    field.fill("1")
    field.press("Tab")
    settled(page)
    sizes = [sum(size for _, f, size in page.evaluate(SEEN)["grid"] if f == s) for s in (1, 2)]
    assert sizes == [counts(people, 1)[0], counts(people, 2)[0] - counts(people, 1)[0]]
    field.fill("9")  # a cut point stays between its neighbours
    field.press("Tab")
    settled(page)
    assert field.input_value() == "2"


@pytest.mark.needs_data("case_study")
@pytest.mark.parametrize(
    "address",
    ["#recency_cuts=30~90~180~365&monetary_cuts=1000~5000.5~9000~20000", "#frequency_cuts=1~2~3~6"],
)
def test_what_is_copied_for_retail_toml_gives_the_same_segments(
    page, case_site, tmp_path: Path, address: str
) -> None:
    opened(page, case_site, address)
    page.locator("#rfm-grid .settings > summary").click()
    page.get_by_role("button", name="Copy as retail.toml").click()
    file = tmp_path / "retail.toml"
    text = page.locator(".cuts-toml").input_value()
    file.write_text(text, "utf-8")
    assert built(case_site.expected, file) == page.evaluate(SEEN)["segments"]


def built(expected: Expected, file: Path) -> dict[str, str]:
    """The segment of each scored customer under the config of a file."""
    report = expected.report
    settings = config.load(file).segment_settings()
    units: Units = report.units
    found = scored.score(report["customers"], expected.as_of, units, settings).customers
    found = found[found["group"] == "scored"]
    return dict(zip(found["customer_id"], found["segment"], strict=True))
