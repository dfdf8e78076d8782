"""The room as a whole: what must not matter, and the bundled sample's planted truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score
from trade import day

from retail import config, segments
from retail.config import SegmentSettings
from retail.segments import slices

ROOT = Path(__file__).parents[2]
Tables = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> tuple[slices.Slice, int, int]:
    """The bundled sample at the waist, its as-of and its first day."""
    from retail import aggregates, intake

    work = tmp_path_factory.mktemp("sample")
    path = work / "retail.toml"
    path.write_text(f'[input]\nfolder = "{ROOT / "data" / "sample"}"\n', encoding="utf-8")
    inputs = intake.read(config.load(path), lambda message: None)
    found = aggregates.collect_all(inputs, "pandas", work)
    tables = found.customer_sums, found.kept_units, found.purchases, found.return_lines
    return slices.Slice(*tables), found.period.as_of, found.period.first


@pytest.fixture(scope="module")
def analyse(
    sample: tuple[slices.Slice, int, int], settings: Callable[..., SegmentSettings], cents
) -> Callable[..., Tables]:
    whole, as_of, first = sample

    def run(part: slices.Slice = whole, **changes: object) -> Tables:
        return segments.analyse(
            part.customer_sums,
            part.kept_units,
            as_of=as_of,
            units=cents,
            settings=settings(is_every_pair=False, **changes),
            history=segments.History(lambda: [(part.purchases, part.return_lines)], first, as_of),
        )

    return run


@pytest.fixture(scope="module")
def plain(analyse: Callable[..., Tables]) -> Tables:
    return analyse(actions=config.ACTIONS)


def test_the_order_of_rows_changes_nothing(
    sample: tuple[slices.Slice, int, int], analyse: Callable[..., Tables], plain: Tables
) -> None:
    whole = sample[0]
    shuffled = slices.Slice(
        *(
            table.sample(frac=1, random_state=at)
            for at, table in enumerate(
                (whole.customer_sums, whole.kept_units, whole.purchases, whole.return_lines)
            )
        )
    )
    again = analyse(shuffled, actions=config.ACTIONS)
    assert set(again) == set(plain)
    for name, table in plain.items():
        pd.testing.assert_frame_equal(table, again[name], obj=name)


def test_prospects_and_guests_change_no_score(
    sample: tuple[slices.Slice, int, int], analyse: Callable[..., Tables], plain: Tables
) -> None:
    whole = sample[0]
    people = whole.customer_sums
    prospects = people[people["lines"] == 0]
    more = prospects.assign(customer_id="new " + prospects["customer_id"])
    guests = whole.purchases.head(200).assign(
        customer_id=None, transaction_id=lambda t: "guest " + t["transaction_id"]
    )
    again = analyse(
        slices.Slice(
            pd.concat([people, more]),
            whole.kept_units,
            pd.concat([whole.purchases, guests]),
            whole.return_lines,
        ),
        actions=config.ACTIONS,
    )
    for name in ("rfm_cuts", "rfm_grid", "segments", "cluster_fits", "backtest", "movement"):
        pd.testing.assert_frame_equal(plain[name], again[name], obj=name)


def test_the_planted_tastes_are_found_and_recommended(plain: Tables) -> None:
    from tools.sample import planted_groups

    planted = {str(customer): group for customer, group in planted_groups().items()}
    members = plain["customers"].dropna(subset=["cluster"])
    group = members["customer_id"].map(planted)
    assert adjusted_rand_score(group, members["cluster"]) > 0.9
    notes = plain["segment_notes"].query("topic == 'clusters'")["sentence"].tolist()
    assert notes[0] == "Recommended: 4 clusters on 2 components."
    assert plain["cluster_fits"]["is_best"].tolist() == [True]


def test_planted_recency_predicts_so_actions_are_suggested(plain: Tables) -> None:
    assert plain["backtest_test"]["do_segments_differ"].tolist() == [True]
    by_name = plain["segments"].set_index("segment")
    assert by_name.loc["Champions", "action"] == config.ACTIONS["Champions"]
    assert (by_name.loc[~by_name["holds"].astype(bool), "action"] == "").all()


def test_the_built_in_actions_are_those_of_the_built_in_segments() -> None:
    from retail.segments import naming_conventions

    assert list(config.ACTIONS) == naming_conventions.DEFAULT.names


def test_the_full_test_of_all_pairs_replaces_the_quick_one(plain: Tables) -> None:
    tests = pd.DataFrame(
        {
            "components": [2],
            "clusters": [4],
            "permutations": [99],
            "observed": [0.5],
            "noise_mean": [0.49],
            "noise_min": [0.4],
            "noise_max": [0.6],
            "p_value": [0.5],
            "stability": [0.9],
            "stability_low": [0.8],
            "stability_high": [1.0],
        }
    )
    again = segments.with_tests(plain, tests)
    assert again["cluster_fits"]["permutations"].tolist() == [99]
    assert not again["cluster_fits"]["is_recommended"].any()
    said = again["segment_notes"].query("topic == 'clusters'")["sentence"].tolist()
    assert said[0].startswith("These clusters can't be told from noise")
    assert plain["cluster_fits"]["is_recommended"].all()  # untouched
    assert segments.with_tests({}, tests) == {}


def test_movement_ends_with_the_last_full_month(plain: Tables) -> None:
    assert plain["segment_history"]["month"].max() == 2025 * 12 + 11
    moves = plain["latest_moves"]
    assert set(moves["cause"]) <= {"bought", "returned", "time passed"}
    # Who moved up or came back has bought; time alone never makes a customer better.
    better = moves[moves["direction"].isin(["up", "came back", "new"])]
    assert set(better["cause"]) == {"bought"}
    bought = plain["customers"].set_index("customer_id")["last_purchase_day"]
    assert (bought[better["customer_id"]] > day("2025-11-30")).all()
