"""A small report in retail words, with every table that a page shows."""

from __future__ import annotations

import pandas as pd
import pytest

from retail.charts.figure import Figure
from retail.render import RunInfo, render
from retail.report import Report
from retail.schema import TABLES
from retail.schema.table import Column
from retail.schema.units import Period, Units

RUN = RunInfo(run_id="r1", started="2014-03-01T02:00:00Z", seconds=3.25, engine="pandas")
DAY = 15_000  # 2011-01-26
MONTH = 2011 * 12


def sales(key: dict[str, list], nets: list[int], share: bool = False) -> pd.DataFrame:
    rows = len(nets)
    frame = pd.DataFrame(key).assign(
        gross=[net + 1_000 for net in nets],
        returns=[-1_000] * rows,
        net=nets,
        tax=[net // 10 for net in nets],
        units=[3] * rows,
        lines=[4] * rows,
        purchases=[2] * rows,
        buyers=[2] * rows,
        credited_returns=[-1_000] * rows,
        return_rate=[1_000 / (net + 1_000) for net in nets],
    )
    return frame.assign(share_of_net=frame["net"] / frame["net"].sum()) if share else frame


def tables(name: str = "Books", city: str = "Leeds") -> dict[str, pd.DataFrame]:
    """All tables, with `name` as a category and `city` as a city."""
    nets = [120_345, 79_655]
    key_figures = pd.DataFrame(
        [
            (
                "net",
                "Net revenue",
                "money",
                200_000.0,
                0.125,
                100.0,
                80.0,
                "2011-02 against 2010-02",
            ),
            ("purchases", "Purchases", "count", 4.0, None, None, None, "-"),
            ("transactions", "Transactions", "count", 5.0, None, None, None, "-"),
            ("kept_purchases", "Kept purchases", "count", 3.0, None, None, None, "-"),
            ("buyers", "Buyers", "count", 2.0, None, None, None, "-"),
            ("return_rate", "Return rate", "share", 0.01, None, None, None, "-"),
        ],
        columns=[
            "figure",
            "label",
            "kind",
            "value",
            "comparison",
            "month_value",
            "year_before_value",
            "compared",
        ],
    )
    return {
        "key_figures": key_figures,
        "by_day": sales({"day": [DAY, DAY + 40]}, nets),
        "by_month": sales({"month": [MONTH, MONTH + 2]}, nets),
        "by_year": sales({"year": [2011, 2012]}, nets),
        "by_category": sales({"category": [name, "Shoes"]}, nets, share=True),
        "by_subcategory": sales(
            {"category": [name, "Shoes"], "subcategory": ["Men", "Men"]}, nets, share=True
        ),
        "by_channel": sales({"channel": ["e-Shop", "Flagship store"]}, nets, share=True),
        "by_city": sales({"city": [city, "York"]}, nets, share=True),
        **people(city),
        **clusters(name),
        **books(),
    }


def people(city: str) -> dict[str, pd.DataFrame]:
    missing = pd.NA
    customers = pd.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3"],
            "gender": ["F", "M", "Unknown"],
            "birth_day": [100, 200, missing],
            "city": [city, "York", "Unknown"],
            "contactable": [True, False, missing],
            "first_purchase_day": [DAY, DAY, missing],
            "last_purchase_day": [DAY + 40, DAY, missing],
            "reactivated_day": [missing, missing, missing],
            "last_kept_day": [DAY + 40, DAY, missing],
            "purchases": [3, 1, 0],
            "kept_purchases": [2, 1, 0],
            "lines": [6, 2, 0],
            "gross": [121_345, 80_655, 0],
            "returns": [-1_000, -1_000, 0],
            "net": [120_345, 79_655, 0],
            "units": [3, 3, 0],
            "age_band": ["25-34", "35-44", "Unknown"],
            "group": ["scored", "scored", "prospect"],
            "lifecycle": ["returning", "new", ""],
            "recency_days": [0, 40, missing],
            "frequency": [2, 1, missing],
            "monetary": [120_345, 79_655, missing],
            "r": [5, 1, missing],
            "f": [5, 1, missing],
            "m": [5, 1, missing],
            "r5": [5, 1, missing],
            "f5": [5, 1, missing],
            "m5": [5, 1, missing],
            "segment": ["Champions", "Hibernating", "prospect"],
            "seven_level": ["Gold", "Require activation", ""],
            "cluster": [1, 2, missing],
            "x": [0.5, -0.25, None],
            "y": [1.5, -1.25, None],
        }
    )
    cuts = [
        (measure, score, above, up_to, 1, "1 to 40 days", False)
        for measure in ("recency", "frequency", "monetary")
        for score, above, up_to in [(1, None, 8.0), (2, 8.0, 16.5), (3, 16.5, None)]
    ]
    grid = pd.DataFrame(
        [
            (r, f, "Champions" if r == f == 3 else "", int(r == f != 2), 5_000, 5_000, False)
            for r in (1, 2, 3)
            for f in (1, 2, 3)
        ],
        columns=["r", "f", "segment", "customers", "monetary", "mean_monetary", "is_impossible"],
    )
    segments = pd.DataFrame(
        {
            "segment": ["Champions", "Hibernating"],
            "rule": ["R 5, F 4-5", "R 1-2, F 1-2"],
            "rule_in_words": ["0 to 8 days, 4 or more orders", "17 days or more, 1 order"],
            "customers": [1, 1],
            "share_of_customers": [0.5, 0.5],
            "monetary": [120_345, 79_655],
            "share_of_net": [0.6017, 0.3983],
            "kept_purchases": [2, 1],
            "average_order": [40_448, 80_655],
            "return_rate": [0.008, 0.012],
            "median_recency_days": [0.0, 40.0],
            "order": [1, 2],
        }
    )
    columns = ["measure", "score", "above", "up_to", "customers", "rule", "is_impossible"]
    return {
        "customers": customers,
        "rfm_cuts": pd.DataFrame(cuts, columns=columns),
        "rfm_grid": grid,
        "segments": segments,
        "seven_levels": pd.DataFrame(
            {"level": ["Gold", "Require activation"], "rule": ["9-12", "3"], "customers": [1, 1]}
        ),
        "groups": pd.DataFrame({"group": ["scored", "prospect"], "customers": [2, 1]}),
    }


