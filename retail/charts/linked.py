"""Names and flags that the dashboard's linked charts share."""

from __future__ import annotations

from retail.charts.rows import largest
from retail.report import Report
from retail.schema.dimensions import OF_LINE

KEYS = (
    "trend", "calendar", "products", *(d.figure for d in OF_LINE), "map", "rfm-grid", "scatter",
    "parallel",
)  # fmt: skip
OF_PEOPLE = frozenset({"rfm-grid", "scatter", "parallel"})
MOST_NAMES = 12
BARS = {d.name: d.figure for d in OF_LINE}  # column and key of its chart


def products(report: Report) -> list[list[str]]:
    """Category and subcategory of each product that the dashboard filters, in the order of codes."""
    if "dashboard_names" in report:
        names = report["dashboard_names"]
        return names.loc[names["dimension"] == "product", ["category", "name"]].to_numpy().tolist()
    pairs = report["dashboard_lines"][["category", "subcategory"]].drop_duplicates()
    return pairs.sort_values(["category", "subcategory"], kind="stable").to_numpy().tolist()


def categories(report: Report) -> list[str]:
    """Categories of the products in the order of their codes."""
    return list(dict.fromkeys(category for category, _ in products(report)))


def bar_names(report: Report) -> dict[str, list[str]]:
    """Dimension -> the names that have a bar, by net revenue, largest first; the others are in the bar Other."""
    found = {}
    for by in BARS:
        if f"by_{by}" not in report:
            continue
        names = largest(report[f"by_{by}"], "net", by, MOST_NAMES)[by].tolist()
        if len(names) > 1:
            found[by] = names
    return found


def is_linked(report: Report) -> bool:
    """Whether the dashboard's views filter each other."""
    return any(
        name in report and len(report[name]) for name in ("dashboard_lines", "dashboard_cubes")
    )
