"""The studio on a map, in Chromium: stand at a typed coordinate, walk, draw a track, save it."""

import re

import pytest

pytest.importorskip("drawn_maps")
import gpxpy
import pyproj
from drawn_maps import SYDNEY, draw_map

pytestmark = pytest.mark.browser
GEOD = pyproj.Geod(ellps="WGS84")


@pytest.fixture(scope="module")
def area(tmp_path_factory):
    return draw_map(tmp_path_factory.mktemp("map") / "area.tif", side_m=320.0, pixel_m=0.5)


@pytest.fixture(scope="module")
def roaming(serve_studio, area):
    return serve_studio("--map", str(area))


@pytest.fixture
def page(browser, roaming):
    page = browser.page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(roaming.entrance)
    page.wait_for_selector(".slippy .leaflet-tile-loaded")
    page.wait_for_selector("canvas.look[data-frames]")
    yield page
    page.finish()


def coordinates(page):
    return tuple(float(word) for word in page.input_value(".coordinates").split(","))


def metres(a, b):
    _, _, away = GEOD.inv(a[1], a[0], b[1], b[0])
    return away


@pytest.mark.parametrize("walk_m", [8.0, pytest.param(100.0, marks=pytest.mark.long)])
def test_stand_at_a_typed_place_and_walk(page, walk_m, tmp_path):
    lon, lat, _ = GEOD.fwd(SYDNEY[1], SYDNEY[0], 180.0, 60.0)
    before = page.frames
    page.fill(".coordinates", f"{lat:.7f}, {lon:.7f}")
    page.press(".coordinates", "Enter")
    page.wait_for_frame(after=before)
    assert coordinates(page) == pytest.approx((lat, lon), abs=1e-7)
    page.focus("canvas.look")
    page.keyboard.down("Shift")
    page.keyboard.down("w")
    page.wait_until(lambda: metres((lat, lon), coordinates(page)) > walk_m, "the walk")
    page.keyboard.up("w")
    page.keyboard.up("Shift")
    page.wait_for_idle()
    there = coordinates(page)
    assert metres((lat, lon), there) > walk_m
    azimuth, _, _ = GEOD.inv(lon, lat, there[1], there[0])
    assert azimuth == pytest.approx(0.0, abs=0.02)
    assert (page.asked["lat"], page.asked["lon"]) == pytest.approx(there, abs=1e-7)
    page.click("button[aria-label='Copy the coordinates']")
    page.expect_text(".notice", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.input_value(".coordinates")
    page.screenshot(path=tmp_path / "roaming.png")


def test_places_that_cannot_be_are_said(page):
    page.fill(".coordinates", "151.2, -33.8")
    page.press(".coordinates", "Enter")
    assert "did you mean -33.8, 151.2" in page.inner_text(".fault")
    page.fill(".coordinates", "here")
    page.press(".coordinates", "Enter")
    assert "degrees" in page.inner_text(".fault")


def test_a_track_is_drawn_walked_and_saved(page, tmp_path):
    page.click(".map-tools label:has-text('Track')")
    box = page.locator(".slippy").bounding_box()
    for x, y in ((0.3, 0.7), (0.4, 0.4), (0.7, 0.3)):
        page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
        page.settle()  # two clicks at once are a double click
    assert re.search(r"\d+ m", page.inner_text(".track-row .length"))
    with page.expect_download() as waiting:
        page.click("button[aria-label='Save the track (GPX)']")
    waiting.value.save_as(tmp_path / "track.gpx")
    points = gpxpy.parse((tmp_path / "track.gpx").read_text()).tracks[0].segments[0].points
    assert len(points) == 3
    before = coordinates(page)
    page.click("button[aria-label='Walk along the track']")
    page.wait_until(lambda: coordinates(page) != before, "the walk along the track")
    page.click("button[aria-label='Walk along the track']")
    here = coordinates(page)
    assert metres(here, (points[0].latitude, points[0].longitude)) < 60
