"""Measures between pictures: each takes (B, 3, H, W) in [0, 1] twice and returns (B,), one value a
picture.
"""

from __future__ import annotations

import torch
from torch import Tensor

from sat2density.conventions import LUMINANCE
from sat2density.errors import ShapeError


def _check(prediction: Tensor, truth: Tensor) -> None:
    if prediction.shape != truth.shape or prediction.ndim != 4:
        raise ShapeError(
            f"pictures must both be (B, 3, H, W), not {tuple(prediction.shape)} and "
            f"{tuple(truth.shape)}"
        )


def rmse(prediction: Tensor, truth: Tensor) -> Tensor:
    """Root of the mean squared difference on the scale 0..255, unrounded (method, section 7).

    Args:
        prediction: (B, C, H, W) in [0, 1].
        truth: the same shape.

    Returns:
        (B,).

    Example: a picture of 0.5 against one of 0.6 gives 25.5.

    """
    _check(prediction, truth)
    return (prediction - truth).square().mean(dim=(1, 2, 3)).sqrt() * 255


def psnr(prediction: Tensor, truth: Tensor) -> Tensor:
    """Peak signal-to-noise ratio in dB on [0, 1]: -10 log10(mean squared difference) (method,
    section 7).

    Args:
        prediction: (B, C, H, W) in [0, 1].
        truth: the same shape.

    Returns:
        (B,).

    Example: a constant difference of 0.1 gives 20 dB.

    """
    _check(prediction, truth)
    return -10 * torch.log10((prediction - truth).square().mean(dim=(1, 2, 3)).clamp_min(1e-12))


def ssim(prediction: Tensor, truth: Tensor) -> Tensor:
    """Structural similarity: 11x11 Gaussian window, sigma 1.5, data range 1, mean over the colours
    (pytorch-msssim).

    Args:
        prediction: (B, C, H, W) in [0, 1].
        truth: the same shape.

    Returns:
        (B,).

    """
    from pytorch_msssim import ssim as windowed

    _check(prediction, truth)
    return windowed(prediction, truth, data_range=1.0, size_average=False)


def sharpness_difference(prediction: Tensor, truth: Tensor) -> Tensor:
    """SD in dB, the released formula: 10 log10(1 / mean |g(prediction) - g(truth)|) (method,
    section 7).

    g = |difference of rows|[1:, 1:-1] + |difference of columns|[1:-1, 1:], on each colour. Other
    papers define SD otherwise.

    Args:
        prediction: (B, C, H, W) in [0, 1].
        truth: the same shape.

    Returns:
        (B,).

    """
    _check(prediction, truth)
    error = (_absolute_gradient(prediction) - _absolute_gradient(truth)).abs().mean(dim=(1, 2, 3))
    return -10 * torch.log10(error.clamp_min(1e-12))


def _absolute_gradient(image: Tensor) -> Tensor:
    rows = image.diff(dim=-2).abs()[..., 1:, 1:-1]
    columns = image.diff(dim=-1).abs()[..., 1:-1, 1:]
    return rows + columns


def gradient_energy(image: Tensor, mask: Tensor) -> Tensor:
    """Sum over the pixels of `mask` of the squared luminance gradient (forward differences, both
    axes), (B,).

    The ratio of a prediction's energy to the truth's on the same pixels is `image.sharpness`: 1 is
    best, below is blur.

    Args:
        image: (B, 3, H, W) in [0, 1].
        mask: (B, 1, H, W) in {0, 1}. Pixels of the last row and column have no forward neighbour
            and count as zero.

    """
    grey = (image * image.new_tensor(LUMINANCE)[None, :, None, None]).sum(1, keepdim=True)
    energy = torch.zeros_like(grey)
    energy[..., :-1, :] += grey.diff(dim=-2).square()
    energy[..., :, :-1] += grey.diff(dim=-1).square()
    return (energy * mask).sum(dim=(1, 2, 3))
