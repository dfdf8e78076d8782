"""The one writer: builds the site in staging, checks it, and exchanges it with the live one in a step.

Whenever it is killed, the site is the complete old one or the complete new one; what it leaves
next to the site is removed by the next call. Call it under `storage.lock.one_run`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path, PurePosixPath

from retail.errors import PublishError
from retail.render import site_checks
from retail.storage.atomic import sync, write_through
from retail.storage.exchange import exchange, recover, remove, sibling
from retail.storage.folders import MARKER, refuse_foreign
from retail.storage.lock import one_writer

Check = Callable[[Path], None]


def publish(
    files: Mapping[str, bytes], site: Path, also: Iterable[Check] = (), site_url: str = ""
) -> Path:
    """Replace the folder `site` by `files` ({relative path: bytes}); returns the folder.

    also: more checks of the new folder, after those of `site_checks`; they raise CheckError too. site_url:
    where it is published, if that is known. Raises
    CheckError when the new site fails a check and PublishError when it can't be put in place; the
    old site stays untouched in both cases.
    """
    site = site.resolve()  # a link keeps pointing at the folder that is replaced
    try:
        site.parent.mkdir(parents=True, exist_ok=True)
        with one_writer(site.parent):
            _replace(files, site, [partial(site_checks.check, site_url=site_url), *also])
    except OSError as problem:
        raise PublishError(_explained(problem, site)) from problem
    return site


def refresh(files: Mapping[str, bytes], site: Path) -> None:
    """Replace single files of a published site, each in one step; the others stay as they are."""
    site = site.resolve()
    fresh = sibling(site, "next")
    with one_writer(site.parent):
        remove(fresh)
        fresh.mkdir()
        try:
            for name, content in files.items():
                write_through(fresh / name, [content])
                os.replace(fresh / name, site / name)
        finally:
            remove(fresh, strict=False)


def _replace(files: Mapping[str, bytes], site: Path, looks: Iterable[Check]) -> None:
    recover(site)
    refuse_foreign(site)
    fresh = sibling(site, "next")
    try:
        write(files, fresh)
        for look in looks:
            look(fresh)
        exchange(fresh, site)
    finally:
        # What can't be removed now is no harm; the next run tries again.
        remove(fresh, strict=False)
        remove(sibling(site, "old"), strict=False)


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Write all files and the marker, which lists them and comes last, through to the disk."""
    folder.mkdir()
    for name in sorted({str(PurePosixPath(path).parent) for path in files}):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, content in files.items():
        write_through(folder / path, [content])
    write_through(folder / MARKER, [_marker(files)])
    for inside in [p for p in folder.rglob("*") if p.is_dir()]:
        sync(inside)
    sync(folder)


def _marker(files: Iterable[str]) -> bytes:
    lines = [
        "Written by Retail Report, which replaces this folder as a whole with each run.",
        "Keep nothing of your own here. The files of this site:",
        *sorted(files),
    ]
    return ("\n".join(lines) + "\n").encode()


def _explained(problem: OSError, site: Path) -> str:
    where = problem.filename or site
    return (
        f"The new site couldn't be put in place: {problem.strerror or problem} ({where}). "
        f"The old site is untouched. Check space and permissions of {site.parent}."
    )
