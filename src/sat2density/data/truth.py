"""Truth that lies beside pictures of the procedural world: arrays in a file, and the world itself,
made again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from sat2density.data.sample import TRUTH
from sat2density.errors import InputError
from sat2density.reading import read_json
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.worlds import World


def read_truth(path: Path, spec: SceneSpec) -> dict[str, Tensor]:
    """Read a sample's truth (.npz, see `TRUTH`; other arrays in it are passed over).

    Arrays of another size than the scene's are read at the nearest pixel, since neither depths at
    an edge nor classes can be averaged; the occupancy keeps its own resolution (layers, side,
    side).

    Raises:
        InputError: the file is damaged, or an array has other proportions than the scene.

    """
    try:
        with np.load(path, allow_pickle=False) as arrays:
            read = {
                name: torch.from_numpy(arrays[name]).to(dtype)
                for name, dtype in TRUTH.items()
                if name in arrays
            }
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


def world_of(root: Path, identity: str) -> World | None:
    """Make the world of a sample again, from the folder's record and the sample's name
    (style-seed).

    Raises:
        InputError: the record is damaged, or the folder was made by another version of the
            generator; the message has the command that makes it again.

    """
    from sat2density.worlds.writing import RECORD

    path = root / RECORD
    style, _, seed = identity.rpartition("-")
    if not path.is_file() or not seed.isdigit():
        return None
    from sat2density.worlds import GENERATOR_VERSION, World
    from sat2density.worlds.writing import remake_command

    try:
        record = read_json(path)
        version, made_style, remake = (
            record["generator_version"],
            record["style"],
            remake_command(record, "NEW_DIR"),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is damaged as a record of 'world make' ({error}); make the folder again"
        ) from error
    if version != GENERATOR_VERSION:
        raise InputError(
            f"{root}: was made by version {version} of the generator, and version "
            f"{GENERATOR_VERSION} is installed, "
            f"which makes other scenes of the same seeds; make it again: {remake}"
        )
    return World.generate(style, int(seed)) if style == made_style else None
