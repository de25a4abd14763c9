"""The model to walk in, in Chromium: the page from disk with the network off, the saved page, the
studio.
"""

import base64
import dataclasses
import json
import re

import pytest
import torch
from drawn_plans import everything

from sat2density.city.model import model
from sat2density.city.walk_content import Start, walk_lights
from sat2density.city.walk_page import write_walk
from sat2density.export.page import Still, write_page
from sat2density.light.lighting import Lighting
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

LOOK = "canvas.walk-look"
MEASURED = ".model-view .measured"
SMALL = {"width": 640, "height": 360}


@pytest.fixture(scope="module")
def walk_file(tmp_path_factory):
    """A page that opens north of a house, looking south at its wall, 2.65 m of free way ahead."""
    path = tmp_path_factory.mktemp("walk") / "walk.html"
    write_walk(everything(), path, "One of everything", Start(7.0, -7.0, 180.0))
    return path


@pytest.fixture(scope="module")
def walk(browser, walk_file):
    page = browser.page(viewport=SMALL, offline=True)
    page.goto(walk_file.as_uri())
    page.wait_until(lambda: drawn(page) > 0, "the first frame")
    yield page
    page.finish()


def drawn(page):
    return int(page.locator(LOOK).get_attribute("data-frames") or 0)


def spot(page):
    """Metres east and south of the middle, as the page says them."""
    text = page.locator(".walk-where").inner_text()
    east, way, north, other = re.match(r"([\d.]+) m (\w+), ([\d.]+) m (\w+)", text).groups()
    signs = {"east": 1, "west": -1, "south": 1, "north": -1}
    return float(east) * signs[way], float(north) * signs[other]


def stands_at(page, east, south):
    """Whether the walker stands there, as exactly as a click on the map is."""
    return spot(page) == (pytest.approx(east, abs=0.5), pytest.approx(south, abs=0.5))


def test_keys_walk_and_a_wall_stops(walk):
    page = walk
    assert spot(page) == (7.0, -7.0)
    page.locator(LOOK).focus()
    page.keyboard.down("w")
    page.wait_until(lambda: spot(page)[1] >= -4.4, "the wall")
    before = drawn(page)
    page.wait_until(lambda: drawn(page) > before + 2, "three more frames")
    page.keyboard.up("w")
    assert spot(page) == (pytest.approx(7.0, abs=0.11), pytest.approx(-4.35, abs=0.11))


def test_a_click_on_the_map_stands_there_and_never_in_a_house(walk):
    page = walk
    page.mouse.click(*page.point(".walk-map", (0.25, 0.25)))
    page.wait_until(lambda: stands_at(page, -15.0, -15.0), "the place on the map")
    page.mouse.click(*page.point(".walk-map", (0.5 + 7 / 60, 0.5)))  # a house's middle
    page.wait_until(lambda: spot(page)[0] > 0, "a place beside the house")
    east, south = spot(page)
    assert not (1.0 < east < 13.0 and -4.0 < south < 4.0)


def test_a_drag_turns_and_a_tap_walks(walk):
    page = walk
    page.mouse.click(*page.point(".walk-map", (0.5, 0.9)))
    page.wait_until(lambda: stands_at(page, 0.0, 24.0), "the place on the map")
    before = spot(page)
    text = page.locator(".walk-where").inner_text()
    page.drag(LOOK, (0.5, 0.45), (0.4, 0.45))
    page.wait_until(lambda: page.locator(".walk-where").inner_text() != text, "another heading")
    page.mouse.click(*page.point(LOOK, (0.5, 0.72)))
    page.wait_until(lambda: spot(page) != before, "a step")


def test_another_light_is_another_picture_and_one_sees_it_from_above(walk):
    page = walk
    noon = page.pixels(LOOK)
    page.locator("input[value=dusk]").check(force=True)
    page.settle()
    dusk = page.pixels(LOOK)
    assert dusk.mean() < 0.75 * noon.mean()
    page.get_by_role("button", name="From above").click()
    page.settle()
    assert page.differ(page.pixels(LOOK), dusk)
    page.get_by_role("button", name="From above").click()


def test_accessibility_of_the_walk(walk, axe):
    assert axe(walk) == []


