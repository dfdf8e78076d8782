"""The menu of every figure of the dashboard: its table, its files, its link."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from driving import QUIET, bring, opened

pytestmark = pytest.mark.slow
STATE = "#channel=Web&cluster=1,2"


def test_every_figure_gives_its_table_its_files_and_its_link(new_page, sample_site) -> None:
    page = opened(new_page(permissions=["clipboard-read", "clipboard-write"]), sample_site, STATE)
    figures = page.locator("figure.figure")
    keys = [figures.nth(at).get_attribute("data-figure") for at in range(figures.count())]
    assert {"trend", "calendar", "products", "map", "rfm-grid", "scatter", "parallel"} < set(keys)
    for key in keys:
        figure = page.locator(f'[data-figure="{key}"]')
        bring(page, f'[data-figure="{key}"]')
        figure.scroll_into_view_if_needed()
        figure.locator("canvas").first.wait_for()
        page.wait_for_function(QUIET)

        def chosen(entry: str, figure=figure) -> None:
            figure.locator(".menu summary").click()
            figure.get_by_role("button", name=entry, exact=True).click()

        def saved(entry: str, chosen=chosen) -> bytes:
            with page.expect_download() as download:
                chosen(entry)
            return Path(download.value.path()).read_bytes()

        assert saved("PNG").startswith(b"\x89PNG\r\n"), key
        drawing = ElementTree.fromstring(saved("SVG"))
        assert len(list(drawing.iter("{http://www.w3.org/2000/svg}path"))) > 2, key
        source = json.loads(saved("Vega-Lite source"))
        assert "vega-lite" in source["$schema"], key
        assert source["data"]["values"], key
        rows = list(csv.reader(StringIO(saved("CSV").decode())))[1:]
        chosen("Table view")
        page.wait_for_function(QUIET)
        shown = figure.locator("tbody tr").count()
        assert 0 < shown <= len(rows), key
        if shown < len(rows):
            assert f" of {len(rows):,} rows" in figure.locator(".table-foot").text_content(), key
        chosen("Copy link")
        page.wait_for_function(
            "([start, end]) => navigator.clipboard.readText()"
            ".then((text) => text.startsWith(start) && text.endsWith(end))",
            arg=[f"{sample_site.url}{STATE}", f"&show={key}"],
        )
