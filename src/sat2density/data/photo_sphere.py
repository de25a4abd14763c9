"""What cameras and phones write beside a panorama: heading, tilt and the part of the sphere that it
shows (Google's Photo Sphere XMP metadata, the names that begin with ``GPano:``).
"""

from __future__ import annotations

import dataclasses
import math
import re
from pathlib import Path
from typing import Final

SEARCHED: Final = 2**20
"""Bytes at either end of a file in which the tags are looked for: formats keep them there."""

_TAG: Final = re.compile(rb"(?<!/)GPano:(\w+)(?:\s*=\s*[\"']([^\"']{0,80})[\"']|>([^<]{0,80})<)")


@dataclasses.dataclass(frozen=True)
class PhotoSphere:
    """What the tags of a panorama say; None where they say nothing.

    Attributes:
        projection: such as "equirectangular".
        heading_deg: where the middle column looks, clockwise from north.
        pitch_deg, roll_deg: tilt of the camera.
        across_deg: part of the turn that the picture shows, degrees.
        top_deg, bottom_deg: latitudes of its upper and lower edge.

    """

    projection: str | None = None
    heading_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    across_deg: float | None = None
    top_deg: float | None = None
    bottom_deg: float | None = None


def read_photo_sphere(path: Path) -> PhotoSphere | None:
    """Read the tags of a panorama, whatever format it has.

    Args:
        path: a picture file.

    Returns:
        What they say; None where there are none.

    Raises:
        OSError: the file cannot be read.

    """
    with path.open("rb") as file:
        content = file.read(SEARCHED)
        length = file.seek(0, 2)
        if length > SEARCHED:
            file.seek(max(SEARCHED, length - SEARCHED))
            content += file.read(SEARCHED)
    tags = {
        name.decode(): (attribute or element).decode("utf-8", "replace").strip()
        for name, attribute, element in _TAG.findall(content)
    }
    return _understood(tags) if tags else None


def _understood(tags: dict[str, str]) -> PhotoSphere:
    numbers = {name: _number(value) for name, value in tags.items()}

    def known(*names: str) -> list[float] | None:
        found = [numbers.get(name) for name in names]
        return None if None in found else [n for n in found if n is not None]

    across = known("CroppedAreaImageWidthPixels", "FullPanoWidthPixels")
    rows = known("CroppedAreaTopPixels", "CroppedAreaImageHeightPixels", "FullPanoHeightPixels")
    top = bottom = None
    if rows is not None and rows[2] > 0:
        top = 90 - 180 * rows[0] / rows[2]
        bottom = 90 - 180 * (rows[0] + rows[1]) / rows[2]
    return PhotoSphere(
        projection=tags.get("ProjectionType"),
        heading_deg=numbers.get("PoseHeadingDegrees"),
        pitch_deg=numbers.get("PosePitchDegrees"),
        roll_deg=numbers.get("PoseRollDegrees"),
        across_deg=360 * across[0] / across[1] if across is not None and across[1] > 0 else None,
        top_deg=top,
        bottom_deg=bottom,
    )


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
