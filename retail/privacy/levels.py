"""Tables as they may leave the working folder at a privacy level.

raw: ids as they are. internal: ids replaced by pseudonyms. public: no row about one person, no group
of fewer than five (see `rules`). At every level no other personal column leaves: a birth date
becomes an age band before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.locale import PLAIN, Locale
from retail.privacy import rules
from retail.privacy.examples import without_examples
from retail.privacy.people import People
from retail.privacy.pseudonyms import Pseudonyms
from retail.schema import TABLES

IDS = ("customer_id", "transaction_id")
# What only private lists and the next run are made of: a row per customer that no page reads.
PRIVATE = frozenset({"movement_customers", "next_steps"})


def publishable(
    tables: Mapping[str, pd.DataFrame],
    level: str,
    names: Pseudonyms | None,
    people: People | None = None,
    locale: Locale = PLAIN,
) -> dict[str, pd.DataFrame]:
    """Tables by name at a level; internal needs the pseudonyms, public needs to know the people.

    Raises CheckError when there are too few customers to publish anything.
    """
    if level == "public":
        if people is None:
            raise ValueError("groups need the people behind them")
        return rules.grouped(tables, people, locale)
    if level == "internal" and names is None:
        raise ValueError("level internal needs pseudonyms")
    told = without_examples(tables)
    shown = names if level == "internal" else None
    return {n: _impersonal(frame, n, shown) for n, frame in told.items() if n not in PRIVATE}


def _impersonal(frame: pd.DataFrame, table: str, names: Pseudonyms | None) -> pd.DataFrame:
    personal = {c.name for c in TABLES[table].columns if c.personal} - set(IDS)
    kept = frame.drop(columns=[c for c in frame.columns if c in personal])
    if names is None:
        return kept
    return kept.assign(**{kind: names.of(kept[kind], kind) for kind in IDS if kind in kept})
