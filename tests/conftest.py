"""What every test can ask for: abilities of the machine, shared data, four engines, a watched page.

A test that needs something this machine lacks skips and names it. `RETAIL_REQUIRE=chromium,java`
turns such a skip into a failure, so that a machine which ought to have everything can't pass by
skipping.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest

os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
os.environ.setdefault("DO_NOT_TRACK", "1")
# On CI no key is made up, so the sites that tests build have one.
os.environ.setdefault("RETAIL_KEY", "key of the tests")

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("RETAIL_SHARED", ROOT.parent / "shared")) / "data"
DATA_SETS = (
    "case_study",
    "cdnow",
    "csv_spectrum",
    "field",
    "naughty_strings",
    "r_rfm",
    "superstore",
)
ENGINES = ("pandas", "polars", "duckdb", "pyspark")
# Folders of tests that take minutes; begun last, one of them would run on while no other worker has work.
LONGEST = ("/survive", "/flow", "/aggregates", "", "/browser")

# Machines are noisy, so no example has a deadline; on CI a failure must come back when run again.
hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


# ---- what a machine can do: each function says what is missing, or None ----


def _lacks_package(name: str) -> str | None:
    return None if importlib.util.find_spec(name) else f"no Python package {name}"


def _chromium() -> str | None:
    return os.environ.get("RETAIL_CHROMIUM") or shutil.which("chromium")


def _lacks_chromium() -> str | None:
    path = _chromium()
    if not path:
        return "no `chromium` on PATH, and RETAIL_CHROMIUM does not name one"
    if not os.access(path, os.X_OK):
        return f"RETAIL_CHROMIUM names {path}, which can't be run"
    return _lacks_package("playwright")


def _lacks_java() -> str | None:
    home = os.environ.get("JAVA_HOME")
    path = shutil.which(str(Path(home, "bin", "java")) if home else "java")
    if not path:
        return "no `java` on PATH" if not home else "no `bin/java` in JAVA_HOME"
    try:
        run = subprocess.run([path, "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"`java -version` does not run: {problem}"
    version = re.search(r'version "(\d+)', run.stderr + run.stdout)
    if run.returncode or not version or int(version[1]) < 17:
        return "Spark needs Java 17 or later, `java -version` gives: " + run.stderr.strip()
    return None


def _lacks_node() -> str | None:
    path = shutil.which("node")
    if not path:
        return "no `node` on PATH"
    run = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    version = re.match(r"v(\d+)", run.stdout)
    if not version or int(version[1]) < 18:
        return f"Node.js 18 or later is needed, `node --version` gives: {run.stdout.strip()}"
    if not (ROOT / "web" / "node_modules").is_dir():
        return "no web/node_modules: `make test` installs it"
    return None


CAPABILITIES: dict[str, Callable[[], str | None]] = {
    "chromium": _lacks_chromium,
    "java": _lacks_java,
    "node": _lacks_node,
    **{name: functools.partial(_lacks_package, name) for name in ENGINES},
}


def _lacks_data(name: str) -> str | None:
    return None if (SHARED / name).is_dir() else f"no folder ../shared/data/{name}"


@functools.cache
def lacks(name: str) -> str | None:
    """What is missing for the capability or data set, in words; None when it is here."""
    if name in DATA_SETS:
        return _lacks_data(name)
    return CAPABILITIES[name]()


def _required() -> set[str]:
    return {name.strip() for name in os.environ.get("RETAIL_REQUIRE", "").split(",")} - {""}


def need(name: str) -> None:
    """Skip when the machine lacks it, or fail when RETAIL_REQUIRE says that it must not."""
    missing = lacks(name)
    if missing and name in _required():
        pytest.fail(f"RETAIL_REQUIRE names {name}, but: {missing}", pytrace=False)
    elif missing:
        pytest.skip(f"needs {name}: {missing}")


def pytest_configure() -> None:
    unknown = sorted(_required() - set(CAPABILITIES) - set(DATA_SETS))
    if unknown:
        known = ", ".join([*CAPABILITIES, *DATA_SETS])
        raise pytest.UsageError(f"RETAIL_REQUIRE names {', '.join(unknown)}; known are: {known}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A folder's tests share what they build, so one process runs them all, the longest first."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFolder(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _folder(nodeid)

    config.option.loadscopereorder = False  # it would put those with few but long tests last
    return ByFolder(config, log)


def _folder(nodeid: str) -> str:
    return nodeid.split("::")[0].rsplit("/", 1)[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks for a page or for Spark, so that `-m "not browser"` leaves it out; LONGEST first."""
    for item in items:
        for marker, known in (("needs", CAPABILITIES), ("needs_data", DATA_SETS)):
            for name in [n for mark in item.iter_markers(marker) for n in mark.args]:
                if name not in known:
                    raise pytest.UsageError(f"{item.nodeid}: {marker}({name!r}) is not known")
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if "spark" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.java)
    folders = [f"tests{name}" for name in LONGEST]
    items.sort(key=lambda item: (*folders, _folder(item.nodeid)).index(_folder(item.nodeid)))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in ("needs", "needs_data"):
        for mark in item.iter_markers(marker):
            for name in mark.args:
                need(name)


