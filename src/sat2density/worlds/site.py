"""A world while it is laid out, and what comes out: below the layouts of all styles."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from sat2density.worlds import plants
from sat2density.worlds.builder import Builder, Frame
from sat2density.worlds.kernels.records import Geometry
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Network
from sat2density.worlds.styles import Style
from sat2density.worlds.things import Record


@dataclasses.dataclass
class Site:
    """A world while it is laid out: what it is built of, where the streets are, and which ground is
    taken.
    """

    style: Style
    build: Builder
    network: Network
    taken: list[tuple[Frame, float, float]] = dataclasses.field(default_factory=list)

    def free(self, frame: Frame, a: float, b: float, gap: float) -> bool:
        """Return whether a rectangle keeps away from all kerbs and overlaps no taken ground.

        Args:
            frame: its middle.
            a: half length along local x, metres.
            b: half length along local y, metres.
            gap: metres to keep from kerbs, tested at 30 points of the rectangle.

        """
        spots = [
            frame.at(a * u, b * v)
            for u in (-1, -0.5, 0, 0.5, 1)
            for v in (-1, -0.6, -0.2, 0.2, 0.6, 1)
        ]
        if any(self.network.clearance(*spot) < gap for spot in spots):
            return False
        for other, oa, ob in self.taken:
            if math.hypot(other.x - frame.x, other.y - frame.y) > math.hypot(a, b) + math.hypot(
                oa, ob
            ):
                continue
            # Points of both are looked at: the smaller one may lie inside the other, between its
            # points.
            theirs = [
                other.at(oa * u, ob * v)
                for u in (-0.96, -0.5, 0, 0.5, 0.96)
                for v in (-0.96, -0.5, 0, 0.5, 0.96)
            ]
            if any(inside(other, oa, ob, spot) for spot in spots) or any(
                inside(frame, a, b, spot) for spot in theirs
            ):
                return False
        return True

    def open_ground(self, spot: tuple[float, float], gap: float) -> bool:
        """Return whether a place keeps away from all kerbs and lies on no taken ground.

        Args:
            spot: (east, south), metres.
            gap: metres to keep from kerbs.

        """
        if self.network.clearance(*spot) < gap:
            return False
        return not any(inside(frame, a, b, spot) for frame, a, b in self.taken)

    def plant(self, rng: Rng, spot: tuple[float, float], kind: str) -> None:
        """Plant a tree; where its crown would reach over the road it grows high enough to drive
        under.

        Args:
            rng: stream that the choices are drawn from.
            spot: (east, south) of its trunk, metres.
            kind: a species of `plants.SPECIES`.

        """
        plants.tree(self.build, rng, spot, kind, self.network.clearance(*spot))


def inside(frame: Frame, a: float, b: float, spot: tuple[float, float]) -> bool:
    """Return whether a place lies in a rectangle, or within 5 cm of it.

    Args:
        frame: middle of the rectangle.
        a: half length along local x, metres.
        b: half length along local y, metres.
        spot: (east, south), metres.

    """
    dx = spot[0] - frame.x
    dy = spot[1] - frame.y
    if dx * dx + dy * dy > (a + b + 0.1) ** 2:
        return False
    c = math.cos(frame.yaw)
    s = math.sin(frame.yaw)
    return abs(c * dx + s * dy) < a + 0.05 and abs(c * dy - s * dx) < b + 0.05


@dataclasses.dataclass(frozen=True)
class Laid:
    """A world that has been laid out.

    Attributes:
        geometry, network: what stands where; the streets.
        record: the single things.
        houses: (N,) int32 the building of each primitive, -1 for none.

    """

    geometry: Geometry
    network: Network
    record: Record
    houses: np.ndarray
