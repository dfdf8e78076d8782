"""Small tables -> small tables: calendar roll-ups, shares, rates, age bands, key figures."""

from retail.figures.ages import with_age_band
from retail.figures.complete import complete
from retail.figures.ledger import returned

__all__ = ["complete", "returned", "with_age_band"]
