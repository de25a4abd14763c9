"""The HTTP side: the page, uploads, paths, results."""

import dataclasses
import io
import json
import re

import numpy as np
import pytest
import tiff_files
import torch
from PIL import Image

from sat2density.apps.studio import limits
from sat2density.apps.studio.routes import SESSION_HEADER
from sat2density.apps.studio.studio import Studio
from sat2density.city.plan import Plan
from sat2density.images import read_tile
from sat2density.notices import Notice
from sat2density.pipeline import Sat2Density


def encoded(size=(64, 64), kind="PNG", colour=(90, 120, 200)):
    stream = io.BytesIO()
    Image.new("RGB", size, colour).save(stream, kind)
    return stream.getvalue()


def test_the_page_and_its_parts_are_served_with_a_policy(tab):
    page = tab.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for part in ("studio.js", "studio.css"):
        assert part in page.text
        assert tab.get(f"/assets/{part}").status_code == 200


def test_no_page_of_the_framework_is_there(tab):
    for path in ("/docs", "/openapi.json", "/redoc", "/api/tile"):
        assert tab.get(path).status_code in (404, 405)


def test_nothing_outside_is_read(tab):
    for path in (
        "/assets/../studio_command.py",
        "/assets/%2e%2e/%2e%2e/pipeline.py",
        "/examples/..%2f..",
        "/results/x/y",
    ):
        assert tab.get(path).status_code in (400, 404), path


def test_foreign_hosts_and_origins_are_refused(tab):
    assert tab.get("/", headers={"host": "evil.example"}).status_code == 403
    refused = tab.post("/api/tile?example=opened", headers={"origin": "http://evil.example"})
    assert refused.status_code == 403
    assert tab.visitor.place is None


def test_a_tile_is_taken(tab):
    assert tab.post("/api/tile", content=encoded()).json() == {"tile": 1}
    assert tab.post("/api/tile?example=opened").json() == {"tile": 2}


def ramp(size=200):
    """A picture that is redder to the east and greener to the south."""
    red = np.broadcast_to(np.linspace(0, 255, size).astype(np.uint8), (size, size))
    return Image.fromarray(np.dstack([red, red.T, red]))


def test_a_tile_of_another_width_is_cut_to_the_weights(tab, tmp_path):
    ramp().save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert tab.post("/api/tile?extent_m=60", content=data).json() == {"tile": 1}
    with pytest.warns(Notice, match="60 m wide"):
        expected = read_tile(tmp_path / "a.png", 64, extent_m=40.0, own_m=60.0)
    assert torch.equal(tab.visitor.place.scene.tile, expected)
    for width, words in (
        ("20", "is 20 m wide .*these weights see 40 m: too much would have to be made up"),
        ("0", "must be 1 to 100000 metres"),
        ("nan", "must be 1 to 100000 metres"),
        ("wide", "is a number of metres"),
    ):
        answer = tab.post(f"/api/tile?extent_m={width}", content=data)
        assert answer.status_code == 400
        assert re.search(words, answer.json()["error"])


def test_what_lies_around_the_tile_is_seen_too(tab, studio, tmp_path):
    arch = dataclasses.replace(studio.model.architecture, density_margin=8)
    studio.model = Sat2Density.random(arch, studio.model.spec)
    ramp().save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert tab.post("/api/tile?extent_m=60", content=data).status_code == 200
    scene = tab.visitor.place.scene
    with pytest.warns(Notice, match="60 m wide"):
        expected = studio.model.reconstruct(tmp_path / "a.png", extent_m=60.0)
    assert scene.tile.shape == (3, 64, 64)
    assert torch.allclose(scene.density, expected.density, atol=1e-4)


def test_a_tile_that_was_opened_has_its_own_width(studio_model, tmp_path, decoders):
    ramp().save(tmp_path / "a.png")
    studio = Studio(studio_model, tmp_path / "a.png", tmp_path, decoders, extent_m=55.0)
    assert studio.describe()["examples"][0]["widthM"] == 55.0
    studio.close()
    (tmp_path / "a.pgw").write_text("0.3\n0\n0\n-0.3\n500000\n5000000\n")
    studio = Studio(studio_model, tmp_path / "a.png", tmp_path, decoders)
    opened, *others = studio.describe()["examples"]
    assert opened["widthM"] == pytest.approx(60.0)
    assert all(example["widthM"] is None for example in others)
    studio.close()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"just some words in a file called tile.png", "not a picture"),
        (b"", "empty"),
        (encoded()[:60], "damaged"),
        (encoded((80, 40)), "not square"),
    ],
)
def test_what_is_no_tile_is_refused_in_words(tab, data, words):
    answer = tab.post("/api/tile", content=data)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert str(tab.visitor.folder) not in answer.json()["error"]


