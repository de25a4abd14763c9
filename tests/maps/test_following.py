"""A walk over a map: no seams, flat memory, going on after a stop."""

import json

import pytest

pytest.importorskip("drawn_maps")
import av
from drawn_maps import SYDNEY, draw_map

from sat2density.apps.cli import main
from sat2density.export.spherical import read_spherical_metadata
from sat2density.maps.film import MapFilm, film_map_walk
from sat2density.maps.following import KEPT, FollowingScene
from sat2density.maps.raster import MapRaster
from sat2density.maps.tracks import read_track
from sat2density.maps.walks import walk_on


@pytest.fixture
def area(tmp_path):
    return draw_map(tmp_path / "area.tif", side_m=90.0, pixel_m=0.25)


@pytest.fixture
def track(tmp_path):
    path = tmp_path / "walk.csv"
    north = 1 / 111_200
    rows = [f"{SYDNEY[0] + k * north},{SYDNEY[1] + 4e-6 * k}" for k in range(-25, 26, 5)]
    path.write_text("\n".join(["lat,lon", *rows]))
    return path


@pytest.fixture
def following(area, tiny_weights):
    from sat2density.loading import load

    raster = MapRaster(area)
    return FollowingScene(load(tiny_weights, device="cpu"), raster, raster.crs)


def test_the_place_has_one_density_however_one_came(following, area, tiny_weights):
    x, y = following.raster.coordinates(180, 180)
    first, camera = following.at(x, y)
    density = first.density.clone()
    for step in range(1, 40):
        following.at(x + step, y)
    again, camera_again = following.at(x, y)
    assert (again.density == density).all()
    assert camera == camera_again
    assert len(following._tiles) <= KEPT
    beside, _ = following.at(x + following.cell_m, y)
    same = beside.density[:, :, :-1] - density[:, :, 1:]
    assert float(same.abs().max()) < 1e-5
    tile = beside.tile[:, :, :-2] - first.tile[:, :, 2:]
    assert float(tile.abs().max()) < 1e-5


def test_the_camera_stands_where_it_should(following):
    x, y = following.raster.coordinates(180.3, 177.9)
    _, camera = following.at(x, y, 30.0)
    middle = following.bounds(x, y)
    unit = following.model.spec.unit_m
    assert middle[0] + camera.east * unit == pytest.approx(x, abs=1e-6)
    assert middle[1] - camera.south * unit == pytest.approx(y, abs=1e-6)
    assert max(abs(camera.east), abs(camera.south)) * unit <= following.cell_m


def test_what_rays_bring_along_follows_too(area):
    import dataclasses

    from sat2density.models.architecture import Architecture
    from sat2density.pipeline import Sat2Density
    from sat2density.scene_spec import SceneSpec

    arch = dataclasses.replace(
        Architecture.named("tiny"),
        heads=("classes", "ground"),
        class_names=("sky", "road", "grass"),
        render_features=True,
        render_depth=True,
    )
    spec = SceneSpec(extent_m=16.0, tile_size=64, panorama_size=(64, 32), samples_per_ray=12)
    raster = MapRaster(area)
    following = FollowingScene(Sat2Density.random(arch, spec), raster, raster.crs)
    x, y = raster.coordinates(180, 180)
    scene, camera = following.at(x, y)
    assert scene.render(camera, "dusk").image.isfinite().all()
    beside, _ = following.at(x + following.cell_m, y)
    same = beside.features[:, :, :, :-1] - scene.features[:, :, :, 1:]
    assert float(same.abs().max()) < 1e-5


def frames_of(path):
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]


def test_a_film_and_its_sidecar(area, track, tiny_weights, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    words = ["video", "--map", str(area), "--track", str(track), "--light", "dusk", "--out", "o"]
    words += ["--spacing-m", "2", "--weights", tiny_weights, "--device", "cpu"]
    assert main(words) == 0
    where = json.loads((tmp_path / "o/frames.geojson").read_text())
    places = where["geometry"]["coordinates"]
    frames = frames_of(tmp_path / "o/video.mp4")
    assert len(frames) == len(places) == len(where["properties"]["headings"])
    assert places[0] == pytest.approx([SYDNEY[1] - 1e-4, SYDNEY[0] - 25 / 111_200], abs=1e-6)
    heading = int(
        read_spherical_metadata(tmp_path / "o/panorama-360.mp4")["version_1"][
            "InitialViewHeadingDegrees"
        ]
    )
    assert heading == pytest.approx(where["properties"]["headings"][0], abs=1)
    assert main(words) == 2
    assert "not empty" in capsys.readouterr().err


def test_a_stopped_film_goes_on_with_the_same_frames(following, track, tmp_path):
    walk = walk_on(following.raster, read_track(track), 2.0)
    from sat2density.light.lighting import Lighting

    style = following.model.style(Lighting.preset("dusk"))
    film = MapFilm(part_frames=10)
    film_map_walk(following, walk, style, tmp_path / "whole", film, {"a": 1})

    def stop(done, total):
        if done == 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        film_map_walk(following, walk, style, tmp_path / "o", film, {"a": 1}, progress=stop)
    assert not (tmp_path / "o/video.mp4").exists()
    result = film_map_walk(following, walk, style, tmp_path / "o", film, {"a": 1})
    assert result["found"] == 10
    for name in ("video.mp4", "panorama-360.mp4"):
        whole, resumed = frames_of(tmp_path / "whole" / name), frames_of(tmp_path / "o" / name)
        assert len(whole) == len(resumed) == len(walk)
        assert all((a == b).all() for a, b in zip(whole, resumed, strict=True))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--map", "area.tif"), "needs --track"),
        (("area.tif", "--map", "area.tif", "--track", "walk.csv"), "no tile beside"),
        (("--track", "walk.csv"), "name a satellite tile"),
        (("area.tif", "--track", "walk.csv"), "--track: is of --map"),
        (("--map", "area.tif", "--track", "walk.csv", "--gif"), "no GIF"),
        (("--map", "area.tif", "--track", "none.gpx"), "no such file"),
        (("--map", "none.tif", "--track", "walk.csv"), "no such file"),
    ],
)
def test_bad_words(area, track, tiny_weights, tmp_path, monkeypatch, capsys, more, said):
    monkeypatch.chdir(tmp_path)
    words = ["video", *more, "--light", "dusk", "--weights", tiny_weights, "--device", "cpu"]
    assert main(words) == 2
    assert said in capsys.readouterr().err
