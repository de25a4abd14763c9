"""The studio on a map, in Chromium: stand at a typed coordinate, walk, draw a track, save it."""

import io
import re

import pytest

pytest.importorskip("drawn_maps")
import gpxpy
import pyproj
from drawn_maps import SYDNEY, draw_map
from PIL import Image
from tile_server import send, serving

pytestmark = pytest.mark.browser
GEOD = pyproj.Geod(ellps="WGS84")


def grass():
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), (90, 120, 70)).save(picture, "PNG")
    return picture.getvalue()


GRASS = grass()


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


def addressed(page):
    """Where the address leads; far away where it says no place."""
    found = re.search(r"on=(-?[\d.]+),(-?[\d.]+)", page.url)
    return tuple(map(float, found.groups())) if found else (0.0, 0.0)


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


HASTY = "const t = setTimeout; window.setTimeout = (f, ms, ...a) => t(f, ms === 350 ? 0 : ms, ...a)"
"""The page waits 350 ms before it asks for small pictures: as if the view took longer than that."""


def test_lights_show_the_place_however_late_its_view_comes(browser, roaming):
    page = browser.page()
    page.add_init_script(HASTY)
    page.goto(roaming.entrance)
    page.panel("Light")
    page.locator(".light img[src]").nth(5).wait_for()
    page.finish()


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


@pytest.mark.usefixtures("cache")
def test_the_map_of_a_tile_server_and_one_that_fails(browser, serve_studio, tmp_path):
    broken = []

    def answer(handler):
        if broken:
            send(handler, 500)
        else:
            send(handler, 200, GRASS, "image/png")

    with serving(answer) as asked:
        begin = f"{asked.template}@{SYDNEY[0]},{SYDNEY[1]}"
        words = ("--map", begin, "--zoom", "19", "--attribution", "<b>Maps</b> & sons")
        page = browser.page()
        page.goto(serve_studio(*words).entrance)
        page.wait_for_selector(".slippy .leaflet-tile-loaded")
        page.wait_for_frame()
        assert coordinates(page) == pytest.approx(SYDNEY, abs=1e-6)
        assert "<b>Maps</b> & sons" in page.inner_text(".leaflet-control-attribution")
        page.screenshot(path=tmp_path / "served.png")
        broken.append(True)
        page.allowed = ["502 (Bad Gateway)"]  # Chromium's own remark
        page.fill(".coordinates", f"{SYDNEY[0] + 0.1:.7f}, {SYDNEY[1]:.7f}")
        page.press(".coordinates", "Enter")
        page.expect_text(".notice", "Some of the map's pictures did not come: http://127.0.0.1")
        assert not any("secret" in said for said in page.notices())
        page.finish()


@pytest.fixture(scope="module")
def modelled(serve_studio, telling_weights, area):
    return serve_studio("--map", str(area), weights=telling_weights)


def middle(page):
    """Where the middle of the model lies that is seen; None before the first."""
    told = page.locator(".model-view").get_attribute("data-middle")
    return told and tuple(float(word) for word in told.split(","))


@pytest.mark.long  # software GL draws 120 m of crowns: minutes
def test_the_model_goes_on_as_one_walks(browser, modelled, tmp_path):
    page = browser.page(viewport={"width": 960, "height": 540})
    page.goto(modelled.entrance)
    page.wait_for_selector(".slippy .leaflet-tile-loaded")
    page.locator("label[title=Model]").click()
    page.wait_until(lambda: middle(page), "the first model")
    seen = [middle(page)]
    assert metres(seen[0], coordinates(page)) < 15  # a quarter of a tile each way
    page.focus("canvas.model-look")
    start = coordinates(page)
    page.keyboard.down("Shift")
    page.keyboard.down("w")
    for border in range(2):
        page.wait_until(lambda before=seen[-1]: middle(page) != before, f"model {border + 2}")
        seen.append(middle(page))
    there = coordinates(page)
    page.wait_until(lambda: metres(there, coordinates(page)) > 1, "the walk in the new model")
    page.keyboard.up("w")
    page.keyboard.up("Shift")
    page.settle()
    page.screenshot(path=tmp_path / "model.png")
    there = coordinates(page)
    _, _, away = GEOD.inv(start[1], start[0], there[1], there[0])
    assert away > 40
    assert metres(seen[-1], there) < 45
    assert page.locator("canvas.model-look").count() == 1  # those before are gone
    page.wait_until(lambda: metres(addressed(page), there) < 1, "the address")
    page.finish()


@pytest.mark.long
def test_a_jump_on_the_map_is_a_jump_in_the_model(browser, modelled):
    page = browser.page(viewport={"width": 960, "height": 540})
    page.goto(modelled.entrance)
    page.wait_for_selector(".slippy .leaflet-tile-loaded")
    page.locator("label[title=Model]").click()
    page.wait_until(lambda: middle(page), "the first model")
    before = middle(page)
    lon, lat, _ = GEOD.fwd(SYDNEY[1], SYDNEY[0], 90.0, 100.0)
    page.fill(".coordinates", f"{lat:.7f}, {lon:.7f}")
    page.press(".coordinates", "Enter")
    page.wait_until(lambda: middle(page) != before, "the model there")
    page.settle()
    assert metres(middle(page), (lat, lon)) < 15
    assert metres(coordinates(page), (lat, lon)) < 15  # beside a house, where one stands there
    page.finish()
