"""Reading released files without running anything in them: a zip with `model.pth` inside, or that
.pth.
"""

from __future__ import annotations

import contextlib
import pickle
import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from sat2density.errors import WeightsError
from sat2density.weights.kinds import refuse_other_kinds
from sat2density.weights.wrapped import PARTS, unwrapped

CHECKPOINT: Final = "files/checkpoint/model.pth"
"""Where a released zip keeps its checkpoint, below the folder named after the run (method, section
9).
"""

LARGEST: Final = 8 << 30
"""A checkpoint inside a zip that claims more bytes than this is refused: the released ones have
under 1.5 GB.
"""

Checkpoint = dict[str, Any]
"""{"netG": {key: tensor}, "netD": {key: tensor} where there is one, "epoch": number where there is
one}.
"""


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a released zip or .pth (told apart by content) and return its state dicts, on the CPU.

    Args:
        path: of a zip or .pth.

    Raises:
        WeightsError: the file is missing, truncated, damaged, of another kind, or holds more than
            tensors and numbers.

    """
    if path.is_dir():
        raise WeightsError(
            f"{path}: is a folder; give a released zip, its model.pth, or our .safetensors"
        )
    if not path.is_file():
        raise WeightsError(f"{path}: not found")
    if path.stat().st_size == 0:
        raise WeightsError(f"{path}: is empty")
    refuse_other_kinds(path)
    try:
        member = _member(path)
        if member is None:
            return _checked(_load(path, path, checked=False), path)
        with _extracted(path, member) as inner:
            return _checked(_load(inner, path, checked=True), path)
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror or error}") from error
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        ValueError,
        RuntimeError,
    ) as error:
        if isinstance(error, WeightsError):
            raise
        raise WeightsError(
            f"{path}: is damaged or not a file of weights; fetch or copy it again"
        ) from error


def _member(path: Path) -> str | None:
    """Return the checkpoint's name inside a released zip; None for a .pth (which is itself a zip,
    or an old pickle).
    """
    if not zipfile.is_zipfile(path):
        return None
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    if any(name.endswith("data.pkl") for name in names):
        return None
    found = [name for name in names if name.endswith(CHECKPOINT)] or [
        n for n in names if n.split("/")[-1] == "model.pth"
    ]
    if len(found) != 1:
        raise WeightsError(
            f"{path}: holds {len(found) or 'no'} files '{CHECKPOINT}', expected one; is it a "
            f"released zip?"
        )
    return found[0]


@contextlib.contextmanager
def _extracted(path: Path, member: str) -> Iterator[Path]:
    """Give the member as a temporary file, whose place is ours: the name inside the zip is never
    used as a path.
    """
    with (
        tempfile.TemporaryDirectory(prefix="sat2density-", ignore_cleanup_errors=True) as folder,
        zipfile.ZipFile(path) as archive,
    ):
        if archive.getinfo(member).file_size > LARGEST:
            raise WeightsError(f"{path}: '{member}' claims to be over {LARGEST >> 30} GB; refused")
        target = Path(folder) / "model.pth"
        with archive.open(member) as source, target.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        yield target


def _load(path: Path, source: Path, checked: bool) -> Any:
    """Unpickle tensors and plain values only, mapped into memory. Checksums first (torch skips
    them).
    """
    zipped = zipfile.is_zipfile(path)
    if zipped and not checked:
        with zipfile.ZipFile(path) as archive:
            damaged = archive.testzip()
        if damaged is not None:
            raise zipfile.BadZipFile(damaged)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # remarks on pickles for developers of torch
            return torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{source}: is damaged or holds more than tensors (code is never loaded)"
        ) from error
    # On damaged bytes torch's unpickler, written in Python, raises whatever it stumbles on.
    except Exception as error:
        raise ValueError("a pickle that cannot be followed") from error


def _checked(values: Any, path: Path) -> Checkpoint:
    kept = unwrapped(values, str(path))
    for part in PARTS:
        if part in kept:
            _check_tensors(kept[part], f"{path}: {part}")
    return kept


def _check_tensors(state: Any, source: str) -> None:
    if not isinstance(state, Mapping):
        raise WeightsError(f"{source} is not a dictionary of tensors")
    for key, value in state.items():
        if not isinstance(key, str) or not isinstance(value, Tensor):
            raise WeightsError(f"{source}: key {key!r} does not hold a tensor")
        if (
            value.layout != torch.strided
            or value.untyped_storage().nbytes() < value.numel() * value.element_size()
        ):
            raise WeightsError(f"{source}: key '{key}' claims more numbers than the file holds")
