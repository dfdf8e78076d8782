"""Who may be recognised in the site: pseudonyms and the key that makes them.

A pseudonym is a keyed hash (BLAKE2b, RFC 7693) of the customer id: the same customer keeps it from
night to night, and without the key it can't be traced back, not even by trying every id.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

import pandas as pd

from retail.errors import ConfigError
from retail.schema import TABLES

KEY_FILE = "pseudonym.key"


def key(work: Path, variable: str) -> bytes:
    """The pseudonym key: the environment's `variable`, else the working folder's key file.

    The file is made once, readable by its owner only. On a machine that forgets its disk (CI is
    set) no key is made up, since every run would rename all customers: ConfigError.
    """
    stated = os.environ.get(variable)
    if stated:
        return hashlib.blake2b(stated.encode()).digest()
    path = work / KEY_FILE
    if not path.exists():
        if os.environ.get("CI"):
            raise ConfigError(
                f"no pseudonym key: this machine forgets its disk (CI is set), so a new key would rename "
                f"every customer in every run. Put a long random text into the secret {variable}."
            )
        work.mkdir(parents=True, exist_ok=True)
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32) + "\n")
    return hashlib.blake2b(path.read_text(encoding="ascii").strip().encode()).digest()


def pseudonyms(ids: Iterable[str], key: bytes) -> dict[str, str]:
    """For each distinct id, 13 letters and digits (65 bits, so that a million customers don't clash)."""
    names = {customer: _pseudonym(customer, key) for customer in set(ids)}
    if len(set(names.values())) != len(
        names
    ):  # expected once in 10**7 runs with a million customers
        raise ConfigError("two customers got the same pseudonym: choose another key")
    return names


def _pseudonym(customer: str, key: bytes) -> str:
    digest = hashlib.blake2b(customer.encode(), key=key, digest_size=9).digest()
    return base64.b32encode(digest).decode().lower()[:13]


def publishable(
    tables: Mapping[str, pd.DataFrame], level: str, key: bytes | None
) -> dict[str, pd.DataFrame]:
    """Tables by name as they may leave the working folder at a privacy `level`.

    raw: ids as they are. internal: ids replaced by pseudonyms. Both: no other personal column
    (a birth date becomes an age band before it gets here).
    """
    names: dict[str, str] = {}
    if level == "internal":
        if key is None:
            raise ValueError("pseudonyms need a key")
        ids = [frame["customer_id"].dropna() for frame in tables.values() if "customer_id" in frame]
        names = pseudonyms(pd.concat(ids).unique() if ids else (), key)
    return {name: _impersonal(frame, name, names) for name, frame in tables.items()}


def _impersonal(frame: pd.DataFrame, table: str, names: Mapping[str, str]) -> pd.DataFrame:
    personal = {c.name for c in TABLES[table].columns if c.personal} - {"customer_id"}
    kept = frame.drop(columns=[c for c in frame.columns if c in personal])
    if names and "customer_id" in kept:
        kept = kept.assign(customer_id=kept["customer_id"].map(names))
    return kept
