"""What can be seen of one pair by itself: whether its files can be read, their sizes, contents and
agreement.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Final

import torch
from torch import Tensor

from sat2density.data.truth import read_truth
from sat2density.errors import InputError
from sat2density.images import (
    SQUARE_TOLERANCE,
    read_image,
    read_mask,
    resize_image,
    resize_mask,
    to_bytes,
)
from sat2density.light.sky_estimator import estimate_sky, working_size
from sat2density.scene_spec import SceneSpec

ASPECT_TOLERANCE: Final = 0.03
"""A panorama's width / height may differ from the expected by this share."""

BAR_SHARE: Final = 0.02
"""Black rows above or below are a cut panorama from this share of the height on."""

LEAST_AGREEMENT: Final = 0.5
GOOD_AGREEMENT: Final = 0.8
"""Intersection over union of a mask with the estimated sky: below the first the mask does not
belong to its picture, below the second it is doubtful. The estimator reaches 0.89 and more on right
masks; other places' masks reach 0.73 to 0.87 (docs/decisions/data.md), so that not every
wrong one can be told.
"""

MOST_SKY_BELOW: Final = 0.1
"""At most this share of the half below the horizon may be sky."""


@dataclasses.dataclass(frozen=True)
class Finding:
    """Something wrong with one file, pair or list.

    Attributes:
        kind: a key of `check.KINDS`.
        subject: the file, identity or split.
        detail: what is wrong, in a few words.

    """

    kind: str
    subject: str
    detail: str


@dataclasses.dataclass(frozen=True)
class PairFacts:
    """What examining a pair gave.

    Attributes:
        identity: the pair's name.
        sizes: kind of file -> (width, height) in pixels, of those that can be read.
        digests: kind of file -> hash of its pixels (not of masks of one colour).
        findings: what is wrong with it.

    """

    identity: str
    sizes: dict[str, tuple[int, int]]
    digests: dict[str, str]
    findings: tuple[Finding, ...]


def examine_pair(
    identity: str,
    files: dict[str, Path | None],
    truth: Path | None,
    spec: SceneSpec | None,
    aspects: tuple[float, ...],
) -> PairFacts:
    """Read a pair's files and look at each and at their agreement.

    Args:
        identity: the pair's name.
        files: kind of file ("tile", "panorama", "sky mask") -> its place, None where it is missing.
        truth: its truth, if there is some.
        spec: the scene; None (unreadable) leaves out what depends on it.
        aspects: proportions allowed for panoramas; empty allows any.

    """
    findings: list[Finding] = []
    pictures: dict[str, Tensor] = {}
    for kind, path in files.items():
        if path is None:
            findings.append(Finding("missing", identity, f"has no {kind}"))
            continue
        try:
            pictures[kind] = read_mask(path) if kind == "sky mask" else read_image(path)
        except InputError as error:
            findings.append(
                Finding("unreadable", identity, f"{kind}: {str(error).removeprefix(f'{path}: ')}")
            )
    if "tile" in pictures:
        findings += _look_at_tile(identity, pictures["tile"])
    if "panorama" in pictures:
        findings += _look_at_panorama(identity, pictures["panorama"], aspects)
    if "panorama" in pictures and "sky mask" in pictures:
        findings += _look_at_mask(identity, pictures["panorama"], pictures["sky mask"])
    if truth is not None and spec is not None:
        try:
            read_truth(truth, spec)
        except InputError as error:
            findings.append(Finding("truth", identity, str(error).removeprefix(f"{truth}: ")))
    return PairFacts(
        identity,
        {kind: (picture.shape[2], picture.shape[1]) for kind, picture in pictures.items()},
        {
            kind: _digest(picture)
            for kind, picture in pictures.items()
            if kind != "sky mask" or _varies(picture)
        },
        tuple(findings),
    )


def _look_at_tile(identity: str, tile: Tensor) -> list[Finding]:
    height, width = tile.shape[1:]
    if abs(height - width) > SQUARE_TOLERANCE * max(height, width):
        return [Finding("not square", identity, f"the tile is {width}x{height} pixels")]
    if not _varies(tile):
        return [Finding("blank", identity, "the tile is of one colour")]
    return []


def _look_at_panorama(identity: str, panorama: Tensor, aspects: tuple[float, ...]) -> list[Finding]:
    height, width = panorama.shape[1:]
    findings = []
    if aspects and not any(
        abs(width / height / aspect - 1) <= ASPECT_TOLERANCE for aspect in aspects
    ):
        wanted = " or ".join(f"{aspect:.3g}" for aspect in sorted(set(aspects)))
        findings.append(
            Finding(
                "proportions",
                identity,
                f"{width}x{height} is {width / height:.3g} to 1; the scene needs {wanted}",
            )
        )
    if not _varies(panorama):
        return [*findings, Finding("blank", identity, "the panorama is of one colour")]
    dark = (panorama.amax(dim=(0, 2)) < 4 / 255).to(torch.int64)
    above, below = int(dark.cumprod(0).sum()), int(dark.flip(0).cumprod(0).sum())
    if above + below >= max(1, BAR_SHARE * height):
        findings.append(
            Finding("cut", identity, f"{above} black rows above and {below} below of {height}")
        )
    return findings


def _look_at_mask(identity: str, panorama: Tensor, mask: Tensor) -> list[Finding]:
    size, mask_size = panorama.shape[:0:-1], mask.shape[:0:-1]
    if abs((size[0] / size[1]) / (mask_size[0] / mask_size[1]) - 1) > ASPECT_TOLERANCE:
        detail = (
            f"the mask is {mask_size[0]}x{mask_size[1]}, the panorama {size[0]}x{size[1]} pixels"
        )
        return [Finding("mask", identity, detail)]
    small = working_size((size[0], size[1]))
    sky = resize_mask(mask, small) >= 0.5
    estimate = estimate_sky(resize_image(panorama, small)) >= 0.5
    agreement, inverted = _iou(sky, estimate), _iou(~sky, estimate)
    if inverted > max(agreement, LEAST_AGREEMENT):
        detail = (
            f"the mask seems inverted (agreement {agreement:.2f}, inverted {inverted:.2f}; white "
            f"must be sky)"
        )
        return [Finding("mask", identity, detail)]
    if (
        agreement < LEAST_AGREEMENT
        and max(float(sky.float().mean()), float(estimate.float().mean())) > 0.05
    ):
        return [
            Finding(
                "mask",
                identity,
                f"the mask and the picture's sky agree only {agreement:.2f} (1 is equal)",
            )
        ]
    below = float(sky[:, small[1] // 2 :].float().mean())
    if below > MOST_SKY_BELOW:
        return [
            Finding(
                "mask", identity, f"{below:.0%} of the picture below the horizon is sky in the mask"
            )
        ]
    if agreement < GOOD_AGREEMENT:
        return [
            Finding(
                "doubtful mask",
                identity,
                f"the mask and the estimated sky agree {agreement:.2f} (1 is equal)",
            )
        ]
    return []


def _digest(picture: Tensor) -> str:
    return hashlib.blake2b(to_bytes(picture).tobytes()).hexdigest()


def _varies(picture: Tensor) -> bool:
    """Whether it is of more than one colour: masks without any sky are all alike, and rightly
    so.
    """
    return float(picture.std()) >= 1 / 255


def _iou(a: Tensor, b: Tensor) -> float:
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0
