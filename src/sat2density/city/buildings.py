"""Buildings from evidence: regions of roof seen from above, cut where buildings touch, covered with
rectangles, each under a roof.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np
from scipy import ndimage

from sat2density.city.colours import WALLS, colour_of, picked
from sat2density.city.completion import Rect
from sat2density.city.evidence import Evidence
from sat2density.city.frames import Frame
from sat2density.city.parts import Building
from sat2density.city.polygons import area
from sat2density.city.rectangles import cover, outline
from sat2density.city.roof_fit import roof_over

LEAST_M2: Final = 2.5
"""Smaller regions are no buildings."""
LEAST_SURE: Final = 0.6
"""Mean probability of the class below which a region is no building."""
WEAK: Final = 0.1
"""Slope that nine tenths of all roofs' cells stay below where weights have not learned slopes."""
SMOOTH_M: Final = 0.7
"""Heights are smoothed by this before they become slopes."""
EDGE: Final = 0.5
"""Probability from which two buildings touch."""
CELL_M: Final = 0.2
MOST_CELLS: Final = 120
"""Side of the grid that a building is covered on."""
OUTSIDE: Final = -1.2
"""Value of a cell that is not roof; 1 is a cell that is."""
HIDDEN: Final = -0.08
"""Value of a cell under a crown, which may be roof."""
BEYOND: Final = -0.02
"""Value of a cell beyond the tile's border."""
LEAST_PART: Final = 3.0
"""Square metres that a further rectangle must gain."""
SHARE_PART: Final = 0.03
"""The same, as a share of the building."""
THINNEST_M: Final = 0.9
"""Thinner parts are left out."""
MOST_RECTANGLES: Final = 8
TOUCH_M: Final = 0.5
SNAP_M: Final = 0.4
LEAST_HOLE_M2: Final = 4.0
STEEP: Final = 0.08
SLOPES_COUNT: Final = 0.2
"""How much a pixel of sloped roof counts beside one of outline."""


def find_buildings(evidence: Evidence) -> tuple[Building, ...]:
    """Return the buildings, from north to south.

    Args:
        evidence: of a tile.

    """
    evidence = with_slopes(evidence)
    labels, count = regions(evidence)
    side = evidence.metres(labels)
    hidden = evidence.is_class("tree")
    found = []
    for number, place in enumerate(ndimage.find_objects(labels, count), start=1):
        own = labels[place] == number
        sure = float(evidence.certainty[place][own].mean())
        if own.sum() * side * side < LEAST_M2 or sure < LEAST_SURE:
            continue
        grown = tuple(slice(max(s.start - 6, 0), s.stop + 6) for s in place)
        region = _Region(
            evidence,
            labels[grown] == number,
            hidden[grown],
            (grown[1].start, grown[0].start),
            sure,
        )
        building = _building(region)
        if building is not None:
            found.append(building)
    return tuple(sorted(found, key=lambda b: (min(p[1] for p in b.footprint), b.footprint)))


