"""The selection scored anew in the page, against `retail.segments` and scikit-learn on the same lines."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from driving import QUIET, opened
from expected import EPOCH, Expected, Filters, read

from retail.segments import rfm
from retail.segments.naming_conventions import DEFAULT, SEVEN_LEVELS

SELECTIONS = 30
PAIRS = [(2, 3), (5, 4), (6, 6), (8, 5)]
SEEN = """() => {
  const { store, scoring } = window.retailReport.linked;
  const { data } = store, { customers, members, names, rescored } = data;
  const at = [...members.id.keys()].filter((place) => customers.r[place]);
  const column = (name) => at.map((place) => customers[name][place]);
  return {
    ids: at.map((place) => members.id[place]), r: column("r"), f: column("f"), m: column("m"),
    recency_days: column("recency_days"), frequency: column("frequency"), monetary: column("monetary"),
    segment: column("segment").map((code) => names.segment[code]),
    level: column("level").map((code) => names.level[code]),
    cuts: data.rfm_cuts.map(({ measure, score, customers: size }) => [measure, score, size]),
    fit: rescored.fit, reason: rescored.reason, clustered: [...rescored.cluster].filter(Boolean).length,
    grid: window.retailReport.linked.mounted.get("rfm-grid").table().rows,
  };
}"""
MILLISECONDS = """() => {
  const { scoring, sources } = window.retailReport.linked;
  const start = performance.now();
  scoring.follow({ settings: ["scored"] }, sources.masks);
  return performance.now() - start;
}"""


def customer_sums(lines: pd.DataFrame) -> pd.DataFrame:
    """What `rfm.measured` needs, of DASHBOARD_LINES that were filtered; guests have none."""
    sales = lines[lines["amount"] > 0]
    buyer = sales.groupby("purchase")["customer_id"].first().astype("str")
    day = sales.groupby("purchase")["credit_day"].first()
    left = lines.groupby("purchase")["amount"].sum().reindex(buyer.index)
    bought = pd.DataFrame({"customer_id": buyer, "day": day, "is_kept": left > 0})
    kept = bought[bought["is_kept"]].groupby("customer_id")
    everyone = lines.astype({"customer_id": "str"}).groupby("customer_id")["amount"]
    table = pd.DataFrame(
        {
            "purchases": bought.groupby("customer_id").size(),
            "kept_purchases": kept.size(),
            "last_kept_day": kept["day"].max().astype("Int64"),
            "lines": everyone.size(),
            "net": everyone.sum(),
        }
    )
    whole = ["purchases", "kept_purchases", "lines", "net"]
    table[whole] = table[whole].fillna(0).astype("int64")
    return table.rename_axis("customer_id").reset_index().query("customer_id != ''")


def kept_units(lines: pd.DataFrame) -> pd.DataFrame:
    """Customers x subcategories: units of each purchase less what came back of them, where above zero."""
    rows = lines.dropna(subset=["purchase"]).astype({"customer_id": "str", "product": "str"})
    sales, back = rows[rows["amount"] > 0], rows[rows["amount"] < 0]
    keys = ["purchase", "product"]
    sold = sales.groupby(keys).agg(units=("quantity", "sum"), who=("customer_id", "first"))
    returned = back["quantity"].abs().groupby([back["purchase"], back["product"]]).sum()
    left = sold["units"] - returned.reindex(sold.index).fillna(0)
    kept = sold.assign(left=left)[(left > 0) & (sold["who"] != "")].reset_index()
    return kept.pivot_table(index="who", columns="product", values="left", aggfunc="sum").fillna(0)


def best_inertia(units: pd.DataFrame, components: int, clusters: int) -> float:
    """The best of ten starts of scikit-learn on the components of standardised roots of shares."""
    from sklearn.cluster import KMeans
    from sklearn.decomposition import PCA
    from sklearn.preprocessing import StandardScaler

    enough = units[units.sum(axis=1) >= 3].to_numpy()
    roots = np.sqrt(enough / enough.sum(axis=1, keepdims=True))
    scores = PCA(components, svd_solver="full").fit_transform(StandardScaler().fit_transform(roots))
    return float(KMeans(clusters, n_init=10, random_state=1).fit(scores).inertia_)


def whim(rng: random.Random, expected: Expected) -> str:
    """A random selection, as an address."""
    words = []
    lines = expected.lines
    if rng.random() < 0.5:
        days = sorted(rng.sample(range(expected.first, expected.as_of + 1), 2))
        start, end = ((EPOCH + pd.Timedelta(days=day)).strftime("%Y-%m-%d") for day in days)
        words += [f"from={start}"] if rng.random() < 0.6 else []
        words += [f"to={end}"] if rng.random() < 0.6 else []
    for name in ("channel", "city", "category"):
        if rng.random() < 0.4:
            values = sorted(lines[name].unique().tolist())
            chosen = rng.sample(values, min(len(values), rng.randint(1, 3)))
            words.append(f"{name.replace('category', 'product')}={','.join(map(quoted, chosen))}")
    if rng.random() < 0.3:
        words.append(f"gender={quoted(rng.choice(sorted(expected.people['gender'].unique())))}")
    if rng.random() < 0.3:
        names = sorted(set(expected.people["segment"]) & set(DEFAULT.names))
        words.append(f"within={quoted('segment=' + quoted(rng.choice(names)))}")
    components, clusters = rng.choice(PAIRS)
    return "&".join([*words, f"components={components}&clusters={clusters}", "scored=selection"])


def quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text, safe="")


def selected(address: str, expected: Expected) -> tuple[Filters, pd.DataFrame]:
    """The filters of an address and the lines of the selection, by the place of their purchase."""
    from urllib.parse import unquote

    filters = read(address)
    for word in unquote(filters.setup.pop("within", "")).split("&"):
        name, _, values = word.partition("=")
        if name == "segment":
            filters.names["segment"] = set(map(unquote, values.split(",")))
    return filters, expected.lines_in(filters, credited=True)


@pytest.mark.slow
@pytest.mark.needs_data("case_study")
def test_a_selection_is_scored_as_python_scores_its_lines(page, case_site) -> None:
    expected = case_site.expected
    rng = random.Random(20)
    opened(page, case_site)
    scored = 0
    for _ in range(SELECTIONS):
        address = f"#{whim(rng, expected)}"
        page.evaluate("(hash) => { location.hash = hash; }", address)
        page.wait_for_function("(hash) => location.hash === hash", arg=address)
        page.wait_for_function(QUIET)
        page.wait_for_function("() => window.retailReport.linked.store.data.rescored")
        seen = page.evaluate(SEEN)
        filters, lines = selected(address, expected)
        as_of = expected.as_of if filters.last is None else filters.last
        customers = rfm.measured(customer_sums(lines), as_of)
        customers = customers[customers["group"] == "scored"].set_index("customer_id").sort_index()
        scores = rfm.score(customers, 5)
        table = pd.DataFrame({k: seen[k] for k in (*KEYS, "ids")}).set_index("ids").sort_index()
        assert table.index.tolist() == customers.index.tolist(), address
        for name in ("recency_days", "frequency", "monetary"):
            assert table[name].tolist() == customers[name].tolist(), (address, name)
        for letter in "rfm":
            assert table[letter].tolist() == scores.table[letter].tolist(), (address, letter)
        assert table["segment"].tolist() == DEFAULT.name(scores.table).tolist(), address
        levels = SEVEN_LEVELS.name(rfm.score(customers, 4).table)
        assert table["level"].tolist() == levels.tolist(), address
        clusters(seen, lines, customers, filters.setup)
        scored += bool(seen["fit"])
    assert scored > SELECTIONS / 2  # most were large enough for clusters
    assert page.evaluate(MILLISECONDS) < 3_000  # loosely; tests.benchmarks.dashboard times it


KEYS = ("recency_days", "frequency", "monetary", "r", "f", "m", "segment", "level")


def clusters(seen: dict, lines: pd.DataFrame, customers: pd.DataFrame, setup: dict) -> None:
    """As good as scikit-learn's best, and everyone who kept something is in one."""
    units = kept_units(lines)
    units = units.loc[units.index.intersection(customers.index)]
    units = units.loc[:, units.sum() > 0]
    components, count = int(setup["components"]), int(setup["clusters"])
    enough = int((units.sum(axis=1) >= 3).sum())
    if enough < 10 * count or units.shape[1] < components:
        assert seen["reason"]
        return
    assert seen["clustered"] == len(units)
    assert seen["fit"]["inertia"] <= best_inertia(units, components, count) * 1.005
