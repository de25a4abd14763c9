"""360-degree video: frames of 2:1 and the metadata by which players know that they look around in
them.

Both published forms are written (Spherical Video RFC, github.com/google/spatial-media): version 1,
an XML text in a `uuid` box of the track, and version 2, the boxes `st3d` and `sv3d` in the track's
sample entry.
"""

from __future__ import annotations

import os
import struct
import uuid
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.bounds import check_size
from sat2density.errors import InputError
from sat2density.export.arrays import picture
from sat2density.export.frames import LARGEST_SIDE
from sat2density.export.mp4_boxes import Box, read_index, rewrite_index, video_track

VERSION_1: Final = uuid.UUID("ffcc8263-f855-4a93-8814-587a02521fdd").bytes
"""Name of the `uuid` box, as the RFC gives it."""

_NAMESPACE: Final = "http://ns.google.com/videos/1.0/spherical/"
_XML: Final = (
    '<?xml version="1.0"?><rdf:SphericalVideo '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    f'xmlns:GSpherical="{_NAMESPACE}">'
    "<GSpherical:Spherical>true</GSpherical:Spherical>"
    "<GSpherical:Stitched>true</GSpherical:Stitched>"
    "<GSpherical:StitchingSoftware>sat2density</GSpherical:StitchingSoftware>"
    "<GSpherical:ProjectionType>equirectangular</GSpherical:ProjectionType>"
    "{view}</rdf:SphericalVideo>"
)
_VIEW: Final = (
    "<GSpherical:InitialViewHeadingDegrees>{}</GSpherical:InitialViewHeadingDegrees>"
    "<GSpherical:PoseHeadingDegrees>0</GSpherical:PoseHeadingDegrees>"
)

SMALLEST_WIDTH: Final = 1024
"""Players zoom into a part of the sphere; narrower panoramas are enlarged to this."""


def equirectangular_frame(
    panorama: Any, vertical_fov_deg: float, width: int | None = None
) -> NDArray[np.uint8]:
    """Put a panorama on the whole sphere: (width / 2, width, 3) uint8, 2:1, black above and below
    its field of view.

    Args:
        panorama: as `arrays.picture` takes it; 360 degrees wide, its middle column is what a player
            shows first.
        vertical_fov_deg: its vertical field of view in degrees, (0, 180], centred on the horizon.
        width: pixels, a multiple of 4 (H.264 wants even sizes), at most 8192; None takes
            the panorama's, at least 1024.

    Raises:
        InputError: a field of view or width outside its range.

    """
    if not 0 < vertical_fov_deg <= 180:
        raise InputError(
            f"vertical field of view must be in (0, 180] degrees, not {vertical_fov_deg!r}"
        )
    pixels = picture(panorama, "panorama")
    if width is None:
        width = max(SMALLEST_WIDTH, 4 * round(pixels.shape[1] / 4))
    if width < 4 or width % 4:
        raise InputError(
            f"the width of a 360-degree picture must be a multiple of 4, not {width!r}"
        )
    check_size("360-degree picture", width, width // 2, longest=LARGEST_SIDE)
    height = width // 2
    # An even number: the horizon stays in the middle.
    rows = max(2, 2 * round(height / 2 * vertical_fov_deg / 180))
    band = Image.fromarray(pixels).resize((width, rows), Image.Resampling.BICUBIC)
    sphere = np.zeros((height, width, 3), np.uint8)
    top = (height - rows) // 2
    sphere[top : top + rows] = np.asarray(band)
    return sphere


def add_spherical_metadata(path: str | Path, start_heading: float | None = None) -> None:
    """Write both forms of metadata into an MP4 file, which is replaced when they are in.

    Args:
        path: a file with one H.264 video track, of frames of 2:1.
        start_heading: where a player looks first, degrees clockwise from north, for frames with
            north in the middle; None where the middle is what is seen first.

    Raises:
        InputError: it is no such file.

    """
    path = Path(path)
    index = read_index(path)
    track = video_track(index)
    entries = list(track.find(b"mdia", b"minf", b"stbl", b"stsd", b"avc1"))
    if len(entries) != 1:
        raise InputError(f"{path}: expected one H.264 stream in the video track")
    entries[0].children += [_stereo(), _projection()]
    view = "" if start_heading is None else _VIEW.format(round(start_heading) % 360)
    track.children.append(Box(b"uuid", VERSION_1 + _XML.replace("{view}", view).encode()))
    beside = path.with_name(f"{path.name}.360")
    try:
        rewrite_index(path, index, beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read_spherical_metadata(path: str | Path) -> dict[str, Any]:
    """Return what an MP4 file says about its projection, {} for an ordinary video.

    `version_1` holds the XML's members by name; `version_2` holds `stereo` (0: one picture), `pose`
    (yaw, pitch, roll in degrees), `projection` ("equi") and `bounds` (top, bottom, left, right cut
    away, as shares).

    Args:
        path: an MP4 file.

    Raises:
        InputError: it is no MP4 file, or has no video track.

    """
    track = video_track(read_index(path))
    found: dict[str, Any] = {}
    for box in track.find(b"uuid"):
        if box.content[:16] == VERSION_1:
            members = ElementTree.fromstring(box.content[16:].decode())
            found["version_1"] = {member.tag.split("}")[1]: member.text for member in members}
    for entry in track.find(b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        for stereo in entry.find(b"st3d"):
            found.setdefault("version_2", {})["stereo"] = stereo.content[4]
        for projection in entry.find(b"sv3d", b"proj"):
            found.setdefault("version_2", {}).update(_read_projection(projection))
    return found


def _stereo() -> Box:
    return Box(b"st3d", bytes(4) + b"\0")


def _projection() -> Box:
    header = Box(b"svhd", bytes(4) + b"sat2density\0")
    pose = Box(b"prhd", bytes(4) + struct.pack(">3i", 0, 0, 0))
    whole = Box(b"equi", bytes(4) + struct.pack(">4I", 0, 0, 0, 0))
    return Box(b"sv3d", b"", [header, Box(b"proj", b"", [pose, whole])])


def _read_projection(box: Box) -> dict[str, Any]:
    (pose,) = box.find(b"prhd")
    (whole,) = box.find(b"equi")
    return {
        "pose": tuple(angle / 65536 for angle in struct.unpack_from(">3i", pose.content, 4)),
        "projection": whole.kind.decode(),
        "bounds": tuple(share / 2**32 for share in struct.unpack_from(">4I", whole.content, 4)),
    }
