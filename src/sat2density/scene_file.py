"""A scene in a file: density and tile as they are, to be looked at later without DensityNet."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import Tensor

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.reading import check_regular

if TYPE_CHECKING:
    from sat2density.pipeline import Sat2Density
    from sat2density.scene import Scene

FORMAT: Final = "sat2density scene 1"
SUFFIX: Final = ".npz"


def write(scene: Scene, path: Path) -> None:
    """Write a scene; see `Scene.save`.

    Args:
        scene: of one tile or of several.
        path: ending in .npz.

    Raises:
        InputError: another suffix. OutputError: the file cannot be written.

    """
    if path.suffix.lower() != SUFFIX:
        raise InputError(
            f"{path}: a scene is saved as {SUFFIX}; scene.export writes files for other programs"
        )
    arrays: dict[str, Any] = {
        "format": FORMAT,
        "weights": str(scene.model.info.get("name", "unknown")),
        "metres_per_unit": scene.spec.unit_m,
        "batched": scene.batched,
        "tiles": scene.tiles.float().cpu().numpy(),
        "densities": scene.densities.float().cpu().numpy(),
    }
    if scene.features is not None:
        arrays["features"] = scene.features.float().cpu().numpy()
    with atomic_path(path) as temporary, open(temporary, "wb") as file:
        np.savez_compressed(file, **arrays)


def read(path: Path, model: Sat2Density) -> tuple[Tensor, Tensor, bool, Tensor | None]:
    """Read what `write` wrote.

    Args:
        path: the file.
        model: the weights it was made with.

    Returns:
        Tiles (B, 3, S, S), densities (B, Z, R, C), whether the scene is a batch, and the features,
        where the weights paint with them.

    Raises:
        InputError: see `Scene.load`.

    """
    check_regular(path)
    try:
        with np.load(path, allow_pickle=False) as file:
            if "format" not in file or str(file["format"]) != FORMAT:
                raise InputError(f"{path}: is not a saved scene; write one with scene.save")
            tiles, densities = (np.asarray(file[name]) for name in ("tiles", "densities"))
            batched, weights = bool(file["batched"]), str(file["weights"])
            unit_m = float(file["metres_per_unit"])
            features = np.asarray(file["features"]) if "features" in file else None
    except InputError:
        raise
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise InputError(f"{path}: is damaged as a scene ({error}); save it again") from None
    size, layers = model.spec.tile_size, model.architecture.density_layers
    fits = (
        tiles.dtype == densities.dtype == np.float32
        and tiles.ndim == densities.ndim == 4
        and tiles.shape[1:] == (3, size, size)
        and len(tiles) == len(densities) >= 1
        and densities.shape[1] == layers
        and densities.shape[2] == densities.shape[3] == size // model.architecture.density_stride
        and unit_m == model.spec.unit_m
        and (features is None or _fits(features, tiles))
        and (features is not None) == bool(model.architecture.render_features)
        and weights == str(model.info.get("name", "unknown"))
    )
    if not fits:
        raise InputError(
            f"{path}: was made with the weights '{weights}', of tiles {2 * unit_m:g} m wide; load "
            f"those"
        )
    if not (np.isfinite(tiles).all() and np.isfinite(densities).all() and densities.min() >= 0):
        raise InputError(f"{path}: is damaged as a scene (impossible numbers); save it again")
    on = model.device
    told = None if features is None else torch.from_numpy(features).to(on)
    return torch.from_numpy(tiles).to(on), torch.from_numpy(densities).to(on), batched, told


def _fits(features: np.ndarray, tiles: np.ndarray) -> bool:
    return features.dtype == np.float32 and features.ndim == 4 and len(features) == len(tiles)
