"""Pseudonyms and the key that makes them.

A pseudonym is a keyed hash (BLAKE2b, RFC 7693) of the customer id: the same customer keeps it from
night to night, and without the key it can't be traced back, not even by trying every id.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

from retail.errors import ConfigError

KEY_FILE = "pseudonym.key"
KEY_MARK = "pseudonym.mark"  # of the key that was used last


def key(work: Path, variable: str, say: Callable[[str], None] = lambda message: None) -> bytes:
    """The pseudonym key: the environment's `variable`, else the working folder's key file.

    The file is made once, readable by its owner only, and `say` is told. On a machine that forgets
    its disk (CI is set) no key is made up, since every run would rename all customers: ConfigError.
    `say` is told, too, when the key is not that of the last run in this working folder.
    """
    stated = os.environ.get(variable)
    path = work / KEY_FILE
    if not stated and not path.exists():
        _refuse_to_forget(variable)
        _make(path, secrets.token_hex(32))
        say(
            f"made a pseudonym key: {path}. Keep it with the working folder, or put a long random "
            f"text into {variable}: under another key every customer has another pseudonym."
        )
    found = stated or path.read_text(encoding="ascii").strip()
    made = hashlib.blake2b(found.encode()).digest()
    _compare(made, work / KEY_MARK, say)
    return made


def _refuse_to_forget(variable: str) -> None:
    if os.environ.get("CI"):
        raise ConfigError(
            f"no pseudonym key: this machine forgets its disk (CI is set), so a new key would rename "
            f"every customer in every run. Put a long random text into the secret {variable}, or set "
            '[privacy] level to "public", which needs no key.'
        )


def _make(path: Path, text: str) -> None:
    """A file of one line, readable by its owner only; it must not be there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(made, "w", encoding="ascii") as file:
        file.write(text + "\n")


def _compare(made: bytes, mark: Path, say: Callable[[str], None]) -> None:
    """Tell when the key is new to this working folder; the mark does not give the key away."""
    now = hashlib.blake2b(made, digest_size=16, person=b"mark").hexdigest()
    before = mark.read_text(encoding="ascii").strip() if mark.exists() else now
    if before != now:
        say("the pseudonym key is not the last run's: every customer has a new pseudonym")
    if before != now or not mark.exists():
        mark.unlink(missing_ok=True)
        _make(mark, now)


def pseudonyms(ids: Iterable[str], key: bytes, kind: str = "customer_id") -> dict[str, str]:
    """For each distinct id, 13 letters and digits (65 bits, so that a million customers don't clash).

    kind: the column that the ids are of; equal ids of two kinds have unlike pseudonyms.
    """
    names = {stated: _pseudonym(stated, key, kind) for stated in set(ids)}
    # Expected once in 10**7 runs with a million customers.
    if len(set(names.values())) != len(names):
        raise ConfigError("two ids got the same pseudonym: choose another key")
    return names


def _pseudonym(stated: str, key: bytes, kind: str) -> str:
    # "person" separates the kinds within the hash; customers are the plain case.
    person = b"" if kind == "customer_id" else kind.encode()
    digest = hashlib.blake2b(
        stated.encode(errors="surrogatepass"), key=key, digest_size=9, person=person
    ).digest()
    return base64.b32encode(digest).decode().lower()[:13]
