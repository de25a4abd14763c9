"""What `sat2density doctor` looks at: one function for each thing, each with the one line that
mends it.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import importlib.util
import io
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from typing import Final, Literal

State = Literal["ok", "optional", "broken"]

REQUIRED: Final = (
    "torch",
    "numpy",
    "scipy",
    "pillow",
    "av",
    "numba",
    "rich",
    "tyro",
    "safetensors",
)
"""Distributions the package cannot work without."""

EXTRAS: Final = {
    "mesh": ("skimage", "trimesh"),
    "studio": ("starlette", "uvicorn", "websockets"),
    "tensorboard": ("tensorboard",),
}
"""Name of an extra -> the modules it brings."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        name: what was looked at.
        state: "ok"; "optional": something one may want is missing; "broken": a command would fail.
        found: what is there, in a few words.
        remedy: the line that mends it; empty where nothing needs mending.

    """

    name: str
    state: State
    found: str
    remedy: str = ""


def check_versions() -> Finding:
    """Versions of Python, the package and what it needs; broken where one is missing."""
    found, missing = [], []
    for name in REQUIRED:
        try:
            found.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            missing.append(name)
    python = f"Python {platform.python_version()} ({sys.platform})"
    if missing:
        return Finding(
            "packages",
            "broken",
            f"{python}; missing: {', '.join(missing)}",
            f"pip install {' '.join(missing)}",
        )
    return Finding("packages", "ok", ", ".join([python, *found]))


def check_device() -> Finding:
    """The device ``--device auto`` takes."""
    import torch

    from sat2density.models.inference import gains_from_bfloat16
    from sat2density.pipeline import choose_device

    device = choose_device("auto")
    precision = "bfloat16" if gains_from_bfloat16(device) else "float32"
    if device.type == "cuda":
        properties = torch.cuda.get_device_properties(device)
        words = f"{device}: {properties.name}, {properties.total_memory / 2**30:.0f} GiB"
    else:
        words = f"cpu, {torch.get_num_threads()} threads of {os.cpu_count()} cores; no CUDA device"
    return Finding("device", "ok", f"{words}; --precision auto takes {precision}")


def check_renderer() -> Finding:
    """The renderer that is chosen on this machine, and a small picture rendered with it."""
    import torch

    from sat2density.pipeline import choose_device
    from sat2density.render.cameras import equirectangular_rays
    from sat2density.render.kernels import available_impls, choose_impl, explain_choice
    from sat2density.render.volume import render_rays
    from sat2density.scene_spec import Rules, SceneSpec
    from sat2density.views import Camera

    device = choose_device("auto")
    spec, rules = SceneSpec(tile_size=16, panorama_size=(16, 8), samples_per_ray=8), Rules()
    density = torch.zeros(1, 4, 16, 16, device=device)
    rays = equirectangular_rays(spec, rules, [Camera()]).to(device)
    seen = render_rays(density, torch.zeros(1, 3, 16, 16, device=device), rays, spec, rules)
    # An empty volume over the ground: the lowest row sees the ground, the highest the sky.
    opacity = seen.opacity[0, 0, :, 0]
    if not (opacity[-1] > 0.99 and opacity[0] < 0.01):
        return Finding(
            "renderer", "broken", f"{choose_impl(device)}: wrong result", "run the tests: make test"
        )
    found = f"{explain_choice(device)} (available: {', '.join(available_impls())})"
    if choose_impl(device) == "reference" and device.type in ("cpu", "cuda"):
        return Finding(
            "renderer",
            "optional",
            found,
            f"pip install {'numba' if device.type == 'cpu' else 'triton'}",
        )
    return Finding("renderer", "ok", found)


def check_video() -> Finding:
    """Whether H.264 can be written: a few frames in memory."""
    import av
    import numpy as np

    remedy = "pip install --force-reinstall av   (its wheel brings FFmpeg with H.264)"
    try:
        with av.open(io.BytesIO(), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=10)
            stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
            for _ in range(2):
                container.mux(
                    stream.encode(
                        av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")
                    )
                )
            container.mux(stream.encode())
    except (av.FFmpegError, ValueError) as error:
        return Finding("video", "broken", f"H.264 cannot be written: {error}", remedy)
    return Finding("video", "ok", f"H.264 by libx264, FFmpeg libavcodec {_codec_version()}")


def _codec_version() -> str:
    import av

    return ".".join(str(part) for part in av.library_versions["libavcodec"])


def check_extra(extra: str) -> Finding:
    """Whether the packages of an extra are installed."""
    missing = [module for module in EXTRAS[extra] if importlib.util.find_spec(module) is None]
    if missing:
        return Finding(
            f"[{extra}]",
            "optional",
            f"missing: {', '.join(missing)}",
            f"pip install 'sat2density[{extra}]'",
        )
    return Finding(f"[{extra}]", "ok", "installed")


def check_weights() -> Finding:
    """Which named weights are at hand, without fetching any."""
    from sat2density.weights import KNOWN

    names = sorted({known.name for known in KNOWN.values() if known.path.is_file()})
    if names:
        return Finding("weights", "ok", ", ".join(names))
    return Finding(
        "weights", "optional", "no trained weights here yet", "sat2density weights fetch cvact"
    )


def check_cache() -> Finding:
    """Whether the cache folder can be written (or made)."""
    from sat2density.weights import cache_folder

    cache = cache_folder()
    place = next(folder for folder in (cache, *cache.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        remedy = "export SAT2DENSITY_CACHE=FOLDER   (one you may write to)"
        return Finding("cache", "broken", f"{cache}: {error.strerror}", remedy)
    return Finding(
        "cache",
        "ok",
        f"{cache} ({'exists' if cache.exists() else 'made when first needed'}, writable)",
    )


CHECKS: Final[dict[str, Callable[[], Finding]]] = {
    "packages": check_versions,
    "device": check_device,
    "renderer": check_renderer,
    "video": check_video,
    **{f"[{extra}]": partial(check_extra, extra) for extra in EXTRAS},
    "weights": check_weights,
    "cache": check_cache,
}
"""Name -> check, in the order of the report."""


def examine() -> list[Finding]:
    """Run every check; one that fails itself is reported as broken, with its own words."""
    findings = []
    for name, check in CHECKS.items():
        try:
            findings.append(check())
        except Exception as error:  # a doctor must not die of the patient's illness
            words = f"{type(error).__name__}: {error}".splitlines()[0]
            findings.append(
                Finding(name, "broken", words, "pip install --force-reinstall sat2density")
            )
    return findings
