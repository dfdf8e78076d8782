"""Names of the dashboard's dimensions and their codes in cubes.

A dimension keeps its largest names; the others are joined as "Other". At the level public, names are joined
as the published tables join them.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.privacy.groups import joined_names
from retail.schema.dimensions import IN_LINES, NOT_SHOWN, OTHER, UNKNOWN

Names = dict[str, pd.DataFrame]
TABLE = {"product": "by_subcategory", **{d.name: d.table for d in IN_LINES}}


def shortened(
    sales: Mapping[str, pd.DataFrame], most: Mapping[str, int], customers: pd.DataFrame
) -> Names:
    """For each dimension a table of names: `name` as lines have it, `shown` and `shown_category` as the page has it.

    sales: tables of sums by name. most: dimension -> number of names to keep; those with the highest gross
    revenue are kept, the others are shown as OTHER. customers: CUSTOMERS, which adds names without a line.
    """
    found = {}
    for dimension, table in TABLE.items():
        frame = sales[table]
        name = dimension if dimension != "product" else "subcategory"
        ranked = frame.sort_values(["gross", name], ascending=[False, True], kind="stable")
        is_kept = frame.index.isin(ranked.index[: most.get(dimension, len(frame))])
        own = frame[[name]].assign(shown=frame[name].where(is_kept, OTHER), shown_category="")
        if dimension == "product":
            has_name = frame["category"].isin(frame.loc[is_kept, "category"])
            own["category"] = frame["category"]
            own["shown_category"] = frame["category"].where(has_name, OTHER)
        found[dimension] = own
    for name in (d.name for d in IN_LINES if d.of == "customer"):
        more = sorted(set(customers[name]) - set(found[name][name]))  # of those without a line
        rest = pd.DataFrame({name: more, "shown": more, "shown_category": ""}, dtype="str")
        found[name] = pd.concat([found[name], rest], ignore_index=True)
    return found


def joined(dimension: str, before: pd.DataFrame, after: pd.DataFrame | None) -> pd.DataFrame:
    """The names of one dimension, with `shown` and `shown_category` as the published table has them.

    before: the table by this dimension; after: the same as published. Without `after` every name is shown as
    UNKNOWN.
    """
    name = dimension if dimension != "product" else "subcategory"
    own = before[[name]].assign(shown=UNKNOWN, shown_category="")
    if dimension == "product":
        own = own.assign(category=before["category"], shown_category=UNKNOWN)
    if after is None:
        return own
    if dimension != "product":
        return own.assign(shown=own[name].map(joined_names(before, after, name)))
    of = joined_names(before, after, "category")
    own["shown_category"] = own["category"].map(of)
    for category, part in own.groupby("shown_category"):
        within = after[after["category"] == category]
        named = joined_names(before.loc[part.index], within, "subcategory")
        own.loc[part.index, "shown"] = part["subcategory"].map(named)
    return own


def with_rest(names: pd.DataFrame) -> pd.DataFrame:
    """The names, and a last row for NOT_SHOWN."""
    category = NOT_SHOWN if "category" in names else ""
    rest = pd.DataFrame({"shown": [NOT_SHOWN], "shown_category": [category]})
    return pd.concat([names, rest], ignore_index=True)


def labels(names: pd.DataFrame) -> pd.DataFrame:
    """The distinct pairs shown_category, shown; a row's position is its code. Sorted, NOT_SHOWN last."""
    pairs = names[["shown_category", "shown"]].drop_duplicates()
    order = pairs.assign(is_last=pairs["shown"] == NOT_SHOWN)
    order = order.sort_values(["is_last", "shown_category", "shown"], kind="stable")
    return order.drop(columns="is_last").reset_index(drop=True)


def codes(names: Mapping[str, pd.DataFrame]) -> Names:
    """The codes of names that `dashboard.fact_rows` takes: a table for each dimension.

    product: category, subcategory, code_of_category, code; any other: the name and <dimension>_code.
    """
    found = {}
    for dimension, frame in names.items():
        shown = labels(frame)
        shown = shown.assign(code=range(len(shown)))
        coded = frame.merge(shown, on=["shown_category", "shown"], how="left")
        if dimension == "product":
            groups = sorted(shown["shown_category"].unique())
            place = {name: number for number, name in enumerate(groups)}
            coded["code_of_category"] = coded["shown_category"].map(place).astype("int64")
            coded = coded[["category", "subcategory", "code_of_category", "code"]]
        else:
            coded = coded.rename(columns={"code": f"{dimension}_code"})
            coded = coded[[dimension, f"{dimension}_code"]]
        found[dimension] = coded
    return found


def table(names: Mapping[str, pd.DataFrame], mixed: frozenset[str]) -> pd.DataFrame:
    """DASHBOARD_NAMES. mixed: the dimensions with several values in some purchase."""
    parts = []
    for dimension, frame in names.items():
        shown = labels(frame).rename(columns={"shown": "name", "shown_category": "category"})
        place = range(len(shown))
        parts.append(shown.assign(dimension=dimension, code=place, is_mixed=dimension in mixed))
    return pd.concat(parts, ignore_index=True)
