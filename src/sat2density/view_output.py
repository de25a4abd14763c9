"""A view as a file or a picture: what stands behind `View.save`, `.numpy`, `.pil` and notebooks."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.images import save_image, to_bytes

if TYPE_CHECKING:
    from sat2density.views import View

PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
DEPTHS: Final = (".tif", ".tiff")
ARRAYS: Final = ".npz"
SUFFIXES: Final = (*PICTURES, *DEPTHS, ARRAYS)

_DESCRIPTION: Final = 270
"""The TIFF tag of a picture's description."""


def to_array(view: View) -> NDArray[np.uint8]:
    """Return the picture as bytes (..., H, W, 3).

    Args:
        view: one or several.

    """
    image = view.colour if view.image is None else view.image
    flat = image.reshape(-1, *image.shape[-3:])
    pixels = np.stack([to_bytes(one) for one in flat])
    return pixels.reshape(*image.shape[:-3], *pixels.shape[1:])


def to_pil(view: View) -> Image.Image:
    """Return the picture of one view.

    Args:
        view: one.

    Raises:
        InputError: several.

    """
    check_single(view, "a picture")
    return Image.fromarray(to_array(view))


def to_png(view: View) -> bytes | None:
    """Return the picture as a PNG file; None of several views.

    Args:
        view: one or several.

    """
    if view.colour.ndim != 3:
        return None
    buffer = io.BytesIO()
    to_pil(view).save(buffer, "PNG")
    return buffer.getvalue()


def save(view: View, path: Path) -> None:
    """Write a view; see `View.save`.

    Args:
        view: one; several as .npz.
        path: its suffix is one of `SUFFIXES`.

    Raises:
        InputError: another suffix, or several views for one picture.
        OutputError: the file cannot be written.

    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise InputError(
            f"{path}: the suffix '{path.suffix}' does not say what to save; use {PICTURES[0]} or "
            f"{PICTURES[1]} (picture), {DEPTHS[0]} (depth in metres) or {ARRAYS} (all of it)"
        )
    if suffix == ARRAYS:
        _save_arrays(view, path)
        return
    check_single(view, str(path))
    if suffix in DEPTHS:
        _save_depth(view, path)
    else:
        save_image(path, view.colour if view.image is None else view.image)


def check_single(view: View, what: str) -> None:
    """Refuse several views where one is wanted.

    Args:
        view: one or several.
        what: names what is wanted in the message.

    Raises:
        InputError: several.

    """
    if view.colour.ndim != 3:
        raise InputError(
            f"{what}: these are {' x '.join(map(str, view.colour.shape[:-3]))} views; take one of "
            f"them (view[0]), or save them all as .npz"
        )


def _save_arrays(view: View, path: Path) -> None:
    parts = {"colour": view.colour, "opacity": view.opacity, "depth_m": view.depth_m}
    if view.image is not None:
        parts["image"] = view.image
    arrays: dict[str, Any] = {
        name: part.detach().float().cpu().numpy() for name, part in parts.items()
    }
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, metres_per_unit=view.unit_m, **arrays)


def _save_depth(view: View, path: Path) -> None:
    tags = ImageFileDirectory_v2()
    tags[_DESCRIPTION] = "radial depth in metres, NaN where there is no surface; sat2density"
    with atomic_path(path) as temporary:
        depth = Image.fromarray(view.depth_m[0].detach().float().cpu().numpy())
        depth.save(temporary, format="TIFF", tiffinfo=tags)
