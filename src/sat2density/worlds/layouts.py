"""The folders that samples are written as: where files lie, and the lists that readers look for."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from sat2density.conventions import PixelRule, WorldLayout
from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.reading import read_text
from sat2density.structured import check_choice
from sat2density.worlds.cvact_index import write_cvact_index
from sat2density.worlds.seeds import SPLITS

QUALITY: Final = 95
"""Of JPEGs, where a layout has them."""


@dataclasses.dataclass(frozen=True)
class Layout:
    """One kind of folder.

    Attributes:
        patterns: kind of picture -> its place; {id} is the sample.
        splits: that its reader knows.
        pixel_rule: of its panoramas.
        write_index: writes the lists that its reader wants, from `splits/*.txt`.

    """

    patterns: dict[str, str]
    splits: tuple[str, ...] = tuple(SPLITS)
    pixel_rule: PixelRule = "corner"
    write_index: Callable[[Path], None] = lambda folder: None

    def places(self, name: str) -> dict[str, str]:
        """Return the files of a sample by kind, relative to the folder.

        Args:
            name: identity of the sample.

        """
        return {kind: pattern.format(id=name) for kind, pattern in self.patterns.items()}


def write_cvusa_lists(folder: Path) -> None:
    """Write `splits/SPLIT-19zl.csv`, tile and panorama a line, for the splits listed in `folder`.

    Args:
        folder: of the data set; its `splits/*.txt` hold one name a line.

    Raises:
        OutputError: a file cannot be written.

    """
    for path in sorted((folder / "splits").glob("*.txt")):
        lines = [
            f"bingmap/19/{name}.jpg,streetview/panos/{name}.jpg\n"
            for name in read_text(path).split()
        ]
        with atomic_path(folder / "splits" / f"{path.stem}-19zl.csv") as temporary:
            temporary.write_text("".join(lines), encoding="utf-8")


LAYOUTS: Final[dict[WorldLayout, Layout]] = {
    "pairs": Layout(
        {kind: f"{kind}/{{id}}.png" for kind in ("sat", "pano", "sky")}, pixel_rule="centre"
    ),
    "cvact": Layout(
        {
            "sat": "satview_correct/{id}_satView_polish.png",
            "pano": "streetview/{id}_grdView.png",
            "sky": "pano_sky_mask/{id}_grdView.png",
        },
        ("train", "val"),
        write_index=write_cvact_index,
    ),
    "cvusa": Layout(
        {
            "sat": "bingmap/19/{id}.jpg",
            "pano": "streetview/panos/{id}.jpg",
            "sky": "sky_mask/{id}.png",
        },
        ("train", "val"),
        write_index=write_cvusa_lists,
    ),
}
"""Layouts by the name that `--layout` takes."""


def check_splits(layout: WorldLayout, splits: Iterable[str]) -> None:
    """Refuse splits that a layout's reader would not find.

    Args:
        layout: one of `LAYOUTS`.
        splits: names.

    Raises:
        InputError: an unknown layout, or a split that it does not have.

    """
    check_choice("layout", layout, WorldLayout)
    known = LAYOUTS[layout].splits
    for name in splits:
        if name not in known:
            raise InputError(
                f"--split {name}: the layout '{layout}' has the splits {' and '.join(known)}"
            )


def save_picture(path: Path, picture: np.ndarray) -> None:
    """Write a picture by its suffix, with bytes that depend on it alone.

    Args:
        path: ending in .png or .jpg.
        picture: uint8 (H, W, 3) or (H, W).

    """
    image = Image.fromarray(picture)
    if path.suffix == ".jpg":
        image.save(path, "JPEG", quality=QUALITY)
    else:
        image.save(path, "PNG", compress_level=1)
