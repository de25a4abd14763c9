"""Finished blocks become one cloud-optimised GeoTIFF: complete or absent, with bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from sat2density.errors import OutputError
from sat2density.maps.blending import NODATA
from sat2density.maps.blocks import AreaJob
from sat2density.maps.libraries import library
from sat2density.maps.opening import in_words

TILE: Final = 512
"""Side of the file's own blocks in pixels, as web servers fetch them."""

BANDS: Final = (
    ("surface height above the ground plane", "metres"),
    ("confidence: 1 / (1 + spread of overlapping tiles in metres)", ""),
    ("class of the surface", ""),
)


def assemble(job: AreaJob, path: Path, about: dict[str, str], names: Sequence[str] = ()) -> None:
    """Write all finished blocks as a COG.

    Args:
        job: the area; every block is finished.
        path: the file to write: a temporary one, renamed by the caller.
        about: tags of the file, such as what the weights were trained on.
        names: of the classes, in the order of their codes; empty where none are known.

    Raises:
        OutputError: it cannot be written (disk full, ...).

    """
    rasterio = library("rasterio")
    copy = library("rasterio.shutil").copy
    plain = path.with_name(path.name + ".plain.tif")
    try:
        with in_words(path):
            with rasterio.open(plain, "w", **_profile(job, 3 if names else 2)) as file:
                file.update_tags(**about)
                for band, (text, unit) in enumerate(BANDS[: file.count], 1):
                    codes = " ".join(f"{code} {name}" for code, name in enumerate(names))
                    file.set_band_description(band, f"{text}: {codes}" if band == 3 else text)
                    file.set_band_unit(band, unit)
                for number in range(job.grid.block_count):
                    _place(job, file, number)
            # Codes of classes have no mean: with them, overviews take the nearest pixel.
            copy(
                plain,
                path,
                driver="COG",
                COMPRESS="DEFLATE",
                PREDICTOR="FLOATING_POINT",
                BLOCKSIZE=TILE,
                BIGTIFF="IF_SAFER",
                OVERVIEW_RESAMPLING="NEAREST" if names else "AVERAGE",
                NUM_THREADS="1",
            )
    except rasterio.errors.RasterioError as error:
        raise OutputError(f"{path}: cannot be written: {error}") from error
    finally:
        plain.unlink(missing_ok=True)


def _profile(job: AreaJob, bands: int) -> dict[str, Any]:
    grid = job.grid
    step = grid.out_pixel_m
    return {
        "driver": "GTiff",
        "width": grid.width,
        "height": grid.height,
        "count": bands,
        "dtype": "float32",
        "crs": library("rasterio.crs").CRS.from_wkt(grid.crs_wkt),
        "transform": library("rasterio.transform").from_origin(grid.west, grid.north, step, step),
        "nodata": NODATA,
        "tiled": True,
        "blockxsize": TILE,
        "blockysize": TILE,
        "interleave": "band",
        "compress": "deflate",
        "zlevel": 1,
        "BIGTIFF": "IF_SAFER",
    }


def _place(job: AreaJob, file: Any, number: int) -> None:
    block = job.grid.block_at(number)
    bands = np.load(job.block_path(number))
    window = library("rasterio.windows").Window(block.column, block.row, block.width, block.height)
    file.write(bands, window=window)
