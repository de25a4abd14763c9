"""Scenes packed for training: uint8 arrays in files that are mapped into memory, so that reading
costs next to nothing.

A pack is a folder of shards of `SHARD` scenes, each complete or absent. A shard holds `meta.json`
and one `.npy` per array, N scenes each, with V views off the centre:

    tiles           uint8   (N, 3, S, S)
    panoramas       uint8   (N, 3, H, W)         the centre view
    skies           uint8   (N, H, W)            255 = sky, of the centre view
    view_panoramas  uint8   (N, V, 3, h, w)      ground views, raised views, low views
    view_skies      uint8   (N, V, h, w)
    view_cameras    float32 (N, V, 3)            east, south in units, height above the floor in
    metres histograms      float32 (N, 270)             of the centre's sky
"""

from __future__ import annotations

import bisect
import dataclasses
import json
import os
from pathlib import Path
from typing import Any

import numpy as np

from sat2density.errors import InputError
from sat2density.reading import read_json

META = "meta.json"
PACK_FORMAT = 4
SHARD = 64
"""Scenes of a shard: an interrupted packing loses at most so many."""


Arrays = dict[str, tuple[tuple[int, ...], str]]
"""Shape and dtype of a shard's arrays by name."""


@dataclasses.dataclass(frozen=True)
class PackShape:
    """Sizes of a pack: N scenes, tiles of S, panoramas (W, H), V views of (w, h)."""

    scenes: int
    tile_size: int
    panorama_size: tuple[int, int]
    view_size: tuple[int, int]
    views: int = 0
    histogram_size: int = 270

    def arrays(self) -> Arrays:
        """Return the shape and dtype of every array."""
        (W, H), (w, h), N = self.panorama_size, self.view_size, self.scenes
        return {
            "tiles": ((N, 3, self.tile_size, self.tile_size), "uint8"),
            "panoramas": ((N, 3, H, W), "uint8"),
            "skies": ((N, H, W), "uint8"),
            "view_panoramas": ((N, self.views, 3, h, w), "uint8"),
            "view_skies": ((N, self.views, h, w), "uint8"),
            "view_cameras": ((N, self.views, 3), "float32"),
            "histograms": ((N, self.histogram_size), "float32"),
        }


class Shard:
    """One folder of arrays, opened for reading or (by `create`) for filling.

    Attributes:
        arrays: the arrays by name, mapped into memory.
        names: the scenes' names.
        sources: stands for what each scene was made of (`PairedDataset.fingerprint`).

    """

    def __init__(self, folder: Path, mode: Any = "r") -> None:
        try:
            self.meta: dict[str, Any] = read_json(folder / META)
            self.arrays: dict[str, np.ndarray] = {
                n: _open(folder / f"{n}.npy", mode) for n in self.meta["arrays"]
            }
        except (OSError, ValueError, KeyError) as error:
            raise InputError(
                f"{folder}: is not whole ({error}); remove it and run again"
            ) from error
        self.names: list[str] = self.meta["names"]
        self.sources: list[str] = self.meta["sources"]

    @classmethod
    def create(cls, folder: Path, arrays: Arrays, names: list[str], sources: list[str]) -> Shard:
        """Lay out an empty shard: every array at its full size, to be filled by index.

        Args:
            folder: where.
            arrays: shape and dtype of each, by name.
            names: of its scenes.
            sources: stands for what each scene is made of.

        """
        folder.mkdir(parents=True, exist_ok=True)
        for name, (size, dtype) in arrays.items():
            if 0 in size:
                np.save(folder / f"{name}.npy", np.zeros(size, dtype))
            else:
                np.lib.format.open_memmap(
                    folder / f"{name}.npy", mode="w+", dtype=dtype, shape=size
                ).flush()
                _reserve(folder / f"{name}.npy")
        meta = {
            "format": PACK_FORMAT,
            "arrays": list(arrays),
            "names": names,
            "sources": sources,
        }
        (folder / META).write_text(json.dumps(meta), encoding="utf-8")
        return cls(folder, "r+")

    def put(self, index: int, scene: dict[str, np.ndarray]) -> None:
        """Store one scene: every array's entry, laid out as in the module's text without N.

        Args:
            index: place in the shard.
            scene: arrays by name, as `PackShape.arrays` without N.

        """
        for name, values in scene.items():
            self.arrays[name][index] = values


def _reserve(path: Path) -> None:
    """Take a file's room on the disk now: a disk that is full later would end the process without a
    word.
    """
    if hasattr(os, "posix_fallocate"):
        with open(path, "rb+") as handle:
            os.posix_fallocate(handle.fileno(), 0, path.stat().st_size)


def shard_folder(folder: Path, number: int) -> Path:
    """Return where a pack's shard lies.

    Args:
        folder: of the pack.
        number: of the shard, from 0.

    """
    return folder / f"shard-{number:04d}"


class Packed:
    """A pack, opened for reading.

    Args:
        folder: of the pack.
        scenes: how many of its scenes, from the first.
        of: how many the data has, where they are more: a dry run packs no more than it needs.

    Attributes:
        names: the scenes' names.
        data_scenes: how many scenes the data has.

    """

    def __init__(self, folder: Path, scenes: int, of: int | None = None) -> None:
        self.data_scenes = scenes if of is None else of
        self.shards = [Shard(shard_folder(folder, number)) for number in range(-(-scenes // SHARD))]
        self.names = [name for shard in self.shards for name in shard.names][:scenes]
        if len(self.names) < scenes:
            raise InputError(
                f"{folder}: holds {len(self.names)} scenes, not {scenes}; remove it and run again"
            )

    def __len__(self) -> int:
        return len(self.names)

    def get(self, name: str, index: int) -> np.ndarray:
        """Return a scene's entry of an array.

        Args:
            name: of the array (`ARRAYS`).
            index: of the scene, from 0.

        """
        return self.shards[index // SHARD].arrays[name][index % SHARD]

    @property
    def views(self) -> int:
        """Further views per scene: from the ground, from higher up, and low ones."""
        return self.shards[0].arrays["view_skies"].shape[1]


class Mixed:
    """Several packs of the same arrays as one, one behind the other; see `Packed`.

    Args:
        packs: at least one.

    """

    def __init__(self, packs: list[Packed]) -> None:
        self.packs = packs
        self.data_scenes = sum(pack.data_scenes for pack in packs)
        self.names = [name for pack in packs for name in pack.names]
        self._firsts = [sum(len(pack) for pack in packs[:place]) for place in range(len(packs))]

    def __len__(self) -> int:
        return len(self.names)

    def get(self, name: str, index: int) -> np.ndarray:
        """Return a scene's entry of an array, see `Packed.get`.

        Args:
            name: of the array.
            index: of the scene, from 0, over all packs.

        """
        place = bisect.bisect_right(self._firsts, index) - 1
        return self.packs[place].get(name, index - self._firsts[place])

    @property
    def views(self) -> int:
        """Further views per scene."""
        return self.packs[0].views


def _open(path: Path, mode: Any) -> np.ndarray:
    empty = path.stat().st_size <= 128  # a header alone cannot be mapped
    return np.load(path) if empty else np.load(path, mmap_mode=mode)
