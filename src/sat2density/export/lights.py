"""Painting what was looked at before in another light."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.light.lighting import Lighting
    from sat2density.scene import Scene
    from sat2density.sky import Lit
    from sat2density.views import View


def relit(scene: Scene, geometry: View, light: Lighting | Lit) -> Tensor:
    """Paint a view's geometry in a light.

    Args:
        scene: where the view was rendered.
        geometry: of one camera, as `Scene.project` gives it.
        light: a light, or what `EncodedLights` made of it.

    Returns:
        The picture (3, H, W) in [0, 1], on the CPU.

    """
    image = scene.relight(geometry, light).image
    assert image is not None  # relight always paints
    return image.cpu()
