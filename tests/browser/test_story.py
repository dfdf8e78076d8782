"""A customer's row opens their story, where the lines travel."""

from __future__ import annotations

import pytest
from driving import opened, settled


@pytest.mark.needs_data("case_study")
def test_a_row_opens_the_customers_orders(page, case_site) -> None:
    lines = case_site.report["dashboard_lines"]
    people = case_site.report["customers"]
    who = people.sort_values("returns")["customer_id"].iloc[0]  # the largest returns
    opened(page, case_site, f"#search={who}")
    button = page.locator(f'[data-customer="{who}"]')
    button.click()
    settled(page)
    assert f"customer={who}" in page.evaluate("location.hash")
    assert button.get_attribute("aria-expanded") == "true"
    person = people[people["customer_id"] == who].iloc[0]
    assert f"{person['purchases']} orders" in page.locator(".story p").first.text_content()
    sales = lines[(lines["customer_id"] == who) & (lines["amount"] > 0)]
    assert page.locator(".story tbody tr").count() == sales["purchase"].nunique()
    assert page.locator(".story-order").count() == sales["purchase"].nunique()
    back = lines[(lines["amount"] < 0) & lines["purchase"].isin(sales["purchase"])]
    own = lines[(lines["amount"] < 0) & (lines["customer_id"] == who)]
    assert page.locator(".story-return").count() == len(back.index.union(own.index))
    button.press("Enter")
    settled(page)
    assert page.locator(".story").count() == 0
