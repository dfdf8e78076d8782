"""Each way to act on the dashboard, driven as a reader would, against pandas on the same lines."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from driving import bring, chips, opened, place_of, see, settled, tile
from expected import EPOCH, Filters, read


@pytest.fixture
def dashboard(page, sample_site):
    return opened(page, sample_site)


def day(text: str) -> int:
    return (pd.Timestamp(text) - EPOCH).days


def cell_of(page, text: str) -> list[float]:
    """Where a day's cell of the calendar is."""
    place_of(page, "calendar", [0, 0])
    return page.evaluate(
        """(text) => { const { store, mounted } = window.retailReport.linked;
        const it = mounted.get("calendar"), day = Date.parse(text) / 86400000;
        const year = Number(text.slice(0, 4)), start = Date.UTC(year, 0, 1) / 86400000;
        const week = Math.floor((day - start + ((start + 3) % 7)) / 7), weekday = (day + 3) % 7;
        const first = new Date(store.data.first * 86400000).getUTCFullYear();
        const box = it.box.getBoundingClientRect(), [left, top] = it.view.origin(), pad = it.view.padding();
        const middle = (axis, at) => it.view.scale(axis)(at) + it.view.scale(axis).bandwidth() / 2;
        return [box.left + left + pad.left + middle("x", week),
          box.top + top + pad.top + middle("y", (year - first) * 8 + weekday)]; }""",
        text,
    )


def money(value: float, site) -> str:
    """An amount in large letters: without cents from 1,000 on."""
    units = site.report.units
    text = f"{abs(value) / 10**units.money_scale:,.{0 if abs(value) >= 1000 * 10**units.money_scale else 2}f}"
    return f"{'-' if value < 0 else ''}{units.currency}{text}"


def test_a_click_on_a_day_selects_it_and_shift_extends(dashboard, sample_site) -> None:
    dashboard.mouse.click(*cell_of(dashboard, "2024-03-05"))
    settled(dashboard)
    assert dashboard.url.endswith("#from=2024-03-05&to=2024-03-05&tab=calendar")
    dashboard.keyboard.down("Shift")
    dashboard.mouse.click(*cell_of(dashboard, "2024-05-17"))
    settled(dashboard)
    assert dashboard.url.endswith("#from=2024-03-05&to=2024-05-17&tab=calendar")
    dashboard.mouse.click(*cell_of(dashboard, "2024-02-20"))
    dashboard.keyboard.up("Shift")
    settled(dashboard)
    filters = Filters(day("2024-02-20"), day("2024-05-17"))
    expected = sample_site.expected.key_figures(filters)
    assert tile(dashboard, "net") == money(expected["net"], sample_site)
    assert tile(dashboard, "buyers") == f"{expected['buyers']:,}"


def test_what_has_no_area_is_listed_below_the_treemap(page, sample_site) -> None:
    expected = sample_site.expected
    nets = expected.lines.groupby(["day", "product"], observed=True)["amount"].sum()
    at, product = nets.idxmin()
    text = (EPOCH + pd.Timedelta(days=at)).strftime("%Y-%m-%d")
    opened(page, sample_site, f"#from={text}&to={text}&area=net")
    filters = read(page.url)
    products = expected.lines_in(filters).groupby("product", observed=False)["amount"].sum()
    wanted = {name.replace("/", " · ") for name in products.index[products <= 0]}
    assert product.replace("/", " · ") in wanted
    below = page.locator('[data-figure="products"] .below').text_content()
    assert below.startswith("Not above zero, hence without an area: ")
    for name in products.index:
        assert (name.replace("/", " · ") in below) == (products[name] <= 0), name
    drawn = page.evaluate(
        "window.retailReport.linked.mounted.get('products').view.data('rows')"
        ".filter((row) => row.subcategory && row.x !== undefined).length"
    )
    assert drawn == (products > 0).sum()


def test_days_and_orders_of_each_score_stand_by_the_grid(dashboard, sample_site) -> None:
    cuts = sample_site.report["rfm_cuts"]
    shown = dashboard.locator(".cut-points dd").all_text_contents()
    for measure in ("recency", "frequency"):
        rows = cuts[cuts["measure"] == measure].sort_values("score", ascending=False)
        for score, rule in zip(rows["score"], rows["rule"], strict=True):
            assert f"{score}: {rule}" in shown


