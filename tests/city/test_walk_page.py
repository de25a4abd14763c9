"""The page to walk in: what it holds; tests/apps/studio/test_walk.py opens it in Chromium."""

import base64
import json

import pytest
import torch
from drawn_plans import everything

from sat2density.city.plan import Plan
from sat2density.city.walk_content import Start, start_of, walk_content
from sat2density.city.walk_page import ELEMENT, write_walk
from sat2density.errors import InputError
from sat2density.export.page import POLICY
from sat2density.light.lighting import Lighting
from sat2density.light.presets import PRESETS
from sat2density.views import Camera


def held(path):
    text = path.read_text(encoding="utf-8")
    begin = text.index(f'id="{ELEMENT}">') + len(f'id="{ELEMENT}">')
    return text, json.loads(text[begin : text.index("</script>", begin)])


def test_a_page_holds_the_model_the_lights_and_the_map(tmp_path):
    write_walk(everything(), tmp_path / "walk.html", "A place", Start(1.0, 2.0, 90.0))
    text, content = held(tmp_path / "walk.html")
    assert content["title"] == "A place"
    assert base64.b64decode(content["model"])[:4] == b"glTF"
    assert content["start"] == {"east": 1.0, "south": 2.0, "heading": 90.0}
    assert {light["name"] for light in content["lights"]} == set(PRESETS)
    assert content["lights"][0]["name"] == "clear-noon"
    assert content["map"].startswith("data:image/jpeg;base64,")
    assert POLICY in text
    assert len(text) < 2_500_000


def test_a_light_of_its_own_comes_first():
    dusk = walk_content(Plan(40.0), "", Start(), Lighting.preset("dusk"))["lights"]
    assert dusk[0]["name"] == "dusk"
    assert len(dusk) == len(PRESETS)
    mixed = Lighting.mix(Lighting.preset("dusk"), Lighting.preset("overcast"), 0.5)
    lights = walk_content(Plan(40.0), "", Start(), mixed)["lights"]
    assert len(lights) == len(PRESETS) + 1
    assert lights[0]["name"] == mixed.name


def test_a_light_of_numbers_is_refused_and_nothing_is_written(tmp_path):
    numbers = Lighting.from_histogram(torch.ones(270))
    with pytest.raises(InputError, match="no picture of a sky"):
        write_walk(everything(), tmp_path / "walk.html", lighting=numbers)
    assert not list(tmp_path.iterdir())


def test_a_walk_begins_where_its_camera_stands():
    assert start_of(Camera(0.5, -0.25, 30.0), 20.0) == (10.0, -5.0, 30.0)
