"""The meshes of a vehicle: a body with a cabin, wheels and lights; its shape is invented."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from sat2density.city.colours import linear_of
from sat2density.city.frames import Frame, yaw_of
from sat2density.city.meshes import Mesh, Rgb
from sat2density.city.parts import Vehicle
from sat2density.city.polygons import Point, rectangle
from sat2density.conventions import Detail

GLASS: Final = (0.03, 0.04, 0.05)
TYRE: Final = (0.012, 0.012, 0.012)
RIM: Final = (0.25, 0.25, 0.26)
WHITE: Final = (0.8, 0.8, 0.75)
RED: Final = (0.45, 0.01, 0.01)
WHEEL_M: Final = 0.31
CLEAR_M: Final = 0.24
"""Between the ground and the body."""
SPOKES: Final = 10


def vehicle(car: Vehicle, detail: Detail = "high") -> dict[str, Mesh]:
    """Return the body, the windows, and wheels with lights.

    Args:
        car: its box, heading and colour.
        detail: "low" leaves out wheels, lights and posts.

    """
    body, glass, dark = Mesh(), Mesh(), Mesh()
    colour = linear_of(car.colour)
    frame = Frame(car.east_m, car.south_m, yaw_of(car.heading_deg))
    long, wide, high = car.length_m, car.width_m, car.height_m
    waist, belt = 0.6 * high, 0.42 * high
    heading = car.heading_deg

    def ring(share: float, length: float, width: float) -> Sequence[Point]:
        return rectangle(frame.point(share * long, 0.0), length * long, width * wide, heading)

    body.prism(ring(0.0, 0.96, 0.9), (CLEAR_M, belt), colour, ring(0.0, 1.0, 1.0))
    body.prism(ring(0.0, 1.0, 1.0), (belt, waist), colour, ring(-0.015, 0.93, 0.9))
    top = (waist, high - 0.07)
    glass.prism(ring(-0.07, 0.64, 0.86), top, GLASS, ring(-0.1, 0.42, 0.76))
    body.prism(ring(-0.1, 0.44, 0.78), (high - 0.08, high - 0.03), colour, ring(-0.1, 0.38, 0.7))
    if detail == "low":
        return {"paint": body, "glass": glass}
    _pillars(body, frame, car, colour, top)
    for along in (-0.31, 0.31):
        for side in (-1, 1):
            _wheel(dark, frame, (along * long, side * 0.5 * wide), side)
    for side in (-1, 1):
        across = side * 0.36 * wide
        _light(dark, frame, (0.502 * long, across), (belt - 0.14, belt + 0.02), WHITE)
        _light(dark, frame, (-0.502 * long, across), (belt - 0.12, belt + 0.05), RED)
    return {"paint": body, "glass": glass, "matt": dark}


def _pillars(
    mesh: Mesh, frame: Frame, car: Vehicle, colour: Rgb, heights: tuple[float, float]
) -> None:
    """Stand a post on each side in the middle of the cabin, before the glass."""
    low, high = heights
    for side in (-1, 1):
        foot, head = side * 0.437 * car.width_m, side * 0.387 * car.width_m
        a, b = (-0.11 * car.length_m, -0.075 * car.length_m)
        corners = [
            (*frame.point(a, foot), low),
            (*frame.point(b, foot), low),
            (*frame.point(b, head), high),
            (*frame.point(a, head), high),
        ]
        mesh.polygon(corners if side > 0 else corners[::-1], colour)


def _wheel(mesh: Mesh, frame: Frame, place: tuple[float, float], side: int) -> None:
    """Add a wheel whose outside lies at a local place; `side` is -1 on the left."""
    along, across = place
    inner = across - side * 0.2
    turns = [2 * math.pi * k / SPOKES for k in range(SPOKES)]
    rim = [(along + WHEEL_M * math.cos(t), WHEEL_M * (1 + math.sin(t))) for t in turns]
    hub = [(along + 0.6 * (x - along), WHEEL_M + 0.6 * (z - WHEEL_M)) for x, z in rim]
    outside = across + side * 0.012
    for k in range(SPOKES):
        (xa, za), (xb, zb) = rim[k], rim[(k + 1) % SPOKES]
        tread = [
            (*frame.point(xa, outside), za),
            (*frame.point(xb, outside), zb),
            (*frame.point(xb, inner), zb),
            (*frame.point(xa, inner), za),
        ]
        mesh.polygon(tread if side > 0 else tread[::-1], TYRE)
    for points, out, colour in ((rim, outside, TYRE), (hub, outside + side * 0.008, RIM)):
        face = [(*frame.point(x, out), z) for x, z in points]
        mesh.polygon(face if side > 0 else face[::-1], colour)


def _light(
    mesh: Mesh,
    frame: Frame,
    place: tuple[float, float],
    heights: tuple[float, float],
    colour: Rgb,
) -> None:
    """Add a light that faces away from the middle of the vehicle."""
    along, across = place
    low, high = heights
    corners = [
        (*frame.point(along, across - 0.16), low),
        (*frame.point(along, across + 0.16), low),
        (*frame.point(along, across + 0.16), high),
        (*frame.point(along, across - 0.16), high),
    ]
    mesh.polygon(corners if along < 0 else corners[::-1], colour)
