import dataclasses
import math

import numpy as np
import pytest
import torch

from sat2density import Camera, Lighting, SceneSpec
from sat2density.errors import InputError, ShapeError
from sat2density.loading import choose_device, load, prepare
from sat2density.models.architecture import Architecture
from sat2density.notices import Notice
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import RELEASED, Rules

SPEC = SceneSpec(
    extent_m=40, max_height_m=12, tile_size=32, panorama_size=(64, 32), samples_per_ray=24
)
NOON, DUSK = Lighting.preset("clear-noon"), Lighting.preset("dusk")
CAMERAS = [Camera(0.1, -0.2), Camera(-0.5, 0.3, heading=90), Camera()]


@pytest.fixture(scope="module", params=[Rules(), RELEASED], ids=["ours", "released"])
def model(request):
    return Sat2Density.random("tiny", SPEC, request.param)


@pytest.fixture(scope="module")
def tiles():
    return torch.rand(2, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def same(a, b):
    torch.testing.assert_close(a, b, atol=2e-5, rtol=0)


def test_one_tile_one_camera(model, tiles):
    scene = model.reconstruct(tiles[0])
    view = scene.render(CAMERAS[0], NOON)
    assert view.image.shape == view.colour.shape == (3, 32, 64)
    assert view.opacity.shape == view.depth.shape == view.depth_m.shape == (1, 32, 64)
    assert view.image.min() >= 0
    assert view.image.max() <= 1
    assert scene.density.shape == (16, *scene.density.shape[1:])
    assert scene.heights().shape == scene.top_down().opacity.shape[1:] == (32, 32)
    assert not view.image.requires_grad


def test_many_cameras_are_each_one_camera(model, tiles):
    scene = model.reconstruct(tiles[0])
    views = scene.render(CAMERAS, NOON)
    assert views.image.shape == (3, 3, 32, 64)
    for index, camera in enumerate(CAMERAS):
        alone = scene.render(camera, NOON)
        same(views[index].image, alone.image)
        same(views[index].depth, alone.depth)


def test_many_tiles_are_each_one_tile(model, tiles):
    both = model.reconstruct(tiles)
    views = both.render(CAMERAS, NOON)
    assert views.image.shape == (2, 3, 3, 32, 64)
    assert both.render(CAMERAS[0], NOON).image.shape == (2, 3, 32, 64)
    assert both.heights().shape == (2, 32, 32)
    for index in range(2):
        alone = model.reconstruct(tiles[index]).render(CAMERAS, NOON)
        same(views[index].image, alone.image)
        same(views[index].opacity, alone.opacity)


def test_batches_of_cameras_join_in_order(model, tiles, monkeypatch):
    both = model.reconstruct(tiles)
    whole = both.render(CAMERAS, NOON)
    monkeypatch.setattr("sat2density.scene.CAMERAS_AT_ONCE", 2)
    same(both.render(CAMERAS, NOON).image, whole.image)


def test_out_of_memory_goes_on_with_fewer_cameras(model, tiles, monkeypatch, capsys):
    scene = model.reconstruct(tiles[0])
    whole = scene.render(CAMERAS, NOON)
    real = model.render_panoramas

    def project(density, tiles, cameras, **options):
        if len(cameras) > 1:
            raise torch.OutOfMemoryError
        return real(density, tiles, cameras, **options)

    monkeypatch.setattr(model, "render_panoramas", project)
    same(scene.render(CAMERAS, NOON).image, whole.image)
    assert "going on with" in capsys.readouterr().err
    same(scene.render(CAMERAS, NOON).image, whole.image)
    assert not capsys.readouterr().err  # the smaller number is remembered
    monkeypatch.setattr(
        model, "render_panoramas", lambda *_, **__: (_ for _ in ()).throw(torch.OutOfMemoryError())
    )
    with pytest.raises(InputError, match="out of memory"):
        scene.render(CAMERAS, NOON)


def test_another_light_is_the_same_geometry(model, tiles):
    scene = model.reconstruct(tiles)
    noon = scene.render(CAMERAS, NOON)
    dusk = scene.relight(noon, DUSK)
    same(dusk.image, scene.render(CAMERAS, DUSK).image)
    assert torch.equal(dusk.depth, noon.depth)
    assert (dusk.image - noon.image).abs().max() > 1e-4
    same(scene.relight(scene.project(CAMERAS[0]), DUSK).image, scene.render(CAMERAS[0], DUSK).image)


def test_a_mix_goes_from_one_light_to_the_other(model):
    same(model.style(Lighting.mix(NOON, DUSK, 0.0)), model.style(NOON))
    same(model.style(Lighting.mix(NOON, DUSK, 1.0)), model.style(DUSK))


def test_noise_only_when_asked_for(model):
    plain = model.style(NOON)
    assert torch.equal(plain, model.style(NOON))
    assert torch.equal(model.style(NOON, seed=1), model.style(NOON, seed=1))
    assert not torch.equal(model.style(NOON, seed=1), model.style(NOON, seed=2))
    assert not torch.equal(model.style(NOON, seed=1), plain)


def test_perspective_draws_the_noise_of_its_seed(model, tiles):
    scene = model.reconstruct(tiles[0])
    views = [
        scene.render_perspective(Camera(), NOON, size=(20, 12), seed=seed).image
        for seed in (1, 1, 2)
    ]
    same(views[0], views[1])
    assert (views[0] - views[2]).abs().max() > 1e-4


def test_perspective_shape_and_its_picture_is_the_panorama(model, tiles):
    scene = model.reconstruct(tiles[0])
    view = scene.render_perspective(Camera(heading=30), NOON, size=(20, 12), horizontal_fov_deg=70)
    assert view.image.shape == (3, 12, 20)
    assert view.depth.shape == (1, 12, 20)
    several = scene.render_perspective(
        [Camera(), Camera(heading=30)], NOON, size=(20, 12), horizontal_fov_deg=70
    )
    same(several[1].image, view.image)
    # A picture looked up in the panorama holds no colour that the panorama has not.
    panorama = scene.render(Camera(heading=30), NOON).image
    assert view.image.max() <= panorama.max() + 1e-6
    assert view.image.min() >= panorama.min() - 1e-6


def test_training_reaches_every_weight(model, tiles):
    model.train()
    histograms = torch.stack([light.histogram(model.rules.histogram) for light in (NOON, DUSK)])
    out = model(tiles, histograms, cameras=CAMERAS[:2])
    (out.image.sum() + out.rendered.depth.sum() + out.code.logvar.sum()).backward()
    silent = [
        name
        for name, p in model.named_parameters()
        if p.grad is None or not p.grad.isfinite().all()
    ]
    assert silent == []
    assert model.generator.density_net.parameters().__next__().grad.abs().max() > 0
    model.zero_grad()
    model.eval()


@pytest.mark.parametrize("shape", [(3, 32, 31), (2, 32, 32), (32,), (2, 2, 3, 32, 32)])
def test_a_tile_of_a_wrong_shape_is_printed(model, shape):
    with pytest.raises(ShapeError, match="tile"):
        model.reconstruct(torch.zeros(shape))


def test_a_tile_of_bytes_is_the_tile(model, tiles):
    tile = (tiles[0] * 255).round().to(torch.uint8)
    same(model.reconstruct(tile).tile, tile.float() / 255)
    same(model.reconstruct(tile.permute(1, 2, 0).numpy()).tile, tile.float() / 255)
    with pytest.raises(ShapeError, match="divide 8-bit values by 255"):
        model.reconstruct(tile.float())


def test_lights_and_cameras_as_people_say_them(model, tiles, tmp_path):
    scene = model.reconstruct(list(tiles))[1]
    view = scene.render((0.1, -0.2), "clear-noon")
    same(view.image, scene.render(CAMERAS[0], NOON).image)
    several = scene.render([(0.1, -0.2), CAMERAS[1], (0, 0, 90)], NOON)
    same(several[1].image, scene.render(CAMERAS[1], NOON).image)
    same(several[2].image, scene.render(Camera(heading=90), NOON).image)
    assert scene.render([0.1, -0.2]).colour.ndim == 3  # two numbers are one place
    photo = np.full((64, 128, 3), 200, np.uint8)
    mask = np.zeros((64, 128), bool)
    mask[:32] = True
    lit = scene.render((0, 0), (photo, mask))
    same(lit.image, scene.render((0, 0), Lighting.from_photo(photo, mask)).image)
    same(scene.relight(view, "dusk").image, scene.render((0.1, -0.2), DUSK).image)


@pytest.mark.parametrize(
    ("camera", "light", "said"),
    [
        ((1.5, 0), "dusk", "east 1.5, south 0 lies outside the tile"),
        ([(0, 0), (0, -2)], "dusk", "camera 2: east 0, south -2 lies outside"),
        ((0,), "dusk", "give a Camera"),
        ((0, 0, 0, 0), "dusk", "give a Camera"),
        ("north", "dusk", "give a Camera"),
        (None, "dusk", "give a Camera"),
        ((float("nan"), 0), "dusk", "finite"),
        ((0, 0), "dusc", "did you mean 'dusk'"),
        ((0, 0), 7, "give a path"),
        ((0, 0), [NOON, 7], "give a path"),
        ((0, 0), np.full((8, 16, 3), 300.0), r"\[0, 1\]"),
    ],
)
def test_what_is_no_camera_and_no_light(model, tiles, camera, light, said):
    with pytest.raises(InputError, match=said):
        model.reconstruct(tiles[0]).render(camera, light)


def test_true_width_of_a_tile(model, tiles):
    big = torch.nn.functional.pad(tiles[0], (8, 8, 8, 8))
    with pytest.warns(Notice, match="is 60 m wide"):
        scene = model.reconstruct(big, extent_m=60.0)
    same(scene.tile, tiles[0])
    try:
        model.extent_m = 60.0
        with pytest.warns(Notice, match="cut to that"):
            same(model.reconstruct(big).tile, tiles[0])
    finally:
        model.extent_m = None
    with pytest.raises(InputError, match="fetch 40 m"):
        model.reconstruct(tiles[0], extent_m=10)
    with pytest.raises(InputError, match="not square"):
        model.reconstruct(tiles[0][:, :20])
    assert model.reconstruct(tiles[0][:, :20], crop="centre").tile.shape == (3, 32, 32)


def test_short_words_for_people(model, tiles):
    assert repr(model).startswith("Sat2Density('random', 0.")
    assert "40 m wide, on cpu)" in repr(model)
    scene = model.reconstruct(tiles)
    assert repr(scene).startswith("Scene(2 tiles, each 40 m wide, density ")
    assert repr(scene[0]).startswith("Scene(40 m wide, density ")
    assert repr(NOON) == "Lighting('clear-noon')"
    assert repr(scene[0].render(CAMERAS, NOON)) == "LitView(3 of 64x32 pixels, picture and depth)"
    assert repr(scene.project((0, 0))) == "View(2 of 64x32 pixels, depth without a picture)"


def test_a_tile_of_another_size_is_resized(model):
    scene = model.reconstruct(torch.full((3, 50, 50), 0.25))
    assert scene.tile.shape == (3, 32, 32)
    same(scene.tile, torch.full((3, 32, 32), 0.25))


def test_no_camera(model, tiles):
    with pytest.raises(InputError, match="no camera"):
        model.reconstruct(tiles[0]).render([], NOON)


def test_devices():
    assert choose_device("cpu").type == "cpu"
    with pytest.raises(InputError, match="--device cpu"):
        choose_device("warp")
    if not torch.cuda.is_available():
        assert choose_device("auto").type == "cpu"
        with pytest.raises(InputError, match="cuda"):
            choose_device("cuda")


def test_a_random_model_is_the_same_for_a_seed_and_says_so():
    a, b, c = (Sat2Density.random("tiny", SPEC, seed=seed) for seed in (1, 1, 2))
    first = [next(model.parameters()) for model in (a, b, c)]
    assert torch.equal(first[0], first[1])
    assert not torch.equal(first[0], first[2])
    assert not a.trained


def test_empty_sky_has_no_depth(model, tiles):
    view = model.reconstruct(tiles[0]).render(Camera(), None)
    assert view.image is None
    assert torch.equal(view.depth_m.isnan(), view.opacity < 0.5)
    assert not math.isnan(view.depth.sum())


@pytest.mark.parametrize(
    ("architecture", "scene", "words"),
    [
        ({"density_layers": 1024}, {"tile_size": 2048}, "a density volume of 1024 layers"),
        ({"render_down": (8192, 16)}, {"panorama_size": (8192, 4096)}, "render_down"),
        ({"density_down": (8192, 16)}, {"tile_size": 4096}, "density_down"),
    ],
)
def test_what_together_would_need_absurd_memory_is_refused(architecture, scene, words):
    tiny = dataclasses.replace(Architecture.named("tiny"), **architecture)
    with pytest.raises(InputError, match=words):
        Sat2Density(tiny, dataclasses.replace(SceneSpec(), **scene))


@pytest.mark.parametrize("factor", [255.0, -1.0, float("nan")])
def test_tiles_of_another_range_are_refused(factor):
    model = Sat2Density.random("tiny", SceneSpec(tile_size=64, panorama_size=(64, 32)))
    with pytest.raises(ShapeError, match=r"tile: (expected values in \[0, 1\]|.*not finite)"):
        model.reconstruct(torch.rand(3, 64, 64) * factor)


def test_a_camera_off_the_tile_is_refused():
    model = Sat2Density.random("tiny", SceneSpec(tile_size=64, panorama_size=(64, 32)))
    scene = model.reconstruct(torch.rand(3, 64, 64))
    for place in ((2.0, 0.0), (0.0, -1.01)):
        with pytest.raises(InputError, match="lies outside the tile; it spans -1 to 1"):
            scene.render(Camera(*place))
    with pytest.raises(InputError, match="camera 2: east 9"):
        scene.render_perspective([Camera(), Camera(9.0, 0.0)])
    assert scene.render(Camera(1.0, -1.0)).opacity.shape[-1] == 64


@pytest.mark.parametrize("precision", ["fp16", "Float32", "double", None, 32])
def test_a_precision_that_there_is_not_is_refused(precision):
    model = Sat2Density.random("tiny", SPEC)
    with pytest.raises(InputError, match="precision must be one of auto, float32, bfloat16"):
        prepare(model, torch.device("cpu"), precision)
    with pytest.raises(InputError, match="precision must be one of auto, float32, bfloat16"):
        load("anywhere-small", device="cpu", precision=precision)


@pytest.mark.parametrize("size", [(10**6, 10**6), (4097, 16), (0, 10), (64.0, 64)])
def test_a_perspective_of_absurd_size_is_refused(model, tiles, size):
    scene = model.reconstruct(tiles[0])
    with pytest.raises(InputError, match=r"^size: "):
        scene.render_perspective(Camera(), NOON, size)


def test_a_style_stands_for_its_light(model, tiles):
    scene = model.reconstruct(tiles[0])
    style = model.style(NOON, 3)
    assert torch.equal(scene.render(CAMERAS, style).image, scene.render(CAMERAS, NOON, 3).image)
    sizes = {"size": (24, 16)}
    ahead = [scene.render_perspective(Camera(), light, **sizes, seed=3) for light in (style, NOON)]
    assert torch.equal(ahead[0].image, ahead[1].image)


def test_maps_are_made_in_the_pass_that_makes_the_density(monkeypatch):
    arch = dataclasses.replace(
        Architecture.named("tiny"), heads=("classes",), class_names=("road", "tree")
    )
    spec = dataclasses.replace(SceneSpec.named("suburb"), tile_size=64, panorama_size=(64, 16))
    model = Sat2Density.random(arch, spec)
    tile = torch.rand(3, 64, 64)
    apart = model.reconstruct(tile)
    passes = []
    features = model.generator.density_net.features
    monkeypatch.setattr(
        model.generator.density_net, "features", lambda x: passes.append(1) or features(x)
    )
    scene = model.reconstruct(tile, maps=True)
    assert torch.equal(scene.tile_maps().classes, apart.tile_maps().classes)
    assert torch.allclose(scene.density, apart.density, atol=1e-6)
    assert len(passes) == 2  # one of them by `apart`
    second = model.reconstruct([tile.flip(-1), tile], maps=True)[1]
    same(second.tile_maps().classes, scene.tile_maps().classes)


def test_a_margin_is_seen_and_cut_off():
    arch = dataclasses.replace(
        Architecture.named("tiny"),
        density_margin=4,
        heads=("classes",),
        class_names=("sky", "road"),
        render_features=True,
    )
    model = Sat2Density.random(arch, SPEC)
    wide = torch.rand(3, 40, 40, generator=torch.Generator().manual_seed(1))
    alone = model.reconstruct(wide[:, 4:-4, 4:-4], maps=True)
    seen = model.reconstruct(wide, extent_m=50.0, maps=True)
    assert torch.equal(seen.tile, alone.tile)
    assert seen.density.shape == alone.density.shape
    assert seen.features.shape == alone.features.shape
    assert seen.tile_maps().classes.shape == alone.tile_maps().classes.shape
    assert not torch.equal(seen.density, alone.density)
    whole = model.generator.describe(wide[None])[0]
    same(seen.density, whole[0, :, 2:-2, 2:-2])
    with pytest.raises(InputError, match="density_margin must be a multiple of 4"):
        dataclasses.replace(arch, density_margin=6)


def test_a_list_of_lights(model, tiles):
    lights = [NOON, "dusk", NOON]
    scene = model.reconstruct(tiles[0])
    many = scene.render(CAMERAS[0], lights)
    assert many.image.shape == (3, 3, 32, 64)
    same(many[1].image, scene.render(CAMERAS[0], DUSK).image)
    same(many[2].depth, scene.render(CAMERAS[0], NOON).depth)
    each = scene.render(CAMERAS, lights)
    for index, (camera, light) in enumerate(zip(CAMERAS, lights, strict=True)):
        same(each[index].image, scene.render(camera, light).image)
    ahead = scene.render_perspective(CAMERAS[0], lights, (32, 16))
    assert ahead.image.shape == (3, 3, 16, 32)
    same(ahead[1].image, scene.render_perspective(CAMERAS[0], DUSK, (32, 16)).image)
    both = model.reconstruct(tiles).render(CAMERAS[0], [NOON, DUSK])
    assert both.image.shape == (2, 2, 3, 32, 64)
    same(both.image[0, 1], many[1].image)
    again = scene.relight(scene.project(CAMERAS[0]), lights)
    same(again.image, many.image)


@pytest.mark.parametrize(
    ("lights", "said"), [([], "an empty list"), ([NOON, DUSK], "2 for 3 cameras; give one light")]
)
def test_lists_of_lights_that_do_not_fit(model, tiles, lights, said):
    with pytest.raises(InputError, match=said):
        model.reconstruct(tiles[0]).render(CAMERAS, lights)


def test_several_lights_where_one_is_wanted(model, tiles):
    scene = model.reconstruct(tiles[0])
    for lights in (("clear-noon", "dusk"), (NOON, NOON), ("a.png", "b.png", "c.png")):
        with pytest.raises(InputError, match=r"\d are given where one is wanted"):
            scene.render(CAMERAS[0], lights)
    with pytest.raises(InputError, match="lights: 2 for a walk of 3 views"):
        scene.walk(CAMERAS, ["clear-noon", "dusk"])
    with pytest.raises(InputError, match="the view is of 3 cameras"):
        scene.relight(scene.project(CAMERAS), [NOON, DUSK])
    with pytest.raises(InputError, match=r"view\[0\]: this is one view"):
        scene.render(CAMERAS[0], NOON)[0]
