"""Image measures: the golden files' values and numbers worked out by hand."""

import math

import pytest
import torch
from golden_files import NAMES, golden

from sat2density.errors import ShapeError
from sat2density.evaluation.metrics import images


@pytest.mark.parametrize("case", NAMES)
@pytest.mark.parametrize(
    ("key", "metric"),
    [
        ("psnr", images.psnr),
        ("rmse", images.rmse),
        ("ssim", images.ssim),
        ("sd", images.sharpness_difference),
    ],
)
def test_golden(golden_root, case, key, metric):
    gold = golden(golden_root, case)
    expected = gold.meta["losses"][f"metric_{key}"]
    pair = (gold.both[name] for name in ("view0_pred", "disc_real"))
    assert metric(*pair).tolist() == pytest.approx(expected, rel=1e-5)


def test_by_hand():
    a, b = torch.full((2, 3, 16, 16), 0.5), torch.full((2, 3, 16, 16), 0.6)
    assert images.rmse(a, b).tolist() == pytest.approx([25.5] * 2, rel=1e-5)
    assert images.psnr(a, b).tolist() == pytest.approx([20.0] * 2, rel=1e-5)
    assert images.ssim(a, a).tolist() == pytest.approx([1.0] * 2)


def test_sharpness_difference_of_a_step():
    flat, step = torch.zeros(1, 1, 4, 4), torch.zeros(1, 1, 4, 4)
    step[..., 2:] = 1
    # g of the step: its column difference is 1 in one of the two columns kept, so the mean error is
    # 1/2.
    assert float(images.sharpness_difference(flat, step)) == pytest.approx(
        10 * math.log10(2), rel=1e-5
    )


def test_gradient_energy():
    picture = torch.zeros(1, 3, 3, 3)
    picture[..., 1, 1] = 1
    everywhere = torch.ones(1, 1, 3, 3)
    # forward differences: two at the bright pixel, one in the pixel above and one in the pixel to
    # its left
    assert float(images.gradient_energy(picture, everywhere)) == pytest.approx(4, rel=1e-5)
    only = torch.zeros(1, 1, 3, 3)
    only[..., 1, 1] = 1
    assert float(images.gradient_energy(picture, only)) == pytest.approx(2, rel=1e-5)
    assert float(images.gradient_energy(0.5 * picture, everywhere)) == pytest.approx(1, rel=1e-5)


def test_refusals():
    with pytest.raises(ShapeError, match=r"\(B, 3, H, W\)"):
        images.psnr(torch.zeros(3, 4, 4), torch.zeros(3, 4, 4))
