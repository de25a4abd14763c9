"""Hedges, fences, shrubs and water from evidence: regions of a class, told apart by their shape."""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
from scipy import ndimage

from sat2density.city.colours import colour_of
from sat2density.city.evidence import Evidence
from sat2density.city.frames import Frame
from sat2density.city.parts import Barrier, Shrub, Water
from sat2density.city.polygons import area, crosses_itself
from sat2density.city.rectangles import trace

LONG: Final = 2.6
"""Length over width from which a region of shrubs is a hedge."""
LEAST_HEDGE_M: Final = 2.0
LEAST_FENCE_M: Final = 1.2
LEAST_SHRUB_M2: Final = 0.25
LEAST_WATER_M2: Final = 4.0
FENCE_HEIGHT_M: Final = (0.5, 2.6)
HEDGE_HEIGHT_M: Final = (0.6, 4.0)
FILLED: Final = 0.6
"""Share of its rectangle that a line covers."""
SHORE_M: Final = 0.35
"""By so much a shore's corners may lie off the line that replaces them."""
SHRUB_M: Final = 1.6
"""Wider regions of shrubs are several."""


@dataclasses.dataclass(frozen=True)
class _Region:
    """Pixels of one region: places (N,) metres, the axes of its spread, half lengths on them."""

    east: np.ndarray
    south: np.ndarray
    frame: Frame
    x: np.ndarray
    y: np.ndarray

    @property
    def size(self) -> tuple[float, float]:
        """Length and width, metres."""
        return float(np.ptp(self.x)), float(np.ptp(self.y))


def _regions(evidence: Evidence, mask: np.ndarray) -> list[_Region]:
    """Return the regions of a mask (corners join them), with their main axes."""
    labels, count = ndimage.label(mask, np.ones((3, 3)))
    side = evidence.metres(mask)
    found = []
    for number, place in enumerate(ndimage.find_objects(labels, count), start=1):
        rows, columns = np.nonzero(labels[place] == number)
        east = (columns + place[1].start + 0.5) * side - 0.5 * evidence.extent_m
        south = (rows + place[0].start + 0.5) * side - 0.5 * evidence.extent_m
        found.append(_spread(east, south))
    return found


def _spread(east: np.ndarray, south: np.ndarray) -> _Region:
    middle = (float(east.mean()), float(south.mean()))
    moved = np.stack([east - middle[0], south - middle[1]])
    spread = moved @ moved.T
    yaw = 0.5 * float(np.arctan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1]))
    frame = Frame(*middle, yaw)
    return _Region(east, south, frame, *frame.into(east, south))


def find_barriers(evidence: Evidence) -> tuple[Barrier, ...]:
    """Return fences and hedges as straight lines, from north to south.

    Args:
        evidence: of a tile.

    """
    side = evidence.metres(evidence.classes)
    found = []
    for region in _regions(evidence, evidence.is_class("fence")):
        for line in _straight(region, 2.5 * side):
            if line.size[0] >= LEAST_FENCE_M:
                found.append(_barrier(evidence, line, "fence", 0.08, FENCE_HEIGHT_M))
    for region in _regions(evidence, evidence.is_class("shrub")):
        if _is_hedge(region, side):
            width = min(max(region.size[1] + side, 0.3), 2.5)
            found.append(_barrier(evidence, region, "hedge", width, HEDGE_HEIGHT_M))
    return tuple(sorted(found, key=lambda barrier: (barrier.points[0][1], barrier.points)))


def _is_hedge(region: _Region, side: float) -> bool:
    long, wide = region.size[0] + side, region.size[1] + side
    filled = len(region.x) * side * side > FILLED * long * wide
    return long >= LEAST_HEDGE_M and long > LONG * wide and filled


def _straight(region: _Region, off: float, depth: int = 6) -> list[_Region]:
    """Return a region of thin lines as straight ones: what bends is cut where it bends most."""
    if len(region.x) < 4:
        return []
    line = np.polynomial.Polynomial.fit(region.x, region.y, 1) if np.ptp(region.x) > 0 else None
    away = np.abs(region.y - (line(region.x) if line is not None else 0.0))
    if depth == 0 or away.max() <= off:
        return [region]
    # The chord's ends stay: the place farthest from it is the bend.
    first, last = int(np.argmin(region.x)), int(np.argmax(region.x))
    rise = (region.y[last] - region.y[first]) / max(region.x[last] - region.x[first], 1e-6)
    away = np.abs(region.y - region.y[first] - rise * (region.x - region.x[first]))
    cut = region.x[int(np.argmax(away))]
    parts = []
    for part in (region.x <= cut, region.x > cut):
        if 4 <= part.sum() < len(region.x):
            parts += _straight(_spread(region.east[part], region.south[part]), off, depth - 1)
    return parts