def test_too_many_bytes_are_refused_early(tab, monkeypatch):
    said = tab.post(
        "/api/tile", content=b"", headers={"content-length": str(limits.MAX_UPLOAD_BYTES + 1)}
    )
    assert said.status_code == 413

    def endless():
        for _ in range(200):
            yield bytes(2**20)

    assert tab.post("/api/tile", content=endless()).status_code == 413


def test_without_a_session_nothing_is_taken(tab):
    answer = tab.post("/api/tile?example=opened", headers={SESSION_HEADER: "guess"})
    assert answer.status_code == 400
    assert "reload" in answer.json()["error"]


def test_a_tiff_becomes_a_png(tab):
    answer = tab.post("/api/decode", content=encoded(kind="TIFF"))
    assert Image.open(io.BytesIO(answer.content)).format == "PNG"
    assert "x-studio-width-m" not in answer.headers


def test_a_geotiff_brings_its_width(tab, tmp_path):
    page = tiff_files.page(np.asarray(ramp()), tags=tiff_files.place(0.3))
    data = tiff_files.write(tmp_path / "a.tif", page).read_bytes()
    answer = tab.post("/api/decode", content=data)
    assert float(answer.headers["x-studio-width-m"]) == pytest.approx(60.0)


def test_a_photograph_becomes_a_light_with_or_without_its_mask(tab):
    photo = Image.new("RGB", (128, 64), (120, 160, 230))
    photo.paste((60, 70, 40), (0, 32, 128, 64))
    stream = io.BytesIO()
    photo.save(stream, "PNG")
    found = tab.post("/api/light?key=own-1", content=stream.getvalue()).json()
    assert 0.3 < found["skyShare"] < 0.7
    mask = Image.new("L", (128, 64), 0)
    mask.paste(255, (0, 0, 128, 16))
    stream = io.BytesIO()
    mask.save(stream, "PNG")
    masked = tab.post("/api/light?key=own-1&mask=1", content=stream.getvalue()).json()
    assert masked["skyShare"] == pytest.approx(0.25, abs=0.02)
    assert set(tab.visitor.lights) == {"own-1"}


def test_a_mask_without_its_photograph_and_bad_keys_are_refused(tab):
    assert tab.post("/api/light?key=own-2&mask=1", content=encoded()).status_code == 400
    for key in ("../../x", "dusk", ""):
        assert tab.post(f"/api/light?key={key}", content=encoded()).status_code == 400
    assert tab.visitor.lights == {}


def test_paths_in_and_out(tab):
    points = {"points": [[0, 0], [0.5, 0.5]]}
    text = tab.post("/api/path/write?format=geojson", content=json.dumps(points)).content
    read = tab.post("/api/path/read?format=geojson", content=text).json()
    assert read["points"] == points["points"]
    assert tab.post("/api/path/read?format=csv", content=b"a,b\n1,2\n").status_code == 400


def test_results_are_played_in_ranges_and_downloaded(tab):
    path = tab.visitor.new_folder() / "walk.mp4"
    path.write_bytes(bytes(range(100)))
    url = tab.visitor.add_result(path, "video").describe()["url"]
    part = tab.get(url, headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, bytes(range(10, 20)))
    assert tab.get(f"{url}?download").headers["content-disposition"].startswith("attachment")
    assert tab.get("/results/guess/walk.mp4").status_code == 404


def test_the_model_is_made_of_the_place_on_demand(tab, monkeypatch):
    assert tab.post("/api/model").status_code == 400  # nobody chose a tile
    tab.post("/api/tile", content=encoded())
    refused = tab.post("/api/model")
    assert refused.status_code == 400
    assert "weights with heads" in refused.json()["error"]
    monkeypatch.setattr("sat2density.city.from_maps.plan_of_scene", lambda scene: Plan(40.0))
    made = tab.post("/api/model")
    assert made.content[:4] == b"glTF"
    assert made.headers["x-studio-tile"] == "1"


def test_a_light_for_the_model(tab):
    noon = tab.post("/api/walk-light?a=clear-noon").json()
    dusk = tab.post("/api/walk-light?a=dusk").json()
    between = tab.post("/api/walk-light?a=dusk&b=clear-noon&t=0.5").json()
    assert dusk["skyRgb"][1] < between["skyRgb"][1] < noon["skyRgb"][1]
    for wish in ("a=noon", "a=dusk&b=clear-noon&t=2", "a=dusk&t=x", ""):
        assert tab.post(f"/api/walk-light?{wish}").status_code == 400, wish
