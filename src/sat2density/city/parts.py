"""What a plan is made of: one frozen dataclass a kind of thing, each checked when it is made.

Places are metres east and south of the tile's middle, heights metres above the ground plane,
headings degrees clockwise from north, colours "#rrggbb" (sRGB). `confidence` is in [0, 1]; what was
edited by hand is as good as 1.
"""

from __future__ import annotations

import dataclasses
import re
from typing import Final, Literal, get_args

from sat2density.bounds import check_count, check_number
from sat2density.city.polygons import area, crosses_itself
from sat2density.errors import InputError
from sat2density.structured import check_types

RoofForm = Literal["flat", "gabled", "hipped", "shed"]
CrownForm = Literal["round", "conifer", "column"]
BarrierKind = Literal["hedge", "fence", "wall"]

ROOF_FORMS: Final[tuple[str, ...]] = get_args(RoofForm)
"""gabled: two planes that fall to both sides of the ridge; hipped: four; shed: one that falls to
the right of its heading.
"""

FURTHEST: Final = 100_000.0
"""Metres from the tile's middle to anything."""
TALLEST: Final = 1000.0
MOST_CORNERS: Final = 2000
Point = tuple[float, float]
Ring = tuple[Point, ...]

_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclasses.dataclass(frozen=True)
class Part:
    """A rectangle of a building under one roof. Parts may overlap: the higher roof is seen.

    Attributes:
        east_m, south_m: its middle.
        length_m, width_m: along its heading and across.
        heading_deg: the way its ridge runs; a shed roof falls to the right of it.
        eaves_m, ridge_m: height at which the walls end, and of the roof's highest line.
        form: see `ROOF_FORMS`.

    """

    east_m: float
    south_m: float
    length_m: float
    width_m: float
    heading_deg: float
    eaves_m: float
    ridge_m: float
    form: RoofForm = "flat"

    def __post_init__(self) -> None:
        _check(self, "part")
        _check_roof(self, "part")


@dataclasses.dataclass(frozen=True)
class Building:
    """A building.

    Attributes:
        footprint: corners of its walls in order, (east, south); the last joins the first.
        eaves_m: height at which the walls of its largest part end.
        ridge_m: its highest point.
        roof: form of its largest part's roof, see `ROOF_FORMS`.
        roof_colour, wall_colour: the walls' is a guess: a tile does not show walls.
        overhang_m: by which roofs reach beyond walls.
        holes: courtyards, rings like the footprint.
        parts: its roofs; none given, or none that fit the footprint: they are made from the
            footprint (`roofs.fitting_parts`).
        name: "" for one by its place in the plan.
        confidence: in [0, 1].

    """

    footprint: Ring
    eaves_m: float
    ridge_m: float
    roof: RoofForm = "flat"
    roof_colour: str = "#8a7a70"
    wall_colour: str = "#c8beb0"
    overhang_m: float = 0.4
    holes: tuple[Ring, ...] = ()
    parts: tuple[Part, ...] = ()
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "building")
        _check_roof(self, "building")
        for ring in (self.footprint, *self.holes):
            _check_ring(ring, "building: footprint", area_too=True)

    def moved(self, east_m: float, south_m: float) -> Building:
        """Return the building with its parts moved.

        Args:
            east_m: metres to the east.
            south_m: metres to the south.

        """

        def shifted(ring: Ring) -> Ring:
            return tuple((east + east_m, south + south_m) for east, south in ring)

        parts = tuple(
            dataclasses.replace(p, east_m=p.east_m + east_m, south_m=p.south_m + south_m)
            for p in self.parts
        )
        holes = tuple(shifted(ring) for ring in self.holes)
        return dataclasses.replace(
            self, footprint=shifted(self.footprint), holes=holes, parts=parts
        )


@dataclasses.dataclass(frozen=True)
class Tree:
    """A tree.

    Attributes:
        east_m, south_m: the middle of its trunk.
        radius_m: of its crown.
        height_m: its top.
        base_m: height at which the crown begins.
        trunk_m: radius of the trunk.
        form: of the crown: "round", "conifer" (a cone) or "column" (narrow and tall).
        colour: of its leaves.
        name, confidence: as a building's.

    """

    east_m: float
    south_m: float
    radius_m: float
    height_m: float
    base_m: float = 0.0
    trunk_m: float = 0.15
    form: CrownForm = "round"
    colour: str = "#5a6b3a"
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "tree")
        if self.base_m >= self.height_m:
            raise InputError("tree: base_m must be below height_m")


