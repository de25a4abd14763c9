"""Crowns of trees and shrubs: a closed lump, and sprays of leaves on it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sat2density.city.meshes import Mesh, turned

SPRAYS: Final = {"round": 110, "conifer": 110, "column": 90, "bush": 45}
"""Squares with a picture of leaves on each crown."""
SPRAY: Final = 0.42
"""Half the side of such a square, in radii of the crown; half of that in heights."""
CORE: Final = 0.8
"""The lump inside the leaves is smaller than the crown by this factor."""
FINE: Final = (7, 13)
"""Rings of a lump, and corners of each."""
COARSE: Final = (3, 8)


def lump(form: str, variant: int, size: tuple[int, int] = FINE) -> Mesh:
    """Return the crown of a tree in a box of height 1 above the ground and radius 1.

    Args:
        form: "round", "conifer" or "column"; "bush" reaches to the ground.
        variant: number of its dents.
        size: rings, and corners of each.

    """
    rings, around = size
    rng = np.random.default_rng([variant, len(form)])
    points = [(0.0, 0.0, 1.0)]
    for ring in range(1, rings + 1):
        t = ring / (rings + 1)
        radius, up = _profile(form, t)
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


def inner(form: str, variant: int, size: tuple[int, int] = FINE) -> Mesh:
    """Return the dark inside of a crown: a lump that its leaves hide.

    Args:
        form: see `lump`.
        variant: number of its dents.
        size: see `lump`.

    """
    mesh = lump(form, variant, size)
    mesh.positions = [(CORE * x, 0.5 + CORE * (y - 0.5), CORE * z) for x, y, z in mesh.positions]
    mesh.colours = [(0.55 * r, 0.55 * g, 0.55 * b) for r, g, b in mesh.colours]
    return mesh


def leafage(form: str, variant: int, part: float = 1.0) -> Mesh:
    """Return the leaves of a crown: squares that show a whole picture of leaves each.

    Their normals are the crown's, so that light runs round it smoothly.

    Args:
        form: see `lump`.
        variant: which of several.
        part: of the squares, in (0, 1]; fewer are larger, so that they cover as much.

    """
    rng = np.random.default_rng([variant, 17, len(form)])
    mesh, count = Mesh(), SPRAYS[form]
    side = SPRAY / math.sqrt(part)
    # In random order: a viewer may leave out the last ones of a crown that is far away.
    for number in rng.permutation(count)[: math.ceil(part * count)]:
        share = (number + 0.5) / count
        if form == "conifer":
            share = math.sqrt(share)  # more leaves below, where it is wide
        radius, up = _profile(form, 0.02 + 0.94 * share)
        turn = 2.39996 * number + rng.uniform(-0.3, 0.3)
        far = radius * rng.uniform(0.7, 0.92)
        middle = np.array([far * math.cos(turn), far * math.sin(turn), 0.5 + 0.82 * (up - 0.5)])
        outwards = np.array([math.cos(turn) * (radius + 0.2), math.sin(turn) * (radius + 0.2), 0.0])
        outwards[2] = 2.2 * (up - 0.42) if form != "conifer" else 0.6
        outwards /= np.linalg.norm(outwards)
        facing = outwards + rng.normal(0, 0.45, 3)
        _spray(mesh, middle, outwards, facing / np.linalg.norm(facing), side, rng)
    return mesh


def _spray(
    mesh: Mesh,
    middle: np.ndarray,
    normal: np.ndarray,
    facing: np.ndarray,
    half: float,
    rng: np.random.Generator,
) -> None:
    """Add a square of half a side `half` around a place, turned at random in its plane."""
    side = np.cross(facing, rng.normal(size=3))
    side /= np.linalg.norm(side)
    other = np.cross(facing, side)
    size = half * rng.uniform(0.75, 1.15) * np.array([1.0, 1.0, 0.5])
    first = len(mesh.positions)
    light = float(np.clip(0.62 + 0.4 * middle[2] + rng.normal(0, 0.08), 0.35, 1.0))
    for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
        corner = middle + (a * side + b * other) * size
        corner[2] = min(max(corner[2], 0.0), 1.0)  # the crown's height is known
        mesh.positions.append(turned(corner))
        mesh.normals.append(turned(normal))
        mesh.colours.append((light, light, light))
        mesh.places.append((0.5 + 0.5 * a, 0.5 + 0.5 * b))
    mesh.indices += [first, first + 1, first + 2, first, first + 2, first + 3]


def _profile(form: str, share: float) -> tuple[float, float]:
    """Return (radius, height) of a crown at a share of the way from its top to its foot."""
    if form == "conifer":
        return share**0.85, 1.0 - share * 0.98
    return math.sin(math.pi * share) ** 0.8, 0.5 + 0.5 * math.cos(math.pi * share)


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
    mesh.positions = [turned(point) for point in points]
    mesh.normals = [turned(normal) for normal in normals]
    mesh.colours = [(s, s, s) for s in (0.62 + 0.38 * points[:, 2]).clip(0, 1).tolist()]
    corners = np.array(mesh.positions)
    volume = sum(float(np.linalg.det(corners[list(face)])) for face in faces)
    for a, b, c in faces:
        mesh.indices += [a, b, c] if volume > 0 else [a, c, b]
    return mesh
