"""No number, share, date or month escapes the report's locale, on any page and in any state of the dashboard.

The site is built in the form of a country that does not exist, whose signs no real text has: what
then looks like an English number is one that was written past the locale.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import QUIET, bring, opened
from sites import SAMPLE, Site

from retail import config, pipeline
from retail.locale import Locale

pytestmark = pytest.mark.slow

MONTHS = tuple(f"Month{chr(96 + number)}" for number in range(1, 13))
NOWHERE = Locale(
    decimal="٫",
    group="٬",
    minus="−",
    percent=("", "٪"),
    money_above=("¤", ""),
    money_below=("−¤", ""),
    day=("yyyy", "年", "M", "月", "d", "日"),
    month=("yyyy", "年", "M", "月"),
    names=dict.fromkeys(("MMM", "MMMM", "LLL", "LLLL"), MONTHS),
    days=tuple(f"Day{letter}" for letter in "abcdefg"),
    days_short=tuple(f"D{letter}" for letter in "abcdefg"),
)
QUICK = """
[clusters]
every_pair = false
permutations = 0
subsamples = 0
[publish]
stills = "none"
smoke = "never"
"""
CONFIG = """
[[slices]]
where = { channel = "Web" }
[clusters]
every_pair = true
subsamples = 3
[publish]
stills = "all"
smoke = "never"
"""
ENGLISH = re.compile(
    r"""
      \d,\d{3}(?!\d)                    # 1,234
    | \d\.\d                            # 0.5
    | \d\s?%                            # 12 %
    | (?<!\d)\d{4}-\d\d(-\d\d)?(?!\d)   # 2014-02, 2014-02-28
    | \b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s\d
    | \b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b
    | (?<![\w−-])-\d                    # a hyphen for a minus
    | (?<![\w.-])\d{5,}(?!\w)           # 23053
    """,
    re.VERBOSE,
)
# What has digits and is no number: names of things that are the same in every country.
NAMES = [
    r"\d{8}T\d{6}Z-[0-9a-f]{6}",  # a run
    r"Retail Report \d+\.\d+\.\d+",  # a version
    r"R package rfm \d\.\d\.\d",
    r"[\w.%-]+\.(csv|json|html|toml|sqlite3)( [0-9a-f]{8})?",  # a file, and its hash
]
TEXTS = """() => {
  const found = [];
  const walk = (node) => {
    if (node.nodeType === 3) return void found.push(node.textContent.replace(/\\s+/g, " "));
    if (["SCRIPT", "STYLE", "CODE"].includes(node.nodeName)) return;
    for (const name of ["title", "aria-label", "alt", "placeholder"])
      if (node.getAttribute?.(name)) found.push(node.getAttribute(name));
    node.childNodes.forEach(walk);
  };
  walk(document.documentElement);
  return [...found, ...window.drawn.splice(0)];
}"""
# Text on canvases, as it is drawn.
RECORD = """
window.drawn = [];
const draw = CanvasRenderingContext2D.prototype.fillText;
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
  window.drawn.push(String(text));
  return draw.call(this, text, ...place);
};
"""
SCROLL = """async () => {
  document.querySelectorAll("details").forEach((details) => (details.open = true));
  for (let y = 0; y < document.documentElement.scrollHeight; y += 700) {
    scrollTo(0, y);
    await new Promise((done) => setTimeout(done, 30));
  }
}"""
STATES = [
    "",
    "#from=2024-03-05&to=2024-11-20&channel=Web&grain=month&measure=units",
    "#monetary=1234.5~&cluster=1&sort=-frequency&heat=purchases&compare=previous&area=net",
    "#cell=R1F1,R2F1&grain=year&market=on&components=4&clusters=5&from=2031-01-01&gender=nobody",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample's site in the form of nowhere, after a run that had fewer lines."""
    shop = tmp_path_factory.mktemp("nowhere") / "shop"
    shutil.copytree(SAMPLE, shop)
    usual = (shop / "retail.toml").read_text(encoding="utf-8")
    lines = (shop / "Transactions.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Locale, "of", staticmethod(lambda name: NOWHERE))
        for known, settings in ((lines[:-700], QUICK), (lines, CONFIG)):
            (shop / "retail.toml").write_text(usual + settings, encoding="utf-8")
            (shop / "Transactions.csv").write_text("".join(known), encoding="utf-8")
            built = pipeline.build(config.load(shop / "retail.toml"))
        yield built


def english(texts: list[str]) -> list[str]:
    """Those that have a number or a date as English writes it."""
    bare = {text: re.sub("|".join(NAMES), "", text) for text in texts}
    return [text for text, rest in bare.items() if ENGLISH.search(rest)]


def test_what_it_looks_for_is_found() -> None:
    wrong = ["1,234", "0.5 s", "12%", "12 %", "2014-02", "on 2014-02-28.", "Feb 2014", "Wed", "-3"]
    assert english([*wrong, "23053"]) == [*wrong, "23053"]
    assert english(["R 4-5", "18-24", "1٬234٫5", "12٪", "run.csv 12345678", "a-1", "May be"]) == []


def test_no_page_has_an_english_number(new_page, site: Path) -> None:
    page = new_page()
    page.add_init_script(RECORD)
    for file in sorted(site.glob("*.html")):
        page.goto(file.as_uri())
        page.evaluate(SCROLL)
        page.wait_for_timeout(250)  # figures are drawn as they come into sight
        texts = page.evaluate(TEXTS)
        assert english(texts) == [], file.name
        assert any("٬" in text for text in texts) or file.name == "404.html", file.name


def test_no_state_of_the_dashboard_has_one(new_page, site: Path) -> None:
    page = new_page()
    page.add_init_script(RECORD)
    tips: set[str] = set()
    for state in STATES:
        page.goto("about:blank")
        opened(page, Site(site, None, None), state)
        page.evaluate(SCROLL)
        page.wait_for_function(QUIET)
        page.wait_for_timeout(400)  # the live summary waits for a pause
        asked = re.compile(r"from 2031-01-01") if "2031" in state else re.compile(r"\Z.")
        report = [text for text in english(page.evaluate(TEXTS)) if not asked.search(text)]
        assert report == [], state
        page.evaluate("for (const it of document.querySelectorAll('details')) it.open = false")
        for key in page.evaluate("[...window.retailReport.linked.mounted.keys()]"):
            bring(page, f'[data-figure="{key}"]')
            figure = page.locator(f'[data-figure="{key}"] .figure-chart')
            figure.scroll_into_view_if_needed()
            box = figure.bounding_box()
            for across in (0.2, 0.35, 0.5, 0.65, 0.8):
                page.mouse.move(box["x"] + across * box["width"], box["y"] + 0.45 * box["height"])
                tips.update(page.locator(".tooltip").all_text_contents())
    assert english(sorted(tips)) == []
    assert {sign for sign in "٬٪年$" if any(sign in tip for tip in tips)} == set("٬٪年$")


def test_no_picture_and_no_message_has_one(site: Path) -> None:
    for file in [*site.glob("assets/still-*.svg"), site / "digest.txt"]:
        text = file.read_text(encoding="utf-8")
        texts = re.findall(r"<text[^>]*>([^<]+)</text>", text) if file.suffix == ".svg" else [text]
        assert texts, file.name
        assert english(texts) == [], file.name


def test_downloads_stay_plain(site: Path) -> None:
    for file in site.glob("data/by_*.csv"):
        assert not re.search("[٫٬٪年]", file.read_text(encoding="utf-8")), file.name
