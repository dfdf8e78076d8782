"""Lists of customers: by segment, by cluster, by both, and of those who joined or left a segment.

The same lists are made twice: of the tables that may be published, for the site, and of those with
the input's ids, for the private folder.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from retail import frames
from retail.lists.campaign_lift import detectable
from retail.locale import PLAIN, Locale
from retail.schema.lists import LIST_MEMBERS
from retail.schema.table import Table

LONGEST = 40  # characters of a name within a file's name
ENOUGH = 50  # customers whose share of buyers says more of them than that of all does


@dataclass(frozen=True)
class CustomerList:
    """One list. customers: how many belong to it; rows: those that are listed, as positions in
    the customers of its CustomerLists, most net revenue first."""

    name: str
    kind: str
    subject: str
    title: str
    customers: int
    rows: np.ndarray
    cluster: int | None = None


@dataclass(frozen=True)
class CustomerLists:
    """All lists; `customers` has the columns of `table`, in the order in which they are listed."""

    table: Table
    customers: pd.DataFrame
    lists: tuple[CustomerList, ...]


def stem(*words: str) -> str:
    """A file name for any name: readable, and unique by a hash of the whole name.

    >>> stem("segment", "Can't lose them")
    'segment-can-t-lose-them-600c0c'
    """
    readable = [re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words]
    whole = "\n".join(words[1:]).encode(errors="surrogatepass")
    hashed = hashlib.sha256(whole).hexdigest()[:6]
    return "-".join([*filter(None, (word[:LONGEST].strip("-") for word in readable)), hashed])


def build(
    tables: Mapping[str, pd.DataFrame],
    *,
    is_private: bool = False,
    pseudonyms: pd.Series | None = None,
    most: int | None = None,
) -> CustomerLists | None:
    """The lists of CUSTOMERS (with held_out), SEGMENTS, CLUSTERS and LATEST_MOVES; None without
    scored customers. Of the `most` with the highest net revenue, if that is given.

    is_private: with the columns of NEXT_STEPS, which the site does not tell. pseudonyms: the site's
    name of each customer, as a column next to the id; on the index of CUSTOMERS.
    """
    if "customers" not in tables or "segments" not in tables:
        return None
    everyone = tables["customers"]
    if "held_out" not in everyone or not (everyone["group"] == "scored").any():
        return None
    at = _ordered(everyone)[:most]
    columns = {
        name: everyone[name].array.take(at) for name in LIST_MEMBERS.names if name in everyone
    }
    if pseudonyms is not None:
        columns["customer_pseudonym"] = pseudonyms.array.take(at)
    if is_private and "next_steps" in tables:
        steps = tables["next_steps"]
        theirs = frames.position_among(pd.Index(columns["customer_id"]), steps["customer_id"])
        for name in LIST_MEMBERS.names:
            if name in steps and name not in columns:
                columns[name] = steps[name].array.take(theirs, allow_fill=True)
    names = [name for name in LIST_MEMBERS.names if name in columns]
    table = Table(
        LIST_MEMBERS.name,
        LIST_MEMBERS.grain,
        tuple(LIST_MEMBERS.column(name) for name in names),
        ("customer_id",),
        "",
    )
    customers = pd.DataFrame({name: columns[name] for name in names}, copy=False)
    return CustomerLists(table, customers, tuple(_lists(customers, tables)))


def _ordered(customers: pd.DataFrame) -> np.ndarray:
    """Positions of the scored customers, most net revenue first; ties by id."""
    by_id = customers["customer_id"].array.argsort()
    at = by_id[(customers["group"] == "scored").to_numpy("bool")[by_id]]
    money = customers["monetary"].to_numpy("int64", na_value=0)[at]
    found: np.ndarray = at[np.argsort(-money, kind="stable")]
    return found


def _lists(customers: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> Iterator[CustomerList]:
    known = "contactable" in customers and bool(customers["contactable"].notna().any())
    may = (
        customers["contactable"].fillna(False) if known else customers["frequency"] > 0
    ).to_numpy("bool")

    def made(name: str, kind: str, subject: str, title: str, inside: np.ndarray) -> CustomerList:
        rows = np.flatnonzero(inside & may).astype("int32")
        return CustomerList(name, kind, subject, title, int(inside.sum()), rows)

    ordered = tables["segments"].sort_values("order", kind="stable")["segment"].tolist()
    segment = frames.position_among(customers["segment"], ordered)
    cluster, named = np.zeros(len(customers), dtype="int64"), {}
    if "clusters" in tables and "cluster" in customers:
        cluster = customers["cluster"].to_numpy("int64", na_value=0)
        named = dict(zip(tables["clusters"]["cluster"], tables["clusters"]["name"], strict=True))
    moved = _moved(customers, tables, ordered)
    for at, name in enumerate(ordered):
        yield made(stem("segment", name), "segment", name, "In it now", segment == at)
        for what, title in (
            ("joined", "Joined it between the last two month ends"),
            ("left", "Left it between the last two month ends"),
        ):
            if moved is not None:
                yield made(stem(what, name), "segment", name, title, moved[what] == at)
    for number, label in named.items():
        title = f"In cluster {number} ({label}) now"
        yield made(f"cluster-{number}", "cluster", str(number), title, cluster == number)
    for at, name in enumerate(ordered):
        for number, label in named.items():
            both = made(
                f"{stem('segment', name)}-cluster-{number}",
                "both",
                name,
                f"In it and in cluster {number} ({label}) now",
                (segment == at) & (cluster == number),
            )
            yield replace(both, cluster=int(number))


def _moved(
    customers: pd.DataFrame, tables: Mapping[str, pd.DataFrame], segments: list[str]
) -> dict[str, np.ndarray] | None:
    """joined, left -> for each customer the position of the segment that they joined or left,
    else -1."""
    if "latest_moves" not in tables:
        return None
    migrations = tables["latest_moves"]
    at = frames.position_among(customers["customer_id"], migrations["customer_id"])
    places = {
        what: frames.position_among(migrations[column], segments)
        for what, column in (("joined", "to_segment"), ("left", "from_segment"))
    }
    return {what: np.append(place, -1)[at] for what, place in places.items()}


def table(
    made: CustomerLists, tables: Mapping[str, pd.DataFrame], locale: Locale = PLAIN
) -> pd.DataFrame:
    """LISTS of the customer lists; BACKTEST and BACKTEST_TEST say how many buy anyway."""
    usual, everyone, days = _usual(tables)
    known = "contactable" in made.customers and made.customers["contactable"].notna().any()
    held = made.customers["held_out"].to_numpy("bool")
    rows = []
    for order, one in enumerate(made.lists, 1):
        out, listed = int(held[one.rows].sum()), len(one.rows)
        # Who left is elsewhere by now, so the share of all is the better guess.
        share = usual.get(one.subject, everyone) if one.title.startswith("In it") else everyone
        uplift = None if share is None else detectable(listed - out, out, share)
        counts = (one.customers, listed if known else None, listed, out)
        rows.append(
            {
                "list": one.name,
                "kind": one.kind,
                "subject": one.subject,
                "cluster": one.cluster,
                "title": one.title,
                "customers": counts[0],
                "contactable": counts[1],
                "listed": listed,
                "held_out": out,
                "usual_share": share,
                "backtest_days": days,
                "detectable_uplift": uplift,
                "sentence": _sentence(counts, share, days, uplift, locale),
                "order": order,
            }
        )
    return pd.DataFrame(rows)


def _usual(
    tables: Mapping[str, pd.DataFrame],
) -> tuple[dict[str, float], float | None, int | None]:
    """Share of customers who buy without a campaign: by segment where segments differ, of all,
    and the days."""
    if "backtest_test" not in tables or tables["backtest_test"].empty:
        return {}, None, None
    test = tables["backtest_test"].iloc[0]
    days = int(test["through_day"] - test["scored_day"])
    by_name: dict[str, float] = {}
    if test["do_segments_differ"] and "backtest" in tables:
        known = tables["backtest"].dropna(subset=["share"])
        shares = known[known["holds"] | (known["customers"] >= ENOUGH)]
        by_name = dict(zip(shares["segment"], shares["share"].tolist(), strict=True))
    return by_name, float(test["share"]), days


def _sentence(
    counts: tuple[int, int | None, int, int],
    share: float | None,
    days: int | None,
    uplift: float | None,
    locale: Locale,
) -> str:
    customers, contactable, listed, out = counts
    if not customers:
        return "No one."
    people = "1 customer" if customers == 1 else f"{locale.count(customers)} customers"
    who = f"{people}, all listed."
    if contactable is not None:
        are = "is" if contactable == 1 else "are"
        who = f"{people}, of whom {locale.count(contactable)} may be written to and {are} listed."
    if not listed:
        return who
    if not out:
        return f"{who} No one is held out, so a test would have nothing to compare with."
    start = f"{who} {locale.count(out)} of the {locale.count(listed)} {'is' if out == 1 else 'are'} held out."
    if share is None:
        return f"{start} How many buy anyway is not known, so neither is what a test could tell."
    usual = f"If {locale.percentage(share)} buy within {days} days anyway, as before"
    if uplift is None:
        return f"{start} {usual}, these are too few for a test to tell any uplift from chance."
    return (
        f"{start} {usual}, the smallest uplift that a test could tell from chance is about "
        f"{locale.real(100 * uplift, 1)} percentage points (two-sided {locale.percentage(0.05)}, power "
        f"{locale.percentage(0.8)})."
    )
