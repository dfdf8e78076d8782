"""Lines or cubes: what the dashboard filters, decided by how much the page would weigh.

The lines themselves while they fit; beyond, and always at the level public, sums by period and names,
and a random sample of customers for what can't be counted from sums. At the level public there is no
sample, and no cell of fewer than five customers.
"""

from retail.cubing.internal import internal
from retail.cubing.public import public

__all__ = ["internal", "public"]
