"""`sat2density matrix`: every pair, distinct names, one sheet."""

import shutil

import numpy as np
from PIL import Image


def test_every_pair_is_there(place, run):
    (place / "other").mkdir()
    shutil.copy(place / "inputs" / "sat.png", place / "other" / "sat.png")
    photo = "inputs/photo.png::inputs/mask.png"
    code, out, err = run(
        "matrix", "inputs/sat.png", "other/sat.png", "--lights", "dusk", photo, "--out", "all"
    )
    assert code == 0, err
    pairs = [
        f"{tile}--{light}.png"
        for tile in ("inputs-sat", "other-sat")
        for light in ("dusk", "photo")
    ]
    assert out.split() == [f"all/{name}" for name in ["sheet.png", *pairs]]
    pictures = {name: np.asarray(Image.open(place / "all" / name)) for name in pairs}
    assert np.array_equal(pictures["inputs-sat--dusk.png"], pictures["other-sat--dusk.png"])
    assert not np.array_equal(pictures["inputs-sat--dusk.png"], pictures["inputs-sat--photo.png"])


def test_a_pair_is_what_render_makes(place, run):
    assert (
        run("matrix", "inputs/sat.png", "--lights", "dusk", "--at", "0.2", "0", "--out", "all")[0]
        == 0
    )
    assert (
        run("render", "inputs/sat.png", "--light", "dusk", "--at", "0.2", "0", "--out", "one")[0]
        == 0
    )
    pair, one = (
        Image.open(place / "all" / "sat--dusk.png"),
        Image.open(place / "one" / "panorama.png"),
    )
    assert np.abs(np.asarray(pair, int) - np.asarray(one, int)).max() <= 1
