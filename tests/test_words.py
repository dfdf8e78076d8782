"""Words that the library does without: each is a private one for what the trade has a word for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY, SCRIPTS = ROOT / "retail", ROOT / "web" / "src"
# What must not come back, as a whole word, and what to write instead.
RETIRED = {
    "nights?": "run, or incremental run",
    "ahead": "background, or in advance",
    "touched": "affected",
    r"vouch(?!er)\w*": "content hash, stat cache",
    "shel(f|ves)": "subcategory",
    "meantime": "background",
    "fingerprints?": "content hash",
    "lent": "from_pandas",
    "bench": "engine",
    "guard": "privacy gate",
    "Writing": "Locale",
    "Book": "CustomerLists",
    "Readout": "CampaignLift",
    "[Dd]ice": "rng",
    "Sheet": "PageContext",
    "Later": "lazy",
    "Here": "SyncExecutor",
    "Causes": "build inputs",
    r"refail\w*|heed\w*": "update masks, respects",
}


def places(word: str) -> list[str]:
    """Where a word stands in the library or in the page scripts: file and line."""
    pattern = re.compile(rf"\b(?:{word})\b")
    return [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted([*LIBRARY.rglob("*.py"), *SCRIPTS.rglob("*.js")])
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_stays_away(word: str) -> None:
    assert places(word) == [], f"write {RETIRED[word]} instead"


def test_the_search_finds_words() -> None:
    assert places("RetailError")
