"""docs/from-the-released-code.md: the page's own commands, on small folders in the released
layouts.
"""

import dataclasses
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from drawn_folders import draw, save, write_cvact, write_cvusa
from PIL import Image
from released_files import released_checkpoint, zipped

from sat2density.apps.cli import main
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import KNOWN, save_weights

PAGE = Path(__file__).resolve().parents[2] / "docs" / "from-the-released-code.md"
ROWS = re.findall(r"^\| (.+?) \| `([^`]*sat2density [^`]+)`", PAGE.read_text("utf-8"), flags=re.M)
COMMANDS = dict(ROWS)

BY_THEMSELVES = {
    "checkpoint, downloaded and unzipped": "needs the network: tests/weights/test_fetching.py",
    "training": "the released networks: hours",
    "resume": "goes on with a small run, below",
    "films of many tiles": "a loop of the shell, below",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A working folder as the page supposes it, and the cache with both checkpoints."""
    root = tmp_path_factory.mktemp("from-the-released")
    write_cvact(root / "data" / "CVACT", count=2, train=(1,), val=(2,))
    write_cvusa(root / "data" / "CVUSA", train=(1,), val=(7,))
    tile, sky, mask = draw(5)
    for name, pixels in (("sat", tile), ("sky", sky), ("mask", mask)):
        save(root / f"{name}.png", pixels)
    (root / "pixels.csv").write_text("x,y\n100,128\n110,128\n120,130\n")
    torch.save(released_checkpoint(), root / "model.pth")
    (root / "cache").mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SAT2DENSITY_CACHE", str(root / "cache"))
        for name in ("cvact", "cvusa"):
            zipped(root / "model.pth", KNOWN[name].path)
    zipped(root / "model.pth", root / "2u87bj8w.zip")
    spec = dataclasses.replace(
        SceneSpec.named("suburb"), tile_size=32, panorama_size=(64, 16), samples_per_ray=8
    )
    ours = Sat2Density.random("tiny", spec)
    save_weights(root / "ours", ours.generator, spec, ours.rules, ours.info)
    return root


@pytest.fixture
def here(place, monkeypatch):
    monkeypatch.chdir(place)
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(place / "cache"))
    return place


def words(command):
    """Split a command as a shell does, patterns of files included."""
    found = []
    for word in shlex.split(command)[1:]:
        found += sorted(map(str, Path().glob(word))) if "*" in word else [word]
    return found


def test_the_page_has_a_row_for_each():
    assert set(BY_THEMSELVES) <= set(COMMANDS)
    assert len(COMMANDS) >= 18


def rows():
    """The rows that are tried here; the one that measures speed takes over a minute."""
    for name, _ in ROWS:
        if name not in BY_THEMSELVES:
            yield pytest.param(name, marks=[pytest.mark.long] if name == "test speed" else [])


@pytest.mark.parametrize("row", rows())
def test_a_row_works(row, here, capfd):
    assert main(words(COMMANDS[row])) == 0, capfd.readouterr().err
    err = capfd.readouterr().err
    if "transfer" in row:
        assert "a transfer to another scale: the weights have extent_m 40, not 30" in err
    if "vis_test" in row:
        assert len(list((here / "out" / "vis-test").glob("*-predicted.png"))) == 1
    if "batch of points" in row:
        assert len(list((here / "out" / "points" / "frames").iterdir())) == 3
    if "single style, CVUSA" in row:
        assert len(list((here / "out" / "single-cvusa").glob("*--*.png"))) == 2


def test_training_is_a_command_and_goes_on(here, capsys):
    """The page's options, on the smallest networks; then the page's `--resume`."""
    line = words(COMMANDS["training"])
    small = ["tiny", *line[2:], "--data.limit", "1", "--optim.steps", "2", "--optim.batch", "1"]
    small += ["--scene.extent-m", "30", "--scene.max-height-m", "8", "--device", "cpu"]
    assert main(["train", *small]) == 0, capsys.readouterr().err
    assert main(["train", *line[1:], "--help"]) == 0
    capsys.readouterr()
    assert main(words(COMMANDS["resume"])) == 0
    err = capsys.readouterr().err
    assert "goes on with out/train/config.json; anew: nothing" in err
    assert main([*words(COMMANDS["resume"]), "--optim.steps", "3"]) == 0
    assert "anew: optim.steps 3 (was 2)" in capsys.readouterr().err


def test_a_loop_of_the_shell(here):
    (here / "bin").mkdir()
    program = here / "bin" / "sat2density"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sat2density "$@"\n')
    program.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", COMMANDS["films of many tiles"]],
        env={**os.environ, "PATH": f"{here / 'bin'}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    films = list(here.glob("out/video-*/video.mp4"))
    assert len(films) == 2
    assert done.stderr.count("taken, as nothing else was said: --light clear-noon") == 2


def test_pictures_are_pictures(here):
    """What a row of the page writes is a panorama of the scene's size."""
    assert main([*words(COMMANDS["the picture of one pair, in its own light"]), "--overwrite"]) == 0
    with Image.open("out/one/panorama.png") as picture:
        assert picture.size == (512, 128)
        assert np.asarray(picture).std() > 0
