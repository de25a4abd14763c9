"""`SceneSpec`: the scale and sizes of a scene; `Rules`: how its weights want rays to be cast."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path
from typing import Any, Final

from sat2density.bounds import check_count, check_number, check_size
from sat2density.conventions import FLOOR, GroundRule, HistogramForm, PixelRule
from sat2density.errors import InputError, unknown_name
from sat2density.reading import read_json
from sat2density.structured import check_choices, from_values

METRES: Final[dict[str, tuple[float, float]]] = {
    "extent_m": (1.0, 100_000.0),
    "camera_height_m": (1e-3, 100_000.0),
    "max_height_m": (1e-3, 100_000.0),
}
"""Smallest and largest value of a scene's measures: from a table-top to a whole country's tile."""

MOST_TILE: Final = 4096
"""Pixels of a tile's side: 64 layers over it are 4 GB of density."""

MOST_SAMPLES_PER_RAY: Final = 4096

MOST_SAMPLES: Final = 2**33
"""Of a picture: about ten seconds of two cores (one with the defaults has 6.5 million)."""


@dataclasses.dataclass(frozen=True)
class SceneSpec:
    """Scale, sizes and field of view of a scene.

    Attributes:
        extent_m: side of the tile on the ground, metres. Nominal for the released weights (30 and
            55), not surveyed.
        camera_height_m: height of the camera above the floor, metres.
        max_height_m: height of the density volume, metres.
        tile_size: side of the satellite tile, pixels.
        panorama_size: (width, height) of a panorama, pixels.
        vertical_fov_deg: vertical field of view of a panorama, degrees in (0, 180].
        samples_per_ray: samples along each ray (100 as released).

    Raises:
        InputError: a value is outside its range; the message names the field.

    Example:
        >>> SceneSpec.named("cvact").unit_m
        15.0

    """

    extent_m: float = 30.0
    camera_height_m: float = 2.0
    max_height_m: float = 8.0
    tile_size: int = 256
    panorama_size: tuple[int, int] = (512, 128)
    vertical_fov_deg: float = 180.0
    samples_per_ray: int = 100

    def __post_init__(self) -> None:
        for name, (least, most) in METRES.items():
            check_number(f"scene: {name}", getattr(self, name), least, most, "metres")
        check_number("scene: vertical_fov_deg", self.vertical_fov_deg, 1e-3, 180, "degrees")
        check_count("scene: tile_size", self.tile_size, 8, MOST_TILE)
        check_count("scene: samples_per_ray", self.samples_per_ray, 1, MOST_SAMPLES_PER_RAY)
        size = self.panorama_size
        if (
            not isinstance(size, list | tuple)
            or len(size) != 2
            or not all(type(n) is int and n >= 4 for n in size)
        ):
            raise InputError(
                f"scene: panorama_size must be (width, height) in pixels, at least 4 each, not "
                f"{str(size)[:60]}"
            )
        check_size("scene: panorama_size", *size)
        samples = size[0] * size[1] * self.samples_per_ray
        if samples > MOST_SAMPLES:
            raise InputError(
                f"scene: {size[0]}x{size[1]} rays of {self.samples_per_ray} samples are "
                f"{samples:.1e} a picture, which would take minutes; at most {MOST_SAMPLES:.1e}: "
                f"lower panorama_size or samples_per_ray"
            )
        object.__setattr__(self, "panorama_size", tuple(size))

    @property
    def unit_m(self) -> float:
        """Metres per unit: half the tile's side."""
        return self.extent_m / 2

    @property
    def camera_y(self) -> float:
        """Height of the camera in units (floor = -1)."""
        return FLOOR + self.camera_height_m / self.unit_m

    @property
    def top_y(self) -> float:
        """Height of the volume's upper face in units (floor = -1)."""
        return FLOOR + self.max_height_m / self.unit_m

    @property
    def ray_length(self) -> float:
        """Length of a ray in units: method, section 3, L = floor(metres to the far corner / pixel
        size) / (S/2).
        """
        half_diagonal = self.extent_m**2 / 2
        metres = max(
            math.sqrt(half_diagonal + self.camera_height_m**2),
            math.sqrt(half_diagonal + (self.max_height_m - self.camera_height_m) ** 2),
        )
        return math.floor(metres / (self.extent_m / self.tile_size)) / (self.tile_size / 2)

    @classmethod
    def named(cls, name: str) -> SceneSpec:
        """Return the specification called `name` (see `SCENES`); InputError with near matches
        otherwise.

        Args:
            name: one of `SCENES`.

        """
        try:
            return SCENES[name]
        except KeyError:
            raise unknown_name("scene", name, SCENES) from None

    @classmethod
    def from_dict(cls, values: dict[str, Any], source: str = "scene") -> SceneSpec:
        """Build from a dictionary of the fields; unknown keys are an InputError that names
        `source`.

        Args:
            values: fields by name; missing ones keep their defaults.
            source: names the file in messages.

        """
        return from_values(cls, values, source)

    @classmethod
    def read(cls, name_or_path: str | Path) -> SceneSpec:
        """Return a named specification, or the one in a JSON file (``--scene``).

        Args:
            name_or_path: one of `SCENES`, or a file that ends in .json.

        """
        if str(name_or_path) in SCENES:
            return SCENES[str(name_or_path)]
        path = Path(name_or_path)
        if path.suffix.lower() != ".json":
            raise unknown_name("scene", str(name_or_path), SCENES)
        return cls.from_dict(read_json(path), str(path))

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values."""
        return {**dataclasses.asdict(self), "panorama_size": list(self.panorama_size)}


STYLES: Final[dict[str, SceneSpec]] = {
    "suburb": SceneSpec(extent_m=40.0, max_height_m=12.0),
    "village": SceneSpec(extent_m=60.0, max_height_m=12.0, vertical_fov_deg=90.0),
    "town": SceneSpec(extent_m=48.0, max_height_m=20.0),
    "anywhere": SceneSpec(extent_m=40.0, max_height_m=24.0),
}
"""Scenes of the procedural world's styles, by the style's name. Commands read the names here, since
importing `worlds` brings numba; a test holds both lists equal.
"""

SCENES: Final[dict[str, SceneSpec]] = {
    "cvact": SceneSpec(),
    "cvusa": SceneSpec(extent_m=55.0, vertical_fov_deg=90.0),
    **STYLES,
}
"""Named scenes: the two released data sets, and the styles of the procedural world."""


@dataclasses.dataclass(frozen=True)
class Rules:
    """How rays are cast and light is encoded for a set of weights. The defaults are ours;
    `RELEASED` has the others.

    Attributes:
        pixel_rule: whether a panorama's ray goes through a pixel's centre or its corner (see
            `conventions`).
        ground: "plane": a ray that points down ends exactly on y = -1, with the tile's colour there
            (clamped to its edge), depth at most the ray length; the network's layers alone span the
            height range. "slab": an opaque layer under the network's layers, as released (65 layers
            span the range).
        histogram: form of the sky histogram, see `light.histogram`.

    """

    pixel_rule: PixelRule = "centre"
    ground: GroundRule = "plane"
    histogram: HistogramForm = "unit"

    def __post_init__(self) -> None:
        check_choices(self, "rules")


RELEASED: Final = Rules(pixel_rule="corner", ground="slab", histogram="released")
"""The released weights' rules: they belong to the weights, whatever scene is given."""
