"""What is measured: rendering, frames of a walk, a training step, loading and start-up."""

from __future__ import annotations

import dataclasses
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import torch
from torch import Tensor

from sat2density.bench.memory import measure_apart
from sat2density.bench.rendering_cases import RenderingCase, rendering_cases
from sat2density.bench.timing import Effort, Measured, compare, extra_memory_mb, time_command
from sat2density.bench.training_step import TrainingSteps, paths
from sat2density.conventions import Precision, TrainingPrecision
from sat2density.light.lighting import Lighting
from sat2density.loading import load, prepare
from sat2density.models.convolution import choose_impl
from sat2density.pipeline import Sat2Density
from sat2density.render.cameras import equirectangular_rays
from sat2density.render.volume import render_rays
from sat2density.scene import CAMERAS_AT_ONCE
from sat2density.scene_spec import RELEASED, Rules, SceneSpec
from sat2density.views import Camera
from sat2density.weights import save_weights

SIDE = 256


@dataclasses.dataclass(frozen=True)
class Setting:
    """What a suite is run with: device, architecture of the networks, effort, and the picture's and
    tile's sizes; `brief` leaves out what a first look can do without.
    """

    device: torch.device
    architecture: str = "small"
    effort: Effort = dataclasses.field(default_factory=Effort)
    spec: SceneSpec = dataclasses.field(default_factory=lambda: SceneSpec.named("cvact"))
    side: int = SIDE
    brief: bool = False


def render_suite(setting: Setting) -> list[Measured]:
    """Volume rendering alone: forward, forward and backward, an opaque scene and fog, both rules of
    the ground; where brief, over the plane alone and without memory, whose process takes as long.

    Args:
        setting: device, architecture, effort and sizes.

    """
    apart = setting.device.type == "cpu" and not setting.brief
    memory = (
        measure_apart("render", spec=setting.spec.to_dict(), side=setting.side) if apart else {}
    )
    rules = (Rules(),) if setting.brief else (RELEASED, Rules())
    results = []
    for case in rendering_cases(setting.spec, setting.side, setting.device, rules):
        for title, make in (("forward", case.forward), ("forward and backward", case.both)):
            calls = {f"render {title}, {case.name}: {impl}": make(impl) for impl in case.impls}
            reference = f"render {title}, {case.name}: reference"
            timed = compare(calls, setting.effort, setting.device, reference)
            if title == "forward and backward":
                timed = [
                    _with_memory(m, case, impl, memory)
                    for m, impl in zip(timed, case.impls, strict=True)
                ]
            results += timed
    return results


def _with_memory(
    measured: Measured, case: RenderingCase, impl: str, apart: dict[str, float]
) -> Measured:
    """Add the memory beyond inputs and results: measured in another process on the CPU, here on a
    GPU.
    """
    found = apart.get(f"{case.name}: {impl}")
    if case.density.is_cuda:
        rise = extra_memory_mb(case.both(impl), case.density.device)
        found = None if rise is None else rise - case.results_mb
    return (
        measured
        if found is None
        else dataclasses.replace(measured, extra={"extra_memory_mb": round(found, 1)})
    )


@torch.no_grad()
def frame_suite(setting: Setting) -> list[Measured]:
    """One more camera position, a change of light, RenderNet, a tile's density; the reference does
    everything anew.

    Args:
        setting: device, architecture, effort and sizes.

    """
    architecture = setting.architecture
    spec = setting.spec
    device = setting.device
    plain = Sat2Density.random(architecture, spec).to(device)
    choose_impl(plain, "plain")
    tile = torch.rand(
        3, spec.tile_size, spec.tile_size, generator=torch.Generator().manual_seed(2)
    ).to(device)
    light = Lighting.preset("clear-noon")
    camera = Camera(0.1, 0.2, 30.0)

    def whole() -> None:
        density = plain.density(tile[None])
        rays = equirectangular_rays(spec, plain.rules, camera, device)
        seen = render_rays(density, tile[None], rays, spec, plain.rules, impl="reference")
        plain.generate_image(seen, plain.style(light))

    reference = f"frame from the tile, {architecture}, float32: reference"
    calls: dict[str, Callable[[], Any]] = {reference: whole}
    precision: Precision
    for precision in get_args(TrainingPrecision):
        ready = prepare(Sat2Density.random(architecture, spec), device, precision)
        calls |= _frame_calls(ready, tile, camera, light, f"{architecture}, {precision}")
    return compare(calls, setting.effort, device, reference)


