"""A roof from evidence over one rectangle: its form from the slopes, its heights from the
surface.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from sat2density.city.completion import Rect, completed, cut_sides
from sat2density.city.evidence import Evidence
from sat2density.city.frames import Frame
from sat2density.city.parts import Part, RoofForm
from sat2density.city.roofs import RIM_M, rise

FLAT: Final = 0.06
"""Rise per metre below which a roof is flat."""
MOSTLY: Final = 0.55
"""Share of a roof that is flat, or falls one way, for the whole to be so."""
ONE_WAY: Final = 0.8
HIP: Final = 0.6
"""Share of a hip's triangle that is looked at: its middle."""
UNTOLD_HIP: Final = 0.12
"""Share of faces along the ridge from which a roof without a visible end is hipped."""
STEP_M: Final = 0.25
RIM_LEFT_M: Final = 0.3
"""The outermost metres of a roof are not looked at: seen from above they mix with the ground."""
OVERHANG_M: Final = 0.42
SMALL_M2: Final = 22.0
"""Smaller buildings, and flat roofs, hardly reach beyond their walls."""
SMALL_OVERHANG_M: Final = 0.08
OUTLIER_M: Final = 0.5
"""What lies further off the fitted roof is something else: chimneys, crowns, a neighbour."""
LOWEST_M: Final = 1.5


@dataclasses.dataclass(frozen=True)
class Roofing:
    """A part with its overhang, the share of its roof that could be looked at, and the roof's
    outline with what the border cuts.
    """

    part: Part
    overhang_m: float
    seen: float
    outline: Rect


def roof_over(evidence: Evidence, frame: Frame, rect: Rect, others: list[Rect]) -> Roofing:
    """Return the part under a rectangle of roof, completed where the border cuts it.

    Args:
        evidence: of the tile.
        frame: the rectangle's axes.
        rect: the roof's outline as far as it is seen.
        others: rectangles whose roofs may lie over this one.

    """
    x, y = _points(rect, others)
    east, south = frame.out(x, y)
    half = 0.5 * evidence.extent_m
    seen = evidence.at(evidence.is_class("building"), east, south)
    seen &= (np.abs(east) < half) & (np.abs(south) < half)
    share = float(seen.mean()) if len(seen) else 0.0
    if seen.sum() >= 4:
        x, y, east, south = x[seen], y[seen], east[seen], south[seen]
    slope = evidence.at(evidence.slope, east, south)
    c, s = math.cos(frame.yaw), math.sin(frame.yaw)
    down = np.stack([c * slope[0] + s * slope[1], c * slope[1] - s * slope[0]])
    down[:, np.hypot(down[0], down[1]) <= FLAT] = 0.0
    cut = cut_sides(evidence, frame, rect)
    whole = rect
    if (down != 0).any(0).mean() >= 1 - MOSTLY:
        whole = completed(rect, cut, np.stack([x, y]), down)
    ends = tuple(not c and not _met(rect, k, others) for k, c in enumerate(cut))
    form, quarter = form_of(down, np.stack([x, y]), whole, cut, ends)
    part = _laid(frame, whole, form, quarter)
    over = overhang(form, part.length_m * part.width_m)
    low, high = _heights(evidence, part, east, south)
    walls = dataclasses.replace(
        part,
        length_m=max(part.length_m - 2 * over, 0.5),
        width_m=max(part.width_m - 2 * over, 0.5),
        eaves_m=high if form == "flat" else max(low - RIM_M, 0.5),
        ridge_m=max(high, 0.5 + RIM_M),
    )
    return Roofing(walls, over, share, whole)


def _met(rect: Rect, k: int, others: list[Rect]) -> bool:
    """Return whether the middle of a rectangle's side lies in another rectangle."""
    y0, y1, x0, x1 = rect
    x, y = (0.5 * (x0 + x1), rect[k]) if k < 2 else (rect[k], 0.5 * (y0 + y1))
    reach = 0.3
    return any(o[2] - reach < x < o[3] + reach and o[0] - reach < y < o[1] + reach for o in others)


def overhang(form: RoofForm, area_m2: float) -> float:
    """Return metres by which a roof probably reaches beyond the walls.

    Args:
        form: of the roof.
        area_m2: of the roof.

    """
    return SMALL_OVERHANG_M if form == "flat" or area_m2 < SMALL_M2 else OVERHANG_M


