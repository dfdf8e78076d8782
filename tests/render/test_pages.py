"""Pages: text is data, nothing is inline, what is absent is left out, the same again and again."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pandas as pd
import pytest

from retail import glossary
from retail.locale import PLAIN
from retail.render import RunInfo, render
from retail.render.run import FILES

HOSTILE = [
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7 * 7 }}{% raw %}",
    "line\u2028separator\u2029paragraph",
    "\u202eright to left\u202c \u2066isolate\u2069",
    "=cmd|' /C calc'!A0",
    "<!--<script>",
    "&lt;b&gt; & &#x41;",
    "__proto__",
    "M" * 10_000,
    "javascript:alert(1)",
]


class Shape(HTMLParser):
    """The elements of a page and their attributes' names: what no text from the data may change."""

    def __init__(self, content: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text.append(data)


def shapes(files: dict[str, bytes]) -> dict[str, list]:
    return {path: Shape(body).elements for path, body in files.items() if path.endswith(".html")}


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_changes_no_page_and_is_shown_as_it_is(text, report_of, site_of):
    plain = site_of(report_of("Books and more books than fit", "City", "Title"))
    files = site_of(report_of(text, text, text))
    assert shapes(files) == shapes(plain)
    shown = "".join(Shape(files["clusters.html"]).text)
    assert f"Clusters of {text}" in shown


def quality_of(texts: list[str], small_report, site_of) -> bytes:
    """The quality page of a report whose checks say these texts."""
    numbers = [str(at) for at in range(len(texts))]
    said = pd.DataFrame(
        {
            "check": numbers,
            "severity": "warn",
            "expectation": texts,
            "observed": texts,
            "verdict": "warn",
        }
    )
    tables = {**small_report.tables, "checks": said}
    return site_of(replace(small_report, tables=tables))["quality.html"]


def test_naughty_strings_change_no_page(shared_data, small_report, site_of):
    lines = (shared_data("naughty_strings") / "blns.txt").read_text("utf-8").split("\n")
    texts = [line for line in lines if line and not line.startswith("#") and "\0" not in line]
    found = Shape(quality_of(texts, small_report, site_of))
    plain = Shape(quality_of(["text"] * len(texts), small_report, site_of))
    assert found.elements == plain.elements
    assert len(texts) > 400
    shown = "".join(found.text)
    assert [text for text in texts if text.strip() not in shown] == []


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_hostile_text_stays_text_in_data_scripts(text, report_of, site_of):
    files = site_of(report_of(text, text, text))
    path = next(path for path in files if path.startswith("assets/figures-clusters."))
    script = files[path].decode()
    assert not set("<\u2028\u2029") & set(script)
    literals = re.findall(r"JSON\.parse\(('(?:[^'\\]|\\.)*')\)", script)
    values = [json.loads(ast.literal_eval(literal)) for literal in literals]
    assert values[0] == "scatter"
    assert {row["category"] for row in values[1]["rows"]} == {text, "Shoes"}


def test_no_page_has_inline_script_or_style(small_report, site_of):
    for path, body in site_of(small_report).items():
        if path.endswith(".html"):
            for tag, attributes in Shape(body).elements:
                assert tag != "style", path
                assert tag != "script" or "src" in attributes, path
                assert not [name for name in attributes if name == "style" or name.startswith("on")]


def test_every_page_states_the_policy_and_marks_itself(small_report, site_of):
    files = site_of(small_report)
    for name in ("index", "segments", "clusters", "customers", "quality", "methods"):
        text = files[f"{name}.html"].decode()
        assert "default-src &#39;none&#39;; script-src &#39;self&#39;" in text
        assert "unsafe" not in text.split("</head>")[0]
        assert f'<a href="{name}.html" aria-current="page">' in text
        assert text.count('aria-current="page"') == 1
        assert text.count("<h1") == 1


def test_pages_load_the_scripts_of_what_they_use(small_report, site_of):
    pages = {n: c.decode() for n, c in site_of(small_report).items() if n.endswith(".html")}
    scripts = {n: re.findall(r'src="(?:assets/)?([a-z-]+)\.', text) for n, text in pages.items()}
    for name, loaded in scripts.items():
        assert "retail-pages" in loaded, name  # no lines travel with this report
        assert "retail-dashboard" not in loaded, name
        assert ("vega" in loaded) == ("data-figure=" in pages[name]), name
    assert "vega" in scripts["segments.html"]
    assert "vega" not in scripts["404.html"]


def test_headings_never_skip_a_level(small_report, site_of):
    for path, body in site_of(small_report).items():
        if path.endswith(".html"):
            levels = [int(tag[1]) for tag, _ in Shape(body).elements if re.fullmatch("h[1-6]", tag)]
            steps = pairwise(levels)
            assert levels[0] == 1, path
            assert all(after - before <= 1 for before, after in steps), (path, levels)


def test_the_same_report_gives_the_same_bytes_but_for_the_files_of_the_run(report_of, site_of):
    first = site_of(report_of(), RunInfo("r1", "2014-03-01T02:00:00Z", 3.25, "pandas"))
    second = site_of(report_of(), RunInfo("r2", "2015-01-01T02:00:00Z", 9.5, "polars"))
    assert list(first) == list(second)
    differing = {path for path in first if first[path] != second[path]}
    assert {"run.json", "run.js"} <= differing <= FILES
    for path in set(first) - FILES:
        assert b"Transactions.csv" not in first[path], path


def test_a_page_without_its_tables_is_left_out_with_its_link(small_report, run):
    kept = {"key_figures", "by_day", "by_month", "by_year", "books", "checks"}
    tables = {name: frame for name, frame in small_report.tables.items() if name in kept}
    files = render(replace(small_report, tables=tables), {}, run)
    assert {path for path in files if path.endswith(".html")} == {
        "index.html",
        "quality.html",
        "methods.html",
        "404.html",
    }
    assert b"segments.html" not in b"".join(v for k, v in files.items() if k.endswith(".html"))


def test_numbers_on_pages_are_cells_of_the_downloads(small_report, site_of):
    files = site_of(small_report)
    segments = unescape(files["segments.html"].decode())
    for text in ("Champions", "1,203.45", "796.55", "404.48", "60.2%"):
        assert text in segments
    books = "".join(Shape(files["quality.html"]).text)
    assert "Lines read" in books
    assert "2,010.00" in books


def test_methods_say_every_word(small_report, site_of):
    text = "".join(Shape(site_of(small_report)["methods.html"]).text)
    for word in glossary.WORDS:
        assert word.term in text
        assert PLAIN.prose(word.formula) in text
    for convention in glossary.CONVENTIONS:
        assert convention.title in text


def test_run_json_and_its_twin_say_the_same(small_report, site_of):
    files = site_of(small_report)
    named = json.loads(files["run.json"])
    literal = re.findall(r"JSON\.parse\(('(?:[^'\\]|\\.)*')\)", files["run.js"].decode())[-1]
    assert json.loads(ast.literal_eval(literal)) == named
    assert named["inputs"][0]["file"] == "Transactions.csv"
    assert named["engine"] == "pandas"
