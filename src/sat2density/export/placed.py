"""What files of one tile say of its place on Earth: world files, models, a tileset of one model."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final

from sat2density.earth import EarthPlace
from sat2density.files import atomic_path
from sat2density.reading import parse_json

TILESET: Final = "tileset.json"
_JSON_AT: Final = 20
"""Bytes of a GLB before its JSON: header and the chunk's length and kind."""


def write_world_file(picture: Path, earth: EarthPlace, extent_m: float, side: int) -> list[Path]:
    """Write a world file and the coordinate system beside a picture of the tile from above.

    Args:
        picture: a PNG, north up, the whole tile.
        earth: the tile's place.
        extent_m: its side, metres.
        side: the picture's, pixels.

    Returns:
        The two files: .pgw and .prj.

    Raises:
        OutputError: a file cannot be written.

    """
    pixel = extent_m / side
    # Of the middle of the first pixel, as world files want it.
    first = -extent_m / 2 + pixel / 2
    numbers = (pixel, 0.0, 0.0, -pixel, first, -first)
    world, system = picture.with_suffix(".pgw"), picture.with_suffix(".prj")
    for path, text in ((world, "\n".join(f"{n:.10f}" for n in numbers)), (system, earth.crs_wkt)):
        with atomic_path(path) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
    return [world, system]


def place_extras(earth: EarthPlace) -> dict[str, Any]:
    """Return what a model says of its place: latitude, longitude, and the matrix (16 numbers, by
    columns) from (east, north, up) to Earth-centred metres.

    Args:
        earth: of the model's origin.

    """
    return {
        "latitude": earth.lat,
        "longitude": earth.lon,
        "crs": earth.crs_wkt,
        "east_north_up_to_ecef": earth.to_ecef().T.ravel().tolist(),
        "attribution": earth.attribution,
    }


def placed_glb(data: bytes, earth: EarthPlace) -> bytes:
    """Return a GLB file that says its place, in its asset's extras and copyright.

    Args:
        data: the file.
        earth: of its origin.

    """
    length = struct.unpack_from("<I", data, 12)[0]
    root = parse_json(data[_JSON_AT : _JSON_AT + length].decode(), "GLB")
    root["asset"]["extras"] = {**root["asset"].get("extras", {}), **place_extras(earth)}
    if earth.attribution:
        root["asset"]["copyright"] = earth.attribution
    text = json.dumps(root, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    rest = data[_JSON_AT + length :]
    head = struct.pack("<4sII", b"glTF", 2, _JSON_AT + len(text) + len(rest))
    return head + struct.pack("<I4s", len(text), b"JSON") + text + rest


def write_tileset(path: Path, model: str, earth: EarthPlace, size_m: tuple[float, float]) -> Path:
    """Write a 3D Tiles 1.1 tileset that puts one model on Earth.

    Args:
        path: the file.
        model: name of the GLB beside it: y up, the origin on the ground in the tile's middle.
        earth: of its origin; the ground lies on the ellipsoid.
        size_m: side and height of the model.

    Returns:
        The path.

    Raises:
        OutputError: it cannot be written.

    """
    half, top = size_m[0] / 2, size_m[1]
    root = {
        "boundingVolume": {"box": [0, 0, top / 2, half, 0, 0, 0, half, 0, 0, 0, top / 2 + 1]},
        "geometricError": 0.0,
        "refine": "REPLACE",
        "transform": earth.to_ecef().T.ravel().tolist(),
        "content": {"uri": model},
    }
    asset = {"version": "1.1", "generator": "sat2density"}
    if earth.attribution:
        asset["copyright"] = earth.attribution
    whole = {"asset": asset, "geometricError": size_m[0], "root": root}
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return path
