"""RenderNet: from a projected panorama and a style to the final picture (method, section 4)."""

from __future__ import annotations

import dataclasses
import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from sat2density.conventions import FRONT_CHANNELS
from sat2density.errors import ShapeError
from sat2density.models.architecture import Architecture
from sat2density.models.blocks import Modulation
from sat2density.models.tile_heads import HEAD_CHANNELS
from sat2density.models.trunk import Trunk, TrunkShape

RAY_CHANNELS = 5
"""rgb, opacity, depth."""
DEPTH_CHANNEL = 4
NOISE_CHANNELS = 1
DIRECTION_CHANNELS = 3
PLACE_CHANNELS = 4
"""Beside the classes: height, distance below the column's top, nearness, elevation (`features`)."""
AROUND = 32
"""Columns of a panorama repeated on each side, where the network's own borders are zeros."""
UNSURE = 0.02
"""Rays' opacities within so much of 0 and 1 are taken as that: the matte may correct them."""
LARGE = 20.0
"""Logit of what is certain."""
SMOOTH_AT_FIRST = -3.0
"""Added before the softplus of the noise gain: an untrained network's noise is faint (softplus(-3)
= 0.05).
"""


@dataclasses.dataclass(frozen=True)
class NetworkOutput:
    """A picture as RenderNet says it: what is known of it, and how rough it is.

    Where details cannot be foreseen (leaves), the best guess of every pixel is smooth. The
    noise_gain says how far noise (`render.surface_noise`) may move it, so that smooth and rough can
    be shown, and taught, apart.

    Attributes:
        colours: (B, 3, H, W) before the sigmoid.
        noise_gain: (B, 1, H, W) >= 0, the noise's factor; None without `render_noise_gain`.
        noise: (B, 1, H, W) the noise; None as well.
        matte: (B, 1, H, W) logits of "something stands here, it is not the sky"; None without
            `render_matte`. What looks down is no sky: `LARGE` there.

    """

    colours: Tensor
    noise_gain: Tensor | None = None
    noise: Tensor | None = None
    matte: Tensor | None = None

    def without_noise(self) -> Tensor:
        """Return the picture without its noise, (B, 3, H, W) in [0, 1]."""
        return torch.sigmoid(self.colours)

    def image(self) -> Tensor:
        """Return the picture as it is shown, (B, 3, H, W) in [0, 1]: sigmoid(colours + noise_gain *
        noise).
        """
        if self.noise_gain is None or self.noise is None:
            return self.without_noise()
        return torch.sigmoid(torch.addcmul(self.colours, self.noise_gain, self.noise))

    def float(self) -> NetworkOutput:
        """Return it in float32."""
        parts = (self.colours, self.noise_gain, self.noise, self.matte)
        return NetworkOutput(*(None if part is None else part.float() for part in parts))  # type: ignore[arg-type]

    def noise_only(self) -> NetworkOutput:
        """Return it with colours that no gradient reaches: what judges its detail then changes the
        noise_gain alone.
        """
        return dataclasses.replace(self, colours=self.colours.detach())


def told_channels(arch: Architecture) -> int:
    """Return how many channels RenderNet gets of where rays end (`features.painter_channels`).

    Args:
        arch: with `render_features`.

    """
    further = HEAD_CHANNELS["learned"] * ("learned" in arch.heads)
    further += FRONT_CHANNELS * arch.render_fronts
    return len(arch.class_names) + further + PLACE_CHANNELS


