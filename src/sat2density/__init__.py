"""sat2density: from a single satellite image to a place you can stand in.

Example:
    >>> import sat2density as s2d  # doctest: +SKIP
    >>> scene = s2d.load().reconstruct("sat.png")  # doctest: +SKIP
    >>> view = scene.render((0.25, 0), "clear-noon")  # doctest: +SKIP
    >>> view.save("panorama.png")  # doctest: +SKIP
    >>> scene.export("place.glb")  # doctest: +SKIP

"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sat2density.errors import Sat2DensityError
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera, LitView, View

if TYPE_CHECKING:
    from sat2density.evaluation.evaluator import Report
    from sat2density.evaluation.start import evaluate
    from sat2density.images import read_image, read_mask, save_image
    from sat2density.light.lighting import Lighting
    from sat2density.light.sky_estimator import estimate_sky
    from sat2density.loading import load
    from sat2density.paths.trajectory import Trajectory
    from sat2density.paths.trajectory import Trajectory as Path
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene
    from sat2density.training.config import TrainConfig
    from sat2density.training.start import train
    from sat2density.training.trainer import RunResult
    from sat2density.walk import Walk

__version__ = "0.1.0"

__all__ = [
    "Camera",
    "Lighting",
    "LitView",
    "Path",
    "Report",
    "Rules",
    "RunResult",
    "Sat2Density",
    "Sat2DensityError",
    "Scene",
    "SceneSpec",
    "TrainConfig",
    "Trajectory",
    "View",
    "Walk",
    "__version__",
    "estimate_sky",
    "evaluate",
    "load",
    "read_image",
    "read_mask",
    "save_image",
    "train",
]

# What needs torch is imported at first use, so that `import sat2density` and every `--help` start
# at once.
_LAZY = {
    "Report": "evaluation.evaluator",
    "RunResult": "training.trainer",
    "TrainConfig": "training.config",
    "Walk": "walk",
    "evaluate": "evaluation.start",
    "train": "training.start",
    "Lighting": "light.lighting",
    "Sat2Density": "pipeline",
    "Scene": "scene",
    "Trajectory": "paths.trajectory",
    "estimate_sky": "light.sky_estimator",
    "load": "loading",
    "read_image": "images",
    "read_mask": "images",
    "save_image": "images",
}


# Kept for one version: `Path` was too easily taken for pathlib's.
_FORMER = {"Path": "Trajectory"}


def __getattr__(name: str) -> Any:
    name = _FORMER.get(name, name)
    if name not in _LAZY:
        raise AttributeError(f"module 'sat2density' has no attribute '{name}'")
    value = getattr(importlib.import_module(f"sat2density.{_LAZY[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
