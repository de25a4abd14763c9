"""Distances in the features of public image classifiers: the VGG19 loss, and LPIPS.

The networks are plain torch with torchvision's state-dict keys, so that the public weights load.
The weights are not part of the package: they are looked for in the cache, or at a path the user
gives, and fetched only when that is asked for. Missing weights are a `WeightsError`; nothing stands
in for them.
"""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.errors import ShapeError, WeightsError, unknown_name
from sat2density.files import atomic_path
from sat2density.reading import read_text

LpipsNet = Literal["alex", "squeeze"]

IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
IMAGENET_STD: Final = (0.229, 0.224, 0.225)
VGG_LAYERS: Final = {11: 1 / 8, 20: 1 / 4, 29: 1.0}
"""Place of relu_3_1, relu_4_1, relu_5_1 in VGG19's `features` -> weight (method, section 6)."""

_MODELS = "https://download.pytorch.org/models/"
_LPIPS = "https://github.com/richzhang/PerceptualSimilarity/raw/v0.1/models/weights/v0.1/"


@dataclasses.dataclass(frozen=True)
class PublicWeights:
    """Where public weights come from. The name of torchvision's files ends in the start of their
    sha256, which is checked; of the others the first fetch records the checksum beside the file and
    later reads compare it.
    """

    file: str
    url: str
    licence: str

    @property
    def checked_by_name(self) -> bool:
        """Whether the file's name carries the start of its sha256."""
        return "-" in self.file


PUBLIC: Final[dict[str, PublicWeights]] = {
    "vgg19": PublicWeights("vgg19-dcbb9e9d.pth", _MODELS + "vgg19-dcbb9e9d.pth", "BSD-3-Clause"),
    "alex": PublicWeights(
        "alexnet-owt-7be5be79.pth", _MODELS + "alexnet-owt-7be5be79.pth", "BSD-3-Clause"
    ),
    "squeeze": PublicWeights(
        "squeezenet1_1-b8a52dc0.pth", _MODELS + "squeezenet1_1-b8a52dc0.pth", "BSD-3-Clause"
    ),
    "lpips_alex": PublicWeights("lpips_alex.pth", _LPIPS + "alex.pth", "BSD-2-Clause"),
    "lpips_squeeze": PublicWeights("lpips_squeeze.pth", _LPIPS + "squeeze.pth", "BSD-2-Clause"),
}


def perceptual_folder() -> Path:
    """Folder of the public weights, inside the package's cache."""
    from sat2density.weights import cache_folder

    return Path(cache_folder()) / "perceptual"


def available(name: str) -> bool:
    """Whether the public weights called `name` (see `PUBLIC`) lie in the cache.

    Args:
        name: a key of `PUBLIC`; any other is an InputError.

    """
    return (perceptual_folder() / _public(name).file).is_file()


def state_dict(name: str, path: str | Path | None = None, fetch: bool = False) -> dict[str, Tensor]:
    """Read public weights: tensors by name, on the CPU.

    Args:
        name: a key of `PUBLIC`.
        path: a file to read in place of the cache's; its checksum is not compared.
        fetch: whether weights that are not in the cache may be fetched into it.

    Raises:
        WeightsError: they are nowhere, cannot be fetched, are damaged, or have another checksum
            than expected.

    """
    public = _public(name)
    file = Path(path) if path is not None else perceptual_folder() / public.file
    if not file.is_file() and path is None and fetch:
        _fetch(public, file)
    if not file.is_file():
        where = (
            f"'{file}' does not exist"
            if path is not None
            else f"they are not in {perceptual_folder()}"
        )
        raise WeightsError(f"weights of {name}: {where}; fetch {public.url} and put it there")
    if path is None:
        _verify(public, file)
    try:
        loaded = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:
        raise WeightsError(
            f"{file}: cannot be read as a state dict ({error}); remove it and fetch it again"
        ) from error
    if not isinstance(loaded, dict):
        raise WeightsError(f"{file}: holds no state dict; give torchvision's file ({public.url})")
    return loaded


def _public(name: str) -> PublicWeights:
    if name not in PUBLIC:
        raise unknown_name("public weights", name, PUBLIC)
    return PUBLIC[name]


def _fetch(public: PublicWeights, file: Path) -> None:
    try:
        torch.hub.load_state_dict_from_url(
            public.url,
            model_dir=str(file.parent),
            map_location="cpu",
            progress=False,
            check_hash=public.checked_by_name,
            file_name=file.name,
            weights_only=True,
        )
    except Exception as error:
        raise WeightsError(
            f"{public.url}: cannot be fetched ({error}); fetch it by hand to {file}"
        ) from error


