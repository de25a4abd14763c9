"""A textured mesh of an area as 3D Tiles 1.1: GLB files in a tree, each level half as fine.

Heights and picture are read window by window: memory does not grow with the area. All tiles share
one frame, metres east, north and up of the area's middle, which the root's transform puts on Earth;
in every other program they fit together too. The ground plane lies on the ellipsoid of WGS 84.
"""

from __future__ import annotations

import dataclasses
import io
import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from PIL import Image

from sat2density.city.glb import Document
from sat2density.earth import EarthPlace, ecef
from sat2density.export.placed import TILESET, place_extras
from sat2density.maps.blending import NODATA
from sat2density.maps.libraries import library
from sat2density.maps.opening import in_words
from sat2density.maps.raster import MapRaster
from sat2density.maps.tiles import cut

CELLS: Final = 128
"""Of a tile's side."""

PICTURE: Final = 256
"""Pixels of the side of a tile's picture."""

LEVELS_A_FILE: Final = 5
"""Levels of the tree in one tileset file (at most 341 tiles): no file grows with the area."""

JPEG_QUALITY: Final = 85

_UNLIT: Final = "KHR_materials_unlit"

Progress = Callable[[int, int], None]


class Tile(NamedTuple):
    """A node of the tree: level 0 is the finest; columns and rows count from the north-west."""

    level: int
    column: int
    row: int

    @property
    def name(self) -> str:
        """Of its files, without suffix."""
        return f"{self.level}-{self.column}-{self.row}"

    def children(self) -> Iterator[Tile]:
        """Yield the four tiles of the next finer level that cover it."""
        for row in (0, 1):
            for column in (0, 1):
                yield Tile(self.level - 1, 2 * self.column + column, 2 * self.row + row)


class _Made(NamedTuple):
    entry: dict[str, Any]
    low: np.ndarray
    high: np.ndarray