def clusters(name: str) -> dict[str, pd.DataFrame]:
    fits = pd.DataFrame(
        {
            "components": [2, 2],
            "clusters": [2, 3],
            "customers": [2, 2],
            "silhouette": [0.336123, 0.31],
            "is_sampled": [False, True],
            "sample_silhouette": [0.33, 0.31],
            "inertia": [12_345.678, 9_000.5],
            "explained_variance": [0.125, 0.125],
            "noise_mean": [0.33, None],
            "noise_max": [0.35, None],
            "permutations": [19, 0],
            "p_value": [0.45, None],
            "stability": [0.9, None],
            "is_chosen": [True, False],
            "is_recommended": [False, False],
            "verdict": ["The clusters can't be told from noise.", "Not tested."],
        }
    )
    groups = pd.DataFrame(
        {
            "cluster": [1, 2],
            "name": [f"{name}: Men", "Shoes: Men"],
            "customers": [1, 1],
            "share_of_customers": [0.5, 0.5],
            "units": [3, 3],
            "monetary": [120_345, 79_655],
            "share_of_net": [0.6, 0.4],
            "top_subcategories": [f"{name} · Men", "Shoes · Men"],
        }
    )
    pairs = [(c, category) for c in (1, 2) for category in (name, "Shoes")]
    profile = pd.DataFrame(
        [(c, category, "Men", 3, 1, 0.5, 0.5, 100.0) for c, category in pairs],
        columns=[
            "cluster",
            "category",
            "subcategory",
            "units",
            "customers",
            "share",
            "share_of_all",
            "index",
        ],
    )
    loadings = pd.DataFrame(
        [(c, category, "Men", 0.7) for c, category in pairs],
        columns=["component", "category", "subcategory", "loading"],
    )
    units = pd.DataFrame(
        [("C1", name, "Men", 3), ("C2", "Shoes", "Men", 3)],
        columns=["customer_id", "category", "subcategory", "units"],
    )
    return {
        "cluster_fits": fits,
        "clusters": groups,
        "cluster_profile": profile,
        "loadings": loadings,
        "units_by_customer": units,
    }


