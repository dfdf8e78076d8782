"""Pseudonyms and the key that makes them.

A pseudonym is a keyed hash (BLAKE2b, RFC 7693) of the customer id: the same customer keeps it from
run to run, and without the key it can't be traced back, not even by trying every id.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from retail import frames, storage
from retail.errors import ConfigError

KEY_FILE = "pseudonym.key"
KEY_MARK = "pseudonym.mark"  # of the key that was used last
SHORTEST = 16  # characters of a key
SIZE, LENGTH = 9, 13  # bytes of a hash, and characters of a pseudonym
BLOCK = 100_000  # texts hashed at a time, to bound memory
LETTERS = np.frombuffer(b"abcdefghijklmnopqrstuvwxyz234567", "uint8")  # of base 32 (RFC 4648)


def key(work: Path, variable: str, say: Callable[[str], None] = lambda message: None) -> bytes:
    """The pseudonym key: the environment's `variable`, else the working folder's key file.

    The file is made once, readable by its owner only, and `say` gets a message. `say` gets one, too,
    when the key is not that of the last run in this working folder. Raises ConfigError when the key
    is shorter than SHORTEST or no text, and on a machine that forgets its disk (CI is set) when
    there is none: a key made up there would rename all customers in every run.
    """
    stated = os.environ.get(variable)
    path = work / KEY_FILE
    if not stated and not path.exists():
        _refuse_to_forget(variable)
        _write_line(path, secrets.token_hex(32))
        say(
            f"made a pseudonym key: {path}. Keep it with the working folder, or put a long random "
            f"text into {variable}: under another key every customer has another pseudonym."
        )
    text = (
        _usable(os.fsencode(stated), variable) if stated else _usable(path.read_bytes(), str(path))
    )
    made = hashlib.blake2b(text).digest()
    _compare(made, work / KEY_MARK, say)
    return made


def _usable(stated: bytes, place: str) -> bytes:
    """The key without the blanks around it; ConfigError when it is no text, or one that can be guessed."""
    text = stated.strip()
    try:
        length = len(text.decode())
    except UnicodeDecodeError:
        problem = "is no text (UTF-8)"
    else:
        if length >= SHORTEST:
            return text
        problem = (
            f"has {length} characters, and at least {SHORTEST} are needed" if text else "is empty"
        )
    raise ConfigError(
        f"the pseudonym key in {place} {problem}. Put back the key of the last run, so that every "
        f"customer keeps their pseudonym. If it is lost, put a long random text there (or, where it is "
        "a file, delete it: the next run makes one), and every customer gets a new pseudonym."
    )


def _refuse_to_forget(variable: str) -> None:
    if os.environ.get("CI"):
        raise ConfigError(
            f"no pseudonym key: this machine forgets its disk (CI is set), so a new key would rename "
            f"every customer in every run. Put a long random text into the secret {variable}, or set "
            '[privacy] level to "public", which needs no key.'
        )


def _write_line(path: Path, text: str) -> None:
    """Write a file of one line, readable by its owner only."""
    storage.write(path, f"{text}\n".encode("ascii"), is_private=True)


def _compare(made: bytes, mark: Path, say: Callable[[str], None]) -> None:
    """Report a key that differs from the last run's. The folder keeps a hash of it, not the key."""
    now = hashlib.blake2b(made, digest_size=16, person=b"mark").hexdigest()
    before = mark.read_text("ascii", "replace").strip() if mark.exists() else now
    if before != now:
        say("the pseudonym key is not the last run's: every customer has a new pseudonym")
    if before != now or not mark.exists():
        _write_line(mark, now)


class Pseudonyms:
    """The pseudonyms under a key: 13 letters and digits (65 bits, so that a million customers don't
    clash). Those of `everyone`, the customers of the run, are made once."""

    def __init__(self, key: bytes, everyone: pd.Series | None = None) -> None:
        self._key = key
        self._everyone = everyone
        self._names = None if everyone is None else self._made(everyone, "customer_id")

    def of(self, ids: pd.Series, kind: str = "customer_id") -> pd.Series:
        """For each id its pseudonym, missing where the id is.

        kind: the column that the ids are of; equal ids of two kinds have unlike pseudonyms. Raises
        ConfigError when two ids get the same one.
        """
        if self._everyone is None or self._names is None or kind != "customer_id":
            return self._made(ids, kind)
        if ids is self._everyone or ids.array.equals(self._everyone.array):
            return self._names.set_axis(ids.index)
        at = frames.position_among(ids, self._everyone)
        known = pd.Series(self._names.array.take(at, allow_fill=True), index=ids.index)
        is_strange = (at < 0) & ids.notna().to_numpy()
        if is_strange.any():  # not among the customers, such as in a list of rejected lines
            known[is_strange] = self._made(ids[is_strange], kind)
        return known

    def _made(self, ids: pd.Series, kind: str) -> pd.Series:
        places, distinct = pd.factorize(ids)
        # "person" separates the kinds within the hash; customers are the plain case.
        person = b"" if kind == "customer_id" else kind.encode()
        start = hashlib.blake2b(key=self._key, digest_size=SIZE, person=person)
        made = digests(pd.Series(distinct), start)
        # Expected once in 10**7 runs with a million customers.
        if _clash(made):
            raise ConfigError("two ids got the same pseudonym: choose another key")
        return pd.Series(_texts(made).take(places, allow_fill=True), index=ids.index)


def _clash(digests: np.ndarray) -> bool:
    """Whether two digests have the same 65 bits that a pseudonym uses."""
    words = np.ascontiguousarray(digests[:, :8]).view(">u8").ravel().astype("uint64")
    order = np.argsort(words, kind="stable")
    words, last = words[order], digests[order, 8] >> 7
    same = np.flatnonzero(words[1:] == words[:-1])
    # Three ids of the same 64 bits are beyond chance, but two of them share the last bit then.
    return bool((last[same] == last[same + 1]).any() or (np.diff(same) == 1).any())


def _texts(digests: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """The first LENGTH digits of each in base 32 (RFC 4648), in small letters."""
    import pyarrow as pa

    weights = np.array([16, 8, 4, 2, 1], "uint8")
    parts = []
    for start in range(0, len(digests), BLOCK):
        bits = np.unpackbits(digests[start : start + BLOCK], axis=1)[:, : 5 * LENGTH]
        parts.append(LETTERS[bits.reshape(-1, LENGTH, 5) @ weights])
    texts = np.concatenate([np.empty((0, LENGTH), "uint8"), *parts])
    starts = np.arange(len(texts) + 1, dtype="int64") * LENGTH
    buffers = [None, pa.py_buffer(starts), pa.py_buffer(np.ascontiguousarray(texts))]
    return pd.array(pa.Array.from_buffers(pa.large_string(), len(texts), buffers), dtype="str")


def digests(texts: pd.Series, start: hashlib.blake2b) -> np.ndarray:
    """Texts x bytes: the keyed hash (BLAKE2b, RFC 7693) `start` of each text."""
    parts = [np.empty((0, start.digest_size), "uint8")]
    for first in range(0, len(texts), BLOCK):
        found = []
        for text in texts.iloc[first : first + BLOCK].tolist():
            one = start.copy()  # quicker than to begin anew, which hashes the key again
            one.update(text.encode(errors="surrogatepass"))
            found.append(one.digest())
        parts.append(np.frombuffer(b"".join(found), "uint8").reshape(-1, start.digest_size))
    return np.concatenate(parts)
