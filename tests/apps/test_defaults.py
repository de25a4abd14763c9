"""What commands take where nothing is said: said in one notice, and the same as saying it."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from sat2density.apps import options
from sat2density.apps.cli import main
from sat2density.apps.options import LightOptions, PathOptions, TileOptions, tell_defaults
from sat2density.errors import InputError
from sat2density.notices import Notice, heard
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.weights import save_weights

SPEC = SceneSpec(tile_size=32, panorama_size=(64, 32), samples_per_ray=8)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = Sat2Density.random("tiny", SPEC)
    save_weights("w", model.generator, SPEC, model.rules, model.info, half=False)
    pixels = np.random.default_rng(0).integers(0, 256, (40, 40, 3), dtype=np.uint8)
    Image.fromarray(pixels).save("sat.png")
    return tmp_path


def test_render_and_video_need_nothing_but_a_tile(here, capsys, monkeypatch):
    monkeypatch.setattr(options, "AHEAD_FRAMES", 3)
    assert main(["render", "sat.png", "--weights", "w"]) == 0
    err = capsys.readouterr().err
    assert err.count("notice: taken, as nothing else was said: --light clear-noon") == 1
    line = ["render", "sat.png", "--weights", "w", "--light", "clear-noon", "--out", "said"]
    assert main(line) == 0
    assert "taken, as" not in capsys.readouterr().err
    same = [np.asarray(Image.open(f"{d}/panorama.png")) for d in ("out/render-sat", "said")]
    assert np.array_equal(*same)
    assert main(["video", "sat.png", "--weights", "w"]) == 0
    err = capsys.readouterr().err
    assert err.count("notice: taken") == 1
    assert "--light clear-noon and a walk straight ahead" in err


def test_the_walk_ahead_goes_north_and_is_resampled():
    walk = PathOptions().read(SPEC)
    assert walk.points[0].tolist() == [0, 0.4]
    assert walk.points[-1].tolist() == [0, -0.4]
    assert not walk.headings.any()
    assert len(PathOptions(frames=7).read(SPEC)) == 7
    with pytest.raises(InputError, match="one of them"):
        PathOptions(frames=7, spacing_m=1).read(SPEC)
    found = []
    with heard(found.append):
        tell_defaults(LightOptions("dusk"), PathOptions(here := "a.csv"))  # type: ignore[arg-type]
        assert here
    assert not found


def test_a_mask_without_a_photo(here, capsys):
    assert main(["render", "sat.png", "--weights", "w", "--sky-mask", "m.png"]) == 2
    assert "goes with a photo as --light" in capsys.readouterr().err


def test_the_true_width_of_a_tile(here, capsys):
    Image.open("sat.png").resize((200, 200)).save("wide.png")
    line = ["render", "wide.png", "--weights", "w", "--light", "dusk"]
    assert main([*line, "--extent-m", "60"]) == 0
    err = capsys.readouterr().err
    assert "is 60 m wide (as was said), and these weights see 30 m: cut to that" in err
    assert main([*line, "--extent-m", "10", "--out", "other"]) == 2
    assert "fetch 30 m around the camera (at least 24 m)" in capsys.readouterr().err
    for value in ("0", "nan", "-3", "1e9"):
        assert main([*line, "--extent-m", value, "--out", "other"]) == 2
        assert "--extent-m must be 1 to 100000 metres" in capsys.readouterr().err
    with pytest.warns(Notice, match="cut"):
        tile = TileOptions(extent_m=60).read(here / "wide.png", SPEC)
    assert tile.shape == (3, 32, 32)


def test_python_dash_m():
    line = [sys.executable, "-m", "sat2density", "--version"]
    done = subprocess.run(line, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.startswith("sat2density 0.")


def test_bench_quick_measures_small_networks(capsys, monkeypatch):
    from sat2density.bench import suites

    asked = []

    def suite(setting):
        asked.append((setting.architecture, setting.effort.rounds, setting.brief))
        return []

    monkeypatch.setattr(suites, "SUITES", dict.fromkeys(suites.SUITES, suite))
    assert main(["bench", "--quick"]) == 0
    assert asked == [("small", 2, True)] * 3
