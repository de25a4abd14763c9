"""Themes: what a place has much of, and the colours it has them in. One world has one theme."""

from __future__ import annotations

import dataclasses

from sat2density.worlds.rng import Rng

Colour = tuple[float, float, float]

CLAY: tuple[Colour, ...] = (
    (0.29, 0.135, 0.085),
    (0.34, 0.18, 0.12),
    (0.23, 0.115, 0.08),
    (0.27, 0.17, 0.12),
    (0.40, 0.29, 0.20),
    (0.20, 0.10, 0.07),
)
SLATE: tuple[Colour, ...] = (
    (0.065, 0.07, 0.08),
    (0.10, 0.10, 0.11),
    (0.13, 0.125, 0.12),
    (0.05, 0.052, 0.055),
)
BROWN: tuple[Colour, ...] = (
    (0.14, 0.09, 0.065),
    (0.19, 0.13, 0.095),
    (0.11, 0.085, 0.07),
    (0.22, 0.16, 0.12),
)
CONCRETE: tuple[Colour, ...] = ((0.22, 0.215, 0.205), (0.30, 0.28, 0.25), (0.17, 0.165, 0.16))
METAL: tuple[Colour, ...] = (
    (0.33, 0.335, 0.34),
    (0.45, 0.45, 0.44),
    (0.10, 0.145, 0.11),
    (0.24, 0.09, 0.07),
    (0.16, 0.20, 0.26),
    (0.55, 0.54, 0.50),
)
WHITE: tuple[Colour, ...] = ((0.64, 0.64, 0.62), (0.55, 0.56, 0.56), (0.48, 0.475, 0.46))
FLAT: tuple[Colour, ...] = (
    (0.30, 0.28, 0.25),
    (0.40, 0.38, 0.35),
    (0.20, 0.195, 0.19),
    (0.075, 0.075, 0.078),
    (0.12, 0.13, 0.055),
    (0.17, 0.15, 0.07),
    (0.52, 0.52, 0.51),
)
BRICK: tuple[Colour, ...] = (
    (0.27, 0.125, 0.085),
    (0.34, 0.19, 0.12),
    (0.22, 0.13, 0.10),
    (0.40, 0.30, 0.20),
)
RENDER: tuple[Colour, ...] = (
    (0.58, 0.54, 0.46),
    (0.62, 0.60, 0.56),
    (0.52, 0.44, 0.33),
    (0.50, 0.40, 0.30),
    (0.42, 0.42, 0.41),
    (0.60, 0.52, 0.36),
)
GREEN: tuple[Colour, ...] = (
    (0.070, 0.105, 0.036),
    (0.085, 0.120, 0.042),
    (0.055, 0.085, 0.030),
    (0.10, 0.125, 0.050),
    (0.065, 0.090, 0.045),
    (0.12, 0.14, 0.055),
)
OLIVE: tuple[Colour, ...] = (
    (0.095, 0.105, 0.058),
    (0.115, 0.115, 0.070),
    (0.080, 0.095, 0.050),
    (0.12, 0.105, 0.075),
    (0.07, 0.09, 0.045),
)


@dataclasses.dataclass(frozen=True, eq=False)
class Theme:
    """What a place is made of.

    Attributes:
        kinds: weights of what lies along its streets (`layout.KINDS`).
        roofs: colours of tiled roofs; walls: of walls; leaves: of trees.
        trees: weights of the kinds of trees (`trees.KINDS`).
        tall: range of the heights of its grown trees, metres.
        dry: range of the ground's dryness, [0, 1].
        green: range of how many trees stand about, as a factor.
        parked: share of the street's sides with parked cars.

    """

    name: str
    kinds: dict[str, float]
    roofs: tuple[Colour, ...]
    walls: tuple[Colour, ...]
    leaves: tuple[Colour, ...]
    trees: dict[str, float]
    tall: tuple[float, float] = (7.0, 15.0)
    dry: tuple[float, float] = (0.0, 0.5)
    green: tuple[float, float] = (0.7, 2.2)
    parked: float = 0.3


