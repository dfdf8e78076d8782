"""How whole numbers become amounts, and which days a run covers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Measures:
    """How whole numbers in tables become amounts: 10**scale smallest units make one."""

    money_scale: int
    quantity_scale: int
    currency: str = ""


@dataclass(frozen=True)
class Period:
    """Days since 1970-01-01. `as_of`: last valid line; `through`: last purchase; `first`: first line."""

    first: int
    through: int
    as_of: int
