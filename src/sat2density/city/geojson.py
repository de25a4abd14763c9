"""A plan as GeoJSON layers for maps programs: footprints, trees, lines, vehicles."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sat2density.city.parts import Barrier, Building, Vehicle, Water
from sat2density.city.plan import KINDS, Plan, named
from sat2density.city.polygons import rectangle
from sat2density.files import atomic_path

PLACES: Final = ("east_m", "south_m", "footprint", "holes", "parts", "points", "outline", "name")
"""Fields that are told by the geometry, or in another way."""

At = Callable[[float, float], list[float]]


def collection(plan: Plan) -> dict[str, Any]:
    """Return a plan as one FeatureCollection; the property "kind" tells the layers apart.

    Coordinates are those of the plan's coordinate system where it has one (named in the member
    "crs", as programs read it although RFC 7946 knows longitude and latitude only); else metres
    (east, south), as the member "sat2density" says.

    Args:
        plan: what is written.

    """
    place = plan.place

    def at(east: float, south: float) -> list[float]:
        x, y = (east, south) if place is None else place.at(east, south)
        return [round(x, 3), round(y, 3)]

    features = []
    for kind in KINDS:
        for name, thing in named(plan, kind):
            told = dataclasses.asdict(thing)
            properties = {key: value for key, value in told.items() if key not in PLACES}
            features.append(
                {
                    "type": "Feature",
                    "id": name,
                    "properties": {"kind": kind[:-1], "name": name, **_rounded(properties)},
                    "geometry": geometry(thing, at),
                }
            )
    out: dict[str, Any] = {"type": "FeatureCollection", "name": plan.name}
    if place is None:
        out["sat2density"] = {"axes": "east_south_m", "extent_m": plan.extent_m}
    else:
        code = place.crs[5:]
        out["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{code}"}}
    out["features"] = features
    return out


def geometry(thing: Any, at: At) -> dict[str, Any]:
    """Return the geometry of a thing: areas as polygons, lines as lines, the rest as points.

    Args:
        thing: of a plan.
        at: coordinates of a place (east_m, south_m).

    """
    if isinstance(thing, Building):
        return {
            "type": "Polygon",
            "coordinates": [_ring(r, at) for r in (thing.footprint, *thing.holes)],
        }
    if isinstance(thing, Water):
        return {"type": "Polygon", "coordinates": [_ring(thing.outline, at)]}
    if isinstance(thing, Barrier):
        return {"type": "LineString", "coordinates": [at(*point) for point in thing.points]}
    if isinstance(thing, Vehicle):
        corners = rectangle(
            (thing.east_m, thing.south_m), thing.length_m, thing.width_m, thing.heading_deg
        )
        return {"type": "Polygon", "coordinates": [_ring(corners, at)]}
    return {"type": "Point", "coordinates": at(thing.east_m, thing.south_m)}


def write_geojson(plan: Plan, path: Path) -> None:
    """Write a plan as GeoJSON, complete or not at all; see `collection`.

    Args:
        plan: what is written.
        path: the file.

    """
    with atomic_path(path) as staging:
        text = json.dumps(collection(plan), ensure_ascii=False, indent=1)
        Path(staging).write_text(text + "\n", encoding="utf-8")


def _ring(corners: Any, at: At) -> list[list[float]]:
    """Return a closed ring."""
    return [at(*corner) for corner in (*corners, corners[0])]


def _rounded(values: dict[str, Any]) -> dict[str, Any]:
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in values.items()}
