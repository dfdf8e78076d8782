"""A page for each segment and cluster, movement, lists and slices, of the sample as it is built."""

from __future__ import annotations

import csv
import json
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pandas as pd
import pytest

from retail import config, pipeline

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The site and the private folder of the sample, without the slow tests of its clusters."""
    folder = tmp_path_factory.mktemp("groups")
    settings = folder / "retail.toml"
    settings.write_text(
        f'[[slices]]\nwhere = {{ gender = "F" }}\n[[slices]]\nname = "Nobody"\n'
        f'where = {{ city = "nowhere" }}\n[input]\nfolder = "{ROOT / "data/sample"}"\n'
        "[clusters]\nevery_pair = false\npermutations = 0\nsubsamples = 0\n"
        "[lists]\nholdout = 0.25\n",
        encoding="utf-8",
    )
    site = pipeline.build(config.load(settings))
    return site, folder / ".retail/private"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def text(path: Path) -> str:
    return unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))


def page_of(site: Path, name: str) -> Path:
    found = [
        p
        for p in site.glob("segment-*.html")
        if f"<bdi>{name}</bdi></h1>" in unescape(p.read_text())
    ]
    assert len(found) == 1
    return found[0]


def test_every_segment_and_cluster_has_a_page_that_mentions_lead_to(built) -> None:
    site, _ = built
    for table, column in (("segments", "segment"), ("clusters", "cluster")):
        whole = unescape((site / f"{table}.html").read_text())
        for row in rows(site / f"data/{table}.csv"):
            link = re.search(
                rf'href="([^"]+)" data-group="{column}"><bdi>{re.escape(row[column])}<', whole
            )
            assert link
            page = (site / link[1]).read_text()
            state = re.search(rf'href="index.html#{column}=([^"]+)"', page)
            assert state
            assert unquote(state[1]) == row[column]


def test_a_segment_page_says_who_why_and_what_to_do(built) -> None:
    site, _ = built
    tested = {row["segment"]: row for row in rows(site / "data/backtest.csv")}
    for row in rows(site / "data/segments.csv"):
        said = " ".join(text(page_of(site, row["segment"])).split())
        rule = row["rule_in_words"]
        assert rule[:1].upper() + rule[1:] in said
        assert tested[row["segment"]]["verdict"] in said
        if row["action"]:
            assert row["action"] in said
            assert "A convention of the trade, not a finding" in said
        else:
            assert "No action is suggested" in said
        assert (row["holds"] == "true") == bool(row["action"])


def test_lists_hold_who_the_pages_count(built) -> None:
    site, private = built
    people = [r for r in rows(site / "data/customers.csv") if r["group"] == "scored"]
    for told in rows(site / "data/lists.csv"):
        listed = rows(site / f"data/lists/{told['list']}.csv")
        mine = rows(private / f"lists/{told['list']}.csv")
        assert len(listed) == len(mine) == int(told["listed"])
        assert sum(r["held_out"] == "true" for r in listed) == int(told["held_out"])
        assert {r["customer_id"] for r in listed} == {r["customer_pseudonym"] for r in mine}
        assert [r["monetary"] for r in listed] == [r["monetary"] for r in mine]
        if told["title"] == "In it now":
            inside = {r["customer_id"] for r in people if r["segment"] == told["subject"]}
            assert len(inside) == int(told["customers"])
            assert {r["customer_id"] for r in listed} <= inside


def test_only_private_lists_have_real_ids_and_what_comes_next(built) -> None:
    site, private = built
    real = {r["customer_id"] for r in rows(private / "customers.csv")}
    for path in (site / "data/lists").glob("*.csv"):
        listed = rows(path)
        assert not real & {r["customer_id"] for r in listed}
        assert not listed or "drops_on" not in listed[0]
    loyal = next(
        p for p in (private / "lists").glob("segment-loyal-*.csv") if "cluster" not in p.name
    )
    assert {"drops_on", "drops_to", "if_buys_today"} <= set(rows(loyal)[0])


def test_every_list_is_described(built) -> None:
    site, _ = built
    described = json.loads((site / "data/datapackage.json").read_text())["resources"]
    paths = {resource["path"] for resource in described}
    files = {f"lists/{p.name}" for p in (site / "data/lists").glob("*.csv")}
    files |= {
        p.relative_to(site / "data").as_posix() for p in (site / "data/slices").rglob("*.csv")
    }
    assert files
    assert files <= paths


def test_lists_are_for_their_owner_only_and_old_ones_go(built, tmp_path: Path) -> None:
    from retail.lists import CustomerLists
    from retail.render.private import Staging, customer_list_files
    from retail.schema.lists import LIST_MEMBERS
    from retail.schema.units import Units

    _, private = built
    folder = tmp_path / "lists"
    shutil.copytree(private / "lists", folder)
    assert {p.stat().st_mode & 0o777 for p in folder.glob("*.csv")} == {0o600}
    nothing = CustomerLists(LIST_MEMBERS, pd.DataFrame(columns=LIST_MEMBERS.names), ())
    staging = Staging()
    staging.write(customer_list_files(nothing, Units(2, 0)), folder, is_whole=True)
    assert list(folder.glob("*.csv"))
    staging.settle()
    assert not list(folder.glob("*.csv"))


def test_shares_of_movement_add_up(built) -> None:
    site, _ = built
    by_pair: dict[tuple[str, str], int] = {}
    for row in rows(site / "data/movement_shares.csv"):
        pair = (row["from_month"], row["to_month"])
        by_pair[pair] = by_pair.get(pair, 0) + int(row["customers"])
    whole: dict[tuple[str, str], int] = {}
    for row in rows(site / "data/movement.csv"):
        pair = (row["from_month"], row["to_month"])
        whole[pair] = whole.get(pair, 0) + int(row["customers"])
    assert by_pair == {pair: whole[pair] for pair in by_pair}
    last = max(by_pair)
    assert last[1] in text(site / "movement.html")


def test_slices_are_scored_anew_reached_from_every_page_and_say_when_too_small(built) -> None:
    site, _ = built
    pages = {p.name: p for p in site.glob("slice-*.html")}
    assert len(pages) == 2
    for page in site.glob("*.html"):
        if page.name == "digest.html":
            continue
        assert all(f'href="{name}"' in page.read_text() for name in pages), page.name
    nobody = next(p for name, p in pages.items() if "nobody" in name)
    assert "there is no one to score" in text(nobody)
    women = next(p for name, p in pages.items() if name.startswith("slice-f-"))
    own = rows(site / f"data/slices/{women.stem}/segments.csv")
    scored = [r for r in rows(site / "data/customers.csv") if r["group"] == "scored"]
    assert sum(int(r["customers"]) for r in own) == sum(r["gender"] == "F" for r in scored)


def test_long_lists_come_in_pages_and_are_safe_for_spreadsheets() -> None:
    from retail.lists import CustomerList, CustomerLists
    from retail.render import customer_files
    from retail.render.formats import Formats
    from retail.schema.lists import LIST_MEMBERS
    from retail.schema.table import Table
    from retail.schema.units import Units

    table = Table("list_members", "", (LIST_MEMBERS.column("customer_id"),), ("customer_id",))
    people = pd.DataFrame({"customer_id": ["=1+1", "b", "c", "d", "e"]})
    rows = np.array([0, 2, 3, 4])
    one = CustomerList("loyal", "segment", "Loyal", "In it now", len(rows), rows)
    made = customer_files.list_pages(
        CustomerLists(table, people, (one,)), Formats(Units(2, 0)), page_rows=3
    )
    assert [(f.name, f.rows, f.content) for f in made["loyal"]] == [
        ("loyal-1", 3, b"customer_id\r\n'=1+1\r\nc\r\nd\r\n"),
        ("loyal-2", 1, b"customer_id\r\ne\r\n"),
    ]


SMALL = """() => [...document.querySelectorAll("a, button, summary, select")].filter((e) => {
    const box = e.getBoundingClientRect();
    return box.width && getComputedStyle(e).display !== "inline" && box.height < 23.9 && !e.matches(".skip");
}).map((e) => e.outerHTML)"""


def test_pages_of_groups_fit_a_phone_and_a_finger(built, new_page) -> None:
    site, _ = built
    page = new_page(viewport={"width": 360, "height": 780})
    wanted = [page_of(site, "Can't lose them"), site / "cluster-1.html", site / "movement.html"]
    for path in [*wanted, *site.glob("slice-*.html")]:
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path.name
        assert page.evaluate(SMALL) == [], path.name


def test_one_click_filters_the_dashboard_to_a_segment(built, new_page) -> None:
    site, _ = built
    page = new_page()
    page.goto(page_of(site, "Can't lose them").as_uri())
    page.get_by_text("Dashboard of these customers").click()
    page.locator(".chip").get_by_text("Can't lose them").wait_for()
    assert page.locator("#notice").is_hidden()


def test_any_two_month_ends_can_be_compared(built, new_page) -> None:
    site, _ = built
    months = sorted({row["month"] for row in rows(site / "data/segment_history.csv")})
    first, second = months[-9], months[-3]
    page = new_page()
    page.goto((site / "movement.html").as_uri())
    choices = page.locator("#movement-controls select")
    choices.nth(0).select_option(first)
    choices.nth(1).select_option(second)
    page.locator("#movement-shares caption").get_by_text(second).wait_for()
    expected: dict[tuple[str, str], int] = {}
    for row in rows(site / "data/movement.csv"):
        if (row["from_month"], row["to_month"]) == (first, second):
            key = (row["direction"], row["cause"])
            expected[key] = expected.get(key, 0) + int(row["customers"])
    shown = page.evaluate(
        "[...document.querySelectorAll('#movement-shares tbody tr')]"
        ".map((row) => [...row.children].map((cell) => cell.textContent))"
    )
    found = {(row[0], row[1]): int(row[2].replace(",", "")) for row in shown}
    assert found == expected
