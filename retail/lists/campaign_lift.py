"""Campaigns: who is held out, what a test can find, and what the campaign has changed.

Customers are held out by a hash of their id, the same on every machine. The lift is that of the listed
against the held out, by intention to treat: everyone counts in the group that the list put them in,
whether or not they were reached. So the groups differ by chance and by the campaign only.

Who buys is a share, and has the intervals of shares. Net revenue is not: a few customers bring much of
it, and an interval of a normal distribution then finds too much. Its interval is that of the draw
itself: what the difference would have been, had others been held out.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from retail import frames
from retail.locale import PLAIN
from retail.privacy.pseudonyms import digests

ALPHA_Z = 1.959963984540054  # two-sided 5 %
POWER_Z = 0.8416212335729143  # 80 %
FEWEST = 5  # buyers and non-buyers expected in either group, for the normal approximation
REASSIGNMENTS, SEED = 999, 20  # draws of who might have been held out, and their lot
LEAST = 50  # customers in either group for an interval of net revenue
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

    None where no rise could be found: no one on either side, too few of the held out to expect
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


@dataclass(frozen=True)
class Group:
    """Customers of one group, who of them bought, and their net revenue (smallest unit)."""

    customers: int
    bought: int
    mean: float

    @property
    def share(self) -> float:
        """Who bought, of all."""
        return self.bought / self.customers

    @property
    def interval(self) -> tuple[float, float]:
        """95 % around the share (Wilson 1927)."""
        z2, n = ALPHA_Z**2, self.customers
        centre = self.bought + z2 / 2
        half = ALPHA_Z * math.sqrt(self.bought * (n - self.bought) / n + z2 / 4)
        return max((centre - half) / (n + z2), 0.0), min((centre + half) / (n + z2), 1.0)


@dataclass(frozen=True)
class Worth:
    """Net revenue per customer of the treated less that of the held out (smallest unit).

    interval (95 %) and p_value (two-sided) are None where a group has fewer than LEAST customers.
    """

    estimate: float
    interval: tuple[float, float] | None
    p_value: float | None

    def verdict(self, money: Callable[[float], str]) -> str:
        """One sentence; `money` writes an amount of the smallest unit."""
        found = f"Net revenue per customer differs by {money(self.estimate)}"
        if self.interval is None or self.p_value is None:
            return (
                f"{found}. That has no interval: each group needs {LEAST} customers, since a few "
                "large orders decide the difference of fewer."
            )
        low, high = self.interval
        found += (
            f" (95 % interval {money(low)} to {money(high)}, p = {self.p_value:.3f}, "
            f"by {REASSIGNMENTS} draws of who might have been held out)"
        )
        if low <= 0 <= high:
            return f"{found}. It can't be told from chance."
        return f"{found}: the treated bring {'more' if low > 0 else 'less'} than the held out."


@dataclass(frozen=True)
class CampaignLift:
    """Two groups and how they differ."""

    treated: Group
    held: Group
    uplift: tuple[float, float, float]  # of the share: estimate, 95 % low, high
    worth: Worth
    p_value: float  # of the shares

    @property
    def verdict(self) -> str:
        """One sentence."""
        estimate, low, high = (100 * value for value in self.uplift)
        found = (
            f"{PLAIN.percentage(self.treated.share, 1)} of the treated have bought and "
            f"{PLAIN.percentage(self.held.share, 1)} of the held out: a difference of "
            f"{estimate:+.1f} percentage points (95 % interval {low:+.1f} to {high:+.1f}, p = {self.p_value:.3f})"
        )
        if low <= 0 <= high:
            return (
                f"{found}. It can't be told from chance: the campaign is not shown to do anything."
            )
        return (
            f"{found}: {'more' if estimate > 0 else 'fewer'} buy with the campaign than without it."
        )


def measure_lift(
    members: pd.DataFrame, history: Iterable[tuple[pd.DataFrame, pd.DataFrame]], since: int
) -> CampaignLift:
    """The comparison since a day (included), to the end of the data.

    members: customer_id and held_out, one row per customer; history: PURCHASES and RETURN_LINES,
    in parts of some customers each. Net revenue is that of purchases since, less all that came back
    since. Raises ValueError when a group has fewer than two customers.
    """
    bought = np.zeros(len(members), dtype=bool)
    net = np.zeros(len(members), dtype="int64")
    for purchases, return_lines in history:
        at = _added(net, members, purchases[purchases["day"] >= since], "gross")
        bought[at] = True
        _added(net, members, return_lines[return_lines["day"] >= since], "amount")
    held = members["held_out"].to_numpy("bool")
    if min(int(held.sum()), int((~held).sum())) < 2:
        raise ValueError("a comparison needs two customers in each group")
    one, other = (
        Group(int(at.sum()), int(bought[at].sum()), float(net[at].mean())) for at in (~held, held)
    )
    in_order = members["customer_id"].argsort(kind="stable").to_numpy()
    worth = net_difference(net[in_order], held[in_order])
    return CampaignLift(one, other, _uplift(one, other), worth, _p_value(one, other))


def _added(net: np.ndarray, members: pd.DataFrame, later: pd.DataFrame, money: str) -> np.ndarray:
    """Add the money of each row to its customer's entry of `net`; returns the positions of these
    customers."""
    at = frames.position_among(later["customer_id"], members["customer_id"])
    np.add.at(net, at[at >= 0], later[money].to_numpy("int64")[at >= 0])
    return at[at >= 0]


def _uplift(one: Group, other: Group) -> tuple[float, float, float]:
    """Difference of two shares with the interval of Newcombe (1998, method 10)."""
    estimate = one.share - other.share
    (low1, high1), (low2, high2) = one.interval, other.interval
    below = math.hypot(one.share - low1, high2 - other.share)
    above = math.hypot(high1 - one.share, other.share - low2)
    return estimate, estimate - below, estimate + above


def net_difference(net: np.ndarray, held: np.ndarray) -> Worth:
    """The difference of two means, with the interval of a randomisation test.

    net: whole numbers, one per customer; held: whether each is held out. The test asks whether every
    customer would have brought the same, but for a constant, in the other group; the interval has
    all constants that it does not reject at 2.5 % a side (Ernst 2004, Statistical Science 19). It
    assumes nothing of how net revenue is distributed.
    """
    few, everyone = int(held.sum()), len(net)
    rest = everyone - few
    total, theirs = int(net.sum()), int(net[held].sum())
    estimate = (total - theirs) / rest - theirs / few
    if min(few, rest) < LEAST:
        return Worth(estimate, None, None)
    drawn, treated = _redrawn(net, held)
    others = (total - drawn) / rest - drawn / few
    # Of those now treated, less of those now held out, the share who were treated.
    kept = (rest - treated) / rest - treated / few
    # A draw reaches what is seen, if the constant is at least this.
    bounds = np.sort((estimate - others) / (1 - kept))
    at = round(0.025 * (REASSIGNMENTS + 1)) - 1
    higher, lower = int((drawn <= theirs).sum()), int((drawn >= theirs).sum())
    p_value = min(2 * (1 + min(higher, lower)) / (REASSIGNMENTS + 1), 1.0)
    return Worth(estimate, (float(bounds[at]), float(bounds[-1 - at])), p_value)


def _redrawn(net: np.ndarray, held: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each draw of as many held out: their net revenue, and how many of them were treated."""
    lots = np.random.default_rng(SEED)
    found = np.empty((REASSIGNMENTS, 2), dtype="int64")
    for draw in found:
        at = lots.choice(len(net), int(held.sum()), replace=False, shuffle=False)
        draw[:] = net[at].sum(), (~held[at]).sum()
    return found[:, 0], found[:, 1]


def _p_value(one: Group, other: Group) -> float:
    """Two-sided, of the pooled z-test that both groups buy alike; 1 when all or none buy."""
    everyone = one.customers + other.customers
    share = (one.bought + other.bought) / everyone
    if share in (0, 1):
        return 1.0
    error = math.sqrt(share * (1 - share) * (1 / one.customers + 1 / other.customers))
    return math.erfc(abs(one.share - other.share) / error / math.sqrt(2))
