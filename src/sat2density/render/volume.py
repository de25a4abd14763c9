"""Rendering a density volume: `render_rays` for any rays, `top_down` for the view from above,
`heights_m`.
"""

from __future__ import annotations

import dataclasses

import torch
import torch.nn.functional as F
from torch import Tensor

from sat2density.conventions import FLOOR
from sat2density.errors import ShapeError
from sat2density.kept import made_of
from sat2density.render import kernels
from sat2density.render.cameras import Rays, top_down_rays
from sat2density.render.kernels import March
from sat2density.scene_spec import Rules, SceneSpec


@dataclasses.dataclass(frozen=True)
class RenderedRays:
    """What rays see in a volume.

    Attributes:
        stacked: (B, 5 | 6, H, W): red, green, blue in [0, 1], opacity in [0, 1], depth in units as
            composited (radial, not divided by opacity), and the noise where there is one
            (`render.surface_noise`). RenderNet's input as it stands.
        features: (B, F, H, W): the features of what was hit, composited as colours are (not divided
            by opacity); None where none were given.

    """

    stacked: Tensor
    features: Tensor | None = None

    @property
    def colour(self) -> Tensor:
        """(B, 3, H, W): the tile's colours as projected, [0, 1]."""
        return self.stacked[:, :3]

    @property
    def opacity(self) -> Tensor:
        """(B, 1, H, W), [0, 1]."""
        return self.stacked[:, 3:4]

    @property
    def depth(self) -> Tensor:
        """(B, 1, H, W): radial depth in units, as composited."""
        return self.stacked[:, 4:5]

    @property
    def noise(self) -> Tensor | None:
        """(B, 1, H, W) noise anchored in the world, or None."""
        return self.stacked[:, 5:6] if self.stacked.shape[1] > 5 else None

    def every(self, step: int) -> RenderedRays:
        """Return every so many rows and columns of the rays, from the first.

        Args:
            step: 1 or more.

        """
        features = None if self.features is None else self.features[..., ::step, ::step]
        return RenderedRays(self.stacked[..., ::step, ::step], features)


def render_rays(
    density: Tensor,
    tile: Tensor,
    rays: Rays,
    spec: SceneSpec,
    rules: Rules,
    *,
    impl: str = "auto",
    jitter: Tensor | None = None,
    features: Tensor | None = None,
    quick: bool = False,
) -> RenderedRays:
    """Render rays through a density volume coloured by its tile (method, section 3;
    `kernels.march`).

    Args:
        density: (D, Z, R, C) = [layer up, south, east], per unit, without the released slab; R x C
            may differ from the tile's size.
        tile: (D, 3, h, w) in [0, 1].
        rays: of B pictures, from `cameras`. Each density and tile serves B / D pictures that follow
            each other; they are read in place.
        spec: ray length, samples and heights.
        rules: the ground's rule, see `kernels.March`.
        impl: "auto", "reference", "numba" or "triton".
        jitter: None, or (B, H, W) in [-1/2, 1/2): moves each ray's samples by that part of a step
            (for training).
        features: None, or (D | 1, F, h', w') maps over the tile of anything that is to be seen as
            its colours are; where h' x w' is not h x w they are resampled bilinearly. One march
            carries all.
        quick: `March.quick`, where no gradient is wanted.

    Returns:
        RenderedRays, differentiable in density, tile and features.

    Raises:
        ShapeError: shapes do not fit each other (they are printed).
        InputError: NaN or infinity, or an `impl` that is not available.

    """
    settings = March.along(spec, rules)
    if quick and features is not None:
        settings, volume_tile, maps = settings.quick(), tile, features
        tile = made_of([maps, volume_tile], "joined", lambda: _joined(volume_tile, maps))
    else:
        tile = _joined(tile, features)
    volumes = max(density.shape[0], tile.shape[0], 1)
    height = rays.directions.shape[1]
    each = rays.directions.shape[0] // volumes
    if volumes > 1 and each > 1 and rays.batch == volumes * each:
        rays = rays.joined(each)
        jitter = (
            jitter
            if jitter is None
            else jitter.expand(volumes * each, -1, -1).reshape(rays.directions.shape[:3])
        )
    seen = kernels.march(
        density, tile, rays.origins, rays.directions, settings, jitter=jitter, impl=impl
    )
    return _parted(seen.unflatten(2, (-1, height)).transpose(1, 2).flatten(0, 1))


def _joined(tile: Tensor, features: Tensor | None) -> Tensor:
    """Return tile and features as the colours of one march."""
    if tile.ndim != 4 or tile.shape[1] != 3:
        raise ShapeError(f"render: the tile must be (B, 3, h, w), not {tuple(tile.shape)}")
    if features is None:
        return tile
    fits = features.ndim == 4 and min(features.shape) > 0 and features.is_floating_point()
    if not fits or (len(features) != len(tile) and 1 not in (len(features), len(tile))):
        raise ShapeError(
            "render: features must be floating numbers (B, F, h, w) for the tile's batch, not "
            f"{tuple(features.shape)} of {features.dtype} for a tile {tuple(tile.shape)}"
        )
    features = features.to(tile.dtype)
    if features.shape[2:] != tile.shape[2:]:
        features = F.interpolate(features, tile.shape[2:], mode="bilinear", align_corners=False)
    batch = max(len(features), len(tile))
    maps = (part.expand(batch, -1, -1, -1) for part in (tile, features))
    return torch.cat(tuple(maps), 1)


def _parted(seen: Tensor) -> RenderedRays:
    """Undo `_joined` in what was seen, (B, 3 + F + 2, H, W)."""
    if seen.shape[1] == 5:
        return RenderedRays(seen)
    return RenderedRays(torch.cat((seen[:, :3], seen[:, -2:]), 1), seen[:, 3:-2])


def top_down(
    density: Tensor,
    tile: Tensor,
    spec: SceneSpec,
    rules: Rules,
    *,
    impl: str = "auto",
    features: Tensor | None = None,
) -> RenderedRays:
    """Render the view from above: a ray of length 2 straight down from y = +1 at each pixel centre
    of the tile.

    Arguments and errors as in `render_rays`; the pictures are (B, ., h, w), as the tile.

    Args:
        density: (B | 1, Z, R, C), per unit.
        tile: (B | 1, 3, h, w) in [0, 1].
        spec: scale of the scene.
        rules: of the ground.
        impl: see `render.kernels.march`.
        features: as in `render_rays`.

    """
    settings, tile = March.along(spec, rules, length=2.0), _joined(tile, features)
    rays = top_down_rays((tile.shape[-2], tile.shape[-1]), device=density.device)
    seen = kernels.march(density, tile, rays.origins, rays.directions, settings, impl=impl)
    return _parted(seen)


def heights_m(rendered: RenderedRays, spec: SceneSpec) -> Tensor:
    """Return the surface's height above the floor, metres, (B, h, w): (2 - depth) units of a
    rays of `top_down`.

    Args:
        rendered: of `top_down`.
        spec: scale of the scene.

    """
    return (1 - rendered.depth[:, 0] - FLOOR) * spec.unit_m
