"""The dashboard of a shop that states little of what it sells."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import pytest
from driving import chips, opened, place_of, see, settled
from sites import Site, build

CATEGORIES = ("Books", "Tea", "Toys")


def shop(folder: Path, header: str, categories: tuple[str, ...]) -> Path:
    """A small shop, the category last if its header has one."""
    rng = random.Random(7)
    lines = [header]
    for _ in range(600):
        day = date(2023, 1, 1) + timedelta(days=rng.randrange(600))
        row = [f"c{rng.randrange(60)}", day.isoformat(), str(rng.randrange(1, 50))]
        lines.append(",".join([*row, *([rng.choice(categories)] if categories else [])]))
    folder.mkdir()
    (folder / "Transactions.csv").write_text("\n".join([*lines, ""]))
    return folder


@pytest.fixture(scope="module")
def of_categories(tmp_path_factory: pytest.TempPathFactory) -> Site:
    work = tmp_path_factory.mktemp("categories")
    return build(shop(work / "in", "customer_id,date,amount,category", CATEGORIES), work)


@pytest.fixture(scope="module")
def of_money(tmp_path_factory: pytest.TempPathFactory) -> Site:
    work = tmp_path_factory.mktemp("money")
    return build(shop(work / "in", "customer_id,date,amount", ()), work)


def test_categories_without_subcategories_have_an_area_and_an_axis_each(
    page, of_categories: Site
) -> None:
    dashboard = opened(page, of_categories)
    see(dashboard, "products")
    rows = dashboard.evaluate(
        "() => window.retailReport.linked.mounted.get('products').view.data('rows').map((row) => row.name)"
    )
    assert sorted(rows) == list(CATEGORIES)
    see(dashboard, "parallel")
    axes = dashboard.locator("button.axis")
    assert sorted(axes.all_inner_texts()) == list(CATEGORIES)
    dashboard.mouse.click(*place_of(dashboard, "products", ["Tea", "Tea"]))
    settled(dashboard)
    assert any("Tea" in chip for chip in chips(dashboard))
    assert "Unknown" not in " ".join(chips(dashboard))


@pytest.mark.parametrize("site", ["of_categories", "of_money"])
def test_what_stands_alone_is_as_wide_as_the_page(
    page, site: str, request: pytest.FixtureRequest
) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    dashboard = opened(page, request.getfixturevalue(site))
    whole = dashboard.locator(".board").first.bounding_box()["width"]
    wide = {}
    for key in ("trend", "calendar"):
        see(dashboard, key)
        wide[key] = dashboard.locator(f"#{key}").bounding_box()["width"] / whole
    assert wide["calendar"] > 0.95
    assert (wide["trend"] > 0.95) == (site == "of_money")
