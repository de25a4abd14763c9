"""The released state dicts: their keys, and the architecture that their shapes tell (method,
sections 4 and 9).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from torch import Tensor

from sat2density.errors import WeightsError
from sat2density.models.architecture import Architecture

TRUNKS: Final = {"depth_model": "density_net.trunk", "denoise_model": "render_net.trunk"}

FIXED: Final = {
    "denoise_model.fc_z_cond": "render_net.style",
    "style_encode.layer1.layers.conv": "sky_encoder.first",
    "style_encode.layer4.layers.conv": "sky_encoder.second",
    "style_encode.fc_mu.layers.conv": "sky_encoder.mu",
    "style_encode.fc_var.layers.conv": "sky_encoder.logvar",
    "style_model.fc_out": "style_mlp.output",
}
"""Released prefix -> ours, for the layers whose names do not depend on any depth."""

Shapes = Mapping[str, tuple[int, ...]]


def generator_keys(arch: Architecture) -> dict[str, str]:
    """Return {our prefix: released prefix} of every layer of a generator; the rest of a key is the
    same in both.

    Args:
        arch: all widths and depths.

    """
    pairs = {ours: theirs for theirs, ours in FIXED.items()}
    depths = {
        "depth_model": (arch.density_down, arch.density_blocks),
        "denoise_model": (arch.render_down, arch.render_blocks),
    }
    for theirs, ours in TRUNKS.items():
        down, blocks = depths[theirs]
        for i in range(len(down)):
            pairs[f"{ours}.down.{i}.conv"] = f"{theirs}.model.{2 * i}.layers.conv"
            pairs[f"{ours}.down.{i}.norm"] = f"{theirs}.model.{2 * i}.layers.norm"
            pairs[f"{ours}.down.{i}.activation"] = f"{theirs}.model.{2 * i + 1}"
        for i in range(blocks):
            for place, name in enumerate(("first", "second")):
                block = f"{theirs}.model.{2 * len(down) + i}.conv_block_{place}.layers"
                pairs[f"{ours}.blocks.{i}.{name}.conv"] = f"{block}.conv"
                pairs[f"{ours}.blocks.{i}.{name}.norm"] = f"{block}.norm"
        for i in range(len(down) - 1):
            pairs[f"{ours}.up.{i}.conv"] = f"{theirs}.up{i}_b.layers.conv"
            pairs[f"{ours}.up.{i}.norm"] = f"{theirs}.up{i}_b.layers.norm"
        pairs[f"{ours}.output"] = f"{theirs}.up_end.layers.conv"
    for i in range(arch.style_layers):
        pairs[f"style_mlp.layers.{i}"] = f"style_model.fc_layers.{i}"
    return pairs


def discriminator_keys(views: int) -> dict[str, str]:
    """Return {our prefix: released prefix} of every layer of a discriminator.

    Args:
        views: number of its patch networks.

    """
    pairs = {}
    for view in range(views):
        base = f"model.discriminators.{view}"
        for layer in range(4):
            for part in ("conv", "norm"):
                pairs[f"views.{view}.layers.{layer}.{part}"] = (
                    f"{base}.layer{layer}.0.layers.{part}"
                )
        pairs[f"views.{view}.output"] = f"{base}.layer4.0.layers.conv"
    return pairs


def renamed(keys: Mapping[str, Any], pairs: Mapping[str, str]) -> dict[str, str]:
    """Return {released key: our key} for each of our `keys` (such as a state dict's), by the
    prefixes in `pairs`.

    Args:
        keys: such as a state dict of ours.
        pairs: {our prefix: released prefix}.

    """
    result = {}
    for key in keys:
        prefix, _, name = key.rpartition(".")
        result[f"{pairs[prefix]}.{name}"] = key
    return result


def read_architecture(shapes: Shapes, discriminator: Shapes | None = None) -> Architecture:
    """Read widths and depths off a released generator's shapes (and a discriminator's).

    Args:
        shapes: key -> shape of the generator.
        discriminator: the same of the discriminator, where there is one.

    Raises:
        WeightsError: a layer without which no width can be told is missing; the message names the
            first such key.

    """
    trunks: dict[str, Any] = {}
    for theirs, name in (("depth_model", "density"), ("denoise_model", "render")):
        trunks |= _read_trunk(shapes, theirs, name)
    hidden, histogram = _shape(shapes, "style_encode.layer1.layers.conv.weight", 2)
    style_size, style_hidden = _shape(shapes, "style_model.fc_out.weight", 2)
    return Architecture(
        density_layers=_shape(shapes, "depth_model.up_end.layers.conv.weight", 4)[0],
        histogram_size=histogram,
        sky_hidden=hidden,
        z_size=_shape(shapes, "style_encode.fc_mu.layers.conv.weight", 2)[0],
        style_hidden=style_hidden,
        style_size=style_size,
        style_layers=_count(shapes, r"style_model\.fc_layers\.(\d+)\.weight"),
        stem_kernel=_shape(shapes, "depth_model.model.0.layers.conv.weight_orig", 4)[2],
        output_kernel=_shape(shapes, "depth_model.up_end.layers.conv.weight", 4)[2],
        **trunks,
        **_read_discriminator(discriminator),
    )


def _read_trunk(shapes: Shapes, theirs: str, name: str) -> dict[str, Any]:
    base = re.escape(theirs)
    conv = "layers.conv.weight_orig"
    tail = re.escape(conv)
    down = _channels(shapes, rf"{base}\.model\.(\d+)\.{tail}", f"{theirs}.model.0.{conv}")
    up = tuple(
        _shape(shapes, f"{theirs}.up{index}_b.{conv}", 4)[0] for index in range(len(down) - 1)
    )
    blocks = _count(shapes, rf"{base}\.model\.(\d+)\.conv_block_0\.{tail}")
    return {f"{name}_down": down, f"{name}_up": up, f"{name}_blocks": blocks}


def _read_discriminator(shapes: Shapes | None) -> dict[str, Any]:
    if shapes is None:
        return {}
    keys = [f"model.discriminators.0.layer{layer}.0.layers.conv.weight_orig" for layer in range(4)]
    return {"disc_widths": tuple(_shape(shapes, key, 4)[0] for key in keys)}


def discriminator_views(shapes: Shapes) -> int:
    """Return how many patch networks a released discriminator has.

    Args:
        shapes: key -> shape, as `shapes_of` gives them.

    """
    return _count(shapes, r"model\.discriminators\.(\d+)\.layer0\.0\.layers\.conv\.weight_orig")


def _shape(shapes: Shapes, key: str, dimensions: int) -> tuple[int, ...]:
    if key not in shapes:
        raise WeightsError(f"missing key '{key}'")
    if len(shapes[key]) != dimensions:
        raise WeightsError(
            f"key '{key}' has shape {tuple(shapes[key])}, expected {dimensions} dimensions"
        )
    return tuple(shapes[key])


def _count(shapes: Shapes, pattern: str) -> int:
    return sum(re.fullmatch(pattern, key) is not None for key in shapes)


def _channels(shapes: Shapes, pattern: str, first: str) -> tuple[int, ...]:
    """Return the first dimension of each matching key, by the number in it; `first` is the key to
    miss if none does.
    """
    found = {int(match[1]): key for key in shapes if (match := re.fullmatch(pattern, key))}
    if not found:
        raise WeightsError(f"missing key '{first}'")
    return tuple(_shape(shapes, found[number], 4)[0] for number in sorted(found))


def shapes_of(state: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    """Return the shape of every tensor of a state dict.

    Args:
        state: key -> tensor.

    """
    return {key: tuple(value.shape) for key, value in state.items()}
