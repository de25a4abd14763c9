"""A small random model on disk and drawn pictures, for the commands to work on."""

import numpy as np
import pytest
from PIL import Image

TILE = 64


def drawn_tile(size=TILE):
    """A green square with a grey road from north to south and a red roof."""
    pixels = np.full((size, size, 3), (70, 110, 60), np.uint8)
    pixels[:, size * 7 // 16 : size * 9 // 16] = 120
    pixels[size // 8 : size // 3, size // 8 : size // 3] = (170, 70, 50)
    return Image.fromarray(pixels)


def drawn_ground():
    """A blue sky over green ground, with its mask."""
    pixels = np.zeros((64, 128, 3), np.uint8)
    pixels[:32] = np.linspace((60, 110, 200), (170, 200, 230), 32)[:, None].astype(np.uint8)
    pixels[32:] = (80, 100, 60)
    mask = np.zeros((64, 128), np.uint8)
    mask[:32] = 255
    return Image.fromarray(pixels), Image.fromarray(mask)


@pytest.fixture(scope="session")
def weights(tmp_path_factory):
    """A file of untrained weights of the smallest architecture, for a small scene."""
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    spec = SceneSpec(tile_size=TILE, panorama_size=(64, 32), samples_per_ray=12)
    model = Sat2Density.random("tiny", spec)
    stem = tmp_path_factory.mktemp("weights") / "tiny"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    return stem.with_suffix(".safetensors")


@pytest.fixture
def place(tmp_path, monkeypatch, weights):
    """An empty working folder with inputs/: sat.png, photo.png, mask.png, walk.csv; commands write
    to out/ in it.
    """
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    drawn_tile().save(inputs / "sat.png")
    photo, mask = drawn_ground()
    photo.save(inputs / "photo.png")
    mask.save(inputs / "mask.png")
    (inputs / "walk.csv").write_text("x,y\n112,160\n120,140\n128,128\n136,110\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(place, weights, capsys):
    """Run a command with the small weights; return (exit code, stdout, stderr)."""
    from sat2density.apps.cli import main

    def call(*args, with_weights=True):
        extra = ("--weights", str(weights), "--device", "cpu") if with_weights else ()
        code = main([str(arg) for arg in (*args, *extra)])
        return (code, *capsys.readouterr())

    return call
