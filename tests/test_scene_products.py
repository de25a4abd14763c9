"""What a scene makes beside views: files, walks, pictures in notebooks."""

import io
import itertools

import numpy as np
import pytest
import torch
from PIL import Image, ImageSequence

from sat2density import Camera, Lighting, SceneSpec, Trajectory
from sat2density.errors import InputError, OutputError
from sat2density.pipeline import Sat2Density
from sat2density.scene import Scene

SPEC = SceneSpec(tile_size=32, panorama_size=(64, 32), samples_per_ray=8)
WALK = Trajectory.straight((-0.5, 0), (0.5, 0), frames=5).along_path()


@pytest.fixture(scope="module")
def model():
    return Sat2Density.random("tiny", SPEC)


@pytest.fixture(scope="module")
def scene(model):
    return model.reconstruct(torch.rand(3, 32, 32, generator=torch.Generator().manual_seed(0)))


def test_a_walk_is_a_generator(scene):
    told = []
    walk = scene.walk(WALK, "dusk", progress=lambda done, total: told.append((done, total)))
    assert len(walk) == 5
    assert repr(walk) == "Walk(5 views)"
    first = next(walk)
    assert torch.equal(first.image, scene.render(WALK.cameras[0], "dusk").image)
    rest = list(walk)
    assert len(rest) == 4
    assert told == [(number, 5) for number in range(1, 6)]
    assert list(walk) == []
    assert len(list(walk.views())) == 5


def test_cameras_walk_as_well_and_few_are_rendered_ahead(scene, monkeypatch):
    """An iterator of very many cameras renders what is taken: memory does not grow with them."""
    rendered = []
    real = Scene.render

    def counted(self, camera, *rest):
        rendered.append(camera)
        return real(self, camera, *rest)

    monkeypatch.setattr(Scene, "render", counted)
    places = np.linspace((-1, -1), (1, 1), 100_000)
    walk = scene.walk(places, "dusk")
    taken = list(itertools.islice(walk, 3))
    assert len(taken) == len(rendered) == 3
    assert scene.walk([Camera(), (0.1, 0.1)], "dusk").cameras == [Camera(), Camera(0.1, 0.1)]


def test_a_walk_takes_a_light_for_each_view(scene, tmp_path):
    """As `render` does; the film has the same pictures."""
    noon, dusk = Lighting.preset("clear-noon"), Lighting.preset("dusk")
    lights = [Lighting.mix(noon, dusk, step / 4) for step in range(5)]
    views = list(scene.walk(WALK, lights))
    together = scene.render(WALK.cameras, lights).image
    for view, image in zip(views, together, strict=True):
        torch.testing.assert_close(view.image, image, rtol=0, atol=1e-5)
    assert not torch.equal(together[0], scene.render(WALK.cameras[0], dusk).image)
    named = list(scene.walk(WALK, ["dusk", "dusk", "overcast", "dusk", "overcast"]))
    torch.testing.assert_close(
        named[2].image, scene.render(WALK.cameras[2], "overcast").image, rtol=0, atol=1e-5
    )
    for name in ("a.gif", "a.mp4"):
        scene.walk(WALK, lights).save(tmp_path / name, width=256)
    scene.walk(WALK, noon).save(tmp_path / "b.gif", width=256)
    frames = [_frames(tmp_path / name) for name in ("a.gif", "b.gif")]
    changes = [np.abs(a - b).mean() for a, b in zip(*frames, strict=True)]
    assert changes[0] == 0 < changes[-1]


def _frames(path):
    with Image.open(path) as film:
        return [
            np.asarray(frame.convert("RGB"), np.int16) for frame in ImageSequence.Iterator(film)
        ]


@pytest.mark.parametrize(
    ("lights", "said"),
    [
        (["dusk"] * 4, "4 for a walk of 5 views; give one light for all, or a list with one for"),
        ([], "0 for a walk of 5 views"),
        (["dusk"] * 4 + ["dus"], "light 5: .*did you mean 'dusk'"),
        (("dusk",) * 5, "5 are given where one is wanted.*scene.walk take a list of lights"),
    ],
)
def test_lights_that_a_walk_cannot_have(scene, lights, said):
    with pytest.raises(InputError, match=said):
        scene.walk(WALK, lights)


def test_a_bar_is_shown(scene, capsys):
    list(scene.walk(WALK, "dusk", progress=True))
    assert "5/5" in capsys.readouterr().err


def test_a_walk_is_saved_as_a_film(scene, tmp_path):
    import av

    walk = scene.walk(WALK, "dusk")
    next(walk)
    for name, kind in (("a.mp4", None), ("b.mp4", "ahead"), ("c.mp4", "spherical")):
        walk.save(tmp_path / name, kind, fps=12, width=256)
        with av.open(str(tmp_path / name)) as film:
            assert sum(1 for _ in film.decode(video=0)) == 5
    walk.save(tmp_path / "d.gif", width=256)
    assert Image.open(tmp_path / "d.gif").n_frames == 5


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("a.avi", {}, "a film is .mp4 or .gif"),
        ("a", {}, "a film is .mp4 or .gif"),
        ("a.mp4", {"kind": "walks"}, "did you mean 'walk'"),
        ("a.mp4", {"kind": "gif"}, "ends in .gif"),
        ("a.gif", {"kind": "ahead"}, "ends in .mp4"),
        ("a.mp4", {"fps": 0}, "fps"),
        ("a.gif", {"fps": 100}, "fps"),
        ("a.mp4", {"width": 255}, "width"),
    ],
)
def test_films_that_cannot_be(scene, tmp_path, name, options, said):
    with pytest.raises(InputError, match=said):
        scene.walk(WALK, "dusk").save(tmp_path / name, **options)
    assert not list(tmp_path.iterdir())


