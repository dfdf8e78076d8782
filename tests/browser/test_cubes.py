"""Cubes in the browser: figures under random filters are those of the lines, or about and within an interval.

The bundled sample is built with so few bytes that its lines don't travel; what the page then shows is
compared with pandas on the lines (expected.py).
"""

from __future__ import annotations

import base64
import csv
import json
import random
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
from expected import EPOCH, Filters, read
from sites import SAMPLE, Site, build

pytestmark = pytest.mark.slow
STATES = 60
READY = (
    "() => document.documentElement.dataset.settled && window.retailReport.linked.sources.sample"
)
QUIET = "() => window.retailReport.linked.render.waiting === 0"
SHOWN = """() => {
  const { mounted, keyFigures, sourcesOf } = window.retailReport.linked;
  const { customers, certain, of } = window.retailReport.linked.store.data.sample ?? {};
  const view = (key) => ({ rows: mounted.get(key).table().rows, ...sourcesOf(key) });
  return {
    figures: keyFigures().values,
    tiles: Object.fromEntries([...document.querySelectorAll(".tile")].map((tile) =>
      [tile.dataset.key, tile.querySelector(".tile-value").textContent])),
    grain: document.querySelector("#grain").textContent,
    stands_for: (of - certain) / (customers - certain),
    views: Object.fromEntries(["trend", "products", "channels", "cities", "rfm-grid"]
      .map((key) => [key, view(key)])),
  };
}"""
EXACT = ("net", "net_ex_tax", "units", "return_rate", "average_daily_net")


