"""What is true of procedural scenes, kept on disk: it depends on the world and the sizes, not on
the weights.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

import sat2density
from sat2density.data.paired import PairedDataset
from sat2density.data.suburb import Suburb
from sat2density.errors import InputError, OutputError
from sat2density.files import atomic_path
from sat2density.reading import read_json
from sat2density.weights import cache_folder

FORMAT = 1
"""Changes when what is kept changes its form."""
_MEASURING = (
    "conventions.py",
    "perceptual.py",
    "evaluation/metrics",
    "render",
    "evaluation/scene_measures.py",
    "evaluation/baselines.py",
)
"""The code on which the trivial predictors' numbers depend."""

Arrays = dict[str, np.ndarray]


class TruthCache:
    """Parts of scenes by name, in the package's cache; without a folder everything is made anew.

    Args:
        folder: where they lie, or None.

    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    @classmethod
    def of(cls, dataset: PairedDataset) -> TruthCache:
        """The cache of a data set that makes its scenes on the fly; none for folders, which are
        their own.
        """
        if not isinstance(dataset, Suburb):
            return cls(None)
        from sat2density.worlds import GENERATOR_VERSION

        spec = dataset.spec
        sizes = [spec.tile_size, *spec.panorama_size, spec.vertical_fov_deg, dataset.pixel_rule]
        key = digest(FORMAT, dataset.style, str(GENERATOR_VERSION), spec.camera_height_m, *sizes)
        return cls(Path(cache_folder()) / "truth" / f"{dataset.style}-{key}")

    def arrays(self, identity: str, part: str, make: Callable[[], Arrays]) -> Arrays:
        """Return a part of a scene as arrays, read from the cache or made and kept."""
        path = self._path(identity, f"{part}.npz")
        if path is not None and path.is_file():
            try:
                with np.load(path, allow_pickle=False) as stored:
                    return {name: stored[name] for name in stored.files}
            except (OSError, ValueError, zipfile.BadZipFile):
                pass  # damaged: made again
        made = make()
        self._keep(path, lambda temporary: np.savez(temporary, **made))  # type: ignore[arg-type]
        return made

    def numbers(self, identity: str, part: str, make: Callable[[], Any]) -> Any:
        """Return a part of a scene as plain JSON values, read from the cache or made and kept."""
        path = self._path(identity, f"{part}.json")
        if path is not None and path.is_file():
            try:
                return read_json(path, constants=True)
            except InputError:
                pass  # damaged: made again
        made = json.loads(json.dumps(make()))
        self._keep(path, lambda temporary: temporary.write_text(json.dumps(made), encoding="utf-8"))
        return made

    def _path(self, identity: str, name: str) -> Path | None:
        return None if self.folder is None else self.folder / f"{identity}-{name}"

    def _keep(self, path: Path | None, write: Callable[[Path], object]) -> None:
        if path is None:
            return
        try:
            with atomic_path(path) as temporary:
                write(temporary)
        except OutputError:
            self.folder = None  # a full disk costs time, not the evaluation


def digest(*values: Any) -> str:
    """Sixteen hexadecimal digits that stand for plain JSON values."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def code_digest() -> str:
    """Stand for the code that measures: numbers measured by other code are not taken from the
    cache.
    """
    root = Path(sat2density.__file__).parent
    files = [
        f
        for place in _MEASURING
        for f in ([root / place] if (root / place).is_file() else (root / place).rglob("*.py"))
    ]
    return digest(*(hashlib.sha256(f.read_bytes()).hexdigest() for f in sorted(files)))
