"""The packaged Vega: right version, one global, a chart under the strict policy from disk."""

import json
import shutil
from pathlib import Path

import altair as alt
import pandas as pd

VENDOR = Path(__file__).resolve().parent.parent / "templates" / "assets" / "vendor"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'none'"
)
HTML = f"""<!doctype html><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<div id="chart"></div>
<script src="before.js"></script><script src="vendor.js"></script>
<script src="spec.js"></script><script src="draw.js"></script>
"""
BEFORE = "window.before = Object.getOwnPropertyNames(window);"
DRAW = """
(() => {
  window.leaked = Object.getOwnPropertyNames(window)
    .filter((name) => !["before", "spec", ...window.before].includes(name));
  const { vega, vegaLite, expressionInterpreter } = window.retailVega;
  const { spec } = vegaLite.compile(window.spec);
  const view = new vega.View(vega.parse(spec, {}, { ast: true }), {
    expr: expressionInterpreter, renderer: "canvas", container: "#chart", hover: true,
  });
  view.runAsync().then(() => { window.view = view; });
})();
"""
COLOURS = """() => {
  const canvas = document.querySelector("canvas");
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return [...new Set(new Uint32Array(data.buffer))].map((pixel) => pixel & 0xffffff);
}"""


def chart() -> alt.Chart:
    sales = pd.DataFrame({"month": ["Jan", "Feb", "Mar"], "net": [3, 1, 2]})
    month = alt.selection_point(name="picked", fields=["month"])
    return (
        alt.Chart(sales, width=200, height=100)
        .mark_bar(color="#123456")
        .encode(x="month", y="net", opacity=alt.condition(month, alt.value(1), alt.value(0.3)))
        .add_params(month)
    )


def test_the_bundle_speaks_the_vega_lite_that_altair_writes() -> None:
    banner = (VENDOR / "vega.js").read_text(encoding="ascii").partition("\n")[0]
    assert f"vega-lite {alt.SCHEMA_VERSION.removeprefix('v')}," in banner


def test_a_chart_is_drawn_under_the_strict_policy(page, tmp_path: Path) -> None:
    spec = chart().to_dict()
    shutil.copy(VENDOR / "vega.js", tmp_path / "vendor.js")
    (tmp_path / "before.js").write_text(BEFORE)
    (tmp_path / "spec.js").write_text(f"window.spec = {json.dumps(spec)};")
    (tmp_path / "draw.js").write_text(DRAW)
    (tmp_path / "index.html").write_text(HTML)

    page.goto((tmp_path / "index.html").as_uri())
    page.wait_for_function("window.view")

    assert page.evaluate("window.leaked") == ["retailVega"]
    assert 0x563412 in page.evaluate(COLOURS)  # the bars, as little-endian RGB

    page.mouse.click(50, 90)  # a bar, so the selection's expressions are interpreted too
    page.wait_for_function("window.view.data('picked_store').length === 1")


def test_the_bundle_keeps_to_its_weight() -> None:
    assert (VENDOR / "vega.js").stat().st_size < 1_000_000
