"""On paper: the filters, every chart as lines and letters, nothing beyond the edge."""

from __future__ import annotations

import re

import pytest
from driving import opened
from sites import Site

PAPER = 700  # pixels of A4 between its margins
STATE = "#from=2024-03-01&to=2024-12-31&channel=Web&cluster=1"
PRINTED = """() => [...document.querySelectorAll("figure.figure")]
  .filter((figure) => !figure.closest("details:not([open])"))
  .map((figure) => {
    const box = figure.querySelector(".figure-chart > svg.print-only")?.getBoundingClientRect();
    const canvas = figure.querySelector("canvas");
    return { key: figure.dataset.figure, width: box?.width ?? 0, right: box?.right ?? 0,
      texts: figure.querySelectorAll("svg.print-only text").length,
      hasCanvas: Boolean(canvas?.getClientRects().length) };
  })"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dashboard_on_paper(new_page, sample_site: Site, scheme: str) -> None:
    page = new_page(viewport={"width": PAPER, "height": 1000}, color_scheme=scheme)
    opened(page, sample_site, STATE)
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    chips = page.locator("#chips").inner_text()
    for words in ("2024-03-01 to 2024-12-31", "Web", "Cluster"):
        assert words in chips
    for control in (".sheet", ".reset", ".help-button"):
        assert page.locator(control).is_hidden()
    figures = page.evaluate(PRINTED)
    assert len(figures) >= 10  # those below, which nobody has scrolled to, are drawn too
    for figure in figures:
        assert figure["width"] > 200, figure
        assert figure["right"] <= PAPER, figure
        assert figure["texts"] > 0 or figure["key"] == "products", figure
        assert not figure["hasCanvas"], figure
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 254)"
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator(".print-only").count() == 0


def test_a_pdf_has_no_bitmaps_and_is_a4(page, sample_site: Site) -> None:
    opened(page, sample_site, STATE)
    paper = page.pdf(format="A4")
    assert set(re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", paper)) == {
        (b"595.91998", b"842.88")
    }
    assert not re.findall(rb"/Subtype\s*/Image", paper)
    assert 4 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 14


@pytest.mark.parametrize("name", ["segments", "clusters", "movement", "quality"])
def test_other_pages_fit_the_paper(new_page, sample_site: Site, name: str) -> None:
    page = new_page(viewport={"width": PAPER, "height": 1000})
    page.goto((sample_site.folder / f"{name}.html").as_uri())
    page.wait_for_load_state()
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for figure in page.evaluate(PRINTED):
        assert figure["width"] > 150, figure
        assert figure["right"] <= PAPER + 1, figure
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
