"""From packed scenes to batches: order, variation and randomness are functions of (seed, step,
position) alone.

So a resumed run continues exactly, several processes draw what one process with the joint batch
would draw, and no state of a random generator has to be kept.
"""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import PixelRule
from sat2density.models.discriminator import PITCH_RANGE, YAW_RANGE
from sat2density.training.augment import Turn, recolour
from sat2density.training.config import AugmentConfig
from sat2density.training.pack_reader import Mixed, Packed
from sat2density.views import Camera

_HIGH = 0.42
"""Upper share of a panorama's rows, down to 14 degrees above the horizon: distant things end below.
"""
_LEAST_SHARE = 0.02
"""Added to what every view shows there, so that an empty one is drawn now and then."""


@dataclasses.dataclass(frozen=True)
class Draws:
    """The random numbers of a batch's samples, drawn per sample so that they don't depend on how a
    batch is split.

    Attributes:
        noise: (B, z) for the sky encoder.
        jitter: (B, H, W) in [-1/2, 1/2) parts of a step, or None.
        yaw_deg, pitch_deg: (2, B) crops of the discriminator, of generated and of real pictures;
            (1, B): the same.

    """

    noise: Tensor
    jitter: Tensor | None
    yaw_deg: Tensor
    pitch_deg: Tensor

    def with_one_crop(self) -> Draws:
        """The same draws, but generated and real pictures are cropped alike."""
        return dataclasses.replace(self, yaw_deg=self.yaw_deg[:1], pitch_deg=self.pitch_deg[:1])


@dataclasses.dataclass(frozen=True)
class Batch:
    """What one step sees.

    Attributes:
        tiles: (B, 3, S, S). panoramas: (B, 3, H, W) of the painted view. skies: (B, 1, H, W).
            histograms: (B, 270).
        cameras: of the painted view, one per sample.
        view_skies: (B, K, 1, h, w) upper rows of the masks of further views (K may be 0);
            view_cameras: B lists of K.
        names: of the scenes.
        draws: the random numbers.

    """

    tiles: Tensor
    panoramas: Tensor
    skies: Tensor
    histograms: Tensor
    cameras: list[Camera]
    view_skies: Tensor
    view_cameras: list[list[Camera]]
    names: list[str]
    draws: Draws


@dataclasses.dataclass(frozen=True)
class BatchRules:
    """How batches are made: sizes of pictures and of the code, the variations, how many further
    masks a sample.

    `pixel_rule` is that of the packed panoramas, `extent_m` the tile's side. `raised_share`,
    `ground_views` and `raised_views` say which views are painted, see `DataConfig`; of those that
    are not from higher up every second one is the centre's.
    """

    seed: int
    batch: int
    tile_size: int
    panorama_size: tuple[int, int]
    z_size: int
    augment: AugmentConfig
    masks_per_sample: int = 0
    raised_share: float = 0.0
    ground_views: int = 0
    raised_views: int = 0
    pixel_rule: PixelRule = "centre"
    extent_m: float = 40.0

    @property
    def mask_size(self) -> tuple[int, int]:
        """(width, height) at which further masks are compared: every second column of 256x64 is
        enough for geometry.
        """
        width, height = self.panorama_size
        return min(width, 128), min(height, 64)


