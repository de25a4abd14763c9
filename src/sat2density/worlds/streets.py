"""Streets: middle lines made of straights and arcs, junctions, roundabouts, medians. The camera
stands at s = 0.
"""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from sat2density.worlds.builder import Frame
from sat2density.worlds.kernels import codes
from sat2density.worlds.kernels.roads import clearance
from sat2density.worlds.rng import Rng

FAR_M = 260.0
"""Streets run this far from the middle."""


@dataclasses.dataclass(frozen=True)
class Piece:
    """A straight (bend = 0) or an arc (bend = 1 / radius, positive to the right) that begins at
    `start`.
    """

    start: Frame
    length: float
    bend: float = 0.0

    def at(self, s: float) -> Frame:
        """Return the frame on the middle line.

        Args:
            s: metres from the piece's start.

        """
        if self.bend == 0.0:
            return self.start.moved(s, 0.0)
        angle = self.bend * s
        return self.start.moved(
            math.sin(angle) / self.bend, (1 - math.cos(angle)) / self.bend, angle
        )

    def row(self, street: Street, seed: int) -> list[float]:
        """Return the piece as a row of the table of roads, `codes.ROAD_COLUMNS` numbers.

        Args:
            street: the one it belongs to: its width, marks and median.
            seed: of the surface's texture.

        """
        look = [float(street.marks), float(street.minor), street.median]
        if self.bend == 0.0:
            c = math.cos(self.start.yaw)
            s = math.sin(self.start.yaw)
            return [
                0.0,
                self.start.x,
                self.start.y,
                c,
                s,
                self.length,
                street.half,
                *look,
                0.0,
                float(seed),
            ]
        radius = 1.0 / abs(self.bend)
        turn = math.copysign(1.0, self.bend)
        x, y = self.start.at(0.0, turn * radius)
        angle = math.atan2(self.start.y - y, self.start.x - x)
        return [
            1.0,
            x,
            y,
            angle,
            self.bend * self.length,
            self.length,
            street.half,
            *look,
            radius,
            float(seed),
        ]


@dataclasses.dataclass(frozen=True)
class Street:
    """A street: pieces in order, half width in metres, lane marks, whether it gives way, half width
    of its median.

    `origin` is the length of street before s = 0.
    """

    pieces: tuple[Piece, ...]
    half: float
    origin: float = 0.0
    marks: int = 0
    minor: bool = False
    median: float = 0.0

    @property
    def length(self) -> float:
        """Whole length in metres."""
        return sum(piece.length for piece in self.pieces)

    def at(self, s: float) -> Frame:
        """Return the frame on the middle line; its local y points to the right of the street.

        Args:
            s: metres from the camera's place; beyond the ends the outer pieces go on.

        """
        left = s + self.origin
        for piece in self.pieces[:-1]:
            if left <= piece.length:
                return piece.at(left)
            left -= piece.length
        return self.pieces[-1].at(left)

    def side(self, s: float, right: bool) -> Frame:
        """Return the frame on the middle line whose local y points away from it on one side.

        Args:
            s: metres from the camera's place.
            right: which side, as seen in the street's direction.

        """
        frame = self.at(s)
        return frame if right else frame.moved(0.0, 0.0, math.pi)


@dataclasses.dataclass(frozen=True)
class Network:
    """All streets of a world.

    Attributes:
        streets: the first is the one the camera stands on.
        discs: (D, 4) roundabouts: east, south, outer radius, island radius.
        lane: metres from the first street's middle line to the camera (negative: left).
        table: the streets as rows for the kernels.

    """

    streets: tuple[Street, ...]
    discs: np.ndarray
    lane: float
    table: np.ndarray

    def clearance(self, x: float, y: float) -> float:
        """Return metres to the nearest kerb (corner rounding and islands left out), negative on a
        road.

        Args:
            x: metres east.
            y: metres south.

        """
        return clearance(self.table, self.discs, x, y)

    def island(self, x: float, y: float) -> float:
        """Return metres to the nearest raised island (roundabout), negative on it.

        Args:
            x: metres east.
            y: metres south.

        """
        return min((math.hypot(x - d[0], y - d[1]) - d[3] for d in self.discs), default=1e6)


@dataclasses.dataclass(frozen=True)
class StreetPlan:
    """What kinds of street a style has: weights of the layouts, range of half widths, weights of
    the marks.
    """

    layouts: dict[str, float]
    half: tuple[float, float]
    marks: dict[int, float]


