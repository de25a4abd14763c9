"""A small random generator of our own: its numbers never change with a library's version."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")
_MASK = (1 << 64) - 1
_STEP = 0x9E3779B97F4A7C15


class Rng:
    """SplitMix64 (Steele, Lea and Flood 2014). A label gives each part of a world its own stream.

    So a change in how trees are drawn does not move the houses.

    Example:
        >>> Rng(1, "trees").uniform(0, 1) == Rng(1, "trees").uniform(0, 1)
        True

    """

    def __init__(self, seed: int, label: str = "") -> None:
        self._state = (seed * _STEP + zlib.crc32(label.encode()) * 0xD1342543DE82EF95) & _MASK
        self.integer(0, 1)

    def _next(self) -> int:
        self._state = z = (self._state + _STEP) & _MASK
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
        return z ^ (z >> 31)

    def uniform(self, low: float = 0.0, high: float = 1.0) -> float:
        """Return a number in [low, high).

        Args:
            low: least number.
            high: upper end, not reached.

        """
        # 53 bits: all that a float64 holds exactly.
        return low + (high - low) * ((self._next() >> 11) / (1 << 53))

    def uniforms(self, count: int, low: float = 0.0, high: float = 1.0) -> np.ndarray:
        """Return (count,) float64: the very numbers that `count` calls of `uniform` would give.

        The state only counts up, so all of them are worked out at once.

        Args:
            count: how many, 0 or more.
            low: least number.
            high: upper end, not reached.

        """
        # Unsigned numbers of 64 bits overflow as `_MASK` cuts them off in `_next`.
        z = np.uint64(self._state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_STEP)
        self._state = (self._state + count * _STEP) & _MASK
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        unit = ((z ^ (z >> np.uint64(31))) >> np.uint64(11)).astype(np.float64) / (1 << 53)
        return low + (high - low) * unit

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included.

        Args:
            low: least number.
            high: greatest number, `low` or more.

        """
        # The remainder favours small numbers, by less than one in 2^40 for the ranges drawn here.
        return low + self._next() % (high - low + 1)

    def chance(self, probability: float) -> bool:
        """Return True with the given probability.

        Args:
            probability: 0 is never, 1 is always.

        """
        return self.uniform() < probability

    def choice(self, items: Sequence[T]) -> T:
        """Return one of `items`.

        Args:
            items: at least one.

        """
        return items[self._next() % len(items)]

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return a key with a probability proportional to its weight.

        Args:
            weights: 0 or more each, in any unit, one above 0; their order counts.

        """
        left = self.uniform(0.0, sum(weights.values()))
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        # Rounding may leave a rest behind the last weight.
        return next(reversed(list(weights)))

    def normal(self) -> float:
        """Return a standard normal number (Box and Muller)."""
        # 1 - u, because u may be 0 and never is 1.
        return math.sqrt(-2.0 * math.log(1.0 - self.uniform())) * math.cos(
            2 * math.pi * self.uniform()
        )

    def seed(self) -> int:
        """Return a seed for a texture: a whole number below 2^20."""
        return self._next() & 0xFFFFF

    def shade(self, colour: Sequence[float], spread: float) -> tuple[float, float, float]:
        """Return `colour` made lighter or darker, and slightly off in hue, by up to `spread`.

        Args:
            colour: three numbers.
            spread: share by which all channels change together; each changes by up to a third of it
                more.

        """
        k = 1.0 + self.uniform(-spread, spread)
        r, g, b = (c * k * (1.0 + self.uniform(-spread, spread) / 3) for c in colour)
        return r, g, b
