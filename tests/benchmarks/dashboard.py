"""How quick and heavy the linked dashboard is, in headless Chromium under the strict policy.

    python -m tests.benchmarks.dashboard [folder of input files]

Prints, for the case study (or the folder) and for the same with twice the lines: the time from
pointerdown to the task after the next animation frame with every visible view redrawn, the same
for each step of a brush, the first render from disk, what the page needs for it (gzipped), and the
heap after 100 changes of filters. Times on a busy machine say little: compare them with each other.
"""

from __future__ import annotations

import dataclasses
import gzip
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import msgspec
import pandas as pd

from retail import config, pipeline
from retail.charts import drawing
from retail.render import RunInfo, render
from retail.report import Report

ROOT = Path(__file__).resolve().parents[2]
USUAL = ROOT.parent / "shared" / "data" / "case_study"
CLICKS = 20
TIMER = """
window.times = [];
const afterFrame = (start) => requestAnimationFrame(() => {
  const channel = new MessageChannel();
  channel.port1.onmessage = () => window.times.push(performance.now() - start);
  channel.port2.postMessage(0);
});
let down = 0;
addEventListener("pointerdown", (event) => { down = event.timeStamp; }, true);
addEventListener("click", () => afterFrame(down), true);
addEventListener("pointermove", (event) => { if (event.buttons) afterFrame(event.timeStamp); }, true);
"""
READY = "() => document.documentElement.dataset.settled && window.retailReport.linked.store.data.members"
QUIET = "() => window.retailReport.linked.render.waiting === 0"
# Places to click, in figures that are brought to the top of the window first.
TARGETS = {
    "products": "products",
    "cell of R x F (with scatter)": "rfm-grid",
    "channel (with calendar)": "channels",
    "cluster in the legend": "scatter",
}


def report_of(source: Path, work: Path) -> Report:
    """The report of an input folder."""
    settings = msgspec.structs.replace(
        config.load(None, input=str(source)), work=str(work), base="/"
    )
    inputs = pipeline.read(settings, lambda message: None)
    aggregates = pipeline.aggregate(inputs, settings, lambda message: None)
    tables = pipeline.analyse(inputs, aggregates, settings)
    return pipeline.protect(tables, inputs, aggregates, settings).report


def twice(report: Report) -> Report:
    """The same shop with every line once more, in purchases of their own."""
    lines = report["dashboard_lines"]
    step = int(lines["purchase"].max()) + 1
    more = lines.assign(purchase=lines["purchase"] + step, transaction=lines["transaction"] + step)
    tables = {**report.tables, "dashboard_lines": pd.concat([lines, more], ignore_index=True)}
    return dataclasses.replace(report, tables=tables)


def write(report: Report, folder: Path) -> None:
    """The site of a report."""
    info = RunInfo("bench", "2020-01-01T00:00:00+00:00", 1.0, "pandas")
    for path, content in render(report, drawing.draw(report), info).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def weight(folder: Path) -> int:
    """Bytes, gzipped, of the page and of all that it loads before its first render."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    names = re.findall(r'<(?:script defer src|link rel="stylesheet" href)="([^"]+)"', page)
    files = [folder / "index.html", *(folder / name for name in names if name != "run.js")]
    return sum(len(gzip.compress(file.read_bytes())) for file in files if file.is_file())


def measure(chromium, folder: Path) -> dict[str, object]:
    """Everything that this benchmark prints about one site."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(TIMER)
    page = context.new_page()
    url = (folder / "index.html").as_uri()
    firsts = [first_render(page, url) for _ in range(5)]
    found: dict[str, object] = {"first render, ms": round(statistics.median(firsts))}
    for name, key in TARGETS.items():
        found[f"click: {name}, ms"] = round(statistics.median(clicks(page, key)), 1)
    steps = sorted(brush(page))
    found["brush step, 95 %, ms"] = round(steps[int(len(steps) * 0.95)], 1)
    found["first weight, kB gzipped"] = round(weight(folder) / 1000)
    found["heap after 100 changes, MB"] = round(heap(page) / 1e6, 1)
    context.close()
    return found


def first_render(page, url: str) -> float:
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_function(READY)
    page.wait_for_function(QUIET)
    return page.evaluate("performance.getEntriesByName('retail-first-render')[0].startTime")


def clicks(page, key: str) -> list[float]:
    """Milliseconds of each click on a figure's marks, its own views and neighbours in sight."""
    page.evaluate(
        "(key) => { const it = window.retailReport.linked.mounted.get(key);"
        " it.element.scrollIntoView({ block: 'start', behavior: 'instant' }); scrollBy(0, -60); }",
        key,
    )
    page.wait_for_timeout(600)
    page.evaluate("window.times = []")
    for at in range(CLICKS):
        if key == "scatter":
            buttons = page.locator(".legend button")
            box = buttons.nth(at % buttons.count()).bounding_box()
            place = [box["x"] + 10, box["y"] + 10]
        else:
            place = page.evaluate(
                "([key, at]) => { const box = window.retailReport.linked.mounted.get(key).box"
                ".getBoundingClientRect(); const rows = key === 'channels' ? 4 : 3; return"
                " [box.left + box.width * (0.32 + 0.15 * (at % 4)) ,"
                " box.top + (key === 'channels' ? 12 + 22 * (at % rows) : 45 + 60 * (at % rows))]; }",
                [key, at],
            )
        page.mouse.click(*place)
        page.wait_for_timeout(150)
        page.wait_for_function(QUIET)
    times = page.evaluate("window.times")
    page.evaluate("window.retailReport.linked.store.clear()")
    page.wait_for_function(QUIET)
    return times


def brush(page) -> list[float]:
    """Milliseconds of each step of a drag over the trend."""
    page.evaluate("window.scrollTo({ top: 0, behavior: 'instant' })")
    page.wait_for_timeout(600)
    box = page.locator('[data-figure="trend"] .figure-chart').bounding_box()
    y = box["y"] + 80
    page.evaluate("window.times = []")
    page.mouse.move(box["x"] + 120, y)
    page.mouse.down()
    for step in range(60):
        page.mouse.move(box["x"] + 130 + step * 8, y)
    page.mouse.up()
    page.wait_for_function(QUIET)
    page.evaluate("window.retailReport.linked.store.clear()")
    return page.evaluate("window.times")


def heap(page) -> float:
    """Bytes of JavaScript heap after 100 changes of filters and a collection."""
    for at in range(100):
        page.evaluate(
            "(at) => { const { toggle } = window.retailReport.linked.store;"
            " toggle(['channel', 'product', 'city', 'cluster'][at % 4], [1 + (at % 3)]); }",
            at,
        )
        page.wait_for_function(QUIET)
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")


def main() -> None:
    """Build both sites, measure both, print both."""
    from playwright.sync_api import sync_playwright

    source = Path(sys.argv[1]) if len(sys.argv) > 1 else USUAL
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        once = report_of(source, Path(folder, "work"))
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        results = {}
        for name, report in (("once", once), ("twice", twice(once))):
            write(report, Path(folder, name))
            results[name] = measure(chromium, Path(folder, name))
        chromium.close()
    lines = len(once["dashboard_lines"])
    print(f"{'':36}{lines:>12,}{2 * lines:>12,} lines")
    for key, value in results["once"].items():
        print(f"{key:36}{value!s:>12}{results['twice'][key]!s:>12}")


if __name__ == "__main__":
    main()
