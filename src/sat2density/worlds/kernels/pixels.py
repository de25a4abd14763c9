"""From a picture in [0, 1] to noisy bytes."""

from __future__ import annotations

import numpy as np

from sat2density.worlds.kernels.jit import entry


@entry
def quantise(picture: np.ndarray, noise: float, seed: int, out: np.ndarray) -> None:
    """Write round(255 picture + noise) to `out`; the noise is a sum of hashed numbers, mostly
    grey.
    """
    height, width, _ = picture.shape
    # Random numbers of our own, so that no library's version changes a picture. Sums of bytes are
    # nearly normal: three deviate by 128 from their mean, two by 104.
    state = seed * 2654435761 + 12345
    for row in range(height):
        for column in range(width):
            state = (state * 1103515245 + 12345) & 0x7FFFFFFFFFFF
            grey = ((state >> 16) & 0xFF) + ((state >> 24) & 0xFF) + ((state >> 32) & 0xFF) - 382.5
            for k in range(3):
                state = (state * 1103515245 + 12345) & 0x7FFFFFFFFFFF
                own = ((state >> 16) & 0xFF) + ((state >> 24) & 0xFF) - 255.0
                value = (
                    255.0 * picture[row, column, k]
                    + noise * (grey / 128.0 + 0.5 * own / 104.0)
                    + 0.5
                )
                out[row, column, k] = np.uint8(min(max(value, 0.0), 255.0))
