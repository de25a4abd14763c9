"""What makes the arrays of a pack's scenes: one maker for each kind of run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from sat2density.conventions import HistogramForm, PixelRule
from sat2density.data.paired import PairedDataset
from sat2density.data.sample import Sample
from sat2density.data.suburb import from_world
from sat2density.images import to_bytes
from sat2density.training import view_sampling
from sat2density.training.config import DataConfig, TrainConfig
from sat2density.training.pack_reader import Arrays, PackShape
from sat2density.training.painter_maker import PainterMaker
from sat2density.training.truth_maker import TruthMaker, Volume
from sat2density.training.view_sampling import VIEW_SIZE

if TYPE_CHECKING:
    from sat2density.worlds import World


class Maker(Protocol):
    """Makes the arrays of a data set's scenes by their index."""

    @property
    def dataset(self) -> PairedDataset:
        """The data set."""

    def arrays(self, scenes: int) -> Arrays:
        """Return shape and dtype of every array of a shard.

        Args:
            scenes: how many scenes it holds.

        """

    def __call__(self, index: int) -> dict[str, np.ndarray]:
        """Return a scene's arrays by name.

        Args:
            index: the scene's place in the data set.

        """


def maker_of(dataset: PairedDataset, config: TrainConfig) -> Maker:
    """Return what makes a run's scenes: pictures and views, or the truth about a world.

    Args:
        dataset: opened for training.
        config: of the run.

    """
    data, rules, scene = config.data, config.rules, config.scene
    if data.stage == "painter":
        return PainterMaker(
            dataset,
            dataset.spec.panorama_size,
            rules.histogram,
            rules.pixel_rule,
            scene.camera_height_m,
            Volume.of_run(config),
        )
    if data.protocol == "truth":
        return TruthMaker(dataset, config)
    return SceneMaker(dataset, data, rules.histogram, rules.pixel_rule, scene.camera_height_m)


class SceneMaker:
    """Makes the arrays of a scene by its index: from the procedural world, or from files."""

    def __init__(
        self,
        dataset: PairedDataset,
        data: DataConfig,
        form: HistogramForm,
        pixel_rule: PixelRule,
        camera_height_m: float,
    ) -> None:
        self.dataset, self.data, self.form = dataset, data, form
        self.pixel_rule, self.camera_height_m = pixel_rule, camera_height_m

    def arrays(self, scenes: int) -> Arrays:
        """Return shape and dtype of every array of a shard.

        Args:
            scenes: how many scenes it holds.

        """
        spec, views = self.dataset.spec, self.data.further_views
        return PackShape(scenes, spec.tile_size, spec.panorama_size, VIEW_SIZE, views).arrays()

    def __call__(self, index: int) -> dict[str, np.ndarray]:
        """Return a scene's arrays by name, see `packed`."""
        world = self.dataset.world(index) if self.data.further_views else None
        sample = self.dataset[index] if world is None else self._sample(world, index)
        scene = {
            "tiles": to_bytes(sample.tile).transpose(2, 0, 1),
            "panoramas": to_bytes(sample.panorama).transpose(2, 0, 1),
            "skies": to_bytes(sample.sky),
            "histograms": sample.histogram(self.form).numpy(),
        }
        if world is not None:
            scene |= self._views(world, index)
        return scene

    def _sample(self, world: World, index: int) -> Sample:
        spec, identity = self.dataset.spec, self.dataset.identities[index]
        return from_world(world, spec, identity, pixel_rule=self.pixel_rule)

    def _views(self, world: World, index: int) -> dict[str, np.ndarray]:
        places = view_sampling.Places.of(
            world, self.camera_height_m, np.random.default_rng([7, index])
        )
        cameras = places.views(self.data)
        seen = [
            world.panorama(camera=c, size=VIEW_SIZE, pixel_rule=self.pixel_rule) for c in cameras
        ]
        return {
            "view_panoramas": np.stack([view.image.transpose(2, 0, 1) for view in seen]),
            "view_skies": np.stack([view.sky.astype(np.uint8) * 255 for view in seen]),
            "view_cameras": view_sampling.places(cameras),
        }
