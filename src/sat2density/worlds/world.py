"""`World`: one place from a style and a seed, and everything that can be known of it."""

from __future__ import annotations

import dataclasses
import functools
import math
from typing import Final

import numpy as np

from sat2density.conventions import PixelRule
from sat2density.errors import InputError, unknown_name
from sat2density.scene_spec import SceneSpec
from sat2density.views import Camera
from sat2density.worlds.anywhere.layout import lay_out_anywhere
from sat2density.worlds.kernels import columns, image
from sat2density.worlds.kernels.codes import CLASSES as _CLASSES
from sat2density.worlds.kernels.image import Buffers, Eye
from sat2density.worlds.kernels.records import Geometry, Light
from sat2density.worlds.layout import lay_out
from sat2density.worlds.lights import ground_light
from sat2density.worlds.overhead import overhead
from sat2density.worlds.photo import Film, develop, ground_film
from sat2density.worlds.rng import Rng
from sat2density.worlds.streets import Network
from sat2density.worlds.styles import STYLES as _STYLES
from sat2density.worlds.things import Record, Things
from sat2density.worlds.truth import TruthMaps, bare_ground, truth_maps

GENERATOR_VERSION: Final = "2"
"""Changes whenever the same seed gives other bytes: folders of samples say which version made them.
This is the version of the styles that are not named in `LATER_VERSIONS`.
"""

LATER_VERSIONS: Final = {"anywhere": "3"}
"""Versions of the styles that came later: a version counts for its style alone."""

CLASSES: Final[tuple[str, ...]] = _CLASSES
"""Names of the class codes; code 0 is sky."""

STYLES: Final[tuple[str, ...]] = tuple(_STYLES)
"""Names of the styles; each has a `SceneSpec` of the same name."""


def generator_version(style: str) -> str:
    """Return the version of the generator that a style's bytes belong to."""
    return LATER_VERSIONS.get(style, GENERATOR_VERSION)


@dataclasses.dataclass(frozen=True)
class GroundView:
    """A ground-level picture with its truth.

    Attributes:
        image: (H, W, 3) uint8.
        sky: (H, W) bool, True where the pixel's ray meets nothing.
        depth_m: (H, W) float32, radial distance in metres, inf for sky.
        classes: (H, W) uint8, see `CLASSES`.

    """

    image: np.ndarray
    sky: np.ndarray
    depth_m: np.ndarray
    classes: np.ndarray


