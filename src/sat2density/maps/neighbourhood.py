"""The model of things around a place of a map: the tile one stands in and those around it, joined.

It lies on a lattice of half tiles that is fixed to the ground, so that neighbouring models show the
same things where both reach.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sat2density.city.evidence import check_weights
from sat2density.city.from_maps import plan_of
from sat2density.city.joining import STEPS
from sat2density.errors import InputError
from sat2density.maps.area_plan import Sheet, Told, tell_tile

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster
    from sat2density.pipeline import Sat2Density

TILES: Final = 3
"""Tiles in its side: the one in the middle, and one on each side."""
KEPT_TILES: Final = 40
"""What is told of so many tiles is kept: 25 lie under one model, 10 are new in the next."""
KEPT_MODELS: Final = 4
"""Models kept, of a few megabytes each: a walk to and fro over a border makes none anew."""


class Around(NamedTuple):
    """A model of things, and where its middle lies.

    Attributes:
        glb: a glTF 2.0 file; north is -z, its middle the origin.
        x: of its middle, metres in the projection.
        y: likewise.

    """

    glb: bytes
    x: float
    y: float


class Neighbourhood:
    """Gives the model around any place of a map.

    Args:
        model: weights that tell what stands where.
        raster: the map.
        crs: metric projection of the places.

    """

    def __init__(self, model: Sat2Density, raster: MapRaster, crs: Any) -> None:
        self.model, self.raster, self.crs = model, raster, crs
        self.step_m = model.spec.extent_m / STEPS
        self._told = functools.lru_cache(KEPT_TILES)(self._tell)
        self._model = functools.lru_cache(KEPT_MODELS)(self._make)

    def at(self, x: float, y: float) -> Around:
        """Return the model whose middle lies nearest to a place, within a quarter of a tile.

        Args:
            x: metres in `crs`.
            y: likewise.

        Raises:
            InputError: the weights tell no things, or the map holds hardly any data there.

        """
        check_weights(self.model.architecture)
        column, row = round(x / self.step_m), round(-y / self.step_m)
        return Around(self._model(column, row), column * self.step_m, -row * self.step_m)

    def _tell(self, column: int, row: int) -> Told:
        corner = column * self.step_m, -row * self.step_m
        return tell_tile(self.model, self.raster, self.crs, corner)[0]

    def _make(self, column: int, row: int) -> bytes:
        from sat2density.city.model import model

        steps = TILES * STEPS
        spec = self.model.spec
        sheet = Sheet(spec.extent_m, spec.tile_size, steps)
        left, top = column - steps // 2, row - steps // 2
        for i in range(steps - STEPS + 1):
            for j in range(steps - STEPS + 1):
                sheet.put(i, j, self._told(left + j, top + i))
        if not sheet.told:
            raise InputError(f"{self.raster.path.name}: the map holds hardly any data there")
        plan = plan_of(sheet.evidence(), self.raster.path.stem)
        return model(plan, origin=(column * self.step_m, -row * self.step_m))
