"""What is planted in the sample: every number a test can try to recover from its CSVs.

Nothing is computed here. Rates are per day, shares are of 1, prices are whole money before tax.
The sample is invented; the shape of its files and their dirt follow the public Retail Case Study.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

SEED = 20260101

# --- when -----------------------------------------------------------------------------------------

FIRST_DAY = date(2023, 1, 1)
LAST_DAY = date(2025, 12, 31)

MONTH_INDEX = (0.85, 0.86, 0.95, 1.0, 1.04, 0.95, 0.74, 0.74, 1.0, 1.04, 1.2, 1.63)
"""January to December: purchases a day against the year's average. Peak in December, summer dip."""

WEEKDAY_INDEX = (0.78, 0.80, 0.88, 0.96, 1.24, 1.52, 0.82)
"""Monday to Sunday: purchases a day against the week's average. Saturday is the strongest."""

YEARLY_GROWTH = 0.08
"""Rise in new customers a year, of the first year's; sales follow, because lives are short."""

# --- who ------------------------------------------------------------------------------------------

CUSTOMER_IDS = (260_000, 280_000)
"""Customer ids are drawn from this range."""

SHOPPERS = 3700
"""Customers ever won, from `WARM_UP_DAYS` before the first day on; the early ones may be gone."""

WARM_UP_DAYS = 900

SHORTEST_GAP_DAYS, LONGEST_GAP_DAYS = 22, 130
"""Mean days between two purchases of a customer while active, from the keenest to the laziest."""

SHORTEST_LIFE_DAYS, LONGEST_LIFE_DAYS = 40, 640
"""How long a customer stays active after the first purchase: this is what recency can see."""

DORMANT_RATE = 1 / 2500
"""Purchases a day of a customer who is no longer active: a few come back after a year or more."""


@dataclass(frozen=True)
class Group:
    """Customers of one taste: `blocks` name the subcategories they buy, nearly all their lines."""

    name: str
    share: float
    blocks: tuple[str, str]
    ages: tuple[int, int]
    female: float


GROUPS = (
    Group("family and screens", 0.38, ("family", "screens"), (22, 62), 0.47),
    Group("style and home", 0.28, ("style", "home"), (26, 74), 0.58),
    Group("family and home", 0.20, ("family", "home"), (24, 70), 0.56),
    Group("style and screens", 0.14, ("style", "screens"), (18, 50), 0.43),
)
"""Two choices, family or style and screens or home, so the four groups lie at the corners of a
square and two components are enough. How much a customer buys does not depend on the group."""

OPPOSITE = {"family": "style", "style": "family", "screens": "home", "home": "screens"}
"""The two choices: each block and the one it is chosen over."""

CROSS_PURCHASES = 0.04
"""Share of lines bought in the other block of the same choice (a present, an odd item)."""

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

UNITS_WEIGHTS = (72, 20, 6, 2)
"""How often a line has one, two, three or four units."""

TAX_PERCENT = 10

# --- where ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Channel:
    """A way to sell: its share of purchases moves evenly from the first to the last day."""

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
"""`return_rate` is per line; whole purchases that come back (`WHOLE_RETURN`) are on top."""

WEAK_CHANNEL = "Phone"
"""Small and shrinking, its returns are more than double, and it sells the cheaper things."""

WHOLE_RETURN = 0.025
"""Share of purchases of which everything comes back."""

LONGEST_RETURN_DAYS = 10
"""A return follows its purchase by 1 to this many days."""

CITIES = (
    ("JFK", 0.19),
    ("LAX", 0.16),
    ("ORD", 0.14),
    ("DFW", 0.12),
    ("ATL", 0.10),
    ("PHX", 0.08),
    ("SEA", 0.07),
    ("BOS", 0.06),
    ("DEN", 0.05),
    ("MIA", 0.03),
)
"""Airport and share of customers; the city code is the place in this list, from 1."""

# --- dirt -----------------------------------------------------------------------------------------

REPEATED_PURCHASE_LINES = 8
REPEATED_RETURN_LINES = 3
"""Lines that stand a second time in the file, the same to the last byte."""

REFUNDS_BEYOND = 6
"""Returned lines that are refunded once more, some days later."""

ORPHAN_REFUNDS = 3
"""Refunds in the first days of what was bought before the file begins. One customer has only that."""

BLANK_GENDERS = 6
BLANK_CITIES = 5

PROSPECTS = 140
"""Customers who left their details and never bought; others bought before the file begins."""

STOCK_UP_DAYS = 120
BIG = (4,5),(1,1)
SMALL = (1,2),(3,1)

LIFE = lambda d: (d.share()+d.share())/2
NEW_A_DAY = 2.0
MINOLD=4
