"""The meshes of a building: walls with windows and doors, roofs with a rim."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from sat2density.city.colours import linear_of
from sat2density.city.facades import SMALL_M2, Opening, openings
from sat2density.city.frames import Frame
from sat2density.city.meshes import Mesh, Rgb
from sat2density.city.parts import Building, Part
from sat2density.city.polygons import rectangle
from sat2density.city.roofs import Corner, fitting_parts, planes, walls
from sat2density.city.solids import solid
from sat2density.conventions import Detail

THICK_M: Final = 0.18
"""Of a roof at its rim."""
PROUD_M: Final = 0.03
"""Windows lie so far before the wall."""
REDDISH: Final = 2.2
"""Walls whose red is this many times their blue (linear) are of bricks."""
PLINTH_M: Final = 0.35
FRAME: Final = (0.6, 0.59, 0.55)
DOOR: Final = (0.12, 0.07, 0.05)
GLASS: Final = (0.03, 0.04, 0.05)
TWO_PANES_M: Final = 0.95
"""Windows wider than this have two panes."""


def house(building: Building, rng: np.random.Generator, detail: Detail = "high") -> dict[str, Mesh]:
    """Return the meshes of a building by material: "wall" or "bricks", "roof", "flat roof",
    "window", "matt".

    Args:
        building: of a plan.
        rng: draws windows and doors.
        detail: "medium" leaves out plinths and sills; "low" windows, doors and roofs' rims, too.

    """
    wall, roof = linear_of(building.wall_colour), linear_of(building.roof_colour)
    stone = "bricks" if wall[0] > REDDISH * wall[2] else "wall"
    meshes = {name: Mesh() for name in (stone, "roof", "flat roof", "window", "matt")}
    parts = fitting_parts(building)
    for number, part in enumerate(parts):
        others = [other for other in parts if other is not part]
        for face in solid(part, building.overhang_m):
            if face.kind == "wall":
                meshes[stone].polygon(face.corners, wall)
        cover = "flat roof" if part.form == "flat" else "roof"
        if detail == "low":
            for plane in planes(part, building.overhang_m):
                meshes[cover].polygon(plane[::-1], roof)
            continue
        _roof(meshes[cover], part, building.overhang_m, roof)
        if detail == "high":
            _plinth(meshes["matt"], part, wall)
        for frame, opening in _openings(part, others, number == 0, rng):
            _opening(meshes, frame, opening)
            if detail == "high" and opening.kind == "window":
                _sill(meshes["matt"], frame, opening)
    return meshes


def _plinth(mesh: Mesh, part: Part, wall: Rgb) -> None:
    """Add a darker band a little before the foot of the walls."""
    dark = (0.45 * wall[0], 0.45 * wall[1], 0.45 * wall[2])
    if part.length_m * part.width_m < SMALL_M2:
        return
    place = (part.east_m, part.south_m)
    long, wide = part.length_m + 0.04, part.width_m + 0.04
    ring = rectangle(place, long, wide, part.heading_deg)
    mesh.prism(ring, (0.0, min(PLINTH_M, 0.5 * part.eaves_m)), dark)


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
    part: Part, others: list[Part], main: bool, rng: np.random.Generator
) -> Iterator[tuple[Frame, Opening]]:
    """Give windows and a door on the walls of a part that no other part hides."""
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
                yield frame, opening


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

    first, last, sill, head = opening[1:]
    rim = 0.07
    meshes["matt"].polygon(quad(first, last, sill, head, PROUD_M), FRAME)
    if opening.kind != "window":
        leaf = (first + rim, last - rim, sill, head - rim)
        meshes["matt"].polygon(quad(*leaf, 1.6 * PROUD_M), DOOR)
        if opening.kind == "door":
            lamp = (first + 0.25, last - 0.25, head - 0.55, head - 0.2)
            meshes["window"].polygon(quad(*lamp, 2.2 * PROUD_M), GLASS)
        return
    count = 2 if last - first > TWO_PANES_M else 1
    wide = (last - first - rim) / count
    for k in range(count):
        pane = (first + k * wide + rim, first + (k + 1) * wide, sill + rim, head - rim)
        meshes["window"].polygon(quad(*pane, 1.6 * PROUD_M), GLASS)


def _sill(mesh: Mesh, frame: Frame, opening: Opening) -> None:
    """Add a board below a window."""
    a, b = opening.first - 0.06, opening.last + 0.06
    low, high, out = opening.sill - 0.06, opening.sill, 0.12
    left, right = frame.point(a, out), frame.point(b, out)
    mesh.polygon([(*left, low), (*right, low), (*right, high), (*left, high)], FRAME)
    back_left, back_right = frame.point(a, 0.0), frame.point(b, 0.0)
    mesh.polygon([(*left, high), (*right, high), (*back_right, high), (*back_left, high)], FRAME)
