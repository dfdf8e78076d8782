"""About figures: the page's script and its twin in Python say the same, and their intervals have the truth."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from estimator import FEWEST, coverage, estimate

SCRIPT = Path(__file__).resolve().parents[2] / "web" / "src" / "kernel" / "estimates.js"
RUN = """
const { estimate, FEWEST } = await import(process.argv[1]);
const cases = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const found = cases.map(({ values, weights, beside }) => estimate(values, weights, beside));
console.log(JSON.stringify({ found, fewest: FEWEST }));
"""


@pytest.mark.needs("node")
def test_the_script_estimates_as_python_does() -> None:
    lots = np.random.default_rng(5)
    cases = []
    for number in range(60):
        size = int(lots.integers(1, 120))
        weights = lots.choice([1.0, 7.5, 3.25], size, p=[0.3, 0.5, 0.2])
        values = np.rint(1_000 * lots.pareto(1.5, size)) * (lots.random(size) < 0.4)
        other = values + np.rint(500 * lots.pareto(1.5, size))
        total = float((weights * other).sum() * lots.uniform(0.5, 1.5))
        beside = (other, total) if number % 2 else None
        cases.append((values - 100 * (number % 3), weights, beside))
    asked = [
        {
            "values": values.tolist(),
            "weights": weights.tolist(),
            "beside": beside and {"values": beside[0].tolist(), "total": beside[1]},
        }
        for values, weights, beside in cases
    ]
    run = subprocess.run(
        ["node", "--input-type=commonjs", "-e", f"(async () => {{ {RUN} }})()", SCRIPT.as_uri()],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    answer = json.loads(run.stdout)
    assert answer["fewest"] == FEWEST
    for case, found in zip(cases, answer["found"], strict=True):
        wanted = estimate(*case)
        assert found["value"] == pytest.approx(wanted.value, rel=1e-9, abs=1e-6)
        assert found["margin"] == pytest.approx(wanted.margin, rel=1e-9, abs=1e-3)


def test_an_estimate_by_hand() -> None:
    values, weights = np.array([100.0, 4, 0, 8]), np.array([1.0, 3, 3, 3])
    plain = estimate(values, weights)
    assert plain.value == 100 + 3 * 12
    # 9 units of which 3 were drawn: variance of the sum 9 x 6 x 16 / 3, and 3 have no skew.
    assert plain.margin == pytest.approx(1.959963984540054 * np.sqrt(9 * 6 * 16 / 3))
    # What is known of a wider selection: everyone's is 30 there, and 20 of these are drawn, for 60.
    exact = estimate(values, weights, (np.array([200.0, 5, 5, 10]), 230.0))
    assert exact.value == pytest.approx(100 + 12 * 3 * 30 / 60)


def test_all_are_there_for_certain() -> None:
    assert estimate(np.array([3.0, 4]), np.ones(2)).margin == 0


@pytest.mark.parametrize("is_of_people", [True, False])
def test_intervals_have_the_truth_where_a_few_customers_bring_most(is_of_people: bool) -> None:
    """95 %; of so few samples of so few shops at least 91 %. tests.benchmarks.about has many more."""
    found = coverage("pareto", 0.05, is_of_people, shops=8, draws=25)
    assert min(found.new.values()) >= 0.91
    assert found.old["net"] < 0.85  # what the test is there to catch
    assert found.shown == 1


def test_small_selections_are_shown_only_with_enough_customers() -> None:
    found = coverage("lognormal", 0.01, True, shops=6, draws=25)
    assert found.new["net"] >= 0.91
    assert found.shown < 1
