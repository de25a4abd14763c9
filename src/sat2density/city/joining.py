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
    """Sums of what tiles say of a square area. Tiles lie on a grid of half their side, and are
    added row by row: votes for classes are kept of one row of tiles only, and counted when the next
    row begins.

    Args:
        extent_m: side of a tile, metres.
        steps: half tiles in the area's side, at least 2.

    """

    def __init__(self, extent_m: float, steps: int) -> None:
        self.extent_m = extent_m
        self.steps = steps
        self._row = 0
        self._sums: dict[str, np.ndarray] = {}
        self._weights: dict[int, np.ndarray] = {}
        self._votes = np.zeros((0, 0, 0), np.float32)
        self._classes = np.zeros((0, 0), np.uint8)
        self._share = np.zeros((0, 0), np.float32)

    def add(self, row: int, column: int, told: Evidence) -> None:
        """Add a tile.

        Args:
            row: of its upper border, in half tiles from the area's; not above the tiles before.
            column: of its left border, likewise.
            told: of the tile; all tiles have maps of the same sizes.

        """
        side = told.classes.shape[-1]
        if not len(self._votes):
            whole = self.steps * side // STEPS
            self._votes = np.zeros((len(CLASSES), side, whole), np.float32)
            self._classes = np.zeros((whole, whole), np.uint8)
            self._share = np.zeros((whole, whole), np.float32)
        assert row >= self._row
        self._count(row)
        votes = self._votes[:, *_place(0, column, side)]
        np.put_along_axis(
            votes,
            told.classes[None].astype(np.intp),
            np.take_along_axis(votes, told.classes[None].astype(np.intp), 0)
            + (_hill(side) * told.certainty)[None],
            0,
        )
        linear = _linear(told)
        for size in {values.shape[-1] for values in linear.values()}:
            self._weigh(row, column, size)
        for name, values in linear.items():
            self._add(name, row, column, values)

    def _count(self, row: int) -> None:
        """Count the votes above a row of half tiles: no tile reaches there any more."""
        half = self._votes.shape[1] // STEPS
        for above in range(self._row, row):
            here = slice(above * half, (above + 1) * half)
            votes = self._votes[:, :half]
            self._classes[here] = votes.argmax(0)
            self._share[here] = votes.max(0) / np.maximum(votes.sum(0), NONE)
            self._votes[:, :-half] = self._votes[:, half:]
            self._votes[:, -half:] = 0.0
        self._row = max(self._row, row)

    def _weigh(self, row: int, column: int, side: int) -> None:
        """Note a tile's weights in maps whose tiles are of a side."""
        if side not in self._weights:
            whole = self.steps * side // STEPS
            self._weights[side] = np.zeros((whole, whole), np.float32)
        self._weights[side][_place(row, column, side)] += _hill(side)

    def _add(self, name: str, row: int, column: int, values: np.ndarray) -> None:
        side = values.shape[-1]
        whole = self.steps * side // STEPS
        if name not in self._sums:
            self._sums[name] = np.zeros((len(values), whole, whole), np.float32)
        self._sums[name][:, *_place(row, column, side)] += _hill(side) * values

    def evidence(self, tile: np.ndarray, valid: np.ndarray) -> Evidence:
        """Return what all tiles say together; where none reaches, bare soil. No tile can be added
        any more.

        Args:
            tile: (T, T, 3) uint8 picture of the area.
            valid: (V, V) bool, where it holds data; elsewhere nothing is found.

        Raises:
            ValueError: no tile was added.

        """
        if not len(self._votes):
            raise ValueError("no tile was added")
        self._count(self.steps)
        mean = self._means()
        certainty = self._share * mean["certainty"][0]
        classes = self._classes
        total = self._weights[classes.shape[-1] * STEPS // self.steps]
        known = _resized(valid & (_resized(total > 0, len(valid))), len(classes))
        classes[~known] = NOTHING
        certainty[~known] = 0.0
        trees, cars, poles = mean["trees"], mean["cars"], mean["poles"][0]
        hidden = ~_resized(known, trees.shape[-1])
        for heat in (trees[0], cars[0], poles):
            heat[hidden] = 0.0
        heading = 0.5 * np.arctan2(cars[3], cars[4])
        ground = mean.get("ground")
        return Evidence(
            extent_m=self.extent_m * self.steps / STEPS,
            classes=classes,
            certainty=certainty,
            trees=trees,
            vehicles=np.concatenate([cars[:3], heading[None]]),
            poles=poles,
            edges=mean["edges"][0],
            slope=mean["slope"],
            heights_m=mean["heights"][0],
            tile=tile,
            ground=None if ground is None else np.moveaxis(ground, 0, -1).round().astype(np.uint8),
        )

    def _means(self) -> dict[str, np.ndarray]:
        """Turn the sums into means, where they lie: an area's are large."""
        for values in self._sums.values():
            side = values.shape[-1] * STEPS // self.steps
            values /= np.maximum(self._weights[side], NONE)
        return self._sums


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
