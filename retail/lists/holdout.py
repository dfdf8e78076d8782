"""Who gets nothing, so that a campaign can be judged: by a hash, the same on every machine."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pandas as pd

from retail.privacy.pseudonyms import digests

ALPHA_Z = 1.959963984540054  # two-sided 5 %
POWER_Z = 0.8416212335729143  # 80 %
FEWEST = 5  # buyers and non-buyers expected in either group, for the normal approximation
_WHOLE = 2**64


def held_out(ids: pd.Series, campaign: str, share: float) -> np.ndarray:
    """For each id whether it is held out: its hash with the campaign's name is among the lowest
    `share` of all hashes. Another campaign holds others out; nothing else changes who is."""
    limit = round(share * _WHOLE)
    salt = hashlib.blake2b(campaign.encode(errors="surrogatepass")).digest()
    made = digests(ids, hashlib.blake2b(key=salt, digest_size=8)).view(">u8").ravel()
    return np.ones(len(made), dtype=bool) if limit >= _WHOLE else made < np.uint64(limit)


def detectable(treated: int, held: int, usual: float) -> float | None:
    """The smallest rise of a share `usual` of buyers that a two-sided test at 5 % finds in four of
    five cases (normal approximation, e.g. Fleiss, Levin and Paik 2003, chapter 4).

    None where no rise could be told: no one on either side, too few of the held out to expect
    FEWEST buyers, or more than all would have to buy.

    >>> round(detectable(900, 100, 0.2), 3)
    0.128
    """
    if not treated or not held or held * min(usual, 1 - usual) < FEWEST:
        return None
    rise = 0.0
    for _ in range(60):  # the variance depends on the rise; this settles at once
        after = min(usual + rise, 1.0)
        mean = (treated * after + held * usual) / (treated + held)
        chance = ALPHA_Z * math.sqrt(mean * (1 - mean) * (1 / treated + 1 / held))
        spread = POWER_Z * math.sqrt(after * (1 - after) / treated + usual * (1 - usual) / held)
        rise = chance + spread
    return rise if usual + rise <= 1 else None
