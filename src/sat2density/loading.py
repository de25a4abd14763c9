"""Weights made ready: `load` reads them, `choose_device` says where, `prepare` folds networks."""

from __future__ import annotations

from pathlib import Path

import torch

from sat2density.conventions import Precision
from sat2density.errors import InputError
from sat2density.images import check_extent
from sat2density.models.inference import prepare_for_inference
from sat2density.pipeline import Sat2Density
from sat2density.scene_spec import SceneSpec
from sat2density.structured import check_choice


def choose_device(name: str = "auto") -> torch.device:
    """Turn ``--device`` into a device: "auto" takes CUDA where there is one, then the CPU.

    Args:
        name: "auto", "cpu", "cuda", "cuda:N" or another that torch knows.

    Raises:
        InputError: no such device on this machine.

    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device).item()  # "meta" is a device that holds no numbers
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(
            f"device '{name}' cannot be used here: {str(error).splitlines()[0]}; try --device cpu"
        ) from None
    return device


def load(
    name_or_path: str | Path | None = None,
    scene: str | SceneSpec | None = None,
    device: str = "auto",
    precision: Precision = "float32",
    extent_m: float | None = None,
) -> Sat2Density:
    """Load weights as a model ready to use (evaluation mode, spectral norms folded).

    Args:
        name_or_path: a name (`anywhere-small`, `cvact`, `cvusa`, ...), a released zip or .pth, our
            .safetensors or .json. None takes the weights that ship, as the commands do.
        scene: name or SceneSpec; needed for released files given by path, refused with our own
            files unless equal.
        device: "auto", "cpu", "cuda", "cuda:1", ...
        precision: of RenderNet, which paints; all else is always in float32. "float32" (the default
            here: results are the same everywhere) is exact. "bfloat16" rounds to 8 bits between
            layers, everywhere. "auto" (the commands' default) takes bfloat16 where the device is
            faster with it, about twice (GPUs, AMX, AMD with AVX512_BF16), else float32.
            bfloat16 changes pictures of the weights that ship by at most 2 of 255 (58 dB), depth
            and density not at all (docs/fidelity.md).
        extent_m: true width in metres of the tiles that will be given, where it is not the
            weights' (see `Sat2Density.reconstruct`).

    Raises:
        WeightsError: no such weights, a damaged file, or a scene missing or not fitting.
        InputError: the device cannot be used, there is no such precision, or no such width.

    """
    from sat2density.weights import default_weights, open_weights

    check_choice("precision", precision, Precision)
    check_extent(extent_m)
    where = choose_device(device)
    loaded = open_weights(default_weights() if name_or_path is None else name_or_path, scene)
    with torch.device("meta"):  # no time for random weights that are replaced at once
        model = Sat2Density(loaded.architecture, loaded.spec, loaded.rules, loaded.info)
    model.generator = loaded.generator()
    model.extent_m = extent_m
    return prepare(model, where, precision)


def prepare(
    model: Sat2Density, device: torch.device, precision: Precision = "float32"
) -> Sat2Density:
    """Make a model ready for looking: on `device`, evaluation mode, networks folded and in the
    precision asked for.

    Args:
        model: is changed in place.
        device: where it shall be.
        precision: see `models.inference.prepare_for_inference`.

    Raises:
        InputError: there is no such precision.

    """
    check_choice("precision", precision, Precision)
    model.eval()
    model.generator = prepare_for_inference(model.generator.to(device), precision)
    return model.requires_grad_(False)
