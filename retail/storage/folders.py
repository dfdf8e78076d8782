"""Which folders a run may write into, checked before it begins, and their rights."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath

from retail.errors import ConfigError, PublishError

MARKER = ".retail-site"  # in every site: which files are of it
# What file managers leave behind in folders that they show.
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def refuse_public(folder: Path, site: Path, key: str = "[privacy] private") -> None:
    """Raise ConfigError when a private folder, set by `key`, is the site or within it."""
    inner, outer = folder.resolve(), site.resolve()
    if inner == outer or outer in inner.parents:
        raise ConfigError(
            f"{key}: {folder} is within the site {site}, which may be published. "
            "Choose a folder outside it."
        )


def make_working(folder: Path) -> None:
    """Make the working folder, which holds lines as read, closed to users who are not of its group.

    One that exists keeps its rights: others may share it on purpose.
    """
    folder.mkdir(mode=0o770, parents=True, exist_ok=True)


def open_to_others(folder: Path) -> str:
    """A message when users who are not of its group can enter the working folder, else ""."""
    rights = stat.S_IMODE(folder.stat().st_mode)
    if os.name != "posix" or not rights & 0o007:
        return ""
    return (
        f"every user of this machine can enter the working folder {folder} (rights {rights:o}), which "
        f"holds lines as read. It was there before, so its rights stay: chmod o-rwx {folder} closes it, "
        "or set `work` to a folder that isn't shared."
    )


def refuse_foreign(site: Path) -> None:
    """Raise PublishError unless `site` is absent, empty, or holds only what an earlier run wrote."""
    if not site.exists():
        return
    if not site.is_dir():
        raise PublishError(f"{site} is a file, not a folder. Set `output` to another folder.")
    there = sorted(p.name for p in site.iterdir() if p.name not in LITTER)
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


def close(folder: Path) -> Path:
    """Make a folder that its owner alone can enter (0700); returns it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    return folder
