"""Evidence of overlapping tiles put together, so that things are found once, whatever border they
cross.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from sat2density.city.evidence import Evidence
from sat2density.conventions import CLASSES

SHARP: Final = 4
"""Exponent of a tile's weights: near its middle a tile speaks alone, at its border others do."""
STEPS: Final = 2
"""Tiles in a tile's side: each place is seen by four, once not far from the middle."""
LEAST: Final = 1e-3
"""Of a weight: what no other tile covers is known from one tile's border alone."""
NONE: Final = 1e-9
"""Less than any sum of weights."""
NOTHING: Final = CLASSES.index("soil")


class Joined:
    """Sums of what tiles say of a square area. Tiles lie on a grid of half their side.

    Args:
        extent_m: side of a tile, metres.
        steps: half tiles in the area's side, at least 2.

    """

    def __init__(self, extent_m: float, steps: int) -> None:
        self.extent_m = extent_m
        self.steps = steps
        self._sums: dict[str, np.ndarray] = {}
        self._weights: dict[str, np.ndarray] = {}
        self._votes = np.zeros((0, 0, 0), np.float32)

    def add(self, row: int, column: int, told: Evidence) -> None:
        """Add a tile.

        Args:
            row: of its upper border, in half tiles from the area's.
            column: of its left border, likewise.
            told: of the tile; all tiles have maps of the same sizes.

        """
        here = _place(row, column, told.classes.shape[-1])
        share = _hill(told.classes.shape[-1])
        if not len(self._votes):
            side = self.steps * told.classes.shape[-1] // STEPS
            self._votes = np.zeros((len(CLASSES), side, side), np.float32)
        votes = self._votes[:, *here]
        np.put_along_axis(
            votes,
            told.classes[None].astype(np.intp),
            np.take_along_axis(votes, told.classes[None].astype(np.intp), 0)
            + (share * told.certainty)[None],
            0,
        )
        for name, values in _linear(told).items():
            self._add(name, row, column, values)

    def _add(self, name: str, row: int, column: int, values: np.ndarray) -> None:
        side = values.shape[-1]
        whole = self.steps * side // STEPS
        here = _place(row, column, side)
        if name not in self._sums:
            self._sums[name] = np.zeros((len(values), whole, whole), np.float32)
            self._weights[name] = np.zeros((whole, whole), np.float32)
        self._sums[name][:, *here] += _hill(side) * values
        self._weights[name][here] += _hill(side)

    def evidence(self, tile: np.ndarray, valid: np.ndarray) -> Evidence:
        """Return what all tiles say together; where none reaches, bare soil.

        Args:
            tile: (T, T, 3) uint8 picture of the area.
            valid: (V, V) bool, where it holds data; elsewhere nothing is found.

        Raises:
            ValueError: no tile was added.

        """
        if not len(self._votes):
            raise ValueError("no tile was added")
        mean = {
            name: values / np.maximum(self._weights[name], NONE)
            for name, values in self._sums.items()
        }
        total = self._weights["heights"]
        classes = self._votes.argmax(0).astype(np.uint8)
        sums = np.maximum(self._votes.sum(0), NONE)
        certainty = self._votes.max(0) / sums * mean["certainty"][0]
        known = _resized(valid & (_resized(total > 0, len(valid))), len(classes))
        classes = np.where(known, classes, NOTHING).astype(np.uint8)
        trees, cars = mean["trees"], mean["cars"]
        hidden = ~_resized(known, trees.shape[-1])
        heading = 0.5 * np.arctan2(cars[3], cars[4])
        told = [np.where(hidden, 0.0, heat) for heat in (trees[0], cars[0], mean["poles"][0])]
        ground = mean.get("ground")
        return Evidence(
            extent_m=self.extent_m * self.steps / STEPS,
            classes=classes,
            certainty=np.where(known, certainty, 0.0).astype(np.float32),
            trees=np.stack([told[0], *trees[1:]]).astype(np.float32),
            vehicles=np.stack([told[1], *cars[1:3], heading]).astype(np.float32),
            poles=told[2].astype(np.float32),
            edges=mean["edges"][0],
            slope=mean["slope"],
            heights_m=mean["heights"][0],
            tile=tile,
            ground=None if ground is None else np.moveaxis(ground, 0, -1).round().astype(np.uint8),
        )


def _linear(told: Evidence) -> dict[str, np.ndarray]:
    """Return the maps of which means may be taken, each (K, S, S)."""
    cars = told.vehicles
    turn = np.stack([np.sin(2 * cars[3]), np.cos(2 * cars[3])])
    found = {
        "certainty": told.certainty[None],
        "trees": told.trees,
        "cars": np.concatenate([cars[:3], turn]),
        "poles": told.poles[None],
        "edges": told.edges[None],
        "slope": told.slope,
        "heights": told.heights_m[None],
    }
    if told.ground is not None:
        found["ground"] = np.moveaxis(told.ground, -1, 0).astype(np.float32)
    return found


def _place(row: int, column: int, side: int) -> tuple[slice, slice]:
    top, left = row * side // STEPS, column * side // STEPS
    return slice(top, top + side), slice(left, left + side)


def _hill(side: int) -> np.ndarray:
    """Return a tile's weights (side, side): 1 in its middle, nearly 0 at its border."""
    hill = np.sin(np.pi * (np.arange(side) + 0.5) / side) ** SHARP + LEAST
    return np.outer(hill, hill).astype(np.float32)


def _resized(mask: np.ndarray, side: int) -> np.ndarray:
    """Return the nearest pixels of a square mask at another size."""
    at = ((np.arange(side) + 0.5) / side * len(mask)).astype(np.intp)
    return mask[np.ix_(at, at)]
