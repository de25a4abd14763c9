"""Where a tile lies on Earth: what its results carry on, where it came from a map."""

from __future__ import annotations

import dataclasses
import math
from typing import Final

import numpy as np

EQUATOR_M: Final = 6378137.0
FLATTENING: Final = 1 / 298.257223563
"""Of the ellipsoid of WGS 84."""


@dataclasses.dataclass(frozen=True)
class EarthPlace:
    """The place of a tile's middle, and the coordinates around it.

    Attributes:
        lat, lon: degrees north and east, WGS 84.
        crs_wkt: coordinate system (WKT) of metres east and north of the middle.
        attribution: whose pictures it was cut from; empty where nobody said.

    """

    lat: float
    lon: float
    crs_wkt: str
    attribution: str = ""

    def to_ecef(self) -> np.ndarray:
        """Return the (4, 4) float64 matrix from metres (east, north, up) of the middle, on the
        ellipsoid, to Earth-centred metres.
        """
        return east_north_up(self.lat, self.lon)


def ecef(lat: np.ndarray, lon: np.ndarray, up: np.ndarray) -> np.ndarray:
    """Return Earth-centred metres (..., 3), float64, of places on the ellipsoid of WGS 84.

    Args:
        lat: degrees north.
        lon: degrees east.
        up: metres above the ellipsoid.

    """
    phi, lam = np.radians(lat), np.radians(lon)
    square = FLATTENING * (2 - FLATTENING)
    normal = EQUATOR_M / np.sqrt(1 - square * np.sin(phi) ** 2)
    x = (normal + up) * np.cos(phi) * np.cos(lam)
    y = (normal + up) * np.cos(phi) * np.sin(lam)
    z = (normal * (1 - square) + up) * np.sin(phi)
    return np.stack([x, y, z], axis=-1)


def east_north_up(lat: float, lon: float) -> np.ndarray:
    """Return the (4, 4) float64 matrix from metres (east, north, up) of a place on the ellipsoid to
    Earth-centred metres.

    Args:
        lat: degrees north.
        lon: degrees east.

    """
    phi, lam = math.radians(lat), math.radians(lon)
    matrix = np.eye(4)
    matrix[:3, 0] = -math.sin(lam), math.cos(lam), 0.0
    matrix[:3, 1] = (
        -math.sin(phi) * math.cos(lam),
        -math.sin(phi) * math.sin(lam),
        math.cos(phi),
    )
    matrix[:3, 2] = math.cos(phi) * math.cos(lam), math.cos(phi) * math.sin(lam), math.sin(phi)
    matrix[:3, 3] = ecef(np.array(lat), np.array(lon), np.array(0.0))
    return matrix
