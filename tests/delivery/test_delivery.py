"""The digest, sent to servers on loopback; secrets appear in no message."""

from __future__ import annotations

import json
import shutil
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from retail import delivery
from retail.config import Digest
from retail.errors import ConfigError, DeliveryError

PAGE = """<!doctype html>
<html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Shop &amp; Co: 2024-03-01</title>
<link rel="stylesheet" href="assets/retail.css">
</head><body><h1>Shop</h1><p><a href="index.html">Dashboard</a></p>
<p><img src="digest-trend.png" width="640" alt="Trend"></p></body></html>
"""
TO = Digest(mail_to=("ann@example.org", "bob@example.org"), mail_from="shop@example.org")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    (tmp_path / "digest.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "digest.txt").write_text("Shop & Co\n\nNet revenue  1.00\n", encoding="utf-8")
    (tmp_path / "digest-trend.png").write_bytes(b"\x89PNG picture")
    return tmp_path


class MailServer(socketserver.StreamRequestHandler):
    """As much SMTP as one message needs."""

    def handle(self) -> None:
        def say(text: str) -> None:
            self.wfile.write(f"{text}\r\n".encode())

        say("220 here")
        while line := self.rfile.readline():
            command = line.split()[0].upper()
            self.server.said.append(line.decode().strip())
            if command == b"DATA":
                say("354 go on")
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(b"".join(lines))
            say(self.server.answers.get(command, "250 ok"))
            if command == b"STARTTLS":
                self.request = self.server.tls.wrap_socket(self.request, server_side=True)
                self.setup()
            if command == b"QUIT":
                return

    def finish(self) -> None:
        super().finish()
        self.request.close()  # the encrypted one, which the server doesn't know of


@pytest.fixture
def mail_server() -> Iterator[socketserver.TCPServer]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), MailServer) as server:
        server.said, server.mails = [], []
        server.answers = {b"QUIT": "221 bye"}
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server: socketserver.TCPServer, user: str = "") -> dict[str, str]:
    return {"RETAIL_SMTP": f"smtp://{user}127.0.0.1:{server.server_address[1]}"}


def test_one_mail_with_text_page_and_picture(
    site: Path, mail_server: socketserver.TCPServer
) -> None:
    delivery.send(site, TO, "https://example.org/report", address(mail_server))
    (raw,) = mail_server.mails
    mail = message_from_bytes(raw, policy=policy.default)
    assert mail["Subject"] == "Shop & Co: 2024-03-01"
    assert mail["To"] == "ann@example.org, bob@example.org"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
    ]
    html, picture = list(mail.walk())[3:]
    page = html.get_content()
    assert 'href="https://example.org/report/index.html"' in page
    assert f'src="cid:{picture["Content-ID"][1:-1]}"' in page
    assert "stylesheet" not in page
    assert "Content-Security-Policy" not in page
    assert picture.get_content() == b"\x89PNG picture"


def test_without_an_address_of_the_site_links_are_text(site: Path) -> None:
    page = delivery.composed(site, TO, "").get_payload()[1].as_string()
    assert "href" not in page
    assert "Dashboard" in page


@pytest.mark.parametrize(
    "digest, secrets, part",
    [
        (TO, {}, "RETAIL_SMTP"),
        (TO, {"RETAIL_SMTP": "mail.example.org"}, "smtps://"),
        (Digest(mail_to=("ann@example.org",)), {"RETAIL_SMTP": "smtp://127.0.0.1"}, "mail_from"),
    ],
)
def test_a_mail_without_its_server_is_a_mistake_of_the_config(
    site: Path, digest: Digest, secrets: dict[str, str], part: str
) -> None:
    with pytest.raises(ConfigError, match=part):
        delivery.send(site, digest, "", secrets)


def test_a_refusal_tells_no_secret(site: Path, mail_server: socketserver.TCPServer) -> None:
    mail_server.answers |= {b"EHLO": "250 AUTH PLAIN", b"AUTH": "535 no, hunter2 is wrong"}
    with pytest.raises(DeliveryError) as refused:
        delivery.send(site, TO, "", address(mail_server, "ann:hunter2@"))
    assert "hunter2" not in str(refused.value)
    assert "site was published" in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate that this test signed itself, with its key, for 127.0.0.1."""
    if not shutil.which("openssl"):
        pytest.skip("needs openssl")
    path = tmp_path_factory.mktemp("tls") / "own.pem"
    command = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1"
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt"]
    subprocess.run(["openssl", *command.split(), *named], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.mark.parametrize("is_known", [True, False])
def test_starttls_is_used_and_a_certificate_that_nobody_vouches_for_refused(
    site: Path,
    mail_server: socketserver.TCPServer,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    is_known: bool,
) -> None:
    mail_server.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    mail_server.tls.load_cert_chain(certificate)
    mail_server.answers |= {
        b"EHLO": "250-here\r\n250-STARTTLS\r\n250 AUTH PLAIN",
        b"STARTTLS": "220 go on",
        b"AUTH": "235 welcome",
    }
    if is_known:
        monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
        delivery.send(site, TO, "", address(mail_server, "ann:s3cret@"))
        assert len(mail_server.mails) == 1
    else:
        mail_server.handle_error = lambda *_: None  # it is hung up on
        with pytest.raises(DeliveryError, match="SSLCertVerificationError"):
            delivery.send(site, TO, "", address(mail_server, "ann:s3cret@"))
        assert mail_server.mails == []
    before = mail_server.said[: mail_server.said.index("STARTTLS") + 1]
    assert [command.split()[0] for command in before] == ["ehlo", "STARTTLS"]


def test_a_password_is_not_sent_in_the_clear(
    site: Path, mail_server: socketserver.TCPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "_is_here", lambda host: False)
    mail_server.answers[b"EHLO"] = "250-here\r\n250 AUTH PLAIN"
    with pytest.raises(DeliveryError, match="offers no encryption"):
        delivery.send(site, TO, "", address(mail_server, "ann:s3cret@"))
    assert not any("AUTH" in command for command in mail_server.said)
    delivery.send(site, TO, "", address(mail_server))
    assert len(mail_server.mails) == 1


class Webhook(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.told.append(json.loads(self.rfile.read(length)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""


@pytest.mark.filterwarnings("ignore::DeprecationWarning:apprise.*")
@pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")
@pytest.mark.parametrize("status", [200, 500])
def test_a_webhook(site: Path, status: int, capfd: pytest.CaptureFixture[str]) -> None:
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        server.told, server.status = [], status
        threading.Thread(target=server.serve_forever, daemon=True).start()
        port = server.server_address[1]
        secrets = {"RETAIL_WEBHOOKS": f"json://user:hunter2@127.0.0.1:{port}/night"}
        if status == 200:
            delivery.send(site, Digest(), "", secrets)
        else:
            with pytest.raises(DeliveryError, match="RETAIL_WEBHOOKS"):
                delivery.send(site, Digest(), "", secrets)
        server.shutdown()
    assert server.told[0]["title"] == "Shop & Co"
    assert server.told[0]["message"] == "Net revenue  1.00"
    assert "hunter2" not in "".join(capfd.readouterr())
