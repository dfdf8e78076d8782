"""Where texts are among others, whichever side is the longer one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retail import frames

texts = st.lists(st.sampled_from(["a", "b", "c", "é", "", None]), max_size=9)


@given(texts, texts, st.sampled_from([1, 30]))
def test_each_text_has_the_first_place_where_it_is_known(
    few: list[str | None], known: list[str | None], times: int
) -> None:
    many = pd.Series(known * times, dtype="str")
    found = frames.position_among(pd.Series(few, dtype="str"), many)
    wanted = [known.index(text) if text is not None and text in known else -1 for text in few]
    assert found.tolist() == wanted
    back = frames.is_among(many, pd.Series(few, dtype="str"))
    assert back.tolist() == [text is not None and text in few for text in known] * times


@pytest.mark.parametrize("few", [[], ["b"], ["x", "b"]])
def test_texts_that_pandas_has_joined_are_found_too(few: list[str]) -> None:
    kinds = ("str", object)
    known = pd.concat([pd.Series(["a", "b"] * 10, dtype=kind) for kind in kinds])
    for listed in (known.astype("str"), pd.Index(known), list(known)):
        found = frames.position_among(pd.Series(few, dtype="str"), listed)
        assert np.array_equal(found, [1 if text == "b" else -1 for text in few])
