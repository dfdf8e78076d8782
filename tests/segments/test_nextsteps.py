"""What one more purchase would make of a customer, and when they drop without one."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from retail.segments import naming_conventions, nextsteps, rfm

AS_OF = 1_000


def scored(sums: pd.DataFrame, as_of: int, cuts: rfm.Cuts | None = None):
    customers = rfm.measured(sums, as_of)
    scores = rfm.score(customers, 5, cuts)
    segment = naming_conventions.DEFAULT.name(scores.table)
    named = segment.where(customers["group"] == "scored", customers["group"])
    return customers.assign(segment=named), scores


def test_next_steps(shop: Callable[..., pd.DataFrame]) -> None:
    # Cut points: 20, 40, 60 and 80 days; 2, 4, 6 and 8 orders.
    sums = shop(
        *((f"c{i}", AS_OF - 10 * i, i, 100) for i in range(1, 11)),
        ("prospect", None, 0, 0),
    ).assign(kept_purchases=[10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0])
    customers, scores = scored(sums, AS_OF)
    assert [float(cut) for cut in scores.cuts["recency"]] == [28, 46, 64, 82]
    found = nextsteps.table(customers, scores, naming_conventions.DEFAULT).set_index("customer_id")
    assert found.loc["c1"].tolist() == ["Champions", "Champions", 990 + 29, "Loyal"]
    assert found.loc["c5"].tolist() == ["Need attention", "Champions", 950 + 65, "At risk"]
    assert found.loc["c10"].tolist()[:2] == ["Hibernating", "Recent, few orders"]
    assert pd.isna(found.loc["c10", "drops_on"])
    assert found.loc["prospect", "if_buys_today"] == "Recent, few orders"


def test_no_one_scored(shop: Callable[..., pd.DataFrame]) -> None:
    customers, scores = scored(shop(("prospect", None, 0, 0)), AS_OF)
    assert nextsteps.table(customers, scores, naming_conventions.DEFAULT).empty


ROWS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 6)), min_size=1, max_size=20)


@given(rows=ROWS, wait=st.integers(0, 80))
def test_scoring_again_on_another_day_says_the_same(
    shop: Callable[..., pd.DataFrame], rows: list[tuple[int, int]], wait: int
) -> None:
    """With the cut points kept, the segment changes on the day foretold, and not before."""
    sums = shop(*((f"c{i}", AS_OF - ago, orders, 1) for i, (ago, orders) in enumerate(rows)))
    customers, scores = scored(sums, AS_OF)
    foretold = nextsteps.table(customers, scores, naming_conventions.DEFAULT)
    later, _ = scored(sums, AS_OF + wait, scores.cuts)
    has_dropped = (foretold["drops_on"] <= AS_OF + wait).fillna(False).astype(bool)
    changed = later["segment"] != customers["segment"]
    # Whoever has changed was foretold to; a second change (to another name) is not foretold.
    assert (changed <= has_dropped).all()
    just = foretold["drops_on"] == AS_OF + wait
    just = just.fillna(False).astype(bool)
    assert (later.loc[just, "segment"] == foretold.loc[just, "drops_to"]).all()
    bought, _ = scored(
        sums.assign(last_kept_day=AS_OF, kept_purchases=sums["kept_purchases"] + 1),
        AS_OF,
        scores.cuts,
    )
    assert bought["segment"].tolist() == foretold["if_buys_today"].tolist()
