"""`Pairs`: a folder of one's own, and what `sat2density world make` writes.

    sat/ID.png  pano/ID.png  sky/ID.png  splits/{train,val,test}.txt  scene.json  [truth/ID.npz]

`docs/own-data.md` is the recipe.
"""

from __future__ import annotations

from pathlib import Path

from sat2density.data.folder import FolderDataset
from sat2density.errors import InputError
from sat2density.reading import read_text


class Pairs(FolderDataset):
    """Pairs in the project's own layout; `scene.json` holds SceneSpec's fields."""

    key = "pairs"
    name = "a folder of pairs"
    help = "a folder of one's own, or of 'world make'; its key may be left out"
    layout = (
        "sat/ID.png, pano/ID.png, sky/ID.png, splits/{train,val,test}.txt and scene.json "
        "(docs/own-data.md)"
    )
    tile_pattern = "sat/{id}.png"
    panorama_pattern = "pano/{id}.png"
    sky_pattern = "sky/{id}.png"

    @classmethod
    def recognised(cls, root: Path) -> bool:
        """Look for pictures, or the scene: other layouts may have these too.

        Args:
            root: a folder.

        """
        return any((root / name).exists() for name in ("sat", "pano", "scene.json"))

    def split_file(self, split: str) -> Path:
        """Return the split's list: one name a line.

        Args:
            split: "train", "val" or "test".

        """
        return self.root / "splits" / f"{split}.txt"

    def read_split(self, split: str) -> list[str]:
        """Return the names in the list; blank lines and those that start with # are passed over.

        A picture's ending (.png) may stand behind the name.

        Args:
            split: "train", "val" or "test".

        Raises:
            InputError: a line holds more than a name.

        """
        from sat2density.images import SUFFIXES

        path = self.split_file(split)
        identities = []
        for number, line in enumerate(read_text(path).splitlines(), 1):
            name = line.strip()
            if not name or name.startswith("#"):
                continue
            if "/" in name or "\\" in name or name in (".", ".."):
                raise InputError(
                    f"{path}: line {number} is '{name}'; write a name without folders, as in "
                    f"sat/NAME.png"
                )
            identities.append(
                name[: -len(Path(name).suffix)] if Path(name).suffix.lower() in SUFFIXES else name
            )
        return identities
