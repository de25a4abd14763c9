"""What can be seen of one pair by itself: whether its files can be read, their sizes, contents and
agreement.
"""

from __future__ import annotations

import dataclasses
import hashlib
from pathlib import Path
from typing import Final

from torch import Tensor

from sat2density.data.examine_panorama import ASPECT_TOLERANCE, look_at_panorama, varies
from sat2density.data.finding import Finding
from sat2density.data.seen import Seen, see_mask, see_picture
from sat2density.data.truth import read_truth
from sat2density.errors import InputError
from sat2density.images import (
    SQUARE_TOLERANCE,
    resize_image,
    resize_mask,
    to_bytes,
)
from sat2density.images.tiles import SCALE_TOLERANCE
from sat2density.light.sky_estimator import estimate_sky, working_size
from sat2density.scene_spec import SceneSpec

LEAST_AGREEMENT: Final = 0.5
GOOD_AGREEMENT: Final = 0.8
"""Intersection over union of a mask with the estimated sky: below the first the mask does not
belong to its picture, below the second it is doubtful. The estimator reaches 0.89 and more on right
masks; other places' masks reach 0.73 to 0.87 (docs/decisions/data.md), so that not every
wrong one can be told.
"""

MOST_SKY_BELOW: Final = 0.1
"""At most this share of the half below the horizon may be sky."""


MOST_UNDECIDED: Final = 0.1
"""At most this share of a mask may be neither black nor white (soft or compressed edges)."""


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
    seen: dict[str, Seen] = {}
    for kind, path in files.items():
        if path is None:
            findings.append(Finding("missing", identity, f"has no {kind}"))
            continue
        try:
            seen[kind] = see_mask(path) if kind == "sky mask" else see_picture(path)
        except InputError as error:
            findings.append(
                Finding("unreadable", identity, f"{kind}: {str(error).removeprefix(f'{path}: ')}")
            )
    tile, panorama, mask = (seen.get(kind) for kind in ("tile", "panorama", "sky mask"))
    if tile is not None:
        findings += _look_at_tile(identity, tile)
        findings += _look_at_scale(identity, tile, spec)
    if panorama is not None:
        path = files["panorama"]
        assert path is not None  # it was read
        findings += look_at_panorama(identity, path, panorama, spec, aspects)
    if mask is not None:
        findings += _look_at_values(identity, mask.picture)
    if panorama is not None and mask is not None:
        findings += _look_at_mask(identity, panorama, mask)
    if truth is not None and spec is not None:
        try:
            read_truth(truth, spec)
        except InputError as error:
            findings.append(Finding("truth", identity, str(error).removeprefix(f"{truth}: ")))
    return PairFacts(
        identity,
        {kind: one.size for kind, one in seen.items()},
        {
            kind: _digest(one.picture)
            for kind, one in seen.items()
            if kind != "sky mask" or varies(one.picture)
        },
        tuple(findings),
    )


def _look_at_tile(identity: str, tile: Seen) -> list[Finding]:
    width, height = tile.size
    if abs(height - width) > SQUARE_TOLERANCE * max(height, width):
        return [Finding("not square", identity, f"the tile is {width}x{height} pixels")]
    if not varies(tile.picture):
        return [Finding("blank", identity, "the tile is of one colour")]
    return []


def _look_at_scale(identity: str, tile: Seen, spec: SceneSpec | None) -> list[Finding]:
    """Compare the scale that a tile's file has with the scene's."""
    place = tile.place
    width = tile.size[0]
    if place is None or spec is None:
        return []
    own_m = max(place.size_m(width, width))
    if abs(own_m / spec.extent_m - 1) <= SCALE_TOLERANCE:
        return []
    detail = f"the tile is {own_m:.4g} m wide by {place.source}, the scene {spec.extent_m:g} m"
    return [Finding("scale", identity, detail)]


def _look_at_values(identity: str, mask: Tensor) -> list[Finding]:
    """Look for masks that are no black and white: palettes, numbers of classes, shades."""
    sky = mask >= 0.5
    if varies(mask) and bool(sky.all() == sky.any()):
        what = "sky" if bool(sky.all()) else "no sky"
        lowest = round(255 * float(mask.min()))
        highest = round(255 * float(mask.max()))
        detail = (
            f"all of the mask counts as {what}, though its values reach from {lowest} to {highest} "
            f"of 255 (numbers of classes, or colours of a palette?)"
        )
        return [Finding("mask", identity, detail)]
    undecided = float(((mask > 0.1) & (mask < 0.9)).float().mean())
    if undecided > MOST_UNDECIDED:
        detail = f"{undecided:.0%} of the mask is neither black nor white (colours of a palette?)"
        return [Finding("mask", identity, detail)]
    return []


def _look_at_mask(identity: str, panorama: Seen, mask: Seen) -> list[Finding]:
    size = panorama.size
    mask_size = mask.size
    if abs((size[0] / size[1]) / (mask_size[0] / mask_size[1]) - 1) > ASPECT_TOLERANCE:
        detail = (
            f"the mask is {mask_size[0]}x{mask_size[1]}, the panorama {size[0]}x{size[1]} pixels"
        )
        return [Finding("mask", identity, detail)]
    small = working_size((size[0], size[1]))
    sky = resize_mask(mask.picture, small) >= 0.5
    estimate = estimate_sky(resize_image(panorama.picture, small)) >= 0.5
    agreement = _iou(sky, estimate)
    inverted = _iou(~sky, estimate)
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


def _iou(a: Tensor, b: Tensor) -> float:
    union = int((a | b).sum())
    return int((a & b).sum()) / union if union else 1.0
