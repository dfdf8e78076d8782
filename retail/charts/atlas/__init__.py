"""Borders of countries around given places, from the world map that ships with vega-datasets.

The map is TopoJSON: arcs of quantised steps, each border stored once. Only what lies around the
places travels to a page.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

SOURCE = "Borders: Natural Earth, by way of TopoJSON World Atlas and vega-datasets."
MARGIN = 0.12  # of the places' extent, on each side
LEAST = 4.0  # degrees that are shown at least


@cache
def arcs() -> list[np.ndarray]:
    """Each border of the world once: an array of longitude and latitude."""
    text = files(__package__).joinpath("world-110m.json").read_text(encoding="utf-8")
    world = json.loads(text)
    scale, shift = (np.array(world["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in world["arcs"]]


def frame(places: pd.DataFrame) -> tuple[float, float, float, float]:
    """West, south, east and north of what is shown around places (latitude, longitude)."""
    sides = []
    for column in ("longitude", "latitude"):
        low, high = float(places[column].min()), float(places[column].max())
        room = max((high - low) * MARGIN, (LEAST - (high - low)) / 2)
        sides.append((low - room, high + room))
    (west, east), (south, north) = sides
    return max(west, -180.0), max(south, -85.0), min(east, 180.0), min(north, 85.0)


def borders(places: pd.DataFrame) -> list[list[list[float]]]:
    """Lines of longitude and latitude within the frame of the places, cut where they leave it."""
    west, south, east, north = frame(places)
    found = []
    for arc in arcs():
        x, y = arc[:, 0], arc[:, 1]
        is_in = (x >= west) & (x <= east) & (y >= south) & (y <= north)
        for start, end in _runs(is_in):
            if end - start > 1:
                found.append(arc[start:end].round(3).tolist())
    return found


def _runs(flags: np.ndarray) -> list[tuple[int, int]]:
    """Start and end (exclusive) of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(int), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
