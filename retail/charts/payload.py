"""What the linked dashboard filters, as it travels: dictionary-coded columns in base64.

`lines` and `customers` are columns of numbers of the smallest type that holds them, little-endian;
`names` say what the codes mean. The page decodes them into typed arrays (web/src/data/lines.js)
and every figure under any filter is a pass over them. `members` is what only the cluster views
need; it travels in a script of its own, loaded after the first paint.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd

from retail import frames
from retail.charts import cube_payload, linked, scoring, theme
from retail.charts.cubes import tax_beside
from retail.charts.packed import codes, packed
from retail.charts.rows import LIMIT, records, sampled
from retail.report import Report
from retail.schema.dimensions import IN_CUSTOMERS, IN_LINES, OF_LINE, OTHER, UNKNOWN
from retail.schema.metrics import METRICS, TILES, Metric
from retail.segments.naming_conventions import SEVEN_LEVELS

SEED = 20  # of the sample of customers past LIMIT
LINE_ORDER = ["purchase", "day", "amount"]


def payload(
    report: Report, views: Mapping[str, Any], paths: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """Everything that the dashboard needs for its first paint.

    views: `charts.views.specifications`.
    paths: of the cubes that come later, by name, and of the `sample`.
    """
    if "dashboard_cubes" in report:
        names = cube_payload.names_of(report)
        own = cube_payload.first(report, paths)
    else:
        lines = report["dashboard_lines"]
        customers = report.tables.get("customers")
        names = _names(lines, customers)
        own = {
            "lines": _lines(lines, customers, names, report.period.first),
            "customers": None if customers is None else _customers(customers, names),
            "scoring": None if customers is None else scoring.packed_scoring(report),
        }
    return {
        "first": report.period.first,
        "through": report.period.through,
        "asOf": report.period.as_of,
        "moneyScale": report.units.money_scale,
        "quantityScale": report.units.quantity_scale,
        "currency": report.units.currency,
        "features": sorted(report.features),
        "tailDays": _tail_days(report),
        "names": names,
        "dimensions": _dimensions(),
        "metrics": [_metric(METRICS[name]) for name in TILES],
        "customerDimensions": [
            {"name": d.name, "title": d.title}
            for d in reversed(IN_CUSTOMERS)
            if d.stated in report.features
        ],
        "cells": _cells(report),
        **own,
        **{
            name: _table(report, name)
            for name in ("segments", "rfm_cuts", "cluster_fits", "cities")
        },
        "clusterNames": report["clusters"]["name"].tolist() if "clusters" in report else [],
        "specs": dict(views),
        "bars": linked.bar_names(report),
        "colours": {
            "categories": theme.categories(names["category"]),
            "clusters": list(theme.CLUSTERS),
            "ramp": list(theme.RAMPS["money"]),
            "levels": list(theme.LEVELS),
            "dark": theme.DARK,
        },
    }


def _dimensions() -> list[dict[str, Any]]:
    """What can be filtered by name, besides products and scores: see `schema.dimensions`.

    of: line or customer; figure: key of its bars, where the dashboard has some.
    """
    return [
        {
            "name": d.name,
            "title": d.title,
            "many": d.many,
            "of": d.of,
            "isAttributed": d.is_attributed,
            "figure": linked.BARS.get(d.name),
        }
        for d in IN_LINES
    ]


def _metric(metric: Metric) -> dict[str, Any]:
    """What the page computes a figure from, see `schema.metrics`."""
    return {
        "name": metric.name,
        "label": metric.tile or metric.label,
        "title": metric.title,
        "kind": metric.kind,
        "over": metric.over,
        "under": metric.under or None,
        "needs": metric.needs or None,
    }


def _tail_days(report: Report) -> int | None:
    """Days within which nearly all returns come; later purchases may still be returned."""
    if "return_figures" not in report:
        return None
    figures = report["return_figures"].set_index("figure")["value"]
    return int(figures["tail_days"]) if "tail_days" in figures else None


def travelling(lines: pd.DataFrame, customers: pd.DataFrame) -> dict[str, Any]:
    """Lines and customers as the page gets them; used to measure the weight of a payload."""
    names = _names(lines, customers)
    first = int(lines["day"].min()) if len(lines) else 0
    return {
        "names": names,
        "lines": _lines(lines, customers, names, first),
        "customers": _customers(customers, names),
    }


def sample(report: Report) -> dict[str, Any]:
    """Lines, customers and members of the sampled customers."""
    drawn, people = report["dashboard_sample"], _sampled(report)
    names = cube_payload.names_of(report)
    lines = drawn.sort_values(LINE_ORDER, kind="stable")
    is_guest, is_drawn = lines["customer_id"].isna(), lines["weight"] > 1
    weights = {
        name: float(lines.loc[is_drawn & some, "weight"].max()) if (is_drawn & some).any() else 1.0
        for name, some in (("customer", ~is_guest), ("guest", is_guest))
    }
    return {
        "lines": {
            **_lines(drawn, people, names, report.period.first),
            "isDrawn": packed(is_drawn.to_numpy("int64")),
            "weights": {"customers": len(people), **weights},
        },
        "customers": _customers(people, names),
        "members": members(report),
    }


def _sampled(report: Report) -> pd.DataFrame:
    drawn = report["dashboard_sample"]["customer_id"]
    known = frames.is_among(report["customers"]["customer_id"], drawn)
    return report["customers"][known].reset_index(drop=True)


def _table(report: Report, name: str) -> list[dict[str, Any]]:
    return records(report[name]) if name in report else []


def _cells(report: Report) -> list[dict[str, Any]]:
    """Each cell of the R x F grid: scores, segments, mean monetary in smallest units."""
    if "rfm_grid" not in report:
        return []
    return records(report["rfm_grid"][["r", "f", "segment", "is_impossible", "mean_monetary"]])


def _names(lines: pd.DataFrame, customers: pd.DataFrame | None) -> dict[str, Any]:
    """What each code means; sorted, so that a name has the same code whatever the rows' order."""
    pairs = lines[["category", "subcategory"]].drop_duplicates()
    pairs = pairs.sort_values(["category", "subcategory"], kind="stable")
    both = {d.name for d in IN_CUSTOMERS}
    found: dict[str, Any] = {
        "category": sorted(pairs["category"].unique().tolist()),
        "subcategory": pairs.to_numpy().tolist(),
    }
    for name in (d.name for d in IN_LINES):
        values = {*lines[name].unique(), UNKNOWN} if name in both else set(lines[name].unique())
        if customers is not None and name in both:
            values |= set(customers[name].unique())
        found[name] = sorted(values)
    if customers is not None:
        for name in ("age_band", "group", "segment"):
            found[name] = sorted(customers[name].unique())
    return found