def _frame_calls(
    model: Sat2Density, tile: Tensor, camera: Camera, light: Lighting, title: str
) -> dict[str, Callable[[], Any]]:
    scene = model.reconstruct(tile)
    view = scene.render(camera, light)
    style = model.style(light)
    seen = model.render_panoramas(scene.densities, scene.tiles, [camera])
    cameras = [camera] * CAMERAS_AT_ONCE
    batch = {
        f"{CAMERAS_AT_ONCE} frames of a walk in a batch, {title}": lambda: scene.render(
            cameras, light
        )
    }
    return (batch if tile.is_cuda else {}) | {
        f"frame of a walk, {title}": lambda: scene.render(camera, light),
        f"change of light alone, {title}": lambda: scene.relight(view, light),
        f"RenderNet, {title}": lambda: model.generate_image(seen, style),
        f"density of a tile, {title}": lambda: model.reconstruct(tile),
    }


def train_suite(setting: Setting, batch: int = 2) -> list[Measured]:
    """A generator's training step (L1, opacity, Adam) as we train and as the reference does;
    samples, peak memory.

    Args:
        setting: device, architecture, effort and sizes.
        batch: scenes a step.

    """
    title = f"training step, {setting.architecture}, batch {batch}"
    steps = TrainingSteps(setting.architecture, setting.spec, batch, setting.device)
    calls: dict[str, Callable[[], Any]] = {
        f"{title}: {path}": call for path, call in paths(steps).items()
    }
    timed = compare(calls, setting.effort, setting.device, f"{title}: reference")
    results = []
    for path, measured in zip(paths(steps), timed, strict=True):
        extra = {"samples_per_second": round(1e3 * batch / measured.median, 3)}
        extra |= {
            key: round(value, 1)
            for key, value in _training_memory(steps, path, setting, batch).items()
        }
        results.append(dataclasses.replace(measured, extra=extra))
    return results


def _training_memory(
    steps: TrainingSteps, path: str, setting: Setting, batch: int
) -> dict[str, float]:
    """Peak memory beyond weights, gradients and Adam's moments (these: `kept_mb`), MiB."""
    if setting.device.type == "cpu":
        spec = setting.spec.to_dict()
        return measure_apart(
            "train", path=path, architecture=setting.architecture, spec=spec, batch=batch
        )
    rise = extra_memory_mb(paths(steps)[path], setting.device)
    # Before the step the gradients of the last one are there: they are counted as kept.
    return {} if rise is None else {"beyond_mb": rise, "kept_mb": steps.kept_mb}


def start_suite(setting: Setting) -> list[Measured]:
    """Start-up in fresh processes: `--help`, import.

    Args:
        setting: device, architecture, effort and sizes.

    """
    calls: dict[str, Callable[[], Any]] = {
        "start: python alone": time_command(["-c", "pass"]),
        "start: sat2density --help": time_command(["-m", "sat2density.apps.cli", "--help"]),
        "start: import sat2density": time_command(["-c", "import sat2density"]),
    }
    return compare(calls, setting.effort, setting.device)


def load_suite(setting: Setting) -> list[Measured]:
    """Loading weights of our own format (half precision) until they can be looked with.

    Args:
        setting: device, architecture, effort and sizes.

    """
    with tempfile.TemporaryDirectory() as folder:
        model = Sat2Density.random(setting.architecture, setting.spec)
        stem = Path(folder) / "weights"
        save_weights(stem, model.generator, model.spec, model.rules, {"name": "bench"})
        name = f"load weights, {setting.architecture}"
        return compare(
            {name: lambda: load(stem, device=setting.device.type)}, setting.effort, setting.device
        )


SUITES: dict[str, Callable[[Setting], list[Measured]]] = {
    "frame": frame_suite,
    "train": train_suite,
    "load": load_suite,
    "start": start_suite,
    "render": render_suite,
}
"""Name of a suite -> what runs it."""

OF_NETWORKS = ("frame", "train", "load")
"""Suites that depend on the size of the networks."""
