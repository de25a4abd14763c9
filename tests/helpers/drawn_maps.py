"""Georeferenced rasters drawn for tests: a chessboard whose colours say where one is."""

import numpy as np
import pytest

rasterio = pytest.importorskip("rasterio")
pyproj = pytest.importorskip("pyproj")

SYDNEY = (-33.8568, 151.2153)
UTM56S = "EPSG:32756"


def xy_of(lat, lon, crs=UTM56S):
    return pyproj.Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)


def place_colours(x, y):
    """Colours of places in metres: smooth in both directions, each place its own."""
    red = 0.5 + 0.4 * np.sin(2 * np.pi * x / 37.0)
    green = 0.5 + 0.4 * np.sin(2 * np.pi * y / 29.0)
    blue = 0.5 + 0.4 * np.sin(2 * np.pi * (x + y) / 53.0)
    return np.stack([red, green, blue])


def write_raster(path, values, transform, crs, **more):
    """Write (C, H, W) as a GeoTIFF, or what `driver` says."""
    profile = dict(
        driver="GTiff",
        width=values.shape[2],
        height=values.shape[1],
        count=values.shape[0],
        dtype=values.dtype,
        crs=crs,
        transform=transform,
    )
    mask = more.pop("mask", None)
    interpretation = more.pop("colorinterp", None)
    with rasterio.open(path, "w", **{**profile, **more}) as file:
        file.write(values)
        if mask is not None:
            file.write_mask(mask)
        if interpretation is not None:
            file.colorinterp = interpretation
    return path


def draw_map(path, middle=SYDNEY, side_m=120.0, pixel_m=0.25, crs=UTM56S, **more):
    """Draw a north-up map about a place in a metric system; `colours(x, y)` of its own metres."""
    x0, y0 = xy_of(*middle, crs)
    n = round(side_m / pixel_m)
    at = (np.arange(n) + 0.5) * pixel_m - side_m / 2
    x, y = np.meshgrid(at, -at)
    values = (place_colours(x, y) * 255).round().astype(np.uint8)
    transform = rasterio.transform.from_origin(x0 - side_m / 2, y0 + side_m / 2, pixel_m, pixel_m)
    return write_raster(path, values, transform, crs, **more)
