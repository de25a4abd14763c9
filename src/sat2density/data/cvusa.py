"""CVUSA (method, section 8): rural and suburban United States, splits in CSV files, panoramas
cropped to 90 degrees.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path, PurePosixPath

from sat2density.data.folder import FolderDataset
from sat2density.errors import InputError
from sat2density.reading import read_text


class CVUSA(FolderDataset):
    """The CVUSA subset with 19th-zoom tiles; its metres are nominal (55 m a tile, from the released
    code).
    """

    key = "cvusa"
    name = "CVUSA"
    help = "the CVUSA subset: rural and suburban United States"
    layout = (
        "streetview/panos/ID.jpg, bingmap/19/ID.jpg, sky_mask/ID.png and "
        "splits/{train,val}-19zl.csv"
    )
    tile_pattern = "bingmap/19/{id}.jpg"
    panorama_pattern = "streetview/panos/{id}.jpg"
    sky_pattern = "sky_mask/{id}.png"
    scene = "cvusa"
    splits = ("train", "val")
    panorama_aspects = (1232 / 224,)
    panorama_column = 1

    @classmethod
    def recognised(cls, root: Path) -> bool:
        """Look for the tiles' folder, or a list of the 19th zoom.

        Args:
            root: a folder.

        """
        return (root / "bingmap").is_dir() or any((root / "splits").glob("*-19zl.csv"))

    def split_file(self, split: str) -> Path:
        """Return the split's CSV.

        Args:
            split: "train" or "val".

        """
        return self.root / "splits" / f"{split}-19zl.csv"

    def read_split(self, split: str) -> list[str]:
        """Return the names of the panoramas in the second column; the tile and the mask have the
        same name.

        Args:
            split: "train" or "val".

        Raises:
            InputError: the file is no CSV, or a line has no panorama.

        """
        path = self.split_file(split)
        identities = []
        try:
            for row in (reader := csv.reader(io.StringIO(read_text(path), newline=""))):
                if not row:
                    continue
                if len(row) <= self.panorama_column or not row[self.panorama_column].strip():
                    raise InputError(
                        f"{path}: line {reader.line_num} has no column for the panorama "
                        f"(expected aerial,panorama such as "
                        f"bingmap/19/ID.jpg,streetview/panos/ID.jpg); mend it"
                    )
                identities.append(
                    PurePosixPath(row[self.panorama_column].strip().replace("\\", "/")).stem
                )
        except csv.Error as error:
            raise InputError(f"{path}: cannot be read as CSV ({error}); fetch it again") from error
        return identities