def _barrier(
    evidence: Evidence, region: _Region, kind: str, width: float, heights: tuple[float, float]
) -> Barrier:
    reach = 0.5 * evidence.metres(evidence.classes)
    ends = (float(region.x.min()) - reach, float(region.x.max()) + reach)
    middle = float(np.median(region.y))
    points = sorted(region.frame.point(x, middle) for x in ends)
    tops = evidence.at(evidence.heights_m, region.east, region.south)
    height = float(np.clip(np.percentile(tops, 75), *heights))
    colour = colour_of(evidence.at(evidence.tile, region.east, region.south))
    sure = float(evidence.at(evidence.certainty, region.east, region.south).mean())
    return Barrier(
        (points[0], points[1]),
        height,
        width,
        "hedge" if kind == "hedge" else "fence",
        colour,
        confidence=round(min(sure, 1.0), 3),
    )


def find_shrubs(evidence: Evidence) -> tuple[Shrub, ...]:
    """Return shrubs, from north to south; wide regions are taken for several.

    Args:
        evidence: of a tile.

    """
    side = evidence.metres(evidence.classes)
    found = []
    for region in _regions(evidence, evidence.is_class("shrub")):
        if _is_hedge(region, side) or len(region.x) * side * side < LEAST_SHRUB_M2:
            continue
        across = max(round((region.size[0] + side) / SHRUB_M), 1)
        deep = max(round((region.size[1] + side) / SHRUB_M), 1)
        column = np.clip(
            ((region.x - region.x.min()) / (region.size[0] + 1e-6) * across), 0, across - 1
        )
        row = np.clip(((region.y - region.y.min()) / (region.size[1] + 1e-6) * deep), 0, deep - 1)
        part = column.astype(int) * deep + row.astype(int)
        for number in np.unique(part):
            own = part == number
            if own.sum() * side * side >= LEAST_SHRUB_M2:
                found.append(_shrub(evidence, region.east[own], region.south[own]))
    return tuple(sorted(found, key=lambda shrub: (shrub.south_m, shrub.east_m)))


def _shrub(evidence: Evidence, east: np.ndarray, south: np.ndarray) -> Shrub:
    side = evidence.metres(evidence.classes)
    radius = float(np.sqrt(len(east) * side * side / np.pi))
    height = float(
        np.clip(np.percentile(evidence.at(evidence.heights_m, east, south), 80), 0.4, 3.5)
    )
    colour = colour_of(evidence.at(evidence.tile, east, south))
    sure = float(evidence.at(evidence.certainty, east, south).mean())
    place = float(east.mean()), float(south.mean())
    return Shrub(*place, max(radius, 0.25), height, colour, confidence=round(min(sure, 1.0), 3))


def find_waters(evidence: Evidence) -> tuple[Water, ...]:
    """Return areas of water, from north to south; islands in them are left out.

    Args:
        evidence: of a tile.

    """
    mask = ndimage.binary_opening(evidence.is_class("water"), np.ones((3, 3)))
    labels, count = ndimage.label(mask)
    side = evidence.metres(mask)
    found = []
    for number, place in enumerate(ndimage.find_objects(labels, count), start=1):
        own = np.pad(labels[place] == number, 1)
        if own.sum() * side * side < LEAST_WATER_M2:
            continue
        corner = np.array([place[1].start - 1, place[0].start - 1])
        shore = (np.array(trace(own)[0]) + corner) * side - 0.5 * evidence.extent_m
        ring = simplified(shore, SHORE_M)
        if len(ring) < 3 or abs(area(ring)) < 0.5 * LEAST_WATER_M2 or crosses_itself(ring):
            ring = [(float(x), float(y)) for x, y in shore]
        rows, columns = np.nonzero(labels[place] == number)
        rows, columns = rows + place[0].start, columns + place[1].start
        east, south = ((k + 0.5) * side - 0.5 * evidence.extent_m for k in (columns, rows))
        colour = colour_of(evidence.at(evidence.tile, east, south))
        sure = float(evidence.at(evidence.certainty, east, south).mean())
        found.append(Water(tuple(ring), colour, confidence=round(min(sure, 1.0), 3)))
    return tuple(sorted(found, key=lambda water: min(p[1] for p in water.outline)))


def simplified(ring: np.ndarray, off: float) -> list[tuple[float, float]]:
    """Return a ring with fewer corners (Douglas and Peucker).

    Args:
        ring: (N, 2) corners.
        off: metres by which a corner that is left out may lie off the new line.

    """
    start = int(np.argmin(ring[:, 0]))
    ring = np.roll(ring, -start, axis=0)
    far = int(np.argmax(np.hypot(*(ring - ring[0]).T)))
    closed = np.concatenate([ring, ring[:1]])
    kept = {0, far, len(ring)}
    todo = [(0, far), (far, len(ring))]
    while todo:
        a, b = todo.pop()
        if b - a < 2:
            continue
        along = closed[b] - closed[a]
        to = closed[a + 1 : b] - closed[a]
        length = max(float(np.hypot(*along)), 1e-9)
        away = np.abs(along[0] * to[:, 1] - along[1] * to[:, 0]) / length
        if away.max() > off:
            cut = a + 1 + int(np.argmax(away))
            kept.add(cut)
            todo += [(a, cut), (cut, b)]
    return [(float(x), float(y)) for x, y in closed[sorted(kept - {len(ring)})]]
