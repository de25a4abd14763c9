"""Meshes for other programs: the surface heights or an isosurface of the density, with the tile on
them.

A `Surface` is in metres, (x east, y up, z south), the origin on the floor under the tile's middle.
GLB and OBJ keep these axes (y up, as glTF wants it); PLY is written z up (x east, y north, z up),
like the .vti volume.
"""

from __future__ import annotations

import dataclasses
import io
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sat2density.errors import InputError, MissingExtraError, ShapeError
from sat2density.export.arrays import picture, plane, volume
from sat2density.export.volume import grid_of
from sat2density.files import atomic_path
from sat2density.scene_spec import Rules, SceneSpec

FEATURE: Final = "writing meshes (glb, ply, obj)"


@dataclasses.dataclass(frozen=True)
class Surface:
    """Triangles with the satellite picture laid on them from above.

    Attributes:
        vertices: (N, 3) float32 metres, (east, up, south).
        faces: (M, 3) int64 indices of vertices, anticlockwise seen from outside (from above for
            heights).
        uv: (N, 2) float32 place in the texture: u from west to east, v from south (0) to north (1).
        texture: (H, W, 3) uint8, row 0 north.

    """

    vertices: NDArray[np.float32]
    faces: NDArray[np.int64]
    uv: NDArray[np.float32]
    texture: NDArray[np.uint8]

    def volume_m3(self) -> float:
        """Return the volume inside a closed surface in cubic metres; negative if its faces are
        turned inside out.
        """
        a, b, c = (self.vertices[self.faces[:, corner]].astype(np.float64) for corner in range(3))
        return float((a * np.cross(b, c)).sum() / 6)


def heights_mesh(heights_m: Any, tile: Any, spec: SceneSpec) -> Surface:
    """Return the surface through the heights at the pixels' centres, seen from above; it is open
    below.

    Args:
        heights_m: (S, S) metres above the floor, S >= 2, row 0 north. Take every second one for a
            lighter mesh.
        tile: the satellite picture, as `arrays.picture` takes it.
        spec: the scene, for its metres.

    """
    heights = plane(heights_m, "heights")
    rows, columns = heights.shape
    if min(rows, columns) < 2 or not np.isfinite(heights).all():
        raise ShapeError(
            f"heights: a mesh needs finite values on at least 2 x 2 pixels, not {heights.shape}"
        )
    east = ((np.arange(columns) + 0.5) / columns - 0.5) * spec.extent_m
    south = ((np.arange(rows) + 0.5) / rows - 0.5) * spec.extent_m
    easts, souths = np.meshgrid(east, south)
    vertices = np.stack([easts, heights, souths], axis=-1).reshape(-1, 3).astype(np.float32)
    # Two triangles for every four neighbouring pixels.
    corner = (np.arange(rows - 1)[:, None] * columns + np.arange(columns - 1)).reshape(-1)
    # North-west, south-west, south-east, north-east: anticlockwise seen from above.
    nw = corner
    sw = corner + columns
    se = corner + columns + 1
    ne = corner + 1
    faces = np.concatenate([np.stack([nw, sw, se], axis=1), np.stack([nw, se, ne], axis=1)])
    return Surface(vertices, faces, _from_above(vertices, spec), picture(tile, "tile"))


def default_level(spec: SceneSpec) -> float:
    """Return the density (per unit) of which one metre hides half of what is behind: exp(-level /
    unit_m) = 1/2.

    Args:
        spec: the scene, for its metres a unit.

    """
    return math.log(2) * spec.unit_m


def density_mesh(
    density: Any,
    tile: Any,
    spec: SceneSpec,
    rules: Rules,
    *,
    level: float | None = None,
    step: int = 1,
) -> Surface:
    """Return the closed surface around the cells denser than `level` (marching cubes,
    scikit-image).

    Args:
        density: (Z, S, S) = [up, south, east], without the ground slab.
        tile: the satellite picture, as `arrays.picture` takes it.
        spec: the scene, for its metres.
        rules: whether a ground slab lies below.
        level: density per unit of length; None takes `default_level`.
        step: take every `step`-th cell: fewer, larger triangles.

    Raises:
        MissingExtraError: scikit-image is not installed. InputError: the density nowhere crosses
            the level.

    """
    try:
        from skimage.measure import marching_cubes
    except ImportError as error:
        raise MissingExtraError(FEATURE, "mesh") from error
    values = volume(density)
    grid = grid_of(values.shape, spec, rules)
    wanted = default_level(spec) if level is None else level
    if not 0 < wanted < values.max():
        raise InputError(
            f"mesh: no density surface at level {wanted:g}: the density goes from {values.min():g} "
            f"to {values.max():g}"
        )
    # Empty cells all around close the surface at the volume's faces.
    padded = np.pad(values, max(1, step))
    found, faces, _, _ = marching_cubes(padded, wanted, step_size=step, allow_degenerate=False)
    up, row, column = (found - max(1, step) + 0.5).T
    vertices = np.stack(
        [
            grid.corner_m[0] + column * grid.cell_m[0],
            grid.corner_m[2] + up * grid.cell_m[2],
            row * grid.cell_m[1] - spec.extent_m / 2,
        ],
        axis=-1,
    ).astype(np.float32)
    surface = Surface(
        vertices, faces.astype(np.int64), _from_above(vertices, spec), picture(tile, "tile")
    )
    # Which way marching cubes turns its triangles depends on the axes: they must face outwards.
    if surface.volume_m3() < 0:
        surface = dataclasses.replace(surface, faces=np.ascontiguousarray(surface.faces[:, ::-1]))
    return surface


