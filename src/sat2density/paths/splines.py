"""Smooth curves through points of the ground, sampled at even spacing (scipy's parametric
splines).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FINE_STEPS_PER_POINT = 64
"""Pieces of polyline a span between two points is measured with."""

LEAST_FINE_STEPS, MOST_FINE_STEPS = 8192, 400_000

Floats = NDArray[np.float64]


def arc_length(points: Floats) -> Floats:
    """Return the length walked at every point of a polyline.

    Args:
        points: (N, 2), N >= 1, in any unit.

    Returns:
        (N,) in the points' own unit, starting at 0.

    Example:
        >>> arc_length(np.array([[0.0, 0.0], [3.0, 4.0], [3.0, 5.0]])).tolist()
        [0.0, 5.0, 6.0]

    """
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])


def without_repeats(points: Floats) -> NDArray[np.bool_]:
    """Mark the points that differ from the one before.

    Args:
        points: (N, 2), N >= 1.

    Returns:
        bool (N,); the first is always True.

    """
    return np.concatenate([[True], np.any(np.diff(points, axis=0) != 0, axis=1)])


class EvenCurve:
    """A cubic spline through (or, with `smoothing`, near) the given points, asked by the length
    walked along it.

    Args:
        points: (N, 2), N >= 2, consecutive rows different.
        smoothing: root-mean-square distance the curve may keep from the points, in their unit; 0
            goes through each.

    """

    def __init__(self, points: Floats, smoothing: float = 0.0) -> None:
        from scipy.interpolate import splev, splprep

        # Centripetal parameters (square roots of the chords) keep the curve from looping at uneven
        # clicks.
        chords = np.sqrt(np.hypot(*np.diff(points, axis=0).T))
        at_points = np.concatenate([[0.0], np.cumsum(chords)])
        degree = min(3, len(points) - 1)
        tolerance = len(points) * smoothing**2
        knots, _ = splprep(points.T, u=at_points, k=degree, s=tolerance)
        steps = min(MOST_FINE_STEPS, max(LEAST_FINE_STEPS, FINE_STEPS_PER_POINT * len(points)))
        # The points' own parameters belong to the grid, so that lengths at the points are exact to
        # the polyline.
        self._parameters = np.union1d(np.linspace(0.0, at_points[-1], steps), at_points)
        self._lengths = arc_length(np.stack(splev(self._parameters, knots), axis=-1))
        self._evaluate = lambda parameters: np.stack(splev(parameters, knots), axis=-1)
        self.length_at_points: Floats = np.interp(at_points, self._parameters, self._lengths)

    @property
    def length(self) -> float:
        """Length of the whole curve, in the points' unit."""
        return float(self._lengths[-1])

    def at(self, lengths: Floats) -> Floats:
        """Return the curve's points after so much walking.

        Args:
            lengths: (M,) in the points' unit; below 0 and beyond `length` the ends are given.

        Returns:
            (M, 2).

        """
        return self._evaluate(np.interp(lengths, self._lengths, self._parameters))
