"""What can be wrong with one panorama: proportions, black bars, and what its own tags say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from sat2density.data.finding import Finding
from sat2density.data.photo_sphere import PhotoSphere, read_photo_sphere
from sat2density.data.seen import Seen
from sat2density.scene_spec import SceneSpec

ASPECT_TOLERANCE: Final = 0.03
"""A panorama's width / height may differ from the expected by this share."""

BAR_SHARE: Final = 0.02
"""Black rows or columns at the edges are a cut panorama from this share of the size on."""

BLACK: Final = 8 / 255
"""A row or column is black where nothing in it is brighter; JPEG leaves some light at an edge."""

HEADING_TOLERANCE_DEG: Final = 2.0
TILT_TOLERANCE_DEG: Final = 2.0
CROP_TOLERANCE_DEG: Final = 1.0
"""How far the tags may be from north, upright, and the scene's field of view."""


def look_at_panorama(
    identity: str, path: Path, panorama: Seen, spec: SceneSpec | None, aspects: tuple[float, ...]
) -> list[Finding]:
    """Look at a panorama by itself.

    Args:
        identity: the pair's name.
        path: its file.
        panorama: what was read from it.
        spec: the scene; None leaves out what depends on it.
        aspects: proportions (width / height) that are allowed; empty allows any.

    """
    findings = [*_proportions(identity, panorama, aspects)]
    if varies(panorama.picture):
        findings += _bars(identity, panorama)
    else:
        findings.append(Finding("blank", identity, "the panorama is of one colour"))
    tags = read_photo_sphere(path)
    if tags is not None:
        findings += _tags(identity, tags, panorama.size[0], spec)
    return findings


def varies(picture: Tensor) -> bool:
    """Whether it is of more than one colour: masks without any sky are all alike, and rightly
    so.

    Args:
        picture: (C, H, W) in [0, 1].

    """
    return float(picture.std()) >= 1 / 255


def _proportions(identity: str, panorama: Seen, aspects: tuple[float, ...]) -> Iterable[Finding]:
    width, height = panorama.size
    fits = (abs(width / height / aspect - 1) <= ASPECT_TOLERANCE for aspect in aspects)
    if aspects and not any(fits):
        wanted = " or ".join(f"{aspect:.3g}" for aspect in sorted(set(aspects)))
        detail = f"{width}x{height} is {width / height:.3g} to 1; the scene needs {wanted}"
        yield Finding("proportions", identity, detail)


def _bars(identity: str, panorama: Seen) -> Iterable[Finding]:
    width, height = panorama.size
    above, below = _black_edges(panorama.picture.amax(dim=(0, 2)), height)
    if above + below >= max(1, BAR_SHARE * height):
        detail = f"{above} black rows above and {below} below of {height}"
        yield Finding("cut", identity, detail)
    left, right = _black_edges(panorama.picture.amax(dim=(0, 1)), width)
    if left + right >= max(1, BAR_SHARE * width):
        where = []
        if left:
            where.append(f"columns 0 to {left - 1}")
        if right:
            where.append(f"columns {width - right} to {width - 1}")
        detail = f"{' and '.join(where)} of {width} are black"
        yield Finding("cut sides", identity, detail)


def _black_edges(brightest: Tensor, size: int) -> tuple[int, int]:
    """How many of a file's `size` rows or columns are black at the beginning, and at the end.

    `brightest` (N,) has as many entries, or fewer where the picture was read smaller.
    """
    dark = (brightest < BLACK).to(torch.int64)
    first = int(dark.cumprod(0).sum())
    last = int(dark.flip(0).cumprod(0).sum())
    return first * size // len(dark), last * size // len(dark)


def _tags(
    identity: str, tags: PhotoSphere, width: int, spec: SceneSpec | None
) -> Iterable[Finding]:
    if tags.projection is not None and tags.projection.lower() != "equirectangular":
        detail = f"its tags say that its projection is {tags.projection!r}, not equirectangular"
        yield Finding("projection", identity, detail)
    heading = (tags.heading_deg or 0.0) % 360
    if min(heading, 360 - heading) > HEADING_TOLERANCE_DEG:
        columns = round(heading / 360 * width)
        yield Finding(
            "heading",
            identity,
            f"its tags say that its middle looks {heading:g} degrees clockwise from north; "
            f"roll it (and its mask) {columns} columns to the right",
        )
    tilt = max(abs(tags.pitch_deg or 0.0), abs(tags.roll_deg or 0.0))
    if tilt > TILT_TOLERANCE_DEG:
        detail = f"its tags say that the camera was tilted by {tilt:g} degrees"
        yield Finding("tilted", identity, detail)
    yield from _crop(identity, tags, spec)


def _crop(identity: str, tags: PhotoSphere, spec: SceneSpec | None) -> Iterable[Finding]:
    if tags.across_deg is not None and tags.across_deg < 360 - CROP_TOLERANCE_DEG:
        detail = f"its tags say that it shows {tags.across_deg:g} of 360 degrees across"
        yield Finding("cut sides", identity, detail)
    if spec is None or tags.top_deg is None or tags.bottom_deg is None:
        return
    half = spec.vertical_fov_deg / 2
    if max(abs(tags.top_deg - half), abs(tags.bottom_deg + half)) > CROP_TOLERANCE_DEG:
        yield Finding(
            "cut",
            identity,
            f"its tags say that it reaches from {tags.top_deg:g} to {tags.bottom_deg:g} degrees "
            f"of latitude, the scene from {half:g} to {-half:g}",
        )
