"""One sample contract for every data set: what a pair of pictures is once it has been read."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from sat2density.conventions import HistogramForm

TRUTH: Final[dict[str, str]] = {
    "depth_m": "float32",
    "heights_m": "float32",
    "ground_m": "float32",
    "classes": "uint8",
    "occupancy": "bool",
}
"""What truth can hold, and the type of its values: radial depth of the panorama (H, W), inf for
sky; heights of the surface and of the bare ground above the plane under the camera, and classes,
seen from above (S, S); occupancy (Z, S, S), layer 0 lowest.
"""


def truth_tensors(arrays: Mapping[str, np.ndarray]) -> dict[str, Tensor]:
    """Return what truth there is among arrays, as tensors of the types in `TRUTH`.

    Args:
        arrays: arrays by name; names that are not in `TRUTH` are passed over.

    """
    import torch

    return {
        name: torch.from_numpy(arrays[name]).to(getattr(torch, kind))
        for name, kind in TRUTH.items()
        if name in arrays
    }


@dataclasses.dataclass(frozen=True, eq=False)
class Sample:
    """A satellite tile and the panorama taken in its middle.

    Attributes:
        tile: float32 (3, S, S) in [0, 1], north up.
        panorama: float32 (3, H, W) in [0, 1], the middle column looks north.
        sky: float32 (1, H, W), 1 = sky.
        spec: scale and sizes; S, H and W are its.
        identity: the sample's name in its data set.
        truth: tensors by the names in `TRUTH`, as far as they are known; None for photographs.

    """

    tile: Tensor
    panorama: Tensor
    sky: Tensor
    spec: SceneSpec
    identity: str
    truth: dict[str, Tensor] | None = None

    def histogram(self, form: HistogramForm) -> Tensor:
        """Return the (270,) histogram of its own sky, see `light.histogram`.

        Args:
            form: how colours are counted; the weights say which form they need.

        """
        from sat2density.light.histogram import sky_histogram

        return sky_histogram(self.panorama, self.sky, form)


def collate(samples: Sequence[Sample]) -> dict[str, Any]:
    """Stack samples to a batch, for `torch.utils.data.DataLoader(collate_fn=collate)`.

    Args:
        samples: at least one, all of one scene.

    Returns:
        `tile` (B, 3, S, S), `panorama` (B, 3, H, W), `sky` (B, 1, H, W), `spec`, `identity` (a
        list), and `truth`: the stacked tensors that every sample has, None where one has none.

    Raises:
        InputError: there is no sample, or they are of different scenes.

    """
    import torch

    if not samples:
        raise InputError("batch: there is no sample in it")
    first = samples[0]
    for other in samples[1:]:
        if other.spec != first.spec:
            raise InputError(
                f"batch: {first.identity} and {other.identity} have different scenes; batch them "
                f"apart"
            )
    truths = [sample.truth for sample in samples if sample.truth is not None]
    names = [name for name in TRUTH if all(name in truth for truth in truths)]
    return {
        "tile": torch.stack([sample.tile for sample in samples]),
        "panorama": torch.stack([sample.panorama for sample in samples]),
        "sky": torch.stack([sample.sky for sample in samples]),
        "spec": first.spec,
        "identity": [sample.identity for sample in samples],
        "truth": {name: torch.stack([truth[name] for truth in truths]) for name in names}
        if len(truths) == len(samples)
        else None,
    }
