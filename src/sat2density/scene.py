"""`Scene`: a tile turned into density, looked at as often as one likes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast, overload

import torch
from torch import Tensor

from sat2density.bounds import check_size
from sat2density.errors import InputError
from sat2density.features import Described
from sat2density.render.cameras import equirectangular_rays, panorama_lookup, perspective_rays
from sat2density.render.volume import RenderedRays, heights_m, top_down
from sat2density.scene_batches import Seen, in_batches, in_lights, view_of
from sat2density.scene_products import SceneProducts
from sat2density.scene_spec import SceneSpec
from sat2density.sky import Lit, encoded
from sat2density.views import (
    LARGEST_PERSPECTIVE,
    Camera,
    CameraLike,
    LitView,
    View,
    as_cameras,
    as_lit,
    listed,
)

if TYPE_CHECKING:
    from sat2density.earth import EarthPlace
    from sat2density.encoded_lights import LightList
    from sat2density.light.lighting import LightLike
    from sat2density.models.tile_heads import TileMaps
    from sat2density.pipeline import Sat2Density

CAMERAS_AT_ONCE = 8
"""Cameras rendered in one batch, to begin with."""


@dataclasses.dataclass(repr=False, eq=False)
class Scene(SceneProducts):
    """A tile turned into density. Rendering from further cameras, or in other light, reuses it.

    Every method works without gradients; `Sat2Density.forward` is for training. Files, walks of
    many cameras, and what a notebook shows: `scene_products.SceneProducts`.

    Attributes:
        model: what made it.
        tiles: (B, 3, S, S) as given to the networks.
        densities: (B, Z, S', S') without the ground slab.
        batched: whether a batch was given; if so every result has a leading dimension B.
        features: (B, F, R, R) what rays bring along, where the weights paint with it
            (`Sat2Density.describe`).
        maps: what the heads tell, once it is known: made with the densities, or by `tile_maps`.
        earth: where on Earth the tile lies, where it came from a map.
        at_once: cameras rendered in one batch; halved, with a notice, where a device runs out of
            memory.

    """

    model: Sat2Density
    tiles: Tensor
    densities: Tensor
    batched: bool = False
    at_once: int = CAMERAS_AT_ONCE
    features: Tensor | None = None
    maps: TileMaps | None = None
    earth: EarthPlace | None = None
    _shown: Described | None = dataclasses.field(default=None, init=False)

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
            know are None (see `models.tile_heads.TileMaps`). Where the scene was made without them
            (`Sat2Density.reconstruct`) they cost another pass through the density network, once.

        """
        if self.maps is None:
            turns = self.model.architecture.density_turns
            self.maps = self.model.generator.describe(self.tiles, turns)[1].float()
        return self.maps

    @property
    def shown(self) -> Described:
        """What looking casts rays through: the volume as told, or, for weights with
        `render_things`, the things found in it as solid ones (`city.shown`), made when it is first
        asked for.
        """
        if self._shown is None and not self.model.architecture.render_things:
            return Described(self.densities, self.features)
        if self._shown is None:
            self._shown = self._solid_things()
        return self._shown

    @shown.setter
    def shown(self, volume: Described) -> None:
        self._shown = volume

    def _unbatch(self, values: Tensor) -> Tensor:
        return values if self.batched else values[0]

    def project(self, camera: CameraLike | Sequence[CameraLike]) -> View:
        """Render without light: a View whose `image` is None.

        Args:
            camera: one, for a View; several, for a list of them.

        """
        return self.render(camera, None)

    @overload
    def render(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: None = None,
        seed: int | None = None,
        size: tuple[int, int] | None = None,
    ) -> View: ...

    @overload
    def render(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: LightLike | Lit | LightList,
        seed: int | None = None,
        size: tuple[int, int] | None = None,
    ) -> LitView: ...

    @torch.no_grad()
    def render(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: LightLike | Lit | LightList | None = None,
        seed: int | None = None,
        size: tuple[int, int] | None = None,
    ) -> View:
        """Look from one camera, or from several. All results are in memory at once: for very many
        cameras take `walk`, which gives one after the other.

        Args:
            camera: a Camera, or (east, south) in tile units; or a list of N: results then have a
                dimension N (after the batch's B, where there is one).
            lighting: the light RenderNet paints in: a Lighting, a preset's name, a photograph
                (see `Lighting.of`); or what `Sat2Density.lit` made of one, which saves encoding it
                again and again; or a style alone (`Sat2Density.style`): the sky is then painted
                too; None leaves `View.image` out. A list of N: one camera in N lights, or N
                cameras in a light each; results have a dimension N.
            seed: see `Sat2Density.style`; what is encoded has its own already.
            size: (width, height) of the panorama, pixels; None takes the weights' own.

        Raises:
            InputError: no camera, one that stands outside the tile, a size that cannot be painted,
                no such light, or another number of lights than of cameras.

        """
        camera = as_cameras(camera)
        if isinstance(lighting, list):
            if not isinstance(camera, Camera):
                return in_lights(
                    camera,
                    lighting,
                    lambda one, light: self.render(one, light, seed, size),
                    int(self.batched),
                )
            return self.relight(self.render(camera, None, size=size), lighting, seed)
        cameras = listed(camera)
        lit = self._lit(lighting, seed)
        size = self._checked(size)
        return view_of(
            self,
            camera,
            in_batches(self, cameras, lambda part: self._render(part, lit, size)),
            size,
        )

    def _checked(self, size: tuple[int, int] | None) -> tuple[int, int]:
        """Return a panorama's size, once it is known to be one that the networks can paint."""
        if size is None:
            return self.spec.panorama_size
        width, height = size
        multiple = 2 << self.model.architecture.render_halvings
        if min(width, height) < multiple or width % multiple or height % multiple:
            raise InputError(
                f"size: {width}x{height} cannot be painted; width and height must be multiples of "
                f"{multiple}"
            )
        check_size("size", width, height)
        return width, height

    def _lit(self, lighting: LightLike | Lit | None, seed: int | None) -> Lit | None:
        return None if lighting is None else encoded(self.model, lighting, seed)

    def _render(self, cameras: Sequence[Camera], lit: Lit | None, size: tuple[int, int]) -> Seen:
        model = self.model
        cameras = list(cameras) * len(self.tiles)
        rendered = model.render_panoramas(
            self.shown.density, self.tiles, cameras, features=self.shown.features, size=size
        )
        directions = None
        if model.architecture.light_sky and (lit is None or lit.sky is not None):
            spec = dataclasses.replace(self.spec, panorama_size=size)
            directions = equirectangular_rays(spec, model.rules, cameras).directions
            directions = directions.to(rendered.stacked)
        if lit is None:
            return Seen(None, rendered, directions)
        image = model.paint(rendered, lit, directions, doubled=model.doubles(size))
        return Seen(image, rendered, directions)

    @torch.no_grad()
    def relight(
        self,
        view: View,
        lighting: LightLike | Lit | LightList,
        seed: int | None = None,
    ) -> LitView:
        """Paint a view again in another light: geometry stays, only RenderNet runs.

        Args:
            view: of this scene's model.
            lighting: see `render`; a list of N: the view of one camera in N lights.
            seed: see `Sat2Density.style`.

        Raises:
            InputError: no such light, or a list of lights for a view of several cameras.

        """
        lead = view.colour.shape[:-3]
        if isinstance(lighting, list):
            axis = int(self.batched)
            if len(lead) > axis:
                raise InputError(
                    f"lights: a list, and the view is of {lead[-1]} cameras; give one light, or "
                    f"take one of the views (view[0])"
                )
            lit_by = in_lights(
                Camera(), lighting, lambda _, light: self.relight(view, light, seed), axis
            )
            return cast(LitView, lit_by)
        step = 1
        features = None
        if view.features is not None:
            step = -(-view.colour.shape[-1] // view.features.shape[-1])
            features = view.features.reshape(-1, *view.features.shape[-3:])
        parts = [view.colour, view.opacity, view.depth]
        parts += [] if view.noise is None else [view.noise]
        stacked = torch.cat([part[..., ::step, ::step] for part in parts], dim=-3)
        seen = RenderedRays(stacked.reshape(-1, *stacked.shape[-3:]), features)
        lit = encoded(self.model, lighting, seed)
        height, width = view.colour.shape[-2:]
        directions = None
        if view.directions is not None:
            directions = view.directions.reshape(-1, height, width, 3)
        opacity = seen.opacity if view.panorama else view.opacity.reshape(-1, 1, height, width)
        image = self.model.paint(
            seen, lit, directions, view.panorama, doubled=step > 1, opacity=opacity
        )[..., :height, :width]
        painted = dataclasses.replace(view, image=image.reshape(*lead, *image.shape[1:]))
        return cast(LitView, as_lit(painted))

    @overload
    def render_perspective(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: None = None,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
        seed: int | None = None,
    ) -> View: ...

    @overload
    def render_perspective(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: LightLike | Lit | LightList,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
        seed: int | None = None,
    ) -> LitView: ...

    @torch.no_grad()
    def render_perspective(
        self,
        camera: CameraLike | Sequence[CameraLike],
        lighting: LightLike | Lit | LightList | None = None,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
        seed: int | None = None,
    ) -> View:
        """Look ahead like an ordinary camera.

        Colour, opacity and depth come from perspective rays. Weights that know what stands where
        (`render_features`) paint the picture of these rays at its own size; of others it is looked
        up in RenderNet's panorama.

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
        camera = as_cameras(camera)
        if isinstance(lighting, list):
            angles = (horizontal_fov_deg, pitch_deg)
            return in_lights(
                camera,
                lighting,
                lambda one, light: self.render_perspective(one, light, size, *angles, seed),
                int(self.batched),
            )
        cameras = listed(camera)
        lit = self._lit(lighting, seed)

        def look(part: Sequence[Camera]) -> Seen:
            rays = perspective_rays(
                self.spec, list(part) * len(self.tiles), size, horizontal_fov_deg, pitch_deg
            )
            rays = rays.to(self.densities.device)
            rendered = self.model.render_rays(
                self.shown.density, self.tiles, rays, features=self.shown.features
            )
            directions = rays.directions if self.model.architecture.light_sky else None
            if lit is None:
                return Seen(None, rendered, directions)
            if self.features is not None:
                return self._painted(rendered, lit, directions)
            # The sky is put behind the perspective picture, at its own size.
            panorama = self._render(part, Lit(lit.style), self.spec.panorama_size).image
            assert panorama is not None
            headings = [c.heading for c in part] * len(self.tiles)
            rule = self.model.rules.pixel_rule
            fov = self.spec.vertical_fov_deg
            image = panorama_lookup(panorama, rays.directions, headings, fov, rule)
            if lit.sky is not None and directions is not None:
                image = lit.sky.behind(image, rendered.opacity, directions)
            return Seen(image, rendered, directions)

        view = view_of(self, camera, in_batches(self, cameras, look), size)
        return dataclasses.replace(view, panorama=False)

    def _painted(self, rendered: RenderedRays, lit: Lit, directions: Tensor | None) -> Seen:
        """Paint perspective rays at their own size; the painter is told of every second one where
        it doubles.
        """
        step = 2 if self.model.architecture.render_doubling else 1
        told = rendered.every(step)
        image = self.model.paint(told, lit, directions, False, opacity=rendered.opacity)
        height, width = rendered.stacked.shape[-2:]
        whole = RenderedRays(rendered.stacked, told.features)
        return Seen(image[..., :height, :width], whole, directions)

    @torch.no_grad()
    def top_down(self) -> View:
        """Look straight down, one ray per tile pixel: `.opacity`, `.depth` in units from y = +1
        (method, section 3).
        """
        seen = top_down(self.densities, self.tiles, self.spec, self.model.rules)
        return view_of(self, Camera(), Seen(None, seen), self.tiles.shape[-2:])

    @torch.no_grad()
    def heights(self) -> Tensor:
        """Surface height above the floor in metres (S, S), row 0 north."""
        seen = top_down(self.densities, self.tiles, self.spec, self.model.rules)
        return self._unbatch(heights_m(seen, self.spec))
