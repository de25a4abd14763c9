"""Sheets of pictures: a few unseen scenes, what is true and what is predicted, side by side, while
a run goes on.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from sat2density.data import open_dataset
from sat2density.data.registry import with_split
from sat2density.data.sample import Sample
from sat2density.errors import InputError
from sat2density.evaluation.metrics import geometry, images
from sat2density.files import atomic_path
from sat2density.images import to_bytes
from sat2density.pipeline import Sat2Density
from sat2density.training.batches import fit
from sat2density.training.config import TrainConfig
from sat2density.training.state import State
from sat2density.views import Camera

SCENES = 4
GREATEST_DEPTH_SHARE = 1.0
"""Depth is shown from black (0) to white at this many units."""


@contextlib.contextmanager
def looking(model: Sat2Density, generator: nn.Module) -> Iterator[Sat2Density]:
    """The model in eval mode with another generator in place (a moving average); as before
    afterwards.

    Args:
        model: is as before afterwards.
        generator: to look with.

    """
    trained, model.generator = model.generator, generator  # type: ignore[assignment]
    was = generator.training
    model.eval()
    try:
        yield model
    finally:
        generator.train(was)
        model.generator = trained
        model.train()


@dataclasses.dataclass(frozen=True)
class _Seen:
    """One scene as predicted: picture, projected colour, opacity, depth (units), heights
    (metres).
    """

    image: Tensor
    colour: Tensor
    opacity: Tensor
    depth: Tensor
    heights: Tensor


class SheetMaker:
    """Renders the same scenes at every call.

    Args:
        config: of the run; its scene gives the sizes. Scenes come from the data's `val` split where
            there is one, else from the split that is trained on.

    """

    def __init__(self, config: TrainConfig) -> None:
        self.config = config
        self.samples = _samples(config)

    def write(self, path: Path, state: State) -> dict[str, float]:
        """Write a sheet; return the mean PSNR, sky IoU and (with truth) the heights' RMSE on its
        scenes.

        Args:
            path: of the picture.
            state: what is trained.

        """
        with looking(state.model, state.best_generator) as model:
            seen = [self._look(model, sample) for sample in self.samples]
        rows = [self._row(sample, one) for sample, one in zip(self.samples, seen, strict=True)]
        with atomic_path(path) as temporary:
            Image.fromarray(np.concatenate(rows, 0)).save(temporary)
        return self._numbers(seen)

    @torch.no_grad()
    def _look(self, model: Sat2Density, sample: Sample) -> _Seen:
        scene = model.reconstruct(sample.tile)
        histogram = sample.histogram(model.rules.histogram)[None].to(model.device)
        view = scene.render(Camera(), model.generator.style(histogram))
        assert view.image is not None
        parts = (view.image, view.colour, view.opacity, view.depth, scene.heights())
        return _Seen(*(part.float().cpu() for part in parts))

    def _row(self, sample: Sample, seen: _Seen) -> np.ndarray:
        """One strip: tile, true and predicted heights; true over predicted picture; colour over
        opacity; depth.
        """
        side = 2 * seen.image.shape[-2]
        top = self.config.scene.max_height_m
        truth = (sample.truth or {}).get("heights_m")
        heights = [torch.zeros_like(seen.heights) if truth is None else truth, seen.heights]
        squares = [sample.tile, *((h / top).clamp(0, 1)[None].expand(3, -1, -1) for h in heights)]
        left = [to_bytes(fit(square, (side, side))) for square in squares]
        true = fit(sample.panorama, (seen.image.shape[-1], seen.image.shape[-2]))
        depth = (seen.depth / GREATEST_DEPTH_SHARE).clamp(0, 1).expand(3, -1, -1)
        columns = [
            (true, seen.image),
            (seen.colour, seen.opacity.expand(3, -1, -1)),
            (depth, depth),
        ]
        right = [
            np.concatenate([to_bytes(upper), to_bytes(lower)], 0) for upper, lower in columns[:2]
        ]
        right.append(np.concatenate([to_bytes(depth), np.zeros_like(to_bytes(depth))], 0))
        return np.concatenate([*left, *right], 1)

    def _numbers(self, seen: list[_Seen]) -> dict[str, float]:
        size = (seen[0].image.shape[-1], seen[0].image.shape[-2])
        true = torch.stack([fit(sample.panorama, size) for sample in self.samples])
        sky = torch.stack([(fit(sample.sky, size) > 0.5).float() for sample in self.samples])
        numbers = {
            "psnr": float(images.psnr(torch.stack([s.image for s in seen]), true).mean()),
            "sky_iou": float(
                geometry.sky_ious(torch.stack([s.opacity for s in seen]), sky)[0].nanmean()
            ),
        }
        truths = [(sample.truth or {}).get("heights_m") for sample in self.samples]
        if all(truth is not None for truth in truths):
            true_heights = torch.stack(
                [
                    fit(t[None], seen[0].heights.shape)[0]  # type: ignore[arg-type]
                    for t in truths
                    if t is not None
                ]
            )
            errors = torch.stack([s.heights for s in seen]) - true_heights
            numbers["heights_rmse"] = float(errors.square().mean().sqrt())
        return {name: round(value, 4) for name, value in numbers.items()}


def _samples(config: TrainConfig) -> list[Sample]:
    source = config.data.source
    split = config.data.split
    for candidate in ("val", split):
        try:
            dataset = open_dataset(*with_split(source, candidate), SCENES)
            return [dataset[index] for index in range(len(dataset))]
        except InputError:
            if candidate == split:
                raise
    return []
