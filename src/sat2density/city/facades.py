"""Windows and doors, invented from the plan's seed: rectangles on the walls of a building."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

import numpy as np

STOREY_M: Final = 2.75
FLOOR_M: Final = 0.15
EVERY_M: Final = 3.1
"""At most one window for so much of a wall."""
SMALL_M2: Final = 14.0
"""Sheds have a door and no windows."""

Kind = Literal["window", "door", "gate"]


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
