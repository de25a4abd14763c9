"""`Architecture`: every width, depth and option of the networks in one frozen, JSON-able value."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from typing import Any, Final, Literal

from sat2density.errors import unknown_name
from sat2density.models.architecture_limits import check_limits
from sat2density.structured import check_types, from_values

Padding = Literal["reflect", "circular", "zeros"]
DensityActivation = Literal["relu", "softplus"]
HeadName = Literal["classes", "trees", "vehicles", "poles", "edges", "slope", "ground", "learned"]


@dataclasses.dataclass(frozen=True)
class Architecture:
    """Widths, depths and options of generator and discriminator; the defaults are as released
    (method, section 4).

    A trunk's `*_down` lists the channels of the stem and of each halving after it, `*_up` those of
    each doubling.

    Attributes:
        density_down, density_up: channels of DensityNet. Fewer doublings than halvings give a
            volume with coarser rows and columns than the tile's (`density_stride`).
        density_blocks: residual blocks at the lowest resolution.
        density_refine: residual blocks after each of DensityNet's doublings; () has none. They
            begin as the identity, so that trained weights may be given them (`--init-parts`).
        density_turns: from how many sides a tile is looked at, 1, 2 or 4 (`quarter_turns`); so many
            times the work, once a tile. Training looks from one.
        density_margin: pixels beyond each side of the tile that DensityNet may see where a picture
            shows them; 0 for networks that were never shown any. A multiple of 2^halvings.
        density_layers: layers of the density volume (without the released ground slab).
        density_stem_stride: 1 as released; 2 halves the resolution in the first convolution
            already.
        density_skips: concatenate the encoder's features of the same resolution after each
            upsampling (U-Net).
        density_activation, density_bias, density_gain: density = gain * activation(convolution +
            bias), in 1/units.
        density_padding: borders of DensityNet's convolutions.
        solid_buildings: buildings are filled up to one height a column (`features`): needs the head
            "classes" with a class "building".
        heads: what the network tells of every place beside its density, see `tile_heads`; () none.
        class_names: of the head "classes", in the order of their codes.
        heads_width: channels of the features that the heads share.
        skyline: a small network says what stands beyond the tile's border (`skyline_net`).
        skyline_border: it says so for every place of the border, from what stands within.
        render_down, render_up, render_blocks, render_stem_stride, render_skips: the same for
            RenderNet.
        render_padding: "reflect" as released; "circular" wraps columns around (a panorama closes)
            and pads rows with zeros.
        render_depth: RenderNet sees the depth; False hides it (ablation).
        render_directions: feed three more channels, (elevation, sine and cosine of the azimuth),
            see `render_net`.
        render_noise: feed one more channel, noise that stays where it is in the world
            (`render.surface_noise`).
        render_noise_cells: size of that noise's cells as seen, rays; with 2 its patterns move along
            with the camera more steadily than with 1.
        render_noise_gain: RenderNet also says how much of that noise each pixel shows
            (`render_net.NetworkOutput`).
        render_features: RenderNet sees what stands where its rays end (`features`): needs the head
            "classes".
        render_things: RenderNet paints the things found in the tile as solid ones (`city.shown`),
            not the volume as told; it learns from the true ones. Needs `render_features`.
        render_fronts: it also sees the colours of walls, and where they have windows
            (`worlds.fronts`). Needs `render_things`: of the things found these are invented.
        render_doubling: RenderNet's picture has twice the rows and columns of its rays.
        render_matte: RenderNet also says which of its pixels are sky: a light's own sky
            (`light_sky`) then stands behind leaves. Needs `render_features`.
        render_coarse: it was also taught rays half as fine (`augment.coarse`): panoramas of half
            the scene's size are doubled too, not painted at the whole size and averaged.
        light_sky: the light's own sky stands behind what RenderNet paints (`sky`).
        render_styled: which of the doublings are modulated by the style, counted from 0.
        stem_kernel, output_kernel: side of the first and last convolution of both networks (odd).
        spectral_norm: divide every normed convolution's weight by its largest singular value.
        illumination: the sky encoder sees the sky; False gives it an empty one, the same for all
            (ablation).
        histogram_size, histogram_gain: length of the sky histogram, and the factor it is multiplied
            by first.
        histogram_quantiles: the sky encoder sees each channel's quantiles, not its bins
            (`sky_encoder.quantiles`): a sky that is a little brighter is then a little different,
            where of bins none is left in its place.
        sky_hidden, z_size: hidden width of the sky encoder, length of its code z.
        style_hidden, style_layers, style_size: hidden width and layers of the style MLP, length of
            the style.
        disc_widths: channels of the four blocks of each of the discriminator's patch networks.

    Raises:
        InputError: a value is outside its range; the message names the field.

    """

    density_down: tuple[int, ...] = (32, 64, 128, 256, 512)
    density_blocks: int = 6
    density_up: tuple[int, ...] = (256, 128, 64, 32)
    density_refine: tuple[int, ...] = ()
    density_turns: int = 1
    density_margin: int = 0
    solid_buildings: bool = False
    density_layers: int = 64
    density_stem_stride: int = 1
    density_skips: bool = False
    density_activation: DensityActivation = "relu"
    density_bias: float = 0.0
    density_gain: float = 1.0
    density_padding: Padding = "reflect"
    heads: tuple[HeadName, ...] = ()
    class_names: tuple[str, ...] = ()
    heads_width: int = 24
    skyline: bool = False
    skyline_border: bool = False
    render_down: tuple[int, ...] = (64, 128, 256, 512, 1024)
    render_blocks: int = 9
    render_up: tuple[int, ...] = (384, 384, 384, 64)
    render_stem_stride: int = 1
    render_skips: bool = False
    render_padding: Padding = "reflect"
    render_depth: bool = True
    render_directions: bool = False
    render_noise: bool = False
    render_noise_cells: float = 1.0
    render_noise_gain: bool = False
    render_features: bool = False
    render_things: bool = False
    render_fronts: bool = False
    render_doubling: bool = False
    render_matte: bool = False
    render_coarse: bool = False
    light_sky: bool = False
    render_styled: tuple[int, ...] = (1, 2)
    stem_kernel: int = 7
    output_kernel: int = 7
    spectral_norm: bool = True
    illumination: bool = True
    histogram_size: int = 270
    histogram_gain: float = 1.0
    histogram_quantiles: bool = False
    sky_hidden: int = 256
    z_size: int = 128
    style_hidden: int = 256
    style_layers: int = 5
    style_size: int = 256
    disc_widths: tuple[int, ...] = (64, 128, 256, 512)

    def __post_init__(self) -> None:
        check_types(self, "architecture")
        check_limits(self)

    @property
    def weights(self) -> int:
        """About how many numbers the generator's and the discriminator's 3x3 convolutions have."""
        trunks = (
            (self.density_down, self.density_blocks, self.density_up),
            (self.render_down, self.render_blocks, self.render_up),
        )
        sizes = [pair for down, _, _ in trunks for pair in pairwise(down)]
        sizes += [pair for down, _, up in trunks for pair in pairwise((down[-1], *up))]
        sizes += [(down[-1], 2 * blocks * down[-1]) for down, blocks, _ in trunks]
        refined = zip(self.density_refine, self.density_up, strict=False)
        sizes += [(width, 2 * blocks * width) for blocks, width in refined]
        sizes += [*pairwise(self.disc_widths)]
        return 9 * sum(inputs * outputs for inputs, outputs in sizes)

    @property
    def density_halvings(self) -> int:
        """How many times DensityNet halves the tile: its side must be a multiple of 2 to this
        power.
        """
        return len(self.density_down) - 1 + (self.density_stem_stride == 2)

    @property
    def density_stride(self) -> int:
        """Tile pixels per row (and column) of the density volume."""
        return 1 << (self.density_halvings - len(self.density_up))

    @property
    def render_halvings(self) -> int:
        """How many times RenderNet halves the panorama."""
        return len(self.render_down) - 1 + (self.render_stem_stride == 2)

    @property
    def render_stride(self) -> int:
        """Panorama pixels per output pixel: always 1, see `__post_init__`."""
        return 1 << (self.render_halvings - len(self.render_up))

    @classmethod
    def named(cls, name: str) -> Architecture:
        """Return the architecture called `name` (see `ARCHITECTURES`); InputError with near matches
        otherwise.

        Args:
            name: one of `ARCHITECTURES`.

        """
        try:
            return ARCHITECTURES[name]
        except KeyError:
            raise unknown_name("architecture", name, ARCHITECTURES) from None

    @classmethod
    def from_dict(cls, values: dict[str, Any], source: str = "architecture") -> Architecture:
        """Build from a dictionary of the fields; an unknown key is an InputError that names
        `source`.

        Args:
            values: fields by name, former names included; missing ones keep their defaults.
            source: names the file in messages.

        """
        return from_values(cls, values, source)

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        values = dataclasses.asdict(self)
        return {
            key: list(value) if isinstance(value, tuple) else value for key, value in values.items()
        }


_OWN: Final[dict[str, Any]] = {
    "density_skips": True,
    "density_padding": "zeros",
    "density_gain": 10.0,
    "render_skips": True,
    "render_padding": "circular",
    "render_directions": True,
    "stem_kernel": 5,
    "output_kernel": 3,
    "spectral_norm": False,
    "histogram_gain": 10.0,
}
"""What our own architectures share; the reasons are in docs/decisions/networks.md."""

ARCHITECTURES: Final[dict[str, Architecture]] = {
    "released": Architecture(),
    "small": Architecture(
        density_down=(32, 64, 128, 256),
        density_blocks=2,
        density_up=(128, 64, 48),
        density_layers=48,
        density_stem_stride=2,
        render_down=(32, 64, 128, 256),
        render_blocks=2,
        render_up=(128, 64, 32, 16),
        render_stem_stride=2,
        render_styled=(0, 1, 2, 3),
        sky_hidden=128,
        z_size=64,
        style_hidden=128,
        style_layers=3,
        style_size=128,
        disc_widths=(32, 64, 128, 256),
        **_OWN,
    ),
    "tiny": Architecture(
        density_down=(8, 16),
        density_blocks=1,
        density_up=(8,),
        density_layers=16,
        density_stem_stride=2,
        render_down=(8, 16),
        render_blocks=1,
        render_up=(8, 8),
        render_stem_stride=2,
        render_styled=(0, 1),
        sky_hidden=16,
        z_size=8,
        style_hidden=16,
        style_layers=2,
        style_size=16,
        disc_widths=(8, 16, 32, 32),
        **_OWN,
    ),
}
"""Named architectures: the released networks; ours for laptops (under 8 million parameters); ours
for tests.
"""
