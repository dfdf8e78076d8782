"""Data moves one way: a room imports only rooms above it, and few may know config, clock or files."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# From the top of the house to the bottom; a room may import those above it.
FLOORS = (
    ("errors", "schema", "parallel"),
    ("storage", "machine", "logbook", "locale"),
    ("frames", "config", "glossary"),
    ("report",),
    ("intake", "history"),
    ("aggregates",),
    ("figures", "changes"),
    ("segments",),
    ("charts",),
    ("privacy", "lists", "cubing"),
    ("render",),
    ("delivery",),
    ("manifest",),
    ("runner",),
    ("pipeline",),
    ("progress", "starter", "preview"),
    ("explained",),
    ("cli",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
KNOW_CONFIG = {"config", "intake", "pipeline", "cli", "starter", "explained"}
PURE = {"figures", "changes", "segments", "charts", "schema", "frames", "report", "lists"}


def modules() -> list[Path]:
    return sorted((ROOT / "retail").rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(ROOT / "retail").parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """Every module that a file imports, at the top or late, but not for type checkers only."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    hints = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and ast.unparse(block.test).endswith("TYPE_CHECKING")
        for node in ast.walk(block)
    }
    names: set[str] = set()
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_room_imports_only_rooms_above_it(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        return
    assert here in FLOOR, (
        f"{here} is a new room: give it a floor in this test and in docs/architecture.md"
    )
    for name in imported(path):
        parts = name.split(".")
        if parts[0] != "retail" or len(parts) < 2 or parts[1] not in FLOOR or parts[1] == here:
            continue
        assert FLOOR[parts[1]] < FLOOR[here] or FLOOR[parts[1]] == FLOOR[here], (
            f"{path.relative_to(ROOT)} imports {name}, which is below it"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(ROOT)))
def test_analysis_knows_no_config_clock_file_or_prefect(path: Path) -> None:
    here, names = room(path), imported(path)
    assert not any(n.split(".")[0] == "prefect" for n in names)
    if here not in KNOW_CONFIG:
        assert not any(n.startswith("retail.config") for n in names)
    if here in PURE:
        forbidden = {"os", "time", "pathlib", "tempfile", "shutil"}
        assert not {n.split(".")[0] for n in names} & forbidden
        assert not any(n in ("datetime.datetime", "random.random") for n in names)


def test_only_what_draws_loads_altair() -> None:
    rooms = "cli, cubing, lists, manifest, pipeline, privacy, render, segments"
    code = f"import sys; from retail import {rooms}; print('altair' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_the_command_line_starts_without_heavy_imports() -> None:
    heavy = ("pandas", "numpy", "sklearn", "altair", "prefect", "pyarrow", "narwhals", "rich")
    code = f"import sys, retail.cli; print([m for m in {heavy!r} if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
