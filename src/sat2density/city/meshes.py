"""Triangles with colours for a model: x east, y up, z south, counterclockwise from outside."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np

from sat2density.city.polygons import triangles

Corner = tuple[float, float, float]
"""(east, south, up), metres."""
Rgb = tuple[float, float, float]


@dataclasses.dataclass
class Mesh:
    """Triangles of one material, collected: positions, normals, linear colours, corner numbers."""

    positions: list[Corner] = dataclasses.field(default_factory=list)
    normals: list[Corner] = dataclasses.field(default_factory=list)
    colours: list[Rgb] = dataclasses.field(default_factory=list)
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
        self.positions += [_turned(corner) for corner in corners]
        self.normals += [_turned((normal[0], normal[1], normal[2]))] * len(corners)
        self.colours += [colour] * len(corners)
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

    def arrays(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return positions, normals, colours (N, 3) float32 and indices (M,) uint32."""
        return (
            np.array(self.positions, np.float32),
            np.array(self.normals, np.float32),
            np.array(self.colours, np.float32),
            np.array(self.indices, np.uint32),
        )


def _turned(corner: Sequence[float]) -> Corner:
    """Return (x, y, z) of (east, south, up): y up."""
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


def lump(form: str, variant: int) -> Mesh:
    """Return the crown of a tree in a box of height 1 above the ground and radius 1.

    Args:
        form: "round", "conifer" or "column"; "bush" reaches to the ground.
        variant: number of its dents.

    """
    rings, around = (7, 13)
    rng = np.random.default_rng([variant, len(form)])
    points = [(0.0, 0.0, 1.0)]
    for ring in range(1, rings + 1):
        t = ring / (rings + 1)
        if form == "conifer":
            radius, up = t**0.85, 1.0 - t * 0.98
        else:
            radius, up = math.sin(math.pi * t) ** 0.8, 0.5 + 0.5 * math.cos(math.pi * t)
        for k in range(around):
            turn = 2 * math.pi * (k + 0.5 * (ring % 2)) / around
            far = radius * (0.86 + 0.28 * (rng.random() - 0.5))
            points.append(
                (far * math.cos(turn), far * math.sin(turn), up + 0.05 * (rng.random() - 0.5))
            )
    points.append((0.0, 0.0, 0.0))
    faces = []
    for k in range(around):
        after = (k + 1) % around
        faces.append((0, 1 + after, 1 + k))
        last = 1 + (rings - 1) * around
        faces.append((len(points) - 1, last + k, last + after))
        for ring in range(rings - 1):
            a, b = 1 + ring * around + k, 1 + ring * around + after
            c, d = a + around, b + around
            if ring % 2 == 0:
                faces += [(a, b, c), (b, d, c)]
            else:
                faces += [(a, d, c), (a, b, d)]
    return _smooth(np.array(points), faces)


def _smooth(points: np.ndarray, faces: list[tuple[int, int, int]]) -> Mesh:
    """Return a mesh with normals averaged at its corners; deep places are darker."""
    normals = np.zeros_like(points)
    for a, b, c in faces:
        normal = np.cross(points[b] - points[a], points[c] - points[a])
        for k in (a, b, c):
            normals[k] += normal
    mesh = Mesh()
    # Whichever way the corners run: outwards is away from the middle.
    outwards = np.sign(((points - points.mean(0)) * normals).sum())
    normals *= outwards
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    mesh.positions = [_turned(point) for point in points]
    mesh.normals = [_turned(normal) for normal in normals]
    mesh.colours = [(s, s, s) for s in (0.62 + 0.38 * points[:, 2]).clip(0, 1).tolist()]
    turned = np.array(mesh.positions)
    volume = sum(float(np.linalg.det(turned[list(face)])) for face in faces)
    for a, b, c in faces:
        mesh.indices += [a, b, c] if volume > 0 else [a, c, b]
    return mesh