@dataclasses.dataclass(frozen=True)
class Shrub:
    """A shrub: middle, radius, height, colour of its leaves; name and confidence as above."""

    east_m: float
    south_m: float
    radius_m: float
    height_m: float
    colour: str = "#5f6f3f"
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "shrub")


@dataclasses.dataclass(frozen=True)
class Barrier:
    """A hedge, fence or wall along a line.

    Attributes:
        points: (east, south) of its line, two or more.
        height_m, width_m: its measures.
        kind: what it is.
        colour, name, confidence: as above.

    """

    points: Ring
    height_m: float
    width_m: float = 0.1
    kind: BarrierKind = "fence"
    colour: str = "#8c7f70"
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "barrier")
        _check_ring(self.points, "barrier: points", least=2)


@dataclasses.dataclass(frozen=True)
class Vehicle:
    """A vehicle: the middle of its box, its measures, the heading of its nose, its colour.

    From above a front and a back look alike: the heading of one that was found may be turned by
    180 degrees.
    """

    east_m: float
    south_m: float
    length_m: float
    width_m: float
    height_m: float
    heading_deg: float
    colour: str = "#9a9da0"
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "vehicle")


@dataclasses.dataclass(frozen=True)
class Pole:
    """A lamp, mast or post: its foot, its top, its radius; name and confidence as above."""

    east_m: float
    south_m: float
    height_m: float
    radius_m: float = 0.08
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "pole")


@dataclasses.dataclass(frozen=True)
class Water:
    """An area of water: its shore in order, its colour; name and confidence as above."""

    outline: Ring
    colour: str = "#4a6a70"
    name: str = ""
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check(self, "water")
        _check_ring(self.outline, "water: outline", area_too=True)


_MEASURES: Final[dict[str, tuple[float, float]]] = {
    "east_m": (-FURTHEST, FURTHEST),
    "south_m": (-FURTHEST, FURTHEST),
    "length_m": (0.05, FURTHEST),
    "width_m": (0.01, FURTHEST),
    "radius_m": (0.01, 100.0),
    "height_m": (0.05, TALLEST),
    "base_m": (0.0, TALLEST),
    "trunk_m": (0.005, 10.0),
    "eaves_m": (0.0, TALLEST),
    "ridge_m": (0.05, TALLEST),
    "overhang_m": (0.0, 5.0),
    "heading_deg": (-3600.0, 3600.0),
    "confidence": (0.0, 1.0),
}
"""Smallest and largest value of the measures, by name."""


def _check(thing: object, what: str) -> None:
    """Check types, measures and colours of a thing.

    Raises:
        InputError: the message names kind and field.

    """
    check_types(thing, what)
    for field in dataclasses.fields(thing):  # type: ignore[arg-type]
        value = getattr(thing, field.name)
        if field.name in _MEASURES:
            check_number(f"{what}: {field.name}", value, *_MEASURES[field.name])
        elif field.name.endswith("colour") and not _COLOUR.fullmatch(value):
            raise InputError(f"{what}: {field.name} must be like '#8a7a70', not {value[:40]!r}")


def _check_roof(thing: Part | Building, what: str) -> None:
    if thing.ridge_m < thing.eaves_m:
        raise InputError(
            f"{what}: ridge_m {thing.ridge_m:g} must not be below eaves_m {thing.eaves_m:g}"
        )


def _check_ring(ring: Ring, what: str, least: int = 3, area_too: bool = False) -> None:
    check_count(f"{what}: number of points", len(ring), least, MOST_CORNERS)
    for point in ring:
        for value in point:
            check_number(f"{what}: a coordinate", value, -FURTHEST, FURTHEST, "metres")
    if area_too and abs(area(ring)) < 0.01:
        raise InputError(f"{what} encloses nothing")
    if area_too and crosses_itself(ring):
        raise InputError(f"{what} crosses itself")
