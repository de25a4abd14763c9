"""`sat2density interpolate`: the ends are the two lights, and rays are cast once."""

import av
import numpy as np
import pytest
from PIL import Image

INTERPOLATE = [
    "interpolate",
    "inputs/sat.png",
    "--from",
    "dusk",
    "--to",
    "inputs/photo.png::inputs/mask.png",
]


def test_files(place, run):
    code, out, err = run(*INTERPOLATE, "--steps", "12", "--gif", "--frames-png")
    assert code == 0, err
    names = ["interpolation.mp4", "interpolation.gif", "frames", "sheet.png"]
    assert out.split() == [f"out/interpolate-sat/{name}" for name in names]
    folder = place / "out" / "interpolate-sat"
    with av.open(str(folder / "interpolation.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 12
    assert len(list((folder / "frames").iterdir())) == 12
    # Nine of the twelve steps, 512 wide each, one below the other.
    assert Image.open(folder / "sheet.png").height > 9 * 256


def test_the_ends_are_the_two_lights(place, run):
    code, _, err = run(*INTERPOLATE, "--steps", "3", "--frames-png")
    assert code == 0, err
    for light, index in (("dusk", 0), ("inputs/photo.png::inputs/mask.png", 2)):
        assert run("render", "inputs/sat.png", "--light", light, "--out", f"end{index}")[0] == 0
        wanted = np.asarray(Image.open(place / f"end{index}" / "panorama.png"), int)
        got = np.asarray(
            Image.open(place / "out" / "interpolate-sat" / "frames" / f"frame_000{index}.png"), int
        )
        assert np.abs(wanted - got).max() <= 1


def test_two_steps_are_the_least(place, run):
    assert run(*INTERPOLATE, "--steps", "2")[0] == 0
    code, _, err = run(*INTERPOLATE, "--steps", "0", "--out", "other")
    assert code == 2
    assert "--steps" in err
    with pytest.raises(FileNotFoundError):
        (place / "other").stat()
