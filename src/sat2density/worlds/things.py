"""Single things that stand in a world, written down while it is laid out: trees, vehicles, poles,
parts of buildings.

Places are metres east and south of the tile's middle; headings are degrees clockwise from north.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterable
from typing import TypeVar

import numpy as np

TOUCH_M = 0.3
"""Walls nearer than this touch, metres."""
LEAST_EDGE_M = 0.5
"""Shorter edges between buildings are not told, metres."""


@dataclasses.dataclass(frozen=True)
class Tree:
    """A tree: the middle of its trunk, mean radius of its crown, its top, where the crown begins.

    All in metres; `trunk_radius_m` is the trunk's at the ground.
    """

    east_m: float
    south_m: float
    radius_m: float
    height_m: float
    base_m: float
    trunk_radius_m: float


@dataclasses.dataclass(frozen=True)
class Vehicle:
    """A vehicle (or a boat): middle, whole length, width and height, the heading of its nose."""

    east_m: float
    south_m: float
    length_m: float
    width_m: float
    height_m: float
    heading_deg: float


@dataclasses.dataclass(frozen=True)
class Pole:
    """A lamp, a power pole, a mast or the post of a sign: its foot and its top."""

    east_m: float
    south_m: float
    height_m: float


@dataclasses.dataclass(frozen=True)
class Building:
    """One rectangular part of a building under one roof; parts of one building share `house`.

    Attributes:
        house: number of the building it belongs to, as in `TruthMaps.houses`.
        footprint: (4, 2) corners of the walls, metres east and south, in order.
        eaves_m: height at which the walls end.
        ridge_m: highest point of its roof.
        roof: "gable", "hip", "flat", "mono" (one slope) or "none" (not roofed).
        planes: one (heading downhill in degrees, rise per metre) per sloped plane of the roof.

    """

    house: int
    footprint: np.ndarray
    eaves_m: float
    ridge_m: float
    roof: str
    planes: tuple[tuple[float, float], ...]


@dataclasses.dataclass(frozen=True)
class Edge:
    """A line at which two buildings touch: their numbers, and its ends (east_m, south_m)."""

    houses: tuple[int, int]
    start: tuple[float, float]
    end: tuple[float, float]


@dataclasses.dataclass(frozen=True)
class Things:
    """The single things of a place."""

    trees: tuple[Tree, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    poles: tuple[Pole, ...] = ()
    buildings: tuple[Building, ...] = ()
    edges: tuple[Edge, ...] = ()


Single = TypeVar("Single", Tree, Vehicle, Pole)
"""A thing that has one place."""


class Record:
    """What a `Builder` writes down: lists of things, and the building that is being built."""

    def __init__(self) -> None:
        self.trees: list[Tree] = []
        self.vehicles: list[Vehicle] = []
        self.poles: list[Pole] = []
        self.buildings: list[Building] = []
        self.house = -1

    def new_house(self) -> int:
        """Begin another building: what is added from now on is its. Return its number."""
        self.house += 1
        return self.house

    def within(self, extent_m: float, middle: tuple[float, float] = (0.0, 0.0)) -> Things:
        """Return the things of a square, their places measured from its middle.

        Args:
            extent_m: side of the square, metres. A building counts if any of it may lie inside,
                everything else if its middle does.
            middle: of the square, (east, south) metres.

        Returns:
            The things and the edges between those buildings.

        """
        half = 0.5 * extent_m
        parts = (
            dataclasses.replace(part, footprint=part.footprint - np.asarray(middle))
            for part in self.buildings
        )
        buildings = tuple(
            part
            for part in parts
            if (part.footprint.min(0) < half).all() and (part.footprint.max(0) > -half).all()
        )
        return Things(
            _inside(self.trees, half, middle),
            _inside(self.vehicles, half, middle),
            _inside(self.poles, half, middle),
            buildings,
            shared_edges(buildings),
        )


def _inside(
    things: Iterable[Single], half: float, middle: tuple[float, float]
) -> tuple[Single, ...]:
    """Return the things whose middles lie in a square, moved so that its middle is the origin."""
    moved = (
        dataclasses.replace(
            thing, east_m=thing.east_m - middle[0], south_m=thing.south_m - middle[1]
        )
        for thing in things
    )
    return tuple(t for t in moved if max(abs(t.east_m), abs(t.south_m)) <= half)


def heading_deg(yaw: float) -> float:
    """Return degrees clockwise from north for radians from east towards south.

    Args:
        yaw: radians from east towards south, as `Frame.yaw`.

    Example:
        >>> heading_deg(0.0), heading_deg(math.pi)
        (90.0, 270.0)

    """
    return (math.degrees(yaw) + 90.0) % 360.0


def shared_edges(buildings: tuple[Building, ...], touch_m: float = TOUCH_M) -> tuple[Edge, ...]:
    """Return where parts of different buildings touch: the walls of the first that lie in the
    second or close to it.

    Args:
        buildings: parts; those of one house are not compared.
        touch_m: metres between walls that still touch.

    Returns:
        Edges longer than `LEAST_EDGE_M`.

    """
    edges = []
    for one, other in itertools.combinations(buildings, 2):
        # Parts of one house touch by design; most pairs of houses are far apart.
        if one.house == other.house or _apart(one.footprint, other.footprint, touch_m):
            continue
        for k in range(4):
            ends = _clip(one.footprint[k], one.footprint[(k + 1) % 4], other.footprint, touch_m)
            if ends is not None and math.dist(*ends) > LEAST_EDGE_M:
                edges.append(Edge((one.house, other.house), *ends))
    return tuple(edges)


def _apart(a: np.ndarray, b: np.ndarray, gap: float) -> bool:
    """Return whether the boxes around two footprints lie further apart than `gap`."""
    return bool((a.min(0) > b.max(0) + gap).any() or (b.min(0) > a.max(0) + gap).any())


def _clip(
    start: np.ndarray, end: np.ndarray, rectangle: np.ndarray, gap: float
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Return the part of a line inside a rectangle grown by `gap`, or None."""
    low = 0.0
    high = 1.0
    middle = rectangle.mean(0)
    for k in range(2):
        side = rectangle[(k + 1) % 4] - rectangle[k]
        half = 0.5 * float(np.hypot(*side)) + gap
        axis = side / np.hypot(*side)
        at = float((start - middle) @ axis)
        rate = float((end - start) @ axis)
        if abs(rate) < 1e-9:
            if abs(at) > half:
                return None
            continue
        near, far = sorted(((-half - at) / rate, (half - at) / rate))
        low = max(low, near)
        high = min(high, far)
    if low >= high:
        return None
    first = start + low * (end - start)
    last = start + high * (end - start)
    return (float(first[0]), float(first[1])), (float(last[0]), float(last[1]))
