"""What someone at the dashboard relies on: address, keyboard, menu, table, paper, small screens."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from driving import bring, chips, filters, opened, see, settings, settled, tile

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def dashboard(page, sample_site):
    """The sample's dashboard, open and drawn."""
    return opened(page, sample_site)


def test_the_address_holds_the_filters_and_back_and_forward_restore_them(dashboard) -> None:
    whole = tile(dashboard, "net")
    filters(dashboard)
    dashboard.locator('[data-filter="channel"] summary').click()
    dashboard.get_by_role("checkbox", name="Web").check()
    settled(dashboard)
    filtered = tile(dashboard, "net")
    assert filtered != whole
    assert dashboard.url.endswith("#channel=Web")
    dashboard.go_back()
    dashboard.wait_for_function("() => !document.querySelector('.chip')")
    settled(dashboard)
    assert tile(dashboard, "net") == whole
    dashboard.go_forward()
    dashboard.wait_for_selector(".chip")
    settled(dashboard)
    assert tile(dashboard, "net") == filtered
    assert dashboard.get_by_role("checkbox", name="Web").is_checked()


def test_a_copied_link_restores_everything(page, sample_site) -> None:
    site = sample_site
    state = "#from=2024-01-01&to=2024-06-30&product=Books&city=Chicago&cell=R4F5,R5F5&grain=month"
    opened(page, site, state)
    assert page.locator(".chip").count() == 4
    assert page.get_by_label("From", exact=True).input_value() == "2024-01-01"
    assert page.get_by_role("combobox", name="By", exact=True).input_value() == "month"
    page.get_by_role("button", name="Clear City").click()
    settled(page)
    assert page.url.endswith(state.replace("&city=Chicago", ""))


def test_what_a_link_asks_for_in_vain_is_comparable_and_ignored(page, sample_site) -> None:
    opened(page, sample_site, "#channel=Nowhere,Web&cluster=99&colour=red&from=2999-01-01")
    notice = page.locator("#notice")
    assert notice.is_visible()
    for word in ("channel Nowhere", "cluster 99", "colour red", "from 2999-01-01"):
        assert word in notice.text_content()
    assert chips(page) == ["Web"]


def test_filters_work_by_keyboard_alone(dashboard) -> None:
    dashboard.locator(".sheet > summary").focus()
    dashboard.keyboard.press("Enter")
    summary = dashboard.locator('[data-filter="gender"] summary')
    summary.focus()
    dashboard.keyboard.press("Enter")
    dashboard.keyboard.press("Tab")
    dashboard.keyboard.press("Space")
    dashboard.wait_for_selector(".chip")
    settled(dashboard)
    dashboard.keyboard.press("Escape")
    assert dashboard.evaluate("document.activeElement.textContent").startswith("Gender (1)")
    outline = dashboard.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    dashboard.locator(".chip button").focus()
    dashboard.keyboard.press("Enter")
    dashboard.wait_for_function("() => !document.querySelector('.chip')")
    settled(dashboard)
    assert dashboard.evaluate("document.activeElement !== document.body")


def test_a_change_is_said_to_a_screen_reader(dashboard) -> None:
    dashboard.locator("#scatter .legend button").first.click()
    dashboard.wait_for_function(
        "() => document.querySelector('#summary').textContent.startsWith('Filtered by clusters')"
    )
    settled(dashboard)
    said = dashboard.locator("#summary").text_content()
    assert f"net revenue {tile(dashboard, 'net')}" in said
    assert dashboard.locator("#summary").get_attribute("aria-live") == "polite"


def test_each_chart_has_a_table_that_follows_the_filters(dashboard) -> None:
    for key in ("trend", "products", "calendar", "channels", "cities", "rfm-grid", "scatter"):
        figure = dashboard.locator(f'[data-figure="{key}"]')
        bring(dashboard, f'[data-figure="{key}"]')
        figure.locator(".menu summary").click()
        figure.get_by_role("button", name="Table view").click()
        figure.locator("details.figure-table tbody tr").nth(1).wait_for()
    first = '[data-figure="channels"] tbody tr:first-child'
    before = dashboard.locator(first).text_content()
    dashboard.evaluate("window.retailReport.linked.store.toggle('gender', [0])")
    settled(dashboard)
    assert dashboard.locator(first).text_content() != before


def saved(page, figure: str, entry: str) -> bytes:
    holder = page.locator(f'[data-figure="{figure}"]')
    holder.locator(".menu summary").click()
    with page.expect_download() as download:
        holder.get_by_role("button", name=entry, exact=True).click()
    with open(download.value.path(), "rb") as file:
        return file.read()


