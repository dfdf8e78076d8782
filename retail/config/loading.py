"""retail.toml -> Config, or a message with file, line and the nearest key; its keys described."""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import NODEFAULT, Meta, Struct

from retail import locale
from retail.config.model import Config
from retail.errors import ConfigError

KINDS = {  # what msgspec calls the kinds of values, and what a reader of TOML does
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list, such as [1, 2]",
    "object": 'a table, such as { key = "value" }',
}


def load(path: Path | None = None, **overrides: str | None) -> Config:
    """The config of `path`, or the defaults when there is no file, with command line `overrides`.

    Overrides: input (a folder), output, engine, privacy (a level), site_url. Raises ConfigError
    naming file, line and key.
    """
    text = _read(path) if path else ""
    base = path.parent if path else Path()
    try:
        values: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from None
    if "base" in values:
        raise ConfigError(_unknown_key(path, text, "base", Config))
    values["base"] = str(base)
    if overrides.get("input"):
        values.setdefault("input", {})["folder"] = str(Path(overrides["input"] or "").absolute())
    if overrides.get("output"):
        values["output"] = str(Path(overrides["output"] or "").absolute())
    if overrides.get("engine"):
        values["engine"] = overrides["engine"]
    if overrides.get("privacy"):
        values.setdefault("privacy", {})["level"] = overrides["privacy"]
    if overrides.get("site_url"):
        values.setdefault("publish", {})["site_url"] = overrides["site_url"]
    try:
        config = msgspec.convert(values, Config, strict=True)
    except msgspec.ValidationError as error:
        raise ConfigError(_explain(path, text, _named(str(error), values))) from None
    wrong = locale.problem(config.publish.locale)
    if wrong:
        raise ConfigError(f"{_place(path, text, 'publish.locale')}: key publish.locale: {wrong}")
    return config


def _read(path: Path) -> str:
    """The text of a retail.toml, with or without a byte order mark. Raises ConfigError for no UTF-8."""
    if not path.is_file():
        raise ConfigError(f"{path}: there is no such file. `retail init` writes one.")
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: can't be read: {error.strerror or error}.") from None
    is_utf16 = stored.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in stored
    try:
        if is_utf16:
            raise ConfigError(
                f"{path}: this file looks like UTF-16; UTF-8 is expected. Save it as UTF-8 in your editor."
            )
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = stored[: error.start].count(b"\n") + 1
        raise ConfigError(
            f"{path}, line {line}: the byte {stored[error.start]:02x} is not valid UTF-8, which is "
            "expected; the file was probably saved as cp1252 (Windows). Save it as UTF-8 in your editor."
        ) from None


def _named(message: str, values: dict[str, Any]) -> str:
    """A message of msgspec with the key of [exclude] that is wrong in place of its `[...]`."""
    if "`$.exclude[...]" not in message:
        return message
    for key, given in values["exclude"].items():
        if not isinstance(given, list) or not all(isinstance(value, str) for value in given):
            return message.replace("$.exclude[...]", f"$.exclude.{key}", 1)
    return message


def _explain(path: Path | None, text: str, message: str) -> str:
    where = re.search(r" - at `\$\.?([^`]*)`", message)
    dotted = where.group(1) if where else ""
    unknown = re.search(r"unknown field `([^`]+)`", message)
    if unknown:
        return _unknown_key(path, text, f"{dotted}.{unknown.group(1)}".lstrip("."), _model(dotted))
    problem = message.split(" - at ")[0].replace("Object", "Table").replace(" | null`", "`")
    for kind, words in KINDS.items():
        problem = problem.replace(f"`{kind}`", words)
    return f"{_place(path, text, dotted)}: key {dotted or 'the whole file'}: {problem}."


def _unknown_key(path: Path | None, text: str, dotted: str, model: type[Struct]) -> str:
    key = dotted.rsplit(".", 1)[-1]
    known = [name for name in model.__struct_fields__ if name != "base"]
    near = difflib.get_close_matches(key, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known keys here: {', '.join(known)}"
    return f"{_place(path, text, dotted)}: unknown key {dotted}; {hint}"


def _model(dotted: str) -> type[Struct]:
    model: type[Struct] = Config
    for name in filter(None, dotted.split(".")):
        found = get_type_hints(model).get(name)
        if not (isinstance(found, type) and issubclass(found, Struct)):
            break
        model = found
    return model


def _place(path: Path | None, text: str, dotted: str) -> str:
    """The file and, where it can be found, the line of a dotted key."""
    *tables, key = dotted.split(".")
    inside = ""
    for number, line in enumerate(text.splitlines(), 1):
        header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
        if header:
            inside = header.group(1)
            if inside == dotted:
                return f"{path}, line {number}"
        elif inside == ".".join(tables) and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return f"{path}, line {number}"
    return str(path or "command line")


def describe(section: type[Struct]) -> list[tuple[str, Any, str, tuple[str, ...]]]:
    """Key, default (or an example where it has none), sentence and choices of each key of a section, in
    order."""
    hints = get_type_hints(section, include_extras=True)
    rows = []
    for field in msgspec.structs.fields(section):
        hint = hints[field.name]
        meta = [m for m in getattr(hint, "__metadata__", ()) if isinstance(m, Meta)]
        about = (meta[0].description or "") if meta else ""
        inner = get_args(hint)[0] if meta else hint
        choices = tuple(str(c) for c in get_args(inner) if isinstance(c, str))
        default = field.default
        if default is NODEFAULT:
            default = None if field.default_factory is NODEFAULT else field.default_factory()
        if default is None and meta and meta[0].examples:
            default = meta[0].examples[0]
        rows.append((field.name, default, about, choices))
    return rows
