"""Outlines of the distant rings: loops that numpy would run over the whole circle for every
tree.
"""

from __future__ import annotations

import math

import numpy as np

from sat2density.worlds.kernels.jit import entry


@entry
def domes(
    azimuth: np.ndarray, centre: np.ndarray, top: np.ndarray, half: np.ndarray, out: np.ndarray
) -> None:
    """Raise `out` (STEPS,) to domes: middles and half widths in radians, tops in metres, (N,)
    each.
    """
    steps = out.shape[0]
    for k in range(centre.shape[0]):
        reach = int(half[k] / (2 * math.pi) * steps) + 2
        first = int(centre[k] / (2 * math.pi) * steps) - reach
        for step in range(first, first + 2 * reach + 1):
            place = step % steps
            off = abs((azimuth[place] - centre[k] + math.pi) % (2 * math.pi) - math.pi) / half[k]
            if off < 1.0:
                out[place] = max(out[place], top[k] * math.sqrt(1.0 - off * off))
