"""Trees up to 20 m whose crowns are made of several lumps, so that neighbours run into each
other.
"""

from __future__ import annotations

import dataclasses
import math

from sat2density.worlds.anywhere.themes import Theme
from sat2density.worlds.builder import Builder, Frame, Paint
from sat2density.worlds.crowns import VARIANTS, template_number
from sat2density.worlds.kernels import codes
from sat2density.worlds.rng import Rng

Colour = tuple[float, float, float]


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of tree.

    Attributes:
        templates: crown templates its lumps are drawn from.
        lumps: fewest and most further lumps around the middle one.
        size: its height as a share of the theme's grown trees.
        width: crown's diameter, stem: bare stem, as shares of the height.
        leaves: own colours, or none for the theme's.
        bark: colour of the bark.

    """

    templates: tuple[str, ...]
    lumps: tuple[int, int]
    size: tuple[float, float]
    width: tuple[float, float]
    stem: tuple[float, float]
    leaves: tuple[Colour, ...]
    bark: Colour


BOX: dict[str, float] = {"conifer": 1.14, "poplar": 1.26, "thin": 1.7, "gum": 1.5}
"""Half side of a template's box for leaves of radius 1, where it is not `BOX_ELSE`: measured so
that a crown covers about the circle of the radius that is written down.
"""
BOX_ELSE = 1.3

KINDS: dict[str, Kind] = {
    "broad": Kind(
        ("clump", "clump", "round"),
        (2, 5),
        (0.55, 1.05),
        (0.58, 0.95),
        (0.04, 0.20),
        (),
        (0.13, 0.10, 0.08),
    ),
    "gum": Kind(
        ("gum", "clump", "gum"),
        (2, 6),
        (0.5, 1.05),
        (0.55, 0.9),
        (0.12, 0.30),
        (),
        (0.31, 0.265, 0.215),
    ),
    "scrub": Kind(
        ("gum", "bush", "clump"),
        (1, 4),
        (0.3, 0.5),
        (0.8, 1.25),
        (0.08, 0.22),
        (),
        (0.20, 0.16, 0.12),
    ),
    "plum": Kind(
        ("round", "clump"),
        (0, 2),
        (0.3, 0.5),
        (0.7, 0.95),
        (0.2, 0.3),
        ((0.085, 0.035, 0.035), (0.10, 0.055, 0.045), (0.13, 0.10, 0.05)),
        (0.10, 0.08, 0.07),
    ),
    "autumn": Kind(
        ("round", "clump"),
        (1, 4),
        (0.5, 0.9),
        (0.65, 0.9),
        (0.15, 0.28),
        ((0.24, 0.15, 0.05), (0.20, 0.10, 0.045), (0.18, 0.16, 0.06)),
        (0.14, 0.11, 0.09),
    ),
    "bare": Kind(
        ("thin",),
        (0, 2),
        (0.5, 0.95),
        (0.6, 0.9),
        (0.18, 0.3),
        ((0.17, 0.14, 0.10), (0.14, 0.13, 0.09), (0.12, 0.11, 0.09)),
        (0.16, 0.13, 0.11),
    ),
    "pine": Kind(
        ("conifer",),
        (0, 0),
        (0.6, 1.1),
        (0.32, 0.5),
        (0.04, 0.14),
        ((0.045, 0.070, 0.032), (0.06, 0.08, 0.042), (0.05, 0.075, 0.045)),
        (0.12, 0.09, 0.07),
    ),
    "poplar": Kind(
        ("poplar",),
        (0, 0),
        (0.7, 1.1),
        (0.2, 0.3),
        (0.05, 0.1),
        ((0.09, 0.12, 0.045), (0.11, 0.13, 0.05)),
        (0.2, 0.18, 0.15),
    ),
    "cypress": Kind(
        ("poplar",),
        (0, 0),
        (0.35, 0.8),
        (0.2, 0.34),
        (0.0, 0.03),
        ((0.045, 0.07, 0.032), (0.055, 0.075, 0.038)),
        (0.12, 0.09, 0.07),
    ),
}
"""Kinds of trees by name."""


def tree(
    build: Builder,
    rng: Rng,
    theme: Theme,
    at: tuple[float, float],
    kind_name: str,
    clear_m: float = 30.0,
    size: float = 1.0,
) -> float:
    """Plant a tree.

    Args:
        build: where it is put.
        rng: draws its shape.
        theme: gives heights and colours.
        at: (east, south), metres.
        kind_name: a name in `KINDS`.
        clear_m: metres to the nearest kerb: a crown that reaches over the road begins above cars.
        size: factor on its height.

    Returns:
        The radius of its crown, metres.

    """
    kind = KINDS[kind_name]
    grown = rng.uniform(*theme.tall)
    height = min(max(2.2, grown * rng.uniform(*kind.size) * size), build.height_m - 0.3, 20.0)
    radius = min(0.5 * height * rng.uniform(*kind.width), 7.5)
    base = height * rng.uniform(*kind.stem)
    if radius > clear_m - 0.3:
        # Over the road, high enough for what drives under it.
        base = max(base, 3.2)
        height = min(max(height, base + 1.7 * radius), 20.0)
        radius = min(radius, (height - base) / 1.5)
    frame = Frame(*at, rng.uniform(-math.pi, math.pi))
    bark = rng.shade(kind.bark, 0.25)
    girth = 0.012 * height + rng.uniform(0.02, 0.08)
    wood = Paint(codes.BARK, codes.C_TREE, bark, seed=rng.seed())
    lean = (rng.uniform(-0.04, 0.04), rng.uniform(-0.04, 0.04))
    build.post(frame, girth, (0.0, base + 0.5 * (height - base)), wood, lean)
    build.note_tree(at, radius, (base, height), girth)
    leaves = rng.shade(rng.choice(kind.leaves or theme.leaves), 0.22)
    count = rng.integer(*kind.lumps)
    middle = radius * (1.0 if count == 0 else rng.uniform(0.62, 0.82))
    sunk = max(base - 0.08 * (height - base), 0.0) if radius <= clear_m - 0.3 else base
    _lump(build, rng, kind, (frame, middle, sunk, height), (leaves, bark))
    turn = rng.uniform(0.0, 6.28)
    for _ in range(count):
        turn += 6.28 / count * rng.uniform(0.7, 1.3)
        part = radius * rng.uniform(0.36, 0.58)
        off = radius - part
        low = base + rng.uniform(-0.06, 0.28) * (height - base)
        top = low + rng.uniform(0.5, 0.98) * (height - low)
        spot = frame.moved(off * math.cos(turn), off * math.sin(turn), rng.uniform(0.0, 6.28))
        _lump(build, rng, kind, (spot, part, low, top), (rng.shade(leaves, 0.12), bark))
    return radius


def _lump(
    build: Builder,
    rng: Rng,
    kind: Kind,
    shape: tuple[Frame, float, float, float],
    colours: tuple[Colour, Colour],
) -> None:
    """Add one lump of leaves: shape = (frame, radius, bottom, top), colours = (leaves, bark)."""
    frame, radius, low, top = shape
    leaves, bark = colours
    wood = (0.6 * bark[0], 0.6 * bark[1], 0.6 * bark[2])
    paint = Paint(codes.LEAF, codes.C_TREE, leaves, wood, seed=rng.seed())
    name = rng.choice(kind.templates)
    number = template_number(name, rng.integer(0, VARIANTS - 1))
    half = radius * BOX.get(name, BOX_ELSE)
    build.crown(frame, (half, half * rng.uniform(0.85, 1.15)), (low, top), number, paint)
