"""The bundles of the page scripts: committed, and made of the sources in web/src.

Without Node.js the header of a bundle is compared with the sources; with it they are checked, tested and
bundled again as `make lint` and `make test` do.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
BUNDLES = [ROOT / "templates" / "assets" / f"{name}.js" for name in ("dashboard", "pages")]
HEADER = re.compile(
    r"/\* Made from web/src by web/build\.js with esbuild (\S+); sources (\w+) \*/\n"
)
MOST_BYTES = {"dashboard.js": 170_000, "pages.js": 30_000}


def hash_of_sources() -> str:
    """SHA-256 over path and content of every script, as web/build.js computes it."""
    found = {path.relative_to(WEB / "src").as_posix(): path for path in WEB.glob("src/**/*.js")}
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(name.encode() + b"\0" + found[name].read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_a_bundle_is_of_these_sources_by_the_locked_bundler(bundle: Path) -> None:
    header = HEADER.match(bundle.read_text("utf-8"))
    lock = json.loads((WEB / "package-lock.json").read_text("utf-8"))
    assert header, "the first line names bundler and sources"
    assert header[1] == lock["packages"]["node_modules/esbuild"]["version"]
    assert header[2] == hash_of_sources(), "run `make scripts` after a change in web/src"


@pytest.mark.parametrize("bundle", BUNDLES, ids=lambda path: path.name)
def test_a_bundle_is_one_classic_script_of_its_weight(bundle: Path) -> None:
    text = bundle.read_text("utf-8")
    code = text.partition("\n")[2].strip()
    assert re.match(r'("use strict";)?\(\(\)=>\{', code), "a function, no module"
    assert code.endswith("})();")
    assert len(text.encode()) < MOST_BYTES[bundle.name]


def test_the_lock_has_hashes_and_no_address() -> None:
    packages = json.loads((WEB / "package-lock.json").read_text("utf-8"))["packages"]
    for name, package in packages.items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


@pytest.mark.needs("node")
@pytest.mark.parametrize("command", ["build.js --check", "--test"])
def test_the_bundles_are_made_again_byte_for_byte_and_the_modules_tests_pass(command: str) -> None:
    tests = sorted(f"tests/{path.name}" for path in WEB.glob("tests/*.test.js"))
    more = tests if command == "--test" else []
    run = subprocess.run(
        ["node", *command.split(), *more], cwd=WEB, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-3000:]
