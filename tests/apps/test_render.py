"""`sat2density render`: the files, what is in them, and the summary."""

import json

import numpy as np
import pytest
from PIL import Image

from sat2density.export.pictures import read_depth_png

RENDER = [
    "render",
    "inputs/sat.png",
    "--light",
    "inputs/photo.png",
    "--sky-mask",
    "inputs/mask.png",
]
NAMES = [
    "panorama.png",
    "depth.png",
    "depth-coloured.png",
    "opacity.png",
    "projected.png",
    "heights.png",
]


def pixels(path):
    return np.asarray(Image.open(path))


def test_files_are_listed_and_have_their_sizes(place, run):
    code, out, err = run(*RENDER)
    assert code == 0, err
    assert out.split() == [f"out/render-sat/{name}" for name in NAMES]
    assert "trained on nothing" in err
    folder = place / "out" / "render-sat"
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    assert pixels(folder / "panorama.png").shape == (32, 64, 3)
    assert pixels(folder / "projected.png").shape == (32, 64, 3)
    assert pixels(folder / "opacity.png").shape == (32, 64)


def test_depth_is_that_of_the_scene(place, run, weights):
    """The PNG holds, in millimetres, the metres that the Python interface gives."""
    import sat2density as s2d

    code, _, err = run(*RENDER, "--at-m", "3", "-2", "--heading", "45", "--precision", "float32")
    assert code == 0, err
    model = s2d.load(weights, device="cpu")
    camera = s2d.Camera.from_metres(model.spec, 3, -2, heading=45)
    depth = model.reconstruct(s2d.read_image("inputs/sat.png")).render(camera).depth_m[0].numpy()
    written = read_depth_png(place / "out" / "render-sat" / "depth.png")
    assert np.array_equal(np.isnan(written), np.isnan(depth))
    assert np.nanmax(np.abs(written - depth.clip(0, 65.535))) < 0.00051


def test_the_same_command_makes_the_same_bytes_and_a_seed_changes_them(place, run):
    for name, extra in (
        ("a", []),
        ("b", []),
        ("c", ["--seed", "1"]),
        ("d", ["--seed", "1"]),
        ("e", ["--seed", "2"]),
    ):
        code, _, err = run(*RENDER, "--out", name, *extra)
        assert code == 0, err
    content = {name: (place / name / "panorama.png").read_bytes() for name in "abcde"}
    assert content["a"] == content["b"]
    assert content["c"] == content["d"]
    assert len({content["a"], content["c"], content["e"]}) == 3
    assert (place / "a" / "depth.png").read_bytes() == (place / "e" / "depth.png").read_bytes()


def test_summary(place, run):
    code, out, err = run(*RENDER, "--at", "0.25", "0", "--json", "summary.json")
    assert code == 0, err
    summary = json.loads((place / "summary.json").read_text())
    assert summary["command"] == "render"
    assert summary["files"] == out.split()
    assert summary["camera"] == {"east": 0.25, "south": 0.0, "heading": 0.0, "height_m": None}
    assert summary["trained"] is False
    assert summary["scene"]["tile_size"] == 64


def test_a_tile_of_another_size_and_kind(place, run):
    """A larger grey JPEG that is not square is cut in the middle."""
    Image.new("L", (200, 150), 90).save(place / "inputs" / "grey.jpg")
    code, _, err = run("render", "inputs/grey.jpg", "--light", "overcast", "--crop", "centre")
    assert code == 0, err
    below = pixels(place / "out" / "render-grey" / "projected.png")[-1]
    assert below == pytest.approx(np.full_like(below, 90), abs=3)
