"""Pictures of what a camera sees: depth (16-bit millimetres, coloured), opacity, heights, labelled
contact sheets.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, UnidentifiedImageError

from sat2density.bounds import check_size
from sat2density.errors import InputError, OutputError, ShapeError
from sat2density.export.arrays import picture, plane
from sat2density.export.colours import coloured
from sat2density.export.lettering import INK, PAPER, fitted, font, scale_bar, text_width
from sat2density.files import atomic_path
from sat2density.scene_spec import SceneSpec

if TYPE_CHECKING:
    from sat2density.scene import Scene

MILLIMETRES: Final = 1000.0
FARTHEST: Final = 65535
"""Largest value of the 16-bit depth picture: 65.535 m or more."""


def write_picture(path: str | Path, image: Image.Image) -> None:
    """Write a Pillow picture by its suffix, complete or not at all.

    Args:
        path: name ending in .png, .jpg, .webp or .gif.
        image: of a mode that the format has.

    Raises:
        OutputError: another suffix, or the file cannot be written.

    """
    with atomic_path(path) as temporary:
        try:
            image.save(temporary)
        except ValueError as error:
            raise OutputError(
                f"{path}: cannot be written: {error}; give a name that ends in .png"
            ) from error


# ---- depth in millimetres


def depth_to_millimetres(depth_m: Any) -> NDArray[np.uint16]:
    """Return the whole millimetres of a depth, as the PNG holds them.

    Args:
        depth_m: metres, (H, W) or (1, H, W); NaN or infinity is no surface.

    Returns:
        (H, W) uint16: 0 is no surface, 65535 is 65.535 m or more; a surface is never 0.

    Raises:
        ShapeError: another shape.

    Example:
        >>> depth_to_millimetres([[1.25, 99.0, float("nan")]]).tolist()
        [[1250, 65535, 0]]

    """
    depth = plane(depth_m, "depth").astype(np.float64)
    surface = np.isfinite(depth)
    # From 1 on: 0 is taken, it says that there is no surface.
    millimetres = np.round(np.where(surface, depth, 0.0) * MILLIMETRES).clip(1, FARTHEST)
    return np.where(surface, millimetres, 0).astype(np.uint16)


def write_depth_png(path: str | Path, depth_m: Any) -> None:
    """Write depth as the 16-bit PNG of `depth_to_millimetres`.

    Args:
        path: name ending in .png.
        depth_m: metres, (H, W) or (1, H, W).

    Raises:
        OutputError: the file cannot be written.

    """
    write_picture(path, Image.fromarray(depth_to_millimetres(depth_m)))


def read_depth_png(path: str | Path) -> NDArray[np.float32]:
    """Read a depth picture of `write_depth_png` back.

    Args:
        path: a 16-bit grey PNG.

    Returns:
        (H, W) float32 metres, NaN where there is no surface; 65.535 stands for that or more.

    Raises:
        InputError: it cannot be read, or is no 16-bit grey picture.

    """
    try:
        with Image.open(path) as image:
            if image.mode not in ("I;16", "I;16B", "I"):
                raise InputError(f"{path}: is not a 16-bit grey picture (its mode is {image.mode})")
            millimetres = np.asarray(image, dtype=np.float32)
    except (OSError, UnidentifiedImageError) as error:
        raise InputError(f"{path}: cannot be read as a depth picture: {error}") from error
    return np.where(millimetres == 0, np.nan, millimetres / MILLIMETRES).astype(np.float32)


# ---- coloured pictures


def farthest_depth_m(spec: SceneSpec) -> float:
    """Return the upper end of the depth scale in metres: how far a ray of this scene reaches.

    Args:
        spec: the scene.

    """
    return spec.ray_length * spec.unit_m


def depth_picture(depth_m: Any, max_m: float) -> Image.Image:
    """Colour a depth (near is light, no surface is pale blue) beside its scale bar.

    Args:
        depth_m: metres, (H, W) or (1, H, W); NaN or infinity is no surface.
        max_m: upper end of the scale, above 0; what is farther has its colour.

    """
    depth = plane(depth_m, "depth")
    return beside_scale(coloured(depth, 0.0, max_m, reverse=True), 0.0, max_m, reverse=True)


def heights_picture(heights_m: Any, max_m: float, min_m: float = 0.0) -> Image.Image:
    """Colour surface heights (high is light; row 0 is north) beside their scale bar.

    Args:
        heights_m: metres, (H, W) or (1, H, W).
        max_m: upper end of the scale.
        min_m: lower end, below `max_m`.

    """
    heights = plane(heights_m, "heights")
    return beside_scale(coloured(heights, min_m, max_m), min_m, max_m, reverse=False)


def opacity_picture(opacity: Any) -> Image.Image:
    """Return opacity as an 8-bit grey picture: 0 black (sky), 1 white.

    Args:
        opacity: (H, W) or (1, H, W) in [0, 1]; NaN is 0.

    """
    values = np.nan_to_num(plane(opacity, "opacity")).clip(0.0, 1.0)
    return Image.fromarray((values * 255.0 + 0.5).astype(np.uint8))


def beside_scale(colours: NDArray[np.uint8], low: float, high: float, reverse: bool) -> Image.Image:
    """Put a coloured picture beside its vertical scale bar, on white.

    Args:
        colours: (H, W, 3) uint8, from `colours.coloured`.
        low: value at one end of the scale.
        high: value at the other.
        reverse: whether `low` is the light end, as for depth.

    Raises:
        InputError: the whole would be too large for a picture.

    """
    height, width = colours.shape[:2]
    size = 12 if height < 400 else 16
    check_size("picture", width, height)
    bar = scale_bar(max(height, 4 * size), low, high, vertical=True, reverse=reverse, text=size)
    whole = Image.new("RGB", (width + size // 2 + bar.width, max(height, bar.height)), PAPER)
    whole.paste(Image.fromarray(colours), (0, 0))
    whole.paste(bar, (width + size // 2, 0))
    return whole


# ---- contact sheet

LABEL: Final = 14
GAP: Final = 6
WIDEST_LABEL: Final = 160
"""Pixels: the letters' size, the space between pictures, and where a row's name is shortened."""


def _check_grid(
    cells: Sequence[Sequence[Any]],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    row_pictures: Sequence[Any] | None,
) -> None:
    """Refuse a grid whose counts of pictures and labels differ, or that is empty."""
    if (
        not cells
        or not cells[0]
        or any(len(row) != len(column_labels) for row in cells)
        or len(cells) != len(row_labels)
    ):
        counts = (
            f"{len(row_labels)} row labels, {len(column_labels)} column labels, rows of "
            f"{[len(r) for r in cells]}"
        )
        raise ShapeError(
            f"contact sheet: every row and column needs a label and a picture; got {counts}"
        )
    if row_pictures is not None and len(row_pictures) != len(cells):
        raise ShapeError(f"contact sheet: {len(row_pictures)} row pictures for {len(cells)} rows")


def contact_sheet(
    cells: Sequence[Sequence[Any]],
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    cell_width: int = 320,
    row_pictures: Sequence[Any] | None = None,
) -> Image.Image:
    """Lay pictures out in a grid with a name for each row (at the left) and column (above).

    Args:
        cells: rows of pictures, each as `arrays.picture` takes them or made by `scaled`; all rows
            equally long. Each picture is scaled to `cell_width`; a row is as high as its highest
            picture.
        row_labels: one text per row; long ones are shortened in the middle.
        column_labels: one text per column.
        cell_width: pixels.
        row_pictures: one more picture for each row, shown under its label (its satellite tile), or
            None.

    Raises:
        ShapeError: the counts of pictures and labels differ, or there is nothing to show.
        InputError: the sheet would be too large, or a picture too thin.

    """
    _check_grid(cells, row_labels, column_labels, row_pictures)
    size = LABEL
    gap = GAP
    band = size + 2 * gap
    grid = [[scaled(cell, cell_width) for cell in row] for row in cells]
    heights = [max(image.height for image in row) for row in grid]
    heads = _row_heads(row_labels, row_pictures, heights, size, gap)
    left = max(head.width for head in heads) + 2 * gap
    total = (
        left + len(column_labels) * (cell_width + gap),
        band + sum(heights) + gap * len(heights),
    )
    check_size("sheet", *total)
    sheet = Image.new("RGB", total, PAPER)
    draw = ImageDraw.Draw(sheet)
    for column, label in enumerate(column_labels):
        middle = left + column * (cell_width + gap) + cell_width / 2
        draw.text((middle, band / 2), fitted(label, size, cell_width), INK, font(size), anchor="mm")
    top = band
    for row, head, height in zip(grid, heads, heights, strict=True):
        sheet.paste(head, (gap, top + (height - head.height) // 2))
        for column, image in enumerate(row):
            sheet.paste(image, (left + column * (cell_width + gap), top))
        top += height + gap
    return sheet


def check_sheet(
    rows: int, columns: int, picture_size: tuple[int, int], cell_width: int = 320
) -> None:
    """Refuse (InputError) a sheet that would be too large, before its pictures are made.

    Args:
        rows: of pictures.
        columns: of pictures.
        picture_size: (width, height) of every picture, pixels.
        cell_width: as `contact_sheet` takes it.

    """
    width, height = picture_size
    cell = max(1, round(height * cell_width / width))
    left = WIDEST_LABEL + 2 * GAP
    across = left + columns * (cell_width + GAP)
    check_size("sheet", across, LABEL + 2 * GAP + rows * (cell + GAP))


def scaled(values: Any, width: int) -> Image.Image:
    """Return a picture, as `arrays.picture` takes it, at a width in pixels.

    Args:
        values: a Pillow picture, or what `arrays.picture` takes.
        width: pixels; the height follows, at least 1.

    Raises:
        InputError: it is so thin that its height would have no bounds.

    """
    image = values if isinstance(values, Image.Image) else Image.fromarray(picture(values))
    size = (width, max(1, round(image.height * width / image.width)))
    check_size("picture", *size)
    return image.resize(size, Image.Resampling.LANCZOS)


def _row_heads(
    labels: Sequence[str],
    pictures: Sequence[Any] | None,
    heights: Sequence[int],
    size: int,
    gap: int,
) -> list[Image.Image]:
    """Draw each row's label, with its picture above it where there are some."""
    heads = []
    for index, (label, height) in enumerate(zip(labels, heights, strict=True)):
        below = size + gap
        small = None if pictures is None else scaled(pictures[index], max(16, height - below))
        shown = fitted(label, size, WIDEST_LABEL if small is None else max(90, small.width))
        width = max(text_width(shown, size), 0 if small is None else small.width)
        head = Image.new("RGB", (width, below if small is None else small.height + below), PAPER)
        if small is not None:
            head.paste(small, (0, 0))
        ImageDraw.Draw(head).text((0, head.height - below / 2), shown, INK, font(size), anchor="lm")
        heads.append(head)
    return heads


# ---- a scene


def scene_picture(scene: Scene) -> Image.Image:
    """Return a scene's tile beside its heights with their scale bar: what a notebook shows.

    Args:
        scene: of one tile.

    """
    from sat2density.images import to_bytes

    tile = Image.fromarray(to_bytes(scene.tile))
    heights = heights_picture(scene.heights(), scene.spec.max_height_m)
    sheet = Image.new("RGB", (tile.width + heights.width, max(tile.height, heights.height)), PAPER)
    sheet.paste(tile, (0, (sheet.height - tile.height) // 2))
    sheet.paste(heights, (tile.width, (sheet.height - heights.height) // 2))
    return sheet
