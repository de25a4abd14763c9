"""What the mean predictors know: mean panorama, sky, heights, depth of each row, over training
scenes or others.
"""

from __future__ import annotations

import dataclasses
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from sat2density.code_digest import code_digest
from sat2density.data import open_dataset
from sat2density.data.paired import PairedDataset
from sat2density.data.sample import Sample
from sat2density.errors import InputError
from sat2density.evaluation.ground_truth_cache import Arrays, TruthCache, digest
from sat2density.evaluation.means import Means
from sat2density.evaluation.metrics import geometry
from sat2density.parallel import in_order
from sat2density.render import cameras
from sat2density.render.cameras import equirectangular_rays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera
from sat2density.weights import cache_folder

TRAIN_SCENES = 200
"""Training scenes whose mean is taken (the first of the split)."""
_FIELDS = ("panorama", "sky", "heights", "heights_count", "row_depth", "row_count", "count")


@dataclasses.dataclass
class Sums:
    """Sums over scenes, float64.

    Attributes:
        panorama: (3, H, W). sky: (1, H, W). heights: (S, S) metres. row_depth, row_count: (H,)
            metres and pixels of true hits inside the tile. count, heights_count: scenes.

    """

    panorama: Tensor
    sky: Tensor
    heights: Tensor
    heights_count: Tensor
    row_depth: Tensor
    row_count: Tensor
    count: Tensor

    @classmethod
    def empty(cls, spec: SceneSpec) -> Sums:
        """Nothing yet.

        Args:
            spec: its sizes are the sums'.

        """
        width, height = spec.panorama_size

        def zeros(*size: int) -> Tensor:
            return torch.zeros(size, dtype=torch.float64)

        side = spec.tile_size
        return cls(
            zeros(3, height, width),
            zeros(1, height, width),
            zeros(side, side),
            zeros(),
            zeros(height),
            zeros(height),
            zeros(),
        )

    def plus(self, sample: Sample, sign: int = 1) -> Sums:
        """These sums with a scene more (or, sign = -1, less).

        Args:
            sample: of the same sizes.
            sign: 1 adds, -1 takes away.

        """
        return self.combined(_of(sample), sign)

    def combined(self, added: Sums, sign: int = 1) -> Sums:
        """These sums and others (or, sign = -1, without them).

        Args:
            added: of the same sizes.
            sign: 1 adds, -1 takes away.

        """
        return Sums(*(getattr(self, name) + sign * getattr(added, name) for name in _FIELDS))

    def digest(self) -> str:
        """Stand for these sums: sixteen hexadecimal digits."""
        content = b"".join(getattr(self, name).numpy().tobytes() for name in _FIELDS)
        return hashlib.sha256(content).hexdigest()[:16]

    def means(self) -> Means:
        """Divide by the counts; NaN where nothing was counted."""
        return Means(
            (self.panorama / self.count).float(),
            (self.sky / self.count).float(),
            (self.heights / self.heights_count).float() if self.heights_count > 0 else None,
            (self.row_depth / self.row_count).float() if self.row_count.sum() > 0 else None,
        )


def _of(sample: Sample) -> Sums:
    sums = Sums.empty(sample.spec)
    sums.panorama += sample.panorama.double()
    sums.sky += sample.sky.double()
    sums.count += 1
    truth = sample.truth or {}
    if "heights_m" in truth:
        sums.heights += truth["heights_m"].double()
        sums.heights_count += 1
    if "depth_m" in truth:
        depth = truth["depth_m"][None, None]
        rays = equirectangular_rays(sample.spec, Rules(), Camera())
        inside = geometry.hits_inside(depth, rays.directions, rays.origins, sample.spec.unit_m)[
            0, 0
        ]
        sums.row_depth += depth[0, 0].double().masked_fill(~inside, 0).sum(1)
        sums.row_count += inside.sum(1)
    return sums


class MeanSource:
    """Gives the means for a scene: of the data's first training scenes, else of all other scenes
    that are measured.

    Args:
        dataset: what is measured. Procedural data has fixed training scenes, a folder those of its
            train split; where there is none, or it is measured itself, each scene is predicted by
            all the others.
        jobs: processes that may help.
        skip_bad: leave out training scenes that cannot be read.

    Attributes:
        notices: why a folder's train split could not be used, and what came from the cache.

    """

    def __init__(self, dataset: PairedDataset, jobs: int = 1, skip_bad: bool = False) -> None:
        self.notices: list[str] = []
        self.skip_bad = skip_bad
        origin = dataset.origin(0)
        training = self._training(dataset, jobs) if origin is None else None
        self.apart = origin is not None or training is not None
        self.sums = (
            _total(training or dataset, jobs)
            if origin is None
            else _cached(origin.style, dataset.spec, jobs, self.notices.append)
        )

    def _training(self, dataset: PairedDataset, jobs: int) -> PairedDataset | None:
        """Open the same folder's train split at the same size; None, with a notice, where that
        cannot be.
        """
        if dataset.split == "train":
            return None
        try:
            training = dataset.opened_as("train", TRAIN_SCENES)
            if self.skip_bad:
                left_out = training.leave_out_unreadable(jobs)
                self.notices += [f"skipped training scene {n}: {why}" for n, why in left_out]
            return training
        except InputError as error:
            self.notices.append(
                f"mean and projected know the other scenes of '{dataset.split}', not training "
                f"scenes: {error}"
            )
            return None

    def means(self, sample: Sample) -> Means | None:
        """The means that a predictor may know when it is asked about `sample`; None where there is
        no other scene.

        Args:
            sample: one of the scenes that are measured.

        """
        if self.apart:
            return self.sums.means()
        others = self.sums.plus(sample, -1)
        return others.means() if others.count > 0 else None


def _total(dataset: PairedDataset, jobs: int) -> Sums:
    """The sums over a data set, always added in its order."""
    total = Sums.empty(dataset.spec)
    for one in in_order(_SumsOf(dataset), len(dataset), jobs):
        total = total.combined(one)
    return total


@dataclasses.dataclass(frozen=True)
class _SumsOf:
    dataset: PairedDataset

    def __call__(self, index: int) -> Sums:
        return _of(self.dataset[index])


def _cached(style: str, spec: SceneSpec, jobs: int, say: Callable[[str], None]) -> Sums:
    """The sums over the training scenes, made once and kept in the cache."""
    dataset = open_dataset(f"{style}:train", None, TRAIN_SCENES)
    dataset.spec = spec
    code = code_digest((cameras, geometry, sys.modules[__name__]))
    key = digest(dataset.made_by(), dataset.identities, spec.to_dict(), code)
    cache = TruthCache(Path(cache_folder()) / "means")
    if cache.count([style], key):
        say(
            f"the means of {len(dataset)} training scenes are taken from the cache ({cache.folder})"
        )
    arrays = cache.arrays(style, key, lambda: _as_arrays(_total(dataset, jobs)))
    return Sums(*(torch.from_numpy(arrays[name]) for name in _FIELDS))


def _as_arrays(sums: Sums) -> Arrays:
    return {name: getattr(sums, name).numpy() for name in _FIELDS}
