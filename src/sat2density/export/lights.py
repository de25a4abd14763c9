"""Lights on their way into pictures: each is encoded once, however many pictures it paints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene
    from sat2density.sky import Lit
    from sat2density.views import View


class EncodedLights:
    """Lights encoded; a light, and each part of a mix of lights, is encoded at its first use.

    Args:
        model: whose sky encoder and style layers.
        seed: see `Sat2Density.style`.

    """

    def __init__(self, model: Sat2Density, seed: int | None = None) -> None:
        self.model = model
        self.seed = seed
        # By identity: lights have no equality of their own. The light is kept, so that its id stays
        # its own.
        self._codes: dict[int, tuple[Lighting, Tensor]] = {}

    @torch.no_grad()
    def lit(self, light: Lighting) -> Lit:
        """Return a light encoded, equal bit for bit to `Sat2Density.lit`.

        Args:
            light: a light, or a mix of lights.

        """
        style = self.model.style_of([(self._code(part), weight) for part, weight in light.parts])
        return self.model.lit_by(style, light)

    def _code(self, part: Lighting) -> Tensor:
        if id(part) not in self._codes:
            self._codes[id(part)] = part, self.model.light_code(part, self.seed)
        return self._codes[id(part)][1]


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