def _verify(public: PublicWeights, file: Path) -> None:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    if public.checked_by_name:
        expected = file.stem.rsplit("-", 1)[1]
    else:
        record = file.with_suffix(".sha256")
        if not record.is_file():
            with atomic_path(record) as temporary:
                temporary.write_text(digest, encoding="ascii")
        expected = read_text(record).strip()
    if not digest.startswith(expected):
        raise WeightsError(
            f"{file}: sha256 {digest[:16]}... is not the expected {expected[:16]}...; fetch it "
            f"again"
        )


class _Fire(nn.Module):
    def __init__(self, inputs: int, squeezed: int, expanded: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], 1)


def _vgg19() -> nn.Sequential:
    layers: list[nn.Module] = []
    channels = 3
    for width, count in ((64, 2), (128, 2), (256, 4), (512, 4), (512, 4)):
        for _ in range(count):
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
            channels = width
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers)


def _alexnet() -> nn.Sequential:
    def conv(a: int, b: int, size: int, stride: int = 1) -> list[nn.Module]:
        return [
            nn.Conv2d(a, b, size, stride, padding=size // 4 if stride > 1 else size // 2),
            nn.ReLU(),
        ]

    pool = nn.MaxPool2d(3, 2)
    return nn.Sequential(
        *conv(3, 64, 11, 4),
        pool,
        *conv(64, 192, 5),
        pool,
        *conv(192, 384, 3),
        *conv(384, 256, 3),
        *conv(256, 256, 3),
    )


def _squeezenet() -> nn.Sequential:
    pool = nn.MaxPool2d(3, 2, ceil_mode=True)
    fires = [
        _Fire(64, 16, 64),
        _Fire(128, 16, 64),
        pool,
        _Fire(128, 32, 128),
        _Fire(256, 32, 128),
        pool,
    ]
    fires += [_Fire(256, 48, 192), _Fire(384, 48, 192), _Fire(384, 64, 256), _Fire(512, 64, 256)]
    return nn.Sequential(nn.Conv2d(3, 64, 3, 2), nn.ReLU(), pool, *fires)


_BACKBONES = {
    "vgg19": (_vgg19, tuple(VGG_LAYERS)),
    "alex": (_alexnet, (1, 4, 7, 9, 11)),
    "squeeze": (_squeezenet, (1, 4, 7, 9, 10, 11, 12)),
}
LPIPS_CHANNELS: Final = {
    "alex": (64, 192, 384, 256, 256),
    "squeeze": (64, 128, 256, 384, 384, 512, 512),
}


class Features(nn.Module):
    """Outputs of chosen layers of a classifier's convolutional part, frozen.

    Args:
        name: "vgg19", "alex" or "squeeze".
        weights: torchvision's state dict; the classifier's own keys are ignored. None leaves random
            weights (tests).

    Raises:
        WeightsError: keys or shapes do not fit.

    """

    def __init__(self, name: str, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        if name not in _BACKBONES:
            raise unknown_name("feature network", name, _BACKBONES)
        build, self.taps = _BACKBONES[name]
        self.features = nn.Sequential(*list(build())[: self.taps[-1] + 1])
        if weights is not None:
            wanted = self.state_dict()
            try:
                self.load_state_dict({key: weights[key] for key in wanted})
            except (KeyError, RuntimeError) as error:
                raise WeightsError(
                    f"weights of {name} do not fit torchvision's layout: {error}"
                ) from error
        self.requires_grad_(False).eval()

    def forward(self, x: Tensor) -> list[Tensor]:
        """Return the tapped layers' outputs, the shallowest first.

        Args:
            x: pictures (B, 3, H, W), normalised by `IMAGENET_MEAN` and `IMAGENET_STD`.

        """
        outputs = []
        for index, layer in enumerate(self.features):
            x = layer(x)
            if index in self.taps:
                outputs.append(x)
        return outputs


class VggLoss(nn.Module):
    """Perceptual loss: L1 between VGG19's relu_3_1, relu_4_1, relu_5_1, weighted 1/8, 1/4, 1
    (method, section 6).

    Args:
        weights: torchvision's, `state_dict("vgg19")`; None leaves random weights (tests).

    """

    def __init__(self, weights: dict[str, Tensor] | None = None) -> None:
        super().__init__()
        self.network = Features("vgg19", weights)
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer(
            "mean", torch.tensor(IMAGENET_MEAN)[None, :, None, None], persistent=False
        )
        self.register_buffer(
            "std", torch.tensor(IMAGENET_STD)[None, :, None, None], persistent=False
        )

    def forward(self, prediction: Tensor, truth: Tensor) -> Tensor:
        """Return the loss, a scalar.

        Args:
            prediction: pictures (B, 3, H, W) in [0, 1].
            truth: of the same shape; a constant, no gradient reaches it.

        """
        ours = self.network((prediction - self.mean) / self.std)
        with torch.no_grad():
            theirs = self.network((truth - self.mean) / self.std)
        terms = [
            w * F.l1_loss(a, b) for w, a, b in zip(VGG_LAYERS.values(), ours, theirs, strict=True)
        ]
        return torch.stack(terms).sum()


class Lpips(nn.Module):
    """Learned perceptual distance, version 0.1 (Zhang et al., CVPR 2018).

    Features of every tapped layer are scaled to unit length over the channels; their squared
    difference is weighted per channel, averaged over the pixels and summed over the layers.

    Args:
        net: "alex" or "squeeze".
        backbone: torchvision's state dict of the network; None leaves random weights (tests).
        linear: the published weights per channel, keys `linK.model.1.weight` (1, C, 1, 1); None
            takes ones / C (tests).

    """

    def __init__(
        self,
        net: LpipsNet,
        backbone: dict[str, Tensor] | None = None,
        linear: dict[str, Tensor] | None = None,
    ) -> None:
        super().__init__()
        self.network = Features(net, backbone)
        self.linear = nn.ParameterList(_linear_weights(LPIPS_CHANNELS[net], linear)).requires_grad_(
            False
        )
        self.shift: Tensor
        self.scale: Tensor
        # On [-1, 1] these are ImageNet's mean and deviation: 2 mean - 1 and 2 std, as published
        # (rounded).
        self.register_buffer(
            "shift", torch.tensor((-0.030, -0.088, -0.188))[None, :, None, None], persistent=False
        )
        self.register_buffer(
            "scale", torch.tensor((0.458, 0.448, 0.450))[None, :, None, None], persistent=False
        )

    @classmethod
    def public(cls, net: LpipsNet, fetch: bool = False) -> Lpips:
        """Build with the public weights of the cache; WeightsError where they are missing.

        Args:
            net: "alex" or "squeeze".
            fetch: see `state_dict`.

        """
        return cls(net, state_dict(net, fetch=fetch), state_dict(f"lpips_{net}", fetch=fetch))

    @torch.no_grad()
    def forward(self, prediction: Tensor, truth: Tensor) -> Tensor:
        """Return the distances (B,) of pictures pair by pair; ShapeError where the shapes differ.

        Args:
            prediction: (B, 3, H, W) in [0, 1] (scaled to [-1, 1] here).
            truth: of the same shape.

        """
        if prediction.shape != truth.shape:
            raise ShapeError(
                f"lpips: {tuple(prediction.shape)} and {tuple(truth.shape)} differ in shape"
            )
        ours, theirs = (
            self.network((2 * x - 1 - self.shift) / self.scale) for x in (prediction, truth)
        )
        total = prediction.new_zeros(len(prediction))
        for a, b, weight in zip(ours, theirs, self.linear, strict=True):
            difference = (_unit_length(a) - _unit_length(b)).square()
            total = total + (difference * weight).sum(1).mean(dim=(1, 2))
        return total


def _linear_weights(
    channels: Sequence[int], linear: dict[str, Tensor] | None
) -> list[nn.Parameter]:
    if linear is None:
        return [
            nn.Parameter(torch.full((1, c, 1, 1), 1 / c), requires_grad=False) for c in channels
        ]
    parameters = []
    for index, count in enumerate(channels):
        key = f"lin{index}.model.1.weight"
        if key not in linear or linear[key].shape != (1, count, 1, 1):
            raise WeightsError(
                f"LPIPS weights: '{key}' of shape (1, {count}, 1, 1) is missing; fetch the file "
                f"again"
            )
        parameters.append(nn.Parameter(linear[key].float(), requires_grad=False))
    return parameters


def _unit_length(features: Tensor) -> Tensor:
    return features / (features.square().sum(1, keepdim=True).sqrt() + 1e-10)
