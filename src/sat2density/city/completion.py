"""What a tile's border cuts off buildings, completed from what is seen: a roof has two sides, and
its ends do not stop where the picture does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sat2density.city.evidence import Evidence
from sat2density.city.frames import Frame

Rect = tuple[float, float, float, float]
"""First y, last y, first x, last x of a rectangle in a frame, metres."""

PROBE_M: Final = 0.45
"""A side is cut off where this far beyond it the picture has ended."""
SEEN: Final = 0.04
"""Share of a roof's points that a face needs to count as seen."""
FURTHEST_M: Final = 9.0
"""By more than this nothing is completed."""


def cut_sides(evidence: Evidence, frame: Frame, rect: Rect) -> tuple[bool, bool, bool, bool]:
    """Return which sides of a rectangle the border has cut: first y, last y, first x, last x.

    Args:
        evidence: of the tile.
        frame: the rectangle's axes.
        rect: the roof's outline.

    """
    y0, y1, x0, x1 = rect
    half = 0.5 * evidence.extent_m
    along = (np.arange(9) + 0.5) / 9
    found = []
    for k, side in enumerate(rect):
        beyond = side + (PROBE_M if k % 2 else -PROBE_M)
        if k < 2:
            x, y = x0 + along * (x1 - x0), np.full(9, beyond)
        else:
            x, y = np.full(9, beyond), y0 + along * (y1 - y0)
        east, south = frame.out(x, y)
        found.append(bool((np.maximum(np.abs(east), np.abs(south)) > half).mean() > 0.5))
    return found[0], found[1], found[2], found[3]


def completed(
    rect: Rect, cut: tuple[bool, bool, bool, bool], places: np.ndarray, down: np.ndarray
) -> Rect:
    """Return a rectangle with the sides that were cut moved to where they probably are.

    Args:
        rect: the roof's outline as far as it is seen.
        cut: see `cut_sides`.
        places: (2, N) local x and y of points of the roof that are seen.
        down: (2, N) the way down there along local x and y, 0 where it is flat.

    """
    out = list(rect)
    on_x = np.abs(down[0]) > np.abs(down[1])
    for axis in (0, 1):  # of `places`: x, y
        first, last = (2, 3) if axis == 0 else (0, 1)
        if cut[first] == cut[last]:
            continue
        own = on_x if axis == 0 else ~on_x
        at = places[axis]
        low = at[own & (down[axis] < 0)]
        high = at[own & (down[axis] > 0)]
        other = ~own & (np.abs(down[1 - axis]) > 0)
        across = 0.5 * (rect[1] - rect[0] if axis == 0 else rect[3] - rect[2])
        reach = _reach(
            (rect[first], rect[last]), bool(cut[last]), (low, high), other.sum(), len(at), across
        )
        if cut[last]:
            out[last] += reach
        else:
            out[first] -= reach
    return out[0], out[1], out[2], out[3]


def _reach(
    sides: tuple[float, float],
    last: bool,
    faces: tuple[np.ndarray, np.ndarray],
    across_seen: int,
    points: int,
    across: float,
) -> float:
    """Return metres by which a side is moved outwards: the last one, or the first."""
    need = max(SEEN * points, 3)
    near, far = faces if last else faces[::-1]  # the face that falls to the side that is seen
    long = sides[1] - sides[0]
    crossing = across_seen > 0.25 * points
    if len(near) >= need and len(far) >= need:
        if crossing and len(near) + len(far) < across_seen:
            return min(across, FURTHEST_M)
        ridge = 0.5 * (
            (np.percentile(near, 90) + np.percentile(far, 10))
            if last
            else (np.percentile(near, 10) + np.percentile(far, 90))
        )
        whole = 2 * (ridge - sides[0] if last else sides[1] - ridge)
        return float(np.clip(whole - long, 0.0, FURTHEST_M))
    if crossing:
        # The ridge runs out of the picture: its end lies beyond.
        return min(across, FURTHEST_M)
    if len(near) >= need:
        return min(long, FURTHEST_M)
    return 0.0
