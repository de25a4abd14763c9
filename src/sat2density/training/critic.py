"""The painter's critic: judges patches of a picture together with what stands there.

With the classes and the depth as its condition it asks not only "does this look like a street"
but "does this look like the house that stands here" (Isola et al. 2017, section 3.2: a patch
discriminator; Mirza and Osindero 2014: a condition).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

WIDTHS: Final = (24, 80, 160)


class Critic(nn.Module):
    """Three strided convolutions 4x4 with spectral norms, and one to a score for each patch. The
    condition joins after the first, which brings the picture to the size of its rays.

    Args:
        condition: channels of the condition.

    """

    def __init__(self, condition: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            spectral_norm(nn.Conv2d(a + condition * (place == 1), b, 4, stride=2, padding=1))
            for place, (a, b) in enumerate(pairwise((3, *WIDTHS)))
        )
        self.output = spectral_norm(nn.Conv2d(WIDTHS[-1], 1, 3, padding=1))

    def forward(self, picture: Tensor, condition: Tensor) -> Tensor:
        """Judge pictures, (B, 1, H / 8, W / 8).

        Args:
            picture: (B, 3, H, W) in [0, 1].
            condition: (B, C, H / 2, W / 2) what the rays saw.

        """
        image = picture * 2 - 1
        for place, layer in enumerate(self.layers):
            told = torch.cat((image, condition), dim=1) if place == 1 else image
            image = F.leaky_relu(layer(told), 0.2)
        score: Tensor = self.output(image)
        return score


def hinge(scores: Tensor, real: bool) -> Tensor:
    """Hinge loss of the critic (Lim and Ye 2017).

    Args:
        scores: (B, 1, h, w).
        real: whether the pictures are.

    """
    return F.relu(1 - scores if real else 1 + scores).mean()
