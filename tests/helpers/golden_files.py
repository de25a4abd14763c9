"""The golden generator and its numbers (../shared/golden), read once per test session."""

import functools
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from sat2density.scene_spec import SceneSpec
from sat2density.weights.opening import open_weights

NAMES = ("cvact", "cvusa")


@functools.cache
def golden(shared: Path, name: str) -> SimpleNamespace:
    """`.io` (arrays as tensors), `.meta`, `.spec`, `.weights`, `.generator`, `.discriminator` of
    one golden folder.
    """
    folder = shared / "golden" / f"{name}_tiny"
    meta = json.loads((folder / "meta.json").read_text())
    config = meta["config"]
    spec = SceneSpec(
        extent_m=meta["realworld_scale_m"],
        camera_height_m=meta["camera_height_m"],
        tile_size=config["sat"],
        panorama_size=tuple(config["pano"]),
        vertical_fov_deg=SceneSpec.named(name).vertical_fov_deg,
        samples_per_ray=config["samples"],
    )
    weights = open_weights(folder / "model.pth", spec)
    with np.load(folder / "io.npz") as arrays:
        io = {key: torch.from_numpy(arrays[key]) for key in arrays}
    networks = {"generator": weights.generator(), "discriminator": weights.discriminator()}
    return SimpleNamespace(io=io, meta=meta, spec=spec, weights=weights, **networks)


def largest_difference(actual: torch.Tensor, expected: torch.Tensor) -> float:
    """Largest absolute difference; shapes must agree."""
    assert actual.shape == expected.shape
    return float((actual - expected).detach().abs().max())
