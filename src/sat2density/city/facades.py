"""Windows and doors, invented from the plan's seed and the building's place: rectangles on its
walls.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import numpy as np

from sat2density.city.plan import Plan

STOREY_M: Final = 2.75
FLOOR_M: Final = 0.15
EVERY_M: Final = 3.1
"""At most one window for so much of a wall."""
SMALL_M2: Final = 14.0
"""Sheds have a door and no windows."""

SAME_M: Final = 3.0
"""Side of the squares of ground by which a building is known again in another plan, where it may
have been found a little beside.
"""

Kind = Literal["window", "door", "gate"]
Origin = tuple[float, float]
"""Where a plan's middle lies: metres east and north in a frame that its neighbours share."""


class Opening(NamedTuple):
    """A window, door or gate: from one place along a wall to another, from sill to head, metres."""

    kind: Kind
    first: float
    last: float
    sill: float
    head: float


def openings(
    long: float, high: float, area_m2: float, front: bool, rng: np.random.Generator
) -> Iterator[Opening]:
    """Yield the openings of a wall.

    Args:
        long: length of the wall, metres.
        high: height of the wall at its eaves, metres.
        area_m2: of the part that it belongs to.
        front: whether it has the door.
        rng: draws them.

    """
    if high < 1.9 or long < 1.2:
        return
    if area_m2 < SMALL_M2:
        if front:
            middle = 0.5 * long
            yield Opening("door", middle - 0.42, middle + 0.42, 0.05, min(1.95, high - 0.1))
        return
    storeys = max(int((high - FLOOR_M + 0.3) // STOREY_M), 1)
    slots = max(math.floor(long / EVERY_M), 1)
    width = long / slots
    for storey in range(storeys):
        floor = FLOOR_M + STOREY_M * storey
        for slot in range(slots):
            middle = (slot + 0.5) * width
            chance, wide = rng.random(2)
            if front and storey == 0 and slot == slots // 2:
                yield Opening(
                    "door", middle - 0.5, middle + 0.5, 0.05, min(floor + 2.1, high - 0.1)
                )
                continue
            half = min(0.45 + 0.6 * wide, 0.38 * width)
            head = min(floor + 2.15, high - 0.15)
            sill = floor + 0.9
            if chance < 0.75 and half > 0.25 and head - sill > 0.5:
                yield Opening("window", middle - half, middle + half, sill, head)


def drawn_from(plan: Plan, number: int, origin: Origin | None = None) -> list[int]:
    """Return the numbers from which the windows and doors of a building are drawn: the plan's seed
    and the building's place on Earth, so that a plan of the next tile invents the same ones; its
    number in a plan that lies nowhere.

    Args:
        plan: the building is one of its.
        number: of the building in it.
        origin: of the plan; None takes what its place says.

    """
    if origin is None and plan.place is not None:
        place, unit = plan.place, plan.place.units_per_m
        origin = place.x / unit, place.y / unit
    if origin is None:
        return [plan.seed, number]
    ring = np.array(plan.buildings[number].footprint)
    east, south = 0.5 * (ring.min(0) + ring.max(0))
    square = (math.floor((origin[0] + east) / SAME_M), math.floor((origin[1] - south) / SAME_M))
    return [plan.seed, *(index % 2**32 for index in square)]
