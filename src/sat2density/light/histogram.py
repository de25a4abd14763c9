"""The two histograms of a sky that tell RenderNet the light: as released, and ours.

Both are taken from the panorama at 512 x 128 in 8 bits (Pillow's BICUBIC) and its mask at the same
size (NEAREST), and join the channels in the order blue, green, red: 3 x 90 = 270 values.

- "released" (method, section 5): picture / 255 x mask / 255; per channel `torch.histc` with 100
  bins between that channel's own minimum and maximum, the first 10 dropped: raw counts.
- "unit": per channel 90 equal bins over the fixed range [0, 1], bin = min(floor(90 v / 255), 89) of
  the 8-bit value v, over the pixels whose mask is at least 1/2, divided by their number: each
  channel sums to 1. It does not depend on the brightest and darkest pixel, nor on how much sky
  there is.
"""

from __future__ import annotations

from typing import Final, get_args

import numpy as np
import torch
from torch import Tensor

from sat2density.conventions import HistogramForm
from sat2density.errors import ShapeError, unknown_name
from sat2density.images import resize_image, resize_mask, to_bytes

SKY_SIZE: Final = (512, 128)
"""(width, height) at which a sky is counted, whatever the panorama's size."""

BINS: Final = 90
RELEASED_BINS: Final = 100
HISTOGRAM_SIZE: Final = 3 * BINS
FORMS: Final[tuple[str, ...]] = get_args(HistogramForm)


def sky_histogram(image: Tensor, mask: Tensor, form: HistogramForm) -> Tensor:
    """Count a sky's colours.

    Args:
        image: panorama or photograph (3, H, W) in [0, 1].
        mask: (1, H, W) in [0, 1], 1 = sky.
        form: "released" or "unit", see the module.

    Returns:
        float32 (270,). Without any sky pixel "unit" is all zeros; "released" has every count in one
        bin, as
        `torch.histc` gives for a constant: both are defined, so that a picture under trees does not
            stop a training.

    Raises:
        InputError: unknown form.
        ShapeError: the arrays are not (3, H, W) and (1, H, W).

    """
    if image.ndim != 3 or image.shape[0] != 3:
        raise ShapeError(f"sky histogram: expected an image (3, H, W), got {tuple(image.shape)}")
    if mask.ndim != 3 or mask.shape[0] != 1:
        raise ShapeError(f"sky histogram: expected a mask (1, H, W), got {tuple(mask.shape)}")
    return histogram_of_bytes(
        to_bytes(resize_image(image, SKY_SIZE)), to_bytes(resize_mask(mask, SKY_SIZE)), form
    )


def histogram_of_bytes(pixels: np.ndarray, mask: np.ndarray, form: HistogramForm) -> Tensor:
    """Count the colours of a sky that is already at `SKY_SIZE`; see `sky_histogram`.

    Args:
        pixels: uint8 (128, 512, 3), red, green, blue.
        mask: uint8 (128, 512), 255 = sky.
        form: "released" or "unit", see the module.

    Returns:
        float32 (270,).

    Raises:
        InputError: unknown form.

    """
    if form == "released":
        return _released(pixels, mask)
    if form == "unit":
        return _unit(pixels, mask)
    raise unknown_name("histogram form", str(form), FORMS)


def _released(pixels: np.ndarray, mask: np.ndarray) -> Tensor:
    picture = torch.from_numpy(pixels.astype(np.float32)) / 255
    seen = picture * (torch.from_numpy(mask.astype(np.float32)) / 255)[..., None]
    counts = [
        torch.histc(seen[..., channel], RELEASED_BINS)[RELEASED_BINS - BINS :]
        for channel in (2, 1, 0)
    ]
    return torch.cat(counts)


def _unit(pixels: np.ndarray, mask: np.ndarray) -> Tensor:
    sky = pixels[mask >= 128].astype(np.int64)
    bins = np.minimum(sky * BINS // 255, BINS - 1)
    counts = np.concatenate(
        [np.bincount(bins[:, channel], minlength=BINS) for channel in (2, 1, 0)]
    )
    # Without any sky the counts stay zeros.
    return torch.from_numpy(counts / max(len(sky), 1)).to(torch.float32)
