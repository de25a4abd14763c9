"""The sky of a light as a picture, which stands behind what a network paints."""

from __future__ import annotations

import dataclasses
import functools
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.light.presets import preset_sky
from sat2density.render.cameras import angles_of, closed, lookup_around

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting, LightLike
    from sat2density.pipeline import Sat2Density

SIZE: Final = (1024, 512)
"""Columns and rows of a sky's picture, all around and from zenith to nadir."""
CLEARLY: Final = (0.05, 0.35)
"""Share of a ray that passes everything: below the first the painted picture is kept, above the
second the sky is seen alone.
"""
DULL: Final = 0.45
"""Mean luma of the dullest skies that the weights were taught with; under a darker one the painted
picture is dimmed.
"""


@dataclasses.dataclass(frozen=True, eq=False)
class Sky:
    """The sky of a light, as it is seen.

    Attributes:
        picture: (3, `SIZE`) display values in [0, 1]: north in the middle, the zenith on top; below
            the horizon its colour there.
        dim: factor of what is painted before it, (0, 1]: a network does not know how dark a dusk
            is that it never saw.

    """

    picture: Tensor
    dim: float = 1.0

    @classmethod
    def of(cls, lighting: Lighting) -> Sky | None:
        """Return the sky of a light; None where a part of it holds numbers alone.

        Args:
            lighting: a preset, a photograph with its sky, or a mix of these.

        """
        if any(part.sky is None for part, _ in lighting.parts):
            return None
        return _mixed(lighting) if lighting.components else _plain(lighting)

    @functools.cached_property
    def around(self) -> Tensor:
        """The picture as `lookup_around` reads it."""
        return closed(self.picture)[None]

    def behind(
        self, image: Tensor, opacity: Tensor, directions: Tensor, panorama: bool = False
    ) -> Tensor:
        """Return painted pictures with this sky where nothing stands.

        Args:
            image: (B, 3, H, W) in [0, 1].
            opacity: (B, 1, h, w) of the rays; enlarged where they are fewer.
            directions: (B, H, W, 3) of the pictures' pixels, (x east, y up, z south).
            panorama: all pixels of a row lie at one latitude, all of a column at one azimuth.

        """
        low, high = CLEARLY
        result = image * self.dim
        # Sky is above: below the last row of it, and the next that it is blended with, nothing has
        # to be looked up.
        rows = (opacity.amin((0, 1, 3)) < 1 - low).nonzero()
        if not len(rows):
            return result
        height, width = image.shape[-2:]
        few, rest = min(int(rows[-1]) + 2, opacity.shape[-2]), height % opacity.shape[-2]
        few = opacity.shape[-2] if rest else few
        last = height * few // opacity.shape[-2]
        opacity = opacity[..., :few, :].to(image)
        if opacity.shape[-2:] != (last, width):
            opacity = F.interpolate(opacity, (last, width), mode="bilinear")
        share = ((1 - opacity - low) / (high - low)).clamp(0, 1)
        share = share * share * (3 - 2 * share)
        angles = angles_of(directions[:, :last], panorama)
        seen = lookup_around(self.around.to(image), angles, [0.0], 180.0, "centre")
        result[..., :last, :] = torch.lerp(result[..., :last, :], seen, share)
        return result


def _mixed(lighting: Lighting) -> Sky:
    """Return the sky of a light all of whose parts have one."""
    shown = sum(weight * _shown(part) for part, weight in lighting.parts)
    picture = torch.from_numpy(np.float32(shown)).permute(2, 0, 1).contiguous()
    luma = float(picture[:, : SIZE[1] // 2].mean())
    return Sky(picture, min(1.0, luma / DULL))


_plain = lru_cache(maxsize=2)(_mixed)
"""The same of a plain light, kept: frame after frame is painted in it."""


def _shown(light: Lighting) -> np.ndarray:
    """Return the sky of a light that is no mix, (H, W, 3) display values: a preset's is drawn anew,
    of a photograph's a sky with its colours, sun and clouds is made, as trees may hide its own.
    """
    if light.is_preset:
        return _drawn(light.name)
    # Compiled kernels are imported where there is a sky to draw, not at every start.
    from sat2density.sky_light import RADIANCE, light_of
    from sat2density.worlds.kernels.sky import sky_panorama

    radiance = np.empty((SIZE[1], SIZE[0], 3), np.float32)
    sky_panorama(light_of(light), radiance)
    return (radiance / RADIANCE).clip(0, 1) ** (1 / 2.2)


@lru_cache(maxsize=2)
def _drawn(preset: str) -> np.ndarray:
    return preset_sky(preset, SIZE)


@dataclasses.dataclass(frozen=True, eq=False)
class Lit:
    """A light, encoded for painting (`Sat2Density.lit`).

    Attributes:
        style: (1, style_size), of `Sat2Density.style`.
        sky: what stands behind the picture; None leaves the sky as it was painted.

    """

    style: Tensor
    sky: Sky | None = None


def encoded(model: Sat2Density, lighting: LightLike | Lit, seed: int | None = None) -> Lit:
    """Return a light as it is painted in.

    Args:
        model: whose encoder reads it.
        lighting: what `Lighting.of` takes; or a style (1, n); or what is encoded already.
        seed: see `Sat2Density.style`.

    Raises:
        InputError: no such light.

    """
    if isinstance(lighting, Lit):
        return lighting
    if isinstance(lighting, Tensor) and lighting.ndim == 2:
        return Lit(lighting)
    from sat2density.light.lighting import Lighting

    return model.lit(Lighting.of(lighting), seed)
