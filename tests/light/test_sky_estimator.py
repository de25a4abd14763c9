"""The sky estimator: on the real pairs, under every drawn sky, at every size, and on what has no
sky.
"""

import numpy as np
import pytest
import torch

from sat2density.errors import ShapeError
from sat2density.images import from_bytes, read_image, read_mask, resize_image
from sat2density.light import sky_estimator
from sat2density.light.presets import PRESETS, preset_panorama
from sat2density.light.sky_estimator import estimate_sky, working_size


def iou(a, b):
    a, b = a > 0.5, b > 0.5
    return ((a & b).sum() / (a | b).sum()).item()


def place_under(name, width=512):
    """A drawn place under a preset's sky: textured trees, a smooth wall, a grey road; and the true
    mask.
    """
    height = width // 2
    pixels, _ = preset_panorama(name)
    pixels = pixels.copy()
    pixels[61:] = pixels[60]
    sky = resize_image(from_bytes(pixels), (width, height))
    rng = np.random.default_rng(5)
    rows, columns = np.mgrid[:height, :width] / height
    skyline = 0.44 - 0.12 * (np.sin(columns * 9) > 0.4) * np.abs(np.sin(columns * 31))
    wall = (columns > 0.8) & (columns < 0.95) & (rows > 0.36)
    ground = (rows > skyline) | wall
    light = {"dusk": 0.3, "golden-hour": 0.8, "overcast": 0.8}.get(name, 1.0)
    leaves = rng.integers(20, 110, (height, width, 1)) * np.array([0.9, 1.0, 0.6])
    colours = np.where(wall[..., None], np.array([150, 130, 110]), leaves)
    colours = np.where(rows[..., None] > 0.55, np.array([120, 118, 115]), colours) * light
    place = from_bytes(colours.astype(np.uint8))
    mask = torch.from_numpy(~ground)[None]
    return torch.where(mask, sky, place), mask.float()


def test_the_four_real_pairs_reach_the_aim(shared):
    scores = []
    for pair in ("cvact_02", "cvact_03", "cvact_04", "cvact_05"):
        folder = shared / "realpairs" / pair
        scores.append(
            iou(estimate_sky(read_image(folder / "pano.png")), read_mask(folder / "sky.png"))
        )
    assert np.mean(scores) >= 0.96
    assert min(scores) >= 0.93


@pytest.mark.parametrize("name", PRESETS)
def test_a_drawn_place_under_every_sky(name):
    image, mask = place_under(name)
    assert iou(estimate_sky(image), mask) > 0.95


@pytest.mark.parametrize("width", [128, 256, 1024])
def test_other_sizes(width):
    image, mask = place_under("light-cloud", width)
    estimate = estimate_sky(image)
    assert estimate.shape == (1, width // 2, width)
    assert set(estimate.unique().tolist()) == {0.0, 1.0}
    assert iou(estimate, mask) > 0.93


def test_turning_a_panorama_turns_the_estimate():
    image, _ = place_under("clear-noon")
    turned = estimate_sky(image.roll(200, -1))
    assert iou(turned.roll(-200, -1), estimate_sky(image)) > 0.995


def test_an_upright_photo_and_pictures_without_or_full_of_sky():
    image, mask = place_under("clear-noon")
    assert iou(estimate_sky(image[:, :, 100:260]), mask[:, :, 100:260]) > 0.93
    leaves = torch.rand(3, 128, 256, generator=torch.Generator().manual_seed(1)) * 0.5
    assert estimate_sky(leaves).mean() == 0
    assert estimate_sky(image[:, :80, :120]).mean() == 1


def test_wrong_shapes_are_refused():
    with pytest.raises(ShapeError, match=r"got \(1, 8, 8\)"):
        estimate_sky(torch.zeros(1, 8, 8))


@pytest.mark.parametrize(("width", "height"), [(1, 1000), (1000, 1), (1, 1), (3, 100_000)])
def test_odd_proportions_cost_no_more_than_usual_ones(width, height, monkeypatch):
    seen = []
    grow = sky_estimator._grow
    monkeypatch.setattr(
        sky_estimator, "_grow", lambda pixels, full: seen.append(pixels.shape) or grow(pixels, full)
    )
    assert estimate_sky(torch.full((3, height, width), 0.5)).shape == (1, height, width)
    rows, columns = seen[0][:2]
    assert rows * columns <= 1024 * 2048


def test_usual_proportions_are_kept():
    assert working_size((2048, 1024)) == (512, 256)
    assert working_size((1080, 2400)) == (512, 1138)  # a telephone held upright
    assert working_size((1, 134_000_000), 1) == (1, 8)
