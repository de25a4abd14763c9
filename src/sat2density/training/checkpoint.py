"""Checkpoints: written whole or not at all, the one before kept, and a damaged one passed over (and
said).
"""

from __future__ import annotations

import hashlib
import io
import re
from pathlib import Path
from typing import Any

import torch

from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.reading import read_text
from sat2density.training.checkpoint_members import unfit_member
from sat2density.training.state import State

KEPT = 2
"""Checkpoints kept: the last, and the one before in case the last turns out damaged."""
_NAME = re.compile(r"step-(\d{9})\.pt")
_FORMAT = 1


def file_of(folder: Path, step: int) -> Path:
    """Return where the checkpoint of a step lies.

    Args:
        folder: holds the checkpoints.
        step: steps done.

    """
    return folder / f"step-{step:09d}.pt"


def save(folder: Path, state: State) -> Path:
    """Write a checkpoint and its checksum, then remove all but the last `KEPT`.

    Args:
        folder: of the checkpoints; made where it is missing.
        state: what is trained.

    Raises:
        OutputError: the disk is full or not writable; earlier checkpoints are untouched.

    """
    path = file_of(folder, state.step)
    with atomic_path(path, durable=True) as temporary:
        _write(temporary, _contents(state))
        digest = _digest(temporary)
        # Of the same step, resumed: killed between the two files, the old checksum would call the
        # new one damaged.
        path.with_suffix(".sha256").unlink(missing_ok=True)
    with atomic_path(path.with_suffix(".sha256"), durable=True) as temporary:
        temporary.write_text(digest, encoding="ascii")
    for old in found(folder)[KEPT:]:
        old.unlink(missing_ok=True)
        old.with_suffix(".sha256").unlink(missing_ok=True)
    return path


def _write(path: Path, contents: dict[str, Any]) -> None:
    """Write; OSError where the system refuses (torch alone tells a full disk as an error
    of its archive).
    """
    refused: list[OSError] = []
    with open(path, "wb") as handle:

        class Told(io.RawIOBase):
            def write(self, data: Any) -> int:
                try:
                    return handle.write(data)
                except OSError as error:
                    refused.append(error)
                    raise

        try:
            torch.save(contents, Told())  # type: ignore[arg-type]
            handle.flush()
        except RuntimeError:
            if refused:
                raise refused[0] from None
            raise


def found(folder: Path) -> list[Path]:
    """Return the checkpoints of a folder, the last step first.

    Args:
        folder: need not exist.

    """
    return sorted((p for p in folder.glob("step-*.pt") if _NAME.fullmatch(p.name)), reverse=True)


def load(
    folder: Path, device: torch.device, state: State | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Read the last checkpoint that is whole.

    Args:
        folder: holds the checkpoints.
        device: where the tensors shall be.
        state: what the members are for; one with missing or wrong members is passed over, too.

    Returns:
        its contents, and a notice for each damaged one that was passed over.

    Raises:
        InputError: there is none.

    """
    problems: list[str] = []
    for path in found(folder):
        contents, problem = _read(path, device, state)
        if not problem:
            return contents, [f"{passed}; the one before is used" for passed in problems]
        problems.append(f"{path}: {problem}")
    detail = f" ({'; '.join(problems)})" if problems else ""
    raise InputError(
        f"{folder}: holds no complete checkpoint{detail}; start a new run with another --out"
    )


def _read(path: Path, device: torch.device, state: State | None) -> tuple[Any, str]:
    """Return a checkpoint's contents, and what is wrong with it (empty where nothing is)."""
    problem = _damage(path)
    if problem is not None:
        return None, problem
    try:
        contents = torch.load(path, map_location=device, weights_only=True)
    except Exception as error:
        return None, f"cannot be read, it is cut off or damaged ({type(error).__name__})"
    version = contents.get("format") if isinstance(contents, dict) else None
    if version != _FORMAT:
        return None, f"has format {str(version)[:20]!r}, not {_FORMAT}"
    unfit = unfit_member(contents, state) if state is not None else ""
    return contents, f"does not fit: its {unfit}" if unfit else ""


def set_aside(folder: Path, step: int) -> list[str]:
    """Rename the checkpoints after `step`, which `load` passed over: they would count as kept ones.

    Args:
        folder: of the checkpoints.
        step: of the one that was loaded.

    Returns: a notice for each.

    """
    notices = []
    for path in found(folder):
        if path > file_of(folder, step):
            path.with_suffix(".sha256").unlink(missing_ok=True)
            aside = path.replace(path.with_suffix(".pt.damaged"))
            notices.append(f"{path}: renamed to {aside.name}")
    return notices


def restore(state: State, contents: dict[str, Any]) -> None:
    """Put a checkpoint's contents into a state built from the same configuration.

    Args:
        state: is changed in place.
        contents: what `load` gave for this state.

    """
    state.model.generator.load_state_dict(contents["generator"])
    state.optimizer.load_state_dict(contents["optimizer"])
    if state.discriminator is not None and state.optimizer_d is not None:
        state.discriminator.load_state_dict(contents["discriminator"])
        state.optimizer_d.load_state_dict(contents["optimizer_d"])
    if state.average is not None:
        state.average.module.load_state_dict(contents["average"])
        state.average.updates = contents["average_updates"]
    state.step = contents["step"]
    state.seconds = contents["seconds"]
    state.history = contents.get("history", [])
    state.parent = contents.get("parent")


def _contents(state: State) -> dict[str, Any]:
    return {
        "format": _FORMAT,
        "step": state.step,
        "seconds": state.seconds,
        "history": state.history,
        "parent": state.parent,
        "generator": state.model.generator.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "discriminator": None if state.discriminator is None else state.discriminator.state_dict(),
        "optimizer_d": None if state.optimizer_d is None else state.optimizer_d.state_dict(),
        "average": None if state.average is None else state.average.module.state_dict(),
        "average_updates": 0 if state.average is None else state.average.updates,
    }


def _damage(path: Path) -> str | None:
    """Say what is wrong with a checkpoint's bytes; a missing checksum (killed in between) leaves it
    to the reader.
    """
    record = path.with_suffix(".sha256")
    if not record.is_file():
        return None
    return (
        None if read_text(record).strip() == _digest(path) else "is damaged (its checksum differs)"
    )


def _digest(path: Path) -> str:
    with open(path, "rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
