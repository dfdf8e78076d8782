"""robots.txt, sitemap and feed."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from retail.render import RunInfo
from retail.render.addresses import files

RUN = RunInfo("r1", "2024-03-01T02:00:00+00:00", 3.25, "pandas")
ROOT = "https://example.org/shop"
PATHS = ["index.html", "runs.html", "404.html", "data/by_day.csv"]
ATOM = "{http://www.w3.org/2005/Atom}"


def test_without_an_address_there_is_only_robots_and_it_says_no() -> None:
    assert files("Shop", RUN, PATHS) == {"robots.txt": b"User-agent: *\nDisallow: /\n"}


def test_the_sitemap_lists_pages_by_absolute_address() -> None:
    made = files("Shop", replace(RUN, site_url=ROOT, may_be_listed=True), PATHS)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = ElementTree.fromstring(made["sitemap.xml"]).findall("s:url/s:loc", space)
    assert [place.text for place in found] == [f"{ROOT}/", f"{ROOT}/runs.html"]
    assert f"Sitemap: {ROOT}/sitemap.xml\n".encode() in made["robots.txt"]
    assert b"Disallow:\n" in made["robots.txt"]


def test_the_feed_is_atom_with_all_that_it_requires() -> None:
    made = files('Tea & "Sons" <script>', replace(RUN, site_url=ROOT + "/"), PATHS)
    feed = ElementTree.fromstring(made["feed.xml"])
    assert feed.findtext(f"{ATOM}title") == 'Tea & "Sons" <script>'
    assert feed.findtext(f"{ATOM}updated") == RUN.started
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}id") == f"{ROOT}/#r1"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{ROOT}/digest.html"
