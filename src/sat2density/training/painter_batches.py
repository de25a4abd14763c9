"""From packed pictures to the painter's batches: windows of panoramas.

As in `batches`, order and variation are functions of (seed, step, position) alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.images.pixels import middle
from sat2density.training.augment import Turn, recolour
from sat2density.training.batches import Batches
from sat2density.training.config import AugmentConfig
from sat2density.views import Camera

WINDOW: Final = (128, 64)
"""Columns and rows of rays that are painted of each panorama; a window is drawn anew every time,
most of them around the horizon, where the things are.
"""
WINDOWS: Final = 2
"""Windows of each panorama in a batch: its density, nearly half of the work, serves them all."""
ZOOMS: Final = (2, 2, 4)
"""How much finer than the panorama's the rays of a sample may be, each as likely. Perspective views
have such rays: a view of 90 degrees and 640 columns is twice as fine as a panorama of 1024.
"""
COARSE: Final = 0.5
"""The same for a sample whose rays are coarser: those of a panorama of half the size."""


@dataclasses.dataclass(frozen=True)
class PainterBatch:
    """What one step of the painter's stage sees.

    Attributes:
        tiles: (B, 3, S, S) in [0, 1].
        pictures: (B, n, 3, 2h, 2w) in [0, 1], true; n = `WINDOWS`, w, h = `WINDOW`.
        classes: (B, n, 2h, 2w) uint8, what each pixel shows.
        histograms: (B, 270).
        cameras: one a sample.
        zooms: how much finer than the panorama's the rays of each sample are, or `COARSE`. Finer
            ones have enlarged pictures, which are smooth: no critic should judge them.
        corners: first column and row of rays of each window of each sample; windows go on around
            the panorama.
        names: of the scenes.

    """

    tiles: Tensor
    pictures: Tensor
    classes: Tensor
    histograms: Tensor
    cameras: list[Camera]
    zooms: list[float]
    corners: list[list[tuple[int, int]]]
    names: list[str]


class PainterBatches(Batches):
    """All the batches of a painter's run, by step.

    Args and order of scenes are those of `Batches`; the pack is one of `painter_maker`.
    """

    def part(self, step: int, positions: range) -> PainterBatch:  # type: ignore[override]
        """Return some samples of a step's batch.

        Args:
            step: number of the step.
            positions: of the samples in the whole batch.

        """
        indices = self.indices(step)
        samples = [
            self._sample_of(indices[p], np.random.default_rng([self.rules.seed, 4, step, p]))
            for p in positions
        ]
        return PainterBatch(
            tiles=torch.stack([sample.tiles for sample in samples]),
            pictures=torch.stack([sample.pictures for sample in samples]),
            classes=torch.stack([sample.classes for sample in samples]),
            histograms=torch.stack([sample.histograms for sample in samples]),
            cameras=[camera for sample in samples for camera in sample.cameras],
            zooms=[zoom for sample in samples for zoom in sample.zooms],
            corners=[corners for sample in samples for corners in sample.corners],
            names=[name for sample in samples for name in sample.names],
        )

    def _sample_of(self, index: int, rng: np.random.Generator) -> PainterBatch:
        """Return one sample, its tensors without the batch's dimension."""
        get = self.packed.get
        augment = self.rules.augment
        turn = Turn.draw(rng, augment, self.rules.pixel_rule)
        tile = torch.from_numpy(get("tiles", index).astype(np.float32)) / 255
        tile = turn.tile(middle(tile, self.rules.tile_size))
        picture = turned(turn, torch.from_numpy(np.array(get("panoramas", index))))
        classes = turned(turn, torch.from_numpy(np.array(get("classes", index))[None]))
        zoom = drawn_zoom(rng, augment)
        picture, classes = resized(picture, zoom, "bilinear"), resized(classes, zoom, "nearest")
        size = picture.shape[-1] // 2, picture.shape[-2] // 2
        corners = [corner(rng, size) for _ in range(WINDOWS)]
        return PainterBatch(
            tiles=recolour(tile, rng, augment.tile_colour),
            pictures=windows(picture, corners, 2).float() / 255,
            classes=windows(classes, corners, 2)[:, 0],
            histograms=torch.from_numpy(np.array(get("histograms", index))),
            cameras=[turned_camera(turn, get("cameras", index))],
            zooms=[zoom],
            corners=[corners],
            names=[self.packed.names[index]],
        )


def drawn_zoom(rng: np.random.Generator, augment: AugmentConfig) -> float:
    """Draw how much finer than the panorama's a sample's rays are.

    Args:
        rng: what it is drawn from.
        augment: shares of the samples with finer and with coarser rays.

    """
    share = rng.random()
    if share < augment.zoom:
        return float(rng.choice(ZOOMS))
    return COARSE if share < augment.zoom + augment.coarse else 1.0


def resized(panorama: Tensor, zoom: float, mode: str) -> Tensor:
    """Return a panorama with `zoom` times as many rows and columns.

    Args:
        panorama: (C, H, W) uint8.
        zoom: 1 leaves it as it is; at 1/2 "bilinear" is the mean of four pixels.
        mode: of `torch.nn.functional.interpolate`.

    """
    if zoom == 1:
        return panorama
    return F.interpolate(panorama[None], scale_factor=zoom, mode=mode)[0]


def corner(rng: np.random.Generator, size: tuple[int, int]) -> tuple[int, int]:
    """Draw the first column and row of a window: columns alike, rows mostly around the middle.

    Args:
        rng: what it is drawn from.
        size: (W, H) of the panorama's rays.

    """
    left = int(rng.integers(size[0]))
    return left, int(rng.integers(0, size[1] - WINDOW[1] + 1, 2).mean())


def windows(panorama: Tensor, corners: Sequence[tuple[int, int]], scale: int = 1) -> Tensor:
    """Cut windows out of a panorama.

    Args:
        panorama: (C, H, W) of pixels, or of rays.
        corners: first column and row of rays of each; columns go on around the panorama.
        scale: pixels a ray, each way.

    Returns:
        (n, C, scale h, scale w); w, h = `WINDOW`.

    """
    w, h = (scale * side for side in WINDOW)
    parts = [
        panorama[:, scale * top : scale * top + h].roll(-scale * left, dims=2)[..., :w]
        for left, top in corners
    ]
    return torch.stack(parts)


def turned(turn: Turn, panorama: Tensor) -> Tensor:
    """Turn a panorama whose camera is turned with it: only a mirror image changes it.

    Args:
        turn: the variation; rays go through the centres of pixels.
        panorama: (C, H, W).

    """
    return panorama.flip(-1) if turn.mirrored else panorama


def turned_camera(turn: Turn, row: np.ndarray) -> Camera:
    """Turn a camera with its heading.

    Args:
        turn: the variation.
        row: east and south in tile units, height in metres, heading in degrees.

    """
    camera = turn.camera(row[:3])
    heading = float(-row[3] if turn.mirrored else row[3]) + 90 * turn.quarters
    return dataclasses.replace(camera, heading=heading % 360)
