"""Where networks and rays meet: `Sat2Density`, the model, and `Scene`, a tile turned into density."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from sat2density.errors import InputError, ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.folding import prepare_for_inference
from sat2density.models.generator import Generator
from sat2density.models.sky_encoder import SkyCode
from sat2density.render.cameras import equirectangular_rays, panorama_lookup, perspective_rays
from sat2density.render.volume import Projection, heights_m, render_rays, top_down
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.types import Camera, View

if TYPE_CHECKING:
    from sat2density.data.lighting import Lighting

Precision = Literal["float32", "bfloat16", "auto"]

CAMERAS_AT_ONCE = 8
"""Cameras rendered in one batch; halved, with a notice, where a device runs out of memory."""


class Output(NamedTuple):
    """Everything one pass through the model makes; see `Sat2Density.forward`."""

    image: Tensor
    projection: Projection
    density: Tensor
    code: SkyCode


class Sat2Density(nn.Module):
    """The whole model: density from a tile, a projection from the density, a picture from projection and light.

    Args:
        architecture: widths and depths of the networks.
        spec: scale and sizes of the scenes the weights belong to.
        rules: how the weights want rays cast and light encoded.
        info: what is known of the weights (name, what they were trained on, licence), for people to read.

    """

    def __init__(
        self,
        architecture: Architecture,
        spec: SceneSpec,
        rules: Rules | None = None,
        info: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.architecture = architecture
        self.spec = spec
        self.rules = rules if rules is not None else Rules()
        self.info = dict(info or {})
        self.generator = Generator(architecture)

    @classmethod
    def random(
        cls, architecture: str | Architecture, spec: SceneSpec | None = None, rules: Rules | None = None, seed: int = 0
    ) -> Sat2Density:
        """Build a model with untrained random weights (for tests and benchmarks), the same for the same `seed`."""
        if isinstance(architecture, str):
            architecture = Architecture.named(architecture)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = cls(
                architecture, spec or SceneSpec.named("suburb"), rules, {"name": "random", "trained_on": "nothing"}
            )
        return model.eval()

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.generator.parameters()).device

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
        density = self.density(tiles)
        projection = self.project(density, tiles, cameras or [Camera()] * len(tiles), jitter)
        code = self.generator.sky_encoder(histograms, noise)
        return Output(self.paint(projection, self.generator.style_mlp(code.z)), projection, density, code)

    def density(self, tiles: Tensor) -> Tensor:
        """Turn tiles (B, 3, S, S) in [0, 1] into densities (B, Z, S', S') >= 0, [layer up, south, east]."""
        dtype = next(self.generator.density_net.parameters()).dtype
        return self.generator.density_net(tiles.to(self.device, dtype)).float()

    def project(
        self, density: Tensor, tiles: Tensor, cameras: Sequence[Camera], jitter: Tensor | None = None
    ) -> Projection:
        """Render panoramas of colour, opacity and depth (spec, section 3), one camera per density of the batch."""
        rays = equirectangular_rays(self.spec, self.rules, cameras).to(density.device)
        return render_rays(density, tiles.to(density), rays, self.spec, self.rules, jitter=jitter)

    def paint(self, projection: Projection, style: Tensor) -> Tensor:
        """Let RenderNet paint projections (B, 5, H, W) in the light of `style` (B, style): (B, 3, H, W) in [0, 1]."""
        dtype = next(self.generator.render_net.parameters()).dtype
        stacked = torch.cat([projection.colour, projection.opacity, projection.depth], dim=1)
        return self.generator.render_net(stacked.to(self.device, dtype), style.to(self.device, dtype)).float()

    def style(self, lighting: Lighting, seed: int | None = None) -> Tensor:
        """Encode a light as a style (1, style). A mix of lights mixes their z.

        Args:
            lighting: the light; its own noise, where it has one, is used.
            seed: draw the sky encoder's noise with this seed; None takes z = mu (the released system always draws).

        """
        code = sum(weight * self._code(part, seed) for part, weight in lighting.parts)
        return self.generator.style_mlp(code)

    def _code(self, lighting: Lighting, seed: int | None) -> Tensor:
        dtype = next(self.generator.sky_encoder.parameters()).dtype
        histogram = lighting.histogram(self.rules.histogram).to(self.device, dtype)[None]
        noise = lighting.noise
        if noise is None and seed is not None:
            generator = torch.Generator().manual_seed(seed)
            noise = torch.randn(self.architecture.z_size, generator=generator)
        if noise is not None:
            noise = noise.reshape(1, -1).to(self.device, dtype)
        return self.generator.sky_encoder(histogram, noise).z

    @torch.no_grad()
    def reconstruct(self, tile: Tensor) -> Scene:
        """Turn a tile, or a batch of them, into a scene: the density is computed here, once.

        Args:
            tile: (3, H, H) or (B, 3, H, H) float in [0, 1], north up, the camera in the middle. Another size than
                the scene's `tile_size` is resized (bicubic with antialiasing).

        Raises:
            ShapeError: not a square picture of three channels.

        """
        batched = tile.ndim == 4
        tiles = self._fit(tile if batched else tile[None])
        return Scene(self, tiles, self.density(tiles), batched)

    def _fit(self, tiles: Tensor) -> Tensor:
        if tiles.ndim != 4 or tiles.shape[1] != 3 or tiles.shape[2] != tiles.shape[3]:
            raise ShapeError(f"tile: expected (3, S, S) or (B, 3, S, S), square, not {tuple(tiles.shape)}")
        if not tiles.is_floating_point():
            raise ShapeError(f"tile: expected floating point values in [0, 1], not {tiles.dtype}")
        size = self.spec.tile_size
        tiles = tiles.to(self.device, torch.float32)
        if tiles.shape[-1] != size:
            tiles = nn.functional.interpolate(tiles, (size, size), mode="bicubic", antialias=True).clamp(0, 1)
        return tiles


@dataclasses.dataclass
class Scene:
    """A tile turned into density. Rendering from further cameras, or in other light, reuses it.

    Every method works without gradients; `Sat2Density.forward` is for training.

    Attributes:
        model: what made it.
        tiles: (B, 3, S, S) as given to the networks.
        densities: (B, Z, S', S') without the ground slab.
        batched: whether a batch was given; if so every result has a leading dimension B.

    """

    model: Sat2Density
    tiles: Tensor
    densities: Tensor
    batched: bool = False

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
        """Density per unit length (Z, S', S') >= 0 without the ground slab, [layer up, south, east]."""
        return self._unbatch(self.densities)

    def _unbatch(self, values: Tensor) -> Tensor:
        return values if self.batched else values[0]

    @torch.no_grad()
    def project(self, camera: Camera | Sequence[Camera]) -> View:
        """Render without light: a View whose `image` is None."""
        return self.render(camera, None)

    @torch.no_grad()
    def render(
        self, camera: Camera | Sequence[Camera], lighting: Lighting | None = None, seed: int | None = None
    ) -> View:
        """Look from one camera, or from several.

        Args:
            camera: a Camera, or a list of N: results then have a dimension N (after the batch's B, where there is one).
            lighting: the light RenderNet paints in; None leaves `View.image` out.
            seed: see `Sat2Density.style`.

        """
        cameras = _as_list(camera)
        style = None if lighting is None else self.model.style(lighting, seed)
        views = self._in_batches(cameras, lambda part: self._render(part, style))
        return self._shape(views, camera)

    def _render(self, cameras: Sequence[Camera], style: Tensor | None) -> View:
        density, tiles = self._repeat(len(cameras))
        projection = self.model.project(density, tiles, list(cameras) * len(self.tiles))
        image = None if style is None else self.model.paint(projection, style.expand(len(density), -1))
        return View(image, projection.colour, projection.opacity, projection.depth, self.spec.unit_m)

    @torch.no_grad()
    def relight(self, view: View, lighting: Lighting, seed: int | None = None) -> View:
        """Paint a view again in another light: geometry stays, only RenderNet runs."""
        lead = view.colour.shape[:-3]
        projection = Projection(*(values.flatten(0, -4) if lead else values[None] for values in _geometry(view)))
        style = self.model.style(lighting, seed).expand(len(projection.colour), -1)
        image = self.model.paint(projection, style)
        return dataclasses.replace(view, image=image.reshape(*lead, *image.shape[1:]))

    @torch.no_grad()
    def render_perspective(
        self,
        camera: Camera | Sequence[Camera],
        lighting: Lighting | None = None,
        size: tuple[int, int] = (640, 360),
        horizontal_fov_deg: float = 90.0,
        pitch_deg: float = 0.0,
    ) -> View:
        """Look ahead like an ordinary camera.

        Colour, opacity and depth come from perspective rays; the picture is looked up in RenderNet's panorama.

        Args:
            camera: one or several, see `render`; the heading is the direction of view.
            lighting: see `render`.
            size: (width, height) in pixels.
            horizontal_fov_deg: in (0, 180).
            pitch_deg: upwards positive, in [-90, 90].

        """
        cameras = _as_list(camera)
        style = None if lighting is None else self.model.style(lighting)

        def look(part: Sequence[Camera]) -> View:
            density, tiles = self._repeat(len(part))
            rays = perspective_rays(self.spec, list(part) * len(self.tiles), size, horizontal_fov_deg, pitch_deg)
            rays = rays.to(density.device)
            projection = render_rays(density, tiles, rays, self.spec, self.model.rules)
            image = None
            if style is not None:
                panorama = self._render(part, style).image
                headings = [c.heading for c in part] * len(self.tiles)
                rule, fov = self.model.rules.pixel_rule, self.spec.vertical_fov_deg
                image = panorama_lookup(panorama, rays.directions, headings, fov, rule)
            return View(image, projection.colour, projection.opacity, projection.depth, self.spec.unit_m)

        return self._shape(self._in_batches(cameras, look), camera)

    @torch.no_grad()
    def top_down(self) -> View:
        """Look straight down, one ray per tile pixel: `.opacity`, `.depth` in units from y = +1 (spec, section 3)."""
        seen = top_down(self.densities, self.tiles, self.spec, self.model.rules)
        return View(None, *(self._unbatch(values) for values in seen), self.spec.unit_m)

    @torch.no_grad()
    def heights(self) -> Tensor:
        """Surface height above the floor in metres (S, S), row 0 north."""
        seen = top_down(self.densities, self.tiles, self.spec, self.model.rules)
        return self._unbatch(heights_m(seen, self.spec))

    def _repeat(self, cameras: int) -> tuple[Tensor, Tensor]:
        if cameras == 1:
            return self.densities, self.tiles
        # expand first: repeat_interleave of one tile would copy the volume once per camera.
        if len(self.tiles) == 1:
            return self.densities.expand(cameras, -1, -1, -1), self.tiles.expand(cameras, -1, -1, -1)
        return self.densities.repeat_interleave(cameras, 0), self.tiles.repeat_interleave(cameras, 0)

    def _in_batches(self, cameras: Sequence[Camera], look: Callable[[Sequence[Camera]], View]) -> View:
        parts: list[View] = []
        at_once, start = CAMERAS_AT_ONCE, 0
        while start < len(cameras):
            try:
                parts.append(look(cameras[start : start + at_once]))
                start += at_once
            except torch.OutOfMemoryError:
                if at_once == 1:
                    raise InputError(
                        "out of memory with one camera at a time; use --device cpu or a smaller scene"
                    ) from None
                at_once //= 2
                torch.cuda.empty_cache()
                print(f"notice: out of memory on {self.model.device}; going on with {at_once} cameras at once")
        return parts[0] if len(parts) == 1 else self._join(parts)

    def _join(self, parts: Sequence[View]) -> View:
        def joined(name: str) -> Tensor | None:
            values = [getattr(part, name) for part in parts]
            if values[0] is None:
                return None
            split = [v.reshape(len(self.tiles), -1, *v.shape[1:]) for v in values]
            return torch.cat(split, dim=1).flatten(0, 1)

        return View(joined("image"), joined("colour"), joined("opacity"), joined("depth"), self.spec.unit_m)

    def _shape(self, view: View, camera: Camera | Sequence[Camera]) -> View:
        lead = ([len(self.tiles)] if self.batched else []) + ([] if isinstance(camera, Camera) else [len(camera)])

        def shaped(values: Tensor) -> Tensor:
            return values.reshape(*lead, *values.shape[1:])

        image = None if view.image is None else shaped(view.image)
        return View(image, *(shaped(values) for values in _geometry(view)), view.unit_m)


def _geometry(view: View) -> tuple[Tensor, Tensor, Tensor]:
    return view.colour, view.opacity, view.depth


def _as_list(camera: Camera | Sequence[Camera]) -> list[Camera]:
    cameras = [camera] if isinstance(camera, Camera) else list(camera)
    if not cameras:
        raise InputError("no camera given")
    return cameras


def choose_device(name: str = "auto") -> torch.device:
    """Turn ``--device`` into a device: "auto" takes CUDA where there is one, then the CPU.

    Raises:
        InputError: no such device on this machine.

    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as error:
        raise InputError(
            f"device '{name}' cannot be used here: {str(error).splitlines()[0]}; try --device cpu"
        ) from None
    return device


def load(
    name_or_path: str | Path,
    scene: str | SceneSpec | None = None,
    device: str = "auto",
    precision: Precision = "float32",
) -> Sat2Density:
    """Load weights as a model ready to use (evaluation mode, spectral norms folded).

    Args:
        name_or_path: a name (`suburb-small`, `cvact`, `cvusa`, ...), a released zip or .pth, our .safetensors or .json.
        scene: name or SceneSpec; needed for released files given by path, refused with our own files unless equal.
        device: "auto", "cpu", "cuda", "cuda:1", ...
        precision: of the networks; "auto" takes bfloat16 where the device gains by it.

    Raises:
        WeightsError: no such weights, a damaged file, or a scene missing or not fitting.
        InputError: the device cannot be used.

    """
    from sat2density.weights import open_weights

    where = choose_device(device)
    loaded = open_weights(name_or_path, scene)
    model = Sat2Density(loaded.architecture, loaded.spec, loaded.rules, loaded.info)
    model.generator.load_state_dict(loaded.generator_state)
    return prepare(model, where, precision)


def prepare(model: Sat2Density, device: torch.device, precision: Precision = "float32") -> Sat2Density:
    """Make a model ready for looking: on `device`, evaluation mode, networks folded and in the precision asked for."""
    model.eval()
    model.generator = prepare_for_inference(model.generator.to(device), precision)
    return model.requires_grad_(False)
