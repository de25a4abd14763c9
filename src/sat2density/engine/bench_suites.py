"""What is measured: rendering, frames of a walk, a training step, loading and start-up."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from sat2density.engine.bench import Effort, Measured, compare, extra_memory_mb, time_command
from sat2density.pipeline import Precision, Sat2Density, prepare
from sat2density.render import kernels
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.types import Camera

LAYERS, SIDE = 64, 256


@dataclasses.dataclass(frozen=True)
class Setting:
    """What a suite is run with: device, architecture of the networks, effort, and the picture's and tile's sizes."""

    device: torch.device
    architecture: str = "small"
    effort: Effort = dataclasses.field(default_factory=Effort)
    spec: SceneSpec = dataclasses.field(default_factory=lambda: SceneSpec.named("cvact"))
    side: int = SIDE


def opaque_scene(spec: SceneSpec, layers: int, side: int, seed: int = 0) -> Tensor:
    """Return a volume like a learned street: houses, crowns on trunks, air of exactly zero. (1, Z, S, S), per unit."""
    generator = torch.Generator().manual_seed(seed)
    half = spec.extent_m / 2
    centres = (torch.arange(side) + 0.5) / side * spec.extent_m - half
    south, east = torch.meshgrid(centres, centres, indexing="ij")
    up = ((torch.arange(layers) + 0.5) / layers * spec.max_height_m)[:, None, None]
    density = torch.zeros(layers, side, side)

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    for _ in range(10):
        x, z, width, depth, height = uniform(5, half), uniform(-half, half), uniform(3, 6), uniform(3, 6), uniform(3, 6)
        x = x if uniform(0, 1) < 0.5 else -x
        density[((east - x).abs() < width) & ((south - z).abs() < depth) & (up < height)] = 150.0
    for _ in range(25):
        x, z, radius, height = uniform(3, half), uniform(-half, half), uniform(0.8, 2.2), uniform(2, 5)
        x = x if uniform(0, 1) < 0.5 else -x
        away = (east - x) ** 2 + (south - z) ** 2
        density[(away + (up - height) ** 2 < radius**2)] = uniform(20, 60)
        density[(away < 0.09) & (up < height)] = 100.0
    return density[None]


def fog_scene(layers: int, side: int) -> Tensor:
    """Return thin fog in every cell: nothing to skip, nowhere to stop. (1, Z, S, S), per unit."""
    return 0.01 + 0.3 * torch.rand(1, layers, side, side, generator=torch.Generator().manual_seed(0))


def render_suite(setting: Setting) -> list[Measured]:
    """Volume rendering alone: forward, forward and backward, an opaque scene and fog, both rules of the ground."""
    results = []
    for rules in (RELEASED, Rules()):
        for kind in ("opaque", "fog"):
            side = setting.side
            density = opaque_scene(setting.spec, LAYERS, side) if kind == "opaque" else fog_scene(LAYERS, side)
            results += _render_both(setting, rules, density.to(setting.device), f"{kind}, {rules.ground}")
    return results


def _render_both(setting: Setting, rules: Rules, density: Tensor, what: str) -> list[Measured]:
    spec, device = setting.spec, setting.device
    tile = torch.rand(1, 3, setting.side, setting.side, generator=torch.Generator().manual_seed(1)).to(device)
    rays = equirectangular_rays(spec, rules, Camera(0.03, 0.02), device)
    weights = torch.ones(1, 5, *reversed(spec.panorama_size), device=device)
    leaf = density.clone().requires_grad_()

    def forward(impl: str) -> Callable[[], Tensor]:
        return lambda: render_rays(density, tile, rays, spec, rules, impl=impl).stacked

    def both(impl: str) -> Callable[[], Any]:
        def call() -> None:
            seen = render_rays(leaf, tile, rays, spec, rules, impl=impl).stacked
            torch.autograd.grad(seen, leaf, weights)

        return call

    fast = kernels.choose_impl(device)
    impls = dict.fromkeys((fast, "reference"))
    results = []
    for title, make in (("forward", forward), ("forward and backward", both)):
        calls = {f"render {title}, {what}: {impl}": make(impl) for impl in impls}
        reference = f"render {title}, {what}: reference"
        for impl, measured in zip(impls, compare(calls, setting.effort, device, reference), strict=True):
            memory = extra_memory_mb(make(impl), device)
            extra = {} if memory is None else {"extra_memory_mb": round(memory, 1)}
            results.append(dataclasses.replace(measured, extra=extra))
    return results


def frame_suite(setting: Setting) -> list[Measured]:
    """One more camera position, a change of light, a tile's density; the reference does everything anew each time."""
    results = []
    precision: Precision
    for precision in ("float32", "bfloat16"):
        results += _frames(setting, precision)
    return results


