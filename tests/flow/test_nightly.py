"""The Prefect flow: the pipeline's steps as tasks, artifacts, retries, and one message on failure."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def prefect_home() -> Iterator[None]:
    """Prefect's own test harness: a database of its own, gone afterwards."""
    from prefect.testing.utilities import prefect_test_harness

    with prefect_test_harness(server_startup_timeout=90):
        yield


@pytest.fixture(scope="module")
def night(prefect_home: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One nightly run on the sample, and what Prefect's server knows of it."""
    from prefect import get_client

    from flows.nightly import nightly

    folder = tmp_path_factory.mktemp("night")
    config = folder / "retail.toml"
    config.write_text(f'[input]\nfolder = "{ROOT / "data" / "sample"}"\n', encoding="utf-8")
    site = nightly(config=config)
    with get_client(sync_client=True) as client:
        tasks = client.read_task_runs()
        artifacts = client.read_artifacts()
    return site, tasks, artifacts


def test_the_flow_publishes_the_site(night: Any) -> None:
    site, _, _ = night
    assert (site / "index.html").is_file()
    assert (site / "summary.json").is_file()


def test_prefect_shows_each_step_by_name(night: Any) -> None:
    _, tasks, _ = night
    names = {run.name.rsplit("-", 1)[0] for run in tasks if not run.name.startswith("Slice: ")}
    assert names == {
        "Read and check the inputs",
        "Aggregate the lines",
        "Analyse the customers",
        "Apply the privacy level",
        "Draw charts and pages",
        "Publish the site",
    }
    assert all(run.state is not None and run.state.is_completed() for run in tasks)


def test_each_channel_gender_and_city_is_a_mapped_task_with_a_page_of_its_own(night: Any) -> None:
    site, tasks, _ = night
    names = {run.name for run in tasks if run.name.startswith("Slice: ")}
    for one in ("Channel: Web", "Gender: F", "City: Boston"):
        assert f"Slice: {one}" in names
    pages = [page.read_text(encoding="utf-8") for page in site.glob("slice-*.html")]
    assert len(pages) == len(names)
    for one in names:
        assert any(one.removeprefix("Slice: ") in page for page in pages)


def test_books_checks_and_key_figures_are_artifacts(night: Any) -> None:
    _, _, artifacts = night
    assert {a.key for a in artifacts} == {"books", "date-evidence", "checks", "key-figures"}


def test_reading_is_tried_again_when_a_file_is_busy_but_not_when_it_is_wrong(
    prefect_home: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import flow

    from flows import nightly as module
    from retail.errors import InputError, UnsettledInputError

    monkeypatch.setattr(module, "RETRY_SECONDS", 0)
    tries: list[str] = []

    def busy() -> str:
        tries.append("busy")
        if len(tries) < 3:
            raise UnsettledInputError("Transactions.csv changed while it was read")
        return "read"

    def wrong() -> None:
        tries.append("wrong")
        raise InputError("Transactions.csv, row 2: no date")

    @flow
    def once() -> None:
        assert module.as_task("Read", busy, retries=2) == "read"
        assert tries == ["busy"] * 3
        with pytest.raises(InputError):
            module.as_task("Read", wrong, retries=2)
        assert tries == ["busy"] * 3 + ["wrong"]

    once()


def test_a_mistake_is_told_once_without_a_traceback(tmp_path: Path) -> None:
    failed = subprocess.run(
        [sys.executable, "-m", "flows.nightly", "--input", str(tmp_path / "nowhere")],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ
        | {"RETAIL_KEY": "key of the tests", "PREFECT_HOME": str(tmp_path / "prefect")},
        check=False,
    )
    assert failed.returncode == 3
    assert "nowhere" in failed.stderr
    assert "Traceback" not in failed.stderr + failed.stdout
