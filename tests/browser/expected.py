"""What the dashboard must show under any filters, by pandas from the same lines.

Written apart from the page: filters are read from its address, by name; every figure is a plain
group-by over rows. Money is in whole smallest units.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import numpy as np
import pandas as pd

from retail.report import Report

RANGES = ("recency_days", "frequency", "monetary", "r", "f", "m")
LINE_FILTERS = {"time", "product", "channel", "city"}
EPOCH = pd.Timestamp("1970-01-01")


@dataclass
class Filters:
    """The filters of an address."""

    first: int | None = None
    last: int | None = None
    product: set[tuple[str, str | None]] = field(default_factory=set)
    names: dict[str, set[str]] = field(default_factory=dict)
    cells: set[tuple[int, int]] = field(default_factory=set)
    cluster: set[int] = field(default_factory=set)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)
    setup: dict[str, str] = field(default_factory=dict)
    period: str = "all"


def read(address: str) -> Filters:
    """The filters that the part of an address after # says."""
    found = Filters()
    if not address.partition("#")[2]:
        found.period = "month"
    for word in filter(None, address.partition("#")[2].split("&")):
        name, _, text = word.partition("=")
        values = text.split(",")
        if name == "period":
            found.period = text
        elif name in ("from", "to"):
            day = (pd.Timestamp(text) - EPOCH).days
            found.first, found.last = (day, found.last) if name == "from" else (found.first, day)
        elif name == "product":
            for value in values:
                category, _, subcategory = value.partition("/")
                found.product.add((unquote(category), unquote(subcategory) or None))
        elif name in ("channel", "city", "gender", "segment", "level"):
            found.names[name] = {unquote(value) for value in values}
        elif name == "cell":
            found.cells = {tuple(map(int, v[1:].split("F"))) for v in values}
        elif name == "cluster":
            found.cluster = set(map(int, values))
        elif name in RANGES:
            low, high = (float(v) if v else None for v in text.split("~"))
            found.ranges[name] = (
                -np.inf if low is None else low,
                np.inf if high is None else high,
            )
        else:
            found.setup[name] = text
    return found


