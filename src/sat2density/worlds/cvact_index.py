"""The index file of CVACT's layout, with the same bytes whenever it is written."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sat2density.files import atomic_path
from sat2density.reading import read_text


def write_cvact_index(folder: Path) -> None:
    """Write `ACT_data.mat` (MATLAB v5, 1-based indices) for the splits listed in `folder`.

    Args:
        folder: of the data set; its `splits/*.txt` hold one name a line.

    Raises:
        OutputError: the file cannot be written.

    """
    import scipy.io

    lists = {
        path.stem: read_text(path).split() for path in sorted((folder / "splits").glob("*.txt"))
    }
    names = [name for split in sorted(lists) for name in lists[split]]
    place = {name: k + 1 for k, name in enumerate(names)}

    def column(split: str) -> np.ndarray:
        return np.array([[place[name]] for name in lists.get(split, [])], np.float64).reshape(-1, 1)

    content = {
        "panoIds": np.array([[name] for name in names], dtype=object),
        "trainSet": {"trainInd": column("train")},
        "valSet": {"valInd": column("val")},
    }
    with atomic_path(folder / "ACT_data.mat") as path:
        scipy.io.savemat(path, content, format="5")
        _without_clock(path)


def _without_clock(path: Path) -> None:
    """Blank the date in a MATLAB file's header, so that equal data give equal bytes."""
    with open(path, "r+b") as file:
        # The header begins with 116 bytes of text, in which scipy puts the time.
        file.write(b"MATLAB 5.0 MAT-file, written by sat2density world make".ljust(116))