def _lines(
    lines: pd.DataFrame, customers: pd.DataFrame | None, names: dict[str, Any], first: int
) -> dict[str, Any]:
    """Columns of the lines, in the order of purchases, so that those of one lie together.

    purchaseStep: steps of the purchase's number; lag: days from the purchase to the line (0 for
    nearly all, and for a return without a purchase); a code of each dimension of lines, and where a
    return counts with its purchase, such as channelShift: the purchase's code less the
    line's, modulo their number; customer: position in `customers`, their number for a guest.
    """
    lines = lines.sort_values(LINE_ORDER, kind="stable")
    known = [] if customers is None else customers["customer_id"].tolist()
    people = codes(lines["customer_id"], known)
    day = lines["day"].to_numpy()
    lag = (lines["day"] - lines["purchase_day"]).fillna(0).to_numpy(dtype=np.int64)
    labels = ["\t".join(pair) for pair in names["subcategory"]]
    columns = {
        "day": day - first,
        "purchaseStep": np.diff(_numbers(lines["purchase"]), prepend=0),
        "lag": lag,
        "subcategory": codes(lines["category"] + "\t" + lines["subcategory"], labels),
        **_places(lines, names),
        "customer": np.where(people < 0, len(known), people),
        "quantity": lines["quantity"].to_numpy(),
        "amount": lines["amount"].to_numpy(),
    }
    packs = {name: packed(values) for name, values in columns.items()}
    rate, rest = tax_beside(lines["amount"].to_numpy(), lines["tax"].to_numpy())
    return {"count": len(lines), **packs, "taxRate": rate, "taxRest": packed(rest)}


def _places(lines: pd.DataFrame, names: dict[str, Any]) -> dict[str, np.ndarray]:
    found = {}
    for d in OF_LINE:
        found[d.name] = codes(lines[d.name], names[d.name])
        if d.is_attributed:
            of_purchase = lines[f"purchase_{d.name}"].fillna(lines[d.name])
            shift = codes(of_purchase, names[d.name]) - found[d.name]
            found[f"{d.name}Shift"] = shift % max(len(names[d.name]), 1)
    return found


