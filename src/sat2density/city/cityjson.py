"""A plan as CityJSON 2.0: buildings with roof, wall and ground surfaces (LoD 2), trees, water,
barriers.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from sat2density.city.parts import Building, Part
from sat2density.city.plan import Plan, named
from sat2density.city.polygons import rectangle
from sat2density.city.roofs import Corner, fitting_parts
from sat2density.city.solids import Face, solid
from sat2density.files import atomic_path

SURFACES: Final = {"ground": "GroundSurface", "wall": "WallSurface", "roof": "RoofSurface"}
ROOF_TYPES: Final = {"flat": "1000", "shed": "1010", "gabled": "1030", "hipped": "1040"}
"""Codes of roof forms in common use with CityGML (SIG 3D); GeoJSON has the words."""
SCALE: Final = 0.001
"""Coordinates are whole millimetres."""


class _Vertices:
    """Corners, each once, as whole numbers of `SCALE` from the tile's middle."""

    def __init__(self, plan: Plan) -> None:
        self.place = plan.place
        self.number: dict[tuple[int, int, int], int] = {}

    def index(self, corner: Corner) -> int:
        """Return the number of a corner (east, south, up)."""
        ratio = 1.0 if self.place is None else self.place.units_per_m
        east, south, up = corner
        key = (round(east * ratio / SCALE), round(-south * ratio / SCALE), round(up / SCALE))
        return self.number.setdefault(key, len(self.number))

    def ring(self, corners: Iterable[Corner]) -> list[int]:
        """Return the numbers of a ring's corners without repetitions."""
        found = [self.index(corner) for corner in corners]
        return [n for k, n in enumerate(found) if n != found[k - 1]]


def city(plan: Plan) -> dict[str, Any]:
    """Return a plan as a CityJSON object.

    Args:
        plan: what is written; its coordinate system is named where it has one.

    """
    vertices = _Vertices(plan)
    objects: dict[str, Any] = {}
    for name, building in named(plan, "buildings"):
        objects |= _building(name, building, vertices)
    for name, tree in named(plan, "trees"):
        lean = (tree.east_m, tree.south_m)
        shape = _faceted(lean, tree.radius_m, (tree.base_m, tree.height_m))
        objects[name] = {
            "type": "SolitaryVegetationObject",
            "attributes": {
                "height": round(tree.height_m, 3),
                "crownDiameter": round(2 * tree.radius_m, 3),
                "trunkDiameter": round(2 * tree.trunk_m, 3),
                "class": tree.form,
                "confidence": round(tree.confidence, 3),
            },
            "geometry": [_surfaces(shape, vertices)],
        }
    for name, water in named(plan, "waters"):
        ring = [(east, south, 0.0) for east, south in water.outline][::-1]
        objects[name] = {"type": "WaterBody", "geometry": [_surfaces([ring], vertices)]}
    for name, barrier in named(plan, "barriers"):
        objects[name] = {
            "type": "OtherConstruction",
            "attributes": {"class": barrier.kind, "height": round(barrier.height_m, 3)},
            "geometry": [_surfaces(_strips(barrier.points, barrier.height_m), vertices)],
        }
    for name, pole in named(plan, "poles"):
        shape = _faceted((pole.east_m, pole.south_m), pole.radius_m, (0.0, pole.height_m), 4)
        objects[name] = {
            "type": "CityFurniture",
            "attributes": {"class": "pole", "height": round(pole.height_m, 3)},
            "geometry": [_surfaces(shape, vertices)],
        }
    for name, car in named(plan, "vehicles"):
        box = rectangle((car.east_m, car.south_m), car.length_m, car.width_m, car.heading_deg)
        objects[name] = {
            "type": "CityFurniture",
            "attributes": {"class": "vehicle", "heading": round(car.heading_deg, 1)},
            "geometry": [_surfaces(_prism(box, 0.0, car.height_m), vertices)],
        }
    return _whole(plan, objects, list(vertices.number))


