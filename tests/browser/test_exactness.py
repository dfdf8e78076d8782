"""The dashboard driven at random, by mouse and by controls, against pandas on the same lines."""

from __future__ import annotations

import math
import random

import pandas as pd
import pytest
from driving import OPEN, PLACES, QUIET, bring, filters, settings
from driving import see as seen_at
from expected import EPOCH, Expected, read

WALK = 100  # states of one walk; there are two
pytestmark = pytest.mark.slow

STATE = """() => {
  const { store, mounted, keyFigures, customersNow } = window.retailReport.linked;
  const rows = (key) => mounted.get(key).table().rows;
  const text = (node) => node.textContent;
  return {
    address: location.href,
    figures: Object.fromEntries(Object.entries(keyFigures().values).map(([k, v]) => [k, v.value])),
    tiles: Object.fromEntries([...document.querySelectorAll(".tile")].map((tile) =>
      [tile.dataset.key, text(tile.querySelector(".tile-value"))])),
    twin: text(document.querySelector(".tile-twin")),
    grain: document.querySelector("#trend .figure-title").textContent.split(" by ")[1],
    comparisons: Object.fromEntries(Object.entries(keyFigures().values).map(([k, v]) => [k, v.comparison])),
    trend: rows("trend"), products: rows("products"), calendar: rows("calendar"),
    channels: rows("channels"), cities: rows("cities"), grid: rows("rfm-grid"),
    legend: [...document.querySelectorAll("#scatter .legend button span:last-of-type")].map(text),
    customers: text(document.querySelector("#customer-count")),
    ids: customersNow().map((at) => store.data.members.id[at]).sort(),
    firstRows: [...document.querySelectorAll("#customers tbody th")].map(text),
  };
}"""


