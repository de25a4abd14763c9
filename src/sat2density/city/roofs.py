"""Roofs over rectangles: their planes, and parts for a building that has none."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np

from sat2density.city.frames import Frame, yaw_of
from sat2density.city.parts import Building, Part
from sat2density.city.polygons import inside, rectangle
from sat2density.city.rectangles import cover

RIM_M: Final = 0.2
"""A sloped roof's rim lies so much above the top of the walls: beams and tiles."""
FITTING: Final = 0.6
"""Share of their union that footprint and parts must have in common to belong together."""
MOST_PARTS: Final = 12
NEAR_M: Final = 0.05
"""Corners of a footprint nearer than this to a line lie on it."""

Corner = tuple[float, float, float]


def rim_m(part: Part) -> float:
    """Return the height of the roof at its rim.

    Args:
        part: of a building.

    """
    return part.ridge_m if part.form == "flat" else min(part.eaves_m + RIM_M, part.ridge_m)


def run_m(part: Part, overhang_m: float) -> float:
    """Return metres from the rim to the highest line, across.

    Args:
        part: of a building; not flat.
        overhang_m: by which its roof reaches beyond the walls.

    """
    if part.form == "shed":
        return part.width_m + 2 * overhang_m
    short = min(part.length_m, part.width_m) if part.form == "hipped" else part.width_m
    return 0.5 * short + overhang_m


def slope_of(part: Part, overhang_m: float) -> float:
    """Return the rise of the roof per metre, 0 for a flat one.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls.

    """
    return 0.0 if part.form == "flat" else (part.ridge_m - rim_m(part)) / run_m(part, overhang_m)


def rise(part: Part, overhang_m: float, east: np.ndarray, south: np.ndarray) -> np.ndarray:
    """Return how far the roof has risen above its rim, as a share of the run: 0 at the rim, 1 at
    the ridge, NaN beyond the rim.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls.
        east: places, metres.
        south: likewise.

    """
    x, y = Frame(part.east_m, part.south_m, yaw_of(part.heading_deg)).into(east, south)
    a, b = 0.5 * part.length_m + overhang_m, 0.5 * part.width_m + overhang_m
    beyond = (np.abs(x) > a) | (np.abs(y) > b)
    if part.form == "flat":
        up = np.zeros_like(x)
    elif part.form == "shed":
        up = (b - y) / (2 * b)
    elif part.form == "gabled":
        up = 1 - np.abs(y) / b
    else:
        up = np.minimum(b - np.abs(y), a - np.abs(x)) / min(a, b)
    return np.where(beyond, np.nan, up)


def surface(part: Part, overhang_m: float, east: np.ndarray, south: np.ndarray) -> np.ndarray:
    """Return the height of the roof, NaN beyond its rim, metres.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls.
        east: places, metres.
        south: likewise.

    """
    low = rim_m(part)
    return low + (part.ridge_m - low) * rise(part, overhang_m, east, south)


def planes(part: Part, overhang_m: float) -> list[list[Corner]]:
    """Return the roof's planes as polygons (east, south, up), clockwise on a map.

    Args:
        part: of a building.
        overhang_m: by which its roof reaches beyond the walls.

    """
    a, b = 0.5 * part.length_m + overhang_m, 0.5 * part.width_m + overhang_m
    return planes_over(part, (a, b), (rim_m(part), part.ridge_m))


def planes_over(
    part: Part, half: tuple[float, float], heights: tuple[float, float]
) -> list[list[Corner]]:
    """Return planes as `planes` does, over any rectangle with the part's middle and heading.

    Args:
        part: its place, heading and roof form are read.
        half: half lengths along the heading and across, metres.
        heights: of the lowest and of the highest line, metres.

    """
    frame = Frame(part.east_m, part.south_m, yaw_of(part.heading_deg))
    a, b = half
    low, high = heights

    def at(x: float, y: float, up: float) -> Corner:
        return (*frame.point(x, y), up)

    if part.form in ("flat", "shed"):
        other = high if part.form == "shed" else low
        return [[at(-a, -b, other), at(a, -b, other), at(a, b, low), at(-a, b, low)]]
    if part.form == "gabled":
        first = [at(-a, -b, low), at(a, -b, low), at(a, 0, high), at(-a, 0, high)]
        return [first, [at(-a, 0, high), at(a, 0, high), at(a, b, low), at(-a, b, low)]]
    k = min(a, b)
    nw, ne, se, sw = at(-a, -b, low), at(a, -b, low), at(a, b, low), at(-a, b, low)
    west, east = at(-(a - k), -(b - k), high), at(a - k, b - k, high)
    if abs(a - b) < 0.01:
        return [[nw, ne, west], [ne, se, west], [se, sw, west], [sw, nw, west]]
    if a > b:
        return [[nw, ne, east, west], [ne, se, east], [se, sw, west, east], [sw, nw, west]]
    return [[nw, ne, west], [ne, se, east, west], [se, sw, east], [sw, nw, west, east]]


