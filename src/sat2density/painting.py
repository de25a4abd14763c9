"""What of the model paints: from rays and a light to a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from sat2density.encoded_lights import light_code
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.models.render_net import NetworkOutput
from sat2density.render.volume import RenderedRays
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.sky import Lit, Sky

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting


class Painting(nn.Module):
    """The part of `Sat2Density` that paints what rays saw."""

    architecture: Architecture
    spec: SceneSpec
    rules: Rules
    generator: Generator

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.generator.parameters()).device

    def doubles(self, size: tuple[int, int]) -> bool:
        """Whether panoramas of a size have twice the rows and columns of their rays.

        RenderNet paints well at the scales it was taught at (`Architecture.render_coarse`): smaller
        panoramas have a ray for each pixel, and their pictures are averaged down.

        Args:
            size: (W, H) of the picture, pixels.

        """
        arch = self.architecture
        least = self.spec.panorama_size[0] // (2 if arch.render_coarse else 1)
        return arch.render_doubling and size[0] >= least

    def ray_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the (W, H) of rays cast for a panorama of a size.

        Args:
            size: (W, H) of the picture, pixels.

        """
        return (size[0] // 2, size[1] // 2) if self.doubles(size) else size

    def generate_image(
        self, rendered: RenderedRays, style: Tensor, panorama: bool = True, doubled: bool = True
    ) -> Tensor:
        """Let RenderNet paint projections (B, 5 | 6, H, W) in the light of `style` (B | 1, n): (B,
        3, H, W), [0, 1].

        Args:
            rendered: of `render_panoramas` or `render_rays`.
            style: (B | 1, style_size), of `style`.
            panorama: the columns go once around.
            doubled: keep the size of an architecture with `render_doubling`; otherwise averaged to
                the size of the rays.

        """
        image = self.network_output(rendered, style, panorama).image().float()
        if self.architecture.render_doubling and not doubled:
            return nn.functional.avg_pool2d(image, 2)
        return image

    def paint(
        self,
        rendered: RenderedRays,
        lit: Lit,
        directions: Tensor | None = None,
        panorama: bool = True,
        doubled: bool = True,
        opacity: Tensor | None = None,
    ) -> Tensor:
        """Let RenderNet paint projections, with the light's own sky behind, where it has one.

        Args:
            rendered: of `render_panoramas` or `render_rays`.
            lit: of `lit`.
            directions: (B, H, W, 3) of the picture's pixels, (x east, y up, z south): the picture
                is cut to their size; None leaves the painted sky.
            panorama: the columns go once around.
            doubled: see `generate_image`.
            opacity: (B, 1, H, W) of finer rays than the painter was told of; None takes its own.
                Of weights with `render_matte` the painter says itself where the sky is.

        Returns:
            (B, 3, H, W) in [0, 1].

        """
        if lit.sky is None or directions is None:
            return self.generate_image(rendered, lit.style, panorama, doubled)
        output = self.network_output(rendered, lit.style, panorama).float()
        parts = [output.image()]
        parts += [] if output.matte is None else [torch.sigmoid(output.matte)]
        if self.architecture.render_doubling and not doubled:
            parts = [nn.functional.avg_pool2d(part, 2) for part in parts]
        height, width = directions.shape[1:3]
        image, *matte = (part[..., :height, :width] for part in parts)
        solid = matte[0] if matte else rendered.opacity if opacity is None else opacity
        return lit.sky.behind(image, solid, directions, panorama)

    def network_output(
        self, rendered: RenderedRays, style: Tensor, panorama: bool = True
    ) -> NetworkOutput:
        """Return what `paint` shows as RenderNet says it, in the network's own precision.

        Args:
            rendered: of `render_panoramas` or `render_rays`.
            style: (B | 1, style_size), of `style`.
            panorama: the columns go once around.

        """
        dtype = next(self.generator.render_net.parameters()).dtype
        stacked = rendered.stacked.to(self.device, dtype)
        return self.generator.render_net.network_output(
            stacked, style.to(self.device, dtype), features=rendered.features, panorama=panorama
        )

    def style(self, lighting: Lighting, seed: int | None = None) -> Tensor:
        """Encode a light as a style (1, style). A mix of lights mixes their z.

        Args:
            lighting: the light; its own noise, where it has one, is used.
            seed: draw the sky encoder's noise with this seed; None takes z = mu (the released
                system always draws).

        """
        return self.style_of(
            [(light_code(self, part, seed), weight) for part, weight in lighting.parts]
        )

    def lit(self, lighting: Lighting, seed: int | None = None) -> Lit:
        """Encode a light for painting many pictures in it: its style, and its sky where the
        architecture shows it (`light_sky`).

        Args:
            lighting: the light.
            seed: see `style`.

        """
        return self.lit_by(self.style(lighting, seed), lighting)

    def lit_by(self, style: Tensor, lighting: Lighting) -> Lit:
        """Return a light whose style is known.

        Args:
            style: (1, style), of `style`.
            lighting: the light.

        """
        return Lit(style, Sky.of(lighting) if self.architecture.light_sky else None)

    def style_of(self, codes: Sequence[tuple[Tensor, float]]) -> Tensor:
        """Return the style (1, style) of codes z (1, z_size), each with its weight.

        Args:
            codes: (z (1, z_size), weight) of each light that is mixed; weights sum to 1.

        """
        return self.generator.style_mlp(sum(weight * code for code, weight in codes))
