"""The case study's figures, as they stand in ../shared/data/README.md."""

from __future__ import annotations

import pandas as pd
import pytest

Tables = dict[str, pd.DataFrame]
pytestmark = pytest.mark.needs_data("case_study")


def counts(table: pd.DataFrame, name: str) -> dict[str, int]:
    return dict(zip(table[name], table["customers"], strict=True))


def test_groups(case_study_tables: Tables) -> None:
    assert counts(case_study_tables["groups"], "group") == {
        "scored": 5_444,
        "nothing kept": 62,
        "refund only": 0,
        "prospect": 141,
    }


def test_cut_points(case_study_tables: Tables) -> None:
    cuts = case_study_tables["rfm_cuts"].dropna(subset=["up_to"])
    found = {
        measure: sorted(round(value, 2) for value in part["up_to"])
        for measure, part in cuts.groupby("measure")
    }
    assert found == {
        "recency": [78, 170, 299, 496.4],
        "frequency": [2, 3, 4, 5],
        "monetary": [3787.94, 6599.28, 9578.80, 13694.04],
    }


def test_segments_and_seven_levels(case_study_tables: Tables) -> None:
    assert counts(case_study_tables["segments"], "segment") == {
        "About to sleep": 557,
        "At risk": 486,
        "Can't lose them": 89,
        "Champions": 460,
        "Hibernating": 1600,
        "Loyal": 659,
        "Need attention": 245,
        "Occasional": 226,
        "Potential loyalists": 930,
        "Recent, few orders": 192,
    }
    assert counts(case_study_tables["seven_levels"], "level") == {
        "Can't lose them": 644,
        "Gold": 1930,
        "Loyal": 636,
        "Needs attention": 496,
        "Potential": 643,
        "Promising": 562,
        "Require activation": 533,
    }


def test_segments_say_their_rule_in_days_and_orders(case_study_tables: Tables) -> None:
    rules = case_study_tables["segments"].set_index("segment")["rule_in_words"]
    assert rules["Champions"] == "last kept purchase 0 to 78 days ago; 5 or more orders"
    assert rules["About to sleep"] == "last kept purchase 171 to 299 days ago; 1 to 3 orders"
    assert rules["Hibernating"] == "last kept purchase 300 or more days ago; 1 to 3 orders"


def test_clusters_cannot_be_told_from_noise(case_study_tables: Tables) -> None:
    fits = case_study_tables["cluster_fits"]
    chosen = fits[fits["is_chosen"]].iloc[0]
    assert chosen["customers"] == 5_444
    assert chosen["silhouette"] == pytest.approx(0.348, abs=0.01)
    assert 0.30 < chosen["noise_mean"] < chosen["noise_max"] < 0.39
    assert not chosen["is_recommended"]
    assert chosen["verdict"].startswith("These clusters can't be told from noise")


def test_the_other_four_grid_is_the_original_s(
    case_study_waist: tuple[pd.DataFrame, pd.DataFrame], settings, nothing_kept: pd.DataFrame
) -> None:
    import case_study_truth

    from retail import segments

    tables = segments.analyse(
        case_study_waist[0],
        nothing_kept,
        as_of=case_study_truth.AS_OF,
        units=case_study_truth.UNITS,
        settings=settings(bins=4),
    )
    assert len(tables["rfm_grid"]) == 16
    customers = tables["customers"].query("group == 'scored'")
    total = customers["r"] + customers["f"] + customers["m"]
    assert (total >= 9).sum() == 1930
    assert (customers["segment"] == "Champions").sum() == 460


def test_who_came_back_within_ninety_days_is_reactivated(
    case_study_tables: Tables,
) -> None:
    """47 of the 418 have bought again since."""
    people = case_study_tables["customers"]
    back = people[people["lifecycle"] == "reactivated"]
    assert len(back) == 418
    assert (back["reactivated_day"] < back["last_purchase_day"]).sum() == 47
