"""A built site of real size, over file:// and http, and the tables that it was built from."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest
from expected import Expected

from retail import config, pipeline
from retail.report import Report

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"


@dataclass(frozen=True)
class Site:
    """A site on disk, and what its pages must agree with."""

    folder: Path
    report: Report
    expected: Expected

    @property
    def url(self) -> str:
        return (self.folder / "index.html").as_uri()


def build(source: Path, work: Path) -> Site:
    """The site of an input folder, written below `work`."""
    settings = config.load(None, input=str(source), output=str(work / "site"))
    settings = msgspec.structs.replace(settings, work=str(work / "work"), base="/")
    inputs = pipeline.read(settings, lambda message: None)
    aggregates = pipeline.aggregate(inputs, settings, lambda message: None)
    report = pipeline.analyse(inputs, aggregates, settings).report
    from retail import charts
    from retail.render import RunInfo, render

    info = RunInfo("test", "2020-01-01T00:00:00+00:00", 1.0, "pandas")
    for path, content in render(report, charts.draw(report), info).items():
        file = work / "site" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    return Site(work / "site", report, Expected(report))


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
    thread.join()
