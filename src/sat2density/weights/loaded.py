"""`LoadedWeights`: what a file of weights holds once read; and the check that a state dict fits its
architecture.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from sat2density.errors import WeightsError
from sat2density.models.architecture import Architecture
from sat2density.models.discriminator import Discriminator
from sat2density.models.generator import Generator
from sat2density.scene_spec import Rules, SceneSpec

Shapes = Mapping[str, tuple[int, ...]]


@dataclasses.dataclass(frozen=True)
class LoadedWeights:
    """One set of weights, checked against its architecture.

    Attributes:
        architecture: the networks' sizes.
        spec, rules: the scene they belong to, and how its rays are cast.
        generator_state: tensors under our own keys, in the precision they were stored in.
        discriminator_state: the same for the discriminator, where the file has one.
        info: name, source, licence, trained_on, step and the like; plain JSON values.

    """

    architecture: Architecture
    spec: SceneSpec
    rules: Rules
    generator_state: dict[str, Tensor]
    discriminator_state: dict[str, Tensor] | None
    info: dict[str, Any]

    def generator(self, dtype: torch.dtype = torch.float32) -> Generator:
        """Return the generator with these weights, in eval mode. Tensors already of `dtype` are
        shared, not copied.

        Args:
            dtype: of its weights.

        """
        with torch.device("meta"):
            network = Generator(self.architecture)
        network.load_state_dict(
            {key: value.to(dtype) for key, value in self.generator_state.items()}, assign=True
        )
        return network.eval()

    def discriminator(self) -> Discriminator:
        """Return the discriminator with these weights, in eval mode; WeightsError where the file
        has none.
        """
        if self.discriminator_state is None:
            raise WeightsError(f"{self.info.get('source', 'weights')}: holds no discriminator")
        views = 1 + max(int(key.split(".")[1]) for key in self.discriminator_state)
        with torch.device("meta"):
            network = Discriminator(self.architecture, views)
        network.load_state_dict(self.discriminator_state, assign=True)
        return network.eval()


def expected_shapes(network: type[nn.Module], *arguments: Any) -> dict[str, tuple[int, ...]]:
    """Return key -> shape of the state dict that `network(*arguments)` has, without allocating
    it.

    Args:
        network: class of the network.
        arguments: what it is built with.

    """
    with torch.device("meta"):
        state = network(*arguments).state_dict()
    return {key: tuple(value.shape) for key, value in state.items()}


def check_state(state: Mapping[str, Tensor], expected: Shapes, source: str) -> None:
    """Hold a state dict to the shapes it must have.

    Args:
        state: key -> tensor.
        expected: key -> shape.
        source: names the file in messages.

    Raises:
        WeightsError: names `source` and the first key that is missing, mis-shaped, left over, or
            not made of finite floating-point numbers.

    """
    for key, shape in expected.items():
        if key not in state:
            raise WeightsError(f"{source}: missing key '{key}'")
        tensor = state[key]
        if tuple(tensor.shape) != shape:
            raise WeightsError(
                f"{source}: key '{key}' has shape {tuple(tensor.shape)}, expected {shape}"
            )
        if not tensor.is_floating_point():
            raise WeightsError(
                f"{source}: key '{key}' holds {tensor.dtype}, expected floating-point numbers"
            )
        # A sum in float64 is finite unless an entry is not: one pass, and no mask of the tensor's
        # size.
        if not torch.isfinite(tensor.sum(dtype=torch.float64)):
            raise WeightsError(
                f"{source}: key '{key}' holds numbers that are not finite; the file is damaged"
            )
    for key in state:
        if key not in expected:
            raise WeightsError(
                f"{source}: key '{key}' is left over: these networks have no such layer"
            )
