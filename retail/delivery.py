"""Send the digest of a published site: by e-mail as HTML and text, and as text to webhooks.

Secrets come from the environment only. They are sent to the server that is written to, and nowhere
else: no message, log or page of this module names them.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from retail.errors import ConfigError, DeliveryError

if TYPE_CHECKING:
    from retail.config import Digest

SECONDS = 30
# A mail has no other files: links to stylesheets and scripts go, pictures are attached.
_LOADED = re.compile(r"<(?:link|meta http-equiv)\b[^>]*>\s*")
_PICTURE = re.compile(r'(<img src=")(digest-[a-z-]+\.png)(")')
_LINK = re.compile(r'<a href="([^":]+)">(.*?)</a>')


def send(site: Path, digest: Digest, site_url: str, secrets: Mapping[str, str]) -> None:
    """Send the digest of `site` wherever config and environment say.

    Raises ConfigError when an address lacks its server, DeliveryError when a server refuses; the
    others are tried all the same.
    """
    failures = []
    ways = [(mail, bool(digest.mail_to)), (webhooks, bool(secrets.get(digest.webhooks_env)))]
    for way, is_wanted in ways:
        if is_wanted:
            try:
                way(site, digest, site_url, secrets)
            except DeliveryError as problem:
                failures.append(str(problem))
    if failures:
        raise DeliveryError(
            "The site was published, but its digest couldn't be sent: " + "; ".join(failures)
        )


def mail(site: Path, digest: Digest, site_url: str, secrets: Mapping[str, str]) -> None:
    """One e-mail to all of `mail_to`, by the server in the variable `smtp_env`."""
    address = secrets.get(digest.smtp_env, "")
    server = urlsplit(address)
    if server.scheme not in ("smtp", "smtps") or not server.hostname:
        raise ConfigError(
            f"[digest] mail_to is set, but the environment variable {digest.smtp_env} holds no mail "
            "server. Set it to smtps://user:password@host (or smtp://host inside your network)."
        )
    if not digest.mail_from:
        raise ConfigError("[digest] mail_to is set: set mail_from, its sender, too.")
    message = composed(site, digest, site_url)
    try:
        with _connected(server.scheme, server.hostname, server.port) as session:
            if server.username:
                if not isinstance(session.sock, ssl.SSLSocket) and not _is_here(server.hostname):
                    raise DeliveryError(
                        f"the mail server {server.hostname} offers no encryption, so it was not sent the "
                        f"password in the variable {digest.smtp_env}; use smtps:// or another port"
                    )
                session.login(unquote(server.username), unquote(server.password or ""))
            session.send_message(message)
    except (OSError, smtplib.SMTPException) as problem:
        # The class, not the text: a server may repeat what was sent.
        raise DeliveryError(
            f"the mail server {server.hostname} refused or could not be reached "
            f"({type(problem).__name__}); see the variable {digest.smtp_env}"
        ) from None


def _is_here(host: str) -> bool:
    """Whether it is this machine, to which nothing travels."""
    return host in ("localhost", "127.0.0.1", "::1")


def _connected(scheme: str, host: str, port: int | None) -> smtplib.SMTP:
    """A session, encrypted where the address or the server says so."""
    context = ssl.create_default_context()
    if scheme == "smtps":
        return smtplib.SMTP_SSL(host, port or 465, timeout=SECONDS, context=context)
    session = smtplib.SMTP(host, port or 25, timeout=SECONDS)
    session.ehlo()
    if session.has_extn("starttls"):
        session.starttls(context=context)
        session.ehlo()
    return session


def composed(site: Path, digest: Digest, site_url: str) -> EmailMessage:
    """The e-mail: text, and the same as HTML with its pictures inside."""
    page = (site / "digest.html").read_text(encoding="utf-8")
    title = re.search(r"<title>(.*?)</title>", page, re.DOTALL)
    message = EmailMessage()
    message["Subject"] = _plain(title.group(1)) if title else "Retail Report"
    message["From"] = digest.mail_from
    message["To"] = ", ".join(digest.mail_to)
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain="retail-report.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content((site / "digest.txt").read_text(encoding="utf-8"))
    names = {
        name: make_msgid(domain="retail-report.invalid") for _, name, _ in _PICTURE.findall(page)
    }
    message.add_alternative(_for_mail(page, names, site_url), subtype="html")
    html = message.get_payload()[1]  # type: ignore[index, union-attr]
    for name, content_id in names.items():
        html.add_related((site / name).read_bytes(), "image", "png", cid=content_id)  # type: ignore[union-attr]
    return message


def _for_mail(page: str, pictures: Mapping[str, str], site_url: str) -> str:
    """The page for mail: without stylesheets and scripts, its links absolute, or plain text
    without a site_url."""
    root = site_url.rstrip("/") + "/" if site_url else ""
    page = _LOADED.sub("", page)
    page = _PICTURE.sub(lambda m: f"{m[1]}cid:{pictures[m[2]][1:-1]}{m[3]}", page)
    return _LINK.sub(lambda m: f'<a href="{root}{m[1]}">{m[2]}</a>' if root else m[2], page)


def _plain(markup: str) -> str:
    from html import unescape

    return " ".join(unescape(markup).split())


def webhooks(site: Path, digest: Digest, site_url: str, secrets: Mapping[str, str]) -> None:
    """The digest as text to every Apprise URL in the variable `webhooks_env`."""
    title, _, body = (site / "digest.txt").read_text(encoding="utf-8").partition("\n")
    call(title.strip(), body.strip(), digest, secrets)


def call(title: str, body: str, digest: Digest, secrets: Mapping[str, str]) -> None:
    """A message to every Apprise URL in the variable `webhooks_env`; DeliveryError when refused."""
    import logging

    import apprise

    logging.getLogger("apprise").disabled = True  # what it says may hold an address
    caller = apprise.Apprise()
    accepted = [caller.add(address) for address in secrets[digest.webhooks_env].split()]
    if not all(accepted):
        raise DeliveryError(f"the variable {digest.webhooks_env} holds what is no Apprise URL")
    if not caller.notify(title=title, body=body):
        raise DeliveryError(f"a webhook of {digest.webhooks_env} refused or could not be reached")
