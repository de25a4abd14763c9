"""Binary messages to the page: a length, a JSON header, and the parts one after the other.

Layout: uint32 little-endian length of the header; the header, UTF-8 JSON with `parts`: [{"name",
"type", "size"}]; then the parts' bytes in that order. `web/src/link.ts` reads it.
"""

from __future__ import annotations

import io
import json
import struct
import zlib
from typing import Any

import numpy as np
from PIL import Image
from torch import Tensor

from sat2density.images import to_bytes
from sat2density.views import View

JPEG = "image/jpeg"
DEFLATED_U16 = "deflate-uint16"
DEFLATED_U8 = "deflate-uint8"

NO_SURFACE = 65535
"""Depth code of a ray that meets nothing. Other values are centimetres."""


def pack(header: dict[str, Any], parts: dict[str, tuple[str, bytes]]) -> bytes:
    """Return one binary message: `parts` maps a name to (type, bytes)."""
    listed = [
        {"name": name, "type": kind, "size": len(data)} for name, (kind, data) in parts.items()
    ]
    text = json.dumps({**header, "parts": listed}).encode()
    return b"".join([struct.pack("<I", len(text)), text, *(data for _, data in parts.values())])


def unpack(message: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the header and the parts' bytes of a message made by `pack`."""
    (length,) = struct.unpack_from("<I", message)
    header = json.loads(message[4 : 4 + length])
    parts = {}
    start = 4 + length
    for part in header["parts"]:
        parts[part["name"]] = message[start : start + part["size"]]
        start += part["size"]
    return header, parts


def jpeg(image: Tensor, quality: int = 90, width: int | None = None) -> bytes:
    """Encode a picture (3, H, W) in [0, 1] as JPEG, shrunk to `width` pixels where that is less
    than its own.
    """
    picture = Image.fromarray(to_bytes(image))
    if width is not None and width < picture.width:
        picture = picture.resize((width, max(1, round(picture.height * width / picture.width))))
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=quality)
    return stream.getvalue()


def deflated(values: np.ndarray) -> bytes:
    """Compress an array's bytes (little-endian, row by row) for the page's
    DecompressionStream("deflate").
    """
    return zlib.compress(np.ascontiguousarray(values).tobytes(), 1)


def centimetres(metres: np.ndarray) -> np.ndarray:
    """Return lengths in metres (NaN: none) as uint16 centimetres; `NO_SURFACE` where there is
    none.
    """
    codes = np.clip(np.nan_to_num(metres, nan=0.0) * 100, 0, NO_SURFACE - 1).round().astype("<u2")
    return np.where(np.isnan(metres), np.uint16(NO_SURFACE), codes).astype("<u2")


def view_parts(view: View, need: frozenset[str]) -> dict[str, tuple[str, bytes]]:
    """Encode the layers of a view that the page asked for: "picture", "colour", "depth",
    "opacity".
    """
    parts: dict[str, tuple[str, bytes]] = {}
    if "picture" in need and view.image is not None:
        parts["picture"] = (JPEG, jpeg(view.image))
    if "colour" in need:
        parts["colour"] = (JPEG, jpeg(view.colour))
    if "depth" in need:
        parts["depth"] = (DEFLATED_U16, deflated(centimetres(view.depth_m[0].cpu().numpy())))
    if "opacity" in need:
        parts["opacity"] = (DEFLATED_U8, deflated(to_bytes(view.opacity)))
    return parts