class Expected:
    """Every figure of the dashboard for a report."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.scale = 10**report.units.money_scale
        self.people = report["customers"].set_index("customer_id", drop=False)
        lines = report["dashboard_lines"].copy()
        lines["customer_id"] = lines["customer_id"].fillna("")
        lines["credit_day"] = lines["purchase_day"].fillna(lines["day"]).astype("int64")
        lines["credit_channel"] = lines["purchase_channel"].fillna(lines["channel"])
        lines["product"] = lines["category"] + "/" + lines["subcategory"]
        texts = ["customer_id", "category", "subcategory", "channel", "credit_channel", "city"]
        self.lines = lines.astype(dict.fromkeys([*texts, "product"], "category"))
        self._labels: dict[tuple[int, int], pd.Series] = {}
        self.who = self.people.index.get_indexer(lines["customer_id"])  # -1 for a guest
        self.first, self.through = report.period.first, report.period.through
        self.as_of = report.period.as_of

    def days(self, filters: Filters) -> tuple[int | None, int | None]:
        """First and last day that figures are of: chosen, else those of the named period."""
        if filters.first is not None or filters.last is not None or filters.period == "all":
            return filters.first, filters.last
        through = EPOCH + pd.Timedelta(days=self.through)
        if filters.period == "year":
            return _number(through.to_period("Y").start_time), self.through
        months = {"month": 1, "3months": 3, "12months": 12}[filters.period]
        after = (through + pd.Timedelta(days=1)).to_period("M")
        return _number((after - months).start_time), _number(after.start_time) - 1

    def compared(self, filters: Filters) -> list[tuple[int, int]] | None:
        """The period, clipped to first..through, and the one that it is compared with; None without one."""
        compare = filters.setup.get("compare", "year")
        low, high = self.days(filters)
        low = max(self.first, self.first if low is None else low)
        high = min(self.through, self.as_of if high is None else high)
        if compare == "none" or low > high:
            return None
        start, end = (EPOCH + pd.Timedelta(days=day) for day in (low, high + 1))
        if start.day == end.day == 1:
            months = (end.to_period("M") - start.to_period("M")).n
            back = pd.DateOffset(months=12 if compare == "year" else months)
            before = _number(start - back), _number(end - back) - 1
        elif compare == "year":
            back = pd.DateOffset(years=1)
            before = _number(start - back), _number(end - pd.Timedelta(days=1) - back)
        else:
            before = low - (high - low + 1), low - 1
        if before[0] < self.first or before[1] > self.through:
            return None
        return [(low, high), before]

    def clusters(self, filters: Filters) -> pd.Series:
        """The cluster of each customer under the chosen pair, missing in none."""
        wanted = {
            k: int(filters.setup[k]) for k in ("components", "clusters") if k in filters.setup
        }
        if not wanted:
            return self.people["cluster"]
        fits = self.report["cluster_fits"]
        usual = fits[fits["is_chosen"]].iloc[0]
        pair = [wanted.get(name, int(usual[name])) for name in ("components", "clusters")]
        if tuple(pair) not in self._labels:
            fit = fits[(fits["components"] == pair[0]) & (fits["clusters"] == pair[1])].iloc[0]
            labels = self.report["cluster_labels"].set_index("customer_id")["labels"]
            found = labels.str[int(fit["position"])].astype(int).reindex(self.people.index)
            self._labels[tuple(pair)] = found
        return self._labels[tuple(pair)]

    def people_in(self, filters: Filters, skip: str = "") -> np.ndarray:
        """Which customers pass the filters on customers."""
        people = self.people
        keep = np.full(len(people), True)
        if "gender" in filters.names and skip != "gender":
            keep &= people["gender"].isin(filters.names["gender"]).to_numpy()
        if skip != "segment":
            if "segment" in filters.names:
                keep &= people["segment"].isin(filters.names["segment"]).to_numpy()
            if filters.cells:
                pairs = pd.MultiIndex.from_frame(people[["r", "f"]].fillna(0).astype(int))
                keep &= pairs.isin(filters.cells)
        if "level" in filters.names and skip != "level":
            keep &= people["seven_level"].isin(filters.names["level"]).to_numpy()
        if filters.cluster and skip != "cluster":
            keep &= self.clusters(filters).isin(filters.cluster).to_numpy(dtype=bool)
        for name, (low, high) in filters.ranges.items():
            unit = self.scale if name == "monetary" else 1
            value = people[name].astype("float64").to_numpy() / unit
            keep &= (value >= low) & (value <= high)
        return keep

    def _guests_in(self, filters: Filters, skip: str) -> bool:
        """Whether guests pass: they have no gender, scores or cluster."""
        scored = [skip != "segment" and (filters.cells or "segment" in filters.names)]
        scored += [skip != "cluster" and filters.cluster, filters.ranges]
        scored += [skip != "level" and "level" in filters.names]
        is_unknown = skip == "gender" or "Unknown" in filters.names.get("gender", {"Unknown"})
        return not any(scored) and is_unknown

    def lines_in(self, filters: Filters, skip: str = "", *, credited: bool = False) -> pd.DataFrame:
        """The lines that pass all filters but `skip`, by their own place or the credited one."""
        rows = self.lines
        day, channel = ("credit_day", "credit_channel") if credited else ("day", "channel")
        people = np.append(self.people_in(filters, skip), self._guests_in(filters, skip))
        keep = people[self.who]
        if skip != "time":
            low, high = self.days(filters)
            low = -np.inf if low is None else low
            high = np.inf if high is None else high
            days = rows[day].to_numpy()
            keep = keep & (days >= low) & (days <= high)
        if filters.product and skip != "product":
            whole = {category for category, sub in filters.product if sub is None}
            single = {f"{category}/{sub}" for category, sub in filters.product}
            keep = keep & (rows["category"].isin(whole) | rows["product"].isin(single)).to_numpy()
        for name, column in (("channel", channel), ("city", "city")):
            if name in filters.names and skip != name:
                keep = keep & rows[column].isin(filters.names[name]).to_numpy()
        return rows[keep]

    def sums(self, filters: Filters, by: str | None = None, skip: str = "") -> pd.DataFrame:
        """Sums by a column of the lines (`credit_…` of it where it counts by purchase)."""
        own = self.lines_in(filters, skip)
        credited = self.lines_in(filters, skip, credited=True)
        keys = {"day": "credit_day", "channel": "credit_channel"}
        key = by or "all"
        own = own.assign(all=0)
        credited = credited.assign(all=0)
        credit_key = keys.get(key, key)
        positive = credited[credited["amount"] > 0]
        known = positive[positive["customer_id"] != ""]
        back = credited[credited["amount"] < 0]
        parts = {
            "gross": own[own["amount"] > 0].groupby(key, observed=True)["amount"].sum(),
            "returns": own[own["amount"] <= 0].groupby(key, observed=True)["amount"].sum(),
            "tax": own.groupby(key, observed=True)["tax"].sum(),
            "units": own.groupby(key, observed=True)["quantity"].sum(),
            "purchases": _distinct(positive, credit_key, "purchase"),
            "buyers": _distinct(known, credit_key, "customer_id"),
            "credited": back.groupby(credit_key, observed=True)["amount"].sum(),
        }
        plain = {name: part.set_axis(part.index.astype(object)) for name, part in parts.items()}
        return pd.DataFrame(plain).fillna(0).astype("int64")

    def total(self, filters: Filters, span: tuple[int, int] | None = None) -> dict[str, int]:
        """Sums of the selection, or of a span of days under the other filters."""
        if span is not None:
            filters = Filters(**{**vars(filters), "first": span[0], "last": span[1]})
        found = self.sums(filters)
        return {c: int(found[c].sum()) for c in found.columns}

    def key_figures(self, filters: Filters, span: tuple[int, int] | None = None) -> dict[str, Any]:
        """Values of the tiles."""
        total = self.total(filters, span)
        first, last = span or self.days(filters)
        low = max(self.first, first or self.first)
        high = min(self.through, last or self.as_of)
        net = total["gross"] + total["returns"]
        days = max(high - low + 1, 0)
        return {
            "net": net,
            "net_ex_tax": net - total["tax"],
            "units": total["units"],
            "purchases": total["purchases"],
            "buyers": total["buyers"],
            "average_order": _ratio(total["gross"], total["purchases"]),
            "average_daily_net": _ratio(net, days),
            "return_rate": _ratio(-total["credited"], total["gross"]),
        }

    def customers(self, filters: Filters, skip: str = "") -> pd.DataFrame:
        """The customers in the selection: buyers of it where lines are filtered, else all."""
        chosen = self.people[self.people_in(filters, skip)]
        on = [filters.first, filters.last, *filters.product]
        on += [*filters.names.get("channel", ()), *filters.names.get("city", ())]
        if all(value is None for value in on):
            return chosen
        names = {k: v for k, v in filters.names.items() if k in ("channel", "city")}
        only_lines = Filters(filters.first, filters.last, filters.product, names)
        bought = self.lines_in(only_lines, credited=True)
        return chosen[chosen["customer_id"].isin(bought.loc[bought["amount"] > 0, "customer_id"])]


def _number(at: pd.Timestamp) -> int:
    return int((at - EPOCH).days)


def _distinct(rows: pd.DataFrame, key: str, value: str) -> pd.Series:
    return rows[[key, value]].drop_duplicates().groupby(key, observed=True).size()


def _ratio(above: int, below: int) -> float | None:
    return above / below if below > 0 else None
