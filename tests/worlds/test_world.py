import numpy as np
import pytest

from sat2density.errors import InputError
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera
from sat2density.worlds import CLASSES, STYLES, World


def parts(world: World) -> list[np.ndarray]:
    view = world.panorama(size=(128, 32))
    return [
        world.tile(64),
        view.image,
        view.sky,
        view.depth_m,
        view.classes,
        *world.surface_maps(64),
        world.occupancy(16, 32),
    ]


def test_the_same_seed_gives_the_same_bytes_in_any_order():
    first = [parts(World.generate("suburb", seed)) for seed in (5, 6)]
    again = [parts(World.generate("suburb", seed)) for seed in (6, 5)][::-1]
    for a, b in zip(first, again, strict=True):
        assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
    assert not np.array_equal(first[0][0], first[1][0])
    assert not np.array_equal(first[0][3], first[1][3])


@pytest.mark.parametrize("style", STYLES)
def test_shapes_types_and_ranges(some_world, style):
    world = some_world(style, 1)
    spec = SceneSpec.named(style)
    assert world.spec == spec
    assert world.tile(96).shape == (96, 96, 3)
    view = world.panorama()
    width, height = spec.panorama_size
    assert view.image.shape == (height, width, 3)
    assert view.image.dtype == np.uint8
    assert view.sky.dtype == np.bool_
    assert view.depth_m.dtype == np.float32
    assert view.classes.dtype == np.uint8
    assert view.classes.max() < len(CLASSES)
    assert np.array_equal(view.sky, np.isinf(view.depth_m))
    assert np.array_equal(view.sky, view.classes == CLASSES.index("sky"))
    assert view.depth_m.min() > 0.5
    heights, ground, classes = world.surface_maps(64)
    assert heights.dtype == ground.dtype == np.float32
    assert classes.dtype == np.uint8
    assert np.array_equal(world.heights_m(64), heights)
    assert world.occupancy(8, 32).shape == (8, 32, 32)


def test_a_narrower_field_of_view_is_the_middle_of_the_wide_one(some_world):
    world = some_world("suburb", 1)
    wide, narrow = (
        world.panorama(size=(256, 128)),
        world.panorama(size=(256, 64), vertical_fov_deg=90.0),
    )
    assert np.array_equal(wide.classes[32:96], narrow.classes)
    near = wide.depth_m[32:96] < 100
    assert narrow.depth_m[near] == pytest.approx(wide.depth_m[32:96][near], rel=1e-4)


def test_light_of_a_world_is_the_same_from_everywhere(some_world):
    world = some_world("suburb", 2)
    here, there = world.panorama(), world.panorama(world.road_camera(4.0))
    top = [view.image[:6].astype(float).mean() for view in (here, there)]
    assert top[0] == pytest.approx(top[1], abs=6.0)


def test_the_tile_shows_the_ground_that_the_panorama_stands_on(some_world):
    """Class by class the survey and the panorama agree where the ground is seen: the tile is north
    up, west left.
    """
    world = some_world("suburb", 3)
    classes = world.classes(400)
    view = world.panorama(size=(256, 128))
    lat = (0.5 - (np.arange(128) + 0.5) / 128) * np.pi
    azimuth = ((np.arange(256) + 0.5) / 256 * 2 - 1) * np.pi
    flat = view.depth_m * np.cos(lat)[:, None]
    east, south = flat * np.sin(azimuth), -flat * np.cos(azimuth)
    near = (flat < 12.0) & (view.classes <= CLASSES.index("soil")) & ~view.sky
    column, row = ((v[near] / 40 + 0.5) * 400 for v in (east, south))
    above = classes[row.astype(int), column.astype(int)]
    low = above <= CLASSES.index("soil")
    assert low.mean() > 0.5
    assert (above[low] == view.classes[near][low]).mean() > 0.96


def test_road_path_follows_the_road_at_even_steps(some_world):
    for seed in range(4):
        world = some_world("suburb", seed)
        path = world.road_path(20.0, 0.5)
        assert len(path) == 41
        places = np.array([(c.east, c.south) for c in path]) * world.spec.unit_m
        assert np.abs(places[20]).max() < 1e-6
        steps = np.hypot(*np.diff(places, axis=0).T)
        assert np.median(steps) == pytest.approx(0.5, abs=0.06)
        assert steps.max() < 1.2
        ahead = np.radians(path[20].heading)
        way = places[21] - places[19]
        assert np.array([np.sin(ahead), -np.cos(ahead)]) @ (way / np.hypot(*way)) > 0.8


def test_road_camera_keeps_its_distance_from_the_middle(some_world):
    world = some_world("suburb", 1)
    for metres in (-6.0, 3.0, 6.0):
        camera = world.road_camera(metres)
        assert np.hypot(camera.east, camera.south) * world.spec.unit_m == pytest.approx(
            abs(metres), rel=0.25
        )


def test_height_of_the_camera_matters(some_world):
    world = some_world("suburb", 1)
    low, high = (world.panorama(Camera(height_m=h), (8, 64)).depth_m[-1, 0] for h in (1.0, 3.0))
    assert high == pytest.approx(3 * low, rel=1e-3)


def test_bad_arguments_are_refused_with_the_choices():
    with pytest.raises(InputError, match="did you mean 'village'"):
        World.generate("vilage", 1)
    for seed in (-1, 1.5, True, "1"):
        with pytest.raises(InputError, match="seed"):
            World.generate("suburb", seed)
