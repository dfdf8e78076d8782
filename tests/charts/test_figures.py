"""What each chart encodes, and that it draws what its table says."""

from __future__ import annotations

from dataclasses import replace

import altair as alt
import pandas as pd
import pytest

from retail.charts import theme
from retail.charts.drawing import draw
from retail.charts.parallel_coordinates import bundles
from retail.charts.rows import sampled
from retail.charts.treemap import layout


@pytest.fixture
def figures(report):
    return draw(report)


def encodings(spec: dict) -> list[dict]:
    """The encodings of a chart's layers."""
    return [layer.get("encoding", {}) for layer in spec.get("layer", [spec])]


def fields(spec: dict) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for encoding in encodings(spec):
        for channel, value in encoding.items():
            if isinstance(value, dict) and "field" in value:
                found.setdefault(channel, set()).add(value["field"])
    return found


@pytest.mark.parametrize(
    "key, expected",
    [
        ("trend", {"x": {"date"}, "y": {"all_net", "net"}}),
        ("calendar", {"x": {"week"}, "y": {"row"}, "color": {"net"}}),
        ("channels", {"x": {"net"}, "y": {"channel"}}),
        ("cities", {"x": {"net"}, "y": {"city"}}),
        ("gender", {"x": {"net"}, "y": {"gender"}}),
        ("age-bands", {"x": {"net"}, "y": {"age_band"}}),
        ("weekdays", {"x": {"month_of_year"}, "y": {"weekday"}, "color": {"net"}}),
        (
            "rfm-grid",
            {"x": {"f"}, "y": {"r"}, "color": {"mean_monetary"}, "text": {"says", "segment"}},
        ),
        ("segments", {"x": {"customers"}, "y": {"segment"}}),
        ("scatter", {"x": {"x"}, "y": {"y"}, "color": {"cluster"}}),
        ("profile", {"x": {"cluster"}, "y": {"label"}, "color": {"index"}, "text": {"index"}}),
        (
            "parallel",
            {"color": {"cluster"}, "strokeOpacity": {"opacity"}, "x": {"at"}, "text": {"label"}},
        ),
    ],
)
def test_a_chart_encodes(figures, key: str, expected: dict) -> None:
    assert fields(figures[key].spec) == expected


def test_charts_of_clusters_show_the_largest_of_many_subcategories(report) -> None:
    many = pd.DataFrame(
        {
            "category": "Food",
            "subcategory": [f"Shelf {n:02}" for n in range(60)],
            "units": range(1, 61),
        }
    )
    profile = many.assign(cluster=1, customers=1, share=0.1, share_of_all=0.1, index=100.0)
    tables = {"cluster_profile": profile, "units_by_customer": many.assign(customer_id="a")}
    drawn = draw(replace(report, tables={**report.tables, **tables}))
    assert drawn["profile"].rows["subcategory"].tolist() == [f"Shelf {n:02}" for n in range(20, 60)]
    for key in ("profile", "parallel"):
        assert drawn[key].about.endswith("The 40 of 60 subcategories with the most units.")


def test_every_chart_reads_its_rows_by_name_and_wears_the_theme(figures) -> None:
    for figure in figures.values():
        spec = figure.spec
        data = [part["data"] for part in [spec, *spec.get("layer", [])] if "data" in part]
        assert {"name": "rows"} in data, figure.key
        assert all(list(each) in (["name"], ["values"]) for each in data), figure.key
        assert spec["config"] == theme.config()
        assert "datasets" not in spec


def test_every_chart_is_valid_vega_lite(figures) -> None:
    for figure in figures.values():
        alt.Chart.from_dict(figure.spec, validate=True)


def test_rows_are_in_display_units(figures) -> None:
    pd.testing.assert_frame_equal(
        figures["trend"].rows,
        pd.DataFrame(
            {
                "day": ["2012-12-31", "2013-01-01", "2013-01-02"],
                "net": [10.0, 20.0, 30.0],
                "units": [3.0, 6.0, 9.0],
                "purchases": [1, 2, 3],
            }
        ),
        check_dtype=False,
    )


def test_the_calendar_stacks_years_and_starts_weeks_on_monday(figures) -> None:
    places = figures["calendar"].rows[["year", "week", "weekday"]].to_numpy().tolist()
    assert places == [[2012, 53, 0], [2013, 0, 1], [2013, 0, 2]]


def test_a_category_that_is_its_only_subcategory_is_named_once() -> None:
    rows = pd.DataFrame(
        {
            "category": ["Toys", "Tea", "Tea"],
            "subcategory": ["Toys", "Green", "Tea"],
            "net": [5.0, 3.0, 2.0],
        }
    )
    placed = layout(rows, "net")
    bands = placed.loc[placed["subcategory"] == "", "category"].tolist()
    assert bands == ["Tea"]
    assert placed.loc[placed["category"] == "Toys", "name"].tolist() == ["Toys"]
    areas = (placed["x2"] - placed["x"]) * (placed["y2"] - placed["y"])
    assert areas.sum() == pytest.approx(1)


def test_treemap_areas_are_in_proportion_and_fill_the_plane() -> None:
    rows = pd.DataFrame(
        {
            "category": ["A", "A", "B", "B"],
            "subcategory": ["x", "y", "x", "z"],
            "net": [6.0, 2.0, 4.0, -1.0],
        }
    )
    placed = layout(rows, "net")
    area = (placed["x2"] - placed["x"]) * (placed["y2"] - placed["y"])
    assert placed.loc[3, ["x", "y"]].isna().all()  # below zero: listed, not drawn
    assert placed.loc[4:, ["category", "subcategory"]].to_numpy().tolist() == [["A", ""], ["B", ""]]
    assert area[0] / area[1] == pytest.approx(3)
    assert area.sum() == pytest.approx(1)  # names and rectangles together


def test_customers_who_go_the_same_way_share_a_line_of_their_cluster() -> None:
    units = pd.DataFrame({"Books": [0, 0, 2], "Bags": [4, 4, 1]})
    rows = bundles(units, pd.Series([1, 1, 2]))
    assert rows[["cluster", "customers"]].to_numpy().tolist() == [[1, 2], [2, 1]]
    assert rows["opacity"].tolist() == [pytest.approx(1 - 0.65**2, abs=1e-3), 0.35]
    assert [row["coordinates"] for row in rows["geometry"]] == [
        [[[21.0, 232.0], [63.0, 12.0]]],  # from none to the most of all
        [[[21.0, 122.0], [63.0, 177.0]]],
    ]


def test_past_the_limit_a_seeded_sample_is_drawn() -> None:
    many = pd.DataFrame({"units": range(50)})
    assert sampled(many, seed=1, limit=10).index.tolist() == sampled(many, 1, 10).index.tolist()
    assert len(sampled(many, seed=1, limit=10)) == 10
    assert sampled(many, seed=1, limit=50) is many


def test_every_colour_has_one_dark_twin() -> None:
    light = [
        *theme.CATEGORIES,
        *theme.CLUSTERS,
        *(c for ramp in theme.RAMPS.values() for c in ramp),
    ]
    assert len(light) == len(set(light))
    assert set(light) <= set(theme.DARK)
    assert len(theme.DARK) == len(set(theme.DARK.values()))


def test_every_spec_is_valid_vega_lite(figures) -> None:
    """A run doesn't check this (it takes longer than drawing), so it is checked here."""
    import altair as alt

    for key, figure in figures.items():
        spec = {name: value for name, value in figure.spec.items() if name != "config"}
        assert alt.Chart.from_dict(spec, validate=True), key
