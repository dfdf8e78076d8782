"""A test that lacks something skips by name, and fails when RETAIL_REQUIRE says so."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import pytest

@pytest.mark.needs("chromium")
def test_marked(): pass

def test_by_fixture(page): pass

@pytest.mark.needs_data("cdnow")
def test_data(): pass
"""


def run_probe(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the probe with this project's conftest on a machine that has nothing."""
    here = Path(__file__).resolve().parent
    shutil.copy(here / "conftest.py", folder)
    shutil.copy(here.parent / "pyproject.toml", folder)
    (folder / "test_probe.py").write_text(PROBE)
    nothing = {"RETAIL_CHROMIUM": "/absent/chromium", "RETAIL_SHARED": str(folder / "absent")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "test_probe.py", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**os.environ, "RETAIL_REQUIRE": "", **nothing, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_missing_is_skipped_by_name(tmp_path: Path) -> None:
    run = run_probe(tmp_path)
    assert "3 skipped" in run.stdout
    assert "needs chromium: RETAIL_CHROMIUM names /absent/chromium" in run.stdout
    assert "needs cdnow: no folder ../shared/data/cdnow" in run.stdout
    assert run.returncode == 0


@pytest.mark.parametrize(
    "required,outcome",
    [("chromium", "1 skipped, 2 errors"), ("chromium,cdnow", "3 errors")],
)
def test_what_is_required_fails(tmp_path: Path, required: str, outcome: str) -> None:
    run = run_probe(tmp_path, RETAIL_REQUIRE=required)
    assert f"{outcome} in" in run.stdout
    assert "RETAIL_REQUIRE names chromium, but: RETAIL_CHROMIUM names" in run.stdout
    assert run.returncode == 1


def test_a_slip_in_the_list_is_no_silence(tmp_path: Path) -> None:
    run = run_probe(tmp_path, RETAIL_REQUIRE="cromium")
    assert "RETAIL_REQUIRE names cromium; known are: chromium, java" in run.stderr
    assert run.returncode != 0
