"""Lists of customers to act on, who is held out of them, and the lift of a campaign."""

from __future__ import annotations

from retail.lists.campaign_lift import CampaignLift, detectable, held_out, measure_lift
from retail.lists.customer_lists import CustomerList, CustomerLists, build, stem, table

__all__ = [
    "CampaignLift", "CustomerList", "CustomerLists", "build", "detectable", "held_out",
    "measure_lift", "stem", "table",
]  # fmt: skip
