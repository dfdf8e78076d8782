"""The wheel, made from the sdist, works away from the repository, as pipx would install it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--out-dir", str(folder), str(ROOT)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode and "requires" in made.stderr:
        pytest.skip(f"needs setuptools from a package index: {made.stderr.strip()[:200]}")
    assert made.returncode == 0, made.stderr
    assert list(folder.glob("*.tar.gz"))
    return next(folder.glob("*.whl"))


def test_the_wheel_holds_every_template_and_asset(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        str(path.relative_to(ROOT))
        for folder in ("templates", "data/sample")
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and not {"__pycache__", ".retail"} & {*path.parts}
    }
    assert ours <= inside


def test_sample_check_and_build_away_from_the_repository(wheel: Path, tmp_path: Path) -> None:
    installed = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(installed)
    environment = os.environ | {"PYTHONPATH": str(installed), "RETAIL_KEY": "key of the tests"}

    def run(*arguments: str) -> str:
        ended = subprocess.run(
            [sys.executable, "-P", *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        return ended.stdout.strip()

    where = run(
        "-c", "import retail, flows.nightly; print(retail.__file__, flows.nightly.__file__)"
    )
    assert where.count(str(installed)) == 2
    run("-m", "retail.cli", "sample", "shop")
    page = run("-m", "retail.cli", "build", "--config", "shop/retail.toml")
    assert page == str(tmp_path / "shop" / "site" / "index.html")
    assert Path(page).stat().st_size > 10_000
