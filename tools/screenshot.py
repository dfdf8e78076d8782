"""The README's picture: the dashboard of a built site, as headless Chromium shows it.

python -m tools.screenshot SITE PICTURE
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from retail.render import site_checks

SIZE = "1280,1000"


def main(site: str, picture: str) -> None:
    """Write PICTURE (PNG) from SITE/index.html."""
    browser = site_checks.browser()
    if browser is None:
        sys.exit("no Chromium on the PATH, and RETAIL_CHROMIUM names none")
    page = Path(site, "index.html").resolve()
    if not page.is_file():
        sys.exit(f"{page}: there is no such page; build the site first")
    with tempfile.TemporaryDirectory() as profile:
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            f"--user-data-dir={profile}",
            f"--window-size={SIZE}",
            "--virtual-time-budget=10000",
            f"--screenshot={Path(picture).resolve()}",
            page.as_uri(),
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    print(picture)


if __name__ == "__main__":
    main(*sys.argv[1:])
