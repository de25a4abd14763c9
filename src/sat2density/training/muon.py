"""Muon: momentum whose matrices are made orthogonal before they move the weights.

Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"; its steps are scaled
to the size of Adam's (Liu et al. 2025, "Muon is scalable for LLM training", section 2.2), so that
both share one learning rate. `torch.optim.Muon` takes matrices alone: a convolution's weight
(out, in, k, k) is here the matrix (out, in k k).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import torch
from torch import Tensor, nn

from sat2density.training.config import OptimConfig

MOMENTUM: Final = 0.95
ITERATIONS: Final = 5
QUINTIC: Final = (3.4445, -4.775, 2.0315)
"""Of Newton and Schulz: x <- a x + (b y + c y y) x, y = x x^T, drives all singular values towards
1, to between 0.7 and 1.2.
"""
FEWEST_INPUTS: Final = 4
"""A first convolution of an RGB picture is Adam's."""


class Muon(torch.optim.Optimizer):
    """Muon for the weights of convolutions with a neighbourhood, Adam for all the rest.

    Args:
        named: parameters to be trained, with their names.
        config: has the rate, and Adam's betas and epsilon.

    """

    def __init__(self, named: Iterable[tuple[str, nn.Parameter]], config: OptimConfig) -> None:
        every = list(named)
        groups = [
            {"params": [one for name, one in every if is_hidden(name, one) is muon], "muon": muon}
            for muon in (True, False)
        ]
        betas = (config.beta1, config.beta2)
        super().__init__(groups, {"lr": config.lr, "betas": betas, "eps": config.eps})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        """Move all weights that have a gradient.

        Args:
            closure: not used, as in most of training.

        """
        for group in self.param_groups:
            move = _muon if group["muon"] else _adam
            for weight in group["params"]:
                gradient = weight.grad
                if gradient is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["step"] = torch.zeros(())
                    state["exp_avg"] = torch.zeros_like(weight)
                    if not group["muon"]:
                        state["exp_avg_sq"] = torch.zeros_like(weight)
                move(weight, gradient, state, group)


def is_hidden(name: str, weight: Tensor) -> bool:
    """Whether Muon moves a parameter: a convolution's weight, of more than one tap, whose inputs
    and outputs are features.

    Args:
        name: of the parameter.
        weight: its values.

    """
    inner = weight.ndim == 4 and weight.shape[-1] > 1 and weight.shape[1] >= FEWEST_INPUTS
    return inner and "output" not in name


def orthogonal(matrix: Tensor) -> Tensor:
    """Return about U V^T of a matrix U S V^T: every direction counts alike.

    Args:
        matrix: (rows, columns), any scale.

    Returns:
        The same shape, float32; singular values between 0.7 and 1.2.

    """
    first, second, third = QUINTIC
    tall = matrix.shape[0] > matrix.shape[1]
    values = (matrix.T if tall else matrix).bfloat16()
    values = values / (values.norm() + 1e-7)
    for _ in range(ITERATIONS):
        product = values @ values.T
        values = first * values + (second * product + third * product @ product) @ values
    return (values.T if tall else values).float()


def _muon(weight: Tensor, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
    state["step"] += 1
    state["exp_avg"].lerp_(gradient, 1 - MOMENTUM)
    ahead = gradient.lerp(state["exp_avg"], MOMENTUM).flatten(1)
    # Adam's steps have a root mean square of about 0.2; that of U V^T is 1 / sqrt(longer side).
    step = orthogonal(ahead) * (0.2 * max(ahead.shape) ** 0.5)
    weight.add_(step.view_as(weight), alpha=-group["lr"])


def _adam(weight: Tensor, gradient: Tensor, state: dict[str, Any], group: dict[str, Any]) -> None:
    state["step"] += 1
    first, second = group["betas"]
    done = float(state["step"])
    state["exp_avg"].lerp_(gradient, 1 - first)
    state["exp_avg_sq"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
    spread = (state["exp_avg_sq"] / (1 - second**done)).sqrt_().add_(group["eps"])
    weight.addcdiv_(state["exp_avg"], spread, value=-group["lr"] / (1 - first**done))