@torch.no_grad()
def _frames(setting: Setting, precision: Precision) -> list[Measured]:
    from sat2density.data.lighting import Lighting

    architecture, spec, device = setting.architecture, setting.spec, setting.device
    plain = Sat2Density.random(architecture, spec).to(device)
    ready = prepare(Sat2Density.random(architecture, spec), device, precision)
    tile = torch.rand(3, spec.tile_size, spec.tile_size, generator=torch.Generator().manual_seed(2)).to(device)
    light = Lighting.preset("clear-noon")
    scene, camera = ready.reconstruct(tile), Camera(0.1, 0.2, 30.0)
    view = scene.render(camera, light)

    def whole() -> None:
        density = plain.density(tile[None])
        rays = equirectangular_rays(spec, plain.rules, camera, device)
        seen = render_rays(density, tile[None], rays, spec, plain.rules, impl="reference")
        plain.paint(seen, plain.style(light))

    title = f"{architecture}, {precision}"
    reference = f"frame from the tile, {title}: reference"
    calls: dict[str, Callable[[], Any]] = {
        reference: whole,
        f"frame of a walk, {title}": lambda: scene.render(camera, light),
        f"change of light alone, {title}": lambda: scene.relight(view, light),
        f"density of a tile, {title}": lambda: ready.reconstruct(tile),
    }
    return compare(calls, setting.effort, device, reference)


def train_suite(setting: Setting, batch: int = 2) -> list[Measured]:
    """A generator's training step (L1, opacity, Adam) with the fast renderer and with the reference; peak memory."""
    spec, device = setting.spec, setting.device
    model = Sat2Density.random(setting.architecture, spec).to(device).train()
    optimizer = torch.optim.Adam(model.generator.parameters(), lr=1e-5)
    generator = torch.Generator().manual_seed(3)
    tiles = torch.rand(batch, 3, spec.tile_size, spec.tile_size, generator=generator).to(device)
    wanted = torch.rand(batch, 3, *reversed(spec.panorama_size), generator=generator).to(device)
    histograms = torch.rand(batch, 270, generator=generator).to(device)
    rays = equirectangular_rays(spec, model.rules, [Camera()] * batch, device)

    def step(impl: str) -> Callable[[], None]:
        def call() -> None:
            seen = render_rays(model.density(tiles), tiles, rays, spec, model.rules, impl=impl)
            style = model.generator.style_mlp(model.generator.sky_encoder(histograms, None).z)
            loss = (model.paint(seen, style) - wanted).abs().mean() + (seen.opacity - wanted[:, :1]).abs().mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

        return call

    impls = dict.fromkeys((kernels.choose_impl(device), "reference"))
    title = f"training step, {setting.architecture}, batch {batch}"
    calls: dict[str, Callable[[], Any]] = {f"{title}: {impl}": step(impl) for impl in impls}
    results = []
    for impl, measured in zip(impls, compare(calls, setting.effort, device, f"{title}: reference"), strict=True):
        extra = {"samples_per_second": round(1e3 * batch / measured.median, 3)}
        memory = extra_memory_mb(step(impl), device)
        if memory is not None:
            extra["extra_memory_mb"] = round(memory, 1)
        results.append(dataclasses.replace(measured, extra=extra))
    return results


def load_suite(setting: Setting) -> list[Measured]:
    """Start-up (`--help`, import) in fresh processes, and loading weights."""
    from sat2density.pipeline import load
    from sat2density.weights import save_weights

    with tempfile.TemporaryDirectory() as folder:
        model = Sat2Density.random(setting.architecture, setting.spec)
        stem = Path(folder) / "weights"
        save_weights(stem, model.generator, model.spec, model.rules, {"name": "bench"})
        calls: dict[str, Callable[[], Any]] = {
            "start: python alone": time_command(["-c", "pass"]),
            "start: sat2density --help": time_command(["-m", "sat2density.apps.cli", "--help"]),
            "start: import sat2density": time_command(["-c", "import sat2density"]),
            f"load weights, {setting.architecture}": lambda: load(stem, device=setting.device.type),
        }
        return compare(calls, setting.effort, setting.device)


SUITES: dict[str, Callable[[Setting], list[Measured]]] = {
    "render": render_suite,
    "frame": frame_suite,
    "train": train_suite,
    "load": load_suite,
}
"""Name of a suite -> what runs it."""