def with_slopes(evidence: Evidence) -> Evidence:
    """Return evidence whose slopes come from the heights where the weights tell hardly any.

    Args:
        evidence: of a tile.

    """
    roof = evidence.is_class("building")
    fine = len(roof) // len(evidence.edges)
    told = np.hypot(*evidence.slope)[roof[::fine, ::fine]]
    if not told.size or np.percentile(told, 90) > WEAK:
        return evidence
    heights = evidence.heights_m
    step = len(heights) / len(roof)
    share = ndimage.zoom(roof.astype(np.float32), step, order=0)
    if share.shape != heights.shape or len(heights) % len(evidence.edges):
        return evidence
    side = evidence.metres(heights)
    # Roofs alone: else every wall would be a slope.
    known = ndimage.gaussian_filter(share, SMOOTH_M / side) + 1e-6
    smooth = ndimage.gaussian_filter(heights * share, SMOOTH_M / side) / known
    south, east = np.gradient(smooth, side)
    rows = len(evidence.edges)
    cells = -np.stack([east, south]).reshape(2, rows, len(heights) // rows, rows, -1).mean((2, 4))
    return dataclasses.replace(evidence, slope=cells)


def regions(evidence: Evidence) -> tuple[np.ndarray, int]:
    """Return a number for each pixel of each building, 0 elsewhere, and how many there are.

    Args:
        evidence: of a tile.

    """
    roof = evidence.is_class("building")
    size = len(roof)
    fine = size // len(evidence.edges)
    edges = np.repeat(np.repeat(evidence.edges > EDGE, fine, 0), fine, 1)
    labels, count = ndimage.label(roof & ~edges)
    if not count:
        return labels, 0
    # The pixels of the edges themselves go to the nearest building.
    where = ndimage.distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    return np.where(roof, labels[tuple(where)], 0), count


@dataclasses.dataclass(frozen=True)
class _Region:
    """The pixels of one building: own (h, w) bool, hidden (h, w) bool, first column and row."""

    evidence: Evidence
    own: np.ndarray
    hidden: np.ndarray
    first: tuple[int, int]
    sure: float

    def places(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (east, south) of the own pixels' middles."""
        rows, columns = np.nonzero(self.own)
        side = self.evidence.metres(self.evidence.classes)
        half = 0.5 * self.evidence.extent_m
        east = (columns + self.first[0] + 0.5) * side - half
        return east, (rows + self.first[1] + 0.5) * side - half

    def sampled(self, east: np.ndarray, south: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return shares in [0, 1] of own and hidden pixels at places, between pixels."""
        side = self.evidence.metres(self.evidence.classes)
        half = 0.5 * self.evidence.extent_m
        columns = (east + half) / side - 0.5 - self.first[0]
        rows = (south + half) / side - 0.5 - self.first[1]
        parts = [
            ndimage.map_coordinates(part.astype(np.float32), (rows, columns), order=1)
            for part in (self.own, self.hidden & ~self.own)
        ]
        return parts[0], parts[1]


def _building(region: _Region) -> Building | None:
    """Return the building of a region, or None where no rectangle fits it."""
    east, south = region.places()
    yaw = _direction(region, east, south)
    frame = Frame(float(east.mean()), float(south.mean()), yaw)
    rects = roof_rectangles(region, frame, east, south)
    if not rects:
        return None
    rects = joined(snapped(rects))
    roofings = [
        roof_over(region.evidence, frame, rect, rects[:number]) for number, rect in enumerate(rects)
    ]
    main = max(roofings, key=lambda roofing: roofing.part.length_m * roofing.part.width_m)
    rings = outline([_inset(r.outline, r.overhang_m) for r in roofings])
    outer, *holes = [tuple(frame.point(x, y) for x, y in ring) for ring in rings]
    parts = tuple(roofing.part for roofing in roofings)
    samples = region.evidence.at(region.evidence.tile, east, south)
    return Building(
        footprint=outer,
        eaves_m=main.part.eaves_m,
        ridge_m=max(part.ridge_m for part in parts),
        roof=main.part.form,
        roof_colour=colour_of(samples),
        wall_colour=picked(WALLS, *(round(value, 1) for value in outer[0])),
        overhang_m=main.overhang_m,
        holes=tuple(hole for hole in holes if area(hole) < -LEAST_HOLE_M2),
        parts=parts,
        confidence=round(float(np.clip(region.sure, 0.0, 1.0)), 3),
    )


def roof_rectangles(
    region: _Region, frame: Frame, east: np.ndarray, south: np.ndarray
) -> list[Rect]:
    """Return rectangles that cover a region, in a frame, the largest first.

    Args:
        region: of one building.
        frame: with the building's axes.
        east: of its pixels, metres.
        south: likewise.

    """
    x, y = frame.into(east, south)
    low = np.array([x.min(), y.min()]) - 0.5
    span = np.array([x.max(), y.max()]) + 0.5 - low
    cell = max(CELL_M, float(span.max()) / MOST_CELLS)
    columns, rows = np.ceil(span / cell).astype(int)
    at_x = low[0] + (np.arange(columns) + 0.5) * cell
    at_y = low[1] + (np.arange(rows) + 0.5) * cell
    east, south = frame.out(*np.meshgrid(at_x, at_y))
    own, hidden = region.sampled(east, south)
    values = own + OUTSIDE * (1 - own - hidden) + HIDDEN * hidden
    beyond = np.maximum(np.abs(east), np.abs(south)) > 0.5 * region.evidence.extent_m
    values[beyond] = BEYOND
    total = float(own.sum())
    least = max(LEAST_PART / cell**2, SHARE_PART * total)
    boxes = cover(values, min(least, 0.5 * total), MOST_RECTANGLES)
    return [
        (
            float(low[1] + box[0] * cell),
            float(low[1] + box[1] * cell),
            float(low[0] + box[2] * cell),
            float(low[0] + box[3] * cell),
        )
        for box in boxes
        if min(box[1] - box[0], box[3] - box[2]) * cell >= THINNEST_M
    ]


def snapped(rects: list[Rect]) -> list[Rect]:
    """Return rectangles whose sides lie on those of earlier ones where they nearly do.

    Args:
        rects: the largest first.

    """
    found: list[Rect] = []
    for rect in rects:
        moved = list(rect)
        for k, side in enumerate(rect):
            lines = [other[j] for other in found for j in ((0, 1) if k < 2 else (2, 3))]
            away = [abs(line - side) for line in lines]
            if away and min(away) < SNAP_M:
                moved[k] = lines[away.index(min(away))]
        if moved[1] - moved[0] > SNAP_M and moved[3] - moved[2] > SNAP_M:
            found.append((moved[0], moved[1], moved[2], moved[3]))
    return found


def joined(rects: list[Rect]) -> list[Rect]:
    """Return rectangles reaching into the earlier ones that they touch, so that their roofs meet.

    Args:
        rects: the largest first.

    """
    found: list[Rect] = []
    for rect in rects:
        grown = list(rect)
        deep = 0.5 * min(rect[1] - rect[0], rect[3] - rect[2])
        for other in found:
            for k in range(4):
                across = (2, 3) if k < 2 else (0, 1)
                reach = min(rect[across[1]], other[across[1]]) - max(
                    rect[across[0]], other[across[0]]
                )
                if reach < 0.5 * (rect[across[1]] - rect[across[0]]):
                    continue
                near, far = other[k ^ 1], other[k]
                if abs(rect[k] - near) > TOUCH_M:
                    continue
                grown[k] = min(near + deep, far) if k % 2 else max(near - deep, far)
        found.append((grown[0], grown[1], grown[2], grown[3]))
    return found


def _inset(rect: Rect, by: float) -> Rect:
    y0, y1, x0, x1 = rect
    b = min(by, 0.45 * (y1 - y0), 0.45 * (x1 - x0))
    return y0 + b, y1 - b, x0 + b, x1 - b


def _direction(region: _Region, east: np.ndarray, south: np.ndarray) -> float:
    """Return the direction of a building's sides, in [-pi/4, pi/4]: its roofs fall along them, and
    its outline runs along them.
    """
    slope = region.evidence.at(region.evidence.slope, east, south)
    size = np.hypot(slope[0], slope[1])
    steep = size > STEEP
    turns = np.arctan2(slope[1], slope[0])[steep]
    whole = (size[steep] * np.exp(4j * turns)).sum() * SLOPES_COUNT
    soft = ndimage.gaussian_filter(np.pad(region.own.astype(np.float32), 4), 1.5)
    free = 1.0 - ndimage.maximum_filter(np.pad(region.hidden, 4).astype(np.float32), 5)
    south_g, east_g = np.gradient(soft)
    whole += (free * np.hypot(east_g, south_g) * np.exp(4j * np.arctan2(south_g, east_g))).sum()
    return 0.25 * math.atan2(whole.imag, whole.real) if abs(whole) > 1e-9 else 0.0
