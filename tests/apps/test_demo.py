"""`sat2density demo`: the whole way, with small weights for speed; what it says without trained
weights.
"""

from pathlib import Path

import pytest

from sat2density.apps import demo
from sat2density.apps.options import ModelOptions
from sat2density.paths.trajectory import Trajectory


@pytest.fixture
def short(monkeypatch):
    """A walk of four frames and four steps of light."""
    monkeypatch.setattr(demo, "WALK_M", 1.5)
    monkeypatch.setattr(demo, "LIGHT_STEPS", 4)


def test_the_whole_way(place, run, short):
    code, out, err = run("demo")
    assert code == 0, err
    listed = out.split()
    written = [
        str(path.relative_to(place))
        for path in (place / "out" / "demo").rglob("*")
        if path.is_file()
    ]
    assert sorted(listed) == sorted(written)
    opened = [line.split()[0] for line in err.splitlines() if line.startswith("  out/demo/")]
    assert len(opened) == 7  # random weights know no things: no city
    assert all(Path(name).stat().st_size > 0 for name in opened)
    # The weights here are random: said before and after, in plain words.
    assert err.count("UNTRAINED") == 2


def test_its_inputs_work_with_the_other_commands(place, run):
    """What the demo writes as inputs is what a user would bring."""
    from sat2density.worlds import World

    world = World.generate(demo.STYLE, demo.DEMO_SEED)
    demo.write_inputs(world, Trajectory.from_cameras(world.road_path(1.5, 0.5)), place / "inputs")
    light = "inputs/ground.png::inputs/sky.png"
    code, _, err = run(
        "video", "inputs/tile.png", "--light", light, "--path", "inputs/walk.csv", "--frames-png"
    )
    assert code == 0, err
    assert len(list((place / "out" / "video-tile" / "frames").iterdir())) == 4


def test_the_same_place_every_time(tmp_path):
    from sat2density.worlds import World

    world = World.generate(demo.STYLE, demo.DEMO_SEED)
    walk = Trajectory.from_cameras(world.road_path(2.0, 0.5))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        names = demo.write_inputs(World.generate(demo.STYLE, demo.DEMO_SEED), walk, tmp_path / name)
    assert all(
        (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        for name in names
    )


def test_the_place_is_of_no_split():
    from sat2density.worlds import reserved_split

    assert reserved_split(demo.DEMO_SEED) is None


def test_without_trained_weights_a_random_network_stands_in(monkeypatch):
    monkeypatch.setattr(demo, "weights_ship", lambda: False)
    model = demo.demo_model(ModelOptions(device="cpu"))
    assert not model.trained


def test_an_output_in_use_is_refused_before_the_work(place, run, monkeypatch):
    (place / "out" / "demo").mkdir(parents=True)
    (place / "out" / "demo" / "mine.txt").write_text("mine")
    monkeypatch.setattr(demo, "demo_model", lambda options: pytest.fail("worked first"))
    code, _, err = run("demo")
    assert code == 2
    assert "not empty" in err
