"""Tiles out of rasters: in the right place, of the right size, from every kind of raster."""

import os

import numpy as np
import pytest

drawn_maps = pytest.importorskip("drawn_maps")
import rasterio  # noqa: E402
import rasterio.shutil  # noqa: E402
import rasterio.warp  # noqa: E402
from drawn_maps import SYDNEY, UTM56S, draw_map, place_colours, write_raster, xy_of  # noqa: E402
from rasterio.enums import ColorInterp  # noqa: E402
from rasterio.transform import Affine, from_origin  # noqa: E402
from rasterio.warp import Resampling, reproject  # noqa: E402

from sat2density.errors import InputError  # noqa: E402
from sat2density.maps.places import map_place  # noqa: E402
from sat2density.maps.tiles import read_map_tile  # noqa: E402
from sat2density.maps.values import MapReading  # noqa: E402
from sat2density.notices import heard  # noqa: E402

EXTENT, SIZE = 40.0, 160
HERE = f"{SYDNEY[0]},{SYDNEY[1]}"


def cut(path, at=HERE, reading=None, extent=EXTENT, size=SIZE):
    return read_map_tile(map_place(f"{path}@{at}"), extent, size, reading)


def expected(east=0.0, north=0.0, turn_deg=0.0):
    """What the drawn map shows there; the map's grid is turned by `turn_deg` against north."""
    at = ((np.arange(SIZE) + 0.5) / SIZE - 0.5) * EXTENT
    x, y = np.meshgrid(at + east, -at + north)
    c, s = np.cos(np.radians(turn_deg)), np.sin(np.radians(turn_deg))
    return place_colours(c * x - s * y, s * x + c * y)


def convergence(crs=UTM56S):
    """Degrees that the map's grid is turned against north at the place."""
    x0, y0 = xy_of(*SYDNEY, crs)
    x1, y1 = xy_of(SYDNEY[0] + 1e-4, SYDNEY[1], crs)
    return float(np.degrees(np.arctan2(x1 - x0, y1 - y0)))


def turned():
    return expected(turn_deg=-convergence())


def warped(path, out, crs, pixel):
    """The map in another coordinate system, by GDAL."""
    with rasterio.open(path) as file:
        transform, width, height = rasterio.warp.calculate_default_transform(
            file.crs, crs, file.width, file.height, *file.bounds, resolution=pixel
        )
        values = np.zeros((3, height, width), np.uint8)
        reproject(
            file.read(),
            values,
            src_transform=file.transform,
            src_crs=file.crs,
            dst_transform=transform,
            dst_crs=crs,
            resampling=Resampling.cubic,
        )
    return write_raster(out, values, transform, crs, nodata=0)


@pytest.fixture
def area(tmp_path):
    return draw_map(tmp_path / "area.tif")


def test_a_tile_is_north_up_in_true_metres(area):
    tile = cut(area)
    assert np.abs(tile.picture - turned()).max() < 0.01
    assert tile.valid.all()
    assert tile.coarse == pytest.approx(1.0, abs=0.01)
    assert tile.middle == pytest.approx(SYDNEY, abs=1e-9)


def test_a_margin_is_cut_where_the_map_has_one(area, tmp_path):
    tile = cut(area)
    wide = read_map_tile(map_place(f"{area}@{HERE}"), EXTENT, SIZE, None, 16)
    assert wide.picture.shape == (3, SIZE + 32, SIZE + 32)
    assert wide.extent_m == EXTENT * 1.2
    assert wide.middle == tile.middle
    assert np.abs(wide.picture[:, 16:-16, 16:-16] - tile.picture).max() < 0.02
    with rasterio.open(area) as file:
        edge = file.bounds
        x = edge.left + 0.55 * EXTENT
        y = (edge.top + edge.bottom) / 2
    near = read_map_tile(map_place(f"{area}@xy:{x},{y}"), EXTENT, SIZE, None, 16)
    assert near.picture.shape == (3, SIZE, SIZE)


