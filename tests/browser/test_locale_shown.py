"""A report in the form of a country: the same text in tables, key figures, charts and drawings."""

from __future__ import annotations

import dataclasses
import re

import pytest
from driving import opened, settled, tile
from sites import Site

from retail.charts import drawing
from retail.render import RunInfo, publish, render, static_images
from retail.render.formats import Formats

INFO = RunInfo("test", "2024-03-01T02:00:00+00:00", 1.0, "pandas")
LABELS = """(key) => { const found = [];
  const walk = (item) => { if (item.text !== undefined) found.push(String(item.text));
    for (const inner of item.items ?? []) walk(inner); };
  walk(window.retailReport.linked.mounted.get(key).view.scenegraph().root);
  return found; }"""


@pytest.mark.parametrize(
    "locale, currency, tick, month, day",
    [
        ("de", "€", "10k\u00a0€", "April", "05.03.2024"),
        pytest.param("en-US", "$", "$10k", "April", "Mar 5, 2024", marks=pytest.mark.slow),
        pytest.param("de-CH", "CHF", "CHF\u00a010k", "April", "05.03.2024", marks=pytest.mark.slow),
        pytest.param("fr", "€", "10k\u00a0€", "avril", "5 mars 2024", marks=pytest.mark.slow),
    ],
)
def test_one_form_everywhere(
    page, sample_site, tmp_path, locale, currency, tick, month, day
) -> None:
    units = dataclasses.replace(sample_site.report.units, locale=locale, currency=currency)
    report = dataclasses.replace(sample_site.report, units=units)
    drawn = drawing.draw(report)
    asked = {"channels"} & static_images.DASHBOARD if locale == "de" else ()
    files = render(report, drawn, INFO, static=asked)
    site = Site(publish(files, tmp_path / "site"), report, sample_site.expected)
    formats = Formats(units)
    figures = report["key_figures"].set_index("figure")["value"]
    net = formats.money(int(figures["net"]))
    assert net in files["index.html"].decode().replace("&#39;", "'")
    opened(page, site, "#from=2024-03-05&to=2024-03-05")
    assert page.locator(".chip-words").text_content() == day
    page.locator(".reset").click()
    settled(page)
    scale = 10**units.money_scale  # in large letters, without cents
    whole = formats.money((2 * int(figures["net"]) + scale) // (2 * scale) * scale)
    assert tile(page, "net") == re.sub(r"[.,]00(?!\d)", "", whole)
    assert tile(page, "purchases") == formats.count(int(figures["purchases"]))
    assert tile(page, "return_rate") == formats.share(figures["return_rate"])
    labels = page.evaluate(LABELS, "trend")
    assert tick in labels
    assert month in labels
    page.locator('[data-figure="channels"] .menu summary').click()
    page.get_by_role("button", name="Table view").click()
    shop = report["by_channel"].iloc[0]
    row = page.locator('[data-figure="channels"] tbody tr', has_text=shop["channel"])
    row.get_by_text(formats.money(int(shop["net"]))).wait_for()
    assert re.search(rb"\r\n[^,]+,\d+\.\d+,", files["data/by_channel.csv"])
    if asked:
        [still] = [text for path, text in files.items() if path.startswith("assets/still-channels")]
        assert f"200k\u00a0{currency}" in still.decode()