def _main_pieces(rng: Rng, bent: bool) -> tuple[tuple[Piece, ...], float]:
    """Return the pieces of the first street through the origin (s = 0 there, direction east) and
    its s origin.
    """
    if not bent:
        return (Piece(Frame(-FAR_M, 0.0, 0.0), 2 * FAR_M),), FAR_M
    radius = rng.uniform(28.0, 110.0) * (1 if rng.chance(0.5) else -1)
    before = rng.uniform(8.0, 60.0)
    after = rng.uniform(8.0, 60.0)
    # At most 1.25 radians in all (72 degrees): a street does not turn back to itself.
    limit = 1.25 * abs(radius)
    before = min(before, 0.5 * limit)
    after = min(after, 0.5 * limit)
    arc_start = Piece(Frame(0.0, 0.0, math.pi), before, -1.0 / radius).at(before)
    arc = Piece(
        Frame(arc_start.x, arc_start.y, arc_start.yaw - math.pi), before + after, 1.0 / radius
    )
    first_end = arc.start
    first = Piece(first_end.moved(-FAR_M, 0.0), FAR_M)
    return (first, arc, Piece(arc.at(arc.length), FAR_M)), FAR_M + before


def lay_streets(rng: Rng, plan: StreetPlan) -> Network:
    """Lay streets about a camera at the origin.

    Args:
        rng: stream that direction, bends, junctions and widths are drawn from.
        plan: what kinds of street there are.

    """
    layout = rng.weighted(plan.layouts)
    half = rng.uniform(*plan.half)
    median = 0.0
    marks = rng.weighted(plan.marks)
    if layout == "divided":
        half = rng.uniform(7.5, 9.0)
        median = rng.uniform(0.8, 2.0)
        marks = codes.MARK_EDGE | codes.MARK_LANES
    pieces, origin = _main_pieces(rng, layout in ("curve", "curve-tee"))
    lane = (
        -rng.uniform(0.2, 0.62) * half
        if median == 0.0
        else -0.5 * (half + median) + rng.uniform(-1.5, 1.5)
    )
    # A few cameras stand in the lane that comes towards them.
    lane = -lane if rng.chance(0.12) else lane
    turn = rng.uniform(-math.pi, math.pi)
    # The camera stays at the origin; the streets are moved and turned about it.
    shift = Frame(0.0, 0.0, turn).moved(0.0, -lane)
    pieces = tuple(Piece(_placed(shift, p.start), p.length, p.bend) for p in pieces)
    main = Street(pieces, half, origin, marks, False, median)
    streets = [main]
    discs = []
    if layout in ("tee", "cross", "curve-tee", "divided", "roundabout"):
        place = rng.uniform(-17.0, 17.0)
        if layout == "roundabout":
            island = rng.uniform(2.6, 5.5)
            # The camera's own place must not lie on the island.
            place = math.copysign(max(abs(place), island + 3.0 + abs(lane)), place)
            spot = main.at(place)
            discs.append([spot.x, spot.y, island + rng.uniform(5.0, 6.5), island])
        streets += _side_streets(
            rng, main, place, both=layout == "cross" or (layout == "roundabout" and rng.chance(0.5))
        )
    # Often another side street farther away, 45 to 60 m from the camera.
    if rng.chance(0.45):
        streets += _side_streets(
            rng, main, rng.choice((-1, 1)) * rng.uniform(45.0, 60.0), both=rng.chance(0.3)
        )
    rows = [piece.row(street, k) for k, street in enumerate(streets) for piece in street.pieces]
    return Network(
        tuple(streets), np.array(discs, np.float64).reshape(-1, 4), lane, np.array(rows, np.float64)
    )


def _placed(shift: Frame, inner: Frame) -> Frame:
    return shift.moved(inner.x, inner.y, inner.yaw)


def _side_streets(rng: Rng, main: Street, place: float, both: bool) -> list[Street]:
    """Return one street that joins `main` at s = place, or one on either side."""
    half = min(main.half, rng.uniform(2.9, 4.2))
    marks = (
        codes.MARK_CENTRE
        if main.marks and rng.chance(0.5)
        else (1 if rng.chance(0.3) else 0) * codes.MARK_CENTRE
    )
    right = rng.chance(0.5)
    skew = math.radians(rng.uniform(-32.0, 32.0) if rng.chance(0.4) else rng.uniform(-5.0, 5.0))
    out = []
    for side in (right, not right)[: 2 if both else 1]:
        start = main.at(place)
        start = start.moved(0.0, 0.0, (math.pi / 2 if side else -math.pi / 2) + skew)
        straight = rng.uniform(20.0, 70.0)
        bend = 0.0 if rng.chance(0.6) else rng.choice((-1, 1)) / rng.uniform(35.0, 90.0)
        first = Piece(start, straight)
        second = Piece(first.at(straight), 40.0, bend)
        third = Piece(second.at(40.0), FAR_M)
        out.append(Street((first, second, third), half, 0.0, marks, True))
    return out
