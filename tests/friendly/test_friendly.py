"""Explain, completion, open and preview."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from retail import explained
from retail.cli import cli
from retail.errors import ConfigError, InputError
from retail.preview import Preview, watch

ROOT = Path(__file__).resolve().parents[2]
KEYS = [name for name, _ in explained.config_keys()]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_is_explained_with_its_default(key: str) -> None:
    text = explained.explain(key)
    assert text.startswith(f"{key}: ")
    assert f"\n{key.rsplit('.', 1)[-1]} = " in text


def test_a_key_without_its_section_and_a_section() -> None:
    assert explained.explain("bins") == explained.explain("rfm.bins")
    assert explained.explain("[rfm]").startswith("[rfm]  Scores by recency")
    assert "A check:" in explained.explain("checks.no_future")


def test_a_wrong_key_gets_the_nearest() -> None:
    with pytest.raises(ConfigError, match=r"rfm\.bins"):
        explained.explain("rfm.bin")
    with pytest.raises(ConfigError, match="stale_after_hours"):
        explained.explain("stale_after")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    made = CliRunner().invoke(cli, ["completion", shell])
    assert made.exit_code == 0
    assert f"_RETAIL_COMPLETE={shell}_complete" in made.output


def test_commands_are_completed() -> None:
    environment = os.environ | {
        "_RETAIL_COMPLETE": "bash_complete",
        "COMP_WORDS": "retail pre",
        "COMP_CWORD": "1",
    }
    command = [sys.executable, "-m", "retail.cli"]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert shown.stdout.strip() == "plain,preview"


def test_open_says_when_there_is_no_site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="retail build"):
        CliRunner().invoke(cli, ["open"], catch_exceptions=False)


def test_open_opens_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("click.launch", opened.append)
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").touch()
    assert CliRunner().invoke(cli, ["open"]).exit_code == 0
    assert opened == [(tmp_path / "site" / "index.html").as_uri()]


def fetched(address: str) -> str:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def test_a_preview_serves_pages_that_reload(tmp_path: Path) -> None:
    page = (
        "<meta content=\"default-src 'none'; connect-src 'none'\"><body>"
        "<a href='data.csv'>x</a></body>"
    )
    (tmp_path / "index.html").write_text(page, encoding="utf-8")
    (tmp_path / "data.csv").write_text("a\n", encoding="utf-8")
    shown = Preview(tmp_path)
    shown.start()
    try:
        assert shown.address.startswith("http://127.0.0.1:")
        text = fetched(shown.address)
        assert "connect-src 'self'" in text
        assert '<script src="/.retail-reload.js"></script></body>' in text
        assert fetched(shown.address + "data.csv") == "a\n"
        assert fetched(shown.address + ".retail-version") == "0"
        assert "location.reload" in fetched(shown.address + ".retail-reload.js")
    finally:
        shown.stop()
    assert (tmp_path / "index.html").read_text(encoding="utf-8") == page


def test_a_change_is_seen_once(tmp_path: Path) -> None:
    file, seen, is_over = tmp_path / "retail.toml", [], threading.Event()
    file.write_text("a", encoding="utf-8")

    def changed() -> None:
        seen.append(file.read_text(encoding="utf-8"))
        is_over.set()

    watching = threading.Thread(target=watch, args=(lambda: [tmp_path], changed, is_over))
    watching.start()
    time.sleep(0.3)
    file.write_text("bb", encoding="utf-8")
    watching.join(20)
    assert seen == ["bb"]


@pytest.mark.slow
def test_preview_builds_again_when_the_config_changes(tmp_path: Path) -> None:
    config = tmp_path / "retail.toml"
    text = f'title = "Shop One"\n[input]\nfolder = "{ROOT / "data" / "sample"}"\n'
    config.write_text(text, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "retail.cli", "preview", "--no-browser", "--config", str(config)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert "Shop One" in fetched(address)
        config.write_text(text.replace("Shop One", "Shop Two"), encoding="utf-8")
        end = time.monotonic() + 240
        while fetched(address + ".retail-version") != "2" and time.monotonic() < end:
            time.sleep(0.5)
        assert "Shop Two" in fetched(address)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
        process.stdout.close()
