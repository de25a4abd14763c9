"""Volumes, tiles and rays that rendering is measured with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import torch
from torch import Tensor

from sat2density.render import kernels
from sat2density.render.cameras import Rays, equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera

LAYERS = 64


def opaque_scene(spec: SceneSpec, layers: int, side: int, seed: int = 0) -> Tensor:
    """Return a volume like a learned street: houses, crowns on trunks, air of exactly zero. (1, Z,
    S, S), per unit.

    Args:
        spec: scale of the scene.
        layers: Z of the volume.
        side: S, rows and columns.
        seed: of the drawn things.

    """
    generator = torch.Generator().manual_seed(seed)
    half = spec.extent_m / 2
    centres = (torch.arange(side) + 0.5) / side * spec.extent_m - half
    south, east = torch.meshgrid(centres, centres, indexing="ij")
    up = ((torch.arange(layers) + 0.5) / layers * spec.max_height_m)[:, None, None]
    density = torch.zeros(layers, side, side)

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    for _ in range(10):
        x = uniform(5, half)
        z = uniform(-half, half)
        width = uniform(3, 6)
        depth = uniform(3, 6)
        height = uniform(3, 6)
        x = x if uniform(0, 1) < 0.5 else -x
        density[((east - x).abs() < width) & ((south - z).abs() < depth) & (up < height)] = 150.0
    for _ in range(25):
        x = uniform(3, half)
        z = uniform(-half, half)
        radius = uniform(0.8, 2.2)
        height = uniform(2, 5)
        x = x if uniform(0, 1) < 0.5 else -x
        away = (east - x) ** 2 + (south - z) ** 2
        density[(away + (up - height) ** 2 < radius**2)] = uniform(20, 60)
        density[(away < 0.09) & (up < height)] = 100.0
    return density[None]


def fog_scene(layers: int, side: int) -> Tensor:
    """Return thin fog in every cell: nothing to skip, nowhere to stop. (1, Z, S, S), per unit.

    Args:
        layers: Z of the volume.
        side: S, rows and columns.

    """
    return 0.01 + 0.3 * torch.rand(
        1, layers, side, side, generator=torch.Generator().manual_seed(0)
    )


@dataclasses.dataclass(frozen=True)
class RenderingCase:
    """A volume, a tile and a panorama's rays to be rendered.

    Attributes:
        name: "scene, ground".
        spec, rules: of the scene.
        density, tile, rays: what is rendered.

    """

    name: str
    spec: SceneSpec
    rules: Rules
    density: Tensor
    tile: Tensor
    rays: Rays

    @property
    def impls(self) -> tuple[str, ...]:
        """What is compared: the device's fast twin, and the reference."""
        return tuple(dict.fromkeys((kernels.choose_impl(self.density.device), "reference")))

    @property
    def results_mb(self) -> float:
        """Memory of the picture and of the density's gradient, MiB."""
        pixels = self.rays.directions.shape[1] * self.rays.directions.shape[2]
        return 4 * (5 * pixels + self.density.numel()) / 2**20

    def forward(self, impl: str) -> Callable[[], Tensor]:
        """Return a call that renders.

        Args:
            impl: one of `RenderingCase.impls`.

        """
        return lambda: (
            render_rays(
                self.density, self.tile, self.rays, self.spec, self.rules, impl=impl
            ).stacked
        )

    def both(self, impl: str) -> Callable[[], Any]:
        """Return a call that renders, and gets the density's gradient.

        Args:
            impl: one of `RenderingCase.impls`.

        """
        leaf = self.density.clone().requires_grad_()

        def call() -> None:
            seen = render_rays(leaf, self.tile, self.rays, self.spec, self.rules, impl=impl).stacked
            torch.autograd.grad(seen.sum(), leaf)

        return call


def rendering_cases(
    spec: SceneSpec,
    side: int,
    device: torch.device,
    rules: Iterable[Rules] = (RELEASED, Rules()),
) -> Iterator[RenderingCase]:
    """An opaque scene and fog, under each rule of the ground.

    Args:
        spec: scale and sizes.
        side: rows and columns of volume and tile.
        device: "cpu" or "cuda" as torch's device.
        rules: slab and plane, or one of them.

    """
    for rule in rules:
        for kind in ("opaque", "fog"):
            density = (
                opaque_scene(spec, LAYERS, side) if kind == "opaque" else fog_scene(LAYERS, side)
            )
            tile = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1)).to(
                device
            )
            rays = equirectangular_rays(spec, rule, Camera(0.03, 0.02), device)
            yield RenderingCase(
                f"{kind}, {rule.ground}", spec, rule, density.to(device), tile, rays
            )
