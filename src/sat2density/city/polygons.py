"""Polygons as tuples of (x, y): areas, crossings, points inside, triangles. Plain Python and numpy:
no other package is needed for a few corners.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

Point = tuple[float, float]


def area(ring: Sequence[Point]) -> float:
    """Return the signed area of a polygon.

    Args:
        ring: its corners in order; with x east and y south it is positive clockwise as seen on a
            map with north up.

    Example:
        >>> area([(0, 0), (2, 0), (2, 3), (0, 3)])
        6.0

    """
    following = (*ring[1:], ring[0])
    twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, following, strict=True))
    return 0.5 * twice


def crosses_itself(ring: Sequence[Point]) -> bool:
    """Return whether two sides of a polygon that are not neighbours meet.

    Args:
        ring: its corners in order.

    """
    corners = np.asarray(ring, np.float64)
    count = len(corners)
    if count < 4:
        return False
    start = corners
    end = np.roll(corners, -1, axis=0)

    def side(a: np.ndarray, b: np.ndarray, p: np.ndarray) -> np.ndarray:
        along = b - a
        to = p - a
        return np.sign(along[..., 0] * to[..., 1] - along[..., 1] * to[..., 0])

    one, two = start[:, None], end[:, None]
    apart = side(one, two, start[None]) * side(one, two, end[None])
    crossing = (apart < 0) & (apart.T < 0)
    return bool(crossing.any())


def inside(ring: Sequence[Point], points: np.ndarray) -> np.ndarray:
    """Return which points lie in a polygon (crossings of a ray to the east).

    Args:
        ring: its corners in order.
        points: (..., 2) places.

    Returns:
        (...) bool.

    """
    x, y = points[..., 0], points[..., 1]
    found = np.zeros(x.shape, np.bool_)
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if ay == by:
            continue
        between = (ay > y) != (by > y)
        found ^= between & (x < ax + (y - ay) / (by - ay) * (bx - ax))
    return found


def covered(
    rings: Sequence[Sequence[Point]], extent_m: float, size: int, middle: Point = (0.0, 0.0)
) -> np.ndarray:
    """Return which pixels' middles of a square lie in an odd number of rings.

    Args:
        rings: an outline and its holes, metres.
        extent_m: side of the square.
        size: pixels a side.
        middle: of the square.

    Returns:
        (size, size) bool, row 0 north.

    """
    at = ((np.arange(size) + 0.5) / size - 0.5) * extent_m
    points = np.stack(np.meshgrid(at + middle[0], at + middle[1]), -1)
    found = np.zeros((size, size), np.bool_)
    for ring in rings:
        found ^= inside(ring, points)
    return found


def rectangle(
    middle: Point, length: float, width: float, heading_deg: float
) -> tuple[Point, Point, Point, Point]:
    """Return the corners of a turned rectangle, clockwise on a map: front left, front right, back
    right, back left.

    Args:
        middle: (east, south).
        length: along the heading.
        width: across.
        heading_deg: clockwise from north.

    Example:
        >>> [(round(x), round(y)) for x, y in rectangle((0, 0), 4, 2, 0)]
        [(-1, -2), (1, -2), (1, 2), (-1, 2)]

    """
    turn = math.radians(heading_deg)
    ahead = (0.5 * length * math.sin(turn), -0.5 * length * math.cos(turn))
    right = (0.5 * width * math.cos(turn), 0.5 * width * math.sin(turn))

    def corner(a: float, r: float) -> Point:
        return (
            middle[0] + a * ahead[0] + r * right[0],
            middle[1] + a * ahead[1] + r * right[1],
        )

    return corner(1, -1), corner(1, 1), corner(-1, 1), corner(-1, -1)


def triangles(ring: Sequence[Point]) -> list[tuple[int, int, int]]:
    """Cut a polygon without holes into triangles by clipping ears.

    Args:
        ring: its corners in order, either way round.

    Returns:
        Places of corners in `ring`, three a triangle, in the ring's own direction; fewer than n - 2
        where the ring is degenerate.

    """
    left = list(range(len(ring)))
    sign = 1.0 if area(ring) > 0 else -1.0
    found: list[tuple[int, int, int]] = []
    while len(left) > 3:
        ear = next((k for k in range(len(left)) if _is_ear(ring, left, k, sign)), None)
        if ear is None:
            break
        found.append((left[ear - 1], left[ear], left[(ear + 1) % len(left)]))
        del left[ear]
    if len(left) == 3:
        found.append((left[0], left[1], left[2]))
    return found


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _is_ear(ring: Sequence[Point], left: list[int], k: int, sign: float) -> bool:
    """Return whether corner k of those left can be cut off: convex, with no other corner in it."""
    before, here, after = left[k - 1], left[k], left[(k + 1) % len(left)]
    a, b, c = ring[before], ring[here], ring[after]
    if sign * _turn(a, b, c) <= 0:
        return False
    for other in left:
        if other in (before, here, after) or ring[other] in (a, b, c):
            continue
        p = ring[other]
        if all(sign * _turn(u, v, p) >= 0 for u, v in ((a, b), (b, c), (c, a))):
            return False
    return True
