"""Sites that the tests of the dashboard share, built once."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sites import SAMPLE, Site, build


@pytest.fixture(scope="session")
def case_site(case_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The case study as a site."""
    return build(case_study, tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="session")
def sample_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The bundled sample as a site; it has cities with coordinates."""
    return build(SAMPLE, tmp_path_factory.mktemp("sample"))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(case_site: Site) -> Iterator[str]:
    """The case study's index over http, below a sub-path."""
    handler = functools.partial(Quiet, directory=str(case_site.folder.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{case_site.folder.name}/index.html"
    server.shutdown()
    server.server_close()
    thread.join()
