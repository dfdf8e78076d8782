"""Profile (units bought) and mix (gender, city ...) of groups of customers, against all customers.

The groups are clusters or segments. Ratios come last, from whole numbers; an index of 100 is as all.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from retail import frames
from retail.locale import PLAIN, Locale
from retail.schema.dimensions import ATTRIBUTED, IN_CUSTOMERS, OTHER, names
from retail.segments import wording
from retail.segments.unit_matrix import UnitMatrix, published

MOST_VALUES = 12  # of a dimension; the smaller ones are joined
BLOCK = 100_000  # customers at a time, to bound memory
MARKED = (90, 110)  # an index outside stands out
NO_TASTE = "A bit of everything"
EVEN = 0.5  # of an even share, from which on a subcategory is named
DIMENSIONS = (*names(IN_CUSTOMERS), "lifecycle")

# By dimension: the group, the value, and for how many a row stands (None: for one).
Rows = Mapping[str, tuple[pd.Series, pd.Series, pd.Series | None]]


def share(part: int, whole: int) -> float | None:
    """`part` of a `whole`; None without a whole."""
    return float(published(part / whole)[0]) if whole else None


def shares(parts: np.ndarray, wholes: np.ndarray) -> np.ndarray:
    """`parts` / `wholes`; missing where the whole is 0."""
    return published(np.divide(parts, wholes, out=np.full(parts.shape, np.nan), where=wholes != 0))


def counted(
    first: pd.Series,
    second: pd.Series,
    firsts: Sequence,
    seconds: Sequence,
    times: pd.Series | None = None,
) -> np.ndarray:
    """Matrix firsts x seconds: number of rows with both values; rows with another value don't count.

    times: how often each row counts, once by default.
    """
    a = pd.Index(list(firsts)).get_indexer(pd.Index(first))
    b = pd.Index(list(seconds)).get_indexer(pd.Index(second))
    here = (a >= 0) & (b >= 0)
    shape = len(firsts), len(seconds)
    flat = np.zeros(shape[0] * shape[1], dtype="int64")
    many = 1 if times is None else times.to_numpy("int64")[here]
    np.add.at(flat, a[here] * shape[1] + b[here], many)
    return flat.reshape(shape)


def bought(kept: UnitMatrix, group: pd.Series, names: Sequence) -> pd.DataFrame:
    """One row per group and subcategory: units, customers, share, share_of_all, index.

    `group` holds one of `names` for each customer of `kept`, or none of them. The index is 100 x
    the subcategory's share of the group's units over its share of all units.
    """
    place = pd.Index(list(names)).get_indexer(pd.Index(group))
    units, customers = np.zeros((2, len(names) + 1, len(kept.subcategories)))
    for start, some in zip(range(0, len(place), BLOCK), kept.blocks(BLOCK), strict=True):
        matrix, here = some.dense(), place[start : start + BLOCK]
        for at in np.unique(here):  # the last row is of those who are in no group
            units[at] += matrix[here == at].sum(axis=0)
            customers[at] += (matrix[here == at] > 0).sum(axis=0)
    of_all = units.sum(axis=0)
    parts = []
    for at, name in enumerate(names):
        sums = units[at]
        whole = np.broadcast_to(sums.sum(), sums.shape)
        parts.append(
            kept.subcategories.assign(
                group=name,
                units=sums.astype("int64"),
                customers=customers[at].astype("int64"),
                share=shares(sums, whole),
                share_of_all=published(of_all / of_all.sum()),
                index=published(100 * shares(sums * of_all.sum(), of_all * whole)),
            )
        )
    return pd.concat(parts, ignore_index=True)


def mix(rows: Rows, names: Sequence) -> pd.DataFrame:
    """One row per group, dimension and value: count, share, share_of_all, index.

    `rows` gives for each dimension the group (one of `names`) and the value of each customer; and
    how many purchases they have there, for what is of purchases. Beyond twelve values the smaller ones are
    joined as Other.
    """
    parts = []
    for dimension, (group, value, times) in rows.items():
        sizes = value.value_counts() if times is None else times.groupby(value).sum()
        ordered = sorted(sizes.index, key=lambda name: (-sizes[name], name))
        kept = ordered if len(ordered) <= MOST_VALUES else ordered[: MOST_VALUES - 1]
        values = sorted(kept, key=_in_order) + ([OTHER] if len(kept) < len(ordered) else [])
        counts = counted(group, value.where(value.isin(kept), OTHER), names, values, times)
        at, place = np.indices(counts.shape).reshape(2, -1)
        wholes, of_all = counts.sum(axis=1)[at], counts.sum(axis=0)[place]
        parts.append(
            pd.DataFrame(
                {
                    "group": np.array(names)[at],
                    "dimension": dimension,
                    "value": np.array(values)[place],
                    "order": place + 1,
                    "count": counts[at, place],
                    "share": shares(counts[at, place], wholes),
                    "share_of_all": shares(of_all, np.full(of_all.shape, counts.sum())),
                    "index": published(
                        100 * shares(counts[at, place] * counts.sum(), of_all * wholes)
                    ),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _in_order(value: str) -> tuple[bool, int, str]:
    """Values sorted: numbers by size (city 2 before city 10), then texts."""
    is_number = value.isdecimal()
    return not is_number, int(value) if is_number else 0, value


def of_customers(customers: pd.DataFrame, group: str) -> Rows:
    """The rows of `mix` by the columns that describe a customer."""
    return {name: (customers[group], customers[name], None) for name in DIMENSIONS}


def of_purchases(bought: Mapping[str, pd.DataFrame], customers: pd.DataFrame, group: str) -> Rows:
    """The same by what the customers' purchases have one of (see `by_purchase`); the index of the
    customers is their places."""
    return {name: _of_purchases(name, table, customers, group) for name, table in bought.items()}


def _of_purchases(
    name: str, bought: pd.DataFrame, customers: pd.DataFrame, group: str
) -> tuple[pd.Series, pd.Series, pd.Series]:
    codes, groups = pd.factorize(customers[group])
    last = max(int(customers.index.max()), int(bought["customer"].max()))
    group_of = np.full(last + 2, -1)  # one more, for guests, whose place is -1
    group_of[customers.index] = codes
    values = bought[name].cat
    place = (group_of[bought["customer"]] + 1) * len(values.categories) + values.codes
    sums = np.bincount(place, weights=bought["purchases"])
    group_at, value_at = np.divmod(np.flatnonzero(sums), len(values.categories))
    return (
        pd.Series(groups).reindex(group_at - 1).reset_index(drop=True),
        pd.Series(values.categories[value_at]),
        pd.Series(sums[sums > 0].astype("int64")),
    )


def by_purchase(
    past: Iterable[tuple[pd.DataFrame, pd.DataFrame]], customers: pd.Series
) -> dict[str, pd.DataFrame]:
    """By column of ATTRIBUTED: customer (place among the ids, which are in order; -1: guests), the column,
    purchases: from PURCHASES, in parts of some customers. Places take a tenth of the memory of names."""
    places: dict[str, dict[str, int]] = {d.name: {} for d in ATTRIBUTED}
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in places}
    for purchases, _ in past:
        for name, known in places.items():
            parts[name].append(_counted_by(name, purchases, known, customers))
    tables = {name: pd.concat(found, ignore_index=True) for name, found in parts.items()}
    return {
        name: table.assign(
            **{name: pd.Categorical.from_codes(table[name], pd.Index(list(places[name])))}
        )
        for name, table in tables.items()
    }


def _counted_by(
    name: str, purchases: pd.DataFrame, known: dict[str, int], customers: pd.Series
) -> pd.DataFrame:
    """Purchases by customer and value; `known` has the place of each value, and gets those of new ones."""
    keys = [purchases["customer_id"], purchases[name]]
    sizes = purchases.groupby(keys, dropna=False).size().rename("purchases").reset_index()
    codes, values = pd.factorize(sizes[name])
    at = np.array([known.setdefault(value, len(known)) for value in values], dtype="int32")
    part = {
        "customer": _places(sizes["customer_id"], customers),
        name: at[codes],
        "purchases": sizes["purchases"],
    }
    return pd.DataFrame(part, dtype="int32")


def _places(ids: pd.Series, customers: pd.Series) -> np.ndarray:
    """Where ids are among all; those of a part lie together, so only these are looked at."""
    known = ids.dropna()
    if known.empty:
        return np.full(len(ids), -1)
    first = bisect_left(customers.array, known.min())
    after = bisect_right(customers.array, known.max())
    at = frames.position_among(ids, customers.iloc[first:after])
    return np.where(at < 0, -1, at + first)


def in_words(profile: pd.DataFrame, locale: Locale = PLAIN) -> str:
    """What stands out of one group's rows of `bought` and is no trifle, most first, such as 'more Books: Comics
    (index 151)'; 'nothing in particular' where nothing does."""
    known = profile.dropna(subset=["index"]).sort_values("index", kind="stable")
    more = weighty(known[known["index"] > MARKED[1]], "share", len(profile)).iloc[::-1].head(3)
    less = weighty(known[known["index"] < MARKED[0]], "share_of_all", len(profile)).head(3)
    said = [
        f"{word} "
        + ", ".join(f"{name} (index {locale.real(index, 0)})" for name, index in _named(part))
        for word, part in (("more", more), ("less", less))
        if len(part)
    ]
    return "; ".join(said) or "nothing in particular"


