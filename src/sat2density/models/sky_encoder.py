"""Sky encoder and style MLP: from a sky histogram to a style (method, section 4)."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.blocks import LEAK

NORM_EPS = 1e-6
"""Least length that z is divided by: keeps a zero code finite."""


QUANTILES = (
    0.005,
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.3,
    0.4,
    0.5,
    0.6,
    0.7,
    0.8,
    0.9,
    0.95,
    0.98,
    0.99,
    0.995,
)
"""Shares of the sky's pixels whose values are asked for: closer together where the rare ones are,
sun and zenith.
"""


class SkyCode(NamedTuple):
    """The code z of a sky and the distribution it comes from, each (B, z_size); mu and logvar lie
    in (-1, 1).
    """

    z: Tensor
    mu: Tensor
    logvar: Tensor


class SkyEncoder(nn.Module):
    """Sky histogram (B, 270) -> `SkyCode`: two linear layers, then mu and logvar through tanh.

    Without `illumination` every sky counts as the empty one.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.size = arch.histogram_size
        self.gain = arch.histogram_gain
        self.quantiles = arch.histogram_quantiles
        self.illumination = arch.illumination
        inputs = 3 * len(QUANTILES) if self.quantiles else arch.histogram_size
        self.first = nn.Linear(inputs, arch.sky_hidden)
        self.second = nn.Linear(arch.sky_hidden, arch.sky_hidden)
        self.mu = nn.Linear(arch.sky_hidden, arch.z_size)
        self.logvar = nn.Linear(arch.sky_hidden, arch.z_size)

    def forward(self, histogram: Tensor, noise: Tensor | None = None) -> SkyCode:
        """Encode; z = mu + exp(logvar / 2) * noise, and z = mu where no `noise` (B, z_size) is
        given.

        Args:
            histogram: (B, histogram_size), in the form that the weights' rules name.
            noise: (B, z_size), or None.

        Raises:
            ShapeError: the histogram is not (B, histogram_size).

        """
        if histogram.ndim != 2 or histogram.shape[1] != self.size:
            raise ShapeError(
                f"a batch of sky histograms must be (batch, {self.size}), not "
                f"{tuple(histogram.shape)}"
            )
        if not self.illumination:
            histogram = torch.zeros_like(histogram)
        if self.quantiles:
            histogram = quantiles(histogram) - 0.5
        hidden = self.second(self.first(histogram * self.gain if self.gain != 1 else histogram))
        mu = torch.tanh(self.mu(hidden))
        logvar = torch.tanh(self.logvar(hidden))
        return SkyCode(mu if noise is None else mu + torch.exp(logvar / 2) * noise, mu, logvar)


def quantiles(histogram: Tensor) -> Tensor:
    """Turn histograms of three channels (B, 3 n) into their values at `QUANTILES` (B, 3 * 17), [0,
    1] over the bins.

    Values lie evenly within a bin. An empty channel gives zeros.

    Args:
        histogram: (B, 3 n), each channel's bins one after the other.

    Example: all pixels in the first of 90 bins: the quantile q is q / 90.

    """
    counts = histogram.float().unflatten(1, (3, -1))
    whole = counts.sum(2, keepdim=True)
    below = F.pad((counts / whole.clamp_min(1e-12)).cumsum(2), (1, 0))
    asked = torch.tensor(QUANTILES, device=counts.device).expand(*counts.shape[:2], -1).contiguous()
    last = counts.shape[2] - 1
    bins = torch.searchsorted(below[..., 1:].contiguous(), asked).clamp_max(last)
    lower = below.gather(2, bins)
    upper = below.gather(2, bins + 1)
    within = ((asked - lower) / (upper - lower).clamp_min(1e-6)).clamp(0, 1)
    return ((bins + within) / (last + 1) * (whole > 0)).flatten(1)


class StyleMLP(nn.Module):
    """Code z (B, z_size) -> style (B, style_size): z to unit length, then linear layers, each with
    LeakyReLU 0.2.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        widths = [arch.z_size, *[arch.style_hidden] * arch.style_layers]
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in pairwise(widths))
        self.output = nn.Linear(widths[-1], arch.style_size)

    def forward(self, z: Tensor) -> Tensor:
        """Return the style of each code.

        Args:
            z: (B, z_size) codes.

        """
        style = F.normalize(z, dim=-1, eps=NORM_EPS)
        for layer in self.layers:
            style = F.leaky_relu(layer(style), LEAK)
        return F.leaky_relu(self.output(style), LEAK)