def walls(part: Part) -> tuple[tuple[float, float], ...]:
    """Return the corners of a part's walls, clockwise on a map.

    Args:
        part: of a building.

    """
    return rectangle((part.east_m, part.south_m), part.length_m, part.width_m, part.heading_deg)


def fitting_parts(building: Building) -> tuple[Part, ...]:
    """Return the parts of a building: its own where they fit its footprint, else made from it.

    Args:
        building: as it was found, or edited by hand.

    """
    if building.parts and _common(building, building.parts) >= FITTING:
        return building.parts
    return parts_of(building)


def _common(building: Building, parts: tuple[Part, ...]) -> float:
    """Return what footprint and parts have in common, as a share of their union."""
    corners = np.array([p for part in parts for p in walls(part)] + list(building.footprint))
    low, high = corners.min(0), corners.max(0)
    at = (np.arange(64) + 0.5) / 64
    points = np.stack(
        np.meshgrid(low[0] + at * (high[0] - low[0]), low[1] + at * (high[1] - low[1])), -1
    )
    foot = inside(building.footprint, points)
    for hole in building.holes:
        foot &= ~inside(hole, points)
    built = np.zeros_like(foot)
    for part in parts:
        built |= inside(walls(part), points)
    return float((foot & built).sum() / max((foot | built).sum(), 1))


def parts_of(building: Building) -> tuple[Part, ...]:
    """Return rectangles that cover a footprint, under roofs of the building's form and slope.

    Args:
        building: its footprint, heights and roof are read.

    """
    ring = np.asarray(building.footprint)
    middle = 0.5 * (ring.min(0) + ring.max(0))
    frame = Frame(float(middle[0]), float(middle[1]), direction(ring))
    xs, ys = _lines(frame, building)
    cells = np.stack(np.meshgrid(0.5 * (xs[1:] + xs[:-1]), 0.5 * (ys[1:] + ys[:-1])), -1)
    east, south = frame.out(cells[..., 0], cells[..., 1])
    points = np.stack([east, south], -1)
    filled = inside(building.footprint, points)
    for hole in building.holes:
        filled &= ~inside(hole, points)
    sizes = np.diff(ys)[:, None] * np.diff(xs)[None]
    values = np.where(filled, sizes, -sizes)
    boxes = cover(values, least=min(1.5, 0.3 * sizes[filled].sum()), most=MOST_PARTS)
    found: list[Part] = []
    for r0, r1, c0, c1 in boxes:
        x0, x1, y0, y1 = xs[c0], xs[c1], ys[r0], ys[r1]
        place = frame.point(float(0.5 * (x0 + x1)), float(0.5 * (y0 + y1)))
        found.append(_roofed(building, found, place, (float(x1 - x0), float(y1 - y0)), frame))
    return tuple(found)


def _roofed(
    building: Building,
    before: list[Part],
    place: tuple[float, float],
    size: tuple[float, float],
    frame: Frame,
) -> Part:
    """Return a part with the ridge along its longer side, as steep as the first part's roof."""
    along = size[0] >= size[1]
    heading = frame.heading_deg + (0.0 if along else 90.0)
    part = Part(
        place[0],
        place[1],
        max(max(size), 0.05),
        max(min(size), 0.05),
        heading % 360.0,
        building.eaves_m,
        building.ridge_m,
        building.roof,
    )
    if not before or part.form == "flat":
        return part
    over = building.overhang_m
    high = rim_m(part) + slope_of(before[0], over) * run_m(part, over)
    return dataclasses.replace(part, ridge_m=min(max(high, part.eaves_m), building.ridge_m))


def direction(ring: np.ndarray) -> float:
    """Return the direction most of a polygon's sides have, or a right angle to it: radians from
    east towards south, in [-pi/4, pi/4].

    Args:
        ring: (N, 2) corners.

    """
    sides = np.roll(ring, -1, axis=0) - ring
    length = np.hypot(sides[:, 0], sides[:, 1])
    turns = np.arctan2(sides[:, 1], sides[:, 0])
    whole = (length * np.exp(4j * turns)).sum()
    return 0.0 if abs(whole) < 1e-9 else 0.25 * math.atan2(whole.imag, whole.real)


def _lines(frame: Frame, building: Building) -> tuple[np.ndarray, np.ndarray]:
    """Return the local x and y at which corners lie, those near to one another joined."""
    corners = np.concatenate([np.asarray(ring) for ring in (building.footprint, *building.holes)])
    x, y = frame.into(corners[:, 0], corners[:, 1])
    found = []
    for values in (np.sort(x), np.sort(y)):
        kept = [values[0]]
        span = max(NEAR_M, (values[-1] - values[0]) / 64)
        for value in values[1:]:
            if value - kept[-1] > span:
                kept.append(value)
        kept[-1] = values[-1]
        if len(kept) < 2:
            kept.append(kept[0] + NEAR_M)
        found.append(np.array(kept))
    return found[0], found[1]
