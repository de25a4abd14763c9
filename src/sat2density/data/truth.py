"""Truth that lies beside pictures: arrays in a file, brought to the scene's sizes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sat2density.data.sample import truth_tensors
from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec


def read_truth(path: Path, spec: SceneSpec) -> dict[str, Tensor]:
    """Read a sample's truth (.npz, see `TRUTH`; other arrays in it are passed over).

    Arrays of another size than the scene's are read at the nearest pixel, since neither depths at
    an edge nor classes can be averaged; the occupancy keeps its own resolution (layers, side,
    side).

    Args:
        path: an .npz file.
        spec: the scene, whose sizes the arrays are brought to.

    Returns:
        Tensors by name: metres, except `classes` and `occupancy`.

    Raises:
        InputError: the file is damaged, or an array has other proportions than the scene.

    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            read = truth_tensors(arrays)
    except (
        Exception
    ) as error:  # zipfile, zlib, struct and numpy each have errors of their own for a damaged file
        raise InputError(
            f"{path}: is damaged or no .npz of arrays ({error}); make it again"
        ) from error
    width, height = spec.panorama_size
    for name, values in read.items():
        wanted = (height, width) if name == "depth_m" else (spec.tile_size, spec.tile_size)
        dimensions = 3 if name == "occupancy" else 2
        shape = tuple(values.shape)
        if len(shape) != dimensions or 0 in shape or shape[-1] * wanted[0] != shape[-2] * wanted[1]:
            raise InputError(
                f"{path}: {name} has the shape {shape}, which does not fit {wanted}; make it again"
            )
        if dimensions == 2:
            read[name] = _nearest(values, wanted)
    return read


def _nearest(values: Tensor, size: tuple[int, int]) -> Tensor:
    """Pick the pixel in which each new pixel's centre lies."""
    if tuple(values.shape) == size:
        return values
    rows, columns = (
        ((torch.arange(n) + 0.5) * have / n).long()
        for n, have in zip(size, values.shape, strict=True)
    )
    return values[rows][:, columns].contiguous()