def _from_above(vertices: NDArray[np.float32], spec: SceneSpec) -> NDArray[np.float32]:
    """Return the texture places (u, v) of points seen from above."""
    share = vertices[:, [0, 2]] / spec.extent_m + 0.5
    return np.stack([share[:, 0], 1.0 - share[:, 1]], axis=-1).clip(0.0, 1.0)


# ---- files


def write_mesh(path: str | Path, surface: Surface) -> list[Path]:
    """Write a surface by the path's suffix, each file complete or not at all.

    `.glb` holds the texture; `.obj` comes with `<stem>.mtl` and `<stem>.png`; `.ply` has the tile's
    colours at its vertices (the format has no textures).

    Args:
        path: the file, ending in .glb, .ply or .obj.
        surface: what is written.

    Returns:
        The files written.

    Raises:
        InputError: another suffix. MissingExtraError: trimesh is not installed. OutputError: a file
            cannot be written.

    """
    path = Path(path)
    writers = {".glb": _write_glb, ".ply": _write_ply, ".obj": _write_obj}
    if path.suffix.lower() not in writers:
        raise InputError(f"{path}: a mesh file ends in .glb, .ply or .obj")
    return writers[path.suffix.lower()](path, surface)


def _trimesh() -> Any:
    try:
        import trimesh
    except ImportError as error:
        raise MissingExtraError(FEATURE, "mesh") from error
    return trimesh


def _write_bytes(path: Path, data: bytes) -> list[Path]:
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)
    return [path]


def _write_glb(path: Path, surface: Surface) -> list[Path]:
    trimesh = _trimesh()
    material = trimesh.visual.material.PBRMaterial(
        name="tile",
        baseColorTexture=Image.fromarray(surface.texture),
        metallicFactor=0.0,
        roughnessFactor=1.0,
        doubleSided=True,
    )
    visual = trimesh.visual.TextureVisuals(uv=surface.uv, material=material)
    mesh = trimesh.Trimesh(surface.vertices, surface.faces, visual=visual, process=False)
    return _write_bytes(path, mesh.export(file_type="glb", include_normals=True))


def _write_ply(path: Path, surface: Surface) -> list[Path]:
    trimesh = _trimesh()
    height, width = surface.texture.shape[:2]
    column = np.minimum((surface.uv[:, 0] * width).astype(int), width - 1)
    row = np.minimum(((1.0 - surface.uv[:, 1]) * height).astype(int), height - 1)
    east, up, south = surface.vertices.T
    vertices = np.stack([east, -south, up], axis=-1)
    mesh = trimesh.Trimesh(
        vertices, surface.faces, vertex_colors=surface.texture[row, column], process=False
    )
    return _write_bytes(path, mesh.export(file_type="ply"))


def _write_obj(path: Path, surface: Surface) -> list[Path]:
    material = path.with_suffix(".mtl")
    texture = path.with_suffix(".png")
    encoded = io.BytesIO()
    Image.fromarray(surface.texture).save(encoded, format="PNG")
    _write_bytes(texture, encoded.getvalue())
    _write_bytes(
        material, f"newmtl tile\nKd 1 1 1\nKs 0 0 0\nillum 1\nmap_Kd {texture.name}\n".encode()
    )
    text = io.StringIO()
    text.write(
        f"# sat2density: metres; x east, y up, z south\nmtllib {material.name}\nusemtl tile\n"
    )
    np.savetxt(text, surface.vertices, "v %.4f %.4f %.4f")
    np.savetxt(text, surface.uv, "vt %.6f %.6f")
    numbers = np.repeat(surface.faces + 1, 2, axis=1)
    np.savetxt(text, numbers, "f %d/%d %d/%d %d/%d")
    # The mesh last: what it names is there when it is.
    return [*_write_bytes(path, text.getvalue().encode()), material, texture]
