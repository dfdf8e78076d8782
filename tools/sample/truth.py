"""What is planted in the sample: every number that a test may try to recover from its CSVs.

Nothing is computed here. Shares are of 1, prices are whole money before tax. The shop and its
customers are invented; the shape of the files and their dirt follow the public Retail Case Study.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 2022
"""One of many that do: with each, chance alone moves a year's growth by about 3 points."""

# --- when -----------------------------------------------------------------------------------------

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)

MONTH_INDEX = (0.85, 0.86, 0.95, 1.0, 1.04, 0.95, 0.74, 0.74, 1.0, 1.04, 1.2, 1.63)
"""January to December: purchases a day against the year's average. December peak, summer dip."""

WEEKDAY_INDEX = (0.78, 0.80, 0.88, 0.96, 1.24, 1.52, 0.82)
"""Monday to Sunday: purchases a day against the week's average. Saturday is the strongest."""

YEARLY_GROWTH = 0.08
"""Rise a year in new customers, as a share of the first day's; sales follow within a year."""

# --- who ------------------------------------------------------------------------------------------

CUSTOMER_IDS = (260_000, 280_000)
"""Customer ids are drawn from this range."""

NEW_CUSTOMERS_A_DAY = 1.83
"""First purchases a day at the start, without the season."""

LAUNCH_SURGE, LAUNCH_DAYS = 0.40, 420
"""The customer card begins with the file. At first this share of sign-ups comes on top, from people
who have long been customers; it fades to nothing over so many days."""

PROSPECTS = 230
"""Customers who left their details and never bought."""

GAP_DAYS = (55, 150)
"""Mean days between two purchases of an active customer: from the keenest to the laziest."""

REGULARS = 0.22
"""Share of customers who stay for long."""

REGULAR_LIFE_DAYS = (400, 800)
PASSING_LIFE_DAYS = (40, 250)
"""How long a customer stays active after the first purchase. Recency can see who has left."""

COMEBACKS_A_DAY = 1 / 5000
"""Purchases a day of a customer who has gone: a few come back, some after more than a year."""


@dataclass(frozen=True)
class Group:
    """Customers of one taste: nearly all they buy is from their two `blocks` of subcategories.

    `ages` are the youngest and oldest on the last day, `female` is the share of women.
    """

    name: str
    share: float
    blocks: tuple[str, str]
    ages: tuple[int, int]
    female: float


GROUPS = (
    Group("family and screens", 0.38, ("family", "screens"), (20, 64), 0.47),
    Group("style and home", 0.28, ("style", "home"), (28, 75), 0.58),
    Group("family and home", 0.20, ("family", "home"), (24, 72), 0.56),
    Group("style and screens", 0.14, ("style", "screens"), (18, 52), 0.43),
)
"""Two choices, family or style and screens or home, so that the groups lie on the corners of a
square and two components show them. How much a customer buys does not depend on the group."""

OPPOSITE = {"family": "style", "style": "family", "screens": "home", "home": "screens"}
"""The two choices: each block and the one it is chosen over."""

CROSS_PURCHASES = 0.025
"""Share of lines from the opposite block: a present, an odd item."""

# --- what -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Product:
    """A subcategory; codes are unique only as a pair. `weight` is its popularity in its block."""

    category_code: int
    category: str
    code: int
    name: str
    block: str
    weight: int
    prices: tuple[int, ...]


