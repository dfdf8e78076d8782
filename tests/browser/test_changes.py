"""What changed, by name and by two names, and why: against pandas, to the last smallest unit."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest
from driving import bring, chips, opened, place_of, settled
from expected import Expected, Filters, read

from retail.changes.month_bridge import shares

STATES = 60
WHY = "(chosen) => window.retailReport.linked.why(chosen)"
PERIODS = ("month", "3months", "12months", "year")


def side(expected: Expected, filters: Filters, span: tuple[int, int]) -> dict[str, int]:
    """What a span of days holds under the filters: known customers, guests, returns."""
    filters = replace(filters, first=span[0], last=span[1])
    booked = expected.lines_in(filters)
    bought = expected.lines_in(filters, credited=True)
    bought = bought[(bought["amount"] > 0) & (bought["customer_id"] != "")]
    sold = booked[booked["amount"] > 0]
    known = sold[sold["customer_id"] != ""]
    return {
        "buyers": bought["customer_id"].nunique(),
        "orders": bought["purchase"].nunique(),
        "units": int(known["quantity"].sum()),
        "gross": int(known["amount"].sum()),
        "guests": int(sold["amount"].sum() - known["amount"].sum()),
        "returns": int(booked.loc[booked["amount"] < 0, "amount"].sum()),
    }


def bridge(now: dict[str, int], before: dict[str, int]) -> dict[str, int]:
    """Step -> amount, by the library's Shapley shares."""
    names = ("Buyers", "Orders per buyer", "Units per order", "Revenue per unit")
    chains = [
        [1, *(one[n] for n in ("buyers", "orders", "units", "gross"))] for one in (before, now)
    ]
    found: dict[str, int] = {}
    if all(value > 0 for chain in chains for value in chain):
        ratios = [[Fraction(above, below) for below, above in pairwise(chain)] for chain in chains]
        found = dict(zip(names, shares(*ratios), strict=True))
    elif now["gross"] != before["gross"]:
        found["Gross revenue of customers"] = now["gross"] - before["gross"]
    for step, name in (("Guests", "guests"), ("Returns", "returns")):
        if now[name] or before[name]:
            found[step] = now[name] - before[name]
    return found


def state_of(rng: random.Random, expected: Expected) -> str:
    """The address of a random selection."""
    lines = expected.lines
    words = [f"period={rng.choice(PERIODS)}", f"compare={rng.choice(['year', 'previous'])}"]
    for name, some in (("channel", 0.4), ("city", 0.3)):
        if rng.random() < some:
            words.append(f"{name}={quote(rng.choice(sorted(lines[name].unique())))}")
    if rng.random() < 0.4:
        words.append(f"product={quote(rng.choice(sorted(lines['category'].unique())))}")
    if rng.random() < 0.3:
        words.append(f"cluster={rng.randint(1, 4)}")
    if rng.random() < 0.2:
        words.append(f"frequency={rng.randint(1, 3)}~{rng.choice(['', '6'])}")
    return "&".join(words)


@pytest.mark.slow
def test_the_bridge_is_that_of_pandas_in_random_states(page, sample_site) -> None:
    expected, rng = sample_site.expected, random.Random(60)
    opened(page, sample_site)
    split = 0
    for _ in range(STATES):
        address = state_of(rng, expected)
        page.evaluate("(hash) => { location.hash = hash; }", address)
        page.wait_for_function(
            "(hash) => window.retailReport.linked.hashNow() === hash", arg=address
        )
        settled(page)
        filters = read(page.url)
        name = rng.choice(["", "channel", "city"])
        chosen = {}
        if name:
            value = rng.choice(sorted(expected.lines[name].unique()))
            names = page.evaluate(f"window.retailReport.linked.store.data.names['{name}']")
            chosen = {name: [names.index(value)]}
            filters.names[name] = {value}
        seen = page.evaluate(WHY, chosen)
        spans = expected.compared(filters)
        assert (seen is None) == (spans is None), address
        if spans is None:
            continue
        now, before = (side(expected, filters, span) for span in spans)
        wanted = bridge(now, before)
        assert {step["step"]: step["amount"] for step in seen["steps"]} == wanted, (address, chosen)
        for key, one in (("now", now), ("before", before)):
            assert seen[key] == one["gross"] + one["guests"] + one["returns"]
        assert seen["before"] + sum(wanted.values()) == seen["now"]
        split += "Buyers" in wanted
    assert split > STATES / 2


