"""Raster files opened by GDAL, with few blocks in memory, and its errors in words of ours."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.servers import TileServer, server_template
from sat2density.reading import open_regular, read_text

DRIVERS: Final[dict[bytes, str]] = {
    b"II*\0": "GTiff",
    b"MM\0*": "GTiff",
    b"II+\0": "GTiff",
    b"MM\0+": "GTiff",
    b"\0\0\0\x0cjP  ": "JP2OpenJPEG",
    b"\xff\x4f\xff\x51": "JP2OpenJPEG",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"<VRTDataset": "VRT",
}
"""First bytes of a file, and GDAL's driver: files that hold a picture, and lists of such files."""

HEAD: Final = 64
"""Bytes read to tell a format."""

CACHE_MB: Final = 64
"""Of GDAL's blocks: 5 % of the machine's memory, its default, is no bound."""


def opened(path: Path) -> Any:
    """Open a raster file with rasterio, for reading.

    Args:
        path: a file on disk.

    Raises:
        InputError: missing, no file, or no raster that can be read.

    """
    rasterio = library("rasterio")
    template = server_template(path)
    if template is not None:
        raise InputError(
            f"{TileServer(template).name}: a tile server has no end; name a raster file here. "
            f"Servers serve single tiles (URL@LAT,LON), heights and plan --area with --bounds, "
            f"video --track and studio --map"
        )
    with open_regular(path) as file:
        head = file.read(HEAD)
    if not head:
        raise InputError(f"{path}: the file is empty")
    text = head.lstrip()
    driver = next((name for magic, name in DRIVERS.items() if text.startswith(magic)), None)
    if driver is None:
        raise InputError(
            f"{path}: is no GeoTIFF, VRT, JPEG 2000, PNG or JPEG; convert it with: gdal_translate "
            f"{path.name} converted.tif"
        )
    if driver == "VRT" and re.search(r"/vsi|://", read_text(path)):
        raise InputError(f"{path}: names sources that are not plain files; copy them here first")
    with in_words(path):
        return rasterio.open(path, driver=driver)


@contextlib.contextmanager
def in_words(path: Path) -> Iterator[None]:
    """Read with few blocks in memory and no code of a file's own; turn GDAL's errors into ours.

    Args:
        path: of the file, for messages.

    """
    rasterio = library("rasterio")
    settings = {
        "GDAL_CACHEMAX": CACHE_MB,
        "GDAL_VRT_ENABLE_PYTHON": "NO",
        # A list of files may name others, and these a server: nothing is fetched.
        "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    }
    try:
        with rasterio.Env(**settings):
            yield
    except rasterio.errors.RasterioIOError as error:
        raise InputError(f"{path}: cannot be read as a raster: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    cause = error.__cause__ or error
    return (str(cause).splitlines() or [type(cause).__name__])[0]


def earthly(dataset: Any, path: Path) -> Any:
    """Return the coordinate system (pyproj) of a raster that says where on Earth it lies.

    Args:
        dataset: opened by rasterio.
        path: of the file, for messages.

    Raises:
        InputError: it does not say so.

    """
    pyproj = library("pyproj")
    if dataset.crs is None or not dataset.crs.to_wkt():
        raise InputError(
            f"{path}: has no coordinate system, so its place on Earth is not known; say it with: "
            f"gdal_edit.py -a_srs EPSG:CODE {path.name}"
        )
    if dataset.transform.is_identity and dataset.gcps[0]:
        raise InputError(
            f"{path}: is tied to Earth by single points only; straighten it with: gdalwarp "
            f"{path.name} {path.stem}-straight.tif"
        )
    if dataset.transform.is_identity or dataset.transform.determinant == 0:
        raise InputError(f"{path}: does not say where its pixels lie")
    try:
        crs = pyproj.CRS.from_wkt(dataset.crs.to_wkt()).to_2d()
    except pyproj.exceptions.CRSError:
        raise InputError(f"{path}: its coordinate system is not understood") from None
    if not (crs.is_geographic or crs.is_projected) or crs.geodetic_crs is None:
        raise InputError(f"{path}: its coordinate system ('{crs.name}') is not tied to Earth")
    return crs