PRODUCTS = (
    Product(1, "Clothing", 1, "Women", "style", 5, (20, 30, 40, 55, 70)),
    Product(1, "Clothing", 2, "Men", "style", 4, (20, 30, 40, 55, 70)),
    Product(1, "Clothing", 5, "Kids", "family", 5, (10, 15, 20, 30)),
    Product(2, "Shoes", 2, "Women", "style", 4, (30, 45, 60, 80)),
    Product(2, "Shoes", 1, "Men", "style", 4, (35, 45, 65, 80)),
    Product(2, "Shoes", 3, "Kids", "family", 5, (20, 25, 35, 40)),
    Product(3, "Bags", 4, "Women", "style", 4, (35, 50, 75, 95)),
    Product(3, "Bags", 1, "Men", "style", 3, (35, 50, 70, 90)),
    Product(3, "Bags", 6, "Kids", "family", 4, (15, 20, 30)),
    Product(4, "Electronics", 7, "Phones", "screens", 4, (90, 120, 160, 210)),
    Product(4, "Electronics", 8, "Computers", "screens", 3, (180, 240, 320)),
    Product(4, "Electronics", 9, "Cameras", "screens", 3, (75, 110, 160, 220)),
    Product(4, "Electronics", 10, "Audio", "screens", 5, (25, 40, 60, 95)),
    Product(4, "Electronics", 11, "Gaming", "screens", 5, (20, 35, 45, 60)),
    Product(5, "Books", 3, "Fiction", "home", 4, (10, 15, 20)),
    Product(5, "Books", 8, "Non-fiction", "home", 4, (15, 20, 25, 35)),
    Product(5, "Books", 5, "Children", "family", 5, (5, 10, 15)),
    Product(5, "Books", 9, "Comics", "family", 4, (5, 10, 15)),
    Product(6, "Home", 2, "Furniture", "home", 3, (60, 90, 140, 190)),
    Product(6, "Home", 10, "Kitchen", "home", 5, (15, 25, 40, 65)),
    Product(6, "Home", 11, "Bath", "home", 4, (10, 15, 25, 40)),
    Product(6, "Home", 12, "Tools", "screens", 4, (15, 30, 45, 80)),
    Product(6, "Home", 7, "Garden", "home", 4, (15, 20, 35, 60)),
)

FIRST_BASKET = {5: 3, 6: 1}
LATER_BASKET = {1: 10, 2: 1}
"""Lines of a customer's first purchase and of each later one, with how often. The first basket is
large so that even those who came once have shown their taste."""

UNITS = {1: 84, 2: 12, 3: 3, 4: 1}
"""Units of a line, with how often."""

TAX_PERCENT = 10

# --- where ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Channel:
    """A way to sell: its share of purchases moves evenly from the first day to the last.

    `return_rate` is per line; whole purchases that come back are on top (`WHOLE_RETURNS`).
    """

    name: str
    first_share: float
    last_share: float
    return_rate: float


CHANNELS = (
    Channel("Web", 0.40, 0.40, 0.040),
    Channel("Store", 0.28, 0.25, 0.035),
    Channel("App", 0.17, 0.31, 0.040),
    Channel("Phone", 0.15, 0.04, 0.130),
)

WEAK_CHANNEL = "Phone"
"""Small, shrinking, with the most returns; and it sells the cheaper things."""

WHOLE_RETURNS = 0.025
"""Share of purchases of which everything comes back."""

RETURN_DAYS = (1, 10)
"""Days from a purchase to its return."""

CITIES = {
    "JFK": 0.19,
    "LAX": 0.16,
    "ORD": 0.14,
    "DFW": 0.12,
    "ATL": 0.10,
    "PHX": 0.08,
    "SEA": 0.07,
    "BOS": 0.06,
    "DEN": 0.05,
    "MIA": 0.03,
}
"""Airport of the city and share of customers; the city code is the place in this list, from 1."""

# --- dirt -----------------------------------------------------------------------------------------

REPEATED_PURCHASE_LINES = 8
REPEATED_RETURN_LINES = 3
"""Lines that stand in the file a second time, the same to the last byte."""

REFUNDS_BEYOND = 6
"""Returned lines that are refunded once more, a few days later."""

ORPHAN_REFUNDS = 3
"""Refunds of what was bought before the file begins; the first customer did nothing else."""

BLANK_GENDERS = 6
BLANK_CITIES = 5