def test_a_click_on_a_change_says_why_in_a_sentence_and_adds_up(page, sample_site) -> None:
    opened(page, sample_site, "")
    page.locator('[data-key="net"] .tile-change').click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    sentence = dialog.locator(".explain-sentence").text_content()
    assert sentence.startswith("Net revenue ")
    assert " from " in sentence
    steps = dialog.locator(".bridge tbody th").all_text_contents()
    assert steps[:2] == ["Net revenue before", "Buyers"]
    with page.expect_download() as download:
        dialog.get_by_role("button", name="Download").click()
    rows = Path(download.value.path()).read_text("utf-8").splitlines()[1:]
    assert len(rows) == len(steps)
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")


def test_bars_show_changes_and_a_click_says_why_before_it_filters(page, sample_site) -> None:
    opened(page, sample_site, "#period=month&mode=change")
    expected = sample_site.expected
    filters = read(page.url)
    spans = expected.compared(filters)
    now, before = (
        expected.sums(replace(filters, first=span[0], last=span[1]), "channel") for span in spans
    )
    rows = page.evaluate("window.retailReport.linked.mounted.get('channels').table().rows")
    for row in rows:
        late, old = (
            int(one.loc[row["channel"], ["gross", "returns"]].sum())
            if row["channel"] in one.index
            else 0
            for one in (now, before)
        )
        assert row["change"] == late - old
    bring(page, "#channels")
    page.mouse.click(*bar_of(page, "Web"))
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert "Web" in dialog.locator("h2").text_content()
    assert chips(page) == []
    dialog.get_by_role("button", name="Filter by Web").click()
    settled(page)
    assert chips(page) == ["Web"]


def bar_of(page, name: str) -> list[float]:
    """Where the bar of a channel is."""
    place_of(page, "channels", name)
    return page.evaluate(
        """(name) => { const it = window.retailReport.linked.mounted.get("channels"), { view } = it;
        const row = view.data("rows").find((one) => one.channel === name);
        const [left, top] = view.origin(), padding = view.padding();
        const box = it.box.getBoundingClientRect();
        return [box.left + left + padding.left + (view.scale("x")(0) + view.scale("x")(row.change)) / 2,
          box.top + top + padding.top + view.scale("y")(name) + view.scale("y").bandwidth() / 2]; }""",
        name,
    )


def test_the_matrix_shows_what_lost_most_first_and_sorts(page, sample_site) -> None:
    opened(page, sample_site, "#period=month&mode=change&as=matrix")
    expected = sample_site.expected
    filters = read(page.url)
    spans = expected.compared(filters)
    now, before = (
        expected.lines_in(replace(filters, first=span[0], last=span[1]))
        .groupby(["category", "channel"], observed=True)["amount"]
        .sum()
        for span in spans
    )
    change = now.sub(before, fill_value=0)
    by_category = change.groupby("category", observed=True).sum().sort_values()
    matrix = page.locator("#products .matrix")
    heads = matrix.locator("tbody tr:not(.is-sum) th")
    assert heads.all_text_contents() == by_category.index.tolist()
    matrix.get_by_role("button", name="Web", exact=True).click()
    web = change.xs("Web", level="channel").sort_values()
    assert heads.all_text_contents() == web.index.tolist()
    matrix.get_by_role("button", name="Web", exact=True).click()
    assert heads.all_text_contents() == web.index.tolist()[::-1]
    worst = web.index[0]
    matrix.get_by_role("button", name=f"{worst} · Web").click()
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert f"{worst} · Web" in dialog.locator("h2").text_content()
    dialog.get_by_role("button", name="Filter by").click()
    settled(page)
    assert sorted(chips(page)) == sorted(["Web", *[chip for chip in chips(page) if chip != "Web"]])
    assert "channel=Web" in page.url
    assert f"product={worst}" in page.url.replace("%20", " ")
