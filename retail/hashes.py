"""Keyed hashes (BLAKE2b, RFC 7693) of many texts at once, as bytes that numpy can work on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from hashlib import blake2b

BLOCK = 100_000  # texts worked on at a time, to bound memory


def digests(texts: pd.Series, start: blake2b) -> np.ndarray:
    """Texts x bytes: what `start`, a hash with its key and size, becomes with each text."""
    parts = [np.empty((0, start.digest_size), "uint8")]
    for first in range(0, len(texts), BLOCK):
        found = []
        for text in texts.iloc[first : first + BLOCK].tolist():
            one = start.copy()  # quicker than to begin anew, which hashes the key again
            one.update(text.encode(errors="surrogatepass"))
            found.append(one.digest())
        parts.append(np.frombuffer(b"".join(found), "uint8").reshape(-1, start.digest_size))
    return np.concatenate(parts)
