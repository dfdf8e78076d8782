"""The last look before a site goes live: its dashboard in headless Chromium, from disk, offline.

The page must load without an error on its console and draw at least one chart. No library drives the
browser; it is asked once for the page as its scripts leave it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from retail.errors import CheckError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 60
_VIRTUAL_MILLISECONDS = 10_000  # of the page's own clock, which runs as fast as the machine can
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # it is to ask no one
    "--enable-logging=stderr",
    f"--virtual-time-budget={_VIRTUAL_MILLISECONDS}",
    "--dump-dom",
)
_CONSOLE = re.compile(r'CONSOLE[:(]\d+\)?\] "(.*?)", source: ')
_WRONG = re.compile(r"Uncaught|Error|Refused|violat|Failed to load|ERR_", re.IGNORECASE)
_DRAWN = re.compile(r"<canvas|<svg[^>]*class=\"[^\"]*marks")


def browser() -> str | None:
    """The path of a Chromium: what RETAIL_CHROMIUM names, else one on the PATH; None without one."""
    named = os.environ.get("RETAIL_CHROMIUM")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


def check(site: Path) -> None:
    """Raise CheckError when the dashboard of `site` doesn't load, complains, or draws nothing."""
    path = browser()
    if path is None:
        raise CheckError(
            "smoke: no Chromium was found to try the new dashboard. Install it, name it in "
            'RETAIL_CHROMIUM, or set `smoke = "auto"` in [publish]; the old site stays.'
        )
    page = site / "index.html"
    with tempfile.TemporaryDirectory(prefix="retail-smoke-") as profile:
        command = [path, *_OPTIONS, f"--user-data-dir={profile}", page.resolve().as_uri()]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise
        try:
            ended = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise CheckError(f"smoke: {path} did not open the new dashboard: {problem}") from None
    problems = complaints(
        ended.stdout.decode(errors="replace"), ended.stderr.decode(errors="replace")
    )
    if ended.returncode:
        problems.insert(0, f"{path} ended with {ended.returncode}")
    if problems:
        shown = "\n  ".join(problems[:5])
        raise CheckError(
            f"smoke: the new dashboard doesn't work in {path}; the old site stays.\n  {shown}"
        )


def complaints(page: str, log: str) -> list[str]:
    """What is wrong with a page as its scripts left it, and with the errors on its console."""
    errors = [message for message in _CONSOLE.findall(log) if _WRONG.search(message)]
    return errors if _DRAWN.search(page) else [*errors, "no chart was drawn"]
