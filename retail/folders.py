"""Which folders a run may write into, told before it begins."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePosixPath

from retail.errors import ConfigError, PublishError

MARKER = ".retail-site"  # in every site: which files are of it
# What file managers leave behind in folders that they show.
_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def refuse_public(folder: Path, site: Path, key: str = "[privacy] private") -> None:
    """Raise ConfigError when a private folder, set by `key`, is the site or within it."""
    inner, outer = folder.resolve(), site.resolve()
    if inner == outer or outer in inner.parents:
        raise ConfigError(
            f"{key}: {folder} is within the site {site}, which may be published. "
            "Choose a folder outside it."
        )


def close_to_others(folder: Path) -> None:
    """Take the working folder, which holds lines as read, from users who are not of its group."""
    with suppress(PermissionError):  # another owner's folder: its rights are theirs to set
        folder.chmod(folder.stat().st_mode & 0o770)


def refuse_foreign(site: Path) -> None:
    """Raise PublishError unless `site` is absent, empty, or holds only what an earlier run wrote."""
    if not site.exists():
        return
    if not site.is_dir():
        raise PublishError(f"{site} is a file, not a folder. Set `output` to another folder.")
    there = sorted(p.name for p in site.iterdir() if p.name not in _LITTER)
    if not there:
        return
    marker = site / MARKER
    if not marker.is_file():
        raise PublishError(
            f"{site} holds {there[0]}, which Retail Report didn't write, and it replaces the whole "
            "folder. Set `output` to a new folder, or empty this one."
        )
    listed = marker.read_text(encoding="utf-8").splitlines()[2:]
    known = {PurePosixPath(path).parts[0] for path in listed} | {MARKER}
    strange = [name for name in there if name not in known]
    if strange:
        raise PublishError(
            f"{site} holds {strange[0]}, which Retail Report didn't write, and it replaces the whole "
            f"folder. Move it elsewhere and run again."
        )