def test_a_page_without_webgl_says_so(browser, walk_file):
    page = browser.page(viewport=SMALL)
    page.allowed.append("WebGL")
    page.add_init_script("HTMLCanvasElement.prototype.getContext = () => null")
    page.goto(walk_file.as_uri())
    page.expect_text("main", "needs a browser with WebGL")
    page.finish()


@pytest.fixture(scope="module")
def page_with_a_model(tmp_path_factory):
    """A saved page of a random scene, with the model of a plan in it."""
    plan = dataclasses.replace(everything(), extent_m=40.0)
    path = tmp_path_factory.mktemp("page") / "page.html"
    spec = SceneSpec(extent_m=40, tile_size=32, panorama_size=(64, 16), samples_per_ray=12)
    scene = Sat2Density.random("tiny", spec).reconstruct(torch.full((3, 32, 32), 0.4))
    noon = Lighting.preset("clear-noon")
    write_page(path, scene, noon, stills=[Still("Here", Camera(0.0, 0.6, 0.0))])
    text = path.read_text(encoding="utf-8")
    data = base64.b64encode(model(plan)).decode()
    city = json.dumps({"model": data, "light": walk_lights([("clear-noon", noon)])[0]})
    assert text.count('"city": null') == 1
    path.write_text(text.replace('"city": null', f'"city": {city}'), encoding="utf-8")
    return path


def test_the_saved_page_has_the_model_at_the_same_place(browser, page_with_a_model, axe):
    page = browser.page(viewport=SMALL, offline=True)
    page.goto(page_with_a_model.as_uri())
    page.locator("label[title=Model]").click()
    look = page.locator("canvas.model-look")
    page.wait_until(lambda: look.get_attribute("data-frames"), "the model")
    where = page.locator(".where").inner_text()
    assert "12.0 m south" in where
    look.focus()
    page.keyboard.down("s")
    page.wait_until(lambda: page.locator(".where").inner_text() != where, "a step back")
    page.keyboard.up("s")
    assert axe(page) == []
    page.locator("label[title=Panorama]").click()
    page.wait_until(lambda: page.locator(".where").inner_text() == where, "the nearest picture")
    page.finish()


@pytest.fixture(scope="module")
def studio_of_things(serve_studio):
    """A studio with the weights that ship, which tell what stands where."""
    return serve_studio(weights="anywhere-small")


def test_the_studio_walks_in_the_model_of_the_same_place(browser, studio_of_things, axe):
    page = browser.page(viewport=SMALL)
    page.open(studio_of_things)
    page.locator(".example").first.click()
    page.wait_for_frame()
    where = page.where()
    page.locator("label[title=Model]").click()
    look = page.locator("canvas.model-look")
    page.wait_until(lambda: look.get_attribute("data-frames"), "the model")
    painted = page.frames
    look.focus()
    page.keyboard.down("w")
    page.wait_until(lambda: page.where() != where, "a step")
    page.keyboard.up("w")
    assert page.frames == painted  # nothing is painted that nobody sees
    assert axe(page) == []
    page.keyboard.press("m")
    page.expect_text(MEASURED, "first point")
    stood = page.where()
    for spot in ((0.45, 0.75), (0.55, 0.75)):
        page.mouse.click(*page.point("canvas.model-look", spot))
    page.wait_until(lambda: "Distance" in page.locator(MEASURED).inner_text(), "a distance")
    text = page.locator(MEASURED).inner_text()
    whole, level, up = [float(number) for number in re.findall(r"([\d.]+) m", text)]
    # Two spots of the ground, 21 degrees below the horizon: 5.3 m away from an eye at 2 m.
    assert whole == pytest.approx(1.45, abs=0.4)
    assert whole == pytest.approx(level, abs=0.2)
    assert up < 0.2
    assert page.where() == stood  # measuring does not walk
    with page.expect_download() as saved:
        page.locator("button.save-picture").click()
    assert saved.value.suggested_filename.endswith(".png")
    assert "-model-" in saved.value.suggested_filename
    page.keyboard.press("Escape")
    page.locator("label[title=Panorama]").click()
    page.wait_for_frame(painted)
    assert page.where() != where
    page.finish()