@dataclasses.dataclass(frozen=True)
class World:
    """A procedural place. The camera of a sample stands at the tile's middle, on a road, looking
    north.

    The plane under that camera, at road level, is height 0. Everything comes from one geometry;
    only the two lights and films differ between the tile and the ground photographs.

    Attributes:
        style, seed: what it was made from.
        spec: its scale (`SceneSpec.named(style)`).
        geometry, network: what stands where; the streets.
        weather: kind of weather of the ground photographs.
        record: the single things, see `things`.
        houses: (N,) int32 the building of each primitive, None where nothing was written down.

    """

    style: str
    seed: int
    spec: SceneSpec
    geometry: Geometry
    network: Network
    light: Light
    weather: str
    record: Record = dataclasses.field(default_factory=Record, repr=False)
    houses: np.ndarray | None = dataclasses.field(default=None, repr=False)

    @classmethod
    def generate(cls, style: str, seed: int) -> World:
        """Make the world of a style and a seed (a whole number from 0): same arguments, same bytes.

        Raises:
            InputError: unknown style, or a seed that is not a whole number from 0.

        """
        if style not in _STYLES:
            raise unknown_name("style", style, _STYLES)
        if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
            raise InputError(f"seed: must be a whole number from 0, not {seed!r}")
        spec = SceneSpec.named(style)
        lay = lay_out_anywhere if style == "anywhere" else lay_out
        laid = lay(_STYLES[style], int(seed), spec.max_height_m)
        light, weather = ground_light(Rng(int(seed), "light"))
        return cls(
            style,
            int(seed),
            spec,
            laid.geometry,
            laid.network,
            light,
            weather,
            laid.record,
            laid.houses,
        )

    def tile(
        self,
        size: int = 256,
        extent_m: float | None = None,
        middle_m: tuple[float, float] = (0.0, 0.0),
    ) -> np.ndarray:
        """Return the satellite picture.

        Args:
            size: side in pixels.
            extent_m: side in metres, None for the style's; a wider one shows a margin around it
                (384 pixels of 60 m have a 40 m tile of 256 in their middle).
            middle_m: its middle, metres east and south of the place's.

        Returns:
            (size, size, 3) uint8, north up.

        """
        return self._from_above(self.geometry, size, self._square(extent_m, middle_m))

    def ground_picture(
        self,
        size: int = 256,
        extent_m: float | None = None,
        middle_m: tuple[float, float] = (0.0, 0.0),
    ) -> np.ndarray:
        """Return the tile as it would be without the things that stand on it and their shadows.

        Args:
            size: side in pixels.
            extent_m: side in metres, as in `tile`.
            middle_m: its middle, as in `tile`.

        Returns:
            (size, size, 3) uint8: in the tile's light and colours, without its noise and JPEG.

        """
        square = self._square(extent_m, middle_m)
        return self._from_above(bare_ground(self.geometry), size, square, clean=True)

    def truth_maps(
        self,
        size: int = 256,
        extent_m: float | None = None,
        occupancy: tuple[int, int] | None = (32, 128),
        middle_m: tuple[float, float] = (0.0, 0.0),
    ) -> TruthMaps:
        """Return what is known of every place of the tile: see `TruthMaps`.

        Args:
            size: side of the maps in pixels.
            extent_m: side in metres, as in `tile`, of the occupancy too.
            occupancy: (layers, side) of its grid over the volume's height; None leaves it out.
            middle_m: middle of the square, as in `tile`.

        """
        square = self._square(extent_m, middle_m)
        grid = None if occupancy is None else self._grid(square, *occupancy)
        return truth_maps(self.geometry, self._houses(), size, square, grid)

    def things(
        self, extent_m: float | None = None, middle_m: tuple[float, float] = (0.0, 0.0)
    ) -> Things:
        """Return the single things: trees, vehicles, poles, buildings, edges between buildings.

        Args:
            extent_m: side of the square, metres; None for the tile's.
            middle_m: middle of the square, as in `tile`; the things' places are metres from it.

        """
        side, east, south = self._square(extent_m, middle_m)
        return self.record.within(side, (east, south))

    @functools.cached_property
    def sample_camera(self) -> Camera:
        """Where the sample's panorama was really taken: a little off the tile's middle and north
        in the style `anywhere`, as with real pairs; exactly there in the other styles.
        """
        return misplaced_camera(self) if self.style == "anywhere" else Camera()

    def panorama(
        self,
        camera: Camera = Camera(),  # noqa: B008 (frozen)
        size: tuple[int, int] = (512, 128),
        vertical_fov_deg: float | None = None,
        pixel_rule: PixelRule = "centre",
    ) -> GroundView:
        """Return what a camera sees all around.

        Args:
            camera: where it stands and looks.
            size: (width, height) in pixels.
            vertical_fov_deg: None for the scene's.
            pixel_rule: "centre" casts rays through the pixels' middles, "corner" through their
                corners, as the released system does.

        """
        fov = math.radians(
            self.spec.vertical_fov_deg if vertical_fov_deg is None else vertical_fov_deg
        )
        shift = 0.5 if pixel_rule == "centre" else 0.0
        place, heading = self._place(camera)
        eye = Eye(
            image.PANORAMA,
            (int(size[0]), int(size[1])),
            place,
            heading,
            0.0,
            fov,
            shift,
            (0.0, 0.0),
        )
        return self._view(eye, wrap=True)

    def perspective(
        self,
        camera: Camera,
        size: tuple[int, int],
        horizontal_fov_deg: float,
        pitch_deg: float = 0.0,
    ) -> GroundView:
        """Return an ordinary photograph: size (width, height); pitch is positive upwards."""
        place, heading = self._place(camera)
        fov, pitch = math.radians(horizontal_fov_deg), math.radians(pitch_deg)
        eye = Eye(
            image.PERSPECTIVE,
            (int(size[0]), int(size[1])),
            place,
            heading,
            pitch,
            fov,
            0.5,
            (0.0, 0.0),
        )
        return self._view(eye, wrap=False)

    def heights_m(self, size: int = 256) -> np.ndarray:
        """Return the surface's height (DSM), float32 (size, size) metres above the plane under the
        camera.
        """
        return self.surface_maps(size)[0]

    def ground_m(self, size: int = 256) -> np.ndarray:
        """Return the bare ground's height, float32 (size, size) metres above the plane under the
        camera.
        """
        return self.surface_maps(size)[1]

    def classes(self, size: int = 256) -> np.ndarray:
        """Return the class of the surface seen from above, uint8 (size, size); see `CLASSES`."""
        return self.surface_maps(size)[2]

    def occupancy(self, layers: int, size: int) -> np.ndarray:
        """Return bool (layers, size, size) [up, south, east]: voxels that hold matter; the ground
        is the floor.
        """
        return self._grid((self.spec.extent_m, 0.0, 0.0), layers, size)

    def road_camera(self, distance_m: float) -> Camera:
        """Return a camera on the road, `distance_m` metres along it from the tile's middle
        (negative: backwards).

        It keeps to its lane, passes round the island of a roundabout, and looks along the road.
        """
        frame = self.network.streets[0].at(distance_m)
        x, y = frame.at(0.0, self.network.lane)
        for east, south, _, island in self.network.discs:
            away = math.hypot(x - east, y - south)
            if away < island + 2.2:
                k = (island + 2.2) / max(away, 1e-6)
                x, y = east + (x - east) * k, south + (y - south) * k
        heading = math.degrees(math.atan2(math.cos(frame.yaw), -math.sin(frame.yaw))) % 360.0
        unit = self.spec.unit_m
        return Camera(x / unit, y / unit, heading)

    def road_path(self, length_m: float = 20.0, spacing_m: float = 0.5) -> list[Camera]:
        """Return cameras every `spacing_m` along `length_m` of road, the tile's middle halfway."""
        count = round(length_m / spacing_m)
        return [self.road_camera(k * spacing_m - 0.5 * length_m) for k in range(count + 1)]

    def _square(
        self, extent_m: float | None, middle_m: tuple[float, float]
    ) -> tuple[float, float, float]:
        """Return (side, east, south) of the square asked for, which the world must reach."""
        side = self.spec.extent_m if extent_m is None else extent_m
        most = 2 * (self.geometry.radius_m - max(abs(middle_m[0]), abs(middle_m[1])))
        if not 0.0 < side <= most:
            raise InputError(f"extent: must be above 0 and at most {most:.0f} m, not {side!r}")
        return side, middle_m[0], middle_m[1]

    def _houses(self) -> np.ndarray:
        if self.houses is not None:
            return self.houses
        return np.full(len(self.geometry.prims), -1, np.int32)

    def _grid(self, square: tuple[float, float, float], layers: int, size: int) -> np.ndarray:
        out = np.zeros((layers, size, size), np.bool_)
        columns.occupancy(self.geometry, square[0], self.spec.max_height_m, square[1:], out)
        return out

    def _from_above(
        self, geometry: Geometry, size: int, square: tuple[float, float, float], clean: bool = False
    ) -> np.ndarray:
        side, east, south = square
        camera = overhead(self.style, self.seed)
        rays, further = camera.rays(size, side)
        eye = Eye(
            image.OVERHEAD,
            (rays, rays),
            (east, south, 0.0),
            0.0,
            0.0,
            side,
            0.5,
            camera.slant,
            further,
        )
        return camera.develop(self._render(camera.light, eye, geometry)[1], size, side, clean)

    def _place(self, camera: Camera) -> tuple[tuple[float, float, float], float]:
        up = self.spec.camera_height_m if camera.height_m is None else camera.height_m
        unit = self.spec.unit_m
        return (camera.east * unit, camera.south * unit, float(up)), math.radians(camera.heading)

    def _render(
        self, light: Light, eye: Eye, geometry: Geometry | None = None
    ) -> tuple[Buffers, np.ndarray]:
        width, height = eye.size
        out = Buffers(
            np.empty((height, width, 3), np.float32),
            np.empty((height, width), np.float32),
            np.empty((height, width), np.float32),
            np.empty((height, width), np.uint8),
            np.empty((height, width), np.int32),
        )
        picture = np.empty_like(out.colour)
        image.render(self.geometry if geometry is None else geometry, light, eye, out, picture)
        return out, picture

    def _view(self, eye: Eye, wrap: bool) -> GroundView:
        out, picture = self._render(self.light, eye)
        film = dataclasses.replace(self._film, seams=self._film.seams if wrap else 0.0)
        return GroundView(
            develop(picture, film, wrap), ~np.isfinite(out.depth), out.depth, out.classes
        )

    @functools.cached_property
    def _film(self) -> Film:
        """The ground camera's film, metered on the asphalt and the horizon so that all views of a
        world agree.
        """
        sun, sky = self.light.sun_rgb[1] * max(self.light.sun[2], 0.1), self.light.sky_rgb[1]
        road = self.geometry.asphalt[1] * (sun + 0.85 * sky)
        return ground_film(
            Rng(self.seed, "film"), 0.55 * road + 0.45 * 0.62 * self.light.horizon_rgb[1]
        )

    def surface_maps(self, size: int = 256) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (heights_m, ground_m, classes) of one survey: cheaper than asking for each."""
        heights, ground = np.empty((size, size), np.float32), np.empty((size, size), np.float32)
        classes = np.empty((size, size), np.uint8)
        columns.survey(self.geometry, self.spec.extent_m, heights, ground, classes)
        return heights, ground, classes


def misplaced_camera(world: World) -> Camera:
    """Return a camera up to 3 m along the road, 0.5 m across it and 4 degrees from north."""
    rng = Rng(world.seed, "misplaced")
    along, across, turn = (
        min(max(spread * rng.normal(), -most), most)
        for spread, most in ((1.2, 3.0), (0.25, 0.5), (1.5, 4.0))
    )
    on_road = world.road_camera(along)
    ahead, unit = math.radians(on_road.heading), world.spec.unit_m
    east = on_road.east + across * math.cos(ahead) / unit
    return Camera(east, on_road.south + across * math.sin(ahead) / unit, turn)