@pytest.fixture(scope="session")
def shared_data() -> Callable[[str], Path]:
    """`shared_data("cdnow")` is the path of ../shared/data/cdnow; skips when it is absent."""

    def path_of(name: str) -> Path:
        if name not in DATA_SETS:
            raise ValueError(f"no shared data set is called {name!r}; there are {DATA_SETS}")
        need(name)
        return SHARED / name

    return path_of


@pytest.fixture(scope="session")
def case_study(shared_data: Callable[[str], Path]) -> Path:
    """The folder of the public Retail Case Study."""
    return shared_data("case_study")


# ---- engines ----


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """One local Spark for the session; `SparkSession.builder.getOrCreate()` returns it."""
    need("java")
    need("pyspark")
    from pyspark.sql import SparkSession

    folder = tmp_path_factory.mktemp("spark")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    session = (
        SparkSession.builder.master("local[2]")
        .appName("retail-tests")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.local.dir", str(folder / "local"))
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.default.parallelism", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """The name of each engine in turn; for `pyspark` the session is up by then."""
    need(request.param)
    if request.param == "pyspark":
        request.getfixturevalue("spark")
    return request.param


# ---- a browser page that is watched ----

CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`CSP violation: ${event.violatedDirective} blocked ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """What went wrong in the pages of one test; one that provokes something empties that list."""

    console: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Fail with everything that was seen; a CSP violation is a console error too."""
        seen = [
            *(f"console {line}" for line in self.console),
            *(f"uncaught {line}" for line in self.page_errors),
            *(f"request to {url}" for url in self.foreign_requests),
        ]
        if seen:
            pytest.fail("the page was not quiet:\n  " + "\n  ".join(seen), pytrace=False)


def _is_foreign(url: str) -> bool:
    parts = urlsplit(url)
    own = parts.scheme in ("file", "data", "blob", "about")
    return not own and parts.hostname not in ("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Chromium, headless, once for the session (playwright's own download is never used)."""
    need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=_chromium(), args=CHROMIUM_ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def watch() -> Watch:
    """The record that `page` and `new_page` keep."""
    return Watch()


@pytest.fixture
def new_page(browser, watch: Watch) -> Iterator[Callable[..., object]]:
    """`new_page(color_scheme="dark", viewport={"width": 360, "height": 780})`: any context option.

    At the end the test fails if any page logged a warning or an error, threw, broke its
    Content-Security-Policy or asked another host for anything.
    """
    contexts = []

    def open_page(**options: object) -> object:
        options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(30_000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on(
            "console",
            lambda message: (
                message.type in ("error", "warning")
                and watch.console.append(f"{message.type}: {message.text}")
            ),
        )
        context.on("weberror", lambda problem: watch.page_errors.append(str(problem.error)))
        context.on(
            "request",
            lambda request: _is_foreign(request.url) and watch.foreign_requests.append(request.url),
        )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    watch.check()


@pytest.fixture
def page(new_page: Callable[..., object]) -> object:
    """One page of usual size, watched."""
    return new_page()
