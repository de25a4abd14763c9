"""What is true of procedural scenes, kept on disk: it depends on the world and the sizes, not on
the weights.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sat2density.errors import InputError, OutputError
from sat2density.files import atomic_path
from sat2density.reading import read_json

Arrays = dict[str, np.ndarray]


class TruthCache:
    """Parts of scenes by name, in a folder; without one everything is made anew.

    Args:
        folder: where they lie, or None. Its name stands for all that they depend on
            (`evaluation.kept`).

    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def arrays(self, identity: str, part: str, make: Callable[[], Arrays]) -> Arrays:
        """Return a part of a scene as arrays, read from the cache or made and kept.

        Args:
            identity: the scene's name.
            part: what of it; also stands for how it is made (sizes, places).
            make: makes the arrays by name.

        """
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
        """Return a part of a scene as plain JSON values, read from the cache or made and kept.

        Args:
            identity: of the scene.
            part: name of the part.
            make: makes the values; NaN and infinity may be among them.

        """
        path = self._path(identity, f"{part}.json")
        if path is not None and path.is_file():
            try:
                return read_json(path, constants=True)
            except InputError:
                pass  # damaged: made again
        # As the next run will read it: tuples are lists then, and keys are texts.
        made = json.loads(json.dumps(make()))
        self._keep(path, lambda temporary: temporary.write_text(json.dumps(made), encoding="utf-8"))
        return made

    def count(self, identities: Sequence[str], part: str) -> int:
        """Return of how many scenes a part of arrays is there.

        Args:
            identities: the scenes' names.
            part: as of `arrays`.

        """
        paths = (self._path(identity, f"{part}.npz") for identity in identities)
        return sum(path is not None and path.is_file() for path in paths)

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
    """Sixteen hexadecimal digits that stand for plain JSON values.

    Args:
        *values: what the digits are to stand for; the order of dictionaries does not matter.

    Example:
        >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})
        True

    """
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]
