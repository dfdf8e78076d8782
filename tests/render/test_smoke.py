"""The last look in a browser: a page that draws passes; one that complains or draws nothing is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from retail.errors import CheckError
from retail.render import site_checks

PAGE = '<!doctype html><html lang="en"><title>x</title><body><script src="page.js"></script>'
DRAWS = "document.body.append(document.createElement('canvas'));"


def site(folder: Path, script: str) -> Path:
    (folder / "index.html").write_text(PAGE, encoding="utf-8")
    (folder / "page.js").write_text(script, encoding="utf-8")
    return folder


@pytest.mark.needs("chromium")
def test_a_page_that_draws_passes(tmp_path: Path) -> None:
    site_checks.try_in_browser(
        site(tmp_path, f"addEventListener('load', () => setTimeout(() => {{{DRAWS}}}, 500))")
    )


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(
    "script, part",
    [
        (DRAWS + "nowhere();", "nowhere is not defined"),
        ("", "no chart was drawn"),
        (DRAWS + "console.error('Error: no rows');", "no rows"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, script: str, part: str) -> None:
    with pytest.raises(CheckError, match="the old site stays") as failed:
        site_checks.try_in_browser(site(tmp_path, script))
    assert part in str(failed.value)


def test_without_a_browser_the_message_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_checks, "browser", lambda: None)
    with pytest.raises(CheckError, match="RETAIL_CHROMIUM"):
        site_checks.try_in_browser(tmp_path)


def test_a_browser_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site_checks, "browser", lambda: str(tmp_path / "nothing"))
    with pytest.raises(CheckError, match="did not open"):
        site_checks.try_in_browser(tmp_path)
