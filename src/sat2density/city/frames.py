"""A turned frame on the ground: local x along a direction, local y to its right."""

from __future__ import annotations

import dataclasses
import math

import numpy as np


@dataclasses.dataclass(frozen=True)
class Frame:
    """A place with a direction.

    Attributes:
        east_m, south_m: its origin.
        yaw: of local x, radians from east towards south.

    """

    east_m: float
    south_m: float
    yaw: float

    def out(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return (east, south) of local places.

        Args:
            x: metres along local x.
            y: metres along local y.

        """
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return self.east_m + c * x - s * y, self.south_m + s * x + c * y

    def into(self, east: np.ndarray, south: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return local (x, y) of places.

        Args:
            east: metres.
            south: metres.

        """
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        e, o = east - self.east_m, south - self.south_m
        return c * e + s * o, c * o - s * e

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return (east, south) of one local place.

        Args:
            x: metres along local x.
            y: metres along local y.

        """
        c, s = math.cos(self.yaw), math.sin(self.yaw)
        return self.east_m + c * x - s * y, self.south_m + s * x + c * y

    @property
    def heading_deg(self) -> float:
        """Degrees clockwise from north in which local x points."""
        return (math.degrees(self.yaw) + 90.0) % 360.0


def yaw_of(heading_deg: float) -> float:
    """Return radians from east towards south of a heading.

    Args:
        heading_deg: degrees clockwise from north.

    """
    return math.radians(heading_deg - 90.0)
