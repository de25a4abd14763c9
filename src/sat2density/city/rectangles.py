"""Covering a region with few rectangles: the one with the largest sum first, then the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Box = tuple[int, int, int, int]
"""First row, last row + 1, first column, last column + 1."""

OVERLAP = -0.03
"""Factor on the value of a cell that is covered already: a later rectangle ends where
it meets an earlier one, but may cross it for little.
"""


def best_box(values: np.ndarray) -> tuple[float, Box]:
    """Return the largest sum of a rectangle of cells, and the rectangle.

    Kadane's scan along the columns, for all pairs of rows at once.

    Args:
        values: (H, W) of either sign.

    Example:
        >>> best_box(np.array([[1.0, -5.0], [2.0, 1.0]]))
        (3.0, (0, 2, 0, 1))

    """
    height, width = values.shape
    sums = np.concatenate([np.zeros((1, width)), np.cumsum(values, 0)])
    first, last = np.triu_indices(height + 1, 1)
    strips = sums[last] - sums[first]
    here = np.zeros(len(first))
    begin = np.zeros(len(first), np.int64)
    best, ends = np.full(len(first), -np.inf), np.zeros((len(first), 2), np.int64)
    for column in range(width):
        fresh = here <= 0
        begin[fresh] = column
        here = np.where(fresh, 0.0, here) + strips[:, column]
        better = here > best
        best[better] = here[better]
        ends[better, 0], ends[better, 1] = begin[better], column + 1
    k = int(np.argmax(best))
    box = (int(first[k]), int(last[k]), int(ends[k, 0]), int(ends[k, 1]))
    return float(best[k]), box


def cover(values: np.ndarray, least: float, most: int) -> list[Box]:
    """Return rectangles that cover the positive cells, the most valuable first.

    Args:
        values: (H, W): above 0 to be covered, below 0 to be left out, 0 either way.
        least: gain below which no further rectangle is taken.
        most: number of rectangles.

    """
    left = values.astype(np.float64)
    found: list[Box] = []
    while len(found) < most:
        gain, box = best_box(left)
        if gain < least:
            break
        found.append(box)
        part = left[box[0] : box[1], box[2] : box[3]]
        part[part > 0] *= OVERLAP
    return found


def outline(
    boxes: Sequence[tuple[float, float, float, float]],
) -> list[list[tuple[float, float]]]:
    """Return the rings round the union of rectangles: (x, y) of corners, outer rings clockwise on
    a map, holes the other way, the largest ring first.

    Args:
        boxes: (first y, last y, first x, last x), or first and last rows and columns.

    """
    rows = sorted({r for box in boxes for r in box[:2]})
    columns = sorted({c for box in boxes for c in box[2:]})
    filled = np.zeros((len(rows) + 1, len(columns) + 1), np.bool_)
    for r0, r1, c0, c1 in boxes:
        filled[
            rows.index(r0) + 1 : rows.index(r1) + 1, columns.index(c0) + 1 : columns.index(c1) + 1
        ] = True
    rings = trace(filled)
    return [[(columns[x - 1], rows[y - 1]) for x, y in ring] for ring in rings]


def trace(filled: np.ndarray) -> list[list[tuple[int, int]]]:
    """Return the borders of a region as rings of grid corners (column, row), straight runs joined.

    Outer borders run clockwise on a map (rows grow to the south), holes the other way; the
    largest ring comes first.

    Args:
        filled: (H, W) bool; its border must be empty.

    """
    steps: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def put(sides: np.ndarray, start: tuple[int, int], end: tuple[int, int]) -> None:
        for row, column in np.argwhere(sides).tolist():
            steps.setdefault((column + start[0], row + start[1]), []).append(
                (column + end[0], row + end[1])
            )

    empty = ~filled
    put(filled[1:] & empty[:-1], (0, 1), (1, 1))  # northern sides, eastwards
    put(filled[:-1] & empty[1:], (1, 1), (0, 1))  # southern sides, westwards
    put(filled[:, :-1] & empty[:, 1:], (1, 0), (1, 1))  # eastern sides, southwards
    put(filled[:, 1:] & empty[:, :-1], (1, 1), (1, 0))  # western sides, northwards
    rings = []
    while steps:
        start = min(steps)
        ring = [start]
        here, before = start, None
        while True:
            options = steps[here]
            after = options[0]
            if len(options) > 1 and before is not None:
                # Where two corners touch: the sharp turn to the right keeps rings apart.
                after = min(options, key=lambda o: _turned(before, here, o))
            options.remove(after)
            if not options:
                del steps[here]
            before, here = here, after
            if here == start:
                break
            ring.append(here)
        rings.append(_corners(ring))
    return sorted(rings, key=lambda ring: -abs(_area(ring)))


def _turned(before: tuple[int, int] | None, here: tuple[int, int], after: tuple[int, int]) -> int:
    assert before is not None
    a = (here[0] - before[0], here[1] - before[1])
    b = (after[0] - here[0], after[1] - here[1])
    return -(a[0] * b[1] - a[1] * b[0])


def _corners(ring: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a ring without the points inside straight runs."""
    out = []
    for k, here in enumerate(ring):
        before, after = ring[k - 1], ring[(k + 1) % len(ring)]
        if (here[0] - before[0]) * (after[1] - here[1]) != (here[1] - before[1]) * (
            after[0] - here[0]
        ):
            out.append(here)
    return out


def _area(ring: list[tuple[int, int]]) -> float:
    return 0.5 * sum(
        a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
    )
