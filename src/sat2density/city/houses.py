"""The meshes of a building: walls with windows and doors, roofs with a rim."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from sat2density.city.colours import linear_of
from sat2density.city.facades import Opening, openings
from sat2density.city.frames import Frame
from sat2density.city.meshes import Mesh, Rgb
from sat2density.city.parts import Building, Part
from sat2density.city.roofs import Corner, fitting_parts, planes, walls
from sat2density.city.solids import solid

THICK_M: Final = 0.18
"""Of a roof at its rim."""
PROUD_M: Final = 0.03
"""Windows lie so far before the wall."""
FRAME: Final = (0.6, 0.59, 0.55)
GLASS: Final = (0.03, 0.04, 0.05)


def house(building: Building, rng: np.random.Generator) -> dict[str, Mesh]:
    """Return the meshes of a building by material: "wall", "roof", "glass", "matt".

    Args:
        building: of a plan.
        rng: draws windows and doors.

    """
    meshes = {name: Mesh() for name in ("wall", "roof", "glass", "matt")}
    parts = fitting_parts(building)
    wall, roof = linear_of(building.wall_colour), linear_of(building.roof_colour)
    for number, part in enumerate(parts):
        others = [other for other in parts if other is not part]
        for face in solid(part, building.overhang_m):
            if face.kind == "wall":
                meshes["wall"].polygon(face.corners, wall)
        _roof(meshes["roof"], part, building.overhang_m, roof)
        _openings(meshes, part, others, building, number == 0, rng)
    return meshes


def _roof(mesh: Mesh, part: Part, overhang_m: float, colour: Rgb) -> None:
    """Add a roof as a thin slab: planes above and below, a rim all round."""
    dark = (0.6 * colour[0], 0.6 * colour[1], 0.6 * colour[2])
    edges: dict[tuple[Corner, Corner], None] = {}
    for plane in planes(part, overhang_m):
        mesh.polygon(plane[::-1], colour)
        mesh.polygon([(e, s, up - THICK_M) for e, s, up in plane], dark)
        for a, b in zip(plane, (*plane[1:], plane[0]), strict=True):
            key = (_rounded(a), _rounded(b))
            if key[::-1] in edges:
                del edges[key[::-1]]
            else:
                edges[key] = None
    for a, b in edges:
        low_a, low_b = (*a[:2], a[2] - THICK_M), (*b[:2], b[2] - THICK_M)
        mesh.polygon([low_b, low_a, a, b], dark)


def _rounded(corner: Corner) -> Corner:
    return round(corner[0], 4), round(corner[1], 4), round(corner[2], 4)


def _openings(
    meshes: dict[str, Mesh],
    part: Part,
    others: list[Part],
    building: Building,
    main: bool,
    rng: np.random.Generator,
) -> None:
    """Put windows and a door on the walls of a part that no other part hides."""
    ring = walls(part)
    size = part.length_m * part.width_m
    front = int(rng.integers(4)) if main else -1
    if main:
        # The door is in a long wall; which one, nobody knows.
        long = (1, 3) if part.length_m >= part.width_m else (0, 2)
        front = long[int(rng.integers(2))]
    for k in range(4):
        start, end = ring[(k + 1) % 4], ring[k]
        long_m = math.dist(start, end)
        yaw = math.atan2(end[1] - start[1], end[0] - start[0])
        frame = Frame(start[0], start[1], yaw)
        for opening in openings(long_m, part.eaves_m, size, k == front, rng):
            middle = frame.point(0.5 * (opening.first + opening.last), 0.0)
            if not any(_within(other, middle) for other in others):
                _opening(meshes, frame, opening)


def _within(part: Part, place: tuple[float, float]) -> bool:
    frame = Frame(part.east_m, part.south_m, math.radians(part.heading_deg - 90.0))
    x, y = frame.into(np.array(place[0]), np.array(place[1]))
    return bool(abs(x) < 0.5 * part.length_m + 0.3 and abs(y) < 0.5 * part.width_m + 0.3)


def _opening(meshes: dict[str, Mesh], frame: Frame, opening: Opening) -> None:
    """Add a window (frame and glass) or a door, a little before the wall.

    The frame's local x runs from left to right as seen from outside; outside is at local y > 0.
    """

    def quad(first: float, last: float, sill: float, head: float, out: float) -> list[Corner]:
        return [
            (*frame.point(first, out), sill),
            (*frame.point(last, out), sill),
            (*frame.point(last, out), head),
            (*frame.point(first, out), head),
        ]

    whole = opening[1:]
    if opening.kind == "door":
        meshes["matt"].polygon(quad(*whole, PROUD_M), (0.12, 0.07, 0.05))
        return
    meshes["matt"].polygon(quad(*whole, PROUD_M), FRAME)
    first, last, sill, head = whole
    rim = 0.07
    pane = (first + rim, last - rim, sill + rim, head - rim)
    meshes["glass"].polygon(quad(*pane, 1.6 * PROUD_M), GLASS)
