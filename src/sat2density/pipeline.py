"""Where networks and rays meet: `Sat2Density`, the model (`loading` reads its weights)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sat2density.conventions import FRONT_CHANNELS, Crop
from sat2density.features import Described, described, painter_channels
from sat2density.images import Pictures, as_tiles
from sat2density.images.pixels import middle
from sat2density.models.architecture import Architecture
from sat2density.models.architecture_limits import check_turns
from sat2density.models.generator import Generator
from sat2density.models.memory import check_memory
from sat2density.models.sky_encoder import SkyCode
from sat2density.models.skyline_net import skyline_of
from sat2density.painting import Painting
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.skyline import add_skyline
from sat2density.render.surface_noise import add_surface_noise
from sat2density.render.volume import RenderedRays, render_rays
from sat2density.scene import Scene
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.views import Camera


class Output(NamedTuple):
    """Everything one pass through the model makes; see `Sat2Density.forward`."""

    image: Tensor
    rendered: RenderedRays
    density: Tensor
    code: SkyCode


class Sat2Density(Painting):
    """The whole model: density from a tile, rays rendered from the density, a picture from
    rendered and light.

    Args:
        architecture: widths and depths of the networks.
        spec: scale and sizes of the scenes the weights belong to.
        rules: how the weights want rays cast and light encoded.
        info: what is known of the weights (name, what they were trained on, licence), for people to
            read.

    """

    def __init__(
        self,
        architecture: Architecture,
        spec: SceneSpec,
        rules: Rules | None = None,
        info: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        check_memory(architecture, spec)
        self.architecture = architecture
        self.spec = spec
        self.rules = rules if rules is not None else Rules()
        self.info = dict(info or {})
        self.generator = Generator(architecture)
        self.extent_m: float | None = None

    @classmethod
    def random(
        cls,
        architecture: str | Architecture,
        spec: SceneSpec | None = None,
        rules: Rules | None = None,
        seed: int = 0,
    ) -> Sat2Density:
        """Build a model with untrained random weights (for tests and benchmarks), the same for the
        same `seed`.

        Args:
            architecture: an architecture, or the name of one.
            spec: scale and sizes; the suburb's by default.
            rules: how rays are cast; ours by default.
            seed: of the weights.

        """
        if isinstance(architecture, str):
            architecture = Architecture.named(architecture)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = cls(
                architecture,
                spec or SceneSpec.named("suburb"),
                rules,
                {"name": "random", "trained_on": "nothing"},
            )
        return model.eval()

    @property
    def trained(self) -> bool:
        """Whether the weights were trained on anything."""
        return self.info.get("trained_on") != "nothing"

    def forward(
        self,
        tiles: Tensor,
        histograms: Tensor,
        cameras: Sequence[Camera] | None = None,
        noise: Tensor | None = None,
        jitter: Tensor | None = None,
    ) -> Output:
        """Go the whole way for a batch, with gradients: used in training.

        Args:
            tiles: (B, 3, S, S) in [0, 1].
            histograms: (B, 270) sky histograms in the form of `rules.histogram`.
            cameras: one per tile; None looks from every tile's middle.
            noise: (B, z) added in the sky encoder; None takes z = mu.
            jitter: offsets of the samples along rays, see `render.volume.render_rays`.

        """
        density, features = self.describe(tiles)
        cameras = cameras or [Camera()] * len(tiles)
        rendered = self.render_panoramas(density, tiles, cameras, jitter, features)
        code = self.generator.sky_encoder(histograms, noise)
        return Output(
            self.generate_image(rendered, self.generator.style_mlp(code.z)), rendered, density, code
        )

    def density(self, tiles: Tensor) -> Tensor:
        """Turn tiles (B, 3, S, S) in [0, 1] into densities (B, Z, S', S') >= 0, [layer up, south,
        east].

        Args:
            tiles: (B, 3, S, S) in [0, 1].

        """
        dtype = next(self.generator.density_net.parameters()).dtype
        return self.generator.density_net(tiles.to(self.device, dtype)).float()

    def describe(self, tiles: Tensor) -> tuple[Tensor, Tensor | None]:
        """Return what rays are cast through: densities, and the features that they bring along.

        Args:
            tiles: (B, 3, S, S) in [0, 1].

        Returns:
            (B, Z, R, R) as `density`, and (B, F, R, R) of `features.feature_maps`, None where the
            architecture has no `render_features`.

        """
        density, features, _ = self._described(tiles, False)
        return density, features

    def _described(self, tiles: Tensor, maps: bool, turns: int = 1) -> Described:
        """Return what `describe` does, and the heads' maps where they were made, or are wanted."""
        arch = self.architecture
        if turns == 1 and not (arch.render_features or arch.solid_buildings or maps):
            return Described(self.density(tiles))
        dtype = next(self.generator.density_net.parameters()).dtype
        density, told = self.generator.describe(tiles.to(self.device, dtype), turns)
        return described(density, told, arch, self.spec)

    def render_panoramas(
        self,
        density: Tensor,
        tiles: Tensor,
        cameras: Sequence[Camera],
        jitter: Tensor | None = None,
        features: Tensor | None = None,
        size: tuple[int, int] | None = None,
    ) -> RenderedRays:
        """Render panoramas of colour, opacity and depth (method, section 3).

        One camera per density of the batch; a batch of one serves every camera.

        Args:
            density: (B | 1, Z, R, C), per unit, [layer up, south, east].
            tiles: (B, 3, S, S) in [0, 1].
            cameras: where the panoramas are taken.
            jitter: (B, H, W) in [-1/2, 1/2) parts of a step, or None.
            features: of `describe`.
            size: (W, H) of the pictures, None for the scene's; the rays are `ray_size` of it.

        """
        spec = replace(self.spec, panorama_size=self.ray_size(size or self.spec.panorama_size))
        rays = equirectangular_rays(spec, self.rules, cameras).to(density.device)
        return self.render_rays(density, tiles.to(density), rays, jitter, features)

    def render_rays(
        self,
        density: Tensor,
        tiles: Tensor,
        rays: Rays,
        jitter: Tensor | None = None,
        features: Tensor | None = None,
    ) -> RenderedRays:
        """Render any rays; the architecture may add what lies behind the volume (`render.skyline`),
        and noise. Rays that bring features march quickly without gradients (`March.quick`).

        Args:
            density: (B | 1, Z, R, C), per unit, [layer up, south, east].
            tiles: (B, 3, S, S) in [0, 1].
            rays: origins and directions of every pixel.
            jitter: (B, H, W) in [-1/2, 1/2) parts of a step, or None.
            features: (B | 1, F, R, R) of `describe`.

        Returns:
            RenderedRays; their features are those of `features.painter_channels`.

        """
        quick = not torch.is_grad_enabled()
        seen = render_rays(
            density,
            tiles,
            rays,
            self.spec,
            self.rules,
            jitter=jitter,
            features=features,
            quick=quick,
        )
        if features is not None:
            seen = replace(seen, features=self._told(seen, rays))
        net = self.generator.skyline_net
        if net is not None:
            seen = add_skyline(seen, rays, skyline_of(net, tiles, features), tiles)
        if not self.architecture.render_noise:
            return seen
        return add_surface_noise(seen, rays, self.architecture.render_noise_cells)

    def _told(self, seen: RenderedRays, rays: Rays) -> Tensor:
        """Return `features.painter_channels`. Volumes as told have no walls."""
        assert seen.features is not None
        arch = self.architecture
        classes = len(arch.class_names)
        walls = arch.render_fronts and seen.features.shape[1] > classes + FRONT_CHANNELS
        return painter_channels(seen, rays, self.spec, classes if walls else None)

    @torch.no_grad()
    def reconstruct(
        self,
        tile: Pictures,
        *,
        crop: Crop | None = None,
        extent_m: float | None = None,
        maps: bool = False,
        turns: int | None = None,
    ) -> Scene:
        """Turn a tile, or a batch of them, into a scene: the density is computed here, once.

        Args:
            tile: north up, the camera in the middle: a path, a PIL picture, an array (H, H, 3) of
                bytes or (3, H, H) of floats in [0, 1], or a tensor (3, H, H). A list of these, or
                (B, 3, H, H), makes a scene of several tiles. Another size than the scene's
                `tile_size` is resized (bicubic with antialiasing).
            crop: cut the largest square out of a tile that is not square; None refuses it.
            extent_m: true width of the tile, metres, where it is not the weights': the tile is cut
                to their width around its middle (what lies beyond is seen as far as
                `Architecture.density_margin` goes), or its margin mirrored outwards where a little
                is missing. None takes that of `load`, else a GeoTIFF's or world file's own, else
                the weights'.
            maps: make the scene's `tile_maps` in the same pass.
            turns: from how many sides the tile is looked at, and the means taken: 1, 2 or 4; more
                err less and take as many times as long. None takes the weights' own
                (`Architecture.density_turns`).

        Raises:
            InputError: no square picture of three channels, values of another range (0 to 255 in
                floats), a tile much narrower than the weights see, or another number of turns.

        """
        sides = self.architecture.density_turns if turns is None else turns
        check_turns("turns", sides)
        own_m = self.extent_m if extent_m is None else extent_m
        margin = self.architecture.density_margin
        wide, batched = as_tiles(tile, self.spec, crop, own_m, margin)
        wide = wide.to(self.device)
        told = self._described(wide, maps, sides)
        tiles = middle(wide, self.spec.tile_size).contiguous()
        if wide.shape != tiles.shape:
            told = told.cropped(self.spec.tile_size // self.architecture.density_stride)
        density, features, found = told
        return Scene(self, tiles, density, batched, features=features, maps=found)

    def __repr__(self) -> str:
        """Return name, size and place, in a line."""
        millions = sum(part.numel() for part in self.generator.parameters()) / 1e6
        return (
            f"Sat2Density({self.info.get('name', 'unnamed')!r}, {millions:.1f} million parameters, "
            f"tiles {self.spec.extent_m:g} m wide, on {self.device})"
        )