def test_a_figure_is_saved_as_csv_picture_and_source(dashboard) -> None:
    rows = list(csv.DictReader(io.StringIO(saved(dashboard, "channels", "CSV").decode())))
    assert [row["channel"] for row in rows]
    assert saved(dashboard, "channels", "PNG").startswith(b"\x89PNG")
    picture = saved(dashboard, "scatter", "SVG")
    assert picture.startswith(b"<svg")
    assert b"<path" in picture
    source = json.loads(saved(dashboard, "products", "Vega-Lite source"))
    assert "vega-lite" in source["$schema"]
    assert len(source["data"]["values"]) > 10


def test_a_day_pointed_at_is_marked_in_trend_and_calendar(dashboard) -> None:
    box = dashboard.locator('[data-figure="trend"] .figure-chart').bounding_box()
    dashboard.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    dashboard.locator(".tooltip").wait_for()
    see(dashboard, "calendar")
    box = dashboard.locator('[data-figure="calendar"] .figure-chart').bounding_box()
    dashboard.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
    dashboard.locator(".day-marker").wait_for()
    assert dashboard.locator(".crosshair").is_visible()


def test_brush_moves_and_a_double_click_resets(dashboard) -> None:
    box = dashboard.locator('[data-figure="trend"] .figure-chart').bounding_box()
    x, y = box["x"], box["y"] + 60
    dashboard.mouse.move(x + 150, y)
    dashboard.mouse.down()
    dashboard.mouse.move(x + 250, y)
    dashboard.mouse.up()
    settled(dashboard)
    days = dashboard.locator(".chip-count").text_content()
    first = chips(dashboard)
    dashboard.mouse.move(x + 200, y)
    dashboard.mouse.down()
    dashboard.mouse.move(x + 260, y)
    dashboard.mouse.up()
    settled(dashboard)
    assert chips(dashboard) != first
    assert dashboard.locator(".chip-count").text_content() == days
    dashboard.mouse.dblclick(x + 260, y)
    settled(dashboard)
    assert chips(dashboard) == []


def test_clusters_switch_at_once(dashboard) -> None:
    verdict = dashboard.locator('[data-figure="scatter"] .verdict')
    assert verdict.text_content().startswith("2 components, 4 clusters. Silhouette")
    settings(dashboard)
    dashboard.get_by_role("combobox", name="Clusters").select_option("7")
    dashboard.get_by_role("combobox", name="Components").select_option("5")
    settled(dashboard)
    assert dashboard.locator("#scatter .legend button").count() == 7
    assert verdict.text_content().startswith("5 components, 7 clusters. Silhouette")
    dashboard.get_by_role("combobox", name="X axis").select_option("3")
    settled(dashboard)
    assert "components=5" in dashboard.url
    assert "across=3" in dashboard.url


def names_of(report: Any, components: int, clusters: int) -> list[str]:
    named = report["cluster_names"].query(f"components == {components} and clusters == {clusters}")
    return named.sort_values("cluster")["name"].tolist()


def test_the_legend_names_what_the_clusters_of_every_pair_buy_more_of(
    dashboard, sample_site
) -> None:
    report, names = sample_site.report, dashboard.locator("#scatter .legend button bdi")
    assert names.all_text_contents() == report["clusters"].sort_values("cluster")["name"].tolist()
    settings(dashboard)
    dashboard.get_by_role("combobox", name="Clusters").select_option("7")
    dashboard.get_by_role("combobox", name="Components").select_option("5")
    settled(dashboard)
    assert names.all_text_contents() == names_of(report, 5, 7)
    # As many clusters of another pair: their names follow in the filter too.
    dashboard.get_by_role("combobox", name="Components").select_option("3")
    settled(dashboard)
    assert names.all_text_contents() == names_of(report, 3, 7)
    small = dashboard.locator('[data-filter="cluster"] small')
    assert small.all_text_contents() == names_of(report, 3, 7)


def test_an_average_order_of_some_products_says_what_it_is(page, sample_site) -> None:
    twin = '[data-key="average_order"] .tile-twin'
    whole = opened(page, sample_site, "#channel=Web")
    assert whole.locator(twin).first.text_content() == ""
    some = opened(page, sample_site, "#product=Books")
    assert some.locator(twin).first.text_content() == "on these products"


