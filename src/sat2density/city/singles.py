"""Trees, vehicles and poles from evidence: local maxima of their heat."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sat2density.city.colours import colour_of
from sat2density.city.evidence import Evidence
from sat2density.city.parts import CrownForm, Pole, Tree, Vehicle
from sat2density.city.peaks import apart, peaks, refined
from sat2density.city.polygons import rectangle

TREE: Final = 0.2
"""Heat from which a maximum is a tree."""
VEHICLE: Final = 0.25
CARS_APART_M: Final = 1.9
"""Cars in a row of bays are 2.3 m apart."""
POLE: Final = 0.35
CROWNS_APART: Final = 0.5
"""Share of a crown's radius within which no second trunk stands."""
COLUMN: Final = 2.4
"""Height over width from which a crown is a column."""
CONE: Final = 0.62
"""A crown whose mean height, as a share of its top, is below this is a cone."""
CAR_HEIGHT_M: Final = 1.55


def find_trees(evidence: Evidence) -> tuple[Tree, ...]:
    """Return the trees, from north to south.

    Args:
        evidence: of a tile.

    """
    heat = evidence.trees[0]
    found = peaks(heat, TREE)
    told = np.array([evidence.trees[1:, row, column] for row, column in found]).reshape(-1, 2)
    places = _places(evidence, heat, found)
    radii = np.clip(told[:, 0], 0.4, 20.0)
    kept = apart(places, np.maximum(CROWNS_APART * radii, 0.5))
    trees = []
    for k in kept:
        east, south = places[k]
        height = float(np.clip(told[k, 1], 1.0, 60.0))
        trees.append(
            _tree(evidence, (east, south), float(radii[k]), height, float(heat[tuple(found[k])]))
        )
    return tuple(sorted(trees, key=lambda tree: (tree.south_m, tree.east_m)))


def _tree(
    evidence: Evidence, place: tuple[float, float], radius: float, height: float, sure: float
) -> Tree:
    """Return a tree with the form and colour that its crown shows."""
    east, south = disc(place, 0.85 * radius)
    leaves = evidence.at(evidence.is_class("tree", "shrub"), east, south)
    tops = evidence.at(evidence.heights_m, east, south)[leaves]
    form: CrownForm = "round"
    if height > COLUMN * 2 * radius:
        form = "column"
    elif len(tops) > 8 and float(np.mean(tops)) < CONE * height:
        form = "conifer"
    base = {"round": 0.24, "conifer": 0.1, "column": 0.03}[form] * height
    if not leaves.any():
        leaves[:] = True
    colour = colour_of(evidence.at(evidence.tile, east[leaves], south[leaves]))
    trunk = 0.012 * height + 0.045
    return Tree(
        place[0], place[1], radius, height, base, trunk, form, colour, confidence=round(sure, 3)
    )


def find_vehicles(evidence: Evidence) -> tuple[Vehicle, ...]:
    """Return the vehicles, from north to south.

    Args:
        evidence: of a tile.

    """
    heat = evidence.vehicles[0]
    found = peaks(heat, VEHICLE)
    places = _places(evidence, heat, found)
    told = np.array([evidence.vehicles[1:, row, column] for row, column in found]).reshape(-1, 3)
    lengths, widths = np.clip(told[:, 0], 1.5, 25.0), np.clip(told[:, 1], 0.6, 4.0)
    vehicles = []
    for k in apart(places, np.full(len(places), CARS_APART_M)):
        east, south = (float(value) for value in places[k])
        length, width, heading = float(lengths[k]), float(widths[k]), math.degrees(told[k, 2]) % 360
        x, y = _box_points((east, south), length, width, heading)
        tops = evidence.at(evidence.heights_m, x, y)
        height = float(np.clip(np.percentile(tops, 90), 1.3, 4.2))
        if length < 6.0:
            height = min(height, 2.1)
        colour = colour_of(evidence.at(evidence.tile, x, y))
        sure = round(float(heat[tuple(found[k])]), 3)
        vehicles.append(
            Vehicle(east, south, length, width, height, heading, colour, confidence=sure)
        )
    return tuple(sorted(vehicles, key=lambda car: (car.south_m, car.east_m)))


def find_poles(evidence: Evidence) -> tuple[Pole, ...]:
    """Return the poles, from north to south.

    Args:
        evidence: of a tile.

    """
    found = peaks(evidence.poles, POLE)
    places = _places(evidence, evidence.poles, found)
    poles = []
    for k in apart(places, np.full(len(places), 1.0)):
        east, south = places[k]
        x, y = disc((east, south), 0.4)
        pole_tops = evidence.at(evidence.heights_m, x, y)
        height = float(np.max(pole_tops))
        sure = round(float(evidence.poles[tuple(found[k])]), 3)
        poles.append(Pole(east, south, height if height > 2.0 else 6.5, confidence=sure))
    return tuple(sorted(poles, key=lambda pole: (pole.south_m, pole.east_m)))


def _places(evidence: Evidence, heat: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Return (N, 2) east and south of maxima, metres."""
    side = evidence.metres(heat)
    fine = np.array([refined(heat, row, column) for row, column in found]).reshape(-1, 2)
    return (fine[:, ::-1] + 0.5) * side - 0.5 * evidence.extent_m


def disc(place: tuple[float, float], radius: float) -> tuple[np.ndarray, np.ndarray]:
    """Return (east, south) of places in a disc, about evenly spread.

    Args:
        place: its middle.
        radius: metres.

    """
    at = (np.arange(9) - 4) / 4 * radius
    x, y = np.meshgrid(at, at)
    inner = np.hypot(x, y) <= radius
    return place[0] + x[inner], place[1] + y[inner]


def _box_points(
    place: tuple[float, float], length: float, width: float, heading: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return (east, south) of places in the inner part of a turned box."""
    corners = np.array(rectangle(place, 0.8 * length, 0.7 * width, heading))
    u, v = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 1, 5))
    points = corners[0] + u[..., None] * (corners[3] - corners[0])
    points = points + v[..., None] * (corners[1] - corners[0])
    return points[..., 0].ravel(), points[..., 1].ravel()
