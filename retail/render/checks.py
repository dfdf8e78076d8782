"""What must hold of a new site before it goes live, checked on the files as they were written.

Links and assets resolve, nothing points at another host, no inline script or style, weights are
within bounds, and the figures of summary.json, tables and groups reconcile.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

from retail.errors import CheckError

# Bytes, before compression.
PAGE_LIMIT = 3_000_000
SITE_LIMIT = 500_000_000
_LINKS = re.compile(r"""\s(?:src|href|srcset|action|poster|data)=["']([^"']*)["']""")
_INLINE = re.compile(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", re.IGNORECASE)
_URLS = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""")
_ROUNDING = Decimal("0.01")


def check(site: Path) -> None:
    """Raise CheckError, naming the check and the file, when something does not hold."""
    problems = [*links(site), *weights(site), *figures(site)]
    if problems:
        shown = "\n  ".join(problems[:10])
        more = f"\n  and {len(problems) - 10} more" if len(problems) > 10 else ""
        raise CheckError(f"The new site failed its checks; the old one stays.\n  {shown}{more}")


def links(site: Path) -> Iterator[str]:
    """Links and assets of pages and stylesheets that lead nowhere or to another host."""
    for page in sorted(site.rglob("*.html")):
        text = page.read_text(encoding="utf-8")
        markup = re.sub(r">[^<]*<", "><", text)
        for link in _LINKS.findall(markup):
            yield from _link(site, page, unescape(link))
        for found in _INLINE.findall(markup):
            yield f"inline: {page.name} has inline script or style: {found.strip()}"
    for sheet in sorted(site.rglob("*.css")):
        for pair in _URLS.findall(sheet.read_text(encoding="utf-8")):
            yield from _link(site, sheet, "".join(pair))


def _link(site: Path, page: Path, link: str) -> Iterator[str]:
    parts = urlsplit(link)
    if parts.scheme == "data":
        return
    if parts.scheme or parts.netloc:
        yield f"foreign host: {page.name} refers to {link[:80]}"
        return
    if not parts.path:
        if parts.fragment and f'id="{parts.fragment}"' not in page.read_text(encoding="utf-8"):
            yield f"links: {page.name} refers to #{parts.fragment}, which it hasn't"
        return
    target = (page.parent / unquote(parts.path)).resolve()
    if not target.is_relative_to(site.resolve()) or not target.is_file():
        yield f"links: {page.name} refers to {link[:80]}, which is not in the site"


def weights(site: Path) -> Iterator[str]:
    """Pages that are too heavy, and the whole site when it is."""
    total = 0
    for file in site.rglob("*"):
        if file.is_file():
            size = file.stat().st_size
            total += size
            if file.suffix == ".html" and size > PAGE_LIMIT:
                yield f"weight: {file.name} has {size:,} bytes, at most {PAGE_LIMIT:,}"
    if total > SITE_LIMIT:
        yield f"weight: the site has {total:,} bytes, at most {SITE_LIMIT:,}"


def figures(site: Path) -> Iterator[str]:
    """Sums of summary.json that differ from the downloads."""
    path = site / "summary.json"
    if not path.is_file():
        return
    summary = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    money = summary["money"]
    if abs(money["gross"] + money["returns"] - money["net"]) > _ROUNDING:
        yield "figures: gross and returns in summary.json don't add up to net"
    for table in ("by_year", "by_month", "by_day", "by_category", "by_channel", "by_city"):
        file = site / "data" / f"{table}.csv"
        if file.is_file():
            yield from _sums(table, file, money)
    if summary["customers"]["known"] is not None:
        groups = ("scored", "nothing_kept", "refund_only", "prospects")
        if sum(summary["customers"][group] for group in groups) != summary["customers"]["known"]:
            yield "figures: the groups of customers don't add up to all of them"
    if summary["rfm"] and summary["rfm"]["segments"]:
        scored = summary["customers"]["scored"]
        for names in ("segments", "seven_levels"):
            if summary["rfm"][names] and sum(summary["rfm"][names].values()) != scored:
                yield f"figures: the {names} don't add up to the scored customers"


def _sums(table: str, file: Path, money: dict[str, Decimal]) -> Iterator[str]:
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    for name in ("gross", "returns", "net", "tax"):
        total = sum((Decimal(row[name]) for row in rows), Decimal(0))
        if abs(total - money[name]) >= _ROUNDING:
            yield f"figures: {name} of {table}.csv is {total}, in summary.json {money[name]}"