def test_axes_are_shuffled_and_dragged_and_named_in_their_colour(dashboard) -> None:
    see(dashboard, "parallel")
    names = dashboard.locator(".axes .axis")
    usual = names.all_text_contents()
    dashboard.get_by_role("button", name="Shuffle").click()
    settled(dashboard)
    shuffled = names.all_text_contents()
    assert shuffled != usual
    assert sorted(shuffled) == sorted(usual)
    dashboard.get_by_role("button", name="By category").click()
    settled(dashboard)
    box, third = names.nth(0).bounding_box(), names.nth(2).bounding_box()
    y = box["y"] + 30
    dashboard.mouse.move(box["x"] + 8, y)
    dashboard.mouse.down()
    dashboard.mouse.move(third["x"] - 5, y, steps=3)
    dashboard.mouse.move(third["x"] + 8, y)
    dashboard.mouse.up()
    settled(dashboard)
    assert names.all_text_contents() == [usual[1], usual[2], usual[0], *usual[3:]]
    moved = names.nth(2).bounding_box()
    dashboard.mouse.move(moved["x"] + 6, moved["y"] + 20)
    tip = dashboard.locator(".tooltip strong")
    tip.wait_for()
    assert tip.text_content().endswith(f"· {usual[0]}")
    colour, edge = (
        locator.evaluate(f"(node) => getComputedStyle(node).{name}")
        for locator, name in ((tip, "backgroundColor"), (names.nth(2), "borderTopColor"))
    )
    assert colour == edge


def test_a_cluster_pointed_at_is_shown_alone_with_its_size(dashboard, sample_site) -> None:
    sizes = sample_site.report["customers"]["cluster"].value_counts()
    badge = dashboard.locator(".previewed")
    legend = dashboard.locator("#scatter .legend button")
    legend.nth(1).hover()
    badge.get_by_text(f"Cluster 2: {sizes[2]:,} customers").wait_for()
    point = place_of(dashboard, "scatter", 0)
    dashboard.mouse.move(*point)
    dashboard.wait_for_function("() => window.retailReport.linked.store.preview")
    cluster = dashboard.evaluate("window.retailReport.linked.store.preview")
    badge.get_by_text(f"Cluster {cluster}: {sizes[cluster]:,} customers").wait_for()
    bring(dashboard, "#customers")
    row = dashboard.locator("#customers tbody tr[data-cluster]").first
    row.scroll_into_view_if_needed()
    row.hover()
    dashboard.wait_for_function(
        "(cluster) => window.retailReport.linked.store.preview === Number(cluster)",
        arg=row.get_attribute("data-cluster"),
    )
    lit = dashboard.locator("#customers tbody tr.lit")
    lit.first.wait_for()
    assert {lit.nth(at).get_attribute("data-cluster") for at in range(lit.count())} == {
        row.get_attribute("data-cluster")
    }
    dashboard.mouse.move(2, 2)
    badge.wait_for(state="hidden")
    assert chips(dashboard) == []


@pytest.mark.parametrize("can_copy", [True, False])
def test_a_link_to_a_figure_keeps_the_filters(new_page, sample_site, can_copy) -> None:
    rights = ["clipboard-read", "clipboard-write"] if can_copy else []
    page = opened(new_page(permissions=rights), sample_site, "#channel=Web")
    if not can_copy:
        page.evaluate("delete Navigator.prototype.clipboard")
    page.wait_for_timeout(600)  # what filters select is announced after a pause, in the same place
    figure = page.locator('[data-figure="rfm-grid"]')
    figure.locator(".menu summary").click()
    figure.get_by_role("button", name="Copy link").click()
    if can_copy:
        page.wait_for_function(
            "() => document.querySelector('#summary').textContent === 'Link copied.'"
        )
        link = page.evaluate("navigator.clipboard.readText()")
    else:
        link = figure.locator(".link-field").input_value()
    assert link == f"{sample_site.url}#channel=Web&show=rfm-grid"
    other = new_page()
    other.goto(link)
    other.wait_for_function("() => document.querySelector('.chip')")
    assert chips(other) == ["Web"]
    other.wait_for_function(
        """() => { const box = document.querySelector('[data-figure="rfm-grid"]').getBoundingClientRect();
        return box.top < innerHeight && box.bottom > 0; }"""
    )


