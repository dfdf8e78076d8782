"""The case study end to end: every figure of ../shared/data/README.md, in summary.json and on pages.

The figures were computed there two ways (pandas and SQL); sums that end in half a cent are rounded
half up here, as the contract says, where that README rounds them to even.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from retail import config, pipeline

pytestmark = pytest.mark.needs_data("case_study")


@pytest.fixture(scope="module")
def site(case_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("case_study")
    path = folder / "retail.toml"
    path.write_text(f'title = "Case study"\n[input]\nfolder = "{case_study}"\n', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RETAIL_KEY", "key of the tests")
        yield pipeline.build(config.load(path))


@pytest.fixture(scope="module")
def summary(site: Path) -> dict[str, Any]:
    return json.loads((site / "summary.json").read_text(encoding="utf-8"))


def test_lines_and_money_add_up_to_what_was_read(summary: dict[str, Any]) -> None:
    assert summary["lines"] == {"read": 23_053, "kept": 23_040, "duplicates": 13, "set_aside": 0}
    assert summary["money"] == {
        "gross": 54_453_885.07,
        "returns": -5_842_590.26,
        "net": 48_611_294.81,
        "tax": 4_619_172.81,
    }
    assert summary["units"] == 56_120


def test_dates_are_read_day_first_by_evidence(summary: dict[str, Any]) -> None:
    assert (summary["first_date"], summary["through"], summary["as_of"]) == (
        "2011-01-25",
        "2014-02-20",
        "2014-02-28",
    )
    formats = {
        form: told
        for column, forms in summary["dates"].items()
        if "tran_date" in column
        for form, told in forms.items()
    }
    assert len(formats) == 2
    assert {told["order"] for told in formats.values()} == {"day-first"}
    evidence = " ".join(told["evidence"] for told in formats.values())
    assert "13,929" in evidence
    assert "552" in evidence


def test_transactions_and_customers(summary: dict[str, Any]) -> None:
    assert summary["transactions"] == {"distinct": 20_878, "purchases": 20_876, "kept": 18_819}
    assert summary["customers"] == {
        "known": 5_647,
        "buyers": 5_506,
        "scored": 5_444,
        "nothing_kept": 62,
        "refund_only": 0,
        "prospects": 141,
    }


def test_net_revenue_by_category_channel_and_year(summary: dict[str, Any]) -> None:
    assert summary["net_by"]["category"] == {
        "Bags": 4_126_341.83,
        "Books": 12_832_592.63,
        "Clothing": 6_251_137.49,
        "Electronics": 10_730_705.83,
        "Footwear": 6_225_904.82,
        "Home and kitchen": 8_444_612.22,
    }
    assert summary["net_by"]["channel"] == {
        "Flagship store": 9_721_596.63,  # .625
        "MBR": 9_674_941.32,
        "TeleShop": 9_372_133.75,  # .745
        "e-Shop": 19_842_623.13,  # .125
    }
    assert summary["net_by"]["year"] == {
        "2011": 14_743_413.88,
        "2012": 15_918_256.51,
        "2013": 15_713_981.79,
        "2014": 2_235_642.63,
    }
    cities = summary["net_by"]["city"].values()  # each rounded on its own
    assert sum(cities) == pytest.approx(48_611_294.81, abs=0.005 * len(cities))


def test_rfm_cut_points_and_segments(summary: dict[str, Any]) -> None:
    rfm = summary["rfm"]
    assert rfm["bins"] == 5
    assert rfm["cut_points"] == {
        "recency": [78, 170, 299, 496.4],
        "frequency": [2, 3, 4, 5],
        "monetary": [3_787.94, 6_599.28, 9_578.80, 13_694.04],
    }
    assert rfm["segments"] == {
        "About to sleep": 557,
        "At risk": 486,
        "Can't lose them": 89,
        "Champions": 460,
        "Hibernating": 1_600,
        "Loyal": 659,
        "Need attention": 245,
        "Occasional": 226,
        "Potential loyalists": 930,
        "Recent, few orders": 192,
    }
    assert rfm["seven_levels"] == {
        "Can't lose them": 644,
        "Gold": 1_930,
        "Loyal": 636,
        "Needs attention": 496,
        "Potential": 643,
        "Promising": 562,
        "Require activation": 533,
    }


def test_clusters_that_are_noise_are_not_recommended(summary: dict[str, Any]) -> None:
    clusters = summary["clusters"]
    assert (clusters["components"], clusters["clusters"]) == (2, 4)
    assert sum(clusters["sizes"]) == 5_444
    assert clusters["silhouette"] == pytest.approx(0.348, abs=0.015)
    assert clusters["noise"]["permutations"] == 19
    assert clusters["silhouette"] - clusters["noise"]["mean"] < 0.05
    assert clusters["recommended"] is False


@pytest.mark.parametrize(
    "page, texts",
    [
        ("index", ["48,611,294.81", "-5,842,590.26", "54,453,885.07", "20,878", "20,876", "5,506"]),
        ("segments", ["1,600", "13,694.04", "1,930", "5,444", "141"]),
        ("quality", ["23,053", "23,040", "48,611,294.81", "day-first"]),
        ("clusters", ["5,444"]),
    ],
)
def test_pages_show_the_same_figures(site: Path, page: str, texts: list[str]) -> None:
    shown = (site / f"{page}.html").read_text(encoding="utf-8")
    assert [text for text in texts if text not in shown] == []
    assert "2011-01-25" in shown
    assert "2014-02-20" in shown


def test_no_real_customer_id_or_birth_date_is_in_the_site(site: Path, case_study: Path) -> None:
    rows = (case_study / "Customer.csv").read_text(encoding="utf-8").splitlines()[1:]
    people = [row.split(",") for row in rows]
    sought = {row[0] for row in people} | {row[1] for row in people}
    import re

    for path in site.rglob("*"):
        if path.is_file() and path.name != "run.json":
            words = set(
                re.findall(
                    r"(?<![0-9.])[0-9]+(?:-[0-9]+-[0-9]+)?(?![0-9.])",
                    path.read_text("utf-8", "replace"),
                )
            )
            assert not {w for w in words & sought if len(w) >= 6}, path.name
