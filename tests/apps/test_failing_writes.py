"""Every command that writes, failing at its n-th step: the old results or the new ones, whole.

The short form tries a few steps of each, spread evenly; the long one all of them.
"""

import json

import numpy as np
import pytest
from drawn_folders import SPEC, write_pairs
from failing_writes import Writer, contents, survives
from PIL import Image

from sat2density.apps.cli import main
from sat2density.errors import InputError
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import open_weights, save_weights

SHORT = 3
"""Steps that the short form tries in each way."""


def command(*words):
    return main([str(word) for word in words])


@pytest.fixture
def inputs(tmp_path_factory, weights):
    folder = tmp_path_factory.mktemp("inputs")
    Image.fromarray(np.full((64, 64, 3), (70, 110, 60), np.uint8)).save(folder / "sat.png")
    (folder / "walk.csv").write_text("x,y\n112,160\n120,140\n")
    Image.fromarray(np.full((8, 32, 3), 90, np.uint8)).save(folder / "pano.png")
    write_pairs(folder / "pairs", {"test": range(2)})
    spec = SceneSpec.from_dict(SPEC, "drawn")
    model = Sat2Density.random("tiny", spec)
    save_weights(folder / "of-pairs", model.generator, spec, model.rules, model.info)
    return folder


def convert(weights, inputs):
    def state(folder):
        try:
            stored = open_weights(folder / "own").generator_state
        except InputError:
            assert not contents(folder)
            return None
        return {str(value.dtype) for value in stored.values()}

    def old(folder):
        command("weights", "convert", weights, folder / "own")

    def write(folder):
        return command("weights", "convert", weights, folder / "own", "--half", "--overwrite")

    return Writer(write, old, state)


def convert_in_place(weights, inputs):
    """`weights convert X X --overwrite`, which once lost both."""

    def old(folder):
        command("weights", "convert", weights, folder / "own")

    def write(folder):
        own = folder / "own"
        return command("weights", "convert", own, own, "--half", "--overwrite")

    return Writer(write, old, convert(weights, inputs).state)


def without_clock(folder):
    """Checksums; of JSON the members and of CSV the heading, which do not tell times."""
    found = contents(folder)
    for name in found:
        if name.endswith(".csv"):
            found[name] = (folder / name).read_text().splitlines()[:1]
        if name.endswith(".json"):
            text = (folder / name).read_text()
            found[name] = sorted(json.loads(text)) if text.startswith("{") else len(text)
    return found


def old_results(*names):
    def arrange(folder):
        (folder / "out").mkdir()
        for name in ("mine", *names):
            (folder / "out" / name).write_text("old")

    return arrange


def export(weights, inputs):
    def write(folder):
        words = ("--formats", "npz", "heights", "vti", "--weights", weights, "--device", "cpu")
        return command("export", inputs / "sat.png", *words, "--out", folder / "out", "--overwrite")

    return Writer(write, old_results("density.npz", "heights.tif"))


def video(weights, inputs):
    def write(folder):
        words = ("--light", "clear-noon", "--path", inputs / "walk.csv", "--device", "cpu")
        out = ("--out", folder / "out", "--overwrite", "--weights", weights)
        return command("video", inputs / "sat.png", *words, *out)

    return Writer(write, old_results("video.mp4"), lambda folder: sorted(contents(folder)))


def complete(weights, inputs):
    def write(folder):
        words = ("--top-deg", "45", "--bottom-deg", "-45", "--out", folder / "out", "--overwrite")
        return command("data", "complete", inputs / "pano.png", *words)

    return Writer(write, old_results("pano.png"))


def evaluate(weights, inputs):
    def write(folder):
        words = ("--jobs", "1", "--device", "cpu")
        out = ("--json", folder / "t.json", "--csv", folder / "t.csv", "--overwrite")
        pictures = ("--save-pictures", folder / "pictures")
        stem = inputs / "of-pairs"
        return command("evaluate", stem, inputs / "pairs", *words, *out, *pictures)

    def partly(state):  # three results, each whole: the table and two files of it
        return set(state) < {"t.json", "t.csv"} | {n for n in state if n.startswith("pictures/")}

    return Writer(write, state=without_clock, between=partly)


def world(weights, inputs):
    def write(folder):
        split = ("--split", "train:1", "--style", "suburb", "--jobs", "1")
        return command("world", "make", "--out", folder / "out", *split)

    def state(folder):
        found = without_clock(folder)
        return {name: value for name, value in found.items() if not name.endswith("run.json")}

    def unlisted(state):  # begun, to be gone on with: no list names what is not there
        return not any("splits" in name for name in state)

    return Writer(write, state=state, between=unlisted)


WRITERS = (convert, convert_in_place, export, video, complete, evaluate, world)


@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.__name__)
def test_failing_at_a_few_steps(writer, weights, inputs, tmp_path, monkeypatch):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    survives(writer(weights, inputs), tmp_path / "work", SHORT)


@pytest.mark.long
@pytest.mark.parametrize("writer", WRITERS, ids=lambda writer: writer.__name__)
def test_failing_at_every_step(writer, weights, inputs, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SAT2DENSITY_CACHE", str(tmp_path / "cache"))
    told = survives(writer(weights, inputs), tmp_path / "work", None)
    with capsys.disabled():
        print(f"\n{writer.__name__}: {told}")