def form_of(
    down: np.ndarray,
    places: np.ndarray,
    rect: Rect,
    cut: Sequence[bool],
    ends: Sequence[bool],
) -> tuple[RoofForm, int]:
    """Return the form of a roof, and quarter turns (east towards south) from local x to its
    heading.

    Args:
        down: (2, N) the way down along local x and y, rise per metre; 0 where it is flat.
        places: (2, N) local x and y of those points.
        rect: the roof's outline.
        cut: which of its sides the border cuts: first y, last y, first x, last x.
        ends: which of them can be seen to be ends: neither cut nor under another roof.

    """
    longer = 0 if rect[3] - rect[2] >= rect[1] - rect[0] else 1
    steep = (down != 0).any(0)
    if not steep.size or steep.mean() < 1 - MOSTLY:
        return "flat", longer
    on_x = np.abs(down[0]) > np.abs(down[1])
    faces = [
        steep & on_x & (down[0] > 0),
        steep & ~on_x & (down[1] > 0),
        steep & on_x & (down[0] < 0),
        steep & ~on_x & (down[1] < 0),
    ]  # +x, +y, -x, -y
    ways = np.array([face.sum() for face in faces]) / steep.sum()
    most = int(np.argmax(ways))
    uphill = (2, 0, 3, 1)[most]
    if ways[most] > ONE_WAY and not cut[uphill]:
        return "shed", (most - 1) % 4
    sides = (ways[0] + ways[2], ways[1] + ways[3])
    ridge = 0 if sides[1] > sides[0] else 1
    hips = [
        _hip(faces, places, rect, ridge, last) for last in (False, True) if ends[_end(ridge, last)]
    ]
    told = [hip for hip in hips if hip is not None]
    hipped = any(told) if told else sides[ridge] > UNTOLD_HIP
    if hipped and min(rect[1] - rect[0], rect[3] - rect[2]) > 0:
        return "hipped", ridge if not told else longer
    return "gabled", ridge


def _end(ridge: int, last: bool) -> int:
    """Return the place of an end among the sides of a rectangle."""
    return (2 if ridge == 0 else 0) + last


def _hip(
    faces: list[np.ndarray], places: np.ndarray, rect: Rect, ridge: int, last: bool
) -> bool | None:
    """Return whether the roof falls at this end of its ridge; None where too little is seen."""
    across = 1 - ridge
    low, high = (rect[0], rect[1]) if across == 1 else (rect[2], rect[3])
    middle, half = 0.5 * (low + high), 0.5 * (high - low)
    end = rect[_end(ridge, last)]
    deep = (end - places[ridge]) if last else (places[ridge] - end)
    there = deep < HIP * (half - np.abs(places[across] - middle))
    if there.sum() < 4:
        return None
    falling = faces[ridge if last else ridge + 2]
    return bool(falling[there].mean() > 0.5)


def _laid(frame: Frame, rect: Rect, form: RoofForm, quarter: int) -> Part:
    """Return a part of a rectangle, its heights still to be found."""
    y0, y1, x0, x1 = rect
    east, south = frame.point(0.5 * (x0 + x1), 0.5 * (y0 + y1))
    size = (x1 - x0, y1 - y0)
    length, width = size if quarter % 2 == 0 else size[::-1]
    heading = (frame.heading_deg + 90.0 * quarter) % 360.0
    return Part(east, south, length, width, heading, 0.0, 1.0, form)


def _points(rect: Rect, others: list[Rect]) -> tuple[np.ndarray, np.ndarray]:
    """Return local places over a rectangle, but for its rim and what others cover."""
    y0, y1, x0, x1 = rect
    left = min(RIM_LEFT_M, 0.2 * (y1 - y0), 0.2 * (x1 - x0))

    def line(low: float, high: float) -> np.ndarray:
        count = max(round((high - low) / STEP_M), 3)
        return low + (np.arange(count) + 0.5) / count * (high - low)

    x, y = np.meshgrid(line(x0 + left, x1 - left), line(y0 + left, y1 - left))
    free = np.ones(x.shape, np.bool_)
    for oy0, oy1, ox0, ox1 in others:
        free &= (x < ox0) | (x > ox1) | (y < oy0) | (y > oy1)
    if free.sum() < 9:
        free[:] = True
    return x[free], y[free]


def _heights(
    evidence: Evidence, part: Part, east: np.ndarray, south: np.ndarray
) -> tuple[float, float]:
    """Return the heights of rim and ridge that fit the surface best, without what stands out."""
    heights = evidence.at(evidence.heights_m, east, south).astype(np.float64)
    middle = max(float(np.median(heights)), LOWEST_M)
    if part.form == "flat":
        return middle, middle
    up = np.nan_to_num(rise(part, 0.0, east, south))
    use = np.abs(heights - middle) < 4.0
    low, high = middle, middle + 0.5
    for _ in range(3):
        if use.sum() < 4 or np.ptp(up[use]) < 0.05:
            break
        tilt, low = np.polyfit(up[use], heights[use], 1)
        high = low + tilt
        use = np.abs(low + tilt * up - heights) < OUTLIER_M
    low = max(float(low), LOWEST_M)
    return low, max(float(high), low + 0.1)
