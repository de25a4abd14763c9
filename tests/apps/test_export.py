"""`sat2density export`: each format is there and holds the scene."""

import json

import numpy as np
import pytest

FILES = {
    "vti": ["density.vti"],
    "npz": ["density.npz"],
    "heights": ["heights.tif"],
    "glb": ["scene.glb"],
    "ply": ["scene.ply"],
    "obj": ["scene.obj", "scene.mtl", "scene.png"],
}


def test_all_formats(place, run):
    pytest.importorskip("trimesh")
    code, out, err = run("export", "inputs/sat.png", "--formats", *FILES, "--json", "summary.json")
    assert code == 0, err
    wanted = [name for names in FILES.values() for name in names]
    assert [line.rpartition("/")[2] for line in out.split()] == wanted
    folder = place / "out" / "export-sat"
    assert sorted(path.name for path in folder.iterdir()) == sorted(wanted)
    assert json.loads((place / "summary.json").read_text())["formats"] == list(FILES)


def test_the_archive_holds_the_density(place, run, weights):
    import sat2density as s2d

    code, _, err = run("export", "inputs/sat.png", "--formats", "npz", "--precision", "float32")
    assert code == 0, err
    scene = s2d.load(weights, device="cpu").reconstruct(s2d.read_image("inputs/sat.png"))
    with np.load(place / "out" / "export-sat" / "density.npz") as archive:
        assert archive["density"] == pytest.approx(scene.density.numpy(), abs=1e-5)
        assert archive["heights_m"] == pytest.approx(scene.heights().numpy(), abs=1e-4)


def test_a_format_named_twice_is_written_once(place, run):
    code, out, _ = run("export", "inputs/sat.png", "--formats", "heights", "heights")
    assert code == 0
    assert out.split() == ["out/export-sat/heights.tif"]


def test_the_mesh_of_the_volume_is_another_one(place, run):
    pytest.importorskip("trimesh")
    for kind in ("heights", "volume"):
        code, _, err = run(
            "export", "inputs/sat.png", "--formats", "ply", "--mesh", kind, "--out", kind
        )
        assert code == 0, err
    assert (place / "heights" / "scene.ply").read_bytes() != (
        place / "volume" / "scene.ply"
    ).read_bytes()


def test_page_with_a_walk(place, run):
    code, out, err = run(
        "export",
        "inputs/sat.png",
        "--formats",
        "page",
        "--light",
        "dusk",
        "--path",
        "inputs/walk.csv",
    )
    assert code == 0, err
    assert out.split() == ["out/export-sat/page.html"]
    page = (place / "out" / "export-sat" / "page.html").read_text()
    assert page.startswith("<!doctype html>")
    assert '"light": "dusk"' in page


def test_an_unknown_format_is_refused(place, run):
    code, _, err = run("export", "inputs/sat.png", "--formats", "stl")
    assert code == 2
    assert "stl" in err


def test_an_extra_that_is_missing_is_named(place, run, monkeypatch):
    """The error says what to install, and nothing is left behind."""
    monkeypatch.setitem(__import__("sys").modules, "trimesh", None)
    code, _, err = run("export", "inputs/sat.png", "--formats", "npz", "glb")
    assert code == 2
    assert "sat2density[mesh]" in err
    assert not (place / "out" / "export-sat").exists()