def test_axes_are_moved_by_arrow_keys_reversed_and_put_back(dashboard) -> None:
    names = ".axes .axis"
    see(dashboard, "parallel")
    usual = dashboard.locator(names).all_text_contents()
    dashboard.locator(names).first.focus()
    dashboard.keyboard.press("ArrowRight")
    settled(dashboard)
    moved = dashboard.locator(names).all_text_contents()
    assert moved == [usual[1], usual[0], *usual[2:]]
    assert dashboard.evaluate("document.activeElement.textContent") == usual[0]
    dashboard.get_by_role("button", name="Reverse").click()
    settled(dashboard)
    assert dashboard.locator(names).all_text_contents() == moved[::-1]
    dashboard.get_by_role("button", name="By category").click()
    settled(dashboard)
    assert dashboard.locator(names).all_text_contents() == usual


def test_customers_are_sorted_searched_paged_and_downloaded(dashboard, sample_site) -> None:
    people = sample_site.report["customers"]
    table = dashboard.locator("#customers")
    table.get_by_role("button", name="Recency (days)").click()
    settled(dashboard)
    first = table.locator("tbody tr").first
    assert str(int(people["recency_days"].max())) in first.locator("td").all_text_contents()
    table.get_by_role("button", name="Recency (days)").click()
    settled(dashboard)
    assert str(int(people["recency_days"].min())) in first.locator("td").all_text_contents()
    table.get_by_role("button", name="Next").click()
    settled(dashboard)
    assert "Page 2 of" in table.locator(".pager").text_content()
    table.get_by_label("Search").fill("champions")
    wanted = int((people["segment"] == "Champions").sum())
    settled(dashboard)
    assert table.locator("#customer-count").text_content().startswith(f"{wanted:,} of")
    with dashboard.expect_download() as download:
        table.get_by_role("button", name="Download").click()
    with open(download.value.path(), newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["segment"] for row in rows} == {"Champions"}
    assert sorted(row["id"] for row in rows) == sorted(
        people.loc[people["segment"] == "Champions", "customer_id"]
    )


def test_help_opens_and_closes_by_keyboard(dashboard) -> None:
    dashboard.locator(".help-button").focus()
    dashboard.keyboard.press("Enter")
    dashboard.get_by_role("dialog").wait_for()
    assert "intersect" in dashboard.get_by_role("dialog").text_content()
    dashboard.keyboard.press("Escape")
    dashboard.locator("#help").wait_for(state="hidden")


def test_a_small_screen_never_scrolls_sideways_and_targets_are_large(new_page, sample_site) -> None:
    page = opened(new_page(viewport={"width": 360, "height": 780}), sample_site, "#city=Chicago")
    assert page.evaluate(WIDE) <= 0
    small = page.evaluate(
        """() => [...document.querySelectorAll("main button, main summary, main select, main input")]
        .filter((node) => node.checkVisibility() && node.type !== "checkbox")
        .map((node) => [node.textContent.slice(0, 20), node.getBoundingClientRect()])
        .filter(([, box]) => box.height < 23.5 || box.width < 23.5)
        .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""
    )
    assert small == []


def test_dark_pages_use_the_dark_twins(new_page, sample_site) -> None:
    colours = []
    for scheme in ("light", "dark"):
        page = opened(new_page(color_scheme=scheme), sample_site)
        colours.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        swatch = page.locator("#scatter .legend .swatch").first
        colours.append(swatch.evaluate("(node) => getComputedStyle(node).backgroundColor"))
    assert len(set(colours)) == 4


@pytest.mark.parametrize("options", [{"reduced_motion": "reduce"}, {"forced_colors": "active"}])
def test_the_dashboard_opens_with_a_readers_preferences(new_page, sample_site, options) -> None:
    page = opened(new_page(**options), sample_site, "#city=Chicago")
    assert chips(page) == ["Chicago"]


def test_cities_are_on_the_map_and_a_click_selects_one(dashboard, sample_site) -> None:
    see(dashboard, "map")
    place = dashboard.evaluate(
        """() => { const it = window.retailReport.linked.mounted.get("map");
        const group = it.view.scenegraph().root.items[0];
        const circle = group.items.flatMap((mark) => mark.items)
          .find((item) => item.datum?.city === "Chicago");
        const canvas = it.box.querySelector(".vega-canvas canvas").getBoundingClientRect();
        const [left, top] = it.view.origin(); const padding = it.view.padding();
        return [canvas.left + left + padding.left + circle.x, canvas.top + top + padding.top + circle.y]; }"""
    )
    dashboard.mouse.click(*place)
    settled(dashboard)
    assert chips(dashboard) == ["Chicago"]
