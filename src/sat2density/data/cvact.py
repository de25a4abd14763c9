"""CVACT, aligned (method, section 8): Canberra, the split in a MATLAB file with indices that start
at 1.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from sat2density.data.folder import FolderDataset
from sat2density.errors import InputError


class CVACT(FolderDataset):
    """The aligned CVACT pairs; its metres are nominal (30 m a tile, from the released code)."""

    key = "cvact"
    name = "CVACT"
    help = "the aligned CVACT: Canberra"
    layout = (
        "streetview/ID_grdView.png, satview_correct/ID_satView_polish.png, "
        "pano_sky_mask/ID_grdView.png, ACT_data.mat"
    )
    tile_pattern = "satview_correct/{id}_satView_polish.png"
    panorama_pattern = "streetview/{id}_grdView.png"
    sky_pattern = "pano_sky_mask/{id}_grdView.png"
    scene = "cvact"
    splits = ("train", "val")
    split_fields: ClassVar[dict[str, tuple[str, str]]] = {
        "train": ("trainSet", "trainInd"),
        "val": ("valSet", "valInd"),
    }

    @classmethod
    def recognised(cls, root: Path) -> bool:
        """Look for the list, or the folder of the aligned tiles.

        Args:
            root: a folder.

        """
        return (root / "ACT_data.mat").exists() or (root / "satview_correct").is_dir()

    def split_file(self, split: str) -> Path:
        """Both splits are in one file.

        Args:
            split: "train" or "val".

        """
        return self.root / "ACT_data.mat"

    def read_split(self, split: str) -> list[str]:
        """Return the identities of a split: `panoIds` at the 1-based indices of its set.

        Args:
            split: "train" or "val".

        Raises:
            InputError: the file is damaged, or its indices do not fit its list.

        """
        path = self.split_file(split)
        contents = _read_mat(path)
        names = np.atleast_1d(np.asarray(_member(contents, "panoIds", path)))
        outer, inner = self.split_fields[split]
        group = _member(contents, outer, path)
        if not isinstance(group, dict):
            raise InputError(
                f"{path}: '{outer}' is not a structure; fetch the file of the aligned CVACT again"
            )
        indices = np.atleast_1d(np.asarray(_member(group, inner, path))).ravel()
        if indices.size and (
            not np.issubdtype(indices.dtype, np.number) or (indices % 1 != 0).any()
        ):
            raise InputError(
                f"{path}: {outer}.{inner} holds something other than whole numbers; fetch the file "
                f"again"
            )
        positions = indices.astype(np.int64)
        if positions.size and (positions.min() < 1 or positions.max() > len(names)):
            outside = positions.min() if positions.min() < 1 else positions.max()
            raise InputError(
                f"{path}: {outer}.{inner} holds the index {outside}, "
                f"but panoIds has 1 to {len(names)} (indices start at 1); fetch the file of the "
                f"aligned CVACT again"
            )
        return [str(names[position - 1]).strip() for position in positions]


def _read_mat(path: Path) -> dict[str, Any]:
    from scipy.io import loadmat

    try:
        return dict(loadmat(path, simplify_cells=True))
    except NotImplementedError:
        raise InputError(
            f"{path}: is a MATLAB v7.3 file, which is not read; in MATLAB load it and save it "
            f"again with "
            "save('ACT_data.mat', ..., '-v7')"
        ) from None
    except Exception as error:  # scipy raises many kinds of errors for damaged files
        words = str(error).strip().splitlines()
        reason = words[0] if words else type(error).__name__
        raise InputError(
            f"{path}: cannot be read as a MATLAB v5 file ({reason}); fetch it again"
        ) from error


def _member(contents: dict[str, Any], name: str, path: Path) -> Any:
    if name not in contents:
        have = ", ".join(key for key in contents if not key.startswith("__"))
        raise InputError(
            f"{path}: has no '{name}' (it has {have or 'nothing'}); fetch the file of the aligned "
            f"CVACT again"
        )
    return contents[name]
