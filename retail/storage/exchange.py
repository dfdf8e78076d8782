"""Two folders change names in one step; how a change that was cut short is finished.

On Linux the kernel exchanges two names at once (renameat2). Where it can't, two renames do it with
a marker in their folder, and the next run finishes what the marker says.
"""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from retail.storage.atomic import sync
from retail.storage.lock import one_writer

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM})


def sibling(site: Path, what: str) -> Path:
    """The hidden sibling of a site for `what`: next (being built or just replaced), old, marker."""
    return site.parent / f".{site.name}.{what}"


def exchange(fresh: Path, site: Path) -> None:
    """Put `fresh` in the place of `site`; the old site is then at `sibling(site, "next")` or "old".

    Raises OSError when the names can't be changed; the site is then what it was.
    """
    if not site.exists():
        os.rename(fresh, site)
    elif not _swap(fresh, site):
        _two_renames(fresh, site)
    _sync_if_possible(site.parent)


def _swap(first: Path, second: Path) -> bool:
    """Exchange two names at once; False where the system or file system can't."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library older than the call
        return False
    names = os.fsencode(first), os.fsencode(second)
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _CANNOT:
        return False
    raise OSError(number, os.strerror(number), str(second))


def _two_renames(fresh: Path, site: Path) -> None:
    old, marker = sibling(site, "old"), sibling(site, "marker")
    marker.write_text(f"{site.name} is being exchanged; the next run finishes it.\n", "utf-8")
    sync(marker)
    sync(site.parent)
    os.rename(site, old)
    try:
        os.rename(fresh, site)
    except OSError:
        os.rename(old, site)
        marker.unlink()
        raise
    _sync_if_possible(site.parent)
    with suppress(OSError):  # it does no harm where there is a site; the next run removes it
        marker.unlink()


def recover(site: Path) -> None:
    """Finish an exchange that was cut short, and remove what a dead run left next to the site."""
    fresh, old, marker = (sibling(site, what) for what in ("next", "old", "marker"))
    if marker.exists() and not site.exists():
        # The fresh site was complete before the marker was written.
        os.rename(fresh if fresh.exists() else old, site)
        sync(site.parent)
    for left in (fresh, old):
        remove(left)
    with suppress(FileNotFoundError):
        marker.unlink()


def remove(folder: Path, strict: bool = True) -> None:
    """Remove a folder that may not be there; when not strict, one that can't be removed stays."""
    with suppress(FileNotFoundError):
        shutil.rmtree(folder, ignore_errors=not strict)


def _sync_if_possible(folder: Path) -> None:
    """Once the names have changed the new site is there: what fails now must not be reported as if not."""
    with suppress(OSError):
        sync(folder)


def repair(site: Path) -> None:
    """Put a site in place where a dead run left none; what else it left is for the next `publish`.

    Called when a run starts, so that there is a site even if this run never gets to its own.
    """
    site = site.resolve()
    if not site.exists() and sibling(site, "marker").exists():
        with one_writer(site.parent):
            recover(site)
