"""sat2density: from a single satellite image to a place you can stand in.

Example:
    >>> import sat2density as s2d  # doctest: +SKIP
    >>> model = s2d.load("suburb-small")  # doctest: +SKIP
    >>> scene = model.reconstruct(s2d.read_image("sat.png"))  # doctest: +SKIP
    >>> noon = s2d.Lighting.preset("clear-noon")  # doctest: +SKIP
    >>> view = scene.render(s2d.Camera(east=0.25), noon)  # doctest: +SKIP

"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from sat2density.errors import Sat2DensityError
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera, View

if TYPE_CHECKING:
    from sat2density.images import read_image, read_mask, save_image
    from sat2density.light.lighting import Lighting
    from sat2density.light.sky_estimator import estimate_sky
    from sat2density.paths.trajectory import Trajectory
    from sat2density.paths.trajectory import Trajectory as Path
    from sat2density.pipeline import Sat2Density, load
    from sat2density.scene import Scene

__version__ = "0.1.0"

__all__ = [
    "Camera",
    "Lighting",
    "Path",
    "Rules",
    "Sat2Density",
    "Sat2DensityError",
    "Scene",
    "SceneSpec",
    "Trajectory",
    "View",
    "__version__",
    "estimate_sky",
    "load",
    "read_image",
    "read_mask",
    "save_image",
]

# What needs torch is imported at first use, so that `import sat2density` and every `--help` start
# at once.
_LAZY = {
    "Lighting": "light.lighting",
    "Sat2Density": "pipeline",
    "Scene": "scene",
    "Trajectory": "paths.trajectory",
    "estimate_sky": "light.sky_estimator",
    "load": "pipeline",
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