class Driver:
    """Someone at the dashboard, whose whims are seeded."""

    def __init__(self, page, expected: Expected, seed: int) -> None:
        self.page, self.expected, self.rng = page, expected, random.Random(seed)
        lines = expected.lines
        self.products = sorted(set(zip(lines["category"], lines["subcategory"], strict=True)))

    def open(self, url: str) -> None:
        self.page.goto(url)
        self.page.wait_for_function(OPEN)
        self.page.evaluate(PLACES)
        self.settle()

    def settle(self) -> None:
        self.page.wait_for_function(QUIET)

    def click(self, key: str, datum: object) -> None:
        self.see(key)
        at = self.page.evaluate("([key, datum]) => window.placeOf(key, '', datum)", [key, datum])
        if at:
            self.page.mouse.click(*at)

    def see(self, key: str) -> None:
        seen_at(self.page, key)

    def act(self) -> str:
        whims = [
            self.brush, self.calendar, self.dates, self.treemap, self.treemap, self.channel_bar,
            self.city_bar, self.cell, self.cell, self.legend, self.scatter, self.box, self.box,
            self.box, self.range, self.chip, self.chip, self.reset, self.pair, self.switch,
        ]  # fmt: skip
        whim = self.rng.choice(whims)
        whim()
        self.settle()
        return whim.__name__

    def brush(self) -> None:
        self.see("trend")
        a, b = sorted(self.rng.sample(range(2, 98), 2))
        start, end = (
            self.page.evaluate("(x) => window.placeOf('trend', '', [x / 100, 0.4])", x)
            for x in (a, b)
        )
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move((start[0] + end[0]) / 2, start[1])
        self.page.mouse.move(*end)
        self.page.mouse.up()

    def calendar(self) -> None:
        self.click("calendar", [self.rng.random() * 0.5, self.rng.choice([0.1, 0.5])])

    def dates(self) -> None:
        filters(self.page)
        name = self.rng.choice(["From", "To"])
        day = self.rng.randint(self.expected.first, self.expected.as_of)
        text = (EPOCH + pd.Timedelta(days=day)).strftime("%Y-%m-%d")
        self.page.get_by_label(name, exact=True).first.fill(text)
        self.page.get_by_label(name, exact=True).first.dispatch_event("change")
        self.page.evaluate("document.querySelector('.sheet').open = false")

    def treemap(self) -> None:
        category, name = self.rng.choice(self.products)
        self.click("products", [category, self.rng.choice([name, name, ""])])

    def channel_bar(self) -> None:
        self.click("channels", self.rng.choice(sorted(self.expected.lines["channel"].unique())))

    def city_bar(self) -> None:
        names = self.expected.report["by_city"]["city"]
        self.click("cities", self.rng.choice(sorted(set(names) - {"Unknown"})))

    def cell(self) -> None:
        self.click("rfm-grid", {"r": self.rng.randint(1, 5), "f": self.rng.randint(1, 5)})

    def legend(self) -> None:
        buttons = self.page.locator("#scatter .legend button")
        buttons.nth(self.rng.randrange(buttons.count())).click()

    def scatter(self) -> None:
        self.click("scatter", self.rng.randrange(5000))

    def box(self) -> None:
        filters(self.page)
        pickers = self.page.locator(".picker")
        picker = pickers.nth(self.rng.randrange(pickers.count()))
        picker.locator("summary").click()
        boxes = picker.locator("input")
        boxes.nth(self.rng.randrange(boxes.count())).click()
        self.page.evaluate(
            "document.querySelectorAll('.sheet, .picker').forEach((it) => { it.open = false; })"
        )

    def range(self) -> None:
        bring(self.page, "#customers")
        self.page.evaluate("document.querySelector('.ranges').open = true")
        label, high = self.rng.choice(
            [("Recency in days", 600), ("Frequency in orders", 8), ("Customer spend", 15000)]
        )
        field = self.page.get_by_label(f"{label}, {self.rng.choice(['from', 'to'])}")
        field.fill(self.rng.choice(["", str(self.rng.randint(1, high))]))
        field.dispatch_event("change")

    def chip(self) -> None:
        chips = self.page.locator(".chip button")
        if chips.count():
            chips.nth(self.rng.randrange(chips.count())).click()

    def reset(self) -> None:
        if self.rng.random() < 0.5 and self.page.locator(".reset").is_enabled():
            self.page.locator(".reset").click()

    def pair(self) -> None:
        settings(self.page)
        for name in ("Components", "Clusters"):
            choices = self.list(name)
            options = choices.locator("option").all_text_contents()
            choices.select_option(self.rng.choice(options))
        self.page.evaluate("document.querySelector('[data-figure=scatter] .settings').open = false")

    def switch(self) -> None:
        name, values = self.rng.choice(
            [
                ("By", ["day", "week", "month", "quarter", "year"]),
                ("Days", ["month", "3months", "12months", "year", "all"]),
                ("Days", ["month", "3months", "12months", "year", "all"]),
                ("Area", ["units", "net"]),
                ("Compared:", ["none", "previous", "year"]),
            ]
        )
        self.list(name).select_option(self.rng.choice(values))

    def list(self, name: str):
        return self.page.get_by_role("combobox", name=name, exact=True)


def compare(seen: dict, expected: Expected) -> None:
    filters = read(seen["address"])
    figures = expected.key_figures(filters)
    near(seen["figures"], figures)
    below = {"net_ex_tax": "ex tax", "average_daily_net": "a day"}
    texts = {k: tile_text(k, v, expected.scale) for k, v in figures.items()}
    assert seen["tiles"] == {k: text for k, text in texts.items() if k not in below}
    assert seen["twin"] == " · ".join(f"{texts[k]} {word}" for k, word in below.items())
    near(seen["comparisons"], changes(filters, expected))
    daily = expected.sums(filters, "day", skip="time")
    trend(seen["trend"], daily, seen["grain"], filters, expected)
    calendar(seen["calendar"], daily)
    bars(seen["channels"], "channel", filters, expected)
    bars(seen["cities"], "city", filters, expected)
    products(seen["products"], filters, expected)
    people(seen, filters, expected)


