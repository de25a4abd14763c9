import numpy as np
import pytest

from sat2density.worlds import CLASSES, STYLES


@pytest.mark.parametrize("style", STYLES)
def test_nothing_stands_in_the_way_of_the_camera(some_world, style):
    for seed in range(4):
        world = some_world(style, seed)
        for camera in world.road_path(20.0, 5.0):
            view = world.panorama(camera, (64, 32))
            things = (view.classes >= CLASSES.index("building")) & (
                view.classes < CLASSES.index("distant")
            )
            assert view.depth_m[things].min(initial=99.0) > 0.9
            below = world.panorama(camera, (8, 8), 180.0).classes[-1]
            assert (below == CLASSES.index("road")).all()


@pytest.mark.parametrize("style", STYLES)
def test_heights_stay_inside_the_volume_and_scenes_are_not_empty(some_world, style):
    covers = []
    for seed in range(4):
        world = some_world(style, seed)
        heights, ground, classes = world.surface_maps(64)
        assert heights.max() <= world.spec.max_height_m + 1e-4
        assert heights.min() >= 0.0
        assert set(np.unique(ground)) <= {0.0, np.float32(world.geometry.kerb_m)}
        assert (heights >= ground - 1e-4).all()
        assert classes[32, 32] == CLASSES.index("road")
        assert not (classes == CLASSES.index("sky")).any()
        covers.append((heights > 1.0).mean())
    assert max(covers) > 0.05


def test_styles_look_different(some_world):
    share = {}
    for style in STYLES:
        maps = [some_world(style, seed).classes(64) for seed in range(4)]
        share[style] = np.mean([m == CLASSES.index("building") for m in maps])
    assert share["village"] < share["suburb"] < share["town"]


def test_distance_is_never_empty(some_world):
    for style in STYLES:
        view = some_world(style, 1).panorama(size=(256, 64), vertical_fov_deg=20.0)
        # Directly above the horizon of every column there is something.
        assert not view.sky[31].any()
