"""`sat2density video`: its files, frames, metadata and choices."""

import json

import av
import numpy as np
import pytest
from PIL import Image

from sat2density.export.spherical import read_spherical_metadata

VIDEO = ["video", "inputs/sat.png", "--light", "dusk", "--path", "inputs/walk.csv"]


def frames_of(path):
    with av.open(str(path)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_two_videos_with_a_frame_for_each_row(place, run):
    code, out, err = run(*VIDEO)
    assert code == 0, err
    folder = place / "out" / "video-sat"
    assert out.split() == ["out/video-sat/video.mp4", "out/video-sat/panorama-360.mp4"]
    assert len(frames_of(folder / "video.mp4")) == 4
    around = frames_of(folder / "panorama-360.mp4")
    assert [frame.shape for frame in around] == [(512, 1024, 3)] * 4
    assert read_spherical_metadata(folder / "panorama-360.mp4")["version_2"]["projection"] == "equi"
    assert read_spherical_metadata(folder / "video.mp4") == {}


def test_the_frames_are_the_views_of_the_path(place, run, weights):
    """Pixel for pixel: frame 2 of frames/ is what the Python interface renders at row 2 of the
    path.
    """
    import sat2density as s2d

    code, out, err = run(*VIDEO, "--frames-png", "--gif", "--precision", "float32")
    assert code == 0, err
    folder = place / "out" / "video-sat"
    assert [line.rpartition("/")[2] for line in out.split()][2:] == ["video.gif", "frames", "depth"]
    model = s2d.load(weights, device="cpu")
    scene = model.reconstruct(s2d.read_image("inputs/sat.png"))
    view = scene.render(s2d.Camera.from_pixels(128, 128), s2d.Lighting.preset("dusk"))
    s2d.save_image(place / "wanted.png", view.image)
    wanted, got = Image.open(place / "wanted.png"), Image.open(folder / "frames" / "frame_0002.png")
    assert np.abs(np.asarray(wanted, int) - np.asarray(got, int)).max() <= 1
    assert len(list((folder / "frames").iterdir())) == len(list((folder / "depth").iterdir())) == 4
    with Image.open(folder / "video.gif") as gif:
        assert gif.n_frames == 4


def test_perspective(place, run):
    code, out, err = run(
        *VIDEO, "--view", "perspective", "--size", "96", "64", "--fov", "70", "--turn"
    )
    assert code == 0, err
    assert out.split()[1] == "out/video-sat/perspective.mp4"
    ahead = frames_of(place / "out" / "video-sat" / "perspective.mp4")
    assert [frame.shape for frame in ahead] == [(64, 96, 3)] * 4


def test_resampling_and_summary(place, run):
    """From (112, 160) by two rows to (136, 110): 54.6 pixels of 30/256 m are about 6.5 m; 5 frames
    as asked.
    """
    code, _, err = run(*VIDEO, "--frames", "5", "--json", "summary.json")
    assert code == 0, err
    summary = json.loads((place / "summary.json").read_text())
    assert summary["frames"] == 5
    assert summary["length_m"] == pytest.approx(6.5, abs=0.3)
    assert len(frames_of(place / "out" / "video-sat" / "video.mp4")) == 5


def test_turning_changes_what_is_in_the_middle(place, run):
    """A walk to the east, looking north or the way one goes: the panorama is moved by a quarter of
    its width.
    """
    (place / "inputs" / "walk.csv").write_text("x,y\n120,128\n136,128\n")
    for name, extra in (("north", []), ("ahead", ["--turn"])):
        code, _, err = run(*VIDEO, "--frames-png", "--out", name, *extra)
        assert code == 0, err
    north = np.asarray(Image.open(place / "north" / "depth" / "frame_0000.png"), float)
    ahead = np.asarray(Image.open(place / "ahead" / "depth" / "frame_0000.png"), float)
    assert np.abs(ahead - np.roll(north, -16, axis=1)).max() <= 2
    assert not np.array_equal(north, ahead)


def test_a_partial_field_of_view_is_black_above_and_below(place, run, tmp_path_factory):
    """Weights that see 90 degrees: the sphere's upper and lower quarter are black."""
    from sat2density.apps.cli import main
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec
    from sat2density.weights import save_weights

    spec = SceneSpec(tile_size=64, panorama_size=(64, 16), samples_per_ray=8, vertical_fov_deg=90)
    model = Sat2Density.random("tiny", spec)
    stem = tmp_path_factory.mktemp("narrow") / "narrow"
    save_weights(stem, model.generator, spec, model.rules, model.info)
    assert main([*VIDEO, "--weights", str(stem), "--device", "cpu"]) == 0
    frame = frames_of(place / "out" / "video-sat" / "panorama-360.mp4")[0]
    assert frame[:120].max() <= 4
    assert frame[392:].max() <= 4
    assert frame[140:372].mean() > 20
