"""Our own format: `NAME.safetensors` with the generator's tensors, and `NAME.json` that says what
they are.
"""

from __future__ import annotations

import dataclasses
import json
import stat
from pathlib import Path
from typing import Any, Final

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from sat2density.errors import InputError, OutputError, WeightsError
from sat2density.files import repair, written_together
from sat2density.models.architecture import Architecture
from sat2density.models.generator import Generator
from sat2density.reading import check_regular, read_json
from sat2density.scene_spec import Rules, SceneSpec
from sat2density.structured import from_values
from sat2density.weights.digest import sha256
from sat2density.weights.kinds import refuse_other_kinds
from sat2density.weights.loaded import LoadedWeights, check_state, expected_shapes

FORMAT: Final = "sat2density weights"
FORMAT_VERSION: Final = 1
_DAMAGED: Final = "the file is damaged, or the two are no pair"
_MEMBERS: Final = (
    "format",
    "format_version",
    "architecture",
    "scene",
    "rules",
    "info",
    "bytes",
    "sha256",
)


def save_weights(
    stem: str | Path,
    generator: Generator,
    spec: SceneSpec,
    rules: Rules,
    info: dict[str, Any],
    half: bool = True,
    replace: bool = True,
) -> tuple[Path, Path]:
    """Write `stem`.safetensors and `stem`.json, both or neither, whatever happens.

    Args:
        stem: path without suffix (one of the two suffixes may be given).
        generator: a generator as trained, not folded for inference.
        spec: the scene it belongs to.
        rules: how its rays are cast.
        info: plain JSON values: name, trained_on, licence, step, ...
        half: store matrices in float16; vectors (biases, norms, singular vectors) stay in float32.
        replace: whether files that are there may be replaced.

    Raises:
        OutputError: the files cannot be written, or are there (without `replace`).
        WeightsError: the generator was folded, or a number is not finite (in half precision).

    """
    tensors, meta = own_pair(stem)
    state = {key: _stored(value, half) for key, value in generator.state_dict().items()}
    check_state(state, expected_shapes(Generator, generator.architecture), str(tensors))
    with written_together(tensors, replace=replace) as folder:
        _write_pair(
            folder,
            (tensors.name, meta.name),
            state,
            {
                "format": FORMAT,
                "format_version": FORMAT_VERSION,
                "architecture": generator.architecture.to_dict(),
                "scene": spec.to_dict(),
                "rules": dataclasses.asdict(rules),
                "info": info,
            },
        )
    return tensors, meta


def _write_pair(
    folder: Path, names: tuple[str, str], state: dict[str, Tensor], description: dict[str, Any]
) -> None:
    """Write the tensors, and the description with their size and checksum."""
    tensors, meta = (folder / name for name in names)
    tensors.touch()
    permissions = tensors.stat().st_mode
    try:
        save_file(state, tensors)
        tensors.chmod(stat.S_IMODE(permissions))  # safetensors lets nobody else read its files
    except SafetensorError as error:
        raise OutputError(f"{tensors}: cannot be written: {error}") from error
    description = {**description, "bytes": tensors.stat().st_size, "sha256": sha256(tensors)}
    meta.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


def open_own(path: Path) -> LoadedWeights:
    """Read weights in our own format, given either file or their common stem.

    Args:
        path: .safetensors, .json, or their common stem.

    Raises:
        WeightsError: a file is missing, damaged or of a newer format, or a tensor does not fit; one
            sentence.

    """
    tensors, meta = own_pair(path)
    repair(tensors)
    if tensors.is_file():
        refuse_other_kinds(tensors)
    for file in (tensors, meta):
        if not file.is_file():
            raise WeightsError(
                f"{file}: not found; our weights are a pair of files side by side, .safetensors "
                f"and .json"
            )
    description = _description(meta)
    try:
        architecture = Architecture.from_dict(description["architecture"], f"{meta}: architecture")
        spec = SceneSpec.from_dict(description["scene"], f"{meta}: scene")
        rules = from_values(Rules, description["rules"], f"{meta}: rules")
    except InputError as error:
        text = str(error)
        raise WeightsError(text if text.startswith(str(meta)) else f"{meta}: {text}") from error
    state = _tensors(tensors, description)
    check_state(state, expected_shapes(Generator, architecture), str(tensors))
    info = description["info"] if isinstance(description["info"], dict) else {}
    return LoadedWeights(architecture, spec, rules, state, None, {**info, "source": str(tensors)})


def own_pair(stem: str | Path) -> tuple[Path, Path]:
    """Return the two files that weights called `stem` (with or without a suffix of ours) consist
    of.

    Args:
        stem: with or without a suffix of ours.

    """
    return _with_suffix(stem, ".safetensors"), _with_suffix(stem, ".json")


def _with_suffix(path: str | Path, suffix: str) -> Path:
    path = Path(path)
    if not path.name:
        raise InputError(f"{path}: is a folder; give the name of a file")
    stem = path.with_suffix("") if path.suffix in (".safetensors", ".json") else path
    return stem.with_name(stem.name + suffix)


def _stored(tensor: Tensor, half: bool) -> Tensor:
    dtype = torch.float16 if half and tensor.ndim > 1 else torch.float32
    return tensor.detach().to("cpu", dtype).contiguous()


def _description(meta: Path) -> dict[str, Any]:
    try:
        values = read_json(meta)
    except InputError as error:
        raise WeightsError(str(error)) from error
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise WeightsError(
            f"{meta}: does not describe weights of sat2density (no 'format': '{FORMAT}')"
        )
    version = values.get("format_version")
    if type(version) is not int or not 1 <= version <= FORMAT_VERSION:
        raise WeightsError(
            f"{meta}: format_version {version!r} is not {FORMAT_VERSION}; update sat2density"
        )
    for member in _MEMBERS:
        if member not in values:
            raise WeightsError(f"{meta}: missing member '{member}'")
    return values


def _tensors(path: Path, description: dict[str, Any]) -> dict[str, Tensor]:
    try:
        check_regular(path)
        size = path.stat().st_size
        if size != description["bytes"]:
            raise WeightsError(f"{path}: has {size} bytes, not what its .json says; {_DAMAGED}")
        if sha256(path) != description["sha256"]:
            raise WeightsError(f"{path}: its sha256 is not the one in its .json; {_DAMAGED}")
        return load_file(path)
    except WeightsError:
        raise
    except InputError as error:
        raise WeightsError(str(error)) from None
    except SafetensorError as error:
        raise WeightsError(f"{path}: is not a safetensors file or is damaged") from error
    except OSError as error:
        raise WeightsError(f"{path}: cannot be read: {error.strerror or error}") from error
