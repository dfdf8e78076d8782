"""What says where the site is: robots.txt, sitemap.xml, the Atom feed, and the links of 404.html.

Their addresses are absolute, so sitemap and feed exist only when the config says where the site is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape as attribute
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import escape, quoteattr

from retail.render.run import RunInfo

# What a server shows wherever nothing is, at whatever depth.
NOT_FOUND = "404.html"
_RELATIVE = re.compile(r"""(\s(?:href|src)=")(?!#|/|[a-z]+:)""")
_XML = '<?xml version="1.0" encoding="utf-8"?>\n'


def files(title: str, run: RunInfo, paths: Iterable[str]) -> dict[str, bytes]:
    """robots.txt, and with a site_url sitemap.xml and feed.xml; `paths` are the site's files."""
    pages = sorted(p for p in paths if p.endswith(".html") and p != NOT_FOUND)
    root = run.site_url.rstrip("/") + "/" if run.site_url else ""
    found = {"robots.txt": _robots(root, run.may_be_listed)}
    if root:
        found["sitemap.xml"] = _sitemap(root, run, pages)
        found["feed.xml"] = _feed(root, title, run)
    return {name: text.encode() for name, text in found.items()}


def root_path(site_url: str) -> str:
    """The path under which a server has the site; empty when it isn't known.

    >>> root_path("https://example.org/shop"), root_path("https://example.org"), root_path("")
    ('/shop/', '/', '')
    """
    if not site_url:
        return ""
    return quote(urlsplit(site_url).path, safe="/%~:@!$&'()*+,;=").rstrip("/") + "/"


def rooted(page: str, site_url: str) -> str:
    """A page whose links are found from any address of the server; as it is without a site_url."""
    root = attribute(root_path(site_url))
    return _RELATIVE.sub(lambda link: link[1] + root, page)


def _robots(root: str, may_be_listed: bool) -> str:
    if not may_be_listed:
        return "User-agent: *\nDisallow: /\n"
    sitemap = f"Sitemap: {root}sitemap.xml\n" if root else ""
    return f"User-agent: *\nDisallow:\n{sitemap}"


def _sitemap(root: str, run: RunInfo, pages: Iterable[str]) -> str:
    """As sitemaps.org has it, protocol 0.9."""
    addresses = (root if page == "index.html" else root + page for page in pages)
    urls = "".join(
        f"<url><loc>{escape(address)}</loc><lastmod>{escape(run.started)}</lastmod></url>\n"
        for address in addresses
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'{_XML}<urlset xmlns="{space}">\n{urls}</urlset>\n'


def _feed(root: str, title: str, run: RunInfo) -> str:
    """Atom (RFC 4287): the digest of the latest run. Readers keep the entries that they have seen."""
    digest = f"{root}digest.html"
    return f"""{_XML}<feed xmlns="http://www.w3.org/2005/Atom">
<title>{escape(title)}</title>
<id>{escape(root)}</id>
<link href={quoteattr(root)}/>
<link rel="self" type="application/atom+xml" href={quoteattr(root + "feed.xml")}/>
<updated>{escape(run.started)}</updated>
<author><name>Retail Report</name></author>
<entry>
<title>{escape(title)}, {escape(run.started[:10])}</title>
<id>{escape(root)}#{escape(run.run_id)}</id>
<link href={quoteattr(digest)}/>
<updated>{escape(run.started)}</updated>
<summary>What changed, and the key figures.</summary>
</entry>
</feed>
"""