def books() -> dict[str, pd.DataFrame]:
    return {
        "input_files": pd.DataFrame(
            [("transactions", "Transactions.csv", "ab" * 32, 1_234, 10, 1)],
            columns=["table", "file", "sha256", "size_bytes", "rows", "set_aside"],
        ),
        "books": pd.DataFrame(
            [
                ("Lines read", 1, 10, 201_000),
                ("Set aside as unreadable", 2, -1, None),
                ("Repeats dropped", 3, -1, -1_000),
                ("Lines kept", 4, 8, 200_000),
            ],
            columns=["step", "order", "lines", "amount"],
        ),
        "date_evidence": pd.DataFrame(
            [
                (
                    "transactions.tran_date",
                    "DD-MM-YYYY",
                    "day-first",
                    8,
                    "5 values have a first part above 12",
                )
            ],
            columns=["column", "format", "order", "lines", "evidence"],
        ),
        "checks": pd.DataFrame(
            [("totals", "stop", "parts add up", "they do", "pass")],
            columns=["check", "severity", "expectation", "observed", "verdict"],
        ),
        "missing": pd.DataFrame(
            [("customers", "gender", 3, 1, 1 / 3)],
            columns=["table", "column", "values", "missing", "share"],
        ),
        "rejects": pd.DataFrame(
            [("Transactions.csv", 7, "Qty", "SECRET-VALUE", "a whole number")],
            columns=["file", "row", "column", "value", "expected"],
        ),
        "return_matching": pd.DataFrame({"rule": ["same id"], "lines": [2], "amount": [-2_000]}),
    }


def report(name: str = "Books", city: str = "Leeds", title: str = "Corner shop") -> Report:
    return Report(
        title=title,
        units=Units(money_scale=2, quantity_scale=0, currency=""),
        period=Period(first=DAY, through=DAY + 40, as_of=DAY + 41),
        features=frozenset(
            {
                "customer_id",
                "customer_city",
                "birth_date",
                "gender",
                "tax",
                "quantity",
                "channel",
                "category",
                "subcategory",
                "city",
            }
        ),
        tables={key: whole(key, frame) for key, frame in tables(name, city).items()},
    )


BLANK = {"text": "", "flag": False, "share": 0.0, "real": 0.0}


def whole(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with a plain value in each column that the schema wants and these tests don't."""
    lacking = [c for c in TABLES[name].columns if not c.optional and c.name not in frame]
    return frame.assign(**{c.name: BLANK.get(c.kind, 0) for c in lacking})


@pytest.fixture
def small_report() -> Report:
    return report()


@pytest.fixture
def report_of():
    """`report_of(name=..., city=..., title=...)`: the small report with texts of the test's own."""
    return report


@pytest.fixture
def run() -> RunInfo:
    return RUN


@pytest.fixture
def site_of(run):
    """`site_of(report)`: the files of its site, with two figures drawn by hand."""

    def files(shown: Report, info: RunInfo = run) -> dict[str, bytes]:
        return render(shown, {figure.key: figure for figure in figures(shown)}, info)

    return files


def figures(shown: Report) -> list[Figure]:
    """A figure of the segments page and one of the clusters page that names the report's texts."""
    rows = shown["by_category"][["category", "net"]].assign(net=[1203.45, 796.55])
    columns = (Column("category", "text", "name"), Column("net", "money", "net revenue"))
    spec = {"mark": "bar", "data": {"name": "rows"}}
    named = next(name for name in rows["category"] if name != "Shoes")
    return [
        Figure("rfm-grid", "Recency by frequency", "Scores.", spec, rows, columns, 300),
        Figure("scatter", f"Clusters of {named}", f"About {named}.", spec, rows, columns, 300),
    ]
