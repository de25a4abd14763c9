"""The golden generator and its numbers, read once per test session.

`tests/golden` has a part of them that travels with the repository; `../shared/golden` has them all.
"""

import functools
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from sat2density.models.discriminator import Discriminator
from sat2density.models.generator import Generator
from sat2density.scene_spec import SceneSpec
from sat2density.weights.loaded import LoadedWeights
from sat2density.weights.opening import open_weights

KEPT = Path(__file__).resolve().parents[1] / "golden"
NAMES = ("cvact", "cvusa")


@dataclass
class Golden:
    """One golden case.

    Attributes:
        io: arrays that belong together, of one sample (kept) or two (the whole set).
        both: what losses and metrics are computed from, always of both samples.
        inner: which rows and columns of the density's gradient `io` has.
        checkpoint: the released file, None where it is not kept.
    """

    io: dict[str, Tensor]
    both: dict[str, Tensor]
    meta: dict
    spec: SceneSpec
    inner: slice
    checkpoint: Path | None

    @property
    def painted_views(self) -> list[int]:
        """Numbers of the cameras whose pictures are there."""
        return [view for view in range(3) if f"view{view}_pred" in self.io]

    @functools.cached_property
    def weights(self) -> LoadedWeights:
        """The checkpoint, read; the test is skipped where it is not kept."""
        if self.checkpoint is None:
            pytest.skip("this case's checkpoint is in ../shared/golden only")
        return open_weights(self.checkpoint, self.spec)

    @functools.cached_property
    def generator(self) -> Generator:
        """The generator as it is trained."""
        return self.weights.generator()

    @functools.cached_property
    def discriminator(self) -> Discriminator:
        """The discriminator of the checkpoint."""
        return self.weights.discriminator()

    def needs(self, name: str) -> None:
        """Skip the test where an array is not kept: then the whole set alone is tested."""
        if name not in self.io:
            pytest.skip(f"{name} is in ../shared/golden only")


@functools.cache
def golden(root: Path, name: str) -> Golden:
    """Read the case `name` ("cvact", "cvusa") of the golden numbers in `root`."""
    folder = root / f"{name}_tiny"
    meta = json.loads((folder / "meta.json").read_text())
    io = _arrays(folder / "io.npz")
    both, inner = io, slice(None)
    if (folder / "both.npz").is_file():
        both = _arrays(folder / "both.npz")
        io = {key: value[:1] for key, value in both.items() if not key.startswith("disc_")} | io
        columns = io["grad_density"].shape[-1] if "grad_density" in io else 0
        edge = (io["density"].shape[-1] - columns) // 2
        inner = slice(edge, edge + columns)
    files = [folder / "model.pth", folder / "model.zip"]
    checkpoint = next((path for path in files if path.is_file()), None)
    return Golden(io, both, meta, _spec(name, meta), inner, checkpoint)


def _arrays(path: Path) -> dict[str, Tensor]:
    with np.load(path) as arrays:
        return {key: torch.from_numpy(arrays[key]) for key in arrays}


def _spec(name: str, meta: dict) -> SceneSpec:
    config = meta["config"]
    return SceneSpec(
        extent_m=meta["realworld_scale_m"],
        camera_height_m=meta["camera_height_m"],
        tile_size=config["sat"],
        panorama_size=tuple(config["pano"]),
        vertical_fov_deg=SceneSpec.named(name).vertical_fov_deg,
        samples_per_ray=config["samples"],
    )


def largest_difference(actual: Tensor, expected: Tensor) -> float:
    """Largest absolute difference; shapes must agree."""
    assert actual.shape == expected.shape
    return float((actual - expected).detach().abs().max())
