"""The mesh of an area opens in CesiumJS's own viewer, at its place and height. `make long`."""

import numpy as np
import pytest

pytest.importorskip("drawn_maps")
import cesium_page
import pyproj
import studio_browser
from drawn_maps import SYDNEY, UTM56S, draw_map, write_raster, xy_of
from rasterio.transform import from_origin

from sat2density.maps.mesh_tiles import MeshTiles, earth_of
from sat2density.maps.opening import opened
from sat2density.maps.raster import MapRaster

pytestmark = [
    pytest.mark.long,
    pytest.mark.browser,
    pytest.mark.skipif(
        not cesium_page.BUILD.is_dir(), reason="npm ci --prefix tests/tools/cesium installs it"
    ),
    pytest.mark.skipif(not studio_browser.CHROMIUM.exists(), reason="needs Chromium"),
]


@pytest.fixture
def tiles(tmp_path):
    """Flat ground of 75 m with a block of 8 m height, 20 x 20 m, north-east of the middle."""
    x0, y0 = xy_of(*SYDNEY)
    values = np.zeros((1, 150, 150), np.float32)
    values[:, 20:60, 90:130] = 8.0
    path = write_raster(
        tmp_path / "heights.tif", values, from_origin(x0 - 37.5, y0 + 37.5, 0.5, 0.5), UTM56S
    )
    raster = MapRaster(draw_map(tmp_path / "area.tif", side_m=80.0))
    folder = tmp_path / "tiles"
    folder.mkdir()
    with opened(path) as heights:
        MeshTiles(heights, raster, earth_of(heights, "(c) the test"), cells=32).write(folder)
    return folder


def test_cesium_shows_the_area_at_its_place(tiles, tmp_path):
    sync_api = pytest.importorskip("playwright.sync_api")
    to_earth = pyproj.Transformer.from_crs(UTM56S, 4326, always_xy=True)
    x0, y0 = xy_of(*SYDNEY)
    hosts = set()
    with sync_api.sync_playwright() as playwright, cesium_page.served(tiles) as address:
        browser = playwright.chromium.launch(
            executable_path=str(studio_browser.CHROMIUM), args=studio_browser.FLAGS
        )
        page = browser.new_page(viewport={"width": 480, "height": 320})
        page.set_default_timeout(studio_browser.WAIT_MS)
        page.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
        page.goto(address)
        page.wait_for_function("window.found")
        found = page.evaluate("window.found")
        page.screenshot(path=tmp_path / "cesium.png")
        heights = {}
        for name, east, north in (("block", 17.5, 17.5), ("ground", -15.0, -15.0)):
            lon, lat = to_earth.transform(x0 + east, y0 + north)
            heights[name] = page.evaluate(f"window.heightAt({lat}, {lon})")
        browser.close()
    assert "error" not in found, found
    assert (found["lat"], found["lon"]) == pytest.approx(SYDNEY, abs=2e-5)
    assert heights["block"] == pytest.approx(8.0, abs=0.1)
    assert heights["ground"] == pytest.approx(0.0, abs=0.1)
    assert hosts == {"127.0.0.1"}
