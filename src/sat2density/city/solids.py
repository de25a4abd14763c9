"""Closed bodies of a building's parts: walls up to the roof, roof planes, ground."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sat2density.city.frames import Frame, yaw_of
from sat2density.city.parts import Part
from sat2density.city.roofs import Corner, planes_over, rim_m, slope_of

Kind = Literal["ground", "wall", "roof"]


class Face(NamedTuple):
    """A plane polygon, (east, south, up) in metres, counterclockwise as seen from outside."""

    kind: Kind
    corners: list[Corner]


def wall_top_m(part: Part, overhang_m: float) -> float:
    """Return the height at which the roof crosses the outside of the (lower) walls.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls.

    """
    top = rim_m(part) + slope_of(part, overhang_m) * overhang_m
    return max(min(top, part.ridge_m), 0.05)


def solid(part: Part, overhang_m: float) -> list[Face]:
    """Return the faces of a part without what hangs over its walls: they close.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls; the roof's planes stay where they
            are.

    """
    half = (0.5 * part.length_m, 0.5 * part.width_m)
    low = wall_top_m(part, overhang_m)
    high = max(part.ridge_m - (low - rim_m(part) if part.form == "shed" else 0.0), low)
    if part.form == "flat" or high - low < 0.01:
        # No hip is so low that it is worth its corners.
        part, high = _flat(part), low
    roofs = [Face("roof", plane[::-1]) for plane in planes_over(part, half, (low, high))]
    frame = Frame(part.east_m, part.south_m, yaw_of(part.heading_deg))
    a, b = half
    places = [(-a, -b), (a, -b), (a, b), (-a, b)]
    faces = [Face("ground", [(*frame.point(*place), 0.0) for place in places])]
    tops = [high, high, low, low] if part.form == "shed" else [low] * 4
    for k in range(4):
        here, after = places[k], places[(k + 1) % 4]
        corners = [(*frame.point(*after), 0.0), (*frame.point(*here), 0.0)]
        corners.append((*frame.point(*here), tops[k]))
        if part.form == "gabled" and k % 2:
            corners.append((*frame.point(here[0], 0.0), high))
        corners.append((*frame.point(*after), tops[(k + 1) % 4]))
        faces.append(Face("wall", corners))
    return faces + roofs


def _flat(part: Part) -> Part:
    return Part(
        part.east_m,
        part.south_m,
        part.length_m,
        part.width_m,
        part.heading_deg,
        part.eaves_m,
        part.ridge_m,
        "flat",
    )
