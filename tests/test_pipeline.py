"""Steps that keep something between runs, and what a public site keeps to itself of earlier ones."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import msgspec
import pandas as pd
import pytest

from retail import config, pipeline
from retail.changes import of_runs
from retail.errors import CheckError, PublishError
from retail.history import Past, Run, Snapshot
from retail.pipeline import silent
from retail.privacy import gate
from retail.schema.units import Units
from retail.segments import noise

NIGHT = Snapshot(b'{"money": {"net": 12.5}, "lines": {"kept": 7}}', {"repeats": "warn"})
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
    inputs = pipeline.read(settings, silent)
    aggregates = pipeline.aggregate(inputs, settings, silent)
    tested = pipeline.analyse(inputs, aggregates, settings)
    assert len(tested["cluster_tests"]) == 77
    assert (tested["cluster_fits"]["permutations"] == 1).all()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the result of the last run was not used")

    monkeypatch.setattr(noise, "all_pairs", never)
    again = pipeline.analyse(inputs, aggregates, settings)
    assert again["cluster_tests"].equals(tested["cluster_tests"])
    reseeded = path.read_text(encoding="utf-8").replace("[clusters]", "[clusters]\nseed = 9")
    path.write_text(reseeded, encoding="utf-8")
    with pytest.raises(AssertionError, match="not used"):
        pipeline.analyse(inputs, aggregates, config.load(path))


def test_a_folder_of_someone_else_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / ".retail").mkdir()
    path = tmp_path / "retail.toml"
    path.write_text("", encoding="utf-8")
    with pytest.raises(PublishError, match=r"holds thesis\.txt"):
        gate.check_folders(config.load(path), silent)


def past_of(night: Snapshot) -> Past:
    runs = [
        Run(1, "a", "2024-01-01T02:00", 1.0, "published", night),
        Run(2, "b", "2024-01-02T02:00", None, "running", None),
    ]
    return Past(runs, runs[0])


def test_a_public_site_has_no_figures_of_other_nights() -> None:
    """The difference of two nights may be one customer's purchase."""
    for level, nets in (("internal", [20.0, 12.5]), ("public", [20.0, None])):
        past = gate.publishable_past(past_of(NIGHT), level)
        now = Snapshot(b'{"money": {"net": 20.0}, "lines": {"kept": 9}}')
        before = past.before.snapshot if past.before else None
        runs = of_runs(past.runs, "b", now, before, Units(1, 0))["runs"]
        assert [None if pd.isna(net) else net / 10 for net in runs["net"]] == nets
        assert runs["outcome"].tolist() == ["this one", "published"]
        assert (
            runs["warnings"].notna().sum()
            == runs["lines"].notna().sum()
            == len(nets) - nets.count(None)
        )


def test_at_the_level_public_checks_against_the_last_run_are_said_and_not_shown() -> None:
    def summary(lines: int, categories: str) -> Snapshot:
        told = '{"as_of": "2024-01-31", "first_date": "2024-01-01", "lines": {"kept": %d}, %s}'
        return Snapshot((told % (lines, f'"net_by": {{"category": {categories}}}')).encode())

    by_day = pd.DataFrame({"day": [19_723, 19_753], "lines": [40, 40]})
    aggregates = SimpleNamespace(sales={"by_day": by_day})
    past, now = past_of(summary(100, '{"Tea": 1}')), summary(80, '{"Toys": 1}')
    for level, count in (("public", 0), ("internal", 2)):
        chosen = config.Config(privacy=config.PrivacySettings(level=level))
        said: list[str] = []
        compared = gate.compare(now, past, aggregates, chosen, said.append)
        assert said == ["check steady_names: new: Toys; gone: Tea"]
        assert len(compared.now.run_checks) == len(compared.checks) == count
        assert compared.now.content_hash == now.content_hash
        strict = msgspec.structs.replace(chosen, checks=config.Checks(steady_names="stop"))
        with pytest.raises(CheckError, match="gone: Tea"):
            gate.compare(now, past, aggregates, strict, said.append)
