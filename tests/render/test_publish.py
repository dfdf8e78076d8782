"""What is checked before a site goes live, and which folders are never replaced.

Being killed, out of space and two at once are in tests/survive.
"""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from retail.errors import CheckError, PublishError
from retail.render import publish
from retail.storage import exchange
from retail.storage.lock import one_run

PAGE = b'<!doctype html><html lang="en"><title>x</title>'


def files(site: Path) -> dict[str, bytes]:
    return {str(p.relative_to(site)): p.read_bytes() for p in site.rglob("*") if p.is_file()}


def published(tmp_path: Path, **pages: bytes) -> Path:
    return publish({f"{name}.html": PAGE + body for name, body in pages.items()}, tmp_path / "site")


def test_the_whole_site_of_a_report_passes_its_checks(small_report, site_of, tmp_path):
    site = publish(site_of(small_report), tmp_path / "site")
    assert (site / "index.html").is_file()
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_an_old_site_is_replaced_as_a_whole(tmp_path):
    published(tmp_path, old=b"", index=b"old")
    site = published(tmp_path, index=b"new")
    assert set(files(site)) == {"index.html", ".retail-site"}
    assert files(site)["index.html"].endswith(b"new")


def test_an_empty_folder_and_the_litter_of_file_managers_are_no_hindrance(tmp_path):
    (tmp_path / "site").mkdir()
    published(tmp_path, index=b"")
    (tmp_path / "site" / ".DS_Store").touch()
    published(tmp_path, index=b"")


def test_a_folder_of_someone_else_is_refused(tmp_path):
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "thesis.txt").write_text("ten years of work")
    with pytest.raises(
        PublishError,
        match=r"site holds thesis\.txt, which Retail Report didn't write.*Set `output`",
    ):
        published(tmp_path, index=b"")
    assert (tmp_path / "site" / "thesis.txt").read_text() == "ten years of work"


def test_a_file_put_into_the_site_is_not_lost(tmp_path):
    site = published(tmp_path, index=b"")
    (site / "notes.txt").write_text("mine")
    with pytest.raises(PublishError, match=r"holds notes\.txt.*Move it elsewhere and run again"):
        published(tmp_path, index=b"new")
    assert (site / "notes.txt").read_text() == "mine"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "site").write_text("")
    with pytest.raises(PublishError, match="is a file, not a folder"):
        published(tmp_path, index=b"")


def test_a_link_to_the_site_stays_a_link(tmp_path):
    (tmp_path / "disk").mkdir()
    (tmp_path / "site").symlink_to(tmp_path / "disk")
    published(tmp_path, index=b"new")
    assert (tmp_path / "site").is_symlink()
    assert (tmp_path / "disk" / "index.html").is_file()


@pytest.mark.parametrize(
    "body, said",
    [
        (
            b'<a href="gone.html">x</a>',
            "links: index.html refers to gone.html, which is not in the site",
        ),
        (b'<a href="#gone">x</a>', "links: index.html refers to #gone, but there is no such place"),
        (
            b'<a href="other.html#gone">x</a>',
            "refers to other.html#gone, but there is no such place",
        ),
        (b'<a href="../secret.txt">x</a>', "refers to ../secret.txt, which is not in the site"),
        (
            b'<script src="https://cdn.example/x.js"></script>',
            "foreign host: index.html refers to https",
        ),
        (
            b'<img src="//cdn.example/x.png">',
            "foreign host: index.html refers to //cdn.example/x.png",
        ),
        (b"<p style='color:red'>x</p>", "inline: index.html has inline script or style: style="),
        (b"<p onclick='x()'>x</p>", "inline: index.html has inline script or style: onclick="),
        (b"<script>x()</script>", "inline: index.html has inline script or style: <script"),
    ],
)
def test_a_site_that_fails_a_check_is_not_published(tmp_path, body, said):
    old = files(published(tmp_path, index=b"old", other=b""))
    (tmp_path / "secret.txt").touch()
    with pytest.raises(CheckError) as failure:
        published(tmp_path, index=body, other=b"")
    assert said in str(failure.value)
    assert files(tmp_path / "site") == old
    assert sorted(path.name for path in tmp_path.iterdir()) == ["secret.txt", "site"]


def test_text_may_say_anything(tmp_path):
    said = escape("""See https://example.org src="x.js" href='y' onclick=1 style=2 <style>""")
    body = f'<p title="{said}">{said} href="x"</p>'.encode()
    published(tmp_path, index=body)


def test_a_stylesheet_that_loads_from_elsewhere_is_not_published(tmp_path):
    with pytest.raises(
        CheckError, match=r"foreign host: a\.css refers to https://fonts\.example/a"
    ):
        publish({"a.css": b"@import 'https://fonts.example/a';"}, tmp_path / "site")


@pytest.mark.parametrize(
    "path, old, new, said",
    [
        ("summary.json", b'"net": 2000.00', b'"net": 2000.02', "gross and returns in summary.json"),
        ("data/by_city.csv", b"1203.45", b"1203.46", r"net in by_city\.csv is 2000\.01"),
        ("summary.json", b'"prospects": 1', b'"prospects": 2', "groups of customers don't add up"),
        ("summary.json", b'"Gold": 1', b'"Gold": 2', "customers by seven_levels don't add up"),
        ("data/customers.csv", b"\r\nC3,", b"", "customers.csv doesn't have the 3 known customers"),
    ],
)
def test_figures_that_do_not_reconcile_are_not_published(
    small_report, site_of, tmp_path, path, old, new, said
):
    site = site_of(small_report)
    assert old in site[path]
    site[path] = site[path].replace(old, new)
    with pytest.raises(CheckError, match=said):
        publish(site, tmp_path / "site")


def test_where_the_system_cannot_exchange_two_renames_do(tmp_path, monkeypatch):
    published(tmp_path, index=b"old")
    monkeypatch.setattr(exchange, "_swap", lambda first, second: False)
    site = published(tmp_path, index=b"new")
    assert files(site)["index.html"].endswith(b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_run_says_who_holds_the_lock(tmp_path):
    with (
        one_run(tmp_path, "run 20140301"),
        pytest.raises(PublishError, match=r"process \d+, run 20140301 holds"),
        one_run(tmp_path),
    ):
        pass
    with one_run(tmp_path):  # and it is free again
        pass
