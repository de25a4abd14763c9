"""The sky's histograms: the released one to the last count, ours by hand."""

import json

import numpy as np
import pytest
import torch

from sat2density.errors import InputError, ShapeError
from sat2density.images import read_image, read_mask
from sat2density.light.histogram import histogram_of_bytes, sky_histogram

PAIRS = ("cvact_02", "cvact_03", "cvact_04", "cvact_05")


@pytest.mark.parametrize("pair", PAIRS)
def test_released_histogram_of_the_real_pairs_is_exact(shared, pair):
    expected = json.loads((shared / "golden" / "sky_histograms.json").read_text())["histograms"][
        pair
    ]
    folder = shared / "realpairs" / pair
    counts = sky_histogram(
        read_image(folder / "pano.png"), read_mask(folder / "sky.png"), "released"
    )
    assert torch.equal(counts, torch.tensor(expected))


def test_released_form_by_hand():
    """One row of sky with values 0..255 in blue only: bins of (255/255)/100 between 0 and 1."""
    pixels = np.zeros((1, 256, 3), np.uint8)
    pixels[0, :, 2] = np.arange(256)
    counts = histogram_of_bytes(pixels, np.full((1, 256), 255, np.uint8), "released")
    red = counts[180:]  # the array's third channel is RGB's blue, which comes first
    blue = counts[:90]
    # value v lies in bin floor(100 v / 255); the first ten bins (v <= 25) are dropped
    expected = torch.tensor(
        [float(sum(min(v * 100 // 255, 99) == b for v in range(256))) for b in range(10, 100)]
    )
    assert torch.equal(blue, expected)
    # a constant channel: torch.histc widens [0, 0] to [-1, 1], so that every count is in bin 50
    assert red.sum() == 256
    assert red[40] == 256


def test_unit_form_by_hand():
    pixels = np.zeros((2, 4, 3), np.uint8)
    pixels[0, :, 0] = 255  # red 1.0 -> the last bin
    pixels[0, :, 1] = 128  # green 128 * 90 // 255 = bin 45
    pixels[0, 1, 2] = 3  # blue 3 * 90 // 255 = bin 1 once, bin 0 three times
    pixels[1] = 77  # no sky: not counted
    mask = np.zeros((2, 4), np.uint8)
    mask[0] = 128
    counts = histogram_of_bytes(pixels, mask, "unit")
    assert counts.dtype == torch.float32
    assert {i: round(v, 4) for i, v in enumerate(counts.tolist()) if v} == {
        0: 0.75,
        1: 0.25,
        90 + 45: 1,
        180 + 89: 1,
    }


def test_unit_form_does_not_depend_on_the_amount_of_sky():
    image = torch.rand(3, 128, 512, generator=torch.Generator().manual_seed(0))
    image[:, :, 256:] = image[:, :, :256]
    half = torch.zeros(1, 128, 512)
    half[..., :256] = 1
    assert torch.allclose(
        sky_histogram(image, half, "unit"), sky_histogram(image, torch.ones_like(half), "unit")
    )
    assert sky_histogram(image, half, "unit").reshape(3, 90).sum(1).tolist() == pytest.approx(
        [1, 1, 1]
    )


def test_without_any_sky_both_forms_are_defined():
    image, none = torch.rand(3, 128, 512), torch.zeros(1, 128, 512)
    assert sky_histogram(image, none, "unit").abs().max() == 0
    released = sky_histogram(image, none, "released").reshape(3, 90)
    assert torch.equal(released[:, 40], torch.full((3,), 128.0 * 512))
    assert released.sum() == 3 * 128 * 512


def test_refusals():
    with pytest.raises(InputError, match="unknown histogram form 'unt'; did you mean 'unit'"):
        sky_histogram(torch.zeros(3, 8, 8), torch.zeros(1, 8, 8), "unt")
    with pytest.raises(ShapeError, match=r"got \(1, 8, 8\)"):
        sky_histogram(torch.zeros(1, 8, 8), torch.zeros(1, 8, 8), "unit")
    with pytest.raises(ShapeError, match=r"got \(8, 8\)"):
        sky_histogram(torch.zeros(3, 8, 8), torch.zeros(8, 8), "unit")
