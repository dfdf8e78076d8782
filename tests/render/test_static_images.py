"""Static charts for readers without scripts."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pandas as pd
import pytest

from retail.charts.figure import Figure
from retail.errors import MachineError
from retail.render import Slice, publish, render, static_images
from retail.schema.table import Column
from retail.schema.units import Units

UNITS = Units(money_scale=2, quantity_scale=0)
HOSTILE = "</svg><script>alert(1)</script>"


def bars(rows: pd.DataFrame, key: str = "rfm-grid") -> Figure:
    spec = {
        "data": {"name": "rows"},
        "width": "container",
        "mark": "bar",
        "encoding": {
            "y": {"field": "name", "type": "nominal"},
            "x": {"field": "net", "type": "quantitative"},
        },
    }
    columns = (Column("name", "text", "name"), Column("net", "money", "net revenue"))
    return Figure(key, "Bars", "Net revenue by name.", spec, rows, columns, 200)


def test_a_page_shows_the_still_when_scripts_are_off(small_report, run, tmp_path):
    figure = bars(pd.DataFrame({"name": [HOSTILE, "Shoes"], "net": [2.5, 1.25]}))
    files = render(small_report, {figure.key: figure}, run, static={figure.key})
    [path] = [path for path in files if path.startswith("assets/still-")]
    drawing = ElementTree.fromstring(files[path])
    assert drawing.tag.endswith("svg")
    texts = {node.text for node in drawing.iter() if node.text}
    assert HOSTILE in texts
    assert not [node for node in drawing.iter() if node.tag.endswith("script")]
    page = files["segments.html"].decode()
    shown = page[page.index("<noscript>") : page.index("</noscript>")]
    assert f'src="{path}"' in shown
    assert 'alt="Bars. Net revenue by name.' in shown
    publish(files, tmp_path / "site")


def test_a_page_of_a_slice_shows_its_own(small_report, run, tmp_path):
    rows = pd.DataFrame({"name": ["Books", "Shoes"], "net": [2.5, 1.25]})
    slices = [
        Slice(name, f"Only {name}.", small_report, {"rfm-grid": bars(rows.assign(net=net))})
        for name, net in (("Web", 1.0), ("Phone", 2.0))
    ]
    files = render(small_report, {"rfm-grid": bars(rows)}, run, slices=slices, static={"rfm-grid"})
    shown = {}
    for page in ("segments", "slice-web-", "slice-phone-"):
        [name] = [path for path in files if path.startswith(page) and path.endswith(".html")]
        [shown[page]] = re.findall('class="figure-still" src="([^"]+)"', files[name].decode())
    assert len(set(shown.values())) == 3
    assert all(files[path].startswith(b"<svg") for path in shown.values())
    publish(files, tmp_path / "site")
    assert not [path for path in render(small_report, {}, run, slices=slices) if "/still-" in path]


def test_the_name_follows_from_what_is_drawn():
    rows = pd.DataFrame({"name": ["Books"], "net": [2.5]})
    drawings = [
        static_images.draw({figure.key: figure}, UNITS)
        for figure in (bars(rows), bars(rows.copy()), bars(rows.assign(net=3.5)))
    ]
    first, same, other = (drawing.paths["rfm-grid"] for drawing in drawings)
    assert first == same != other
    assert drawings[0].files == drawings[1].files


def test_of_many_customers_some_are_drawn():
    rows = pd.DataFrame({"customer_id": [str(n) for n in range(2_500)], "name": "x", "net": 1.0})
    drawn = static_images.specification(bars(rows), UNITS)["datasets"]["rows"]
    assert [row["customer_id"] for row in drawn[:2]] == ["0", "3"]
    assert (
        len(
            static_images.specification(bars(rows.drop(columns="customer_id")), UNITS)["datasets"][
                "rows"
            ]
        )
        == 2_500
    )


def test_a_chart_that_cannot_be_drawn_is_told():
    figure = bars(pd.DataFrame({"name": ["Books"], "net": [2.5]}))
    broken = replace(figure, spec={**figure.spec, "mark": "no such mark"})
    with pytest.raises(
        MachineError, match=r"static chart x couldn't be drawn: .+stills = \"none\""
    ):
        static_images.draw({"x": broken}, UNITS)


def test_what_the_last_run_drew_is_not_drawn_again(tmp_path, monkeypatch):
    rows = pd.DataFrame({"name": ["Books"], "net": [2.5]})
    first = static_images.draw({"a": bars(rows), "b": bars(rows)}, UNITS, tmp_path / "kept").files
    monkeypatch.setattr(static_images, "_drawn", None)
    again = static_images.draw({"a": bars(rows)}, UNITS, tmp_path / "kept").files
    assert again.items() <= first.items()
    assert len(list((tmp_path / "kept").iterdir())) == 1  # no figure is called b any more