def test_walks_that_cannot_be(scene, model):
    with pytest.raises(InputError, match="no camera"):
        scene.walk([], "dusk")
    with pytest.raises(InputError, match=r"camera 2: .*outside the tile"):
        scene.walk([(0, 0), (3, 0)], "dusk")
    with pytest.raises(InputError, match="did you mean 'dusk'"):
        scene.walk(WALK, "dus")
    with pytest.raises(InputError, match="True, False or a function"):
        list(scene.walk(WALK, "dusk", progress="yes"))
    with pytest.raises(InputError, match=r"holds 2 tiles; take one of them: scene\[0\]"):
        model.reconstruct(torch.rand(2, 3, 32, 32)).walk(WALK, "dusk")
    with pytest.raises(InputError, match="two different points"):
        scene.walk([(0, 0)], "dusk").save("a.mp4")


def test_export_by_suffix(scene, tmp_path):
    pytest.importorskip("trimesh")
    for name in ("a.vti", "a.npz", "a.tif", "a.glb", "a.ply", "a.obj", "a.html"):
        written = scene.export(tmp_path / name)
        assert written[0] == tmp_path / name
        assert all(path.stat().st_size for path in written)


def test_exports_that_cannot_be(scene, model, tmp_path):
    with pytest.raises(InputError, match=r"'.stl' is no format's suffix; use one of .*\.glb"):
        scene.export(tmp_path / "a.stl")
    with pytest.raises(InputError, match=r"the format 'vti' ends in \.vti"):
        scene.export(tmp_path / "a.glb", "vti")
    with pytest.raises(InputError, match="unknown format 'vtk'; did you mean 'vti'"):
        scene.export(tmp_path / "a.vti", "vtk")
    with pytest.raises(InputError, match="mesh must be one of"):
        scene.export(tmp_path / "a.vti", mesh="Volume")
    with pytest.raises(InputError, match="did you mean 'dusk'"):
        scene.export(tmp_path / "a.html", light="dus")
    with pytest.raises(InputError, match="take one of them"):
        model.reconstruct([torch.rand(3, 32, 32)]).export(tmp_path / "a.vti")
    with pytest.raises(OutputError):
        scene.export(__file__ + "/a.vti")
    assert not list(tmp_path.iterdir())


def test_a_scene_is_kept_and_read_again(scene, model, tmp_path):
    batch = model.reconstruct(torch.rand(2, 3, 32, 32))
    for one in (scene, batch):
        one.save(tmp_path / "a.npz")
        again = Scene.load(tmp_path / "a.npz", model)
        assert torch.equal(again.density, one.density)
        assert torch.equal(again.render((0, 0), "dusk").image, one.render((0, 0), "dusk").image)
    with pytest.raises(InputError, match=r"is saved as \.npz; scene\.export"):
        scene.save(tmp_path / "a.glb")


def test_files_that_are_no_kept_scene(scene, model, tmp_path):
    scene.save(tmp_path / "a.npz")
    data = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "cut.npz").write_bytes(data[: len(data) // 2])
    (tmp_path / "text.npz").write_text("no")
    (tmp_path / "empty.npz").write_bytes(b"")
    np.savez(tmp_path / "other.npz", density=np.zeros(3))
    np.savez(tmp_path / "pickled.npz", format=np.array([{}], dtype=object))
    scene.export(tmp_path / "export.npz")
    for name in ("cut", "text", "empty", "other", "pickled", "export", "absent"):
        with pytest.raises(InputError, match=f"{name}.npz"):
            Scene.load(tmp_path / f"{name}.npz", model)
    arrays = dict(np.load(tmp_path / "a.npz"))
    for key, value in (
        ("weights", "others"),
        ("densities", arrays["densities"][:, :2]),
        ("tiles", arrays["tiles"].astype(np.float64)),
        ("densities", -1 - arrays["densities"]),
        ("tiles", arrays["tiles"] * np.nan),
    ):
        np.savez(tmp_path / "b.npz", **{**arrays, key: value})
        with pytest.raises(InputError, match=r"b\.npz: (was made with|is damaged)"):
            Scene.load(tmp_path / "b.npz", model)


def test_one_tile_of_a_batch(model, scene):
    tiles = torch.rand(2, 3, 32, 32)
    batch = model.reconstruct(tiles)
    assert torch.equal(batch[1].tile, batch[-1].tile)
    assert torch.equal(batch[1].tile, tiles[1])
    assert len(list(batch)) == 2
    with pytest.raises(IndexError, match="holds 2 tiles"):
        batch[2]
    with pytest.raises(IndexError, match="is no batch"):
        scene[0]


def test_a_notebook_shows_pictures(scene, model):
    picture = Image.open(io.BytesIO(scene._repr_png_()))
    assert picture.width > 2 * 32
    assert model.reconstruct(torch.rand(2, 3, 32, 32))._repr_png_() is None
