"""The volume of density as a file: .vti for ParaView and other VTK tools, .npz for numpy.

The grid's values belong to cells, not to points: the renderer interpolates between the cells'
centres (`align_corners=False`), so a cell's box is exactly what the value stands for.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sat2density.conventions import GROUND_SLAB_DENSITY
from sat2density.export.arrays import picture, plane, volume
from sat2density.files import atomic_path
from sat2density.scene_spec import Rules, SceneSpec

NPZ_FORMAT: Final = 1
"""Version of the .npz file's contents."""


class Grid(NamedTuple):
    """Where a density grid's cells lie, in metres: x east, y north, z up, origin on the floor under
    the tile's middle.

    Attributes:
        cell_m: (x, y, z) size of a cell.
        corner_m: (x, y, z) of the west, south, lower corner of the whole grid.
        slab_m: height of the opaque ground slab below the grid; 0 where the rules have none.

    """

    cell_m: tuple[float, float, float]
    corner_m: tuple[float, float, float]
    slab_m: float


def grid_of(shape: tuple[int, ...], spec: SceneSpec, rules: Rules) -> Grid:
    """Return where the cells of a density (Z, S, S) lie (method, sections 2 and 3).

    With the slab, Z + 1 layers share the volume's height and the slab is the lowest; otherwise the
    Z layers do.

    Args:
        shape: (Z, S, S) of the density.
        spec: scale of the scene.
        rules: whether there is a ground slab.

    """
    layers = shape[0]
    side = shape[-1]
    has_slab = rules.ground == "slab"
    layer_m = spec.max_height_m / (layers + has_slab)
    slab_m = layer_m if has_slab else 0.0
    across = spec.extent_m / side
    half = spec.extent_m / 2
    return Grid((across, across, layer_m), (-half, -half, slab_m), slab_m)


def write_vti(path: str | Path, density: Any, spec: SceneSpec, rules: Rules) -> list[Path]:
    """Write the density as a VTK image (.vti), the ground slab as one of its own beside it;
    docs/formats.md.

    Args:
        path: the file; a slab goes to `<stem>-ground.vti`.
        density: (Z, S, S) = [up, south, east], without the slab, as `Scene.density`; written bit
            for bit, per unit of length (`metres_per_unit` stands in the file's field data).
        spec: scale of the scene.
        rules: whether there is a ground slab.

    Returns:
        The files written.

    Raises:
        ShapeError: another shape. OutputError: a file cannot be written.

    """
    path = Path(path)
    values = volume(density)
    grid = grid_of(values.shape, spec, rules)
    files = [path]
    if grid.slab_m:
        slab = np.full((1, *values.shape[1:]), GROUND_SLAB_DENSITY, np.float32)
        files.append(path.with_name(f"{path.stem}-ground{path.suffix}"))
        corner = (*grid.corner_m[:2], 0.0)
        _write_image(files[1], slab, grid._replace(corner_m=corner), spec)
    _write_image(path, values, grid, spec)
    return files


def write_npz(
    path: str | Path,
    density: Any,
    spec: SceneSpec,
    rules: Rules,
    *,
    tile: Any = None,
    heights_m: Any = None,
) -> None:
    """Write the density and what is needed to use it as a compressed numpy archive; docs/formats.md
    lists the arrays.

    Args:
        path: the file, ending in .npz.
        density: (Z, S, S) = [up, south, east], without the slab.
        spec: scale of the scene.
        rules: whether there is a ground slab.
        tile: the satellite picture, as `arrays.picture` takes it, or None.
        heights_m: (S, S) surface heights in metres, or None.

    Raises:
        ShapeError: another shape. OutputError: the file cannot be written.

    """
    values = volume(density)
    grid = grid_of(values.shape, spec, rules)
    arrays: dict[str, Any] = {
        "format": NPZ_FORMAT,
        "density": values,
        "cell_m": grid.cell_m,
        "corner_m": grid.corner_m,
        "ground_slab_m": grid.slab_m,
        "metres_per_unit": spec.unit_m,
        "scene": json.dumps(spec.to_dict()),
    }
    if tile is not None:
        arrays["tile"] = picture(tile, "tile")
    if heights_m is not None:
        arrays["heights_m"] = plane(heights_m, "heights")
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def _write_image(path: Path, values: NDArray[np.float32], grid: Grid, spec: SceneSpec) -> None:
    layers, rows, columns = values.shape
    extent = f"0 {columns} 0 {rows} 0 {layers}"
    origin = " ".join(f"{number!r}" for number in grid.corner_m)
    spacing = " ".join(f"{number!r}" for number in grid.cell_m)
    header = (
        '<?xml version="1.0"?>\n'
        '<VTKFile type="ImageData" version="1.0" byte_order="LittleEndian" header_type="UInt64">\n'
        f'<ImageData WholeExtent="{extent}" Origin="{origin}" Spacing="{spacing}">\n'
        '<FieldData><DataArray type="Float64" Name="metres_per_unit" NumberOfTuples="1" '
        'format="ascii">'
        f"{spec.unit_m!r}</DataArray></FieldData>\n"
        f'<Piece Extent="{extent}"><CellData Scalars="density">'
        '<DataArray type="Float32" Name="density" format="appended" offset="0"/>'
        "</CellData></Piece>\n</ImageData>\n"
        '<AppendedData encoding="raw">\n_'
    )
    # VTK's order: x runs fastest, then y. Rows run south, y runs north: the rows are turned over.
    data = np.ascontiguousarray(values[:, ::-1], dtype="<f4")
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        file.write(header.encode())
        file.write(struct.pack("<Q", data.nbytes))
        file.write(data.data)
        file.write(b"\n</AppendedData>\n</VTKFile>\n")