def test_coordinates_of_the_raster_say_the_same(area):
    x, y = xy_of(*SYDNEY)
    other = cut(area, f"xy:{x},{y}")
    assert np.abs(other.picture - cut(area).picture).max() < 1e-3


@pytest.mark.parametrize(
    ("crs", "pixel"),
    [("EPSG:4326", 2.3e-6), ("EPSG:3857", 0.3), ("EPSG:28356", 0.25), ("EPSG:3577", 0.25)],
)
def test_every_coordinate_system(area, tmp_path, crs, pixel):
    """Degrees, Mercator (true metres are 0.83 of its units here), another datum, a cone."""
    other = warped(area, tmp_path / "other.tif", crs, pixel)
    # What GDAL interpolated once, we interpolate again; GDA94 is taken for WGS 84 or moved 1.6 m.
    most = 0.25 if crs in ("EPSG:28356", "EPSG:3577") else 0.02
    assert np.abs(cut(other).picture - turned()).mean() < most / 2
    assert np.abs(cut(other).picture - turned()).max() < 2 * most


def test_feet(tmp_path):
    crs = "EPSG:2263"  # New York, US survey feet
    place = (40.7484, -73.9857)
    feet = 1200 / 3937
    x0, y0 = xy_of(*place, crs)
    at = (np.arange(480) + 0.5) * 0.25 - 60
    values = (place_colours(*np.meshgrid(at, -at)) * 255).round().astype(np.uint8)
    transform = from_origin(x0 - 60 / feet, y0 + 60 / feet, 0.25 / feet, 0.25 / feet)
    path = write_raster(tmp_path / "feet.tif", values, transform, crs)
    tile = cut(path, f"{place[0]},{place[1]}")
    assert np.abs(tile.picture - expected()).max() < 0.06
    assert tile.coarse == pytest.approx(1.0, abs=0.01)


def test_a_rotated_raster(tmp_path):
    x0, y0 = xy_of(*SYDNEY)
    pixel, n = 0.25, 600
    c, s = pixel * np.cos(np.pi / 6), pixel * np.sin(np.pi / 6)
    transform = Affine(c, s, x0 - (c + s) * n / 2, s, -c, y0 - (s - c) * n / 2)
    column, row = np.meshgrid(np.arange(n) + 0.5, np.arange(n) + 0.5)
    x, y = c * column + s * row + transform.c, s * column - c * row + transform.f
    values = (place_colours(x - x0, y - y0) * 255).round().astype(np.uint8)
    path = write_raster(tmp_path / "rotated.tif", values, transform, UTM56S)
    assert np.abs(cut(path).picture - turned()).max() < 0.01


def test_finer_rasters_are_averaged(tmp_path):
    path = draw_map(tmp_path / "fine.tif", pixel_m=0.05, side_m=60.0)
    tile = cut(path)
    assert np.abs(tile.picture - turned()).max() < 0.01
    assert tile.coarse == pytest.approx(0.2, abs=0.01)


def test_a_coarse_raster_is_said_to_be_coarse(tmp_path):
    path = draw_map(tmp_path / "coarse.tif", pixel_m=1.0)
    found = []
    with heard(found.append):
        tile = cut(path)
    assert tile.coarse == pytest.approx(4.0, abs=0.01)
    assert "4.0 times coarser" in found[0]
    assert np.abs(tile.picture - turned()).max() < 0.03


def test_kinds_of_files(area, tmp_path):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    big = write_raster(
        tmp_path / "big.tif", values, transform, crs, BIGTIFF="YES", tiled=True, compress="deflate"
    )
    rasterio.shutil.copy(area, tmp_path / "cog.tif", driver="COG")
    rasterio.shutil.copy(area, tmp_path / "list.vrt", driver="VRT")
    for path in (big, tmp_path / "cog.tif", tmp_path / "list.vrt"):
        assert np.abs(cut(path).picture - turned()).max() < 0.01, path


