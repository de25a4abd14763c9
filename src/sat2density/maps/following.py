"""A scene that follows the camera over a map, without seams.

Tiles lie on a fixed lattice, half a tile apart. Each is reconstructed once; their densities are
blended by weights that are fixed to the ground, so that the place has one density everywhere. The
camera's scene is a window of it. What lies where does not depend on where the camera came from: no
frame jumps, and a walk can be begun anywhere.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import torch
from torch import Tensor

from sat2density.errors import InputError
from sat2density.features import Described
from sat2density.maps.blending import window
from sat2density.maps.blocks import filled
from sat2density.maps.fetching import Progress, check_few, fetch, pictures_under
from sat2density.maps.served import ServedRaster
from sat2density.maps.tiles import LEAST_VALID, cut
from sat2density.notices import notice
from sat2density.scene import Scene
from sat2density.views import Camera

if TYPE_CHECKING:
    from sat2density.maps.raster import MapRaster
    from sat2density.pipeline import Sat2Density

KEPT: Final = 36
"""Tiles kept: four times those under one window, so that a turn on the spot works out nothing."""

LOOK_PX: Final = 16
"""Side of the picture in which is looked whether the map holds data around a place."""

LEAST_KNOWN: Final = 1e-3
"""Weight of a tile without any data beside one that is whole."""


class _Tile(NamedTuple):
    """Of one place of the lattice: the picture, and (Z + F, cells, cells): the density's layers,
    then what rays bring along, where the weights paint with it.
    """

    picture: Tensor
    volume: Tensor
    weight: float


class FollowingScene:
    """Gives the scene around any place of a map.

    Args:
        model: reconstructs the tiles.
        raster: the map.
        crs: metric projection of the places.

    """

    def __init__(self, model: Sat2Density, raster: MapRaster, crs: Any) -> None:
        self.model, self.raster, self.crs = model, raster, crs
        spec = model.spec
        self.cells = spec.tile_size // model.architecture.density_stride
        self.cell_m = spec.extent_m / self.cells
        self.step = self.cells // 2
        self.made = 0
        self._tiles: OrderedDict[tuple[int, int], _Tile] = OrderedDict()
        self._last: tuple[tuple[int, int], Scene] | None = None
        self._hill = torch.from_numpy(window(self.cells).astype(np.float32))

    def at(self, x: float, y: float, heading: float = 0.0) -> tuple[Scene, Camera]:
        """Return the scene around a place, and the camera that stands there in it.

        Args:
            x: metres in `crs`.
            y: likewise.
            heading: degrees clockwise from the projection's north.

        """
        column, row = x / self.cell_m, -y / self.cell_m
        half = self.cells / 2
        corner = (round(column - half), round(row - half))
        east, south = (column - corner[0]) / half - 1.0, (row - corner[1]) / half - 1.0
        if self._last is None or self._last[0] != corner:
            self._last = (corner, self._window(corner))
        return self._last[1], Camera(east, south, heading)

    def prepare(self, points: np.ndarray, progress: Progress = lambda done, total: None) -> None:
        """Fetch what a walk needs of a tile server, and look whether the map holds data along it; a
        notice tells of parts where it does not.

        Args:
            points: (N, 2) x and y in `crs`, evenly spaced.
            progress: told (pictures done, all of them).

        Raises:
            InputError: the server fails (see `fetching.fetch`), or the map holds hardly any data
                along the whole walk.

        """
        if isinstance(self.raster, ServedRaster):
            fetch(self.raster, self._pictures(self.raster, points), progress)
        empty = [self.known(x, y) < LEAST_VALID for x, y in self._some(points, 0.5)]
        if all(empty):
            raise InputError(f"{self.raster.path}: holds hardly any data along the walk")
        if any(empty):
            notice(
                f"{self.raster.path}: holds hardly any data along {sum(empty) / len(empty):.0%} of "
                f"the walk; what is shown there says nothing"
            )

    def check(self, points: np.ndarray) -> None:
        """Refuse a walk that needs too much of a tile server.

        Args:
            points: see `prepare`.

        Raises:
            InputError: the message says how many pictures it needs.

        """
        if isinstance(self.raster, ServedRaster):
            check_few(self.raster, len(self._pictures(self.raster, points)), "the walk")

    def bounds(self, x: float, y: float) -> tuple[float, float]:
        """Return the middle of the window around a place, in `crs`.

        Args:
            x: metres in `crs`.
            y: likewise.

        """
        half = self.cells / 2
        column, row = round(x / self.cell_m - half), round(-y / self.cell_m - half)
        return (column + half) * self.cell_m, -(row + half) * self.cell_m

    def known(self, x: float, y: float) -> float:
        """Return the share of the window around a place in which the map holds data.

        Args:
            x: metres in `crs`.
            y: likewise.

        """
        half = self.model.spec.extent_m / 2
        _, valid, _ = cut(self.raster, self.crs, (x - half, y - half, x + half, y + half), LOOK_PX)
        return float(valid.mean())

    def _pictures(self, raster: ServedRaster, points: np.ndarray) -> list[tuple[int, int]]:
        """Return which pictures lie under a walk."""
        # A window reaches half a tile from the camera, and the tiles under it a whole one beyond;
        # an eighth more to the next of the places looked at.
        reach = 1.7 * self.model.spec.extent_m
        squares = (
            (x - reach, y - reach, x + reach, y + reach) for x, y in self._some(points, 0.25)
        )
        return pictures_under(raster, self.crs, squares)

    def _some(self, points: np.ndarray, tiles: float) -> list[np.ndarray]:
        """Return places of a walk, so many tiles' sides apart, and its last one."""
        extent = self.model.spec.extent_m
        spacing = float(np.hypot(*(points[1] - points[0]))) if len(points) > 1 else extent
        return [*points[:: max(1, int(tiles * extent / spacing))], points[-1]]

    def _window(self, corner: tuple[int, int]) -> Scene:
        """Blend what the tiles of the lattice say of a window whose first cell is `corner`."""
        cells, step = self.cells, self.step
        ranges = [range((c - cells) // step + 1, (c + cells - 1) // step + 1) for c in corner]
        keys = [(i, j) for j in ranges[1] for i in ranges[0]]
        self._make([key for key in keys if key not in self._tiles])
        stride = self.model.spec.tile_size // cells
        side = self.model.spec.tile_size
        picture = torch.zeros(3, side, side)
        total = torch.zeros(cells, cells)
        volume: Tensor | None = None
        for key in keys:
            tile = self._tiles[key]
            self._tiles.move_to_end(key)
            left, top = (k * step - c for k, c in zip(key, corner, strict=True))
            into = _overlap(left, top, cells)
            out_of = _overlap(-left, -top, cells)
            weight = self._hill[out_of] * tile.weight
            if volume is None:
                volume = tile.volume.new_zeros(len(tile.volume), cells, cells)
            volume[:, *into] += weight.to(volume.device) * tile.volume[:, *out_of]
            total[into] += weight
            fine = tuple(slice(s.start * stride, s.stop * stride) for s in into)
            source = tuple(slice(s.start * stride, s.stop * stride) for s in out_of)
            picture[:, *fine] = tile.picture[:, *source]
        assert volume is not None
        volume /= total.to(volume.device)
        while len(self._tiles) > KEPT:
            self._tiles.popitem(last=False)
        tiles = picture[None].to(self.model.device)
        layers = self.model.architecture.density_layers
        features = volume[None, layers:] if len(volume) > layers else None
        scene = Scene(self.model, tiles, volume[None, :layers], features=features)
        # Of its tiles what is shown was blended: things are not looked for in a blend.
        scene.shown = Described(scene.densities, features)
        return scene

    @torch.no_grad()
    def _make(self, keys: list[tuple[int, int]]) -> None:
        if not keys:
            return
        size, side = self.model.spec.tile_size, self.model.spec.extent_m
        step_m = self.step * self.cell_m
        # One by one: what a tile becomes must not depend on which others are missing.
        for i, j in keys:
            west, north = i * step_m, -j * step_m
            bounds = (west, north - side, west + side, north)
            pixels, valid, _ = cut(self.raster, self.crs, bounds, size)
            picture = torch.from_numpy(filled(pixels, valid) if valid.any() else pixels)
            # Tiles overlap: every place is looked at several times already, and walks are live.
            scene = self.model.reconstruct(picture, turns=1)
            volume, features, _ = scene.shown
            if features is not None:
                volume = torch.cat([volume, features.to(volume)], 1)
            self._tiles[i, j] = _Tile(picture, volume[0], LEAST_KNOWN + float(valid.mean()))
            self.made += 1


def _overlap(left: int, top: int, cells: int) -> tuple[slice, slice]:
    """Return (rows, columns) of a window that a tile covers whose first cell is (left, top)."""
    return (
        slice(max(0, top), min(cells, top + cells)),
        slice(max(0, left), min(cells, left + cells)),
    )
