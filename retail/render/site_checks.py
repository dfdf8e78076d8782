"""What must hold of a new site before it goes live, checked on the files as they were written.

Links and assets resolve, nothing points at another host, there is no inline script or style,
weights are within bounds, and summary.json reconciles with the tables that can be downloaded.

Last, where it is asked for, the dashboard is opened in headless Chromium, from disk and offline: it must load
without an error on its console and draw at least one chart. No library drives the browser; it is asked
once for the page as its scripts leave it.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from retail.errors import CheckError
from retail.render.addresses import NOT_FOUND, root_path
from retail.render.site_tables import MOST_PEOPLE

PAGE_LIMIT = 3_000_000  # bytes of one page, as it is
FIRST_LIMIT = 1_000_000  # bytes of the dashboard and all that it loads, quickly compressed
_TEXT = re.compile(r">[^<]*<")
_LINKS = re.compile(r"""\s(?:src|href|srcset|action|poster|data)=["']([^"']*)["']""")
_LOADED = re.compile(r"""<(?:script|link|img)\b[^>]*\s(?:src|href)=["']([^"']*)["']""")
_IDS = re.compile(r"""\sid=["']([^"']+)["']""")
_VALUE = re.compile(
    r"""=\s*(?:"(?!")[^"]*"|'(?!')[^']*')"""
)  # of an attribute; it may say anything
_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)
_URLS = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""")
_NUMBER = re.compile(r"-\d+\Z")  # of one of the files of a table
_CENT = Decimal("0.01")
_SUMMED = ("gross", "returns", "net", "tax")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 60
_VIRTUAL_MILLISECONDS = 10_000  # of the page's own clock, which runs as fast as the machine can
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # it is to ask no one
    "--enable-logging=stderr",
    f"--virtual-time-budget={_VIRTUAL_MILLISECONDS}",
    "--dump-dom",
)
_CONSOLE = re.compile(r'CONSOLE[:(]\d+\)?\] "(.*?)", source: ')
_WRONG = re.compile(r"Uncaught|Error|Refused|violat|Failed to load|ERR_", re.IGNORECASE)
_DRAWN = re.compile(r"<canvas|<svg[^>]*class=\"[^\"]*marks")


def check(site: Path, site_url: str = "") -> None:
    """Raise CheckError, naming the checks and the files, when something does not hold.

    site_url: where it will be, if that is known; the links of 404.html then begin with its path.
    """
    problems = [*links(site, site_url), *weights(site), *figures(site)]
    if problems:
        shown = "\n  ".join(problems[:10])
        more = f"\n  and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise CheckError(
            f"The new site failed {len(problems)} of its checks; the old one stays.\n  {shown}{more}"
        )


# ---- links ----


def links(site: Path, site_url: str = "") -> Iterator[str]:
    """Links and assets of pages and stylesheets that lead nowhere or to another host."""
    root, site = root_path(site_url), site.resolve()
    pages = {page: _markup(page) for page in sorted(site.rglob("*.html"))}
    ids = {page: set(_IDS.findall(markup)) for page, markup in pages.items()}
    for page, markup in pages.items():
        is_rooted = root and page.name == NOT_FOUND
        for link in sorted(set(_LINKS.findall(markup))):
            found = unescape(link)
            if is_rooted and not found.startswith(("#", root)):
                yield f"links: {page.name} refers to {found[:80]}, which doesn't begin with {root}"
            else:
                yield from _link(site, page, found.removeprefix(root) if is_rooted else found, ids)
        for found in _INLINE.findall(_VALUE.sub('=""', markup)):
            yield f"inline: {page.name} has inline script or style: {found.strip()}"
    for stylesheet in sorted(site.rglob("*.css")):
        for pair in _URLS.findall(stylesheet.read_text(encoding="utf-8")):
            yield from _link(site, stylesheet, "".join(pair), ids)


def _markup(page: Path) -> str:
    """The page without the text between its tags, which may say anything."""
    return _TEXT.sub("><", page.read_text(encoding="utf-8"))


def _link(site: Path, page: Path, link: str, ids: dict[Path, set[str]]) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return
    if parts.scheme or parts.netloc:
        yield f"foreign host: {page.name} refers to {link[:80]}"
        return
    # The site was just written, without a link of the file system in it.
    target = Path(os.path.normpath(page.parent / unquote(parts.path))) if parts.path else page
    if not target.is_relative_to(site) or not target.is_file():
        yield f"links: {page.name} refers to {link[:80]}, which is not in the site"
    elif "=" in parts.fragment:  # a state of the dashboard
        return
    elif parts.fragment and target in ids and unquote(parts.fragment) not in ids[target]:
        yield f"links: {page.name} refers to {link[:80]}, but there is no such place in the page"


