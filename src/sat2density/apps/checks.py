"""What `sat2density doctor` looks at: one function for each thing, each with the one line that
mends it.
"""

from __future__ import annotations

import dataclasses
import importlib.metadata
import io
import operator
import os
import platform
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

State = Literal["ok", "optional", "broken"]

PACKAGE: Final = "sat2density"

FOR_DEVELOPERS: Final = ("dev",)
"""Extras that no command needs: `make test` installs them."""


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


@dataclasses.dataclass(frozen=True)
class Requirement:
    """A line of the package's metadata: `numba>=0.60`, `trimesh>=4.2; extra == 'mesh'`.

    Attributes:
        name: of the distribution.
        bounds: (operator, version), each to be met.
        extra: that asks for it; empty where the package itself does.

    """

    name: str
    bounds: tuple[tuple[str, str], ...] = ()
    extra: str = ""

    @classmethod
    def parsed(cls, line: str) -> Requirement:
        """Read a line as `importlib.metadata.requires` gives it.

        Args:
            line: name, bounds, and a marker after a semicolon.

        """
        wanted, _, marker = line.partition(";")
        name = re.match(r"[A-Za-z0-9._-]+", wanted.strip())
        extra = re.search(r"extra == ['\"]([^'\"]+)", marker)
        return cls(
            name[0] if name else wanted.strip(),
            tuple(re.findall(r"(>=|<=|==|!=|<|>)\s*([0-9][0-9.]*)", wanted)),
            extra[1] if extra else "",
        )

    def problem(self) -> str:
        """Say what is wrong with what is installed; empty where nothing is."""
        try:
            version = importlib.metadata.version(self.name)
        except importlib.metadata.PackageNotFoundError:
            return "missing"
        for sign, bound in self.bounds:
            if not _COMPARISONS[sign](_numbers(version), _numbers(bound)):
                return f"{version} is installed, {sign}{bound} is needed"
        return ""

    def __str__(self) -> str:
        """Return it as pip takes it."""
        return self.name + ",".join(f"{sign}{bound}" for sign, bound in self.bounds)


_COMPARISONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    ">": operator.gt,
}


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's numbers, without zeros at the end: "2.13.0+cpu" is (2, 13)."""
    numbers = [int(part) for part in re.findall(r"\d+", version.partition("+")[0])]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)


