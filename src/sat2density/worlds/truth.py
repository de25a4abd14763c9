"""Truth about a square of a world, seen from above: for teaching a network and for measuring it."""

from __future__ import annotations

import dataclasses

import numpy as np

from sat2density.worlds.kernels import truth as kernels
from sat2density.worlds.kernels.records import Geometry


@dataclasses.dataclass(frozen=True)
class TruthMaps:
    """What is known of every place of a square, [south, east], north up, at pixel centres.

    Attributes:
        extent_m: side of the square, metres.
        heights_m: (S, S) float32 surface above the plane under the camera.
        ground_m: (S, S) float32 bare ground.
        classes: (S, S) uint8 class of the surface, see `CLASSES`.
        ground_classes: (S, S) uint8 class of the bare ground, as `ground_picture` shows it.
        houses: (S, S) int32 number of the building seen, as in `Building.house`; -1 for none.
        roof_slope: (2, S, S) float32 (east, south) of the way down a roof, its length the rise per
            metre: 0 on flat roofs and everywhere else.
        occupancy: (Z, N, N) bool [up, south, east] over the volume's height, or None.

    """

    extent_m: float
    heights_m: np.ndarray
    ground_m: np.ndarray
    classes: np.ndarray
    ground_classes: np.ndarray
    houses: np.ndarray
    roof_slope: np.ndarray
    occupancy: np.ndarray | None

    @property
    def house_edges(self) -> np.ndarray:
        """(S, S) bool: pixels whose right or lower neighbour shows another building."""
        out = np.zeros(self.houses.shape, np.bool_)
        down = self.houses[1:] != self.houses[:-1]
        across = self.houses[:, 1:] != self.houses[:, :-1]
        both = self.houses >= 0
        out[:-1] |= down & both[1:] & both[:-1]
        out[:, :-1] |= across & both[:, 1:] & both[:, :-1]
        return out


def truth_maps(
    geometry: Geometry,
    houses: np.ndarray,
    size: int,
    square: tuple[float, float, float],
    occupancy: np.ndarray | None,
) -> TruthMaps:
    """Survey a square of a world.

    Args:
        geometry: what stands where.
        houses: (N,) int32 the building of each primitive, -1 for none.
        size: side of the maps in pixels.
        square: (side, its middle's east and south), metres.
        occupancy: handed on.

    """
    metres = np.empty((2, size, size), np.float32)
    classes = np.empty((2, size, size), np.uint8)
    house = np.empty((size, size), np.int32)
    slope = np.empty((2, size, size), np.float32)
    kernels.survey_all(geometry, square, metres, classes, (houses, house), slope)
    return TruthMaps(
        square[0], metres[0], metres[1], classes[0], classes[1], house, slope, occupancy
    )


def bare_ground(geometry: Geometry) -> Geometry:
    """Return the world without anything that stands on the ground: no shadows, the whole sky open.

    Args:
        geometry: of a world; it is not changed.

    """
    return geometry._replace(
        prims=geometry.prims[:0],
        bounds=geometry.bounds[:0],
        cell_start=np.zeros_like(geometry.cell_start),
        cell_items=geometry.cell_items[:0],
        cell_top=np.zeros_like(geometry.cell_top),
        openness=np.ones_like(geometry.openness),
    )
