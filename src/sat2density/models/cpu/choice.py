"""Which of the algorithms is quickest for a layer, and the switch that puts each of them off."""

from __future__ import annotations

import os
from collections.abc import Collection
from typing import Final, Literal, get_args

import torch
from torch import Tensor

from sat2density.errors import InputError, unknown_name
from sat2density.models.cpu import few_outputs, upsampling, winograd
from sat2density.models.cpu.algorithms import ConvolutionAlgorithm, Direct, FewOutputs, Winograd

Part = Literal["winograd", "few_outputs", "upsampling", "backward", "norm"]
PARTS: Final[tuple[Part, ...]] = get_args(Part)
"""What can be put off one by one; what each earns stands in the package's docstring."""

VARIABLE: Final = "SAT2DENSITY_CPU_ALGORITHMS"
"""Environment variable: "all" (or unset), "off", or the parts to use: "winograd,norm"."""

_used: set[Part] = set()


def use(parts: Collection[Part]) -> None:
    """Use these parts from now on, and no others: for layers and networks that are made ready later
    as for those that train.

    Args:
        parts: of `PARTS`; () puts all of them off, `PARTS` is the default.

    Raises:
        InputError: a name is none of them.

    """
    for part in parts:
        if part not in PARTS:
            raise unknown_name("part of models/cpu", part, PARTS)
    _used.clear()
    _used.update(parts)


def uses(part: Part) -> bool:
    """Whether a part is used.

    Args:
        part: one of `PARTS`.

    """
    return part in _used


def parts_of(words: str) -> tuple[Part, ...]:
    """Read what the environment variable says.

    Args:
        words: "", "all", "off", or names of parts with commas between them.

    Raises:
        InputError: a name is none of `PARTS`.

    """
    if words in ("", "all", "off"):
        return () if words == "off" else PARTS
    names = [word.strip() for word in words.split(",")]
    for name in names:
        if name not in PARTS:
            raise InputError(
                f"{VARIABLE} must be all, off, or some of {','.join(PARTS)}, not {words!r}"
            )
    return tuple(part for part in PARTS if part in names)


def quickest(
    inputs: int, outputs: int, side: int, stride: int
) -> Literal["winograd", "few_outputs"] | None:
    """Return what is quicker than torch's own convolution in float32 on a CPU; None where nothing
    is.

    Args:
        inputs: channels of the image.
        outputs: channels of the result.
        side: of the kernel, pixels.
        stride: 1 or 2.

    """
    if uses("winograd") and winograd.pays(inputs, outputs, side, stride):
        return "winograd"
    if uses("few_outputs") and few_outputs.pays(outputs, side, stride):
        return "few_outputs"
    return None


def products_pay(outputs: int) -> bool:
    """Whether the nine products are quicker than the transposed convolution when only looking, in
    float32 on a CPU.

    Args:
        outputs: channels of the result.

    """
    return uses("upsampling") and outputs >= upsampling.OUTPUTS


def training_algorithm(
    image: Tensor, weight: Tensor, stride: int, margin: tuple[int, int], spectral: bool
) -> ConvolutionAlgorithm | None:
    """Return the algorithm to train a layer with; None where torch's own convolution is as good.

    Args:
        image: (B, in, H, W) on a CPU.
        weight: (out, in, k, k) as stored.
        stride: of the convolution.
        margin: (rows, columns) of zeros around the image that the direct convolution adds.
        spectral: whether the layer has a spectral norm, whose normed weight need not be kept.

    """
    outputs, inputs, side, _ = weight.shape
    if _in_full_precision(image):
        name = quickest(inputs, outputs, side, stride)
        if name is not None:
            return Winograd() if name == "winograd" else FewOutputs()
    return Direct(stride, margin) if spectral and uses("backward") else None


def _in_full_precision(image: Tensor) -> bool:
    return image.dtype.itemsize > 2 and not torch.is_autocast_enabled(image.device.type)


use(parts_of(os.environ.get(VARIABLE, "")))