class RenderNet(nn.Module):
    """Rendered rays (B, 5, H, W) = rgb, opacity, depth in units, and style (B, style_size) ->
    picture (B, 3, H, W).

    With `render_noise` the input has a sixth channel (`render.surface_noise`); with
    `render_noise_gain` the trunk has a fourth output, see `NetworkOutput`. Without `render_depth`
    the depth is not read. With `render_features` it also sees the channels of
    `features.painter_channels`; with `render_doubling` the picture is (B, 3, 2H, 2W), four
    neighbours told by each ray's pixel (Shi et al. 2016, sub-pixel convolution); with
    `render_matte` it also says which of its pixels are sky: a crown's rays end in a solid volume,
    but between its leaves one sees through.

    The picture is in [0, 1]. A linear layer turns the style into (a, b) for each styled doubling:
    after its norm, x * (1 + a) + b.
    """

    def __init__(self, arch: Architecture) -> None:
        super().__init__()
        self.directions = arch.render_directions
        self.styled = arch.render_styled
        self.up = arch.render_up
        inputs = (
            RAY_CHANNELS
            + NOISE_CHANNELS * arch.render_noise
            + DIRECTION_CHANNELS * arch.render_directions
            + told_channels(arch) * arch.render_features
        )
        self.depth = arch.render_depth
        self.rough = arch.render_noise_gain
        self.features = arch.render_features
        self.doubling = arch.render_doubling
        self.matte = arch.render_matte
        self.closes = arch.render_padding == "zeros"
        outputs = (3 + self.rough + self.matte) * (4 if self.doubling else 1)
        self.trunk = Trunk(TrunkShape.of(arch, "render", inputs=inputs, outputs=outputs))
        self.style = nn.Linear(arch.style_size, 2 * sum(self.up[index] for index in self.styled))

    def forward(
        self, rendered: Tensor, style: Tensor, headings_deg: Tensor | None = None
    ) -> Tensor:
        """Paint the picture: `painting` as it is shown.

        Args:
            rendered: (B, 5 | 6, H, W): red, green, blue, opacity, depth, and noise where the
                architecture has it.
            style: (B | 1, style_size).
            headings_deg: (B,) compass directions of the middle columns, degrees clockwise from
                north; None is north for all.

        """
        return self.network_output(rendered, style, headings_deg).image()

    def network_output(
        self,
        rendered: Tensor,
        style: Tensor,
        headings_deg: Tensor | None = None,
        features: Tensor | None = None,
        panorama: bool = False,
    ) -> NetworkOutput:
        """Say what the picture is.

        Args:
            rendered: (B, 5 | 6, H, W); H and W multiples of 2^halvings (ShapeError otherwise).
            style: (B, style_size), or (1, style_size) for the whole batch.
            headings_deg: (B,) where the middle columns look, degrees clockwise from north (0 if
                None); only nets with `render_directions` use it.
            features: (B, F + `PLACE_CHANNELS`, H, W) of `features.painter_channels`, where the
                architecture has `render_features`.
            panorama: the columns go once around: with borders of zeros, `AROUND` columns are
                repeated on each side, so that the picture closes.

        Raises:
            ShapeError: a size that does not fit, or features missing.

        """
        shown = rendered if self.depth else _without_depth(rendered)
        if self.directions:
            shown = torch.cat((shown, direction_channels(rendered, headings_deg)), dim=1)
        if self.features:
            if features is None:
                raise ShapeError("RenderNet: these weights need the features of what rays hit")
            shown = torch.cat((shown, features.to(shown)), dim=1)
        result = self._through(shown, style, panorama)
        if self.doubling:
            result = F.pixel_shuffle(result, 2)
        matte = None
        if self.matte:
            assert features is not None, "Architecture checks"
            matte = self._matte(result[:, -1:], rendered[:, 3:4], features[:, -1:])
            result = result[:, :-1]
        if not self.rough:
            return NetworkOutput(result, matte=matte)
        rendered = self._enlarged(rendered)
        # Times the opacity: surfaces are rough, the sky is not, and what may be either is less so.
        noise_gain = F.softplus(result[:, 3:] + SMOOTH_AT_FIRST) * rendered[:, 3:4].detach()
        return NetworkOutput(result[:, :3], noise_gain, rendered[:, RAY_CHANNELS:], matte)

    def _enlarged(self, values: Tensor) -> Tensor:
        """Return what is known of rays at the size of the picture."""
        return F.interpolate(values, scale_factor=2.0, mode="nearest") if self.doubling else values

    def _matte(self, told: Tensor, opacity: Tensor, elevation: Tensor) -> Tensor:
        """Begin with the rays' own opacity: what is told corrects it."""
        opacity = opacity.detach().float().clamp(UNSURE, 1 - UNSURE)
        matte = told.float() + self._enlarged(torch.logit(opacity))
        return torch.where(self._enlarged(elevation.to(matte)) < 0, LARGE, matte)

    def _through(self, shown: Tensor, style: Tensor, panorama: bool) -> Tensor:
        """Run the trunk; where its borders are zeros, panoramas close and any size will do."""
        if not self.closes:
            return self.trunk(shown, self.modulations(style))
        height, width = shown.shape[-2:]
        multiple = 1 << self.trunk.shape.halvings
        left = AROUND if panorama else 0
        if panorama:
            shown = torch.cat((shown[..., -AROUND:], shown, shown[..., :AROUND]), dim=-1)
        more = [-side % multiple for side in (shown.shape[-1], height)]
        shown = F.pad(shown, (0, more[0], 0, more[1]), mode="replicate")
        result = self.trunk(shown, self.modulations(style))
        return result[..., :height, left : left + width]

    def modulations(self, style: Tensor) -> list[Modulation | None]:
        """Return (a, b) for each doubling, None where it is not styled.

        Args:
            style: (B | 1, style_size).

        """
        widths = [self.up[index] for index in self.styled for _ in range(2)]
        chunks = [chunk[:, :, None, None] for chunk in self.style(style).split(widths, dim=1)]
        pairs = dict(zip(self.styled, zip(chunks[::2], chunks[1::2], strict=True), strict=True))
        return [pairs.get(index) for index in range(len(self.up))]


def _without_depth(rendered: Tensor) -> Tensor:
    hidden = rendered.clone()  # the caller's own still has its depth
    hidden[:, DEPTH_CHANNEL] = 0
    return hidden


def direction_channels(rendered: Tensor, headings_deg: Tensor | None = None) -> Tensor:
    """Return (B, 3, H, W): where each pixel looks, in the dtype and on the device of `rendered`
    (B, C, H, W).

    Channel 0 falls from 1 at the top edge to -1 at the bottom edge; 1 and 2 are sine and cosine of
    the compass direction (0 = north, in the middle column at heading 0; east positive), at pixel
    centres.

    Args:
        rendered: (B, C, H, W), of which shape, dtype and device are taken.
        headings_deg: (B,) compass directions of the middle columns, degrees clockwise from north;
            None is north for all.

    """
    batch, _, height, width = rendered.shape
    device = rendered.device
    elevation = 1 - 2 * (torch.arange(height, device=device) + 0.5) / height
    azimuth = 2 * math.pi * ((torch.arange(width, device=device) + 0.5) / width - 0.5)
    azimuth = azimuth.expand(batch, width)
    if headings_deg is not None:
        azimuth = azimuth + torch.deg2rad(headings_deg.to(device, azimuth.dtype))[:, None]
    rows = elevation[None, :, None].expand(batch, height, width)
    columns = [
        turned[:, None, :].expand(batch, height, width) for turned in (azimuth.sin(), azimuth.cos())
    ]
    return torch.stack((rows, *columns), dim=1).to(rendered.dtype)
