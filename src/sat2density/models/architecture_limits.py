"""What an `Architecture` may be: sizes in their bounds, parts that fit each other."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from sat2density.bounds import check_count, check_number
from sat2density.errors import InputError

if TYPE_CHECKING:
    from sat2density.models.architecture import Architecture

MOST_CHANNELS: Final = 8192
"""Of a layer; the released networks have 1024 at most."""

MOST_LEVELS: Final = 12
"""Halvings: a tile of 4096 pixels is one pixel then."""

MOST_NAMES: Final = 256
"""Heads, and classes that one of them tells apart."""

MOST_BLOCKS: Final = 256
"""Residual blocks of one size."""

MOST_WEIGHTS: Final = 2**31
"""8 GB in float32, ten times the released networks'."""

THING_HEADS: Final = ("classes", "trees", "vehicles", "edges", "slope")
"""Heads without which no things are found (`city.evidence`); poles and ground may be missing."""

MOST_FACTOR: Final = 1e6
"""Of gains and biases, either sign: float32 and bfloat16 compute with it without overflowing."""

SIZES: Final[dict[str, tuple[int, int]]] = {
    "density_blocks": (0, MOST_BLOCKS),
    "density_layers": (1, 1024),
    "density_margin": (0, 1024),
    "heads_width": (1, 1024),
    "render_blocks": (0, MOST_BLOCKS),
    "stem_kernel": (1, 63),
    "output_kernel": (1, 63),
    "histogram_size": (1, 65_536),
    "sky_hidden": (1, 16_384),
    "z_size": (1, 16_384),
    "style_hidden": (1, 16_384),
    "style_layers": (0, 64),
    "style_size": (1, 16_384),
}
"""Smallest and largest value of each size."""


def check_turns(what: str, value: Any) -> None:
    """Refuse (InputError) another number of a tile's turns than 1, 2 or 4.

    Args:
        what: names the value in the message.
        value: anything.

    """
    if type(value) is not int or value not in (1, 2, 4):
        raise InputError(f"{what} must be 1, 2 or 4, not {value!r}")


def check_limits(arch: Architecture) -> None:
    """Refuse (InputError) an architecture that cannot be built; the message names the field.

    Args:
        arch: its fields have their types.

    """
    _check_sizes(arch)
    _check_heads(arch)
    _check_ranges(arch)


def _check_heads(arch: Architecture) -> None:
    if len(set(arch.heads)) < len(arch.heads):
        raise InputError(f"architecture: heads names one twice: {', '.join(arch.heads)}")
    if ("classes" in arch.heads) != bool(arch.class_names):
        raise InputError("architecture: the head 'classes' and class_names need each other")
    if arch.solid_buildings and "building" not in arch.class_names:
        raise InputError("architecture: solid_buildings needs a class 'building'")
    if arch.render_features and "classes" not in arch.heads:
        raise InputError("architecture: render_features needs the head 'classes'")
    if arch.render_things and not (arch.render_features and set(THING_HEADS) <= set(arch.heads)):
        raise InputError(
            f"architecture: render_things needs render_features and the heads "
            f"{', '.join(THING_HEADS)}"
        )
    if arch.render_fronts and not arch.render_things:
        raise InputError("architecture: render_fronts needs render_things")
    if arch.render_matte and not arch.render_features:
        raise InputError("architecture: render_matte needs render_features")
    if "learned" in arch.heads and not arch.render_features:
        raise InputError("architecture: the head 'learned' needs render_features")
    if arch.skyline_border and not (arch.skyline and arch.render_features):
        raise InputError("architecture: skyline_border needs skyline and render_features")


def _check_ranges(arch: Architecture) -> None:
    for name in ("density", "render"):
        stride, down, up = (
            getattr(arch, f"{name}_{part}") for part in ("stem_stride", "down", "up")
        )
        if stride not in (1, 2):
            raise InputError(f"architecture: {name}_stem_stride must be 1 or 2, not {stride}")
        if not down or not up or min(down + up) < 1 or len(up) > len(down) - 1 + (stride == 2):
            raise InputError(
                f"architecture: {name}_up {up} does not fit {name}_down {down}: at most one "
                f"per halving"
            )
    if arch.render_stride != 1:
        raise InputError(
            f"architecture: render_up needs {arch.render_halvings} entries to return to the "
            f"panorama's size"
        )
    check_turns("architecture: density_turns", arch.density_turns)
    if arch.density_margin % (1 << arch.density_halvings):
        raise InputError(
            f"architecture: density_margin must be a multiple of {1 << arch.density_halvings}, "
            f"not {arch.density_margin}"
        )
    if arch.density_refine and len(arch.density_refine) != len(arch.density_up):
        raise InputError(
            f"architecture: density_refine {arch.density_refine} must have one entry for each "
            f"of density_up {arch.density_up}, or none"
        )
    check_number("architecture: render_noise_cells", arch.render_noise_cells, 0.25, 64)
    if arch.render_noise_gain and not arch.render_noise:
        raise InputError(
            "architecture: render_noise_gain needs render_noise, whose noise it measures out"
        )
    if arch.render_coarse and not arch.render_doubling:
        raise InputError("architecture: render_coarse needs render_doubling")
    if arch.histogram_quantiles and arch.histogram_size % 3:
        raise InputError(
            f"architecture: histogram_size must be three channels, not {arch.histogram_size}"
        )
    if any(not 0 <= index < len(arch.render_up) for index in arch.render_styled):
        raise InputError(
            f"architecture: render_styled {arch.render_styled} counts the entries of render_up "
            f"from 0"
        )
    if len(arch.disc_widths) != 4 or min(arch.disc_widths) < 1:
        raise InputError(
            f"architecture: disc_widths must be four positive numbers, not {arch.disc_widths}"
        )
    for name in ("stem_kernel", "output_kernel"):
        if getattr(arch, name) % 2 == 0:
            raise InputError(f"architecture: {name} must be odd, not {getattr(arch, name)}")
    if arch.weights > MOST_WEIGHTS:
        raise InputError(
            f"architecture: about {arch.weights:.1e} weights are too many; at most "
            f"{MOST_WEIGHTS:.1e} (the released networks have 2e+08)"
        )


def _check_sizes(arch: Architecture) -> None:
    """Every number in its bounds, before any of them is computed with."""
    for name, value in ((f.name, getattr(arch, f.name)) for f in dataclasses.fields(arch)):
        if isinstance(value, float):
            check_number(f"architecture: {name}", value, -MOST_FACTOR, MOST_FACTOR)
        elif name in SIZES:
            check_count(f"architecture: {name}", value, *SIZES[name])
        elif name in ("heads", "class_names"):
            check_count(f"architecture: length of {name}", len(value), 0, MOST_NAMES)
        elif isinstance(value, tuple):
            check_count(f"architecture: length of {name}", len(value), 0, MOST_LEVELS)
            most = MOST_BLOCKS if name == "density_refine" else MOST_CHANNELS
            for entry in value:
                check_count(f"architecture: entries of {name}", entry, 0, most)
