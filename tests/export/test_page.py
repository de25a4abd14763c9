"""The page that is one file: nothing in it can end its script, and nothing it holds is wrong."""

import base64
import json
import zlib

import numpy as np
import pytest
import torch

from sat2density.export.page import MOST_FRAMES, Still, page_text, write_page
from sat2density.light.lighting import Lighting
from sat2density.paths.trajectory import Trajectory
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

SPEC = SceneSpec(extent_m=40, tile_size=32, panorama_size=(64, 16), samples_per_ray=12)


@pytest.fixture(scope="module")
def scene():
    model = Sat2Density.random("tiny", SPEC)
    return model.reconstruct(torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(2)))


def saved(path):
    text = path.read_text(encoding="utf-8")
    start = text.index('id="sat2density-page">') + len('id="sat2density-page">')
    return json.loads(text[start : text.index("</script>", start)])


def numbers(text):
    return np.frombuffer(zlib.decompress(base64.b64decode(text)), "<u2")


def test_content_cannot_end_its_element():
    text = page_text(
        {"title": "</script><script>alert(1)</script><!--"}, "x = '</script>'; y = '<!--'", ""
    )
    assert text.count("</script>") == 2  # the data's and the code's own
    assert "<!--" not in text
    assert "<title>&lt;/script&gt;" in text


def test_nothing_may_be_fetched():
    text = page_text({"title": "x"}, "", "")
    assert "default-src 'none'" in text
    assert "http://" not in text
    assert "https://" not in text


def test_a_page_holds_the_walk_the_stills_and_the_heights(scene, tmp_path):
    walk = Trajectory.straight((-0.5, 0.5), (0.5, 0.5), frames=5).along_path()
    steps = []
    light = Lighting.preset("dusk")
    write_page(
        tmp_path / "p.html",
        scene,
        light,
        walk,
        title="A place",
        progress=lambda *s: steps.append(s),
    )
    page = saved(tmp_path / "p.html")
    assert page["title"] == "A place"
    assert page["light"] == "dusk"
    assert page["weights"]["trained"] is False
    assert [frame["east"] for frame in page["walk"]] == [-0.5, -0.25, 0, 0.25, 0.5]
    assert {frame["yaw"] for frame in page["walk"]} == {90}
    assert [still["title"] for still in page["stills"]] == [
        "The middle of the tile",
        "Start of the walk",
        "End of the walk",
    ]
    assert steps == [(i, 8) for i in range(1, 9)]
    heights = numbers(page["heights"]["values"]).reshape(page["heights"]["side"], -1) / 100
    np.testing.assert_allclose(heights, scene.heights(), atol=0.0051)
    view = scene.render(Camera(), light)
    depth = numbers(page["stills"][0]["depth"]) / 100
    expected = np.nan_to_num(view.depth_m.numpy().ravel(), nan=655.35)
    np.testing.assert_allclose(depth, expected, atol=0.0051)


def test_a_long_walk_is_thinned_and_the_panoramas_look_north(scene, tmp_path):
    asked = []

    def run(work):
        asked.append(1)
        return work()

    walk = Trajectory.straight((-0.5, 0), (0.5, 0), frames=300).along_path()
    write_page(
        tmp_path / "p.html",
        scene,
        Lighting.preset("dusk"),
        walk,
        [Still("Here", Camera(0, 0, 45))],
        run=run,
    )
    page = saved(tmp_path / "p.html")
    assert len(page["walk"]) == MOST_FRAMES
    assert page["walk"][-1]["east"] == 0.5
    assert len(asked) == MOST_FRAMES + 1
    # turned by the page, so the picture itself is the one at heading 0
    write_page(
        tmp_path / "q.html", scene, Lighting.preset("dusk"), None, [Still("Here", Camera(0, 0, 0))]
    )
    assert saved(tmp_path / "q.html")["stills"][0]["picture"] == page["stills"][0]["picture"]
    assert page["stills"][0]["yaw"] == 45
