"""A commented retail.toml to start from: every key with its default and its sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from retail.config import Config, Section, describe

HEAD = """\
# Retail Report. Every key is shown with its default; remove the # to change one.
"""


def text(files: Sequence[Path] = ()) -> str:
    """The text of a new retail.toml; the mapping of columns is proposed from `files` when given."""
    parts = [HEAD]
    if files:
        from retail import intake

        parts.append(intake.propose(list(files)))
    sections = []
    for name, default, about, choices in describe(Config):
        if name == "base" or (files and name in ("input", "columns")):
            continue
        if isinstance(default, Section):
            sections.append(f"\n[{name}]  # {type(default).__doc__}\n{_keys(type(default))}")
        else:
            parts.insert(1, _key(name, default, about, choices))
    return "".join(parts) + "".join(sections)


def _keys(section: type[msgspec.Struct]) -> str:
    return "".join(_key(*row) for row in describe(section))


def _key(name: str, default: Any, about: str, choices: tuple[str, ...]) -> str:
    said = about + (f"; one of {', '.join(choices)}" if choices else "")
    return f"# {name} = {toml_value(default)}  # {said}\n"


def toml_value(value: Any) -> str:
    """A default as TOML; a key without a default is shown as an empty text."""
    if value is None or value is msgspec.NODEFAULT:
        return '""'
    if isinstance(value, dict):
        return "{}"
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return json.dumps(value, ensure_ascii=False)