def taste_names(units: np.ndarray, subcategories: pd.DataFrame) -> list[str]:
    """What groups buy more of than all, as their names: 'Tools, Phones and Clothing: Men'.

    units: groups x subcategories. The three with the highest index at most, trifles aside; a category is
    named only where another has a subcategory of that name.
    """
    is_twice = subcategories["subcategory"].duplicated(keep=False)
    labels = frames.subcategory_labels(subcategories, ": ").where(
        is_twice, subcategories["subcategory"]
    )
    of_all, wholes = units.sum(axis=0), units.sum(axis=1, keepdims=True)
    share = shares(units, np.broadcast_to(wholes, units.shape))
    index = published(100 * shares(units * of_all.sum(), of_all * wholes))
    with np.errstate(invalid="ignore"):  # who bought nothing has no share
        stands_out = (index > MARKED[1]) & (share * len(labels) >= EVEN)
    found = []
    for at, own in enumerate(index):
        ordered = np.lexsort((-units[at], -own))
        most = [str(labels.iloc[place]) for place in ordered if stands_out[at, place]][:3]
        found.append(wording.listed(most) or NO_TASTE)
    return found


def weighty(profile: pd.DataFrame, share: str, subcategories: int) -> pd.DataFrame:
    """Rows of `bought` with at least half an even share: the index of the smallest is chance."""
    return profile[profile[share] * subcategories >= EVEN]


def _named(part: pd.DataFrame) -> list[tuple[str, float]]:
    names = frames.subcategory_labels(part, ": ")
    return list(zip(names, part["index"], strict=True))
