"""Tables as they may leave the working folder at a privacy level.

raw: ids as they are. internal: ids replaced by pseudonyms. public: no row about one person, no group
of fewer than five (see `rules`). At every level no other personal column leaves: a birth date
becomes an age band before it gets here.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from retail.privacy import rules
from retail.privacy.examples import without_examples
from retail.privacy.people import People
from retail.privacy.pseudonyms import pseudonyms
from retail.schema import TABLES
from retail.writing import PLAIN, Writing

IDS = ("customer_id", "transaction_id")


def publishable(
    tables: Mapping[str, pd.DataFrame],
    level: str,
    key: bytes | None,
    people: People | None = None,
    form: Writing = PLAIN,
) -> dict[str, pd.DataFrame]:
    """Tables by name at a level; internal needs the key, public needs to know the people.

    Raises CheckError when there are too few customers to publish anything.
    """
    if level == "public":
        if people is None:
            raise ValueError("groups need the people behind them")
        return rules.grouped(tables, people, form)
    names: dict[str, Mapping[str, str]] = {}
    if level == "internal":
        if key is None:
            raise ValueError("pseudonyms need a key")
        names = {kind: pseudonyms(_ids(tables, kind), key, kind) for kind in IDS}
    told = without_examples(tables)
    return {name: _impersonal(frame, name, names) for name, frame in told.items()}


def _ids(tables: Mapping[str, pd.DataFrame], kind: str) -> list[str]:
    found = [frame[kind].dropna() for frame in tables.values() if kind in frame]
    return pd.concat(found).unique().tolist() if found else []


def _impersonal(
    frame: pd.DataFrame, table: str, names: Mapping[str, Mapping[str, str]]
) -> pd.DataFrame:
    personal = {c.name for c in TABLES[table].columns if c.personal} - set(IDS)
    kept = frame.drop(columns=[c for c in frame.columns if c in personal])
    return kept.assign(**{kind: kept[kind].map(names[kind]) for kind in names if kind in kept})
