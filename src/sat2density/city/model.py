"""A plan as a model: a glTF 2.0 binary with a named node for each thing, y up, metres.

x is east, y up, z south; the origin lies on the ground in the tile's middle.
"""

from __future__ import annotations

import dataclasses
import io
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from PIL import Image

from sat2density.city import textures
from sat2density.city.cars import vehicle
from sat2density.city.colours import linear_of
from sat2density.city.facades import Origin, drawn_from
from sat2density.city.glb import Document, read_root
from sat2density.city.houses import house
from sat2density.city.meshes import Arrays, Mesh
from sat2density.city.parts import Barrier
from sat2density.city.plan import KINDS, Plan, named
from sat2density.city.plants import INSTANCING, add_plants
from sat2density.city.polygons import area, rectangle
from sat2density.conventions import Detail
from sat2density.files import atomic_path
from sat2density.structured import check_choice

INVENTED: Final = (
    "windows, doors, plinths and sills",
    "the pattern of walls and roofs",
    "colours of walls",
    "the shape of leaves and branches",
    "the shape of vehicles",
)
PERIODS: Final = {
    "wall": textures.PLASTER_M,
    "bricks": textures.BRICKS_M,
    "roof": textures.TILES_M,
    "flat roof": textures.PLASTER_M,
}
"""Metres that the picture of a material covers; the others have none."""
WATER_M: Final = 0.03
"""So much above the ground's picture water lies, that they do not fight for pixels."""


def model(
    plan: Plan, instanced: bool = False, detail: Detail = "high", origin: Origin | None = None
) -> bytes:
    """Return a plan as a GLB file.

    Args:
        plan: what is built.
        instanced: draw trees and shrubs with `EXT_mesh_gpu_instancing`, a node a form; without it
            each has a node of its own, and those of one form share their mesh, which every program
            reads.
        detail: "high": all that a visitor sees who walks there; "medium": a third of the leaves,
            larger, no sills and plinths, for seeing whole streets; "low": closed crowns without
            leaves, walls without windows, cars without wheels, no pictures of walls and roofs, for
            seeing districts from above.
        origin: of the plan in a frame that its neighbours share, so that houses in several of them
            have the same windows; None takes what its place says.

    Raises:
        InputError: no such detail.

    """
    from sat2density import __version__

    check_choice("detail", detail, Detail)
    extras = {
        "plan": plan.name,
        "detail": detail,
        "extent_m": plan.extent_m,
        "invented": list(INVENTED),
        "note": "made from a satellite tile; what is invented shows no real facade or leaf",
    }
    if plan.place is not None:
        extras["place"] = dataclasses.asdict(plan.place)
    document = Document(f"sat2density {__version__}", extras)
    paints = _materials(document, pictures=detail != "low")
    periods = PERIODS if detail != "low" else {}
    _ground(document, plan)
    groups = {kind: document.node(kind) for kind in KINDS if getattr(plan, kind)}
    for number, (name, building) in enumerate(named(plan, "buildings")):
        rng = np.random.default_rng(drawn_from(plan, number, origin))
        meshes = house(building, rng, detail)
        _put(document, name, groups["buildings"], meshes, paints, building, periods)
    for name, barrier in named(plan, "barriers"):
        _put(document, name, groups["barriers"], {"matt": _barrier(barrier)}, paints, barrier)
    for name, car in named(plan, "vehicles"):
        _put(document, name, groups["vehicles"], vehicle(car, detail), paints, car)
    for name, pole in named(plan, "poles"):
        mesh = Mesh()
        ring = _circle(pole.east_m, pole.south_m, pole.radius_m, 6)
        mesh.prism(ring, (0.0, pole.height_m), (0.25, 0.25, 0.25))
        _put(document, name, groups["poles"], {"matt": mesh}, paints, pole)
    for name, water in named(plan, "waters"):
        mesh = Mesh()
        ring = water.outline if area(water.outline) < 0 else water.outline[::-1]
        mesh.polygon([(*point, WATER_M) for point in ring], linear_of(water.colour))
        _put(document, name, groups["waters"], {"water": mesh}, paints, water)
    add_plants(document, plan, groups, paints, instanced, detail)
    return document.to_bytes()


def write_model(plan: Plan, path: Path, instanced: bool = False, detail: Detail = "high") -> int:
    """Write a plan as a GLB file, complete or not at all; return how many triangles it shows.

    Args:
        plan: what is written.
        path: the file.
        instanced: see `model`.
        detail: see `model`.

    """
    data = model(plan, instanced, detail)
    with atomic_path(path) as staging:
        Path(staging).write_bytes(data)
    return triangles(data)