class Batches:
    """All the batches of a run, by step.

    Args:
        packed: the scenes.
        rules: how batches are made.

    """

    def __init__(self, packed: Packed | Mixed, rules: BatchRules) -> None:
        self.packed = packed
        self.rules = rules
        self.count = len(packed)
        self._order: tuple[int, np.ndarray] | None = None

    def indices(self, step: int) -> list[int]:
        """Return the scenes of a step's whole batch: passes over the data in a new order each
        time.

        Args:
            step: counted from 0.

        """
        first = step * self.rules.batch
        return [self._at(position) for position in range(first, first + self.rules.batch)]

    def _at(self, position: int) -> int:
        epoch, place = divmod(position, self.count)
        if self._order is None or self._order[0] != epoch:
            rng = np.random.default_rng([self.rules.seed, 1, epoch])
            self._order = (epoch, rng.permutation(self.count))
        return int(self._order[1][place])

    def part(self, step: int, positions: range) -> Batch:
        """Return the samples at `positions` of a step's batch.

        Args:
            step: counted from 0.
            positions: in the whole batch.

        """
        indices = self.indices(step)
        samples = [
            self._sample(indices[p], np.random.default_rng([self.rules.seed, 2, step, p]))
            for p in positions
        ]
        return _collate(samples)

    def _sample(self, index: int, rng: np.random.Generator) -> Batch:
        turn = Turn.draw(rng, self.rules.augment, self.rules.pixel_rule)
        picture, sky, camera, painted = self._painted(index, rng)
        packed = self.packed
        tile = fit(
            turn.tile(_floats(packed.get("tiles", index))),
            (self.rules.tile_size, self.rules.tile_size),
        )
        view_skies = packed.get("view_skies", index)
        view_cameras = packed.get("view_cameras", index)
        chosen = informative_views(view_skies, painted, self.rules.masks_per_sample, rng)
        masks = [turn.panorama(_floats(view_skies[v])[None]) for v in chosen]
        width, height = self.rules.mask_size
        upper = [fit(mask, (width, height))[:, : height // 2] for mask in masks]
        return Batch(
            tiles=recolour(tile, rng, self.rules.augment.tile_colour)[None],
            panoramas=turn.panorama(fit(_floats(picture), self.rules.panorama_size))[None],
            skies=turn.panorama(fit(_floats(sky)[None], self.rules.panorama_size))[None],
            histograms=torch.from_numpy(np.array(packed.get("histograms", index)))[None],
            cameras=[turn.camera(camera)],
            view_skies=(torch.stack(upper) if upper else torch.zeros(0, 1, height // 2, width))[
                None
            ],
            view_cameras=[[turn.camera(view_cameras[v]) for v in chosen]],
            names=[packed.names[index]],
            draws=self._draws(rng),
        )

    def _painted(
        self, index: int, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, int]:
        """Draw the view that is painted: picture, sky, camera (None: the middle), number (-1: the
        centre).

        Views off the centre were packed smaller: they are painted only where that is enough.
        """
        packed = self.packed
        pictures = packed.get("view_panoramas", index)
        small = pictures.shape[-1] < self.rules.panorama_size[0]
        view = -1 if small else self._painted_view(rng)
        if view < 0:
            return packed.get("panoramas", index), packed.get("skies", index), None, view
        return (
            pictures[view],
            packed.get("view_skies", index)[view],
            packed.get("view_cameras", index)[view],
            view,
        )

    def _painted_view(self, rng: np.random.Generator) -> int:
        ground = min(self.rules.ground_views, self.packed.views)
        if self.rules.raised_share and rng.random() < self.rules.raised_share:
            return int(rng.integers(ground, ground + self.rules.raised_views))
        return -1 if ground == 0 or rng.random() < 0.5 else int(rng.integers(ground))

    def _draws(self, rng: np.random.Generator) -> Draws:
        width, height = self.rules.panorama_size
        jitter = torch.from_numpy(rng.random((1, height, width), dtype=np.float32) - 0.5)
        return Draws(
            noise=torch.from_numpy(rng.standard_normal((1, self.rules.z_size), dtype=np.float32)),
            jitter=jitter if self.rules.augment.jitter else None,
            yaw_deg=torch.from_numpy(rng.integers(*YAW_RANGE, (2, 1))),
            pitch_deg=torch.from_numpy(rng.integers(*PITCH_RANGE, (2, 1))),
        )


def informative_views(
    masks: np.ndarray, painted: int, count: int, rng: np.random.Generator
) -> list[int]:
    """Draw the further masks of a sample: without repetition, a view as often as it shows something
    high up.

    From most places little but sky stands above the horizon; what is near enough to be seen from
    below tells most.

    Args:
        masks: (V, h, w) uint8 sky masks of the further views, 255 = sky.
        painted: number of the view that is painted (its mask is compared anyway), -1 for the
            centre.
        count: how many are drawn, at most.
        rng: where the draws come from.

    """
    others = [v for v in range(len(masks)) if v != painted]
    count = min(count, len(others))
    if count == 0:
        return []
    shares = 1 - masks[others, : int(_HIGH * masks.shape[1])].mean((1, 2)) / 255 + _LEAST_SHARE
    return [int(v) for v in rng.choice(others, count, replace=False, p=shares / shares.sum())]


def fit(picture: Tensor, size: tuple[int, int]) -> Tensor:
    """Average a picture (C, H, W) down to (width, height); it must be a whole multiple, or is
    resized by area.

    Args:
        picture: (C, H, W).
        size: (width, height), pixels.

    """
    width, height = size
    if picture.shape[-2:] == (height, width):
        return picture
    return F.interpolate(picture[None], size=(height, width), mode="area")[0]


def _floats(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.array(values)).to(torch.float32) / 255


def _collate(samples: list[Batch]) -> Batch:
    def joined(name: str) -> Tensor:
        return torch.cat([getattr(sample, name) for sample in samples])

    draws = [sample.draws for sample in samples]
    jitter = (
        None
        if draws[0].jitter is None
        else torch.cat([d.jitter for d in draws if d.jitter is not None])
    )
    return Batch(
        tiles=joined("tiles"),
        panoramas=joined("panoramas"),
        skies=joined("skies"),
        histograms=joined("histograms"),
        cameras=[camera for sample in samples for camera in sample.cameras],
        view_skies=joined("view_skies"),
        view_cameras=[cameras for sample in samples for cameras in sample.view_cameras],
        names=[name for sample in samples for name in sample.names],
        draws=Draws(
            noise=torch.cat([d.noise for d in draws]),
            jitter=jitter,
            yaw_deg=torch.cat([d.yaw_deg for d in draws], dim=1),
            pitch_deg=torch.cat([d.pitch_deg for d in draws], dim=1),
        ),
    )
