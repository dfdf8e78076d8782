"""Small tables -> small tables: calendar roll-ups, shares, rates, age bands, key figures."""

from retail.figures.breakdowns import with_age_band
from retail.figures.complete import complete
from retail.figures.returns_report import refunds_check, returned

__all__ = ["complete", "refunds_check", "returned", "with_age_band"]
