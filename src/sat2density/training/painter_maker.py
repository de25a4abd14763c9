"""Scenes for the second stage of the `truth` protocol, in which RenderNet learns: a tile, and a
panorama from one place in it.

    tiles       uint8   (N, 3, T, T)   as in `truth_maker`, with a margin
    panoramas   uint8   (N, 3, H, W)   seen from `cameras`
    classes     uint8   (N, H, W)      class of what each pixel shows
    cameras     float32 (N, 4)         east and south (tile units), height (m), heading (degrees)
    histograms  float32 (N, 270)       of the panorama's sky
    occupancy   uint8   (N, Z, R, R / 8) bits, as in `truth_maker`
    surface     uint8   (N, S, S)      class of what is seen from above
    fronts      uint8   (N, F, R, R)   walls (`worlds.fronts`); R = rows of the density
"""

from __future__ import annotations

import dataclasses
from typing import Final

import numpy as np
import torch

from sat2density.conventions import FRONT_CHANNELS, HistogramForm, PixelRule
from sat2density.data.paired import PairedDataset
from sat2density.light.histogram import HISTOGRAM_SIZE, sky_histogram
from sat2density.training.pack_reader import Arrays
from sat2density.training.truth_maker import MARGIN, Volume
from sat2density.training.view_sampling import Places
from sat2density.views import Camera
from sat2density.worlds.fronts import fronts_of

AWAY: Final = 0.6
"""Share of the scenes seen from some open place of the tile; the others from the sample's own."""


@dataclasses.dataclass(frozen=True)
class PainterMaker:
    """Makes the arrays of a scene by its index in a procedural data set.

    Attributes:
        dataset: its scenes' worlds are made again from their seeds.
        panorama_size: (W, H) of the panoramas, pixels.
        histogram: form of the sky's histogram.
        pixel_rule: of the panoramas.
        camera_height_m: of cameras on open ground.
        volume: of the occupancy.

    """

    dataset: PairedDataset
    panorama_size: tuple[int, int]
    histogram: HistogramForm
    pixel_rule: PixelRule
    camera_height_m: float
    volume: Volume

    def arrays(self, scenes: int) -> Arrays:
        """Return shape and dtype of every array of a shard.

        Args:
            scenes: how many scenes it holds.

        """
        S = self.dataset.spec.tile_size
        T = S + 2 * MARGIN
        W, H = self.panorama_size
        return {
            "tiles": ((scenes, 3, T, T), "uint8"),
            "panoramas": ((scenes, 3, H, W), "uint8"),
            "classes": ((scenes, H, W), "uint8"),
            "cameras": ((scenes, 4), "float32"),
            "histograms": ((scenes, HISTOGRAM_SIZE), "float32"),
            "occupancy": ((scenes, *self.volume.packed), "uint8"),
            "surface": ((scenes, S, S), "uint8"),
            "fronts": ((scenes, FRONT_CHANNELS, self.volume.rows, self.volume.rows), "uint8"),
        }

    def __call__(self, index: int) -> dict[str, np.ndarray]:
        """Return a scene's arrays by name, without the first axis of `arrays`.

        Args:
            index: the scene's place in the data set.

        """
        world = self.dataset.world(index)
        assert world is not None, "the truth protocol is for procedural data (pack_writer checks)"
        spec = self.dataset.spec
        T = spec.tile_size + 2 * MARGIN
        rng = np.random.default_rng([11, index])
        camera = world.sample_camera
        if rng.random() < AWAY:
            camera = Places.of(world, self.camera_height_m, rng).ground()
        view = world.panorama(camera, size=self.panorama_size, pixel_rule=self.pixel_rule)
        picture = torch.from_numpy(view.image.transpose(2, 0, 1).copy()).float() / 255
        sky = torch.from_numpy(view.sky.astype(np.float32))[None]
        return {
            "tiles": world.tile(T, spec.extent_m * T / spec.tile_size).transpose(2, 0, 1),
            "panoramas": view.image.transpose(2, 0, 1),
            "classes": view.classes,
            "cameras": _row(camera, self.camera_height_m),
            "histograms": sky_histogram(picture, sky, self.histogram).numpy(),
            "occupancy": np.packbits(self.volume.of(world, spec.extent_m), axis=-1),
            "surface": world.truth_maps(spec.tile_size, spec.extent_m, occupancy=None).classes,
            "fronts": fronts_of(world.geometry, spec.extent_m, self.volume.rows),
        }


def _row(camera: Camera, camera_height_m: float) -> np.ndarray:
    height = camera_height_m if camera.height_m is None else camera.height_m
    return np.array((camera.east, camera.south, height, camera.heading), np.float32)
