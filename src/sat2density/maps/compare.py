"""Heights of an area beside the truth: errors, edges, classes, as they lie and registered once."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from sat2density.errors import InputError
from sat2density.maps.libraries import library
from sat2density.maps.opening import in_words, opened

WITHIN_M: Final = (0.5, 1.0, 2.5, 7.5)
"""`within_X`: share of pixels whose height is wrong by at most X metres."""

EDGE_M: Final = 2.0
"""A height edge is where the surface differs by more than this between places `EDGE_REACH_M`
apart.
"""

EDGE_REACH_M: Final = 1.0
"""Also the distance at which an edge still counts as found."""

ROWS: Final = 512
"""Rows compared at once: memory does not grow with the area."""

LOOKS, LOOK_SIDE = 5, 192
"""The registration looks at LOOKS x LOOKS squares of so many pixels."""


class Registration(NamedTuple):
    """The one shift that fits best, metres: the heights are moved east and north, and up."""

    east_m: float
    north_m: float
    up_m: float


class Sums:
    """Sums of errors, from which any number of strips give one result."""

    def __init__(self) -> None:
        self.count = 0
        self.absolute = self.square = self.error = 0.0
        self.within = np.zeros(len(WITHIN_M))
        self.edges = np.zeros(4)

    def add(self, error: np.ndarray) -> None:
        """Add errors.

        Args:
            error: predicted minus true heights, metres, any shape.

        """
        size = np.abs(error)
        self.count += error.size
        self.absolute += float(size.sum(dtype=np.float64))
        self.square += float((size.astype(np.float64) ** 2).sum())
        self.error += float(error.sum(dtype=np.float64))
        self.within += [float((size <= limit).sum()) for limit in WITHIN_M]

    def result(self) -> dict[str, float | None]:
        """Return the measures; None where there is nothing to measure."""
        if not self.count:
            return {"pixels": 0}
        found, predicted, hit, true = self.edges
        out: dict[str, float | None] = {
            "pixels": self.count,
            "mae_m": self.absolute / self.count,
            "rmse_m": math.sqrt(self.square / self.count),
            "bias_m": self.error / self.count,
        }
        for limit, share in zip(WITHIN_M, self.within, strict=True):
            out[f"within_{limit:g}"] = float(share) / self.count
        precision = found / predicted if predicted else 0.0
        recall = hit / true if true else None
        both = None if recall is None else precision + recall
        out["edge_f1"] = None if both is None else (2 * precision * (recall or 0) / (both or 1.0))
        return out


@dataclasses.dataclass
class Pair:
    """Heights and truth on the heights' grid.

    Attributes:
        heights: dataset of the heights.
        truth: the truth on that grid, `margin` pixels wider on every side.
        classes: the classes likewise, or None.
        margin: pixels.
        pixel_m: side of a pixel.
        names: of the classes by code.

    """

    heights: Any
    truth: Any
    classes: Any
    margin: int
    pixel_m: float
    names: dict[int, str]

    def strip(
        self, row: int, rows: int, shift: tuple[int, int]
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray]:
        """Read rows of (heights, truth, classes, valid), the truth at (row, column) + shift.

        Args:
            row: the first.
            rows: how many.
            shift: (rows, columns) by which the truth is looked up elsewhere.

        """
        window, width = library("rasterio.windows").Window, self.heights.width
        there = window(self.margin + shift[1], row + self.margin + shift[0], width, rows)
        heights, known = _read(self.heights, window(0, row, width, rows))
        truth, true = _read(self.truth, there)
        classes = None if self.classes is None else self.classes.read(1, window=there)
        return heights, truth, classes, known & true

    def square(
        self, row: int, column: int, side: int, reach: int
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Read a square of (heights, where they are known), and of the truth a wider one.

        Args:
            row: the first.
            column: the first.
            side: pixels.
            reach: pixels by which the truth is wider on every side, at most the margin.

        """
        window = library("rasterio.windows").Window
        beyond = self.margin - reach
        wide = window(column + beyond, row + beyond, side + 2 * reach, side + 2 * reach)
        return *_read(self.heights, window(column, row, side, side)), *_read(self.truth, wide)


