"""Every tile under every light: one picture each, and one labelled contact sheet."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sat2density.encoded_lights import EncodedLights
from sat2density.errors import InputError
from sat2density.export.lights import relit
from sat2density.export.pictures import check_sheet, contact_sheet, scaled, write_picture
from sat2density.export.work import Progress, silent
from sat2density.images import save_image

if TYPE_CHECKING:
    from torch import Tensor

    from sat2density.light.lighting import Lighting
    from sat2density.pipeline import Sat2Density
    from sat2density.views import Camera

CELL_WIDTH: Final = 320
"""Of a picture on the sheet, pixels."""

MOST_PICTURES: Final = 2000
"""Of one matrix: more do not fit on a sheet that programs open."""


def check_pairs(tiles: int, lights: int) -> None:
    """Refuse (InputError) a matrix of nothing, or of too many pictures: before a file is read.

    Args:
        tiles: number of tiles.
        lights: number of lights.

    """
    if min(tiles, lights) < 1:
        raise InputError("matrix: give at least one tile and one light")
    if tiles * lights > MOST_PICTURES:
        raise InputError(
            f"matrix: {tiles} tiles under {lights} lights are {tiles * lights} pictures; at most "
            f"{MOST_PICTURES} are made at once, so give fewer"
        )


def write_matrix(
    model: Sat2Density,
    tiles: Mapping[str, Tensor],
    lights: Mapping[str, Lighting],
    folder: Path,
    camera: Camera,
    seed: int | None = None,
    progress: Progress = silent,
) -> list[str]:
    """Render every tile under every light.

    Each light is encoded once; each tile's rays are cast once.

    Args:
        model: makes the scenes.
        tiles: name -> (3, S, S) in [0, 1].
        lights: name -> light.
        folder: gets TILE--LIGHT.png for each pair, and sheet.png.
        camera: where all pictures are taken from.
        seed: see `Sat2Density.style`.
        progress: told after each picture.

    Returns:
        The files' names, sheet first.

    Raises:
        InputError: nothing to render, or a sheet too large. OutputError: a file cannot be written.

    """
    check_pairs(len(tiles), len(lights))
    check_sheet(len(tiles), len(lights), model.spec.panorama_size, CELL_WIDTH)
    encoded = EncodedLights(model, seed)
    # Only what the sheet shows is kept: hundreds of pictures at full size would fill the memory.
    cells: list[list[Any]] = []
    names = ["sheet.png"]
    total = len(tiles) * len(lights)
    for row, tile in tiles.items():
        scene = model.reconstruct(tile)
        view = scene.project(camera)
        cells.append([])
        for column, light in lights.items():
            image = relit(scene, view, encoded.lit(light))
            names.append(f"{row}--{column}.png")
            save_image(folder / names[-1], image)
            cells[-1].append(scaled(image, CELL_WIDTH))
            progress(len(names) - 1, total)
    sheet = contact_sheet(cells, list(tiles), list(lights), CELL_WIDTH, list(tiles.values()))
    write_picture(folder / "sheet.png", sheet)
    return names


def distinct_names(paths: Sequence[Path]) -> list[str]:
    """Name each path by its stem, with its folder's name before it (and then a number) where stems
    collide.

    Args:
        paths: of tiles; they need not be there.

    Example:
        >>> distinct_names([Path("a/sat.png"), Path("b/sat.png"), Path("home.png")])
        ['a-sat', 'b-sat', 'home']

    """
    stems = [path.stem or "tile" for path in paths]
    # Links are not followed: one that leads to itself has a name too.
    folders = [Path(os.path.abspath(path)).parent.name for path in paths]
    longer = [f"{folder}-{stem}" for folder, stem in zip(folders, stems, strict=True)]
    names = [
        long if Counter(stems)[stem] > 1 else stem for stem, long in zip(stems, longer, strict=True)
    ]
    return [
        f"{name}-{index + 1}" if Counter(names)[name] > 1 else name
        for index, name in enumerate(names)
    ]