SUNNY = Theme(
    "sunny",
    {
        "detached": 0.38,
        "green": 0.14,
        "bush": 0.17,
        "wood": 0.08,
        "row": 0.04,
        "flats": 0.04,
        "parking": 0.03,
        "sports": 0.03,
        "works": 0.02,
        "water": 0.03,
        "hall": 0.03,
        "rail": 0.01,
    },
    (*BROWN, *CLAY[:3], *CONCRETE, SLATE[1]),
    (*BRICK, *RENDER[:3]),
    (*OLIVE, *GREEN[:2]),
    {"gum": 3.0, "broad": 1.5, "scrub": 1.5, "pine": 0.4, "bare": 0.3, "plum": 0.2},
    (6.0, 16.0),
    (0.25, 1.1),
)
CLAYTOWN = Theme(
    "claytown",
    {
        "row": 0.29,
        "detached": 0.26,
        "green": 0.06,
        "wood": 0.08,
        "flats": 0.08,
        "courtyard": 0.06,
        "parking": 0.03,
        "gardens": 0.04,
        "works": 0.02,
        "water": 0.03,
        "rail": 0.03,
        "sports": 0.03,
    },
    (*CLAY, *CLAY, BROWN[3], CONCRETE[1]),
    RENDER,
    (*GREEN, OLIVE[0], OLIVE[2]),
    {"broad": 3.0, "pine": 1.0, "poplar": 0.5, "cypress": 0.6, "scrub": 0.8, "plum": 0.25},
    (6.0, 17.0),
    (0.0, 0.75),
    (0.8, 2.6),
    0.4,
)
NORTH = Theme(
    "north",
    {
        "detached": 0.29,
        "row": 0.24,
        "wood": 0.10,
        "green": 0.07,
        "water": 0.06,
        "flats": 0.08,
        "rail": 0.03,
        "parking": 0.03,
        "gardens": 0.03,
        "sports": 0.03,
        "works": 0.02,
        "hall": 0.02,
    },
    (*SLATE, *SLATE, *BROWN[:2], CLAY[0], CLAY[2], CONCRETE[0]),
    (*BRICK, *RENDER[:2]),
    GREEN,
    {"broad": 3.5, "pine": 0.8, "poplar": 0.3, "bare": 0.4, "autumn": 0.4, "plum": 0.3},
    (7.0, 18.0),
    (-0.1, 0.35),
    (0.8, 2.5),
    0.45,
)
CITY = Theme(
    "city",
    {
        "flats": 0.27,
        "row": 0.18,
        "courtyard": 0.2,
        "parking": 0.08,
        "green": 0.08,
        "hall": 0.05,
        "works": 0.04,
        "rail": 0.03,
        "water": 0.04,
        "sports": 0.03,
    },
    (*CLAY[:4], *SLATE, *CONCRETE, METAL[0]),
    (*RENDER, BRICK[0], BRICK[3]),
    (*GREEN, OLIVE[2]),
    {"broad": 3.0, "bare": 0.4, "poplar": 0.5, "plum": 0.4, "pine": 0.3},
    (7.0, 16.0),
    (0.0, 0.5),
    (0.5, 1.8),
    0.6,
)
WORKS = Theme(
    "works",
    {
        "hall": 0.42,
        "parking": 0.16,
        "rail": 0.12,
        "works": 0.08,
        "yard": 0.1,
        "green": 0.05,
        "wood": 0.05,
        "water": 0.02,
    },
    (*METAL, *CONCRETE),
    (*RENDER[3:5], BRICK[0]),
    (*GREEN[:4], *OLIVE[:2]),
    {"broad": 2.0, "poplar": 0.8, "scrub": 1.5, "pine": 0.6},
    (6.0, 14.0),
    (0.1, 0.8),
    (0.4, 1.6),
    0.35,
)
LAND = Theme(
    "land",
    {
        "fields": 0.3,
        "wood": 0.26,
        "detached": 0.12,
        "water": 0.1,
        "green": 0.1,
        "bush": 0.06,
        "gardens": 0.06,
    },
    (*CLAY, *BROWN, *SLATE[:2]),
    (*BRICK[:3], *RENDER[:4]),
    (*GREEN, *OLIVE[:3]),
    {"broad": 3.0, "pine": 1.4, "poplar": 0.4, "scrub": 1.0, "bare": 0.4, "autumn": 0.3},
    (8.0, 20.0),
    (0.0, 0.8),
    (0.9, 2.6),
    0.02,
)

THEMES: dict[Theme, float] = {
    SUNNY: 0.26,
    CLAYTOWN: 0.22,
    NORTH: 0.2,
    CITY: 0.13,
    WORKS: 0.08,
    LAND: 0.11,
}
"""Themes and how often they are drawn."""


def draw_theme(rng: Rng) -> Theme:
    """Return a theme drawn from `THEMES`, its leaves narrowed to a few shades that go together.

    Args:
        rng: stream that the choices are drawn from.

    """
    names = {theme.name: weight for theme, weight in THEMES.items()}
    name = rng.weighted(names)
    theme = next(theme for theme in THEMES if theme.name == name)
    tone = rng.uniform(0.6, 1.0)
    shift = rng.shade((tone, tone, tone), 0.12)
    leaves = tuple((c[0] * shift[0], c[1] * shift[1], c[2] * shift[2]) for c in theme.leaves)
    roofs = tuple(rng.choice(theme.roofs) for _ in range(3))
    return dataclasses.replace(
        theme, leaves=leaves, roofs=(*roofs, *roofs, rng.choice(theme.roofs))
    )
