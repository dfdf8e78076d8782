"""What the guides and workflows say of the code is true of it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from retail import errors
from retail.explained import config_keys

ROOT = Path(__file__).resolve().parents[1]
GUIDES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


@pytest.mark.parametrize("guide", GUIDES, ids=lambda p: p.name)
def test_links_of_guides_lead_somewhere(guide: Path) -> None:
    for link in re.findall(r"\]\(([^)#\s]+)", guide.read_text(encoding="utf-8")):
        if "://" not in link:
            assert (guide.parent / link).exists(), link


def test_every_exit_code_is_documented() -> None:
    text = (ROOT / "docs" / "exit-codes.md").read_text(encoding="utf-8")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.MULTILINE)}
    kinds = [errors.RetailError, *errors.RetailError.__subclasses__()]
    assert told == {0, *(kind.exit_code for kind in kinds)}


@pytest.mark.parametrize("guide", GUIDES, ids=lambda p: p.name)
def test_keys_that_guides_name_exist(guide: Path) -> None:
    known = {name for name, _ in config_keys()}
    for section, key in re.findall(r"`\[([a-z]+)\] ([a-z_]+)", guide.read_text(encoding="utf-8")):
        assert f"{section}.{key}" in known


def shell(guide: str, section: str) -> list[str]:
    """The commands of the shell blocks of a section of a guide, without remarks."""
    text = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    part = text.split(f"\n## {section}\n")[1].split("\n## ")[0]
    lines = "\n".join(re.findall(r"```sh\n(.*?)```", part, re.DOTALL)).splitlines()
    return [line.partition("  #")[0].strip() for line in lines if line.strip()]


def test_a_fresh_clone_has_the_configs_that_the_schedule_names(tmp_path: Path) -> None:
    """The commands of the guide, in order: what they write is there when a later one asks for it."""
    commands, named = shell("schedule.md", "Prefect"), 0
    assert "make" in commands
    for command in commands:
        words = command.split()
        if words[0] == "retail":
            subprocess.run(
                [sys.executable, "-m", "retail.cli", *words[1:]], cwd=tmp_path, check=True
            )
        for config in re.findall(r"(?:--config |RETAIL_CONFIG=\$PWD/)(\S+)", command):
            named += 1
            check = [sys.executable, "-m", "retail.cli", "check", "--config", config]
            subprocess.run(check, cwd=tmp_path, check=True, capture_output=True)
    assert named == 2


def nightly() -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / "nightly.yml").read_text("utf-8"))


def test_the_workflow_builds_as_the_flow_can() -> None:
    from click.testing import CliRunner

    from flows.nightly import main

    options = CliRunner().invoke(main, ["--help"]).output
    steps = {step.get("name"): step for step in nightly()["jobs"]["build"]["steps"]}
    for option in re.findall(r"--[a-z-]+", steps["Build"]["run"]):
        assert option in options
    assert steps["Build"]["env"]["RETAIL_KEY"] == "${{ secrets.RETAIL_KEY }}"
    assert steps["Save the working folder"]["if"] == "always()"
    saved, restored = (
        steps[f"{verb} the working folder"]["with"]["path"] for verb in ("Save", "Restore")
    )
    assert saved == restored
    assert {Path(path).name for path in saved.split()} == {
        "history.sqlite3",
        "cluster_centres.parquet",
        "noise",
        "pseudonym.mark",
    }


def test_secrets_stand_in_no_command() -> None:
    for path in WORKFLOWS:
        for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values():
            for step in job["steps"]:
                assert "secrets." not in step.get("run", "")


@pytest.mark.parametrize("is_private", [True, False])
def test_a_public_repository_gets_level_public_and_a_warning(
    tmp_path: Path, is_private: bool
) -> None:
    import os

    step = next(s for s in nightly()["jobs"]["build"]["steps"] if s.get("id") == "privacy")
    tools, output = tmp_path / "bin", tmp_path / "output"
    tools.mkdir()
    (tools / "gh").write_text(f"#!/bin/sh\necho {str(is_private).lower()}\n", encoding="utf-8")
    (tools / "gh").chmod(0o755)
    output.touch()
    shop = tmp_path / "shop"
    shop.mkdir()
    for command in (["git", "init", "-q"], ["git", "add", "."]):
        (shop / "orders.csv").write_text("a\n", encoding="utf-8")
        subprocess.run(command, cwd=shop, check=True)
    ended = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step["run"]],
        cwd=shop,
        env=os.environ
        | {
            "PATH": f"{tools}:{os.environ['PATH']}",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_REPOSITORY": "shop/report",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert output.read_text("utf-8") == ("" if is_private else "level=public\n")
    assert ("orders.csv" in ended.stdout) is not is_private
