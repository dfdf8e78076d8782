"""An attacker at the level public: linear algebra over what is published, and the truth to judge it by."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy.sparse as sp

from retail.aggregates import dashboard as sums
from retail.schema.dimensions import NOT_SHOWN

NAMES = ("category", "product", "channel", "gender", "city")
Tables = Mapping[str, pd.DataFrame]
Unsafe = Callable[[pd.DataFrame, list[str]], pd.DataFrame]


@dataclass(frozen=True)
class Shop:
    """facts: a row for each line and credited return, under the published names, with its month, customer,
    and what it adds to `gross`, `returns` and `credited_returns`."""

    published: Tables
    facts: pd.DataFrame


def shop(closed: Tables, published: Tables) -> Shop:
    """What is behind the published tables, from the lines of a shop."""
    lines = closed["dashboard_lines"]
    own = lines.assign(
        gross=lines["amount"].clip(lower=0),
        returns=lines["amount"].clip(upper=0),
        credited_returns=0,
    )
    back = lines[lines["amount"] < 0]
    credited = back.assign(
        day=back["purchase_day"].fillna(back["day"]).astype("int64"),
        channel=back["purchase_channel"].fillna(back["channel"]),
        credited_returns=back["amount"],
        gross=0,
        returns=0,
    )
    facts = pd.concat([own, credited], ignore_index=True)
    facts["product"] = facts["category"] + "\n" + facts["subcategory"]
    names = published["dashboard_names"]
    for name in NAMES:
        shown = names[names["dimension"] == ("product" if name == "category" else name)]
        labels = shown["category"] + "\n" + shown["name"] if name == "product" else shown["name"]
        known = set(shown["category"] if name == "category" else labels)
        if name == "product":
            whole = {label.split("\n")[0]: label for label in known}
            joined = {label.split("\n")[0]: label for label in known if "maller groups" in label}
            of = {
                p: joined.get(p.split("\n")[0], whole.get(p.split("\n")[0], ""))
                for p in set(facts[name])
            }
        else:
            rest = [label for label in known if "maller groups" in label] or ["Unknown"]
            of = dict.fromkeys(set(facts[name]), rest[0])
        facts[name] = [one if one in known else of[one] for one in facts[name]]
    days = facts["day"].to_numpy().astype("datetime64[D]")
    facts["month"] = days.astype("datetime64[M]").astype("int64")
    return Shop(published, facts)


def cells(found: Shop, names: tuple[str, ...]) -> pd.DataFrame:
    """Every cell that a reader must reckon with: within a month and category, all pairs of what there is."""
    facts = found.facts
    parts = [facts[["month", "category", "product"]].drop_duplicates()]
    lines = [name for name in names if name in ("channel", "gender")]
    parts.append(facts[["month", "category", *lines]].drop_duplicates())
    every = parts[0].merge(parts[1], on=["month", "category"])
    if "city" in names:
        every = every.merge(facts[["month", "city"]].drop_duplicates(), on="month")
    return every.reset_index(drop=True)


def shown_sums(found: Shop, every: pd.DataFrame) -> np.ndarray:
    """A row for each published sum: 1 for the cells in it."""
    published, rows = found.published, []
    periods = sums.starts(*(int(f(published["by_day"]["day"])) for f in (min, max)))
    month = pd.Series(range(int(every["month"].min()), int(every["month"].max()) + 1))
    first = month.to_numpy().astype("datetime64[M]").astype("datetime64[D]").astype("int64")
    starts = periods.set_index("day").reindex(np.maximum(first, int(periods["day"].min())))
    rows += [every["month"] == one for one in every["month"].unique()]
    for name in set(NAMES) & set(every):
        if f"by_{'subcategory' if name == 'product' else name}" in published:
            rows += [every[name] == label for label in every[name].unique()]
    cubes, names = published["dashboard_cubes"], published["dashboard_names"]
    for cube in published["cubes"].itertuples():
        keys = [name for name in cube.dimensions.split(", ") if name in NAMES]
        if not set(keys) <= set(every) or not keys:
            continue
        start = every["month"].map(dict(zip(month, starts[cube.grain], strict=True)))
        labels = {key: _labels(names, key) for key in keys}
        part = cubes.loc[cubes["cube"] == cube.cube, ["day", *keys]].reset_index(drop=True)
        for key in keys:
            part[key] = [labels[key][at] for at in part[key]]
        is_named = ~part[keys].isin({NOT_SHOWN, f"{NOT_SHOWN}\n{NOT_SHOWN}"}).any(axis=1)
        at = every[keys].assign(day=start).merge(part[is_named].reset_index(), how="left")["index"]
        rows += [at == row for row in part.index[is_named]]
    return np.unique(np.array(rows, dtype=float), axis=0)


def _labels(names: pd.DataFrame, key: str) -> list[str]:
    shown = names[names["dimension"] == ("product" if key == "category" else key)].sort_values(
        "code"
    )
    if key == "category":
        return [*sorted(set(shown["category"]) - {NOT_SHOWN}), NOT_SHOWN]
    return list(shown["category"] + "\n" + shown["name"] if key == "product" else shown["name"])


def few_customers(facts: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The groups of one to four customers."""
    people = facts.dropna(subset=["customer_id"])[[*by, "customer_id"]].drop_duplicates()
    sizes = people.groupby(by, as_index=False).size()
    return sizes.loc[sizes["size"] < 5, by]


def solved(found: Shop, names: tuple[str, ...], unsafe: Unsafe = few_customers) -> list[tuple]:
    """Every sum, by any of the names and of one month or all, that is solved and that is `unsafe`."""
    every = cells(found, names)
    known = shown_sums(found, every)
    values, vectors = np.linalg.eigh(known @ known.T)
    real = values > 1e-8 * values.max()
    basis = (vectors[:, real] / np.sqrt(values[real])).T @ known
    leaks = []
    keys = [*names, "month"]
    for size in range(1, len(keys) + 1):
        for by in map(list, itertools.combinations(keys, size)):
            if {"category", "product"} <= set(by):
                continue
            risky = unsafe(found.facts, by).reset_index(drop=True)
            at = every[by].merge(risky.assign(place=risky.index), how="left")["place"]
            is_in = at.notna().to_numpy()
            spots = (np.ones(is_in.sum()), (np.flatnonzero(is_in), at[is_in].astype(int)))
            targets = sp.csc_array(spots, shape=(len(every), len(risky)))
            told = np.square(targets.T @ basis.T).sum(axis=1)
            gone = told > targets.sum(axis=0) - 1e-6
            leaks += list(risky[gone].itertuples(name="Leak"))
    return leaks
