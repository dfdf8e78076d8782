"""Colours for every reader: simulated colour blindness, and text that can be read in light and dark.

Simulation: Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color
Vision Deficiency" (IEEE TVCG 15:6, 2009), the matrices for severity 1.0, applied to linear RGB.
Distance: CIEDE2000 (Sharma, Wu and Dalal 2005). Contrast: WCAG 2.2.
"""

from __future__ import annotations

from itertools import combinations, pairwise, product, starmap

import numpy as np
import pytest

from retail.charts import theme

MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
EYES = {"usual": np.eye(3).tolist(), **MACHADO}
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
     [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
WHITE = np.array([0.95047, 1.0, 1.08883])
TOLD_APART = 2.3  # a just noticeable difference; what lies below is one colour
APART = 9.5  # of any two clusters
CATEGORIES_APART = 8.0  # of any two categories, whose names are written on them
KINDS_APART = 6.0  # of any category and any cluster
PALE, SATURATED = 0.095, 0.065  # chroma (OKLCH) at most of a category, at least of a cluster


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(colour: str, eye: str) -> np.ndarray:
    seen = np.clip(np.array(EYES[eye]) @ linear(colour), 0, 1)
    ratio = TO_XYZ @ seen / WHITE
    f = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one: np.ndarray, other: np.ndarray) -> float:
    """As in Sharma et al.; `test_the_distance_is_the_published_one` has rows of their table."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    chroma = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(chroma**7 / (chroma**7 + 25**7)))
    a1, a2 = (1 + g) * a1, (1 + g) * a2
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    lm, cm = (l1 + l2) / 2, (c1 + c2) / 2
    hm = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    t = (
        1 - 0.17 * np.cos(np.radians(hm - 30)) + 0.24 * np.cos(np.radians(2 * hm))
        + 0.32 * np.cos(np.radians(3 * hm + 6)) - 0.20 * np.cos(np.radians(4 * hm - 63))
    )  # fmt: skip
    sl = 1 + 0.015 * (lm - 50) ** 2 / np.sqrt(20 + (lm - 50) ** 2)
    sc, sh = 1 + 0.045 * cm, 1 + 0.015 * cm * t
    rc = 2 * np.sqrt(cm**7 / (cm**7 + 25**7))
    rt = -np.sin(np.radians(60 * np.exp(-(((hm - 275) / 25) ** 2)))) * rc
    return float(
        np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))
    )


def oklab(colour: str) -> np.ndarray:
    """Lightness, a and b (Ottosson, "A perceptual color space for image processing", 2020)."""
    cones = np.cbrt(
        np.array(
            [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
             [0.0883024619, 0.2817188376, 0.6299787005]]
        ) @ linear(colour)
    )  # fmt: skip
    return np.array(
        [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
         [0.0259040371, 0.7827717662, -0.8086757660]]
    ) @ cones  # fmt: skip


def contrast(one: str, other: str) -> float:
    light, dark = sorted((TO_XYZ[1] @ linear(c) for c in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def shown(colour: str, scheme: str) -> str:
    return theme.DARK[colour] if scheme == "dark" else colour


@pytest.mark.parametrize(
    "one, other, distance",
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_is_the_published_one(one, other, distance) -> None:
    assert ciede2000(np.array(one), np.array(other)) == pytest.approx(distance, abs=1e-4)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_any_two_clusters_are_told_apart(eye, scheme) -> None:
    colours = [lab(shown(colour, scheme), eye) for colour in theme.CLUSTERS]
    distances = {
        (i + 1, j + 1): ciede2000(colours[i], colours[j])
        for i, j in combinations(range(len(colours)), 2)
    }
    worst = min(distances, key=distances.get)
    assert distances[worst] >= APART, (worst, distances[worst])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
def test_categories_are_told_apart_and_never_taken_for_clusters(eye, scheme) -> None:
    categories, clusters = (
        [lab(shown(colour, scheme), eye) for colour in colours]
        for colours in (theme.CATEGORIES, theme.CLUSTERS)
    )
    assert min(starmap(ciede2000, combinations(categories, 2))) >= CATEGORIES_APART
    assert min(starmap(ciede2000, product(categories, clusters))) >= KINDS_APART


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_categories_are_pale_and_clusters_saturated(scheme) -> None:
    categories, clusters = (
        np.array([oklab(shown(colour, scheme)) for colour in colours])
        for colours in (theme.CATEGORIES, theme.CLUSTERS)
    )
    chroma = [np.hypot(kind[:, 1], kind[:, 2]) for kind in (categories, clusters)]
    assert chroma[0].max() <= PALE
    assert chroma[1].min() >= SATURATED
    assert np.median(chroma[1]) >= 1.8 * np.median(chroma[0])
    # Nearer the page than any cluster, which is what makes them look pale (dusky, in the dark).
    page = oklab(shown(theme.PAPER, scheme))[0]
    far = [np.abs(kind[:, 0] - page) for kind in (categories, clusters)]
    assert far[0].max() < far[1].min()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("kind", theme.RAMPS)
def test_a_ramp_is_ordered_by_its_lightness(kind, eye, scheme) -> None:
    steps = [lab(shown(colour, scheme), eye) for colour in theme.RAMPS[kind]]
    lightness = [step[0] for step in steps]
    assert lightness == sorted(lightness, reverse=scheme == "light")
    for one, other in pairwise(steps):
        assert ciede2000(one, other) > 2 * TOLD_APART


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_and_marks_stand_out(scheme) -> None:
    paper = shown(theme.PAPER, scheme)
    for colour in (theme.INK, theme.MUTED, theme.ACCENT):
        assert contrast(shown(colour, scheme), paper) >= 4.5, colour
    for colour in theme.CLUSTERS:
        assert contrast(shown(colour, scheme), paper) >= 3.0, colour
    for colour in (*theme.CATEGORIES, theme.OTHER):  # names are written on them
        assert contrast(shown(theme.INK, scheme), shown(colour, scheme)) >= 4.5, colour
