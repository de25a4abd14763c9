"""Options shared by the commands: how text becomes places, folders, weights."""

from types import SimpleNamespace

import pytest
import tyro

from sat2density.apps.options import (
    ModelOptions,
    OutputOptions,
    PathOptions,
    PlaceOptions,
    trained_on,
)
from sat2density.errors import InputError, OutputError
from sat2density.notices import heard
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera

CVACT = SceneSpec.named("cvact")


def parse(kind, *args):
    return tyro.cli(
        kind, args=list(args), config=(tyro.conf.DisallowNone, tyro.conf.FlagCreatePairsOff)
    )


def test_place_in_three_ways_is_one_place():
    """A quarter of a cvact tile (30 m) east and half of the half north."""
    wanted = Camera(0.5, -0.25)
    assert parse(PlaceOptions, "--at", "0.5", "-0.25").camera(CVACT) == wanted
    assert parse(PlaceOptions, "--at-m", "7.5", "-3.75").camera(CVACT) == wanted
    assert parse(PlaceOptions, "--at-px", "192", "96").camera(CVACT) == wanted
    assert parse(PlaceOptions).camera(CVACT) == Camera()


def test_heading_and_height():
    place = parse(PlaceOptions, "--heading", "90", "--height-m", "3").camera(CVACT)
    assert place == Camera(heading=90.0, height_m=3.0)


def test_two_places_are_refused():
    with pytest.raises(InputError, match="--at and --at-px: give one place only"):
        PlaceOptions(at=(0, 0), at_px=(128, 128)).camera(CVACT)


@pytest.mark.parametrize(
    ("place", "option"),
    [
        (PlaceOptions(at=(1.01, 0)), "--at:"),
        (PlaceOptions(at_m=(0, -15.1)), "--at-m:"),
        (PlaceOptions(at_px=(257, 0)), "--at-px:"),
    ],
)
def test_a_place_outside_the_tile_is_refused(place, option):
    with pytest.raises(InputError, match=option):
        place.camera(CVACT)


def test_a_place_on_the_border_is_accepted():
    assert PlaceOptions(at_px=(256, 0)).camera(CVACT) == Camera(1.0, -1.0)


def test_not_a_number_is_refused():
    with pytest.raises(InputError, match="east must be a finite number"):
        PlaceOptions(at=(float("nan"), 0)).camera(CVACT)


def test_default_folder_is_named_after_command_and_tile(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = OutputOptions().folder("render", tmp_path / "home.png")
    assert str(folder) == "out/render-home"
    assert list(tmp_path.iterdir()) == []


def test_folder_in_use_is_refused_before_the_work(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="not empty"):
        OutputOptions(out=tmp_path).folder("render", tmp_path / "a.png")
    assert (
        OutputOptions(out=tmp_path, overwrite=True).folder("render", tmp_path / "a.png") == tmp_path
    )


def test_summary_file_in_use_is_refused(tmp_path):
    summary = tmp_path / "summary.json"
    summary.write_text("{}")
    with pytest.raises(OutputError, match="exists"):
        OutputOptions(out=tmp_path / "out", json=summary).folder("render", tmp_path / "a.png")
    with pytest.raises(OutputError, match="is a folder"):
        OutputOptions(out=tmp_path / "out", json=tmp_path, overwrite=True).folder(
            "render", tmp_path / "a.png"
        )


def test_without_weights_the_choices_are_said(monkeypatch):
    from sat2density.weights import default_weights

    monkeypatch.setattr("sat2density.weights.names.weights_ship", lambda: False)
    with pytest.raises(InputError, match="--weights cvact"):
        default_weights()
    monkeypatch.setattr("sat2density.weights.names.weights_ship", lambda: True)
    assert default_weights() == "anywhere-small"


def test_model_options_reach_the_loader(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "sat2density.loading.load", lambda *args, **kwargs: seen.update(args=args, **kwargs)
    )
    parse(ModelOptions, "--weights", "cvact", "--scene", "cvact", "--device", "cpu").load()
    assert seen == {"args": ("cvact",), "scene": "cvact", "device": "cpu", "precision": "auto"}


def test_origin_and_licence_of_weights_are_told():
    told = [
        trained_on(SimpleNamespace(info=info))
        for info in (
            {"trained_on": "released checkpoint", "licence": "CC BY-NC 4.0"},
            {"trained_on": "nothing"},
            {},
        )
    ]
    assert told == ["released checkpoint (CC BY-NC 4.0)", "nothing", "unknown data"]


@pytest.fixture
def walk_file(tmp_path):
    file = tmp_path / "walk.csv"
    file.write_text("x,y\n64,128\n128,128\n192,128\n")
    return file


def test_path_is_read_as_written(walk_file):
    walk = parse(PathOptions, "--path", str(walk_file)).read(CVACT)
    assert [(c.east, c.south, c.heading) for c in walk.cameras] == [
        (-0.5, 0, 0),
        (0, 0, 0),
        (0.5, 0, 0),
    ]


def test_path_is_resampled_and_turned(walk_file):
    """15 m of walk at 3 m are six frames, all looking east."""
    walk = parse(PathOptions, "--path", str(walk_file), "--spacing-m", "3", "--turn").read(CVACT)
    assert len(walk) == 6
    assert [c.heading for c in walk.cameras] == pytest.approx([90.0] * 6)
    assert len(parse(PathOptions, "--path", str(walk_file), "--frames", "5").read(CVACT)) == 5


def test_two_resamplings_are_refused(walk_file):
    with pytest.raises(InputError, match="--spacing-m and --frames"):
        PathOptions(walk_file, spacing_m=1.0, frames=5).read(CVACT)


def test_notices_of_a_path_are_told(walk_file):
    walk_file.write_text("x,y,angle\n64,128,0\n128,128,0\n")
    told = []
    with heard(told.append):
        PathOptions(walk_file).read(CVACT)
    assert len(told) == 1