def _whole(plan: Plan, objects: dict[str, Any], corners: list[Any]) -> dict[str, Any]:
    place = plan.place
    metadata: dict[str, Any] = {"title": plan.name}
    shift = [0.0, 0.0, 0.0]
    if place is not None:
        shift = [place.x, place.y, 0.0]
        code = place.crs[5:]
        metadata["referenceSystem"] = f"https://www.opengis.net/def/crs/EPSG/0/{code}"
    if corners:
        low = [min(c[k] for c in corners) * SCALE + shift[k] for k in range(3)]
        high = [max(c[k] for c in corners) * SCALE + shift[k] for k in range(3)]
        metadata["geographicalExtent"] = [round(value, 3) for value in (*low, *high)]
    return {
        "type": "CityJSON",
        "version": "2.0",
        "transform": {"scale": [SCALE] * 3, "translate": shift},
        "metadata": metadata,
        "CityObjects": objects,
        "vertices": [list(corner) for corner in corners],
    }


def write_cityjson(plan: Plan, path: Path) -> None:
    """Write a plan as CityJSON 2.0, complete or not at all.

    Args:
        plan: what is written.
        path: the file, ending in .city.json.

    """
    with atomic_path(path) as staging:
        text = json.dumps(city(plan), ensure_ascii=False, separators=(",", ":"))
        Path(staging).write_text(text + "\n", encoding="utf-8")


def _building(name: str, building: Building, vertices: _Vertices) -> dict[str, Any]:
    """Return a building, and its parts where there are several."""
    parts = fitting_parts(building)
    attributes = {
        "roofType": ROOF_TYPES[building.roof],
        "eavesHeight": round(building.eaves_m, 3),
        "measuredHeight": round(building.ridge_m, 3),
        "roofColour": building.roof_colour,
        "confidence": round(building.confidence, 3),
    }
    whole: dict[str, Any] = {"type": "Building", "attributes": attributes}
    if len(parts) == 1:
        return {name: {**whole, "geometry": [_solid(parts[0], building, vertices)]}}
    names = [f"{name}-part-{number}" for number in range(1, len(parts) + 1)]
    objects: dict[str, Any] = {name: {**whole, "children": names}}
    for own, part in zip(names, parts, strict=True):
        objects[own] = {
            "type": "BuildingPart",
            "parents": [name],
            "attributes": {"roofType": ROOF_TYPES[part.form]},
            "geometry": [_solid(part, building, vertices)],
        }
    return objects


def _solid(part: Part, building: Building, vertices: _Vertices) -> dict[str, Any]:
    faces: Sequence[Face] = solid(part, building.overhang_m)
    kinds = list(dict.fromkeys(face.kind for face in faces))
    return {
        "type": "Solid",
        "lod": "2",
        "boundaries": [[[vertices.ring(face.corners)] for face in faces]],
        "semantics": {
            "surfaces": [{"type": SURFACES[kind]} for kind in kinds],
            "values": [[kinds.index(face.kind) for face in faces]],
        },
    }


def _surfaces(rings: Iterable[Iterable[Corner]], vertices: _Vertices) -> dict[str, Any]:
    boundaries = [[vertices.ring(ring)] for ring in rings]
    whole = [surface for surface in boundaries if len(surface[0]) >= 3]
    return {"type": "MultiSurface", "lod": "1", "boundaries": whole}


def _prism(ring: Sequence[tuple[float, float]], low: float, high: float) -> list[list[Corner]]:
    """Return the sides and the top of a prism over a ring that runs clockwise on a map."""
    sides = []
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        sides.append([(bx, by, low), (ax, ay, low), (ax, ay, high), (bx, by, high)])
    return [*sides, [(x, y, high) for x, y in ring[::-1]]]


def _faceted(
    place: tuple[float, float], radius: float, heights: tuple[float, float], count: int = 8
) -> list[list[Corner]]:
    ring = [
        (
            place[0] + radius * math.cos(2 * math.pi * k / count),
            place[1] + radius * math.sin(2 * math.pi * k / count),
        )
        for k in range(count)
    ]
    return _prism(ring, *heights)


def _strips(points: Sequence[tuple[float, float]], height: float) -> list[list[Corner]]:
    return [
        [(*a, 0.0), (*b, 0.0), (*b, height), (*a, height)] for a, b in itertools.pairwise(points)
    ]
