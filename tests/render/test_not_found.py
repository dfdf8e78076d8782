"""404.html, which a server shows at any depth: its links lead into the site from everywhere."""

from __future__ import annotations

import http.server
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from retail.errors import CheckError
from retail.render import publish, render

LINK = re.compile(r'\s(?:href|src)="([^"]*)"')


@pytest.fixture
def files_at(small_report, run):
    """The files of a site that is published at an address."""
    return lambda site_url: render(small_report, {}, replace(run, site_url=site_url))


def links(page: bytes) -> set[str]:
    return {link for link in LINK.findall(page.decode()) if not link.startswith("#")}


@pytest.mark.parametrize(
    "site_url, root",
    [
        ("https://example.org/shop/", "/shop/"),
        ("https://example.org/shop", "/shop/"),
        ("https://example.org", "/"),
        ("https://example.org/tea%20&%20milk/größe", "/tea%20&amp;%20milk/gr%C3%B6%C3%9Fe/"),
    ],
)
def test_links_begin_with_the_path_of_the_site(files_at, site_url, root, tmp_path) -> None:
    files = files_at(site_url)
    assert {link for link in links(files["404.html"]) if not link.startswith(root)} == set()
    assert f"{root}index.html" in links(files["404.html"])
    assert not any(link.startswith("/") for link in links(files["methods.html"]))
    publish(files, tmp_path / "site", site_url=site_url)


def test_without_an_address_links_are_relative(files_at, tmp_path) -> None:
    files = files_at("")
    assert not any(link.startswith("/") for link in links(files["404.html"]))
    publish(files, tmp_path / "site")


@pytest.mark.parametrize(
    "good, bad, problem",
    [
        ("/shop/methods.html", "/shop/gone.html", "not in the site"),
        ("/shop/methods.html", "/shop/../methods.html", "not in the site"),
        ("/shop/methods.html", "methods.html", "doesn't begin with /shop/"),
        ("/shop/methods.html", "//example.org/shop/methods.html", "doesn't begin with /shop/"),
        ("/shop/methods.html", "/shop//example.org/methods.html", "not in the site"),
    ],
)
def test_a_link_that_leads_nowhere_is_found(files_at, tmp_path, good, bad, problem) -> None:
    files = files_at("https://example.org/shop")
    files["404.html"] = files["404.html"].replace(f'"{good}"'.encode(), f'"{bad}"'.encode())
    with pytest.raises(CheckError, match=problem):
        publish(files, tmp_path / "site", site_url="https://example.org/shop")


def test_other_pages_work_wherever_the_site_is(files_at, tmp_path) -> None:
    files = files_at("https://example.org/shop")
    files["methods.html"] = files["404.html"]
    with pytest.raises(CheckError, match=r"methods\.html refers to /shop/"):
        publish(files, tmp_path / "site", site_url="https://example.org/shop")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A server that answers like GitHub Pages: /shop/404.html, with 404, where nothing is."""

    class Answers(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, directory=str(folder))  # type: ignore[arg-type]

        def send_error(self, code: int, *arguments: object, **more: object) -> None:
            page = (folder / "shop" / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_at_a_nested_address_it_is_styled_and_leads_home(
    files_at, new_page, tmp_path, watch
) -> None:
    files = files_at("https://example.org/shop/")
    publish(files, tmp_path / "shop", site_url="https://example.org/shop/")
    with served(tmp_path) as host:
        page = new_page()
        answer = page.goto(f"{host}/shop/no/such/page.html")
        assert answer.status == 404
        page.locator("[data-run=run_id]").get_by_text("r1").wait_for()
        sheets = page.evaluate("[...document.styleSheets].map((sheet) => sheet.cssRules.length)")
        assert sheets[0] > 50
        # Chromium notes the answer itself; no asset may be missing beside it.
        assert [line for line in watch.console if "404 (Not Found)" not in line] == []
        assert len(watch.console) < 2
        watch.console.clear()
        page.get_by_role("link", name="the dashboard").click()
        page.wait_for_url(f"{host}/shop/index.html")
        assert page.locator("h1").inner_text() == "Dashboard"
