"""The multi-view patch discriminator (method, section 4)."""

from __future__ import annotations

import math
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.models.architecture import Architecture
from sat2density.models.blocks import LEAK, ConvBlock
from sat2density.models.convolution import PaddedConv, choose_impl

CROP_SIZE = 128
CROP_FOV_DEG = 100.0
CROP_GAIN = 0.99
"""A crop's colours are multiplied by this, as released."""
YAW_RANGE, PITCH_RANGE = (-180, 180), (-40, 40)


class PatchOutput(NamedTuple):
    """One view's verdict: score (B, 1, h, w), raw; features of all layers but the last, for feature
    matching.
    """

    score: Tensor
    features: list[Tensor]


class PatchNetwork(nn.Module):
    """Four blocks (zero-padded conv 3x3, norm, LeakyReLU 0.2), strides 2, 2, 2, 1, and a
    convolution to one channel.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        widths = (3, *widths)
        self.layers = nn.ModuleList(
            ConvBlock(
                PaddedConv(a, b, 3, stride=stride, padding="zeros", spectral=True),
                b,
                nn.LeakyReLU(LEAK),
            )
            for a, b, stride in zip(widths[:-1], widths[1:], (2, 2, 2, 1), strict=True)
        )
        self.output = PaddedConv(widths[-1], 1, 3, padding="zeros", spectral=True)
        choose_impl(self, "plain")  # the penalty on its gradient is differentiated again

    def forward(self, image: Tensor) -> PatchOutput:
        """Judge (B, 3, H, W): scores at an eighth of its size.

        Args:
            image: (B, 3, H, W) in [0, 1].

        """
        features = []
        for layer in self.layers:
            image = layer(image)
            features.append(image)
        return PatchOutput(self.output(image), features)


class Discriminator(nn.Module):
    """One patch network per view of a panorama: the whole halved, a perspective crop, that crop
    halved.
    """

    def __init__(self, arch: Architecture, views: int = 3) -> None:
        super().__init__()
        self.views = nn.ModuleList(PatchNetwork(arch.disc_widths) for _ in range(views))

    def forward(self, panorama: Tensor, yaw_deg: Tensor, pitch_deg: Tensor) -> list[PatchOutput]:
        """Judge panoramas (B, 3, H, W), their crops looking along `yaw_deg`, `pitch_deg` (B,).

        Give real and generated panoramas the same directions, so that matched features show the
        same place.

        Args:
            panorama: (B, 3, H, W) in [0, 1].
            yaw_deg: (B,) degrees clockwise from the panorama's middle.
            pitch_deg: (B,) degrees.

        """
        images = [_halved(panorama)]
        if len(self.views) > 1:
            images.append(perspective_crop(panorama, yaw_deg, pitch_deg))
        if len(self.views) > 2:
            images.append(_halved(images[1]))
        return [network(image) for network, image in zip(self.views, images, strict=True)]


def crop_grid(yaw_deg: Tensor, pitch_deg: Tensor) -> Tensor:
    """Return where a perspective crop looks a panorama up: (B, 128, 128, 2), (column, row) in [-1,
    1].

    Pixel (i, j) looks along ((i - 64) / f, (j - 64) / f, 1), f = 64 / tan 50 degrees, x right, y
    down, z ahead, turned by the yaw about y, then by the pitch about the x axis as turned; column =
    atan2(x, z) / pi, row = 2 asin(y) / pi.

    Args:
        yaw_deg: (B,) degrees clockwise from the panorama's middle.
        pitch_deg: (B,) degrees.

    """
    half = CROP_SIZE / 2
    steps = (torch.arange(CROP_SIZE, device=yaw_deg.device) - half) / (
        half / math.tan(math.radians(CROP_FOV_DEG / 2))
    )
    x = steps[None, :].expand(CROP_SIZE, -1)
    y = steps[:, None].expand(-1, CROP_SIZE)
    directions = torch.stack((x, y, torch.ones_like(x)), dim=-1)
    turned = torch.einsum("bij,hwj->bhwi", _rotation(yaw_deg, pitch_deg), directions)
    turned = turned / turned.norm(dim=-1, keepdim=True)
    longitude = torch.atan2(turned[..., 0], turned[..., 2]) / math.pi
    latitude = torch.asin(turned[..., 1].clamp(-1, 1)) * (2 / math.pi)
    return torch.stack((longitude, latitude), dim=-1)


def perspective_crop(panorama: Tensor, yaw_deg: Tensor, pitch_deg: Tensor) -> Tensor:
    """Return the crop (B, 3, 128, 128) of panoramas (B, 3, H, W), bilinear (align_corners=True),
    colours times 0.99.

    Args:
        panorama: (B, 3, H, W) in [0, 1].
        yaw_deg: (B,) degrees clockwise from the panorama's middle.
        pitch_deg: (B,) degrees.

    """
    grid = crop_grid(yaw_deg.to(panorama.device), pitch_deg.to(panorama.device)).to(panorama.dtype)
    return F.grid_sample(panorama, grid, mode="bilinear", align_corners=True) * CROP_GAIN


def _rotation(yaw_deg: Tensor, pitch_deg: Tensor) -> Tensor:
    """R = R_pitch R_yaw (B, 3, 3): R_pitch turns about R_yaw's x axis (Rodrigues: R_yaw Rx(pitch)
    R_yaw^T).
    """
    yaw = torch.deg2rad(yaw_deg.float())
    pitch = torch.deg2rad(pitch_deg.float())
    zero = torch.zeros_like(yaw)
    one = torch.ones_like(yaw)
    about_y = [yaw.cos(), zero, yaw.sin(), zero, one, zero, -yaw.sin(), zero, yaw.cos()]
    about_x = [one, zero, zero, zero, pitch.cos(), -pitch.sin(), zero, pitch.sin(), pitch.cos()]
    r_yaw, r_pitch = (torch.stack(rows, dim=-1).reshape(-1, 3, 3) for rows in (about_y, about_x))
    return r_yaw @ r_pitch  # R_pitch R_yaw = (R_yaw Rx R_yaw^T) R_yaw


def _halved(image: Tensor) -> Tensor:
    return F.interpolate(
        image, scale_factor=0.5, mode="bilinear", align_corners=True, recompute_scale_factor=True
    )