def near(seen: dict | list, wanted: dict | list) -> None:
    """Equal but for the last bits of a quotient; missing where missing is expected."""
    if isinstance(wanted, list):
        seen, wanted = dict(enumerate(seen)), dict(enumerate(wanted))
    missing = {name for name, value in wanted.items() if value is None}
    assert {name for name, value in seen.items() if value is None} == missing
    known = {name: value for name, value in wanted.items() if value is not None}
    assert {name: seen[name] for name in known} == pytest.approx(known, rel=1e-12, abs=1e-15)


def tile_text(name: str, value: float | None, scale: int) -> str:
    if value is None:
        return "-"
    if name in ("net", "net_ex_tax", "average_order", "average_daily_net"):
        if abs(value) >= 1000 * scale:  # without cents
            whole = math.floor((2 * abs(value) + scale) / (2 * scale))
            return f"{'-' if value < 0 else ''}{whole:,}"
        unit = scale // 100
        cents = math.floor((2 * abs(value) + unit) / (2 * unit))
        return f"{'-' if value < 0 and cents else ''}{cents / 100:,.2f}"
    return f"{value:.1%}" if name == "return_rate" else f"{value:,}"


def changes(filters, expected: Expected) -> dict[str, float | None]:
    """Each figure of the period against the earlier one."""
    spans = expected.compared(filters)
    if spans is None:
        return dict.fromkeys(expected.key_figures(filters))
    now, before = (expected.key_figures(filters, span) for span in spans)
    return {name: change(name, value, before[name]) for name, value in now.items()}


def change(name: str, now: float | None, before: float | None) -> float | None:
    if now is None or before is None:
        return None
    if name == "return_rate":  # in points
        return now - before
    if before == 0 or (now < 0) != (before < 0):
        return None
    return (now - before) / before


def trend(rows: list[dict], sums: pd.DataFrame, grain: str, filters, expected: Expected) -> None:
    """The days of the named period that the days chosen lie in, else all."""
    named = read("#")
    named.period = filters.period
    low, high = expected.days(named)
    days = range(low or expected.first, (high or expected.as_of) + 1)
    dates = pd.to_datetime(pd.Series(days), unit="D")
    rule = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}
    assert grain == filters.setup.get("grain", grain)
    starts = dates.dt.to_period(rule[grain]).dt.start_time
    by_day = sums.reindex(days, fill_value=0).assign(start=starts.to_numpy())
    wanted = by_day.groupby("start").sum()
    assert [row["day"] for row in rows] == [(d - EPOCH).days for d in wanted.index]
    assert [row["net"] for row in rows] == (wanted["gross"] + wanted["returns"]).tolist()
    assert [row["units"] for row in rows] == wanted["units"].tolist()
    assert [row["purchases"] for row in rows] == wanted["purchases"].tolist()


def calendar(rows: list[dict], sums: pd.DataFrame) -> None:
    wanted = sums.reindex([row["day"] for row in rows], fill_value=0)
    assert [row["net"] for row in rows] == (wanted["gross"] + wanted["returns"]).tolist()
    assert [row["purchases"] for row in rows] == wanted["purchases"].tolist()


def bars(rows: list[dict], by: str, filters, expected: Expected) -> None:
    wanted = expected.sums(filters, by, skip=by).reindex([row[by] for row in rows], fill_value=0)
    assert [row["net"] for row in rows] == (wanted["gross"] + wanted["returns"]).tolist()
    for name in ("units", "purchases", "buyers"):
        assert [row[name] for row in rows] == wanted[name].tolist(), name
    rates = [
        -c / g if g > 0 else None for c, g in zip(wanted["credited"], wanted["gross"], strict=True)
    ]
    near([row["return_rate"] for row in rows], rates)


