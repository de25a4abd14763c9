"""Arrays on their way to a file: tensors or arrays in, numpy out, with one-line guards that print
the real shape.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sat2density.errors import ShapeError


def to_numpy(values: Any, dtype: Any = np.float32) -> NDArray[Any]:
    """Return a tensor (any device) or array-like as a numpy array of `dtype`.

    Args:
        values: a tensor or array-like of numbers, any shape; a gradient is let go.
        dtype: of the result; a tensor's half precision goes through float32.

    """
    if hasattr(values, "detach"):
        values = (
            values.detach().float().cpu().numpy()
            if values.is_floating_point()
            else values.detach().cpu().numpy()
        )
    return np.asarray(values, dtype=dtype)


def plane(values: Any, what: str) -> NDArray[np.float32]:
    """Return one plane of numbers.

    Args:
        values: (H, W) or (1, H, W), a tensor or an array.
        what: what the message calls it.

    Returns:
        (H, W) float32.

    Raises:
        ShapeError: another shape, or an empty one.

    """
    array = to_numpy(values)
    if array.ndim == 3 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 2 or 0 in array.shape:
        raise ShapeError(f"{what}: expected (H, W) or (1, H, W), not {array.shape}")
    return array


def volume(values: Any, what: str = "density") -> NDArray[np.float32]:
    """Return one volume of numbers, square in plan.

    Args:
        values: (Z, S, S) or (1, Z, S, S) = [up, south, east], a tensor or an array.
        what: what the message calls it.

    Returns:
        (Z, S, S) float32.

    Raises:
        ShapeError: another shape, or an empty one.

    """
    array = to_numpy(values)
    if array.ndim == 4 and array.shape[0] == 1:
        array = array[0]
    if array.ndim != 3 or 0 in array.shape or array.shape[1] != array.shape[2]:
        raise ShapeError(f"{what}: expected (Z, S, S) = [up, south, east], not {array.shape}")
    return array


def picture(values: Any, what: str = "picture") -> NDArray[np.uint8]:
    """Return (H, W, 3) uint8 RGB, C-contiguous.

    Args:
        values: uint8 (H, W, 3) as it is; or float in [0, 1] (clamped, NaN is 0), (3, H, W), (1, H,
            W) or (H, W).
        what: name for the error.

    Raises:
        ShapeError: any other shape.

    """
    array = to_numpy(values, dtype=None)
    if array.dtype == np.uint8 and array.ndim == 3 and array.shape[2] == 3:
        return np.ascontiguousarray(array)
    planes = array[None] if array.ndim == 2 else array
    if (
        planes.ndim != 3
        or planes.shape[0] not in (1, 3)
        or 0 in planes.shape
        or planes.dtype.kind not in "fb"
    ):
        raise ShapeError(
            f"{what}: expected float (3, H, W) or uint8 (H, W, 3), not {array.dtype} {array.shape}"
        )
    levels = np.clip(np.nan_to_num(planes.astype(np.float32)), 0.0, 1.0) * 255.0 + 0.5
    grid = np.ascontiguousarray(np.moveaxis(levels.astype(np.uint8), 0, -1))
    return np.repeat(grid, 3, axis=2) if grid.shape[2] == 1 else grid
