"""A scene in several formats, as a function."""

import pytest

from sat2density.errors import InputError
from sat2density.export.formats import FORMATS, Content
from sat2density.export.scene_files import available_formats, write_scene
from sat2density.light.lighting import Lighting


def test_every_format_at_once(telling, walk, tmp_path, told):
    pytest.importorskip("trimesh")
    content = Content(telling, light=Lighting.preset("dusk"), walk=walk)
    names = write_scene(content, tmp_path, FORMATS, told)
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    assert {format_.file for format_ in FORMATS.values()} <= set(names)
    assert told.steps == [(done, len(FORMATS)) for done in range(1, len(FORMATS) + 1)]


def test_weights_that_tell_no_things_write_no_things(scene, telling, tmp_path):
    with pytest.raises(InputError, match="weights with heads"):
        write_scene(Content(scene), tmp_path, ("npz", "city"))
    assert not list(tmp_path.iterdir())
    things = {"city", "walk", "cityjson", "geojson"}
    assert not things & set(available_formats(False, scene.model))
    assert things <= set(available_formats(False, telling.model))


def test_heights_are_computed_once_for_all_formats(scene, tmp_path):
    pytest.importorskip("trimesh")
    calls = []

    def run(work):
        calls.append(1)
        return work()

    write_scene(Content(scene, run=run), tmp_path, ("npz", "heights", "glb", "ply"))
    assert len(calls) == 1


def test_a_mesh_may_be_thinned(scene):
    assert len(Content(scene).surface.vertices) == 32 * 32
    assert len(Content(scene, most_cells=8).surface.vertices) == 8 * 8


@pytest.mark.parametrize(
    ("formats", "words"),
    [
        (("GLB",), "did you mean 'glb'"),
        (("npz", "stl"), "unknown format 'stl'"),
        ((), "name at least one of vti, npz"),
        (("vti", "page"), r"Page \(HTML\): needs a light"),
    ],
)
def test_what_cannot_be_written_is_refused_before_anything_is(scene, tmp_path, formats, words):
    with pytest.raises(InputError, match=words):
        write_scene(Content(scene), tmp_path, formats)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mesh", ["Volume", "surface", None])
def test_kinds_of_meshes_that_there_are_not(scene, mesh):
    with pytest.raises(InputError, match="mesh must be one of heights, volume"):
        Content(scene, mesh=mesh)


def test_the_formats_an_installation_can_write(monkeypatch):
    pytest.importorskip("trimesh")
    assert available_formats(lit=True) == ["page"]
    assert available_formats(lit=False) == ["vti", "npz", "heights", "glb", "ply", "obj"]
    monkeypatch.setitem(__import__("sys").modules, "trimesh", None)
    assert available_formats(lit=False) == ["vti", "npz", "heights"]
