"""Which clusters to believe, in plain words."""

from __future__ import annotations

from typing import Any

import pandas as pd

from retail.locale import PLAIN, Locale
from retail.segments.kmeans import EXACT_UP_TO, SAMPLE
from retail.segments.unit_matrix import LEAST_UNITS

MARGIN = 0.05  # by which the silhouette must beat the mean of the noise
STABLE = 0.75  # median adjusted Rand index
TESTED = ["noise_mean", "noise_min", "noise_max", "p_value"]
REPEATED = ["stability", "stability_low", "stability_high"]


def level(permutations: int) -> float:
    """The p-value needed: 0.05, and 0.01 once there are permutations enough to reach it."""
    return 0.01 if permutations >= 99 else 0.05


def judged(fits: pd.DataFrame, tests: pd.DataFrame, locale: Locale = PLAIN) -> pd.DataFrame:
    """CLUSTER_FITS with what CLUSTER_TESTS found of the pairs in it, and a verdict on each.

    A pair is recommended when it beats noise (family-wise), by a margin, and is stable; of those
    the best is the one furthest above its own noise, since silhouettes themselves can't be
    compared across numbers of components.
    """
    found = [name for name in [*TESTED, *REPEATED, "permutations"] if name in tests]
    plain = fits.drop(columns=[name for name in found if name in fits])
    both = plain.merge(tests[["components", "clusters", "observed", *found]], how="left")
    # Beyond 20,000 customers a test is made on a sample, and compares what was found there.
    observed = both.pop("observed").fillna(both["sample_silhouette"])
    both = both.assign(sample_silhouette=observed)
    both = both.assign(permutations=both["permutations"].fillna(0).astype("int64"))
    both = both.reindex(columns=list(dict.fromkeys([*both.columns, *TESTED, *REPEATED])))
    rows: list[dict[str, Any]] = both.to_dict("records")  # type: ignore[assignment]
    faults = [_fault(row, locale) for row in rows]
    beats = [_beats_noise(row) for row in rows]
    passed = pd.Series([not fault for fault in faults], index=both.index)
    margin = (both["sample_silhouette"] - both["noise_mean"]).where(passed)
    best = margin.idxmax() if passed.any() else None
    return both.assign(
        beats_noise=beats,
        is_recommended=passed,
        is_best=[index == best for index in both.index],
        verdict=[fault or _praise(row, locale) for fault, row in zip(faults, rows, strict=True)],
    )


def _beats_noise(row: dict[str, Any]) -> bool:
    """True when the silhouette is above the noise, family-wise and by the margin."""
    permutations = int(row["permutations"])
    needed = level(permutations)
    if 1 / (1 + permutations) > needed or row["p_value"] > needed:
        return False
    return bool(row["sample_silhouette"] - row["noise_mean"] >= MARGIN)


def _fault(row: dict[str, Any], locale: Locale) -> str:
    """Why a pair isn't recommended; empty when it is."""
    permutations = int(row["permutations"])
    if not permutations:
        return "Not tested against noise in this run."
    if 1 / (1 + permutations) > level(permutations):
        return f"{permutations} permutations are too few to tell clusters from noise; take 19."
    if not _beats_noise(row):
        # Where it is above all that was shuffled, a reader must see what is lacking.
        is_above = row["p_value"] <= level(permutations)
        clearly = " clearly enough" if is_above else ""
        wanted = f"; {locale.real(MARGIN, 2)} above the mean of these is wanted" if is_above else ""
        return (
            f"These clusters can't be told from noise{clearly}: {_against(row, locale)}{wanted}. Treat "
            "them as an arbitrary cut."
        )
    if pd.isna(row["stability"]):
        return f"Clearer than noise ({_against(row, locale)}), but not tested for stability."
    if row["stability"] < STABLE:
        return (
            f"Clearer than noise ({_against(row, locale)}), but not stable: with a fifth of the customers "
            f"left out the clusters come back with an agreement of {locale.real(row['stability'], 2)} "
            f"only (1 is the same, {locale.real(STABLE, 2)} is wanted)."
        )
    return ""


def _praise(row: dict[str, Any], locale: Locale) -> str:
    return (
        f"Clearer than noise ({_against(row, locale)}) and stable: with a fifth of the customers left out "
        f"the clusters come back with an agreement of {locale.real(row['stability'], 2)} (1 is the "
        "same)."
    )


def _against(row: dict[str, Any], locale: Locale) -> str:
    sampled = f" on a sample of {locale.count(SAMPLE)}" if row["fitted"] > SAMPLE else ""
    return (
        f"silhouette {locale.real(row['sample_silhouette'], 3)}{sampled}, and "
        f"{locale.real(row['noise_min'], 3)} to {locale.real(row['noise_max'], 3)} when whole purchases change hands"
    )


def sentences(fits: pd.DataFrame, locale: Locale = PLAIN) -> list[str]:
    """Sentences of the page on CLUSTER_FITS as a whole."""
    tested = fits[fits["permutations"] > 0]
    if tested.empty:
        return ["The clusters were not tested against noise."]
    best = fits[fits["is_best"]]
    if len(best):
        row = best.iloc[0]
        passed = int(fits["is_recommended"].sum())
        reason = f", of {passed} pairs that pass the furthest above noise" if passed > 1 else ""
        pair = f"{row['clusters']} clusters on {row['components']} components"
        said = [f"Recommended: {pair}{reason}.", row["verdict"]]
    elif len(tested) == 1:
        said = [tested["verdict"].iloc[0]]
    else:
        noisy = int((~tested["beats_noise"]).sum())
        reason = f"{locale.count(noisy)} can't be told from noise, and the others are not stable"
        if noisy == len(tested):
            reason = "none can be told from noise"
        said = [f"No pair of components and clusters is recommended: {reason}."]
    untested = len(fits) - len(tested)
    if untested:
        are = "The other pair was" if untested == 1 else f"The other {untested} pairs were"
        said.append(f"{are} not tested in this run; [clusters] full_permutations tests every pair.")
    customers, fitted = int(fits["customers"].max()), int(fits["fitted"].max())
    if fitted < customers:
        few = customers - fitted
        number = locale.count(few) if few >= 5 else "A few"  # a smaller group is not published
        said.append(
            f"{number} of the {locale.count(customers)} customers kept fewer than "
            f"{LEAST_UNITS} units, too few to show a taste. They are no part of the fit; each belongs to the "
            "nearest cluster."
        )
    if customers > EXACT_UP_TO:
        said.append(
            f"Clusters are fitted and tested on seeded samples of at most {locale.count(EXACT_UP_TO)} of the "
            f"{locale.count(customers)} customers; everyone belongs to the nearest one."
        )
    return said
