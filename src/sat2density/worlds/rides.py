"""Rides along the streets of a town: from crossing to crossing, on the left of the road."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Street
from sat2density.worlds.town import Town

BORDER_M: Final = 45.0
"""Kept from the area's border: half a tile of every style."""

EVERY_M: Final = 4.0
"""Between two points of a ride."""

CORNER_M: Final = 7.0
"""Left out before and after a crossing: the turn is what a curve through the rest makes of it."""

TRIES: Final = 40
"""Rides that are tried until one is long enough; at the border one may be stuck."""

SAME_WAY: Final = 0.6
"""Streets whose directions differ by less than this many radians do not cross."""


def ride(town: Town, number: int, length_m: float) -> np.ndarray:
    """Return a ride: (N, 2) metres east and south of the town's middle, N >= 2.

    Args:
        town: the area.
        number: which ride; same town and number, same ride.
        length_m: it is at least so long, where the town is large enough.

    """
    rng = Rng(town.seed, f"town ride {number}")
    crossings = _crossings(town)
    best, most = np.zeros((0, 2)), 0.0
    for _ in range(TRIES):
        points, length = _wander(town, crossings, rng, length_m)
        if length > most:
            best, most = points, length
        if most >= length_m:
            return best
    if most > 0.0:
        return best
    reach = town.size_m / 2 - BORDER_M
    return _lane(town.streets[0], -reach, reach)


def _wander(
    town: Town, crossings: dict[int, list[tuple[float, int, float]]], rng: Rng, length_m: float
) -> tuple[np.ndarray, float]:
    """Return a ride that turns at every crossing it comes to, and its length; it may be stuck."""
    streets = town.streets
    current = rng.integer(0, len(streets) - 1)
    points, length = [np.zeros((0, 2))], 0.0
    if not crossings[current]:
        return points[0], length
    at = rng.choice(crossings[current])[0]
    while length < length_m:
        options = [(s, other, t) for s, other, t in crossings[current] if abs(s - at) > 30.0]
        if not options:
            break
        s, other, t = options[rng.integer(0, len(options) - 1)]
        way = math.copysign(CORNER_M, s - at)
        points.append(_lane(streets[current], at + way, s - way))
        length += abs(s - at)
        current, at = other, t
    return np.concatenate(points), length


def _lane(street: Street, first: float, last: float) -> np.ndarray:
    """Return points of the left lane from one place of a street to another."""
    side = -1.0 if last > first else 1.0
    steps = np.linspace(first, last, max(2, round(abs(last - first) / EVERY_M) + 1))
    return np.array([street.at(float(s)).at(0.0, side * 0.45 * street.half) for s in steps])


def _crossings(town: Town) -> dict[int, list[tuple[float, int, float]]]:
    """Return for each street where it crosses which other: (s on it, the other, s there)."""
    lines = []
    for street in town.streets:
        steps = np.arange(-street.origin, street.length - street.origin, 1.0)
        lines.append((steps, np.array([street.at(float(s)).at(0.0, 0.0) for s in steps])))
    found: dict[int, list[tuple[float, int, float]]] = {k: [] for k in range(len(lines))}
    reach = town.size_m / 2 - BORDER_M
    for i, (steps, line) in enumerate(lines):
        for j in range(i + 1, len(lines)):
            turn = town.streets[i].pieces[0].start.yaw - town.streets[j].pieces[0].start.yaw
            if abs(math.sin(turn)) < SAME_WAY:
                continue
            others, other = lines[j]
            away = np.hypot(*(line[:, None] - other[None]).transpose(2, 0, 1))
            a, b = np.unravel_index(away.argmin(), away.shape)
            if away[a, b] < 3.0 and np.abs(line[a]).max() < reach:
                found[i].append((float(steps[a]), j, float(others[b])))
                found[j].append((float(others[b]), i, float(steps[a])))
    return found