@pytest.fixture(scope="module")
def cubes(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The bundled sample, of which 90 kB may travel."""
    return build(SAMPLE, tmp_path_factory.mktemp("cubes"), dashboard_kilobytes=90)


def spanned(grain: str, day: int, first: int, last: int) -> tuple[int, int]:
    """The first and last day of a period of a cube that a day lies in, cut to the data."""
    at = EPOCH + pd.Timedelta(days=day)
    if grain == "day":
        return day, day
    month = at.to_period("M")
    start, end = month.start_time, month.end_time.normalize()
    if grain == "week":
        monday = at - pd.Timedelta(days=at.weekday())
        start, end = max(monday, start), min(monday + pd.Timedelta(days=6), end)
    if grain in ("quarter", "year"):
        period = at.to_period(grain[0].upper())
        start, end = period.start_time, period.end_time.normalize()
    return max((start - EPOCH).days, first), min((end - EPOCH).days, last)


def widened(filters: Filters, grain: str, site: Site) -> Filters:
    """Filters whose days are whole periods."""
    first, last = site.expected.first, site.expected.as_of
    span = dict(vars(filters))
    if filters.first is not None:
        span["first"] = spanned(grain, filters.first, first, last)[0]
    if filters.last is not None:
        span["last"] = spanned(grain, filters.last, first, last)[1]
    return Filters(**span)


class States:
    """Addresses with random filters."""

    def __init__(self, site: Site, seed: int) -> None:
        self.rng, self.site = random.Random(seed), site
        lines = site.expected.lines
        self.products = sorted(set(zip(lines["category"], lines["subcategory"], strict=True)))
        self.names = {name: sorted(lines[name].unique()) for name in ("channel", "city")}
        people = site.expected.people
        self.names |= {name: sorted(people[name].unique()) for name in ("gender", "segment")}

    def address(self) -> str:
        kinds = ["time", "product", "channel", "city", "gender", "segment", "cell", "cluster"]
        words = [
            self.word(kind) for kind in self.rng.sample(kinds, self.rng.choice([0, 1, 1, 2, 3]))
        ]
        return "#" + ("&".join(words) or "measure=units")

    def word(self, kind: str) -> str:
        if kind == "time":
            first, last = self.site.expected.first, self.site.expected.as_of
            days = sorted(self.rng.sample(range(first, last), 2))
            if self.rng.random() < 0.5:
                days = [
                    spanned("month", days[0], first, last)[0],
                    spanned("month", days[1], first, last)[1],
                ]
            texts = [(EPOCH + pd.Timedelta(days=day)).strftime("%Y-%m-%d") for day in days]
            return f"from={texts[0]}&to={texts[1]}"
        if kind == "product":
            category, name = self.rng.choice(self.products)
            whole = quote(category, safe="")
            return f"product={whole if self.rng.random() < 0.5 else whole + '/' + quote(name, safe='')}"
        if kind == "cell":
            return f"cell=R{self.rng.randint(1, 5)}F{self.rng.randint(1, 5)}"
        if kind == "cluster":
            return f"cluster={self.rng.randint(1, 3)}"
        some = self.rng.sample(self.names[kind], self.rng.choice([1, 1, 2]))
        return f"{kind}={','.join(quote(name, safe='') for name in some)}"


GO = """(hash) => new Promise((done) => {
  if (location.hash === hash) return done();
  addEventListener("hashchange", () => setTimeout(done, 0), { once: true });
  location.hash = hash;
})"""


def go(page, address: str) -> dict:
    """What the page shows at an address, once it is quiet."""
    page.evaluate(GO, address)
    page.wait_for_function(QUIET)
    return page.evaluate(SHOWN)


def test_figures_are_those_of_the_lines(page, cubes: Site, sample_site: Site) -> None:
    expected = sample_site.expected
    page.goto(cubes.url)
    page.wait_for_function(READY)
    page.wait_for_function(QUIET)
    states, estimates, grains, hidden = States(sample_site, 4), [], set(), 0
    for _ in range(STATES):
        address = states.address()
        seen = go(page, address)
        source = seen["views"]["trend"]["source"]
        filters = widened(read(address), source["grain"], sample_site)
        wanted = expected.key_figures(filters)
        grains.add(source["grain"])
        # What needs the sample under these filters.
        unseen = (
            set(seen["figures"]) if source["isSample"] else {"buyers", "purchases", "average_order"}
        )
        for name, figure in seen["figures"].items():
            value, margin = figure["value"], figure["margin"]
            if margin is None and wanted[name] is None:
                assert value is None, (address, name)
            elif margin is None and value is None and name in unseen:
                # The sample has fewer than 30 customers of it: not shown.
                assert wanted["buyers"] < 60 * seen["stands_for"], (address, name)
                hidden += 1
            elif margin is None:
                assert value == pytest.approx(wanted[name], rel=1e-12), (address, name)
            elif margin is not True:
                estimates.append(abs(value - wanted[name]) <= margin)
            if margin is not None and value is not None and name in seen["tiles"]:
                assert seen["tiles"][name].startswith("about "), (address, name)
        if not source["isSample"]:
            assert all(seen["figures"][name]["margin"] is None for name in EXACT), address
        check_views(seen["views"], read(address), sample_site, address)
        estimates += estimated_cells(seen["views"]["rfm-grid"], filters, sample_site, address)
    assert hidden > 0
    assert len(grains) > 1  # coarser cubes were asked for too
    assert len(estimates) > 15
    assert np.mean(estimates) > 0.9  # the intervals are of 95 %


def check_views(views: dict, filters: Filters, site: Site, address: str) -> None:
    keys = {"products": ("product", "product"), "channels": ("channel", "channel")}
    keys["cities"] = ("city", "city")
    for key, (by, skip) in keys.items():
        view = views[key]
        if view["source"]["isSample"]:
            continue
        wide = widened(filters, view["source"]["grain"], site)
        wanted = site.expected.sums(wide, by, skip)
        found = {
            f"{row['category']}/{row['subcategory']}" if by == "product" else row[by]: row
            for row in view["rows"]
        }
        for name, row in wanted.iterrows():
            assert found[name]["net"] == row["gross"] + row["returns"], (address, key, name)
            assert found[name]["units"] == row["units"], (address, key, name)
            if key != "products" and not view["isAbout"]:
                assert found[name]["purchases"] == row["purchases"], (address, key, name)
                assert found[name]["buyers"] == row["buyers"], (address, key, name)
        names = set(wanted.index)
        assert all(row["net"] == 0 for name, row in found.items() if name not in names), address
    trend = views["trend"]
    if not trend["source"]["isSample"]:
        all_days = Filters(**{**vars(filters), "first": None, "last": None})
        total = site.expected.total(all_days)
        assert sum(row["net"] for row in trend["rows"]) == total["gross"] + total["returns"], (
            address
        )


def estimated_cells(view: dict, filters: Filters, site: Site, address: str) -> list[bool]:
    """Cells of the grid are counted where only customers are filtered."""
    if view["isAbout"] or view["source"]["isSample"]:
        return []
    people = site.expected.customers(filters, "segment")
    wanted = people.groupby(["r", "f"]).size()
    for row in view["rows"]:
        assert row["customers"] == wanted.get((row["r"], row["f"]), 0), (address, row)
    return []


def test_cubes_come_when_they_are_needed_and_a_lost_one_is_comparable(
    new_page, watch, cubes, tmp_path: Path
) -> None:
    page = new_page()
    page.goto(cubes.url)
    page.wait_for_function(READY)
    asked = [url for url in page.evaluate(LOADED) if "/cube-" in url]
    go(page, "#segment=Loyal")
    later = [url for url in page.evaluate(LOADED) if "/cube-" in url]
    assert len(later) > len(asked)
    page.evaluate(
        "() => { for (const cube of window.retailReport.linked.sources.cubes)"
        " if (!cube.isLoaded) cube.path = 'assets/none.js'; }"
    )
    go(page, "#city=4&product=Books&from=2013-01-03")
    assert "could not be loaded" in page.inner_text("#notice")
    watch.console.clear()


LOADED = "() => [...document.scripts].map((script) => script.src)"


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The bundled sample at the level public."""
    return build(SAMPLE, tmp_path_factory.mktemp("public"), privacy="public")


def test_a_public_page_filters_sums_and_tells_what_it_does_not_show(page, public: Site) -> None:
    page.goto(f"{public.url}#period=all")
    page.wait_for_function("() => document.documentElement.dataset.settled")
    page.wait_for_function(QUIET)
    years = public.report["by_year"]
    total = int(years["gross"].sum() + years["returns"].sum())
    seen = page.evaluate(PUBLIC)
    assert seen["figures"]["net"]["value"] == total
    assert seen["figures"]["buyers"]["value"] == _buyers(public)
    assert "fewer than 5 customers" in seen["grain"]
    assert page.locator("#customers, #scatter .legend").count() == 0
    nets = []
    channels = page.evaluate("() => window.retailReport.linked.store.data.names.channel")
    for name in channels:
        page.evaluate(GO, f"#channel={quote(name, safe='')}")
        page.wait_for_function(QUIET)
        seen = page.evaluate(PUBLIC)
        nets.append(seen["figures"]["net"]["value"])
        assert seen["figures"]["buyers"]["margin"] is None  # nothing is estimated
        assert all(row["net"] is None for row in seen["products"])  # unknown, hence no zero
    assert sum(nets) == total  # what is not shown is a name of its own
    page.evaluate(GO, "#period=all")
    page.wait_for_function(QUIET)
    assert page.evaluate(PUBLIC)["figures"]["net"]["value"] == total


def _buyers(site: Site) -> int:
    figures = site.report["key_figures"].set_index("figure")["value"]
    return int(figures["buyers"])


PUBLIC = """() => {
  const { mounted, keyFigures } = window.retailReport.linked;
  return {
    figures: keyFigures().values,
    grain: document.querySelector("#grain").textContent,
    products: mounted.get("products").table().rows.map(({ net }) => ({ net: Number.isNaN(net) ? null : net })),
  };
}"""


def whole(planes: dict) -> np.ndarray:
    """Numbers as they travel (retail/charts/cubes.py), as Python's own."""
    cut = np.frombuffer(base64.b64decode(planes["data"]), np.uint8).astype(object)
    places = cut.reshape(planes["width"], -1) if planes["data"] else cut.reshape(1, 0)
    return sum(place * 256**at for at, place in enumerate(places)) + planes["least"]


def rows(site: Site, name: str) -> list[dict[str, str]]:
    with (site.folder / f"data/{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_page_downloads_and_summary_say_the_same(page, cubes: Site) -> None:
    """What travels with the page, what it offers as CSV and summary.json, at the size of cubes."""
    page.goto("about:blank")
    scripts = [*cubes.folder.glob("assets/dashboard.*.js"), *cubes.folder.glob("assets/cube-*.js")]
    for script in scripts:
        page.add_script_tag(content=script.read_text(encoding="utf-8"))
    report = page.evaluate("() => window.retailReport")
    first, scale = report["dashboard"], report["dashboard"]["moneyScale"]
    summary = json.loads((cubes.folder / "summary.json").read_text(), parse_float=Decimal)
    planned = {
        cube["name"]: (cube["grain"], cube["rows"]) for cube in summary["dashboard"]["cubes"]
    }
    travel = {cube["name"]: (cube["grain"], cube["count"]) for cube in first["cubes"]}
    assert travel.items() <= planned.items()
    for cube in first["cubes"]:
        table = cube["rows"] or report[f"cube-{cube['name']}"]
        gross, returns = whole(table["gross"]), whole(table["returns"])
        net = (gross + returns).astype("int64")
        tax = np.floor(net * table["taxRate"] + 0.5).astype("int64") + whole(table["taxRest"])
        for name, values in (("gross", gross), ("returns", returns), ("net", net), ("tax", tax)):
            total = Decimal(int(values.sum())).scaleb(-scale)
            assert total == summary["money"][name], (cube["name"], name)
            assert total == sum(Decimal(row[name]) for row in rows(cubes, "by_month"))
        assert int(whole(table["purchases"]).sum()) == summary["transactions"]["purchases"]
        if "channel" in cube["dimensions"]:
            code = whole(table["channel"])
            for row in rows(cubes, "by_channel"):
                here = code == first["names"]["channel"].index(row["channel"])
                assert Decimal(int(gross[here].sum())).scaleb(-scale) == Decimal(row["gross"])
                assert Decimal(int(returns[here].sum())).scaleb(-scale) == Decimal(row["returns"])
    people = {name: whole(planes) for name, planes in first["people"].items() if name != "count"}
    assert int(people["customers"].sum()) == summary["customers"]["known"]
    assert int(people["customers"].sum()) == len(rows(cubes, "customers"))
    assert int(people["buyers"].sum()) == summary["customers"]["buyers"] == first["exact"]["all"]
    segments = {row["segment"]: int(row["customers"]) for row in rows(cubes, "segments")}
    for name, customers in segments.items():
        place = first["names"]["segment"].index(name) + 1 if customers else -1
        assert int(people["customers"][people["segment"] == place].sum()) == customers
