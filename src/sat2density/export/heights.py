"""Surface heights as a 32-bit TIFF in metres, which maps programs open with the right size and
north up.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2
from PIL.TiffTags import DOUBLE

from sat2density.earth import EarthPlace
from sat2density.errors import MissingExtraError
from sat2density.export.arrays import plane
from sat2density.files import atomic_path
from sat2density.scene_spec import SceneSpec

IMAGE_DESCRIPTION: Final = 270
MODEL_PIXEL_SCALE: Final = 33550
MODEL_TIEPOINT: Final = 33922
"""TIFF and GeoTIFF tags (OGC 19-008, section 7)."""


def write_heights(
    path: str | Path, heights_m: Any, spec: SceneSpec, earth: EarthPlace | None = None
) -> None:
    """Write heights as a one-channel float32 TIFF, complete or not at all.

    Row 0 is the north edge and column 0 the west edge. The GeoTIFF tags for pixel size and tie
    point give local metres (x east, y north, origin in the tile's middle). Without `earth` there is
    no coordinate system: the tile's place on Earth is not known.

    Args:
        path: the file, ending in .tif or .tiff.
        heights_m: (S, S) metres above the floor, as `Scene.heights()`.
        spec: the scene, for the tile's side.
        earth: the tile's place, where it came from a map.

    Raises:
        ShapeError: another shape. OutputError: the file cannot be written. MissingExtraError: a
            place is given, and the extra `[maps]` is not installed.

    """
    values = plane(heights_m, "heights")
    if earth is not None:
        _write_placed(Path(path), values, spec.extent_m, earth)
        return
    rows, columns = values.shape
    half = spec.extent_m / 2
    tags = ImageFileDirectory_v2()
    tags[IMAGE_DESCRIPTION] = (
        f"surface height in metres above the floor; north up; {spec.extent_m:g} x "
        f"{spec.extent_m:g} m; sat2density"
    )
    for tag, numbers in (
        (MODEL_PIXEL_SCALE, (spec.extent_m / columns, spec.extent_m / rows, 0.0)),
        # The corner of pixel (0, 0), not its centre: GeoTIFF takes pixels for areas.
        (MODEL_TIEPOINT, (0.0, 0.0, 0.0, -half, half, 0.0)),
    ):
        tags.tagtype[tag] = DOUBLE
        tags[tag] = numbers
    with atomic_path(path) as temporary:
        Image.fromarray(values).save(temporary, format="TIFF", tiffinfo=tags)


def _write_placed(path: Path, values: Any, extent_m: float, earth: EarthPlace) -> None:
    """Write a GeoTIFF with its coordinate system, by rasterio."""
    try:
        import rasterio
        from rasterio.transform import from_origin
    except ImportError as error:
        raise MissingExtraError("writing heights with their place", "maps") from error
    rows, columns = values.shape
    half = extent_m / 2
    profile = {
        "driver": "GTiff",
        "width": columns,
        "height": rows,
        "count": 1,
        "dtype": "float32",
        "crs": rasterio.crs.CRS.from_wkt(earth.crs_wkt),
        "transform": from_origin(-half, half, extent_m / columns, extent_m / rows),
    }
    with atomic_path(path) as temporary, rasterio.open(temporary, "w", **profile) as file:
        file.write(values, 1)
        file.set_band_description(1, "surface height above the ground plane")
        file.set_band_unit(1, "metres")
        file.update_tags(latitude=earth.lat, longitude=earth.lon)
        if earth.attribution:
            file.update_tags(TIFFTAG_COPYRIGHT=earth.attribution)
