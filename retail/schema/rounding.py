"""The one rule by which numbers are rounded: once, from what is exact, halves away from zero.

A page, a CSV, the digest, the summary and the page's scripts (web/src/kernel/formats.js) all round by it. A
ratio stays the quotient of two whole numbers until it is written. As a float it stands for the shortest
decimal number that names it: 0.345 is the tie that it is for a reader, not the binary number just below it.
So a quotient of whole numbers below 10^13 is rounded as if it were exact.
"""

from __future__ import annotations

from fractions import Fraction

MEAN_DECIMALS = 2  # that a mean has beyond those of what it divides


def half_up(above: int, below: int) -> int:
    """The exact quotient of two whole numbers, rounded once: halves go away from zero.

    >>> half_up(5, 2), half_up(-5, 2), half_up(7, 3)
    (3, -3, 2)
    """
    size = (2 * abs(above) + below) // (2 * below)
    return -size if above < 0 else size


def rounded(value: float | Fraction, decimals: int, shift: int = 0) -> int:
    """`value` x 10**shift in units of 10**-decimals.

    >>> rounded(-12345, 2, -3), rounded(12, 2), rounded(0.345, 1, 2), rounded(Fraction(1, 8), 2)
    (-1235, 1200, 345, 13)
    """
    if isinstance(value, Fraction):
        exact = value
    else:
        exact = Fraction(repr(float(value)) if isinstance(value, float) else int(value))
    power = decimals + shift
    return half_up(exact.numerator * 10 ** max(power, 0), exact.denominator * 10 ** max(-power, 0))


def decimal(value: int, scale: int) -> str:
    """`value` in units of 10**-scale as a plain decimal number.

    >>> decimal(-1234567, 2), decimal(5, 3), decimal(1200, 0)
    ('-12345.67', '0.005', '1200')
    """
    whole, rest = divmod(abs(value), 10**scale)
    text = str(whole)
    if scale:
        text += f".{rest:0{scale}d}"
    return f"-{text}" if value < 0 else text


def written(value: float | Fraction, decimals: int, shift: int = 0) -> str:
    """`value` x 10**shift as a plain decimal number with so many decimals.

    >>> written(0.0625, 1, 2), written(-0.004, 2), written(16819.5, 2, -2)
    ('6.3', '0.00', '168.20')
    """
    return decimal(rounded(value, decimals, shift), decimals)