def _numbers(purchases: pd.Series) -> np.ndarray:
    """Purchases numbered from 1 in the order of the lines, so that steps are 0 or 1; those without
    one, which come last, share the number after the last."""
    found, known = pd.factorize(purchases)
    return np.where(found < 0, len(known), found) + 1


def _customers(customers: pd.DataFrame, names: dict[str, Any]) -> dict[str, Any]:
    """Columns of the customers; 0 stands for a score or cluster that is missing, -1 for a level.

    Monetary is not among them: it is the sum of the customer's lines.
    """
    whole = ("recency_days", "frequency", "r", "f", "m", "cluster")
    columns = {
        name: customers[name].fillna(0).to_numpy(dtype=np.int64)
        for name in whole
        if name in customers
    }
    for name in (*(d.name for d in IN_CUSTOMERS), "group", "segment"):
        columns[name] = codes(_listed(customers[name], names[name]), names[name])
    columns["level"] = codes(customers["seven_level"], SEVEN_LEVELS.names)
    return {"count": len(customers), **{name: packed(values) for name, values in columns.items()}}


def _listed(values: pd.Series, names: list[str]) -> pd.Series:
    """Values that have no name of their own as Other."""
    return values.where(values.isin(names), OTHER) if OTHER in names else values


def members(report: Report) -> dict[str, Any]:
    """What the customers table and the cluster views need, loaded after the first paint.

    id: pseudonyms; units: kept units per customer and subcategory, row by row; scores: component
    scores in 1/1000 (drawn, not calculated with); labels: by pair, the cluster of each customer as
    a digit (0: in none); names: by pair, those of its clusters; drawn: past the limit, the customers that are drawn.
    """
    if "dashboard_sample" in report:
        customers, names = _sampled(report), cube_payload.names_of(report)
    else:
        customers = report["customers"]
        names = _names(report["dashboard_lines"], customers)
    known = customers["customer_id"].tolist()
    found: dict[str, Any] = {"id": known}
    if "units_by_customer" in report:
        found["units"] = packed(_units(report["units_by_customer"], known, names).ravel())
    if "cluster" not in customers:
        return found
    found |= _fitted(report, customers)
    clustered = np.flatnonzero(customers["cluster"].notna().to_numpy())
    if len(clustered) > LIMIT:
        found["drawn"] = packed(sampled(pd.DataFrame({"at": clustered}), SEED)["at"])
    return found


def _units(units: pd.DataFrame, known: list[str], names: dict[str, Any]) -> np.ndarray:
    labels = ["\t".join(pair) for pair in names["subcategory"]]
    theirs = units[frames.is_among(units["customer_id"], known)]
    label = theirs["category"] + "\t" + theirs["subcategory"]
    for rest in (theirs["category"] + f"\t{OTHER}", f"{OTHER}\t{OTHER}"):
        label = label.where(label.isin(labels), rest)
    has_name = label.isin(labels)
    rows = codes(theirs.loc[has_name, "customer_id"], known)
    columns = codes(label[has_name], labels)
    matrix = np.zeros((len(known), len(labels)), dtype=np.int64)
    np.add.at(matrix, (rows, columns), theirs.loc[has_name, "units"].to_numpy())
    return matrix


def _fitted(report: Report, customers: pd.DataFrame) -> dict[str, Any]:
    """Component scores, and the labels of every pair where all were computed."""
    known = customers["customer_id"].tolist()
    if "cluster_labels" not in report:
        scores = customers[["x", "y"]].fillna(0).to_numpy()
        return {"scores": [packed(np.round(column * 1000)) for column in scores.T]}
    table = report["cluster_labels"].set_index("customer_id").reindex(known)
    components = [name for name in table.columns if name != "labels"]
    scores = table[components].fillna(0).to_numpy()
    width = len(report["cluster_fits"])
    digits = table["labels"].fillna("0" * width).str.cat()
    by_pair = np.frombuffer(digits.encode("ascii"), dtype="S1").reshape(len(known), -1).T
    fits = records(report["cluster_fits"][["components", "clusters", "position"]])
    of_pair = report["cluster_names"].groupby(["components", "clusters"])["name"]
    return {
        "scores": [packed(np.round(column * 1000)) for column in scores.T],
        "names": {f"{pair[0]}x{pair[1]}": list(names) for pair, names in of_pair},
        "labels": {
            f"{fit['components']}x{fit['clusters']}": by_pair[fit["position"]].tobytes().decode()
            for fit in fits
        },
    }