def requirements() -> list[Requirement]:
    """Return what the installed package's own metadata asks for, extras included; nothing where it
    runs without being installed.
    """
    try:
        lines = importlib.metadata.requires(PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        return []
    return [Requirement.parsed(line) for line in lines]


def extras() -> list[str]:
    """Return the extras that a user may want, as the metadata names them."""
    found = {wanted.extra for wanted in requirements()} - {"", *FOR_DEVELOPERS}
    return sorted(found)


def check_versions() -> Finding:
    """Versions of Python, the package and what it needs; broken where one is missing or too old."""
    python = f"Python {platform.python_version()} ({sys.platform})"
    needed = [wanted for wanted in requirements() if not wanted.extra]
    if not needed:
        return Finding(
            "packages",
            "optional",
            f"{python}; {PACKAGE} runs from its sources without being installed: what it needs was "
            f"not looked at",
            "pip install -e .",
        )
    problems = {wanted: wanted.problem() for wanted in needed}
    bad = {wanted: problem for wanted, problem in problems.items() if problem}
    if bad:
        listed = ", ".join(f"{wanted.name} ({problem})" for wanted, problem in bad.items())
        return Finding("packages", "broken", f"{python}; {listed}", _install(bad))
    versions = [f"{wanted.name} {importlib.metadata.version(wanted.name)}" for wanted in needed]
    return Finding("packages", "ok", ", ".join([python, *versions]))


def _install(wanted: Iterable[Requirement]) -> str:
    return "pip install " + " ".join(f"'{one}'" if one.bounds else one.name for one in wanted)


def check_device() -> Finding:
    """The device ``--device auto`` takes."""
    import torch

    from sat2density.loading import choose_device
    from sat2density.models.inference import gains_from_bfloat16

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

    from sat2density.loading import choose_device
    from sat2density.render.cameras import equirectangular_rays
    from sat2density.render.kernels import available_impls, choose_impl, explain_choice
    from sat2density.render.volume import render_rays
    from sat2density.scene_spec import Rules, SceneSpec
    from sat2density.views import Camera

    device = choose_device("auto")
    spec = SceneSpec(tile_size=16, panorama_size=(16, 8), samples_per_ray=8)
    rules = Rules()
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


def check_private_interfaces() -> Finding:
    """Whether numba and torch have what our kernels use without a promise that it stays."""
    from sat2density.private_interfaces import PRIVATE_NAMES, complaint

    complaints = {name: complaint(name) for name in PRIVATE_NAMES}
    bad = {name: text for name, text in complaints.items() if text}
    if bad:
        wanted = [one for one in requirements() if one.name in bad and not one.extra]
        return Finding("kernels", "broken", "; ".join(bad.values()), _install(wanted))
    return Finding("kernels", "ok", f"what they use of {' and '.join(complaints)} is there")


def check_video() -> Finding:
    """Whether H.264 can be written: a few frames in memory."""
    import av
    import numpy as np

    remedy = "pip install --force-reinstall av   (its wheel brings FFmpeg with H.264)"
    try:
        with av.open(io.BytesIO(), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=10)
            stream.width = 64
            stream.height = 64
            stream.pix_fmt = "yuv420p"
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
    """Whether the packages of an extra are installed.

    Args:
        extra: its name, as in `pip install 'sat2density[NAME]'`.

    """
    wanted = [one for one in requirements() if one.extra == extra]
    bad = [f"{one.name} ({problem})" for one in wanted if (problem := one.problem())]
    if bad:
        remedy = f"pip install '{PACKAGE}[{extra}]'"
        return Finding(f"[{extra}]", "optional", ", ".join(bad), remedy)
    versions = ", ".join(f"{one.name} {importlib.metadata.version(one.name)}" for one in wanted)
    return Finding(f"[{extra}]", "ok", versions)


def check_weights() -> Finding:
    """Which named weights are at hand, without fetching any."""
    from sat2density.weights import KNOWN

    names = sorted({known.name for known in KNOWN.values() if known.path.is_file()})
    if names:
        return Finding("weights", "ok", ", ".join(names))
    return Finding(
        "weights", "optional", "no trained weights here yet", "sat2density weights fetch cvact"
    )


_CACHE_ELSEWHERE: Final = "export SAT2DENSITY_CACHE=FOLDER   (one you may write to)"


def check_cache() -> Finding:
    """Where caches are, and whether the folder can be written (or made)."""
    import sat2density
    from sat2density.caches import cache_folder, is_temporary
    from sat2density.machine_code import code_folder

    cache = cache_folder()
    kernels = Path(sat2density.__file__).parent / "render" / "kernels"
    code = f"machine code in {code_folder(kernels, 'numba_*.py').parent}"
    if is_temporary():
        found = f"{cache}: temporary, for want of a home folder that can be written; {code}"
        return Finding("cache", "optional", found, _CACHE_ELSEWHERE)
    place = next(folder for folder in (cache, *cache.parents) if folder.exists())
    try:
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        return Finding("cache", "broken", f"{cache}: {error.strerror}", _CACHE_ELSEWHERE)
    return Finding(
        "cache",
        "ok",
        f"{cache} ({'exists' if cache.exists() else 'made when first needed'}, writable); {code}",
    )


CHECKS: Final[dict[str, Callable[[], Finding]]] = {
    "packages": check_versions,
    "device": check_device,
    "renderer": check_renderer,
    "kernels": check_private_interfaces,
    "video": check_video,
    "weights": check_weights,
    "cache": check_cache,
}
"""Name -> check, in the order of the report; one for each extra follows."""


def examine() -> list[Finding]:
    """Run every check; one that fails itself is reported as broken, with its own words."""
    findings = []
    of_extras = {f"[{extra}]": partial(check_extra, extra) for extra in extras()}
    for name, check in (CHECKS | of_extras).items():
        try:
            findings.append(check())
        except Exception as error:  # a doctor must not die of the patient's illness
            words = f"{type(error).__name__}: {error}".splitlines()[0]
            findings.append(Finding(name, "broken", words, _remedy(error)))
    return findings


def _remedy(error: Exception) -> str:
    """Return the line that mends what made a check itself fail.

    The package is on no registry, so pip cannot fetch it again; a folder that cannot be written
    (numba calls it "no locator") needs another one, not another installation.
    """
    if isinstance(error, ModuleNotFoundError) and error.name:
        return f"pip install {error.name.partition('.')[0]}"
    if isinstance(error, OSError) or "no locator" in str(error):
        return "export SAT2DENSITY_CACHE=FOLDER NUMBA_CACHE_DIR=FOLDER   (ones you may write to)"
    return "install again from the checkout: pip install --force-reinstall --no-deps ."