@dataclasses.dataclass
class MeshTiles:
    """Writes the tiles of one area.

    Attributes:
        heights: opened heights, band 1 in metres, in a metric projection, north up.
        raster: the map, for the picture.
        earth: the area's middle.
        cells: of a tile's side.

    """

    heights: Any
    raster: MapRaster
    earth: EarthPlace
    cells: int = CELLS
    done: int = 0

    def __post_init__(self) -> None:
        pyproj = library("pyproj")
        self.crs = pyproj.CRS.from_wkt(self.heights.crs.to_wkt())
        self._to_earth = pyproj.Transformer.from_crs(self.crs, 4326, always_xy=True)
        self._from_ecef = np.linalg.inv(self.earth.to_ecef())
        self.pixel_m = float(self.heights.transform.a)

    @property
    def levels(self) -> int:
        """Of the tree; the coarsest one is a single tile."""
        side = max(self.heights.width, self.heights.height)
        return 1 + max(0, math.ceil(math.log2(max(side, 1) / self.cells)))

    def count(self) -> int:
        """Return how many tiles there are at most."""
        sides = (self.heights.width, self.heights.height)
        levels = [self.cells << level for level in range(self.levels)]
        return sum(math.ceil(sides[0] / n) * math.ceil(sides[1] / n) for n in levels)

    def write(self, folder: Path, progress: Progress = lambda done, total: None) -> int:
        """Write all tiles and the files that list them; return how many tiles hold something.

        Args:
            folder: gets tileset.json and the tiles.
            progress: told (tiles done, all of them).

        """
        self.done = 0
        top = Tile(self.levels - 1, 0, 0)
        written: list[Tile] = []
        made = self._made(top, folder, written, progress)
        root = made.entry if made else {"boundingVolume": _box(np.zeros(3), np.ones(3))}
        root = {"geometricError": self._error(top.level + 1), **root}
        root |= {"refine": "REPLACE", "transform": self.earth.to_ecef().T.ravel().tolist()}
        self._list(folder / TILESET, root)
        return len(written)

    def _error(self, level: int) -> float:
        """Return by how much a level is coarser than the heights, metres."""
        return 0.0 if level == 0 else self.pixel_m * 2**level

    def _list(self, path: Path, root: dict[str, Any]) -> None:
        asset: dict[str, Any] = {"version": "1.1", "generator": "sat2density"}
        if self.earth.attribution:
            asset["copyright"] = self.earth.attribution
        whole = {"asset": asset, "geometricError": root["geometricError"], "root": root}
        path.write_text(json.dumps(whole, separators=(",", ":")) + "\n", encoding="utf-8")

    def _made(
        self, tile: Tile, folder: Path, written: list[Tile], progress: Progress
    ) -> _Made | None:
        """Write a tile and all below it; None where it holds nothing."""
        span = self.cells << tile.level
        if tile.column * span >= self.heights.width or tile.row * span >= self.heights.height:
            return None
        below = [] if tile.level == 0 else list(tile.children())
        found = [self._made(child, folder, written, progress) for child in below]
        children = [child for child in found if child is not None]
        own = self._mesh(tile, folder / f"{tile.name}.glb")
        self.done += 1
        progress(self.done, self.count())
        if own is None and not children:
            return None
        lows = [child.low for child in children] + ([] if own is None else [own[0]])
        highs = [child.high for child in children] + ([] if own is None else [own[1]])
        low, high = np.min(lows, axis=0), np.max(highs, axis=0)
        entry: dict[str, Any] = {
            "boundingVolume": _box(low, high),
            "geometricError": self._error(tile.level),
        }
        if own is not None:
            written.append(tile)
            entry["content"] = {"uri": f"{tile.name}.glb"}
        if children:
            entry["children"] = [child.entry for child in children]
        if tile.level and tile.level % LEVELS_A_FILE == 0 and tile.level < self.levels - 1:
            self._list(folder / f"{tile.name}.json", {"refine": "REPLACE", **entry})
            entry = {
                "boundingVolume": entry["boundingVolume"],
                "geometricError": entry["geometricError"],
                "content": {"uri": f"{tile.name}.json"},
            }
        return _Made(entry, low, high)

    def _mesh(self, tile: Tile, path: Path) -> tuple[np.ndarray, np.ndarray] | None:
        """Write one GLB; return the least and greatest (east, north, up), or None without data."""
        heights = self._read(tile)
        faces = _faces(heights != NODATA)
        if not len(faces):
            return None
        step = self.pixel_m * 2**tile.level
        west = self.heights.transform.c + tile.column * self.cells * step
        north = self.heights.transform.f - tile.row * self.cells * step
        rows, columns = np.indices(heights.shape) + 0.5
        lon, lat = self._to_earth.transform(west + columns * step, north - rows * step)
        places = ecef(np.asarray(lat), np.asarray(lon), np.where(heights == NODATA, 0, heights))
        local = places.reshape(-1, 3) @ self._from_ecef[:3, :3].T + self._from_ecef[:3, 3]
        side = (self.cells + 1) * step
        uv = np.stack([columns, rows], -1).reshape(-1, 2) / (self.cells + 1)
        local, uv, faces = _with_skirt(local, uv, faces, heights.shape, 2 * step)
        used = np.unique(faces)
        numbers = np.zeros(len(local), np.int64)
        numbers[used] = np.arange(len(used))
        local, uv, faces = local[used], uv[used], numbers[faces]
        picture, _, _ = cut(
            self.raster, self.crs, (west, north - side, west + side, north), PICTURE
        )
        path.write_bytes(self._glb(local, uv.astype(np.float32), faces, picture, tile.name))
        return local.min(0), local.max(0)

    def _read(self, tile: Tile) -> np.ndarray:
        """Return heights at the middles of a tile's cells and of the first ones beyond."""
        step = 1 << tile.level
        column, row = tile.column * self.cells * step, tile.row * self.cells * step
        width = min((self.heights.width - column) // step, self.cells + 1)
        height = min((self.heights.height - row) // step, self.cells + 1)
        if width < 2 or height < 2:
            return np.full((1, 1), NODATA, np.float32)
        window = library("rasterio.windows").Window(column, row, width * step, height * step)
        method = library("rasterio.enums").Resampling["nearest" if step == 1 else "average"]
        with in_words(Path(self.heights.name)):
            values = self.heights.read(
                1, window=window, out_shape=(height, width), resampling=method
            )
        return np.where(np.isfinite(values), values, NODATA)

    def _glb(
        self, local: np.ndarray, uv: np.ndarray, faces: np.ndarray, picture: np.ndarray, name: str
    ) -> bytes:
        """Return a tile as a file: y up, positions about its own middle."""
        middle = (local.min(0) + local.max(0)) / 2
        document = Document("sat2density", place_extras(self.earth))
        if self.earth.attribution:
            document.root["asset"]["copyright"] = self.earth.attribution
        document.use(_UNLIT)
        pixels = (np.moveaxis(picture, 0, -1) * 255).round().astype(np.uint8)
        data = io.BytesIO()
        Image.fromarray(pixels).save(data, "JPEG", quality=JPEG_QUALITY)
        texture = document.texture("area", data.getvalue(), "image/jpeg", repeated=False)
        pbr = {"baseColorTexture": {"index": texture}, "metallicFactor": 0.0}
        material = document.material("area", pbr=pbr, extensions={_UNLIT: {}}, doubleSided=True)
        primitive = {
            "attributes": {
                "POSITION": document.accessor(_y_up(local - middle)),
                "TEXCOORD_0": document.accessor(uv),
            },
            "indices": document.accessor(faces.reshape(-1), indices=True),
            "material": material,
        }
        mesh = document.mesh(name, [primitive])
        document.node(name, mesh=mesh, translation=_y_up(middle).tolist())
        return document.to_bytes()


def earth_of(heights: Any, attribution: str = "") -> EarthPlace:
    """Return the place of a raster's middle.

    Args:
        heights: opened, with its coordinate system.
        attribution: whose pictures the area was made from.

    """
    transform = library("pyproj").Transformer.from_crs(
        library("pyproj").CRS.from_wkt(heights.crs.to_wkt()), 4326, always_xy=True
    )
    west, south, east, north = heights.bounds
    lon, lat = transform.transform((west + east) / 2, (south + north) / 2)
    return EarthPlace(float(lat), float(lon), heights.crs.to_wkt(), attribution)


def _y_up(points: np.ndarray) -> np.ndarray:
    """Turn (..., 3) east, north, up into glTF's axes: east, up, south."""
    return np.stack([points[..., 0], points[..., 2], -points[..., 1]], axis=-1)


def _box(low: np.ndarray, high: np.ndarray) -> dict[str, Any]:
    half = np.maximum((high - low) / 2, 0.01)
    return {"box": [*((low + high) / 2).tolist(), *np.diag(half).ravel().tolist()]}


def _faces(known: np.ndarray) -> np.ndarray:
    """Return (M, 3) triangles between neighbouring cells, anticlockwise seen from above, where all
    three corners are known: nothing is made up over what holds no data.
    """
    rows, columns = known.shape
    number = np.arange(rows * columns).reshape(rows, columns)
    nw, ne = number[:-1, :-1].ravel(), number[:-1, 1:].ravel()
    sw, se = number[1:, :-1].ravel(), number[1:, 1:].ravel()
    faces = np.concatenate([np.stack([nw, sw, se], 1), np.stack([nw, se, ne], 1)])
    return faces[known.reshape(-1)[faces].all(1)]


def _with_skirt(
    local: np.ndarray, uv: np.ndarray, faces: np.ndarray, shape: tuple[int, int], depth: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Hang a skirt from a tile's border: no gaps beside a tile of another level."""
    rows, columns = shape
    number = np.arange(rows * columns).reshape(shape)
    ring = np.concatenate(
        [number[:, 0], number[-1, 1:], number[-2::-1, -1], number[0, -2:0:-1]]
    )  # anticlockwise seen from above, from the north-west corner
    following = np.roll(ring, -1)
    used = np.zeros(len(local), np.bool_)
    used[faces.reshape(-1)] = True
    both = used[ring] & used[following]
    low = len(local) + np.arange(len(ring))
    low_next = np.roll(low, -1)
    first = np.stack([ring, low, low_next], 1)[both]
    second = np.stack([ring, low_next, following], 1)[both]
    hung = local[ring] - np.array([0.0, 0.0, depth])
    return (
        np.concatenate([local, hung]),
        np.concatenate([uv, uv[ring]]),
        np.concatenate([faces, first, second]),
    )
