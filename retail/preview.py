"""A preview: the site over http on this machine, rebuilt when the config, a template or an input
changes, and reloaded in the browser.

The served pages get a small script that asks whether there is a newer site; the site on disk does not.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
LOOK_SECONDS = 0.5
VERSION_PATH, SCRIPT_PATH = "/.retail-version", "/.retail-reload.js"
_SCRIPT = """
let shown = null;
setInterval(async () => {
  try {
    const answer = await fetch("/.retail-version");
    const version = await answer.text();
    if (shown !== null && version !== shown) location.reload();
    shown = version;
  } catch { /* the preview has ended */ }
}, 700);
"""


class Preview:
    """A served site: `version` grows with each build that succeeded."""

    def __init__(self, site: Path, port: int = 0) -> None:
        self.site, self.version = site, 0
        handler = partial(_Handler, preview=self, directory=str(site))
        self.server = ThreadingHTTPServer((HOST, port), handler)
        self.server.daemon_threads = True

    @property
    def address(self) -> str:
        """Where the site is."""
        return f"http://{HOST}:{self.server.server_address[1]}/"

    def start(self) -> None:
        """Serve in a thread of its own."""
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """End serving."""
        self.server.shutdown()
        self.server.server_close()


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *arguments: Any, preview: Preview, **more: Any) -> None:
        self.preview = preview
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        """A file of the site; a page with the script that reloads it."""
        path = self.path.split("?")[0]
        if path == VERSION_PATH:
            return self._answer(str(self.preview.version).encode(), "text/plain")
        if path == SCRIPT_PATH:
            return self._answer(_SCRIPT.encode(), "text/javascript")
        file = Path(self.translate_path(self.path))
        file = file / "index.html" if file.is_dir() else file
        if file.suffix == ".html" and file.is_file():
            return self._answer(_reloading(file.read_bytes()), "text/html; charset=utf-8")
        return super().do_GET()

    def _answer(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _reloading(page: bytes) -> bytes:
    """A page that may ask this server for news, and does."""
    page = page.replace(b"connect-src 'none'", b"connect-src 'self'")
    return page.replace(b"</body>", f'<script src="{SCRIPT_PATH}"></script></body>'.encode())


def stamps(paths: Iterable[Path]) -> dict[Path, tuple[int, int]]:
    """Size and time of the last change of each file, of folders those inside."""
    found = {}
    for path in paths:
        for file in path.rglob("*") if path.is_dir() else [path]:
            try:
                state = file.stat()
            except OSError:  # it went away in between: a change too
                continue
            found[file] = (state.st_mtime_ns, state.st_size)
    return found


def watch(
    paths: Callable[[], list[Path]], changed: Callable[[], None], is_over: threading.Event
) -> None:
    """Call `changed` whenever a file of `paths()` differs from before, until `is_over`."""
    before = stamps(paths())
    while not is_over.wait(LOOK_SECONDS):
        now = stamps(paths())
        if now != before:
            time.sleep(0.2)  # an editor may not be done
            before = stamps(paths())
            changed()
