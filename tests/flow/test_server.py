"""A night with a real Prefect server on loopback: served, scheduled, picked up, seen; deployed."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


class Server:
    """A Prefect server of its own, and how to ask it."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}/api"
        self.environment = os.environ | {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": self.url,
            "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
            "PREFECT_CLI_PROMPT": "false",
            "DO_NOT_TRACK": "1",
            "RETAIL_KEY": "key of the tests",
        }
        self.log = (home / "server.log").open("wb")
        self.process = self.start(
            "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"
        )

    def wait(self) -> None:
        """Until the server answers."""
        until(lambda: self.ask("/health") is True or self.process.poll(), "the server answers", 180)
        assert self.process.poll() is None

    def start(self, module: str, *arguments: str, **more: Any) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=self.environment | more,
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def prefect(self, *arguments: str, **more: str) -> str:
        command = [sys.executable, "-m", "prefect", *arguments]
        ended = subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except (urllib.error.URLError, TimeoutError):
            return None

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        return self.ask("/flow_runs/filter", filters) or []


def until(holds: Callable[[], Any], what: str, seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = holds()
        if found:
            return found
        time.sleep(1)
    raise AssertionError(f"not within {seconds} s: {what}")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("prefect"))
    try:
        running.wait()
        yield running
    finally:
        end(running.process)
        running.log.close()


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The bundled sample of a few customers; the path of its config."""
    for name in ("Transactions.csv", "Customer.csv", "prod_cat_info.csv", "cities.csv"):
        head, *rows = (SAMPLE / name).read_text(encoding="utf-8").splitlines(keepends=True)
        customer = {"Transactions.csv": 1, "Customer.csv": 0}.get(name)
        if customer is not None:
            rows = [row for row in rows if row.split(",")[customer].endswith(("20", "40"))]
        (tmp_path / name).write_text("".join([head, *rows]), encoding="utf-8")
    config = tmp_path / "retail.toml"
    config.write_text(
        'title = "Night"\ndefault_slices = false\n[publish]\nsmoke = "never"\n', encoding="utf-8"
    )
    return config


def test_served_on_a_schedule(server: Server, shop: Path) -> None:
    """`--serve`: a deployment with its schedule; a scheduled run is picked up and publishes."""
    serving = server.start("flows.nightly", "--config", str(shop), "--serve", "* * * * *")
    try:
        deployment = until(
            lambda: server.ask("/deployments/name/retail-report/nightly"), "a deployment", 120
        )
        (schedule,) = deployment["schedules"]
        assert schedule["schedule"]["cron"] == "* * * * *"
        assert schedule["active"]
        scheduled = {
            "deployments": {"id": {"any_": [deployment["id"]]}},
            "flow_runs": {"state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}}},
        }
        run = until(lambda: server.runs(**scheduled), "a scheduled run has ended", 400)[-1]
    finally:
        end(serving)
    assert run["state_type"] == "COMPLETED"
    assert run["auto_scheduled"]
    assert (shop.parent / "site" / "index.html").is_file()
    of_run = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    tasks = {task["name"].rsplit("-", 1)[0] for task in server.ask("/task_runs/filter", of_run)}
    assert {"Read and check the inputs", "Publish the site"} <= tasks
    artifacts = {artifact["key"] for artifact in server.ask("/artifacts/filter", of_run)}
    assert {"books", "checks", "key-figures"} <= artifacts


def test_deployed_to_a_work_pool(server: Server, shop: Path) -> None:
    """prefect.yaml: deployed, run by hand, picked up by a worker."""
    server.prefect("work-pool", "create", "retail", "--type", "process")
    server.prefect("deploy", "--all", RETAIL_HOME=str(ROOT), RETAIL_CONFIG=str(shop))
    deployment = server.ask("/deployments/name/retail-report/nightly")
    assert deployment["work_pool_name"] == "retail"
    assert deployment["schedules"][0]["schedule"]["cron"] == "0 2 * * *"
    server.prefect("deployment", "run", "retail-report/nightly")
    worker = server.start("prefect", "worker", "start", "--pool", "retail", "--run-once")
    ended = {
        "deployments": {"id": {"any_": [deployment["id"]]}},
        "flow_runs": {
            "state": {"type": {"any_": ["COMPLETED", "FAILED", "CRASHED"]}},
        },
    }
    try:
        runs = until(
            lambda: [r for r in server.runs(**ended) if not r["auto_scheduled"]],
            "the worker's run has ended",
            300,
        )
    finally:
        end(worker)
    assert runs[-1]["state_type"] == "COMPLETED"
    assert (shop.parent / "site" / "index.html").is_file()


@pytest.fixture
def asked(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """Flows of this process report to the server."""
    from prefect.settings import PREFECT_API_URL, temporary_settings

    monkeypatch.setenv("RETAIL_KEY", "key of the tests")
    with temporary_settings({PREFECT_API_URL: server.url}):
        yield server


def test_a_flaky_read_is_tried_again(
    asked: Server, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import nightly
    from retail import intake
    from retail.errors import UnsettledInputError

    monkeypatch.setattr(nightly, "RETRY_SECONDS", 0)
    tries = []
    read = intake.read

    def flaky(*arguments: Any, **named: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise UnsettledInputError("Transactions.csv changed while it was read")
        return read(*arguments, **named)

    monkeypatch.setattr(intake, "read", flaky)
    site = nightly.nightly(config=shop)
    assert (site / "index.html").is_file()
    tasks = asked.ask("/task_runs/filter", {"sort": "END_TIME_DESC", "limit": 20})
    (reading,) = [t for t in tasks if t["name"].startswith("Read") and t["run_count"] > 1]
    assert reading["run_count"] == 2
    assert reading["state_type"] == "COMPLETED"


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.told.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_failure_is_told_to_the_webhooks(
    asked: Server, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.nightly import nightly
    from retail.errors import InputError

    shutil.move(shop.parent / "Transactions.csv", shop.parent / "away.txt")
    with HTTPServer(("127.0.0.1", 0), Webhook) as webhook:
        webhook.told = []
        threading.Thread(target=webhook.serve_forever, daemon=True).start()
        monkeypatch.setenv("RETAIL_WEBHOOKS", f"json://127.0.0.1:{webhook.server_address[1]}")
        with pytest.raises(InputError):
            nightly(config=shop)
        webhook.shutdown()
    (told,) = webhook.told
    assert "Failed" in told["title"]
    assert told["message"].startswith("InputError.")
