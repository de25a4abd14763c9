"""How long a frame takes: the measures `seconds.*`."""

from __future__ import annotations

import statistics
import time
from typing import Final

from torch import Tensor

from sat2density.light.lighting import Lighting
from sat2density.pipeline import Sat2Density
from sat2density.views import Camera

WARM_UP: Final = 3
TIMED_FRAMES: Final = 15


def frame_times(model: Sat2Density, tile: Tensor) -> dict[str, float]:
    """Time one camera position, rays and picture of a scene whose density is there, in one light:
    at the weights' own size, and at half of it.

    The median of `TIMED_FRAMES` places after `WARM_UP` others, on all the cores that this process
    was given.

    Args:
        model: as it is used for pictures.
        tile: (3, S, S) in [0, 1].

    Returns:
        Seconds by the name of the measure.

    """
    width, height = model.spec.panorama_size
    sizes = {
        "seconds.frame": (width, height),
        "seconds.frame_half": (width // 2, height // 2),
    }
    scene, light = model.reconstruct(tile), Lighting.preset("clear-noon")
    times: dict[str, list[float]] = {key: [] for key in sizes}
    for key, size in sizes.items():
        for k in range(WARM_UP + TIMED_FRAMES):
            begun = time.perf_counter()
            scene.render(Camera(0.02 * k, -0.02 * k), light, size=size).image.cpu()
            times[key].append(time.perf_counter() - begun)
    return {key: statistics.median(seconds[WARM_UP:]) for key, seconds in times.items()}
