"""From packed pictures to the painter's batches: windows of panoramas.

As in `batches`, order and variation are functions of (seed, step, position) alone.
"""

from __future__ import annotations

import dataclasses
import math
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
STEP_M: Final = (0.25, 0.7)
"""Least and greatest way to the place from which a painting is looked at again (`steadiness`)."""


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
        occupancy: (B, Z, R, R) bool, what truly stands in the volume's cells.
        surface: (B, S, S) uint8 class of what is truly seen from above.
        fronts: (B, F, R, R) in [0, 1], the true walls (`worlds.fronts`).
        steps_m: (B, 2) east and south from each camera to the place from which its painting is
            looked at again.
        names: of the scenes.

    """

    tiles: Tensor
    pictures: Tensor
    classes: Tensor
    histograms: Tensor
    occupancy: Tensor
    surface: Tensor
    fronts: Tensor
    steps_m: Tensor
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
            occupancy=torch.stack([sample.occupancy for sample in samples]),
            surface=torch.stack([sample.surface for sample in samples]),
            fronts=torch.stack([sample.fronts for sample in samples]),
            steps_m=torch.stack([sample.steps_m for sample in samples]),
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
        bits = np.unpackbits(get("occupancy", index), axis=-1)
        zoom = drawn_zoom(rng, augment)
        size = round(zoom * picture.shape[-1] / 2), round(zoom * picture.shape[-2] / 2)
        corners = [corner(rng, size) for _ in range(WINDOWS)]
        return PainterBatch(
            tiles=recolour(tile, rng, augment.tile_colour),
            pictures=resized_windows(picture, corners, zoom, "bilinear").float() / 255,
            classes=resized_windows(classes, corners, zoom, "nearest")[:, 0],
            histograms=torch.from_numpy(np.array(get("histograms", index))),
            occupancy=turn.tile(torch.from_numpy(bits).bool()),
            surface=turn.tile(torch.from_numpy(np.array(get("surface", index))[None]))[0],
            fronts=turn.tile(torch.from_numpy(np.array(get("fronts", index)))).float() / 255,
            steps_m=step_m(rng),
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


def resized_windows(
    panorama: Tensor, corners: Sequence[tuple[int, int]], zoom: float, mode: str
) -> Tensor:
    """Cut windows out of a panorama with `zoom` times as many rows and columns, of which only they
    are made.

    Args:
        panorama: (C, H, W) uint8, two pixels a ray each way.
        corners: first column and row of the finer rays of each; columns go on around the panorama.
        zoom: 1 leaves the pixels as they are; at 1/2 "bilinear" is the mean of four.
        mode: of `torch.nn.functional.interpolate`.

    Returns:
        (n, C, 2h, 2w); w, h = `WINDOW`.

    """
    width, height = (2 * side for side in WINDOW)
    # What is between two pixels is told by both: some more are taken on each side.
    more = max(1, round(1 / zoom))
    parts = []
    for left, top in corners:
        x, y = (math.floor(2 * start / zoom) - more for start in (left, top))
        columns, rows = (math.ceil(side / zoom) + 2 * more for side in (width, height))
        across = torch.arange(x, x + columns).remainder(panorama.shape[2])
        down = torch.arange(y, y + rows).clamp(0, panorama.shape[1] - 1)
        part = panorama[:, down][..., across]
        if zoom != 1:
            part = F.interpolate(part[None], scale_factor=zoom, mode=mode)[0]
        first, above = round(2 * left - zoom * x), round(2 * top - zoom * y)
        parts.append(part[:, above : above + height, first : first + width])
    return torch.stack(parts)


def step_m(rng: np.random.Generator) -> Tensor:
    """Draw a short way over the ground, (2,) metres east and south: `STEP_M` long, to any side.

    Args:
        rng: what it is drawn from.

    """
    length, angle = rng.uniform(*STEP_M), rng.uniform(0, 2 * np.pi)
    return torch.tensor((length * np.cos(angle), length * np.sin(angle)), dtype=torch.float32)


def corner(rng: np.random.Generator, size: tuple[int, int]) -> tuple[int, int]:
    """Draw the first column and row of a window: columns alike, rows mostly around the middle.

    Args:
        rng: what it is drawn from.
        size: (W, H) of the panorama's rays.

    """
    left = int(rng.integers(size[0]))
    return left, int(rng.integers(0, size[1] - WINDOW[1] + 1, 2).mean())


def windows(rays: Tensor, corners: Sequence[tuple[int, int]]) -> Tensor:
    """Cut windows out of a panorama of rays.

    Args:
        rays: (C, H, W).
        corners: first column and row of each; columns go on around the panorama.

    Returns:
        (n, C, h, w); w, h = `WINDOW`.

    """
    w, h = WINDOW
    parts = [rays[:, top : top + h].roll(-left, dims=2)[..., :w] for left, top in corners]
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
