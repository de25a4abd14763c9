"""`Plan`: what stands in a tile, as things; a plain, versioned JSON that can be edited by hand
(docs/plan.md).
"""

from __future__ import annotations

import base64
import dataclasses
import io
import json
import math
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image

from sat2density.bounds import check_count, check_number
from sat2density.city.parts import Barrier, Building, Pole, Shrub, Tree, Vehicle, Water
from sat2density.earth import EQUATOR_M, FLATTENING, EarthPlace
from sat2density.errors import InputError
from sat2density.files import atomic_path
from sat2density.reading import read_json
from sat2density.structured import check_types, from_values

VERSION: Final = 1
"""Version of the file; files of a later version are refused."""

LARGEST_FILE: Final = 64 * 2**20
MOST_THINGS: Final = 200_000
"""Of one kind."""
MOST_GROUND: Final = 4096
"""Pixels of the ground picture's side."""

_PREFIX: Final = "data:image/png;base64,"


@dataclasses.dataclass(frozen=True)
class Place:
    """Where on Earth a plan lies.

    Attributes:
        crs: the coordinate system, such as "EPSG:25832".
        x, y: of the tile's middle in it.
        units_per_m: its units in a metre on the ground, there (Web Mercator at 60 degrees north:
            2); 0 is refused.

    """

    crs: str
    x: float
    y: float
    units_per_m: float = 1.0

    def __post_init__(self) -> None:
        check_types(self, "place")
        if not self.crs.upper().startswith("EPSG:") or not self.crs[5:].isdecimal():
            raise InputError(f"place: crs must be like 'EPSG:25832', not {self.crs[:40]!r}")
        check_number("place: units_per_m", self.units_per_m, 1e-6, 1e6)

    @classmethod
    def on_earth(cls, earth: EarthPlace) -> Place:
        """Return a place in Web Mercator, which is north up everywhere, as tiles are.

        Args:
            earth: the place.

        """
        lat, lon = math.radians(earth.lat), math.radians(earth.lon)
        # Its metres are longer than true ones, east and north nearly alike: to 0.4 %.
        square = FLATTENING * (2 - FLATTENING)
        root = math.sqrt(1 - square * math.sin(lat) ** 2)
        east, north = root / math.cos(lat), root**3 / (1 - square) / math.cos(lat)
        y = EQUATOR_M * math.asinh(math.tan(lat))
        return cls("EPSG:3857", EQUATOR_M * lon, y, (east + north) / 2)

    def at(self, east_m: float, south_m: float) -> tuple[float, float]:
        """Return (x, y) of a place of the plan.

        Args:
            east_m: metres east of the tile's middle.
            south_m: metres south of it.

        """
        return self.x + east_m * self.units_per_m, self.y - south_m * self.units_per_m


@dataclasses.dataclass(frozen=True)
class Plan:
    """What stands in a square piece of ground, north up.

    Attributes:
        extent_m: side of the square, metres.
        ground: picture of the ground without the things on it, as a PNG in a data URI; "" for
            none (`ground_picture` reads it).
        buildings, trees, shrubs, barriers, vehicles, poles, waters: the things, see `parts`.
        place: where it lies, where that is known.
        name: of the tile.
        seed: of all that is invented when the plan becomes a model: windows, doors, leaves.
        version: of the file, `VERSION`.

    Raises:
        InputError: a value is outside its range; the message names the field.

    """

    extent_m: float
    ground: str = ""
    buildings: tuple[Building, ...] = ()
    trees: tuple[Tree, ...] = ()
    shrubs: tuple[Shrub, ...] = ()
    barriers: tuple[Barrier, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    poles: tuple[Pole, ...] = ()
    waters: tuple[Water, ...] = ()
    place: Place | None = None
    name: str = "tile"
    seed: int = 0
    version: int = VERSION

    def __post_init__(self) -> None:
        check_types(self, "plan")
        if self.version != VERSION:
            raise InputError(f"plan: version {self.version!r} is not {VERSION}, the one read here")
        check_number("plan: extent_m", self.extent_m, 1.0, 100_000.0, "metres")
        check_count("plan: seed", self.seed, 0, 2**53)
        for kind in KINDS:
            check_count(f"plan: number of {kind}", len(getattr(self, kind)), 0, MOST_THINGS)
        if self.ground and not self.ground.startswith(_PREFIX):
            raise InputError(f"plan: ground must be a PNG that begins with '{_PREFIX}'")

    def ground_picture(self) -> np.ndarray:
        """Return the picture of the ground, (S, S, 3) uint8; plain grey where there is none.

        Raises:
            InputError: it is no square PNG picture of a sensible size.

        """
        if not self.ground:
            return np.full((8, 8, 3), 128, np.uint8)
        try:
            data = base64.b64decode(self.ground[len(_PREFIX) :], validate=True)
            with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
                width, height = picture.size
                if width != height or not 1 <= width <= MOST_GROUND:
                    raise InputError(
                        f"plan: ground must be square and at most {MOST_GROUND} pixels, not "
                        f"{width}x{height}"
                    )
                return np.asarray(picture.convert("RGB"))
        except (OSError, ValueError, SyntaxError) as error:
            if isinstance(error, InputError):
                raise
            raise InputError("plan: ground is not a PNG picture") from None

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as plain JSON values, numbers rounded to a millimetre."""
        values = dataclasses.asdict(self)
        return {key: _plain(value) for key, value in values.items() if value is not None}


KINDS: Final = ("buildings", "trees", "shrubs", "barriers", "vehicles", "poles", "waters")
"""The plan's lists of things."""


def named(plan: Plan, kind: str) -> list[tuple[str, Any]]:
    """Return the things of a kind with names that appear once: "building-3" where one has none.

    Args:
        plan: holds them.
        kind: one of `KINDS`.

    """
    found = []
    taken: set[str] = set()
    for number, thing in enumerate(getattr(plan, kind), start=1):
        base = name = thing.name or f"{kind[:-1]}-{number}"
        further = 2
        while name in taken:
            name = f"{base}-{further}"
            further += 1
        taken.add(name)
        found.append((name, thing))
    return found


def encoded_ground(picture: np.ndarray) -> str:
    """Return a picture as `Plan.ground` holds it.

    Args:
        picture: (S, S, 3) uint8.

    """
    out = io.BytesIO()
    Image.fromarray(picture).save(out, "PNG", optimize=True)
    return _PREFIX + base64.b64encode(out.getvalue()).decode("ascii")


def read_plan(path: str | Path) -> Plan:
    """Read a plan.

    Args:
        path: the JSON file.

    Raises:
        InputError: as `reading.read_json`; an unknown field, a value of another type or out of its
            range: one sentence that names file and field.

    """
    values = read_json(path, LARGEST_FILE)
    try:
        return from_values(Plan, values, str(path))
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(str(path)) else f"{path}: {text}") from None


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan as JSON, complete or not at all: a thing a line, the ground's picture last.

    Args:
        plan: what is written.
        path: the file.

    """
    values = plan.to_dict()
    ground = values.pop("ground")
    lines = []
    for key, value in values.items():
        text = json.dumps(value, ensure_ascii=False)
        if key in KINDS and value:
            things = ",\n".join(f"  {json.dumps(v, ensure_ascii=False)}" for v in value)
            text = f"[\n{things}\n ]"
        lines.append(f' "{key}": {text}')
    lines.append(f' "ground": {json.dumps(ground)}')
    with atomic_path(path) as staging:
        Path(staging).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list | tuple) else value