@pytest.mark.parametrize("how", ["nodata", "mask", "alpha"])
def test_what_holds_no_data(area, tmp_path, how):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    hole = np.s_[200:240, 200:240]
    empty = np.zeros(values.shape[1:], bool)
    empty[hole] = True
    path = tmp_path / "hole.tif"
    if how == "nodata":
        values[:, empty] = 0
        write_raster(path, values, transform, crs, nodata=0)
    elif how == "mask":
        write_raster(path, values, transform, crs, mask=~empty)
    else:
        rgba = np.concatenate([values, np.where(empty, 0, 255)[None].astype(np.uint8)])
        write_raster(
            path,
            rgba,
            transform,
            crs,
            colorinterp=[ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.alpha],
        )
    found = []
    with heard(found.append):
        tile = cut(path)
    assert (~tile.valid).sum() == pytest.approx(1600, abs=60)
    assert any("hold no data" in text for text in found)
    inside = tile.valid
    assert np.abs(tile.picture - turned())[:, inside].max() < 0.06


def test_bands_can_be_chosen_and_one_is_grey(area, tmp_path):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    four = np.concatenate([np.zeros_like(values[:1]), values])
    path = write_raster(tmp_path / "four.tif", four, transform, crs, photometric="MINISBLACK")
    tile = cut(path, reading=MapReading(bands=(2, 3, 4)))
    assert np.abs(tile.picture - turned()).max() < 0.01
    grey = write_raster(tmp_path / "grey.tif", values[1:2], transform, crs)
    tile = cut(grey)
    assert np.abs(tile.picture - turned()[1:2]).max() < 0.01


def test_sixteen_bits_are_stretched_the_same_everywhere(area, tmp_path):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    path = write_raster(tmp_path / "deep.tif", values.astype(np.uint16) * 8, transform, crs)
    tile = cut(path, reading=MapReading(stretch=(0.0, 2040.0)))
    assert np.abs(tile.picture - turned()).max() < 0.01
    found = []
    with heard(found.append):
        tile = cut(path)
    assert "for white" in found[0]
    assert np.abs(tile.picture - turned()).max() < 0.15


def test_a_palette(tmp_path):
    x0, y0 = xy_of(*SYDNEY)
    path = tmp_path / "palette.tif"
    index = np.zeros((1, 400, 400), np.uint8)
    index[:, :200] = 7
    write_raster(path, index, from_origin(x0 - 50, y0 + 50, 0.25, 0.25), UTM56S)
    with rasterio.open(path, "r+") as file:
        file.write_colormap(1, {0: (255, 0, 0, 255), 7: (0, 0, 255, 255)})
    tile = cut(path)
    assert tile.picture[:, 10, 80] == pytest.approx([0, 0, 1], abs=0.01)
    assert tile.picture[:, -10, 80] == pytest.approx([1, 0, 0], abs=0.01)


@pytest.mark.parametrize("west", [179.999, -180.001])
def test_across_the_antimeridian(tmp_path, west):
    pixel = 2.3e-6
    n = 900
    values = np.zeros((3, n, n), np.uint8)
    values[0] = np.linspace(0, 255, n)[None].astype(np.uint8)
    path = write_raster(
        tmp_path / "date.tif", values, from_origin(west, 0.001, pixel, pixel), "EPSG:4326", nodata=7
    )
    tile = cut(path, "0,-179.99999")
    assert tile.valid.all()
    assert np.diff(tile.picture[0, 80]).min() > -0.01
    assert cut(path, "0,180.00001").picture == pytest.approx(tile.picture, abs=1e-3)


