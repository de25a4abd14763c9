"""A town of the procedural world as a map: picture, true heights, classes, roads and rides."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sat2density.maps.libraries import library
from sat2density.maps.places import LatLon
from sat2density.parallel import in_order

if TYPE_CHECKING:
    from sat2density.worlds.town import Town

AT: Final = LatLon(-34.5, 153.0)
"""Where towns lie unless one says otherwise: in the sea, so that nobody takes them for real."""

WINDOW: Final = 512
"""Pixels of the side of what is drawn at once."""

MARGIN: Final = 16
"""Pixels drawn around a window and cut off: sharpening looks at neighbours, JPEG at 16 pixels."""

RIDES, RIDE_M, RIDE_M_S = 3, 700.0, 5.0
"""How many rides, their least length, and their speed: of a bicycle."""

LOW_M: Final = 0.5
"""Ground, kerbs and lawns are lower than this."""

PICTURE, TRUTH, CLASSES, ROADS = "area.tif", "heights.tif", "classes.tif", "roads.geojson"


@dataclasses.dataclass(frozen=True)
class TownPlan:
    """What town is made, and where it lies.

    Attributes:
        style, seed, size_m: see `worlds.town.make_town`.
        at: its middle on Earth; its grid is that of the UTM zone there.
        pixel_m: side of a pixel; None takes that of the style's tiles.

    """

    style: str
    seed: int
    size_m: float
    at: LatLon = AT
    pixel_m: float | None = None


class Drawn(NamedTuple):
    """A window of the maps: picture (H, W, 3), heights (H, W), classes (H, W)."""

    picture: np.ndarray
    heights: np.ndarray
    classes: np.ndarray


@dataclasses.dataclass(frozen=True)
class _Drawing:
    """Draws windows; can be pickled, and makes the town once a process."""

    plan: TownPlan
    pixel_m: float
    side: int

    @property
    def across(self) -> int:
        return math.ceil(self.side / WINDOW)

    def corner(self, number: int) -> tuple[int, int, int, int]:
        """Return (column, row, width, height) of a window."""
        row, column = divmod(number, self.across)
        left, top = column * WINDOW, row * WINDOW
        return left, top, min(WINDOW, self.side - left), min(WINDOW, self.side - top)

    def __call__(self, number: int) -> Drawn:
        left, top, width, height = self.corner(number)
        world = _town(self.plan).world
        whole = min(WINDOW, self.side)
        # The last windows begin earlier than their part: the town ends a little beyond the area.
        first = min(left, self.side - whole), min(top, self.side - whole)
        middle = (
            (first[0] + whole / 2 - self.side / 2) * self.pixel_m,
            (first[1] + whole / 2 - self.side / 2) * self.pixel_m,
        )
        size = whole + 2 * MARGIN
        row, column = MARGIN + top - first[1], MARGIN + left - first[0]
        inner = np.s_[row : row + height, column : column + width]
        extent = size * self.pixel_m
        truth = world.truth_maps(size, extent, None, middle)
        picture = world.tile(size, extent, middle)
        return Drawn(picture[inner], truth.heights_m[inner], truth.classes[inner])


@functools.lru_cache(maxsize=1)
def _town(plan: TownPlan) -> Town:
    from sat2density.worlds.town import make_town

    return make_town(plan.style, plan.seed, plan.size_m)


def write_town(
    plan: TownPlan,
    folder: Path,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[str]:
    """Write a town into a folder.

    Args:
        plan: what town.
        folder: gets area.tif (the picture), heights.tif (metres above the road), classes.tif,
            roads.geojson, ride-1.gpx and so on, town.json.
        jobs: processes; the bytes do not depend on it.
        progress: told (windows done, all of them).

    Returns:
        The files' names.

    Raises:
        InputError: no such style or size, or a pixel that is no length.

    """
    from sat2density.bounds import check_number
    from sat2density.scene_spec import SceneSpec

    town = _town(plan)
    spec = SceneSpec.named(plan.style)
    pixel_m = spec.extent_m / spec.tile_size if plan.pixel_m is None else plan.pixel_m
    check_number("--pixel-m", pixel_m, 0.02, min(plan.size_m / 16, 1.0), "metres")
    drawing = _Drawing(plan, pixel_m, round(plan.size_m / pixel_m))
    crs = _utm(plan.at)
    x0, y0 = crs.from_earth.transform(plan.at.lon, plan.at.lat)
    half = drawing.side * pixel_m / 2
    transform = library("rasterio.transform").from_origin(x0 - half, y0 + half, pixel_m, pixel_m)
    _write_rasters(drawing, folder, (crs.wkt, transform), jobs, progress)
    place = functools.partial(_lon_lat, crs.to_earth, (x0, y0))
    _write_roads(town, place, folder / ROADS)
    rides = [f"ride-{number}.gpx" for number in range(1, RIDES + 1)]
    for number, name in enumerate(rides, 1):
        _write_ride(town, number, place, folder / name)
    about = {
        "style": plan.style,
        "seed": plan.seed,
        "size_m": plan.size_m,
        "pixel_m": pixel_m,
        "latitude": plan.at.lat,
        "longitude": plan.at.lon,
        "crs": crs.name,
        "buildings": len({part.house for part in town.world.record.buildings}),
        "trees": len(town.world.record.trees),
        "corner": _corner(town, (x0, y0)),
    }
    (folder / "town.json").write_text(json.dumps(about, indent=2) + "\n", encoding="utf-8")
    return [PICTURE, TRUTH, CLASSES, ROADS, *rides, "town.json"]


class _Utm(NamedTuple):
    name: str
    wkt: str
    from_earth: Any
    to_earth: Any


def _utm(at: LatLon) -> _Utm:
    pyproj = library("pyproj")
    zone = int((at.lon + 180.0) // 6.0) % 60 + 1
    code = (32600 if at.lat >= 0 else 32700) + zone
    crs = pyproj.CRS.from_epsg(code)
    make = pyproj.Transformer.from_crs
    return _Utm(
        f"EPSG:{code}",
        crs.to_wkt(),
        make(4326, crs, always_xy=True),
        make(crs, 4326, always_xy=True),
    )


def _lon_lat(to_earth: Any, origin: tuple[float, float], points: np.ndarray) -> np.ndarray:
    """Turn (N, 2) metres east and south of the middle into longitude and latitude."""
    lon, lat = to_earth.transform(origin[0] + points[:, 0], origin[1] - points[:, 1])
    return np.column_stack([lon, lat])


def _corner(town: Town, origin: tuple[float, float]) -> dict[str, Any] | None:
    """Return a corner of a building that stands free, to check a map against; flat roofs, which
    end at the walls, come first.
    """
    inside = town.size_m / 2 - 5.0
    parts = [part for part in town.world.record.buildings if np.abs(part.footprint).max() < inside]
    for part in sorted(parts, key=lambda one: (one.roof != "flat", -one.eaves_m)):
        for east, south in part.footprint.tolist():
            around = town.world.truth_maps(5, 3.0, None, (east, south)).heights_m
            low = np.sort(around.ravel())
            # Three quarters of the surroundings are ground, one quarter the building.
            if low[14] < LOW_M and low[-4] > part.eaves_m - LOW_M:
                return {"x": origin[0] + east, "y": origin[1] - south, "height_m": part.eaves_m}
    return None


def _write_rasters(
    drawing: _Drawing,
    folder: Path,
    grid: tuple[str, Any],
    jobs: int,
    progress: Callable[[int, int], None],
) -> None:
    from sat2density.worlds.world import CLASSES as NAMES

    rasterio = library("rasterio")
    window = library("rasterio.windows").Window
    profile = {
        "driver": "GTiff",
        "width": drawing.side,
        "height": drawing.side,
        "crs": library("rasterio.crs").CRS.from_wkt(grid[0]),
        "transform": grid[1],
        "tiled": True,
        "blockxsize": WINDOW,
        "blockysize": WINDOW,
        "compress": "deflate",
        "BIGTIFF": "IF_SAFER",
    }
    kinds = (
        (PICTURE, {"count": 3, "dtype": "uint8", "predictor": 2, "photometric": "RGB"}),
        (TRUTH, {"count": 1, "dtype": "float32", "predictor": 3, "nodata": -9999.0}),
        (CLASSES, {"count": 1, "dtype": "uint8", "nodata": 0}),
    )
    files = [rasterio.open(folder / name, "w", **{**profile, **more}) for name, more in kinds]
    try:
        files[1].set_band_unit(1, "metres")
        files[2].update_tags(**{f"class_{code}": name for code, name in enumerate(NAMES)})
        total = drawing.across**2
        for number, drawn in enumerate(in_order(drawing, total, jobs)):
            at = window(*drawing.corner(number))
            files[0].write(np.moveaxis(drawn.picture, -1, 0), window=at)
            files[1].write(drawn.heights, 1, window=at)
            files[2].write(drawn.classes, 1, window=at)
            progress(number + 1, total)
    finally:
        for file in files:
            file.close()


def _write_roads(town: Town, place: Callable[[np.ndarray], np.ndarray], path: Path) -> None:
    features = []
    for number, street in enumerate(town.streets):
        line = town.line(street)
        if len(line) < 2:
            continue
        features.append(
            {
                "type": "Feature",
                "properties": {"street": number, "width_m": round(2 * street.half, 2)},
                "geometry": {
                    "type": "LineString",
                    "coordinates": np.round(place(line), 8).tolist(),
                },
            }
        )
    whole = {"type": "FeatureCollection", "features": features}
    path.write_text(json.dumps(whole) + "\n", encoding="utf-8")


def _write_ride(
    town: Town, number: int, place: Callable[[np.ndarray], np.ndarray], path: Path
) -> None:
    from sat2density.worlds.rides import ride

    gpx = library("gpxpy.gpx")
    points = ride(town, number, RIDE_M)
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    start = datetime.datetime(2026, 1, 1, 10, tzinfo=datetime.UTC)
    segment = gpx.GPXTrackSegment()
    for (lon, lat), metres in zip(place(points), gone, strict=True):
        when = start + datetime.timedelta(seconds=round(metres / RIDE_M_S, 1))
        segment.points.append(gpx.GPXTrackPoint(round(lat, 8), round(lon, 8), time=when))
    track = gpx.GPXTrack(name=f"ride {number}")
    track.segments.append(segment)
    whole = gpx.GPX()
    whole.creator = "sat2density"
    whole.tracks.append(track)
    path.write_text(whole.to_xml(), encoding="utf-8")
