"""Expected purchases by the BG/NBD model (Fader, Hardie and Lee 2005), as a yardstick for what scores rank by.

Customers buy at rates of their own (gamma) and after each purchase may leave for ever (beta). Fitted by maximum
likelihood on (x, t_x, T): repeat purchases, the time of the last, the time observed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import betaln, gammaln, hyp2f1

STARTS = ((0.0, 0.0, 0.0, 0.0), (-1.0, 1.5, -0.2, 0.9))  # logs of r, alpha, a, b
BOUND = 8.0  # of a log, beyond which a parameter says nothing


@dataclass(frozen=True)
class Fit:
    """The parameters and the log likelihood."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


def fit(x: np.ndarray, t_x: np.ndarray, observed: np.ndarray) -> Fit:
    """Parameters from repeat purchases, time of the last and time observed, an array each."""
    tries = [
        minimize(
            lambda logs: -float(_log_likelihood(np.exp(logs), x, t_x, observed).sum()),
            start,
            method="L-BFGS-B",
            bounds=[(-BOUND, BOUND)] * 4,
            options={"maxiter": 2_000, "ftol": 1e-13, "gtol": 1e-8},
        )
        for start in STARTS
    ]
    best = min(tries, key=lambda one: float(one.fun))
    return Fit(*(float(one) for one in np.exp(best.x)), -float(best.fun))


def _log_likelihood(
    parameters: np.ndarray, x: np.ndarray, t_x: np.ndarray, observed: np.ndarray
) -> np.ndarray:
    r, alpha, a, b = parameters
    usual = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    stays = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + observed)
    left = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return usual + np.where(x > 0, np.logaddexp(stays, left), stays)


def expected(
    found: Fit, x: np.ndarray, t_x: np.ndarray, observed: np.ndarray, ahead: float
) -> np.ndarray:
    """Purchases expected of each customer in the time `ahead`."""
    r, alpha, a, b = found.r, found.alpha, found.a, found.b
    z = ahead / (alpha + observed + ahead)
    part = ((alpha + observed) / (alpha + observed + ahead)) ** (r + x)
    bought = (a + b + x - 1) / (a - 1) * (1 - part * hyp2f1(r + x, b + x, a + b + x - 1, z))
    ratio = ((alpha + observed) / (alpha + t_x)) ** (r + x) * a / (b + np.maximum(x, 1) - 1)
    return bought / (1 + np.where(x > 0, ratio, 0.0))