def _read(dataset: Any, window: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return float32 values and where they are known."""
    values = dataset.read(1, window=window, masked=True)
    known = ~np.ma.getmaskarray(values)
    plain = values.filled(0).astype(np.float32)
    return plain, known & np.isfinite(plain)


def compare_heights(
    heights: Path, truth: Path, classes: Path | None = None, search_m: float = 2.0
) -> dict[str, Any]:
    """Measure heights against the truth.

    Args:
        heights: a raster of heights in metres, band 1; its grid is compared on, so that coarse
            heights are compared with means of the truth.
        truth: a raster of true heights above the same ground, any coordinate system.
        classes: a raster of classes for a table by class, its names in the tags class_0, ...
        search_m: the registration looks at shifts up to this, each way.

    Returns:
        {"as_it_lies": measures, "registered": measures, "flat": measures of a height of 0,
        "registration": its shift, "pixel_m", "by_class": {name: {row: measures}}}.

    Raises:
        InputError: a raster that cannot be read, without a place, or the two do not overlap.

    """
    if not 0.0 <= search_m <= 50.0:
        raise InputError(f"--search-m {search_m:g}: from 0 to 50 metres")
    with _pair(heights, truth, classes, search_m) as pair:
        found, shift = _register(pair, search_m)
        rows = {
            "as_it_lies": _measured(pair, (0, 0), 0.0, 1.0),
            "registered": _measured(pair, shift, found.up_m, 1.0),
            "flat": _measured(pair, (0, 0), 0.0, 0.0),
        }
        if not rows["as_it_lies"][0].count:
            raise InputError(f"{heights} and {truth} do not overlap where both hold data")
        result: dict[str, Any] = {name: sums[0].result() for name, sums in rows.items()}
        result["registration"] = {**found._asdict(), "search_m": search_m}
        result["pixel_m"] = pair.pixel_m
        if classes is not None:
            codes = sorted(set().union(*(sums[1] for sums in rows.values())))
            result["by_class"] = {
                pair.names.get(code, str(code)): {
                    name: sums[1][code].result() for name, sums in rows.items() if code in sums[1]
                }
                for code in codes
            }
        return result


@contextlib.contextmanager
def _pair(heights: Path, truth: Path, classes: Path | None, search_m: float) -> Iterator[Pair]:
    vrt = library("rasterio.vrt").WarpedVRT
    resampling = library("rasterio.enums").Resampling
    with contextlib.ExitStack() as files:
        made = _placed(files, heights)
        true = _placed(files, truth)
        pixel_m = math.sqrt(abs(made.transform.determinant)) * _unit_m(made, heights)
        margin = math.ceil(search_m / pixel_m)
        a, b, c, d, e, f = made.transform[:6]
        corner = (c - margin * (a + b), f - margin * (d + e))
        grid = {
            "crs": made.crs,
            "transform": type(made.transform)(a, b, corner[0], d, e, corner[1]),
            "width": made.width + 2 * margin,
            "height": made.height + 2 * margin,
        }
        finer = math.sqrt(abs(true.transform.determinant)) * _unit_m(true, truth) < 0.75 * pixel_m
        method = resampling.average if finer else resampling.bilinear
        fill = -9999.0 if true.nodata is None else true.nodata
        wide = files.enter_context(vrt(true, resampling=method, nodata=fill, **grid))
        kinds, names = None, {}
        if classes is not None:
            source = _placed(files, classes)
            kinds = files.enter_context(vrt(source, resampling=resampling.nearest, **grid))
            names = {
                int(key.split("_")[1]): name
                for key, name in source.tags().items()
                if key.startswith("class_") and key.split("_")[1].isdigit()
            }
        with in_words(heights):
            yield Pair(made, wide, kinds, margin, pixel_m, names)


def _placed(files: contextlib.ExitStack, path: Path) -> Any:
    dataset = files.enter_context(opened(path))
    if dataset.crs is None:
        raise InputError(f"{path}: has no coordinate system, so it cannot be compared")
    if np.dtype(dataset.dtypes[0]).kind not in "fiu":
        raise InputError(f"{path}: holds {dataset.dtypes[0]} numbers, no heights")
    return dataset


def _unit_m(dataset: Any, path: Path) -> float:
    if dataset.crs.is_geographic:
        middle = dataset.transform.f + dataset.transform.e * dataset.height / 2
        return 111_320.0 * math.sqrt(max(0.01, math.cos(math.radians(middle))))
    try:
        return float(dataset.crs.linear_units_factor[1])
    except Exception as error:
        raise InputError(f"{path}: its coordinate system has no unit of length") from error


def _register(pair: Pair, search_m: float) -> tuple[Registration, tuple[int, int]]:
    """Find the shift with the least RMSE once the mean error is taken away, in squares that lie
    all over the area.
    """
    reach = int(search_m / pair.pixel_m)
    side = min(LOOK_SIDE, pair.heights.width, pair.heights.height)
    tops = np.unique(np.linspace(0, pair.heights.height - side, LOOKS).astype(int))
    lefts = np.unique(np.linspace(0, pair.heights.width - side, LOOKS).astype(int))
    size = 2 * reach + 1
    sums = np.zeros((size, size, 3))
    for top in tops:
        for left in lefts:
            made, known, wide, there = pair.square(int(top), int(left), side, reach)
            for i, j in np.ndindex(size, size):
                moved = np.s_[i : i + side, j : j + side]
                error = (made - wide[moved])[known & there[moved]].astype(np.float64)
                sums[i, j] += (error.size, error.sum(), (error**2).sum())
    count = np.maximum(sums[..., 0], 1.0)
    mean = sums[..., 1] / count
    spread = np.where(sums[..., 0] > 0, sums[..., 2] / count - mean**2, np.inf)
    # Of equal shifts the shortest.
    away = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    best = np.lexsort((away.ravel(), spread.ravel().round(12)))[0]
    i, j = divmod(int(best), size)
    shift = (i - reach, j - reach)
    east, north = shift[1] * pair.pixel_m, -shift[0] * pair.pixel_m
    return Registration(east, north, -float(mean[i, j])), shift


def _measured(
    pair: Pair, shift: tuple[int, int], up_m: float, factor: float
) -> tuple[Sums, dict[int, Sums]]:
    """Return the sums of the whole area and of each class; heights are factor x heights + up."""
    whole = Sums()
    by_class: dict[int, Sums] = {}
    reach = max(1, round(EDGE_REACH_M / pair.pixel_m))
    for row in range(0, pair.heights.height, ROWS):
        first = max(0, row - 2 * reach)
        last = min(pair.heights.height, row + ROWS + 2 * reach)
        made, true, classes, valid = pair.strip(first, last - first, shift)
        made = made * np.float32(factor) + np.float32(up_m)
        inner = slice(row - first, min(row + ROWS, pair.heights.height) - first)
        error = (made - true)[inner]
        known = valid[inner]
        whole.add(error[known])
        whole.edges += _edges(made, true, valid, reach, inner)
        if classes is None:
            continue
        for code in np.unique(classes[inner][known]):
            sums = by_class.setdefault(int(code), Sums())
            sums.add(error[known & (classes[inner] == code)])
    return whole, by_class


def _edges(
    made: np.ndarray, true: np.ndarray, valid: np.ndarray, reach: int, rows: slice
) -> np.ndarray:
    """Return (predicted edges near a true one, predicted, true near a predicted one, true)."""
    from scipy.ndimage import maximum_filter

    one, other = _edge_map(made, valid, reach), _edge_map(true, valid, reach)
    near_one, near_other = (maximum_filter(edge, 2 * reach + 1) for edge in (one, other))
    return np.array(
        [
            (one & near_other)[rows].sum(),
            one[rows].sum(),
            (other & near_one)[rows].sum(),
            other[rows].sum(),
        ],
        np.float64,
    )


def _edge_map(heights: np.ndarray, valid: np.ndarray, reach: int) -> np.ndarray:
    """Return where the surface jumps: between places `reach` apart, at the place between them."""
    edge = np.zeros(heights.shape, np.bool_)
    half = reach // 2
    if heights.shape[0] <= reach or heights.shape[1] <= reach:
        return edge
    down = np.abs(heights[reach:] - heights[:-reach]) > EDGE_M
    down &= valid[reach:] & valid[:-reach]
    across = np.abs(heights[:, reach:] - heights[:, :-reach]) > EDGE_M
    across &= valid[:, reach:] & valid[:, :-reach]
    edge[half : half + down.shape[0]] |= down
    edge[:, half : half + across.shape[1]] |= across
    return edge
