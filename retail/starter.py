"""A commented retail.toml to start from: every key with its default and its sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from retail.config import Config, Section, describe
from retail.errors import ConfigError

HEAD = """\
# Retail Report. Every key is shown with its default, or an example where it has none; remove the # to change one.
"""


def text() -> str:
    """The text of a new retail.toml, every key commented out."""
    return _text("")


def proposed(paths: Sequence[Path], folder: Path, encoding: str = "") -> tuple[str, list[str]]:
    """The text of a new retail.toml in `folder` with what the files look like, and what a person does next.

    paths: files, or folders of files, of which what is no table is passed over. encoding: of the files,
    where it is known.
    """
    from retail import intake

    files = inside(paths)
    in_folders = set(files) - set(paths)
    proposal = intake.propose(files, folder, encoding, in_folders)
    return _text(
        proposal.text, {"dates": proposal.dates, "money": proposal.money}
    ), proposal.remarks


def _text(proposal: str, settings: Mapping[str, Mapping[str, str]] = MappingProxyType({})) -> str:
    """`settings`: lines by section and key that stand in place of those with the defaults."""
    parts = [HEAD, proposal]
    sections = []
    for name, default, about, choices in describe(Config):
        if name == "base" or (proposal and name in ("input", "columns")):
            continue
        if isinstance(default, Section):
            keys = _keys(type(default), settings.get(name, {}))
            sections.append(f"\n[{name}]  # {type(default).__doc__}\n{keys}")
        else:
            parts.insert(1, _key(name, default, about, choices))
    return "".join(parts) + "".join(sections)


def inside(files: Sequence[Path]) -> list[Path]:
    """The files, with those in a folder in its place, hidden ones left out; ConfigError for none."""
    found: list[Path] = []
    for path in files:
        if path.is_dir():
            own = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith("."))
            if not own:
                raise ConfigError(f"--from {path}: there is no file in this folder.")
            found += own
        else:
            found.append(path)
    return found


def _keys(section: type[msgspec.Struct], settings: Mapping[str, str]) -> str:
    return "".join(settings.get(row[0]) or _key(*row) for row in describe(section))


def _key(name: str, default: Any, about: str, choices: tuple[str, ...]) -> str:
    sentence = about + (f"; one of {', '.join(choices)}" if choices else "")
    return f"# {name} = {toml_value(default)}  # {sentence}\n"


def toml_value(value: Any) -> str:
    """A default as TOML; a text without a default is shown empty."""
    if value is None:
        return '""'
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(value, ensure_ascii=False)
