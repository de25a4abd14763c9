"""Triangles with colours for a model: x east, y up, z south, counterclockwise from outside."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sat2density.city.polygons import triangles

Corner = tuple[float, float, float]
"""(east, south, up), metres."""
Rgb = tuple[float, float, float]


class Arrays(NamedTuple):
    """A mesh: positions, normals, linear colours (N, 3) and places (N, 2) float32, indices (M,)
    uint32.
    """

    positions: np.ndarray
    normals: np.ndarray
    colours: np.ndarray
    places: np.ndarray
    indices: np.ndarray


@dataclasses.dataclass
class Mesh:
    """Triangles of one material, collected: positions, normals, linear colours, places in a
    picture, corner numbers.

    Places are metres: along the horizontal line in the polygon's plane, and down its slope.
    """

    positions: list[Corner] = dataclasses.field(default_factory=list)
    normals: list[Corner] = dataclasses.field(default_factory=list)
    colours: list[Rgb] = dataclasses.field(default_factory=list)
    places: list[tuple[float, float]] = dataclasses.field(default_factory=list)
    indices: list[int] = dataclasses.field(default_factory=list)

    def polygon(self, corners: Sequence[Corner], colour: Rgb) -> None:
        """Add a plane polygon.

        Args:
            corners: counterclockwise as seen from outside.
            colour: linear, in [0, 1].

        """
        points = np.asarray(corners, np.float64)
        normal = _normal(points)
        if normal is None:
            return
        # Seen along its largest axis the polygon keeps its shape best.
        axis = int(np.argmax(np.abs(normal)))
        flat = np.delete(points, axis, 1)
        first = len(self.positions)
        self.positions += [turned(corner) for corner in corners]
        self.normals += [turned((normal[0], normal[1], normal[2]))] * len(corners)
        self.colours += [colour] * len(corners)
        self.places += _laid_out(points, normal)
        for three in triangles([(float(x), float(y)) for x, y in flat]):
            self.indices += [first + k for k in three]

    def prism(
        self,
        ring: Sequence[tuple[float, float]],
        heights: tuple[float, float],
        colour: Rgb,
        top: Sequence[tuple[float, float]] | None = None,
    ) -> None:
        """Add the sides and the top of a prism.

        Args:
            ring: clockwise on a map, (east, south).
            heights: of its foot and of its top, metres.
            colour: linear.
            top: another ring at the top; None for the same.

        """
        upper = ring if top is None else top
        low, high = heights
        count = len(ring)
        for k in range(count):
            a, b = ring[k], ring[(k + 1) % count]
            c, d = upper[(k + 1) % count], upper[k]
            self.polygon([(*b, low), (*a, low), (*d, high), (*c, high)], colour)
        self.polygon([(*point, high) for point in upper][::-1], colour)

    def arrays(self) -> Arrays:
        """Return the mesh as arrays; places are zeros where it has none."""
        places = np.array(self.places, np.float32)
        return Arrays(
            np.array(self.positions, np.float32),
            np.array(self.normals, np.float32),
            np.array(self.colours, np.float32),
            places if len(places) else np.zeros((len(self.positions), 2), np.float32),
            np.array(self.indices, np.uint32),
        )


def turned(corner: Sequence[float] | np.ndarray) -> Corner:
    """Return (x, y, z) of (east, south, up): y up.

    Args:
        corner: of a model, before it is turned.

    """
    return float(corner[0]), float(corner[2]), float(corner[1])


def _normal(points: np.ndarray) -> np.ndarray | None:
    """Return the unit normal (east, south, up) of a polygon counterclockwise from outside, by
    Newell's sum; None where it has no area.
    """
    after = np.roll(points, -1, axis=0)
    x, y, z = np.cross(points, after).sum(0)
    # East, south, up is left-handed: the product points inwards.
    normal = -np.array([x, y, z])
    length = float(np.linalg.norm(normal))
    return normal / length if length > 1e-9 else None


def _laid_out(points: np.ndarray, normal: np.ndarray) -> list[tuple[float, float]]:
    """Return (along, down) in metres of the corners of a polygon with a unit normal."""
    level = math.hypot(normal[0], normal[1])
    across = np.array([-normal[1], normal[0], 0.0]) / level if level > 1e-6 else np.eye(3)[0]
    down = np.cross(across, normal)
    down = -down if down[2] > 1e-6 else down
    return [(float(a), float(d)) for a, d in zip(points @ across, points @ down, strict=True)]
