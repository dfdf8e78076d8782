"""What a campaign has changed, by intention to treat."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from campaigns import KINDS, of_large_samples, rates
from click.testing import CliRunner
from scipy import stats

from retail.cli import cli
from retail.errors import InputError
from retail.lists import measure_lift
from retail.lists.campaign_lift import REASSIGNMENTS, net_difference

SINCE = 100


def campaign(
    bought: int, treated: int, bought_anyway: int, held: int
) -> tuple[pd.DataFrame, list[tuple[pd.DataFrame, pd.DataFrame]]]:
    """Members, and purchases and returns in two parts; who buys does so twice, a week before and since."""
    members = pd.DataFrame(
        {
            "customer_id": [f"c{n}" for n in range(treated + held)],
            "held_out": [False] * treated + [True] * held,
        }
    )
    buyers = [f"c{n}" for n in [*range(bought), *range(treated, treated + bought_anyway)]]
    purchases = pd.DataFrame(
        {
            "customer_id": [*buyers, *members["customer_id"], "stranger"],
            "day": [SINCE] * len(buyers) + [SINCE - 7] * len(members) + [SINCE],
            "gross": [1_000] * (len(buyers) + len(members) + 1),
        }
    )
    returns = pd.DataFrame({"customer_id": ["c0", "c1"], "day": [SINCE, 99], "amount": [-400, -9]})
    half = len(purchases) // 2
    return members, [(purchases[:half], returns), (purchases[half:], returns[:0])]


def test_everyone_counts_in_the_group_of_the_list() -> None:
    told = measure_lift(*campaign(300, 900, 20, 100), SINCE)
    assert (told.treated.customers, told.treated.bought) == (900, 300)
    assert (told.held.customers, told.held.bought) == (100, 20)
    assert told.treated.mean == pytest.approx((300 * 1_000 - 400) / 900)
    assert told.held.mean == pytest.approx(200)


def test_the_difference_is_that_of_an_independent_test() -> None:
    told = measure_lift(*campaign(300, 900, 20, 100), SINCE)
    table = [[300, 600], [20, 80]]
    assert told.p_value == pytest.approx(stats.chi2_contingency(table, correction=False).pvalue)
    wilson = stats.binomtest(300, 900).proportion_ci(method="wilson")
    assert told.treated.interval == pytest.approx((wilson.low, wilson.high))
    estimate, low, high = told.uplift
    assert estimate == pytest.approx(1 / 3 - 0.2)
    assert low < estimate < high
    assert "more buy with the campaign" in told.verdict


def test_newcombe_s_own_example() -> None:
    # Newcombe (1998), table II, 56/70 against 48/80 by method 10: 0.0524 to 0.3339.
    assert measure_lift(*campaign(56, 70, 48, 80), SINCE).uplift == pytest.approx(
        (0.2, 0.0524, 0.3339), abs=5e-5
    )


def test_no_difference_is_said_to_be_none() -> None:
    told = measure_lift(*campaign(90, 900, 10, 100), SINCE)
    assert "can't be told from chance" in told.verdict
    assert measure_lift(*campaign(0, 9, 0, 9), SINCE).p_value == 1


def test_net_revenue_is_compared_as_scipy_s_permutation_test_does() -> None:
    lots = np.random.default_rng(3)
    net = np.rint(1_000 * lots.pareto(1.5, 300)).astype("int64")
    held = np.arange(300) % 4 == 0
    net[~held] += 400
    found = net_difference(net, held)
    assert found.estimate == pytest.approx(net[~held].mean() - net[held].mean())
    wanted = stats.permutation_test(
        (net[~held], net[held]),
        lambda one, other, axis: one.mean(axis) - other.mean(axis),
        n_resamples=20_000,
        vectorized=True,
        rng=1,
    )
    assert found.p_value == pytest.approx(wanted.pvalue, abs=0.02)
    assert found.interval is not None
    for bound, side in zip(found.interval, ("greater", "less"), strict=True):
        # The bound, taken from everyone treated, is just not rejected at 2.5 %.
        shifted = np.where(held, net, net - bound)
        again = stats.permutation_test(
            (shifted[~held], shifted[held]),
            lambda one, other, axis: one.mean(axis) - other.mean(axis),
            n_resamples=20_000,
            alternative=side,
            vectorized=True,
            rng=1,
        )
        assert again.pvalue == pytest.approx(0.025, abs=0.015)


def test_the_order_of_the_list_does_not_matter() -> None:
    members, history = campaign(300, 900, 20, 100)
    shuffled = members.sample(frac=1, random_state=2)
    assert (
        measure_lift(shuffled, history, SINCE).worth == measure_lift(members, history, SINCE).worth
    )


def test_fewer_than_fifty_held_out_have_no_interval_of_net_revenue() -> None:
    few = measure_lift(*campaign(300, 900, 20, 49), SINCE).worth
    assert (few.interval, few.p_value) == (None, None)
    assert few.verdict(str).endswith("a few large orders decide the difference of fewer.")
    assert measure_lift(*campaign(300, 900, 20, 50), SINCE).worth.interval is not None


def test_what_is_said_of_net_revenue_is_what_its_interval_says() -> None:
    more = measure_lift(*campaign(600, 900, 10, 100), SINCE).worth
    assert more.p_value == 2 / (REASSIGNMENTS + 1)
    assert more.verdict(str).endswith(": the treated bring more than the held out.")
    less = measure_lift(*campaign(90, 900, 60, 100), SINCE).worth
    assert less.verdict(str).endswith(": the treated bring less than the held out.")
    none = measure_lift(*campaign(180, 900, 20, 100), SINCE).worth
    assert none.verdict(str).endswith("It can't be told from chance.")


@pytest.mark.parametrize("kind", KINDS)
def test_campaigns_without_effect_are_rarely_said_to_have_one(kind: str) -> None:
    """A few customers bring most: 5 % of campaigns may have their interval beside 0, 2.5 % a side."""
    found = rates(kind, (460, 50), times=200)
    assert found.covered >= 0.92
    assert max(found.more, found.less) <= 0.05  # 2.5 %, and two standard errors
    old = rates(kind, (460, 50), times=200, interval=of_large_samples)
    assert old.more > 0.05  # what the test is there to catch


@pytest.mark.parametrize("effect", ["a gift", "more orders", "larger orders"])
def test_the_interval_has_what_the_campaign_brings(effect: str) -> None:
    assert rates("lognormal", (230, 60), effect, times=150).covered >= 0.91


def test_one_group_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="two customers in each group"):
        measure_lift(*campaign(1, 9, 0, 1), SINCE)


def test_the_command_reads_a_private_list(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    rows = ["transaction_id,customer_id,date,amount"]
    rows += [f"t{n},c{n},2014-01-{1 + n % 28:02d},10.00" for n in range(40)]
    rows += [f"u{n},c{n},2014-02-03,5.00" for n in range(12)]
    (tmp_path / "Transactions.csv").write_text("\n".join(rows) + "\n")
    members = [f"c{n},{'true' if n >= 30 else 'false'}" for n in range(40)]
    (tmp_path / "list.csv").write_text("\n".join(["customer_id,held_out", *members]) + "\n")
    run = CliRunner().invoke(cli, ["readout", "list.csv", "--since", "2014-02-01"])
    assert run.exit_code == 0, run.output
    assert "30 customers, 12 bought (40.0%" in run.output
    assert "10 customers, 0 bought (0.0%" in run.output
    assert "Net revenue per customer differs by 2.00. That has no interval" in run.output
    (tmp_path / "site.csv").write_text("customer_id,held_out\nx7,true\n")
    refused = CliRunner().invoke(cli, ["readout", "site.csv", "--since", "2014-02-01"])
    assert isinstance(refused.exception, InputError)
    assert "pseudonyms" in str(refused.exception)