def triangles(data: bytes) -> int:
    """Return how many triangles a GLB file of `model` shows; a shared mesh counts at each place.

    Args:
        data: of the file.

    """
    root = read_root(data)
    accessors = root.get("accessors", [])
    each = [
        sum(accessors[part["indices"]]["count"] // 3 for part in mesh["primitives"])
        for mesh in root.get("meshes", [])
    ]
    total = 0
    for node in root["nodes"]:
        if "mesh" in node:
            instances = node.get("extensions", {}).get(INSTANCING)
            places = 1
            if instances is not None:
                places = accessors[instances["attributes"]["TRANSLATION"]]["count"]
            total += places * each[node["mesh"]]
    return total


def _materials(document: Document, pictures: bool) -> dict[str, int]:
    """Return the numbers of materials by name; under "spray", that of the leaves' texture, where
    there are pictures.
    """

    def matt(name: str, rough: float, metal: float = 0.0, **more: Any) -> int:
        pbr = {"metallicFactor": metal, "roughnessFactor": rough, **more.pop("pbr", {})}
        return document.material(name, pbr=pbr, **more)

    def shown(name: str, draw: Callable[[], bytes]) -> dict[str, Any]:
        if not pictures:
            return {}
        return {"baseColorTexture": {"index": document.texture(name, draw(), "image/jpeg")}}

    plaster = shown("plaster", textures.plaster)
    paints = {
        "matt": matt("matt", 0.95),
        "wall": matt("wall", 0.9, pbr=plaster),
        "bricks": matt("bricks", 0.9, pbr=shown("bricks", textures.bricks)),
        "roof": matt("roof", 0.85, pbr=shown("tiles", textures.tiles), doubleSided=True),
        "flat roof": matt("flat roof", 0.95, pbr=plaster, doubleSided=True),
        "window": matt("window", 0.08),
        "glass": matt("glass", 0.08),
        "paint": matt("paint", 0.35, 0.2),
        "water": matt("water", 0.05),
    }
    if pictures:
        leaves = document.texture("leaves", textures.leaves(), "image/png", repeated=False)
        paints["spray"] = leaves
    return paints


def _put(
    document: Document,
    name: str,
    parent: int,
    meshes: dict[str, Mesh],
    paints: dict[str, int],
    thing: Any,
    periods: Mapping[str, float] = MappingProxyType({}),
) -> None:
    """Put a thing into the scene as a node with a mesh of its own."""
    primitives = [
        document.primitive(mesh.arrays(), paints[paint], periods.get(paint))
        for paint, mesh in meshes.items()
        if mesh.indices
    ]
    if not primitives:
        return
    extras = {"kind": type(thing).__name__.lower(), "confidence": round(thing.confidence, 3)}
    document.node(name, parent, mesh=document.mesh(name, primitives), extras=extras)


def _ground(document: Document, plan: Plan) -> None:
    half = 0.5 * plan.extent_m
    out = io.BytesIO()
    Image.fromarray(plan.ground_picture()).save(out, "JPEG", quality=92)
    texture = document.texture("ground", out.getvalue(), "image/jpeg", repeated=False)
    pbr = {"baseColorTexture": {"index": texture}, "metallicFactor": 0.0, "roughnessFactor": 1.0}
    material = document.material("ground", pbr=pbr)
    corners = np.array(
        [(-half, 0, -half), (half, 0, -half), (half, 0, half), (-half, 0, half)], np.float32
    )
    up = np.tile(np.array([[0, 1, 0]], np.float32), (4, 1))
    places = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], np.float32)
    indices = np.array([0, 2, 1, 0, 3, 2])
    arrays = Arrays(corners, up, up, places, indices)
    primitive = document.primitive(arrays, material, 1.0, coloured=False)
    document.node("ground", mesh=document.mesh("ground", [primitive]))


def _circle(east: float, south: float, radius: float, count: int) -> list[tuple[float, float]]:
    turns = [2 * math.pi * k / count for k in range(count)]
    return [(east + radius * math.cos(t), south + radius * math.sin(t)) for t in turns]


def _barrier(barrier: Barrier) -> Mesh:
    mesh = Mesh()
    for (ax, ay), (bx, by) in zip(barrier.points, barrier.points[1:], strict=False):
        long = math.hypot(bx - ax, by - ay)
        if long < 0.02:
            continue
        heading = math.degrees(math.atan2(bx - ax, ay - by))
        middle = (0.5 * (ax + bx), 0.5 * (ay + by))
        ring = rectangle(middle, long, barrier.width_m, heading)
        mesh.prism(ring, (0.0, barrier.height_m), linear_of(barrier.colour))
    return mesh
