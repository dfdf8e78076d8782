"""Steps that keep something between runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail import config, steps
from retail.pipeline import silent
from retail.segments import noise

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample"


def test_the_full_noise_test_is_done_once_for_the_same_baskets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "retail.toml"
    path.write_text(
        f'[input]\nfolder = "{SAMPLE}"\n[clusters]\npermutations = 1\nsubsamples = 1\n'
        "full_permutations = 1\n[rfm]\nhistory_months = 1\n",
        encoding="utf-8",
    )
    settings = config.load(path)
    inputs = steps.read(settings, silent)
    aggregates = steps.aggregate(inputs, settings, silent)
    tables = steps.analyse(inputs, aggregates, settings)
    tested = steps.challenge_clusters(tables, aggregates, settings)
    assert len(tested["cluster_tests"]) == 77
    assert (tested["cluster_fits"]["permutations"] == 1).all()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the result of the last night was not used")

    monkeypatch.setattr(noise, "all_pairs", never)
    again = steps.challenge_clusters(tables, aggregates, settings)
    assert again["cluster_tests"].equals(tested["cluster_tests"])
    reseeded = path.read_text(encoding="utf-8").replace("[clusters]", "[clusters]\nseed = 9")
    path.write_text(reseeded, encoding="utf-8")
    with pytest.raises(AssertionError, match="not used"):
        steps.challenge_clusters(tables, aggregates, config.load(path))
