"""The dashboard of a reader whose scripts are off: key figures, drawings of the charts, tables."""

from __future__ import annotations

import re

import pytest

from retail.charts import drawing
from retail.render import RunInfo, publish, render, static_images


@pytest.fixture(scope="module")
def drawn_site(sample_site, tmp_path_factory):
    """The sample's site as a run writes it, with its drawings."""
    report = sample_site.report
    info = RunInfo("test", "2024-03-01T02:00:00+00:00", 1.0, "pandas")
    files = render(report, drawing.draw(report), info, static=static_images.DASHBOARD)
    return publish(files, tmp_path_factory.mktemp("drawn") / "site")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_dashboard_says_all_without_scripts(new_page, drawn_site, sample_site, scheme) -> None:
    page = new_page(java_script_enabled=False, color_scheme=scheme)
    page.goto((drawn_site / "index.html").as_uri())
    net = sample_site.report["key_figures"].set_index("figure").loc["net", "value"]
    shown = page.locator("#key-figures tbody tr", has_text="Net revenue").first.inner_text()
    assert f"{net / 10**sample_site.report.units.money_scale:,.2f}" in shown
    figures = page.locator("figure.figure")
    for at in range(figures.count()):
        figures.nth(at).scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert page.locator("#filters").is_hidden()
    assert not page.get_by_text("needs scripts. Its numbers").count()
    for at in range(figures.count()):
        assert figures.nth(at).locator("img.figure-still").is_visible(), figures.nth(at)
        assert figures.nth(at).locator("table tbody tr").count() > 0
    channels = page.locator("#channels")
    channels.locator(".figure-table summary").click()
    assert channels.get_by_role("cell", name=re.compile(r"[\d,]+\.\d\d")).first.is_visible()


def test_every_drawing_is_there_and_has_words(page, drawn_site) -> None:
    """The same page with scripts, where noscript is text: each drawing it names can be shown."""
    text = (drawn_site / "index.html").read_text(encoding="utf-8")
    paths = re.findall(r'<img class="figure-still" src="([^"]+)" alt="([^"]{20,})"', text)
    assert len(paths) == text.count('<figure class="figure')
    for path, _ in paths:
        drawing = (drawn_site / path).read_text(encoding="utf-8")
        assert drawing.startswith("<svg")
        assert "<script" not in drawing
