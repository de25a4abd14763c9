"""Every example runs, and leaves what it says."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """Untrained weights of the smallest architecture, in a small scene."""
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    spec = SceneSpec(tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    model = Sat2Density.random("tiny", spec)
    stem = tmp_path_factory.mktemp("weights") / "tiny"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    return str(stem)


@pytest.fixture
def tile(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save("tile.png")
    return "tile.png"


@pytest.fixture(autouse=True)
def beside_each_other(monkeypatch):
    """As `python examples/NAME.py` has it."""
    monkeypatch.syspath_prepend(str(EXAMPLES))


def example(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.main


def files(folder):
    return sorted(path.name for path in Path(folder).iterdir())


def test_every_example_is_tested_here():
    source = Path(__file__).read_text(encoding="utf-8")
    for path in set(EXAMPLES.glob("*.py")) - {EXAMPLES / "example_arguments.py"}:
        assert f'example("{path.stem}")' in source, path.name
        assert f"`{path.name} " in (EXAMPLES / "README.md").read_text(encoding="utf-8"), path.name


def test_from_the_command_line(weights, tile):
    """The one that README names runs as a script, with the argument for the scene left out."""
    line = [sys.executable, str(EXAMPLES / "quickstart.py"), weights, tile]
    done = subprocess.run(line, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert files("out/quickstart") == ["opacity.png", "panorama.png"]


def test_quickstart(weights, tile, capsys):
    example("quickstart")(weights, tile)
    assert files("out/quickstart") == ["opacity.png", "panorama.png"]
    assert "m away" in capsys.readouterr().out


def test_batch_of_tiles(weights, tile):
    Image.new("RGB", (80, 80), "green").save("other.png")
    example("batch_of_tiles")(weights, [tile, "other.png"])
    assert files("out/batch") == [
        *("000-tile-north.png", "000-tile-south.png"),
        *("001-other-north.png", "001-other-south.png"),
    ]


def test_path_in_python(weights, tile):
    import sat2density as s2d

    example("path_in_python")(weights, tile, frames=4)
    assert files("out/path") == [
        "000.png",
        "001.png",
        "002.png",
        "003.png",
        "ahead.png",
        "walk.csv",
    ]
    walk = s2d.Trajectory.read("out/path/walk.csv", s2d.load(weights).spec)
    assert len(walk) == 4
    assert Image.open("out/path/ahead.png").size == (320, 180)


def test_lighting_mix(weights, tile):
    import sat2density as s2d

    example("lighting_mix")(weights, tile, steps=3)
    assert files("out/lighting") == ["000.png", "001.png", "002.png", "last-light.json"]
    assert [weight for _, weight in s2d.Lighting.load("out/lighting/last-light.json").parts] == [
        0.0,
        1.0,
    ]
    assert Path("out/lighting/000.png").read_bytes() != Path("out/lighting/002.png").read_bytes()


def test_maps(weights, tmp_path, monkeypatch):
    drawn_maps = pytest.importorskip("drawn_maps")
    monkeypatch.chdir(tmp_path)
    drawn_maps.draw_map("area.tif", side_m=70.0)
    lat, lon = drawn_maps.SYDNEY
    Path("walk.csv").write_text(f"lat,lon\n{lat},{lon}\n{lat + 1e-4},{lon}\n")
    example("maps")(weights, "area.tif", "walk.csv", spacing_m=5.0)
    assert files("out/maps/heights") == ["heights.json", "heights.tif", "mesh"]
    assert Path("out/maps/heights/mesh/tileset.json").is_file()
    assert files("out/maps/walk") == ["frames.geojson", "panorama-360.mp4", "video.mp4"]