def products(rows: list[dict], filters, expected: Expected) -> None:
    lines = expected.lines_in(filters, skip="product")
    wanted = lines.groupby("product", observed=True)[["amount", "quantity"]].sum()
    keys = [f"{row['category']}/{row['subcategory']}" for row in rows]
    wanted = wanted.reindex(keys, fill_value=0)
    assert [row["net"] for row in rows] == wanted["amount"].tolist()
    assert [row["units"] for row in rows] == wanted["quantity"].tolist()
    values = wanted["amount" if filters.setup.get("area") == "net" else "quantity"]
    total = values.sum()
    shares = [v / total if total > 0 else None for v in values]
    near([row["share_of_total"] for row in rows], shares)


def people(seen: dict, filters, expected: Expected) -> None:
    chosen = expected.customers(filters)
    everyone = len(expected.people)
    assert seen["customers"] == f"{len(chosen):,} of {everyone:,} customers"
    assert seen["ids"] == sorted(chosen["customer_id"])
    grid = expected.customers(filters, skip="segment").dropna(subset=["r"])
    cells = grid.groupby(["r", "f"])["monetary"].agg(["size", "sum"])
    keys = pd.MultiIndex.from_tuples([(row["r"], row["f"]) for row in seen["grid"]])
    cells = cells.reindex(keys, fill_value=0)
    assert [row["customers"] for row in seen["grid"]] == cells["size"].tolist()
    assert [row["monetary"] for row in seen["grid"]] == cells["sum"].tolist()
    clustered = expected.customers(filters, skip="cluster")
    counts = clustered["customer_id"].map(expected.clusters(filters)).dropna().value_counts()
    total = counts.sum()
    legend = [
        f"Cluster {n}: {counts.get(n, 0):,} ({f'{counts.get(n, 0) / total:.1%}' if total else '-'})"
        for n in range(1, len(seen["legend"]) + 1)
    ]
    assert seen["legend"] == legend


@pytest.mark.needs_data("case_study")
@pytest.mark.parametrize("scheme, seed", [("file", 11), ("http", 12)])
def test_every_figure_under_random_filters_is_that_of_pandas(
    page, case_site, served: str, scheme: str, seed: int
) -> None:
    driver = Driver(page, case_site.expected, seed)
    driver.open(case_site.url if scheme == "file" else served)
    compare(page.evaluate(STATE), case_site.expected)
    steps = []
    for _ in range(WALK):
        steps.append(driver.act())
        seen = page.evaluate(STATE)
        try:
            compare(seen, case_site.expected)
        except AssertionError as problem:
            raise AssertionError(f"after {steps[-5:]} at {seen['address']}: {problem}") from problem
    assert len(set(steps)) > 10  # of the ways to act


@pytest.mark.needs_data("case_study")
def test_unfiltered_figures_are_those_of_the_static_tables(page, case_site) -> None:
    driver = Driver(page, case_site.expected, 1)
    tables = case_site.report
    figures = tables["key_figures"].set_index("figure")
    driver.open(case_site.url)
    opening = page.evaluate(STATE)
    assert not opening["address"].partition("#")[2]
    page.goto("about:blank")
    driver.open(f"{case_site.url}#period=all")
    seen = page.evaluate(STATE)
    for name, value in seen["figures"].items():
        assert value == pytest.approx(figures.loc[name, "value"], rel=1e-12), name
        month = figures.loc[name]
        assert opening["figures"][name] == pytest.approx(month["month_value"]), name
        assert opening["comparisons"][name] == pytest.approx(month["comparison"]), name
    for key, table, by in (("channels", "by_channel", "channel"), ("cities", "by_city", "city")):
        static = tables[table].set_index(by)
        for row in seen[key]:
            if row[by] not in static.index:
                continue
            for name in ("net", "units", "purchases", "buyers", "return_rate"):
                assert row[name] == pytest.approx(static.loc[row[by], name]), (key, row[by], name)
    days = tables["by_day"].set_index("day")
    for row in seen["calendar"]:
        if row["day"] in days.index:
            assert [row["net"], row["purchases"]] == days.loc[
                row["day"], ["net", "purchases"]
            ].tolist()
    cells = tables["rfm_grid"].set_index(["r", "f"])
    for row in seen["grid"]:
        assert row["customers"] == cells.loc[(row["r"], row["f"]), "customers"]
