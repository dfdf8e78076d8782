"""What a config key or a check means, for `retail explain`: from the same sentences as the starter."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

from retail.config import Config, Section, describe
from retail.errors import ConfigError
from retail.starter import toml_value

Row = tuple[str, Any, str, tuple[str, ...]]


def config_keys() -> Iterator[tuple[str, Row]]:
    """Every key of retail.toml by its dotted name, with default, sentence and choices."""
    for row in describe(Config):
        name, default = row[0], row[1]
        if isinstance(default, Section):
            for inner in describe(type(default)):
                yield f"{name}.{inner[0]}", inner
        elif name != "base":
            yield name, row


def sections() -> dict[str, str]:
    """The sections and what each is about."""
    return {
        name: type(default).__doc__ or ""
        for name, default, _, _ in describe(Config)
        if isinstance(default, Section)
    }


def explain(asked: str) -> str:
    """The text for a key ("rfm.bins", or "bins" where only one section has it) or a section.

    Raises ConfigError naming the nearest keys.
    """
    known, wanted = dict(config_keys()), asked.strip("[] ")
    if wanted in sections():
        inside = [name for name in known if name.startswith(f"{wanted}.")]
        lines = [f"[{wanted}]  {sections()[wanted]}", *(f"  {_line(n, known[n])}" for n in inside)]
        return "\n".join(lines)
    if wanted in known:
        return _described(wanted, known[wanted])
    found = [name for name in known if name.rsplit(".", 1)[-1] == wanted]
    if not found:
        near = difflib.get_close_matches(wanted, [*known, *sections()], n=3, cutoff=0.5)
        near += [
            n
            for n in known
            if n.rsplit(".", 1)[-1]
            in difflib.get_close_matches(wanted, [name.rsplit(".", 1)[-1] for name in known], n=2)
        ]
        hint = f"did you mean {', '.join(dict.fromkeys(near))}?" if near else "see `retail explain`"
        raise ConfigError(f"there is no key or check called {asked}; {hint}")
    return "\n\n".join(_described(name, known[name]) for name in found)


def overview() -> str:
    """Every key in one line, by section."""
    return "\n".join(_line(name, row) for name, row in config_keys())


def _described(name: str, row: Row) -> str:
    _, default, about, choices = row
    section, _, key = name.rpartition(".")
    lines = [f"{name}: {about}." if about else name]
    if section == "checks":
        lines.append(
            "A check: its result is on quality.html; `retail check` shows those on reading."
        )
        lines.append(
            "info: reported only; warn: reported as a doubt; stop: the run ends, the old site stays."
        )
    if choices:
        lines.append(f"One of: {', '.join(choices)}.")
    head = f"[{section}]\n" if section else ""
    lines.append(
        f"In retail.toml, with its default, or an example where it has none:\n\n{head}{key} = {toml_value(default)}"
    )
    return "\n".join(lines)


def _line(name: str, row: Row) -> str:
    return f"{name} = {toml_value(row[1])}  # {row[2]}"
