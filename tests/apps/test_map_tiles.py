"""A place on a map, where a command takes a tile."""

import json

import pytest

pytest.importorskip("drawn_maps")
from drawn_maps import SYDNEY, draw_map

HERE = f"{SYDNEY[0]},{SYDNEY[1]}"
COMMANDS = {
    "render": ("--light", "dusk"),
    "export": ("--formats", "heights"),
    "video": ("--light", "dusk", "--path", "inputs/walk.csv"),
    "interpolate": ("--lights", "dusk", "overcast", "--frames", "2"),
    "matrix": ("--lights", "dusk"),
}


@pytest.fixture
def area(place):
    return draw_map(place / "area.tif", pixel_m=0.9).name


@pytest.mark.parametrize("command", ["render", "export", "video"])
def test_a_command_takes_a_place_on_a_map(run, place, area, command):
    code, out, err = run(command, f"{area}@{HERE}", *COMMANDS[command])
    assert code == 0, err
    assert f"out/{command}-area@{HERE.split(',')[0]}" in out
    assert "times coarser" in err


def test_the_place_can_stand_apart(run, place, area):
    assert run("render", area, "--at-map", HERE, "--light", "dusk", "--out", "a")[0] == 0
    assert (
        run("render", f"{area}@{HERE}", "--light", "dusk", "--out", "b", "--json", "b.json")[0] == 0
    )
    assert (place / "a/panorama.png").read_bytes() == (place / "b/panorama.png").read_bytes()
    assert json.loads((place / "b.json").read_text())["tile"] == f"{area}@{HERE}"


@pytest.mark.parametrize(
    ("tile", "more", "said"),
    [
        ("area.tif@-33.9,151", (), "lies outside the map"),
        ("area.tif@151.2153,-33.8568", (), "did you mean -33.8568,151.215"),
        ("area.tif@here", (), "expected LAT,LON"),
        ("nowhere.tif@1,2", (), "no such file"),
        (f"area.tif@{HERE}", ("--bands", "9"), "has no band 9"),
        (f"area.tif@{HERE}", ("--stretch", "9", "1"), "black must be below white"),
        (f"area.tif@{HERE}", ("--at-map", HERE), "one place only"),
        ("inputs/sat.png", ("--at-map", HERE), "no coordinate system"),
    ],
)
def test_bad_places_are_one_sentence(run, area, tile, more, said):
    code, _, err = run("render", tile, "--light", "dusk", *more)
    assert code == 2
    assert said in err
    assert "Traceback" not in err


def test_a_command_takes_a_place_on_a_tile_server(run, place, monkeypatch):
    from tile_server import serving

    monkeypatch.setenv("SAT2DENSITY_CACHE", str(place / "cache"))
    with serving() as asked:
        words = ("render", f"{asked.template}@{HERE}", "--light", "dusk", "--json", "r.json")
        code, _, err = run(*words, "--zoom", "17")
        assert code == 2
        assert "--attribution TEXT" in err
        code, out, err = run(*words, "--zoom", "17", "--attribution", "(c) the test")
    assert code == 0, err
    assert "pictures: (c) the test" in err
    folder = place / f"out/render-127.0.0.1@{SYDNEY[0]:.7f},{SYDNEY[1]:.7f}"
    assert (folder / "attribution.txt").read_text() == "(c) the test\n"
    told = (place / "r.json").read_text()
    assert "secret" not in told + out + err
    assert json.loads(told)["tile"].startswith("http://127.0.0.1:")
