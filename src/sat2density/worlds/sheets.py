"""Labelled contact sheets of worlds: one per style, and a walk along a road."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sat2density.files import atomic_path
from sat2density.worlds.kernels.codes import CLASSES
from sat2density.worlds.world import World

TILE, WIDE, HIGH, GAP, LINE = 192, 640, 160, 6, 18
DEPTH_LABEL = "depth, logarithmic to 200 m; sky white"
INK, PAPER = (30, 30, 34), (250, 249, 246)
CLASS_COLOURS = np.array(
    [
        (186, 214, 240),
        (92, 92, 96),
        (190, 184, 172),
        (140, 172, 92),
        (176, 140, 104),
        (64, 160, 200),
        (198, 92, 72),
        (44, 104, 52),
        (110, 140, 60),
        (240, 200, 60),
        (150, 110, 160),
        (230, 120, 30),
        (120, 138, 150),
    ],
    np.uint8,
)
"""One colour per class, in the order of `CLASSES`."""


@functools.cache
def _font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(13)


def ramp(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Colour values: violet (low) over teal to yellow (high); NaN and infinity are white.

    Args:
        values: (H, W).
        low: value of the violet end.
        high: value of the yellow end, above `low`.

    Returns:
        (H, W, 3) uint8.

    """
    stops = np.array(
        [(40, 14, 76), (52, 66, 140), (38, 130, 142), (86, 190, 112), (252, 236, 120)], np.float64
    )
    t = np.clip((np.nan_to_num(values, nan=low, posinf=low) - low) / (high - low), 0, 1) * (
        len(stops) - 1
    )
    k = np.minimum(t.astype(int), len(stops) - 2)
    w = (t - k)[..., None]
    out = stops[k] * (1 - w) + stops[k + 1] * w
    return np.where(np.isfinite(values)[..., None], out, 255).astype(np.uint8)


def depth_picture(depth_m: np.ndarray) -> np.ndarray:
    """Colour depth: logarithmic from 1.5 m (bright) to 200 m (dark), sky white.

    Args:
        depth_m: (H, W) metres, infinite in the sky.

    Returns:
        (H, W, 3) uint8.

    """
    with np.errstate(divide="ignore"):
        return ramp(-np.log(depth_m), -np.log(200.0), -np.log(1.5))


class _Sheet:
    """A page that is filled row by row."""

    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self.draw = ImageDraw.Draw(self.image)

    def picture(
        self, place: tuple[int, int], size: tuple[int, int], array: np.ndarray, label: str
    ) -> None:
        """Put a picture with its label above it."""
        kind = Image.Resampling.LANCZOS if size[0] < array.shape[1] else Image.Resampling.BICUBIC
        self.draw.text(place, label, INK, _font())
        self.image.paste(Image.fromarray(array).resize(size, kind), (place[0], place[1] + LINE))


def style_sheet(style: str, seeds: Iterable[int]) -> Image.Image:
    """Return a sheet with one row per seed: tile, heights, panorama, depth with sky, and the
    classes.

    Args:
        style: a style's name.
        seeds: one row each.

    """
    seeds = list(seeds)
    row = TILE + LINE + GAP
    page = _Sheet(2 * TILE + WIDE + 320 + 5 * GAP, len(seeds) * row + GAP)
    for k, seed in enumerate(seeds):
        world = World.generate(style, seed)
        view = world.panorama()
        top = GAP + k * row
        spec = world.spec
        x = GAP
        page.picture(
            (x, top), (TILE, TILE), world.tile(), f"{style} {seed}: {spec.extent_m:.0f} m tile"
        )
        x += TILE + GAP
        heights = ramp(world.heights_m(), 0.0, spec.max_height_m)
        page.picture((x, top), (TILE, TILE), heights, f"heights 0 to {spec.max_height_m:.0f} m")
        x += TILE + GAP
        page.picture(
            (x, top),
            (WIDE, TILE),
            view.image,
            f"panorama at the middle, north ahead, {world.weather}",
        )
        x += WIDE + GAP
        half = (TILE - LINE) // 2
        page.picture((x, top), (320, half), depth_picture(view.depth_m), DEPTH_LABEL)
        page.picture(
            (x, top + half + LINE),
            (320, half),
            CLASS_COLOURS[view.classes],
            f"{len(CLASSES)} classes",
        )
    return page.image


def tile_sheet(style: str, seeds: Iterable[int], columns: int = 6) -> Image.Image:
    """Return a sheet of satellite tiles alone, side by side, to be looked at beside real ones.

    Args:
        style: a style's name.
        seeds: one tile each, row by row.
        columns: tiles in a row.

    """
    seeds = list(seeds)
    rows = (len(seeds) + columns - 1) // columns
    sheet = Image.new("RGB", (columns * TILE, rows * TILE), PAPER)
    for k, seed in enumerate(seeds):
        tile = Image.fromarray(World.generate(style, seed).tile())
        small = tile.resize((TILE, TILE), Image.Resampling.LANCZOS)
        sheet.paste(small, (k % columns * TILE, k // columns * TILE))
    return sheet


def walk_sheet(style: str, seed: int, positions: int = 8, spacing_m: float = 2.5) -> Image.Image:
    """Return a sheet of a walk: the tile with the positions marked, then panoramas (looking along
    it) and depth.

    Args:
        style: a style's name.
        seed: of the world.
        positions: how many stops along the road, the tile's middle halfway.
        spacing_m: metres between them.

    """
    world = World.generate(style, seed)
    cameras = [world.road_camera((k - 0.5 * (positions - 1)) * spacing_m) for k in range(positions)]
    row = HIGH + LINE + GAP
    page = _Sheet(2 * WIDE + 3 * GAP + 2 * TILE + GAP, positions * row + GAP)
    tile = Image.fromarray(world.tile(2 * TILE))
    draw = ImageDraw.Draw(tile)
    for k, camera in enumerate(cameras):
        x = (camera.east + 1) * TILE
        y = (camera.south + 1) * TILE
        draw.ellipse((x - 4, y - 4, x + 4, y + 4), (255, 220, 60), (30, 30, 30))
        draw.text((x + 7, y - 7), str(k + 1), (255, 240, 160), _font())
    page.picture(
        (GAP, GAP),
        (2 * TILE, 2 * TILE),
        np.asarray(tile),
        f"{style} {seed}: tile with eight positions",
    )
    for k, camera in enumerate(cameras):
        view = world.panorama(camera)
        top = GAP + k * row
        x = 2 * TILE + 2 * GAP
        along = (k - 0.5 * (positions - 1)) * spacing_m
        page.picture(
            (x, top),
            (WIDE, HIGH),
            view.image,
            f"{k + 1}: {along:+.2f} m along the road, looking along it",
        )
        page.picture((x + WIDE + GAP, top), (WIDE, HIGH), depth_picture(view.depth_m), DEPTH_LABEL)
    return page.image


def save_sheet(path: Path, sheet: Image.Image, limit_bytes: int = 195_000) -> None:
    """Write a sheet as JPEG, at the best quality that fits.

    Args:
        path: the file.
        sheet: a picture in RGB.
        limit_bytes: size to stay below; a sheet that is larger even at the lowest quality is
            written so.

    Raises:
        OutputError: the file cannot be written.

    """
    with atomic_path(path) as temporary:
        # Tried one after the other: how large a JPEG becomes cannot be told before.
        for quality in range(88, 20, -6):
            sheet.save(temporary, "JPEG", quality=quality, optimize=True)
            if temporary.stat().st_size <= limit_bytes:
                break
