"""Bounds on what networks and sizes together would need."""

from __future__ import annotations

from sat2density.errors import InputError
from sat2density.models.architecture import Architecture
from sat2density.scene_spec import SceneSpec

MOST_CELLS = 2**29
"""Of a density volume: 2 GB in float32 (the released one has 4 million)."""

MOST_FEATURES = 2**31
"""Numbers of one layer's result: 8 GB in float32 (released: 4 million)."""


def check_memory(architecture: Architecture, spec: SceneSpec) -> None:
    """Refuse networks and sizes that together would need absurd amounts of memory.

    Args:
        architecture: each of its numbers is in its bounds already.
        spec: sizes of tile and panorama, likewise.

    Raises:
        InputError: the volume or a layer's result would be too large; the message says which.

    """
    side = spec.tile_size // architecture.density_stride
    cells = architecture.density_layers * side**2
    if cells > MOST_CELLS:
        raise InputError(
            f"a density volume of {architecture.density_layers} layers over {side}x{side} cells is "
            f"too large; at most {MOST_CELLS:.1e} cells: lower tile_size or density_layers"
        )
    width, height = spec.panorama_size
    for name, pixels in (("density", spec.tile_size**2), ("render", width * height)):
        down = getattr(architecture, f"{name}_down")
        stride = getattr(architecture, f"{name}_stem_stride")
        features = max(
            pixels * channels // (stride << level) ** 2 for level, channels in enumerate(down)
        )
        if features > MOST_FEATURES:
            raise InputError(
                f"the results of {name}_down {down} over {pixels} pixels are too large; at most "
                f"{MOST_FEATURES:.1e} numbers a layer: lower the scene's sizes or the channels"
            )