# ---- weights ----


def weights(site: Path) -> Iterator[str]:
    """Pages that are too heavy, and a dashboard that loads too much."""
    for page in sorted(site.rglob("*.html")):
        size = page.stat().st_size
        if size > PAGE_LIMIT:
            yield f"weight: {page.name} has {size:,} bytes, at most {PAGE_LIMIT:,}"
    first = site / "index.html"
    if first.is_file():
        loaded = [site / name for name in sorted(set(_LOADED.findall(_markup(first))))]
        sizes = [_compressed(path) for path in [first, *loaded] if path.is_file()]
        if sum(sizes) > FIRST_LIMIT:
            yield f"weight: index.html loads {sum(sizes):,} bytes, at most {FIRST_LIMIT:,}"


def _compressed(path: Path) -> int:
    return len(zlib.compress(path.read_bytes(), level=1))


# ---- figures ----


def figures(site: Path) -> Iterator[str]:
    """Figures of summary.json that the downloads contradict."""
    path = site / "summary.json"
    if not path.is_file():
        return
    summary = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    money = summary["money"]
    if abs(money["gross"] + money["returns"] - money["net"]) > _CENT:
        yield "figures: gross and returns in summary.json don't add up to net"
    for table, files in _tables(site, "by_*.csv").items():
        rows = [row for file in files for row in _rows(file)]
        for name in _SUMMED:
            total = sum((Decimal(row[name]) for row in rows), Decimal(0))
            if abs(total - money[name]) >= _CENT:
                yield f"figures: {name} in {table}.csv is {total}, in summary.json {money[name]}"
    yield from _people(site, summary)


def _people(site: Path, summary: dict[str, Any]) -> Iterator[str]:
    customers = summary["customers"]
    if customers["known"] is None:
        return
    groups = ("scored", "nothing_kept", "refund_only", "prospects")
    if any(customers[group] is None for group in groups):  # joined with others
        return
    if sum(customers[group] for group in groups) != customers["known"]:
        yield "figures: the groups of customers don't add up to all of them"
    if summary["rfm"] and summary["rfm"]["segments"]:
        for names in ("segments", "seven_levels"):
            counts = summary["rfm"][names]
            if counts and sum(counts.values()) != customers["scored"]:
                yield f"figures: the customers by {names} don't add up to the scored ones"
    for name in ("rfm_grid", "segments"):
        file = site / "data" / f"{name}.csv"
        if file.is_file() and sum(int(r["customers"]) for r in _rows(file)) != customers["scored"]:
            yield f"figures: the customers in {file.name} don't add up to the scored ones"
    files = _tables(site, "customers*.csv").get("customers", [])
    listed = min(customers["known"], MOST_PEOPLE)
    if files and sum(map(_count, files)) != listed:
        yield f"figures: customers.csv doesn't have the {listed:,} known customers"


def _tables(site: Path, pattern: str) -> dict[str, list[Path]]:
    """The CSV files of tables by the tables' names; a long table has several."""
    found: dict[str, list[Path]] = {}
    for file in sorted((site / "data").glob(pattern)):
        found.setdefault(_NUMBER.sub("", file.stem), []).append(file)
    return found


def _count(file: Path) -> int:
    """Records but for the first."""
    with file.open(encoding="utf-8", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def browser() -> str | None:
    """The path of a Chromium: what RETAIL_CHROMIUM names, else one on the PATH; None without one."""
    named = os.environ.get("RETAIL_CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


def try_in_browser(site: Path) -> None:
    """Raise CheckError when the dashboard of `site` doesn't load, complains, or draws nothing."""
    path = browser()
    if path is None:
        raise CheckError(
            "smoke: no Chromium was found to try the new dashboard. Install it, name it in "
            'RETAIL_CHROMIUM, or set `smoke = "auto"` in [publish]; the old site stays.'
        )
    page = site / "index.html"
    with tempfile.TemporaryDirectory(prefix="retail-smoke-") as profile:
        command = [path, *_OPTIONS, f"--user-data-dir={profile}", page.resolve().as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise
        try:
            ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CheckError(f"smoke: {path} did not open the new dashboard: {problem}") from None
    problems = complaints(
        ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
    )
    if ended.returncode:
        problems.insert(0, f"{path} ended with {ended.returncode}")
    if problems:
        shown = "\n  ".join(problems[:5])
        raise CheckError(
            f"smoke: the new dashboard doesn't work in {path}; the old site stays.\n  {shown}"
        )


def complaints(page: str, log: str) -> list[str]:
    """What is wrong with a page as its scripts left it, and with the errors on its console."""
    errors = [message for message in _CONSOLE.findall(log) if _WRONG.search(message)]
    return errors if _DRAWN.search(page) else [*errors, "no chart was drawn"]