COMPARED = (
    ("previous", ("2024-03-01", "2024-05-15"), ("2023-12-16", "2024-02-29")),
    ("previous", ("2024-03-01", "2024-03-01"), ("2024-02-29", "2024-02-29")),
    ("year", ("2024-03-01", "2024-05-15"), ("2023-03-01", "2023-05-15")),
    ("year", ("2024-02-29", "2024-02-29"), ("2023-02-28", "2023-02-28")),
    ("year", ("2023-06-01", "2023-08-31"), None),
    ("previous", ("2023-01-20", "2023-03-31"), None),
)


@pytest.mark.parametrize("also", ["", "&channel=Web&product=Books"])
def test_selected_days_are_compared_with_the_days_or_the_year_before(
    dashboard, sample_site, also
) -> None:
    for compare, state, before in COMPARED:
        address = f"from={state[0]}&to={state[1]}&compare={compare}{also}"
        dashboard.evaluate("(hash) => { location.hash = hash; }", address)
        said = "- : the earlier period is not wholly inside the data"
        if before:
            said = f"{state[0]} to {state[1]} against {before[0]} to {before[1]}"
        dashboard.locator("#compared").get_by_text(said, exact=True).wait_for()
        settled(dashboard)
        seen = dashboard.evaluate("window.retailReport.linked.keyFigures().values")
        changes = {name: value["comparison"] for name, value in seen.items()}
        assert changes == changed(sample_site.expected, address, state, before), address
        if not before:
            assert set(dashboard.locator(".tile-change").all_text_contents()) == {"-"}


def changed(expected, address: str, state, before) -> dict:
    """What each key figure of a span of days must be compared to, by pandas."""
    filters = read(f"#{address}")
    now = expected.key_figures(filters, tuple(map(day, state)))
    if not before:
        return dict.fromkeys(now)
    then = expected.key_figures(filters, tuple(map(day, before)))
    found = {}
    for name, value in now.items():
        is_comparable = value is not None and then[name] and (value < 0) == (then[name] < 0)
        found[name] = pytest.approx((value - then[name]) / then[name]) if is_comparable else None
    rates = now["return_rate"], then["return_rate"]  # these change in points
    found["return_rate"] = None if None in rates else pytest.approx(rates[0] - rates[1])
    return found


@pytest.mark.slow
@pytest.mark.needs_data("case_study")
def test_market_context_is_off_and_opens_with_two_panels(page, case_site) -> None:
    opened(page, case_site)
    market = page.locator("#market")
    assert not market.locator("canvas").count()
    bring(page, "#market")
    page.locator('[data-figure="market-us"]').scroll_into_view_if_needed()
    page.wait_for_function("() => document.querySelectorAll('#market canvas').length > 2")
    page.wait_for_url("**#tab=market")
    assert "Bureau of Labor Statistics" in market.text_content()
    assert "no relation between them is claimed" in market.text_content()
    spans = page.evaluate(
        """() => ["market-own", "market-us"].map((key) =>
        window.retailReport.linked.mounted.get(key).view.scale("x").domain().map(Number))"""
    )
    assert spans[0] == spans[1]
    rows = page.evaluate("window.retailReport.figures['market-own'].rows")
    months = case_site.report["by_month"].set_index("month")["net"]
    net = pd.Series({row["month"]: row["index"] for row in rows})
    known = months[[int(m[:4]) * 12 + int(m[5:]) - 1 for m in net.index]]
    assert net.to_numpy() == pytest.approx(100 * known.to_numpy() / known.mean())
    page.reload()
    page.wait_for_function("() => !document.querySelector('#market')?.hidden")
    page.goto(f"{case_site.url}#market=on")  # as links had it
    page.wait_for_function("() => !document.querySelector('#market')?.hidden")


def test_open_days_of_the_return_rate_are_hatched(page, sample_site) -> None:
    opened(page, sample_site)
    hatched = page.locator('[data-key="return_rate"] .spark-open').get_attribute("d")
    figures = sample_site.report["return_figures"].set_index("figure")["value"]
    days = int(figures["tail_days"])
    assert len(re.findall("M", hatched)) >= 1
    assert page.locator('[data-key="return_rate"] .tile-twin').text_content() == (
        f"may rise: {days} open days"
    )
    assert not page.locator('[data-key="net"] .spark-open').count()