def test_fifty_gigabytes_cost_a_window(tmp_path):
    """A sparse BigTIFF of 130,000 x 130,000 pixels: only what is looked at is read."""
    import resource

    side = 130_048
    path = tmp_path / "huge.tif"
    x0, y0 = xy_of(*SYDNEY)
    transform = from_origin(x0 - side * 0.125, y0 + side * 0.125, 0.25, 0.25)
    profile = dict(width=side, height=side, count=3, dtype="uint8", crs=UTM56S)
    blocks = dict(tiled=True, blockxsize=512, blockysize=512)
    with rasterio.open(
        path, "w", "GTiff", transform=transform, BIGTIFF="YES", SPARSE_OK=True, **profile, **blocks
    ) as file:
        at = (np.arange(512) + 0.5) * 0.25 - 64
        values = (place_colours(*np.meshgrid(at, -at)) * 255).round().astype(np.uint8)
        middle = side // 2 - 256
        file.write(values, window=rasterio.windows.Window(middle, middle, 512, 512))
    assert side * side * 3 > 50e9
    before = resource.getrusage(resource.RUSAGE_SELF)
    tile = cut(path)
    after = resource.getrusage(resource.RUSAGE_SELF)
    assert np.abs(tile.picture - turned()).max() < 0.01
    assert after.ru_maxrss - before.ru_maxrss < 100_000  # kB
    assert after.ru_utime - before.ru_utime < 5
    assert os.stat(path).st_blocks * 512 < 100e6


def refused(path, said, **more):
    with pytest.raises(InputError, match=said):
        cut(path, **more)


def test_places_outside(area):
    refused(area, "lies outside the map .* spans latitude -33.8", at="-33.9,151.2153")
    refused(area, "lies outside the map .* spans x", at="xy:0,0")
    refused(area, "hold data; at least 50%", extent=400.0)


def test_swapped_latitude_and_longitude(tmp_path):
    place = (45.07, 7.69)
    path = draw_map(tmp_path / "turin.tif", middle=place, crs="EPSG:32632")
    refused(path, "swapped it would lie inside: 45.07,7.69", at="7.69,45.07")


def test_rasters_without_a_place(tmp_path):
    values = np.zeros((3, 300, 300), np.uint8)
    x0, y0 = xy_of(*SYDNEY)
    grid = from_origin(x0 - 40, y0 + 40, 0.25, 0.25)
    refused(write_raster(tmp_path / "a.tif", values, grid, None), "has no coordinate system")
    local = 'LOCAL_CS["arbitrary",UNIT["metre",1]]'
    refused(
        write_raster(tmp_path / "b.tif", values, grid, local),
        "not tied to Earth|not understood|no coordinate system",
    )
    refused(
        write_raster(tmp_path / "c.tif", values, Affine.identity(), UTM56S), "where its pixels lie"
    )
    (tmp_path / "d.tif").write_text("hello")
    refused(tmp_path / "d.tif", "is no GeoTIFF")
    (tmp_path / "e.tif").write_bytes(b"II*\0broken")
    refused(tmp_path / "e.tif", "cannot be read as a raster")
    refused(tmp_path / "missing.tif", "no such file")


def test_a_list_that_names_a_server(tmp_path):
    (tmp_path / "far.vrt").write_text(
        '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1">'
        "<SimpleSource><SourceFilename>/vsicurl/http://127.0.0.1:9/a.tif</SourceFilename>"
        "</SimpleSource></VRTRasterBand></VRTDataset>"
    )
    refused(tmp_path / "far.vrt", "not plain files")


def test_numbers_that_need_words(area, tmp_path):
    with rasterio.open(area) as file:
        values, transform, crs = file.read(), file.transform, file.crs
    path = write_raster(tmp_path / "real.tif", (values / 255).astype(np.float32), transform, crs)
    refused(path, "--stretch LOW HIGH")
    assert np.abs(cut(path, reading=MapReading(stretch=(0, 1))).picture - turned()).max() < 0.01
    refused(area, "has no band 9", reading=MapReading(bands=(9,)))
    refused(area, "three bands", reading=MapReading(bands=(1, 2)))
    refused(area, "black must be below white", reading=MapReading(stretch=(5, 5)))
    holes = (values / 255).astype(np.float32)
    holes[:, 230:250, 230:250] = np.nan
    path = write_raster(tmp_path / "nan.tif", holes, transform, crs)
    tile = cut(path, reading=MapReading(stretch=(0, 1)))
    assert not tile.valid.all()
    assert np.isfinite(tile.picture).all()
