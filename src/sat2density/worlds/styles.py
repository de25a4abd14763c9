"""The styles of the world and their parameters."""

from __future__ import annotations

import dataclasses
from typing import Final

from sat2density.worlds.kernels import codes
from sat2density.worlds.streets import StreetPlan


@dataclasses.dataclass(frozen=True)
class Style:
    """Parameters of a style.

    Attributes:
        name: also the name of its `SceneSpec`.
        radius_m: half the side of the square that is filled with things; beyond it are the distant
            rings.
        streets: what streets there are.
        kerb_m: range of the kerb's height, 0 for none.
        footpath: chance of a footpath.
        sides: weights of what stands along a street.
        plot: range of widths and depths of plots, metres.
        trees: weights of the species along streets and in parks.
        asphalt: range of the road's albedo.

    """

    name: str
    radius_m: float
    streets: StreetPlan
    kerb_m: tuple[float, float]
    footpath: float
    sides: dict[str, float]
    plot: tuple[float, float, float, float]
    trees: dict[str, float]
    asphalt: tuple[float, float] = (0.12, 0.20)


_LOCAL = {
    "straight": 0.30,
    "curve": 0.22,
    "tee": 0.18,
    "curve-tee": 0.09,
    "cross": 0.06,
    "roundabout": 0.07,
    "divided": 0.08,
}

SUBURB: Final = Style(
    "suburb",
    64.0,
    StreetPlan(
        _LOCAL,
        (3.2, 5.0),
        {
            0: 0.42,
            codes.MARK_CENTRE: 0.38,
            codes.MARK_CENTRE | codes.MARK_EDGE: 0.12,
            codes.MARK_DOUBLE: 0.08,
        },
    ),
    (0.09, 0.14),
    0.6,
    {"plots": 0.56, "park": 0.27, "bush": 0.17},
    (15.0, 24.0, 28.0, 38.0),
    {
        "gum": 3.0,
        "scrub": 2.2,
        "oak": 1.6,
        "plum": 0.4,
        "autumn": 0.25,
        "bare": 0.4,
        "pine": 0.4,
        "poplar": 0.35,
    },
)

VILLAGE: Final = Style(
    "village",
    80.0,
    StreetPlan(
        {"straight": 0.4, "curve": 0.35, "tee": 0.15, "curve-tee": 0.1},
        (2.7, 3.6),
        {0: 0.45, codes.MARK_DOUBLE: 0.3, codes.MARK_CENTRE: 0.25},
    ),
    (0.0, 0.0),
    0.0,
    {"fields": 0.62, "farm": 0.22, "wood": 0.16},
    (28.0, 45.0, 36.0, 50.0),
    {"oak": 3.5, "autumn": 0.9, "bare": 0.7, "pine": 1.4, "scrub": 0.8, "poplar": 0.5},
    (0.14, 0.24),
)

TOWN: Final = Style(
    "town",
    64.0,
    StreetPlan(
        {"straight": 0.46, "curve": 0.1, "tee": 0.18, "cross": 0.20, "divided": 0.06},
        (3.6, 6.0),
        {codes.MARK_CENTRE: 0.5, codes.MARK_DOUBLE: 0.3, 0: 0.2},
    ),
    (0.10, 0.15),
    1.0,
    {"blocks": 0.82, "square": 0.18},
    (9.0, 21.0, 11.0, 17.0),
    {"oak": 3.0, "plum": 1.0, "autumn": 0.7, "gum": 0.6, "bare": 0.8, "poplar": 0.5},
    (0.10, 0.17),
)

ANYWHERE: Final = Style(
    "anywhere",
    64.0,
    StreetPlan(
        _LOCAL,
        (2.7, 5.0),
        {
            0: 0.55,
            codes.MARK_CENTRE: 0.28,
            codes.MARK_CENTRE | codes.MARK_EDGE: 0.1,
            codes.MARK_DOUBLE: 0.07,
        },
    ),
    (0.08, 0.15),
    0.7,
    {},
    (12.0, 24.0, 24.0, 42.0),
    {},
    (0.075, 0.20),
)
"""What fills it is drawn by its themes (`anywhere.themes`)."""

STYLES: Final[dict[str, Style]] = {style.name: style for style in (SUBURB, VILLAGE, TOWN, ANYWHERE)}
"""The styles by name."""
