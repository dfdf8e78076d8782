"""Sentences of the backtest that claim that something differs, counted on simulated retailers."""

from __future__ import annotations

from retailers import retailer

from retail.segments import backtest
from retail.segments.naming_conventions import DEFAULT

CLAIMS = ("Segments predict", "The higher the")
OF_SEGMENT = ("more than", "fewer than")


def looked_back(seed: int, do_habits_differ: bool) -> backtest.Backtest:
    """The backtest of a whole shop."""
    shop = retailer(seed, do_habits_differ=do_habits_differ)
    return backtest.analyse(
        [(shop.purchases, shop.returns)],
        through=int(shop.purchases["day"].max()),
        days=90,
        cuts={},
        convention=DEFAULT,
    )


def claims(found: backtest.Backtest) -> int:
    """Sentences that say that something differs, of all segments and of each."""
    assert found.tables, found.sentences
    verdicts = found.tables["backtest"]["verdict"]
    of_all = sum(claim in found.sentences[0] for claim in CLAIMS)
    return of_all + sum(any(f", {claim} " in said for claim in OF_SEGMENT) for said in verdicts)
