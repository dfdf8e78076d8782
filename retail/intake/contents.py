"""Whether the input files are those of an earlier run, by content: names, sizes, then SHA-256."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from retail.config import Config
from retail.errors import InputError, UnsettledInputError
from retail.intake import fingerprints
from retail.intake.source import discovery

CHECKED = "checked"  # within the working folder
Content = tuple[str, str, str, int]  # table, name, SHA-256, bytes: the first columns of INPUT_FILES


def changes(config: Config, before: Sequence[Content]) -> str:
    """In words, how the input files differ from those of `before`; empty when they are the same.

    Times of writing are not looked at: they lie (a copy, a restored backup). Files are hashed, unless
    the disk vouches for them (`fingerprints`), and only when names and sizes are the same, as they
    are read otherwise. What can't be listed or read is a difference; reading it will say what is wrong.
    """
    try:
        files = discovery.input_files(config)
        sizes = {(f.table, f.name): f.path.stat().st_size for f in files}
        known = {(table, name): size for table, name, _, size in before}
        if sizes != known or len(files) != len(before):
            return _told(sizes, known)
        hashes = {(table, name): sha256 for table, name, sha256, _ in before}
        prints = fingerprints.load(config.work_folder / CHECKED)
        differ = [f.name for f in files if prints.of(f.path, f.name)[0] != hashes[f.table, f.name]]
        with suppress(OSError):  # the next run hashes them again
            prints.keep()
    except (InputError, UnsettledInputError, OSError):
        return "the input files can't be read as before"
    return _listed("changed", differ)


def _told(sizes: dict[tuple[str, str], int], known: dict[tuple[str, str], int]) -> str:
    added = [name for table, name in sizes if (table, name) not in known]
    gone = [name for table, name in known if (table, name) not in sizes]
    changed = [key[1] for key, size in sizes.items() if known.get(key, size) != size]
    told = [_listed("new", added), _listed("gone", gone), _listed("changed", changed)]
    return ", ".join(part for part in told if part)


def _listed(what: str, names: Sequence[str]) -> str:
    if not names:
        return ""
    more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
    return f"{what}: {names[0]}{more}"
