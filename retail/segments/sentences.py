"""Sentences of the page on scores, segments and migration: ties, too few customers, empty segments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from retail.locale import Locale
from retail.schema.units import Units
from retail.segments import gaps, rfm, wording
from retail.segments.scored import Scored

FEW = 10  # customers per score, below which a score is a matter of chance


def of_scores(customers: pd.DataFrame, scores: rfm.Scores, units: Units) -> list[str]:
    """Sentences on the scores of these customers (group, recency_days, frequency, monetary)."""
    scored = customers[customers["group"] == "scored"]
    if scored.empty:
        return ["No customer has a kept purchase, so there is no one to score."]
    said = []
    locale = Locale.of(units.locale)
    if len(scored) < FEW * scores.bins:
        said.append(
            f"Only {locale.count(len(scored))} customer{'s are' if len(scored) > 1 else ' is'} scored. Scores "
            f"compare customers with each other; with fewer than "
            f"{locale.count(FEW * scores.bins)} they say little."
        )
    cuts = rfm.cut_table(scores, units)
    for measure, column in rfm.MEASURES.items():
        said += _of_measure(measure, scored[column], cuts[cuts["measure"] == measure], units)
    return said


def _of_measure(measure: str, values: pd.Series, cuts: pd.DataFrame, units: Units) -> Iterable[str]:
    common = values.mode()
    most, share = int(common.iloc[0]), float((values == common.iloc[0]).mean())
    value = wording.thing(measure, most, units)
    if share == 1 and len(values) > 1:
        yield (
            f"All scored customers have the same {measure} ({value}), so it does not separate them."
        )
        return
    empty = cuts.loc[cuts["customers"] == 0, "score"].tolist()
    are_ties = share >= 1 / len(cuts) and share * len(values) > 1
    if empty and len(values) > 1 and not are_ties:
        yield f"No one has {measure} score {wording.listed([str(score) for score in empty])}."
    elif empty and len(values) > 1:
        many = len(empty) > 1
        yield (
            f"{measure.capitalize()} score{'s' if many else ''} "
            f"{wording.listed([str(score) for score in empty])} {'are' if many else 'is'} empty, "
            f"because equal values share a score: {Locale.of(units.locale).percentage(share)} of the "
            f"scored customers have {value}."
        )


def of_gaps(rhythm: gaps.Gaps, who: Scored, units: Units) -> list[str]:
    """The shop's rhythm: within how many days a next order comes, what the data can't show, and who is past it."""
    locale = Locale.of(units.locale)
    found = dict(zip(gaps.SHARES, rhythm.days(), strict=True))
    known = [
        f"{locale.percentage(float(share))} within {locale.count(days)} days"
        for share, days in found.items()
        if days is not None
    ]
    said = []
    if known:
        said.append(
            f"How many orders are followed by the customer's next: {wording.listed(known)} (Kaplan-Meier: a gap that "
            "is still open counts as at least as long as it has lasted)."
        )
    lacking = [locale.percentage(float(share)) for share, days in found.items() if days is None]
    if lacking:
        closed = locale.percentage(float(rhythm.share_closed))
        said.append(
            f"Within the time seen, a next order came after {closed} of orders, so the gap of "
            f"{wording.listed(lacking)} can't be told: whoever is longer away may still come back."
        )
    if who.scores.longest is not None and lacking:
        said.append(
            "Scores of recency that stand for such a gap are empty, and drawn hatched: the data are too short for "
            'the scheme "rhythm" here, and quantiles separate customers better.'
        )
    last = found[gaps.SHARES[-1]]
    if last is not None:
        said.append(
            f"Whoever has been away for longer than {locale.count(last)} days has most likely lapsed."
        )
    return said


def of_segments(segments: pd.DataFrame) -> list[str]:
    """Which segments (segment, customers, order) are empty, when some are not; or the few that are
    not."""
    ordered = segments.sort_values("order")
    quoted = "“" + ordered["segment"] + "”"
    none, some = (
        quoted[is_so].tolist() for is_so in (ordered["customers"] == 0, ordered["customers"] > 0)
    )
    if not none or not some:
        return []
    if len(some) < len(none):
        return [f"Everyone is in {wording.listed(some)}."]
    return [f"No one is in {wording.listed(none)}."]


def of_movement(tables: Mapping[str, pd.DataFrame], lookback: int) -> list[str]:
    """The rule by which month ends are scored, and how many lack their lookback."""
    if "segment_history" not in tables:
        return ["There is no movement to show: no one is scored, or no month has ended."]
    history = tables["segment_history"]
    said = [
        f"All month ends use today's cut points and count frequency and monetary over {lookback} "
        "months, so the sizes differ from those of today's segments, which count everything."
    ]
    short = history.loc[~history["has_lookback"], "month"].nunique()
    if short:
        everyone = history["month"].nunique()
        which = f"{short} of the {everyone}" if short < everyone else f"All {everyone}"
        said.append(
            f"{which} month ends have less than {lookback} months of data behind them: customers "
            "look newer and less frequent there than they were."
            if everyone > 1
            else f"The only month end has less than {lookback} months of data behind it: customers "
            "look newer and less frequent than they were."
        )
    return said


def table(**topics: list[str]) -> pd.DataFrame:
    """SEGMENT_NOTES from sentences by topic."""
    rows = [
        {"topic": topic, "order": order, "sentence": sentence}
        for topic, said in topics.items()
        for order, sentence in enumerate(said, 1)
    ]
    return pd.DataFrame(rows, columns=["topic", "order", "sentence"])
