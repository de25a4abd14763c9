"""`Scene`: a tile turned into density, looked at as often as one likes."""

from __future__ import annotations

import contextlib
import dataclasses
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from sat2density.bounds import check_size
from sat2density.errors import InputError
from sat2density.render.cameras import panorama_lookup, perspective_rays
from sat2density.render.volume import RenderedRays, heights_m, top_down
from sat2density.scene_spec import SceneSpec
from sat2density.views import LARGEST_PERSPECTIVE, Camera, View

if TYPE_CHECKING:
    from sat2density.light.lighting import Lighting
    from sat2density.models.tile_heads import TileMaps
    from sat2density.pipeline import Sat2Density

CAMERAS_AT_ONCE = 8
"""Cameras rendered in one batch, to begin with."""

BORDER_SLACK = 1e-6
"""Units a camera may stand outside the tile through rounding alone."""

_Seen = tuple[Tensor | None, RenderedRays]
"""RenderNet's pictures (where there is a light) and the projections, B x N in the first dimension.
"""


@dataclasses.dataclass
class Scene:
    """A tile turned into density. Rendering from further cameras, or in other light, reuses it.

    Every method works without gradients; `Sat2Density.forward` is for training.

    Attributes:
        model: what made it.
        tiles: (B, 3, S, S) as given to the networks.
        densities: (B, Z, S', S') without the ground slab.
        batched: whether a batch was given; if so every result has a leading dimension B.
        at_once: cameras rendered in one batch; halved, with a notice, where a device runs out of
            memory.

    """

    model: Sat2Density
    tiles: Tensor
    densities: Tensor
    batched: bool = False
    at_once: int = CAMERAS_AT_ONCE

    @property
    def spec(self) -> SceneSpec:
        """Scale and sizes."""
        return self.model.spec

    @property
    def tile(self) -> Tensor:
        """The tile (3, S, S), or the batch (B, 3, S, S)."""
        return self._unbatch(self.tiles)

    @property
    def density(self) -> Tensor:
        """Density per unit length (Z, S', S') >= 0 without the ground slab, [layer up, south,
        east].
        """
        return self._unbatch(self.densities)

    @torch.no_grad()
    def tile_maps(self) -> TileMaps:
        """Return what the weights tell of every place beside its density, at the tile's pixels.

        Returns:
            Raw outputs of the heads, each (B, ..., S, S) in float32; parts that the weights do not
            know are None (see `models.tile_heads.TileMaps`). It costs another pass through the
            density network; nothing of it is computed before it is asked for.

        """
        return self.model.generator.describe(self.tiles)[1].float()

    def _unbatch(self, values: Tensor) -> Tensor:
        return values if self.batched else values[0]

    @torch.no_grad()
    def project(self, camera: Camera | Sequence[Camera]) -> View:
        """Render without light: a View whose `image` is None.

        Args:
            camera: one, for a View; several, for a list of them.

        """
        return self.render(camera, None)

    @torch.no_grad()
    def render(
        self,
        camera: Camera | Sequence[Camera],
        lighting: Lighting | Tensor | None = None,
        seed: int | None = None,
    ) -> View:
        """Look from one camera, or from several.

        Args:
            camera: a Camera, or a list of N: results then have a dimension N (after the batch's B,
                where there is one).
            lighting: the light RenderNet paints in, or its style (`Sat2Density.style`), which
                saves encoding one light again and again; None leaves `View.image` out.
            seed: see `Sat2Density.style`; a style has its own already.

        Raises:
            InputError: no camera, or one that stands outside the tile.

        """
        cameras = _as_list(camera)
        style = self._style(lighting, seed)
        return self._view(camera, self._in_batches(cameras, lambda part: self._render(part, style)))

    def _style(self, lighting: Lighting | Tensor | None, seed: int | None) -> Tensor | None:
        if lighting is None or isinstance(lighting, Tensor):
            return lighting
        return self.model.style(lighting, seed)

    def _render(self, cameras: Sequence[Camera], style: Tensor | None) -> _Seen:
        rendered = self.model.render_panoramas(
            self.densities, self.tiles, list(cameras) * len(self.tiles)
        )
        image = None if style is None else self.model.generate_image(rendered, style)
        return image, rendered

    @torch.no_grad()
    def relight(self, view: View, lighting: Lighting | Tensor, seed: int | None = None) -> View:
        """Paint a view again in another light: geometry stays, only RenderNet runs.

        Args:
            view: of this scene's model.
            lighting: the light, or its style; see `render`.
            seed: see `Sat2Density.style`.

        """
        lead = view.colour.shape[:-3]
        parts = [
            view.colour,
            view.opacity,
            view.depth,
            *([] if view.noise is None else [view.noise]),
        ]
        stacked = (
            torch.cat(parts, dim=-3).flatten(0, -4) if lead else torch.cat(parts, dim=-3)[None]
        )
        style = self._style(lighting, seed)
        assert style is not None
        image = self.model.generate_image(RenderedRays(stacked), style)
        return dataclasses.replace(view, image=image.reshape(*lead, *image.shape[1:]))

    @torch.no_grad()
    def render_perspective(
        self,
        camera: Camera | Sequence[Camera],
        lighting: Lighting | Tensor | None = None,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
        seed: int | None = None,
    ) -> View:
        """Look ahead like an ordinary camera.

        Colour, opacity and depth come from perspective rays; the picture is looked up in
        RenderNet's panorama.

        Args:
            camera: one or several, see `render`; the heading is the direction of view.
            lighting: see `render`.
            size: (width, height) in pixels, at most 4096 each.
            horizontal_fov_deg: in (0, 180).
            pitch_deg: upwards positive, in [-90, 90].
            seed: see `Sat2Density.style`.

        Raises:
            InputError: a size, an angle or a list of cameras that cannot be rendered.

        """
        check_size("size", *size, longest=LARGEST_PERSPECTIVE)
        cameras = _as_list(camera)
        style = self._style(lighting, seed)

        def look(part: Sequence[Camera]) -> _Seen:
            rays = perspective_rays(
                self.spec, list(part) * len(self.tiles), size, horizontal_fov_deg, pitch_deg
            )
            rays = rays.to(self.densities.device)
            rendered = self.model.render_rays(self.densities, self.tiles, rays)
            image = None if style is None else self._render(part, style)[0]
            if image is not None:
                headings = [c.heading for c in part] * len(self.tiles)
                rule = self.model.rules.pixel_rule
                fov = self.spec.vertical_fov_deg
                image = panorama_lookup(image, rays.directions, headings, fov, rule)
            return image, rendered

        return self._view(camera, self._in_batches(cameras, look))

    @torch.no_grad()
    def top_down(self) -> View:
        """Look straight down, one ray per tile pixel: `.opacity`, `.depth` in units from y = +1
        (method, section 3).
        """
        return self._view(
            Camera(), (None, top_down(self.densities, self.tiles, self.spec, self.model.rules))
        )

    @torch.no_grad()
    def heights(self) -> Tensor:
        """Surface height above the floor in metres (S, S), row 0 north."""
        seen = top_down(self.densities, self.tiles, self.spec, self.model.rules)
        return self._unbatch(heights_m(seen, self.spec))

    def _in_batches(
        self, cameras: Sequence[Camera], look: Callable[[Sequence[Camera]], _Seen]
    ) -> _Seen:
        parts: list[_Seen] = []
        start = 0
        while start < len(cameras):
            part = cameras[start : start + self.at_once]
            with contextlib.suppress(torch.OutOfMemoryError):
                parts.append(look(part))
                start += len(part)
                continue
            # here, and not where the error is caught: its traceback keeps the tensors alive
            self._halve()
        images = [image for image, _ in parts if image is not None]
        geometry = RenderedRays(self._join([rendered.stacked for _, rendered in parts]))
        return self._join(images) if images else None, geometry

    def _halve(self) -> None:
        if self.at_once == 1:
            raise InputError("out of memory with one camera at a time; use --device cpu")
        self.at_once //= 2
        torch.cuda.empty_cache()
        notice = (
            f"notice: out of memory on {self.model.device}; going on with {self.at_once} cameras "
            f"at once"
        )
        print(notice, file=sys.stderr)

    def _join(self, parts: Sequence[Tensor]) -> Tensor:
        split = [part.reshape(len(self.tiles), -1, *part.shape[1:]) for part in parts]
        return torch.cat(split, dim=1).flatten(0, 1)

    def _view(self, camera: Camera | Sequence[Camera], seen: _Seen) -> View:
        lead = ([len(self.tiles)] if self.batched else []) + (
            [] if isinstance(camera, Camera) else [len(camera)]
        )

        def shaped(values: Tensor) -> Tensor:
            return values.reshape(*lead, *values.shape[1:])

        image, geometry = seen
        picture, noise = (
            None if part is None else shaped(part) for part in (image, geometry.noise)
        )
        colour = shaped(geometry.colour)
        opacity = shaped(geometry.opacity)
        depth = shaped(geometry.depth)
        return View(picture, colour, opacity, depth, self.spec.unit_m, noise)


def _as_list(camera: Camera | Sequence[Camera]) -> list[Camera]:
    cameras = [camera] if isinstance(camera, Camera) else list(camera)
    if not cameras:
        raise InputError("no camera given")
    for number, one in enumerate(cameras):
        if max(abs(one.east), abs(one.south)) > 1 + BORDER_SLACK:
            which = "" if isinstance(camera, Camera) else f" {number + 1}"
            raise InputError(
                f"camera{which}: east {one.east:g}, south {one.south:g} lies outside the tile; it "
                f"spans -1 to 1 (Camera.from_metres and Camera.from_pixels take other units)"
            )
    return cameras
